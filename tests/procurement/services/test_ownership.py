"""Ownership files become dated facts, whole or not at all; the same again adds nothing."""

import io
import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command

from procurement.models import Change, Control, Identifier, Party, Past, Stake, Statement
from procurement.problems import Refused
from procurement.services.ownership import Given, Outcome, ownership_import, ownership_preview
from procurement.services.ownership_export import ownership_bods, ownership_table
from tests import factory
from tests.api import as_person, codes

DATA = Path(__file__).parents[4] / "shared/data/ownership"
outside = pytest.mark.skipif(not DATA.exists(), reason="the files lie outside the repository")
pytestmark = pytest.mark.django_db
LEI = "5493001KJTIIGC8Y1R12"
TABLE = (
    "holder,holder_kind,holder_country,holder_government_of,held,held_country,held_numbers,what,"
    "at_least,at_most,holds,from,to\n"
)


def given(text: str | bytes, name: str = "file.csv") -> list[Given]:
    return [Given(name, io.BytesIO(text if isinstance(text, bytes) else text.encode()))]


def take(text: str | bytes, **options: object) -> Outcome:
    options.setdefault("organisation", None)
    return ownership_import(files=given(text), by=None, **options)  # type: ignore[arg-type]


def problems(text: str) -> list[str]:
    with pytest.raises(Refused) as refused:
        take(text)
    assert not Party.objects.exists()
    assert not Statement.objects.exists()
    return [problem.code for problem in refused.value.problems]


def bods(*relations: tuple[str, str, str, object], date_: str = "2024-01-02") -> str:
    """(record, held, holder, share) with both parties as entities."""
    head = {
        "statementDate": date_,
        "publicationDetails": {"bodsVersion": "0.4", "publisher": {"name": "Acme"}},
        "recordStatus": "new",
    }
    records = sorted({side for _, held, holder, _ in relations for side in (held, holder)})
    told = [
        head
        | {
            "statementId": f"{record} {date_}",
            "recordId": record,
            "recordType": "entity",
            "recordDetails": {"name": f"{record} Ltd"},
        }
        for record in records
    ]
    for record, held, holder, share in relations:
        interest = {"type": "shareholding", "directOrIndirect": "direct", "share": {"exact": share}}
        details = {"subject": held, "interestedParty": holder, "interests": [interest]}
        told.append(
            head
            | {
                "statementId": f"{record} {date_}",
                "recordId": record,
                "recordType": "relationship",
                "recordDetails": details,
            }
        )
    return json.dumps(told)


def closed(text: str, record: str) -> str:
    told = json.loads(text)
    for each in told:
        if each["recordId"] == record:
            each["recordStatus"] = "closed"
    return json.dumps(told)


def test_a_suppliers_table_becomes_parties_stakes_and_controls() -> None:
    text = TABLE + (
        f"Fund,government,China,China,Acme,Germany,LEI {LEI},equity,25,25,,2024-01-31,\n"
        f"Fund,government,China,China,Acme,Germany,LEI {LEI},golden_share,,,alleged,,\n"
    )
    told = take(text)
    assert (told.parties_new, told.stakes, told.controls) == (2, 1, 1)
    stake, control = Stake.objects.get(), Control.objects.get()
    assert (stake.holder.name, stake.low, stake.true_from) == (
        "Fund",
        Decimal(25),
        date(2024, 1, 31),
    )
    assert stake.holder.government_of == "CN"
    assert stake.held.incorporated == "DE"
    assert (control.kind, control.holds) == ("golden_share", None)
    assert Identifier.objects.get().value == LEI
    again = take(text)
    assert (again.parties_known, again.stakes, again.controls, again.repeated) == (2, 0, 0, 2)
    assert Stake.objects.count() == 1


def test_a_preview_keeps_nothing() -> None:
    text = TABLE + "Fund,,,,Acme,,,equity,25,30,,,\n"
    told = ownership_preview(files=given(text), organisation=None, by=None)
    assert (told.parties_new, told.stakes) == (2, 1)
    assert told.examples == ["Fund holds 25 to 30 % of Acme (equity)"]
    assert not Party.objects.exists()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (bods(("r", "a", "b", 60), ("s", "a", "c", 50)), "percent-over-100"),
        (bods(("r", "a", "b", 60)).replace('"interestedParty": "b"', '"interestedParty": "z"'),
         "refers-to-nothing"),
        (bods(("r", "a", "a", 60)), "holds-itself"),
        (TABLE + "A,,,,B,,,equity,60,60,,,\nC,,,,B,,,equity,50,50,,,\n", "percent-over-100"),
        (TABLE + "A,,,,B,,,equity,about a third,,,,\n", "not-a-percent"),
        (TABLE + "A,,,,B,,,equity,33,about a third,,,\n", "not-a-percent"),
        (TABLE + "A,,,,B,Germany,,equity,5,5,,,\nC,,,,B,China,,equity,5,5,,,\n",
         "incorporated-twice"),
        (TABLE + f"A,,,,B,,LEI {LEI},equity,5,5,,,\nA,,,,C,,LEI {LEI},equity,5,5,,,\n",
         "identifier-taken"),
        (TABLE + "A,,,,B,,DUNS 123456789,equity,5,5,,,\nA,,,,B,,DUNS 987654321,votes,5,5,,,\n",
         "identifier-differs"),
        (TABLE + "A,,,,B,,LEI 5493001KJTIIGC8Y1R13,equity,5,5,,,\n", "identifier-check-digit"),
        (TABLE + "A,,,,B,,,equity,5,5,,2024-01-02,2024-01-02\n", "ends-before-it-begins"),
        (TABLE + f"{'A' * 10_000},,,,B,,,equity,5,5,,,\n", "name-too-long"),
        (TABLE + "A\u202eB,,,,C,,,equity,5,5,,,\n", "hidden-characters"),
        (bods(("r", "a", "b", 60))[:-40], "truncated"),
        ("nothing known\n", "unknown-format"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_refused_by_name_and_nothing_is_kept(text: str, code: str) -> None:
    assert code in problems(text)


def test_a_company_that_moved_later_is_incorporated_where_it_is_now() -> None:
    moved = TABLE.replace("to\n", "to,stated\n")
    rows = "A,,,,B,Germany,,equity,5,5,,,,2024-01-01\nA,,,,B,China,,votes,5,5,,,,2025-01-01\n"
    take(moved + rows)
    assert Party.objects.get(name="B").incorporated == "CN"


def test_good_rows_before_a_bad_one_are_not_kept_either() -> None:
    good = "".join(f"Fund {n},,,,Acme {n},,,equity,5,5,,,\n" for n in range(500))
    assert problems(TABLE + good + "A,,,,B,,,love,,,,,\n") == ["unknown-kind"]


def test_a_country_that_nobody_recognises_is_left_open_and_said() -> None:
    told = take(TABLE + "Fund,,Korea,,Acme,,,equity,5,5,,,\n")
    assert [warning.code for warning in told.warnings] == ["country-ambiguous"]
    assert Party.objects.get(name="Fund").incorporated is None


def test_a_later_statement_ends_what_the_earlier_one_said() -> None:
    take(bods(("r", "a", "b", 30)))
    told = take(bods(("r", "a", "b", 40), date_="2025-06-30"))
    assert (told.stakes, told.ended) == (1, 1)
    first, second = Stake.objects.order_by("id")
    assert (first.low, first.true_to) == (Decimal(30), date(2025, 6, 30))
    assert (second.low, second.true_from, second.true_to) == (Decimal(40), date(2025, 6, 30), None)


def test_a_closed_record_ends_its_stake() -> None:
    text = bods(("r", "a", "b", 30))
    take(text)
    take(closed(bods(("r", "a", "b", 30), date_="2025-06-30"), "r"))
    assert Stake.objects.get().true_to == date(2025, 6, 30)


def test_a_correction_of_the_same_day_leaves_what_stood_in_the_past() -> None:
    take(TABLE + "Fund,,,,Acme,,,equity,30,30,,2024-01-01,\n")
    take(TABLE + "Fund,,,,Acme,,,equity,35,35,,2024-01-01,\n")
    stake = Stake.objects.get()
    assert (stake.low, stake.true_from, stake.true_to) == (Decimal(35), date(2024, 1, 1), None)
    past = Past.objects.get(table_name="procurement_stake", row=stake.pk)
    assert Decimal(str(past.values["low"])) == 30
    assert Statement.objects.filter(table_name="procurement_stake", row=stake.pk).count() == 2


def test_versions_in_one_file_follow_one_another() -> None:
    first, then = (
        json.loads(bods(("r", "a", "b", share), date_=day))
        for share, day in ((30, "2024-01-02"), (45, "2025-01-02"))
    )
    take(json.dumps([*first, *then]))
    assert [(s.low, s.true_to) for s in Stake.objects.order_by("low")] == [
        (Decimal(30), date(2025, 1, 2)),
        (Decimal(45), None),
    ]


def test_a_party_known_by_its_number_is_the_same_party() -> None:
    acme = factory.party("ACME Inc.")
    factory.identifier(acme, "LEI", LEI)
    told = take(TABLE + f"Fund,,,,Acme,,LEI {LEI},equity,5,5,,,\n")
    assert (told.parties_known, told.parties_new) == (1, 1)
    assert Stake.objects.get().held == acme
    acme.refresh_from_db()
    assert acme.name == "ACME Inc."


def test_numbers_of_two_known_parties_on_one_are_refused() -> None:
    one, other = factory.party("One"), factory.party("Other")
    factory.identifier(one, "LEI", LEI)
    factory.identifier(other, "DUNS", "123456789")
    text = TABLE + f"Fund,,,,Acme,,LEI {LEI}; DUNS 123456789,equity,5,5,,,\n"
    with pytest.raises(Refused) as refused:
        take(text)
    assert refused.value.problems[0].code == "identifier-taken"


def test_a_number_alone_stands_until_its_name_comes() -> None:
    relation = {
        "Relationship": {
            "StartNode": {"NodeID": LEI},
            "EndNode": {"NodeID": "001GPB6A9XPE8XJICC14"},
            "RelationshipType": "IS_DIRECTLY_CONSOLIDATED_BY",
            "RelationshipStatus": "ACTIVE",
        }
    }
    take(json.dumps([relation]))
    party = Party.objects.get(name=f"LEI {LEI}")
    assert party.unverified
    entity = {"LEI": LEI, "Entity": {"LegalName": "Acme", "LegalJurisdiction": "US-DE"}}
    take(json.dumps([entity]))
    party.refresh_from_db()
    assert (party.name, party.incorporated, party.unverified) == ("Acme", "US", False)
    assert Control.objects.get().controlled == party


def test_holders_known_before_count_towards_the_whole() -> None:
    acme = factory.party("Acme")
    factory.stake(factory.party("Old"), acme, Decimal(80))
    with pytest.raises(Refused) as refused:
        take(TABLE + "Fund,,,,Acme,,,equity,30,30,,,\n")
    assert refused.value.problems[0].code == "percent-over-100"


def test_changes_say_who_and_why() -> None:
    officer = factory.user(factory.organisation())
    organisation = officer.membership.organisation
    ownership_import(
        files=given(TABLE + "Fund,,,,Acme,,,equity,5,5,,,\n"), organisation=organisation, by=officer
    )
    change = Change.objects.get(table_name="procurement_stake")
    assert (change.actor, change.why) == (officer, "Ownership file file.csv")
    assert set(Party.objects.values_list("organisation", flat=True)) == {organisation.pk}


def test_only_curators_take_in_what_everybody_sees() -> None:
    officer = factory.user(factory.organisation())
    text = TABLE + "Fund,,,,Acme,,,equity,5,5,,,\n"
    for owner in (None, factory.organisation("Another")):
        with pytest.raises(PermissionDenied):
            ownership_import(files=given(text), organisation=owner, by=officer)
    ownership_import(files=given(text), organisation=None, by=factory.curator())


def test_what_goes_out_comes_in_again_the_same() -> None:
    text = TABLE + (
        f"Fund,government,China,China,Acme,Germany,LEI {LEI},equity,25,30.5,,2024-01-31,\n"
        "Jane,person,,,Acme,,,board,20,20,,,\n=Dot,,,,Acme,,,contract,,,alleged,,\n"
    )
    take(text)
    table = "".join(ownership_table(None))
    assert "'=Dot" in table
    bods_text = "".join(ownership_bods(None, date(2026, 11, 22)))
    assert len(json.loads(bods_text)) == 7
    shares = sorted(Stake.objects.values_list("metric", "low", "high", "true_from"))
    kinds = list(Control.objects.values_list("kind", "holds"))
    told = ownership_preview(files=given(table), organisation=None, by=None)
    assert (told.parties_new, told.stakes, told.controls) == (0, 0, 0)
    other = factory.organisation()
    take(bods_text, organisation=other)
    own = Stake.objects.filter(organisation=other)
    assert sorted(own.values_list("metric", "low", "high", "true_from")) == shares
    assert list(Control.objects.filter(organisation=other).values_list("kind", "holds")) == kinds


def test_the_commands_take_in_and_give_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, out = tmp_path / "in.csv", tmp_path / "out.json"
    file.write_text(TABLE + "Fund,,,,Acme,,,equity,5,5,,,\n")
    call_command("ownership_import", str(file), "--look")
    assert not Stake.objects.exists()
    call_command("ownership_import", str(file))
    assert "2 new parties" in capsys.readouterr().out
    call_command("ownership_export", str(out))
    assert len(json.loads(out.read_text())) == 3
    call_command("ownership_export", "--format", "csv")
    assert "Fund" in capsys.readouterr().out
    file.write_text("holder,held\n")
    with pytest.raises(CommandError, match="no column"):
        call_command("ownership_import", str(file))
    with pytest.raises(CommandError, match="No such file"):
        call_command("ownership_import", str(tmp_path / "none.csv"))


def test_the_api_looks_takes_in_and_gives_out() -> None:
    client = as_person(factory.user(factory.organisation()))
    text = TABLE + "Fund,,,,Acme,,,equity,5,5,,,\n"

    def post(address: str, content: str = text, **fields: object) -> object:
        file = io.BytesIO(content.encode())
        file.name = "file.csv"
        return client.post(
            f"/api/v1/ownership{address}", {"file": file, **fields}, format="multipart"
        )

    assert post("/preview").json()["stakes"] == 1  # type: ignore[attr-defined]
    assert not Stake.objects.exists()
    assert post("").status_code == 201  # type: ignore[attr-defined]
    assert codes(post("", "holder,held\n"))[0] == "missing-column"
    assert post("", shared=True).status_code == 403  # type: ignore[attr-defined]
    given_out = b"".join(client.get("/api/v1/ownership/export?as=csv"))
    assert b"Fund" in given_out


@outside
@pytest.mark.parametrize("name", sorted(p.name for p in (DATA / "examples").glob("*.json")))
def test_every_example_of_the_standard_is_taken_in_and_repeats_nothing(name: str) -> None:
    content = (DATA / "examples" / name).read_bytes()
    told = take(content)
    assert told.statements > 0
    again = take(content)
    assert (again.parties_new, again.stakes, again.controls, again.ended) == (0, 0, 0, 0)


@outside
def test_the_sample_that_gives_one_number_to_two_companies_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        take((DATA / "sample_300_statements.json").read_bytes())
    assert [problem.code for problem in refused.value.problems] == ["identifier-taken"]


@outside
def test_levels_one_and_two_of_gleif_meet_in_xml_and_json() -> None:
    folder = DATA / "gleif/bodspipelines"
    first = take((folder / "lei-data.xml").read_bytes())
    assert first.parties_new == 13
    assert take((folder / "lei-data.json").read_bytes()).parties_known == 13
    relations = take((folder / "rr-data.xml").read_bytes())
    assert relations.controls == 10
    assert take((folder / "rr-data.json").read_bytes()).repeated == 10
    assert take((folder / "repex-data.xml").read_bytes()).unsettled == 10
    whole = DATA / "gleif/20240505-0000-gleif-goldencopy-lei2-intra-day.json"
    assert take(whole.read_bytes()).parties_new == 577


@outside
@pytest.mark.parametrize("path", sorted((DATA / "uk_psc").rglob("psc*.json")), ids=lambda p: p.stem)
def test_people_with_significant_control_are_taken_in(path: Path) -> None:
    if path.stem == "psc_unknown_kind":
        with pytest.raises(Refused, match="no kind of record"):
            take(path.read_bytes())
        return
    take(path.read_bytes())
    assert take(path.read_bytes()).stakes == 0
