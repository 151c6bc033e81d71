"""Editions out of published files, into force: scope, size, order, two sources, and a preview."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command

from compliance.demo.lists import demo_editions
from compliance.lists.readers import File
from compliance.models import Edition, Listing
from compliance.selectors.lists import listed_on
from compliance.services.edition_preview import edition_preview
from compliance.services.editions import (
    compare,
    edition_reconcile,
    editions_read,
    editions_stage,
)
from compliance.services.lists import edition_release, lists_load
from procurement.models import User
from procurement.problems import Refused
from tests import factory
from tests.api import as_person, codes, work_off

DATA = Path(__file__).parents[3] / "shared/data/lists"
outside = pytest.mark.skipif(not DATA.exists(), reason="the files lie outside the repository")
pytestmark = pytest.mark.django_db
HEADER = "edition,code,name,aliases,rule,removed,confidence\n"
FIRST, LATER = date(2026, 1, 5), date(2026, 3, 5)


def facts(day: date, *names: str) -> File:
    rows = "".join(f"{day},{name.lower().replace(' ', '-')},{name},,,,T\n" for name in names)
    return File("facts.csv", (HEADER + rows).encode())


def problems(error: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [problem.code for problem in error.value.problems]


def enact(key: str, files: Sequence[File], **options: object) -> list[Edition]:
    """Stage as one curator and release as another, oldest first."""
    one, two = factory.curator(), factory.curator()
    history = bool(options.pop("history", False))
    read = editions_read(files=files, key=key, **options)  # type: ignore[arg-type]
    staged = editions_stage(editions=read, by=one, history=history)
    return [edition_release(key=each.key, edition=each.edition, by=two) for each in staged]


def named(key: str, day: date, published_by: date | None = None) -> set[str]:
    return {each.name for each in listed_on(key, on=day, published_by=published_by).entries}


def test_who_was_listed_on_a_day_as_published_by_a_day() -> None:
    enact("TEST", [facts(FIRST, "Acme", "Other")])
    enact("TEST", [facts(LATER, "Other", "Third")])
    assert listed_on("TEST", on=date(2026, 1, 4)).edition is None
    assert named("TEST", FIRST) == {"Acme", "Other"}
    assert named("TEST", LATER) == {"Other", "Third"}
    assert named("TEST", LATER, published_by=FIRST) == {"Acme", "Other"}
    assert named("TEST", date(2026, 3, 4), published_by=date(2027, 1, 1)) == {"Acme", "Other"}


def test_an_edition_half_or_twice_the_size_of_the_last_needs_a_persons_count() -> None:
    enact("TEST", [facts(FIRST, *(f"Co {n}" for n in range(10)))])
    four, five = (facts(LATER, *(f"Co {n}" for n in range(many))) for many in (4, 5))
    with pytest.raises(Refused) as refused:
        editions_read(files=[four], key="TEST")
    assert problems(refused) == ["unlikely-size"]
    assert editions_read(files=[five], key="TEST")
    assert editions_read(files=[four], key="TEST", expect=4)
    assert editions_read(files=[four], key="TEST", covers="named")
    with pytest.raises(Refused) as refused:
        editions_read(files=[five], key="TEST", expect=6)
    assert problems(refused) == ["unlikely-size"]


def test_an_edition_dated_before_the_last_is_history_only_on_purpose() -> None:
    enact("TEST", [facts(LATER, "Acme")])
    with pytest.raises(Refused) as refused:
        enact("TEST", [facts(FIRST, "Acme")])
    assert problems(refused) == ["older-edition"]
    enact("TEST", [facts(FIRST, "Acme", "Gone")], history=True)
    assert named("TEST", FIRST) == {"Acme", "Gone"}


def test_a_whole_edition_takes_the_place_of_the_battery_rows_of_the_same_day() -> None:
    enact("TEST", [facts(FIRST, "Acme")], covers="battery")
    enact("TEST", [facts(FIRST, "Acme", "Other")])
    (stands,) = Edition.objects.filter(key="TEST")
    assert (stands.covers, stands.state) == ("all", "released")
    with pytest.raises(Refused) as refused:
        enact("TEST", [facts(FIRST, "Acme")], covers="battery")
    assert problems(refused) == ["older-edition"] or problems(refused) == ["released-already"]


def test_an_imported_edition_replaces_what_the_demo_stated_from_memory() -> None:
    lists_load(demo_editions())
    row = '{},"Name {}",-0- ,"CUBA",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \r\n'
    whole = "".join(row.format(n, n) for n in range(5_000)) + "\x1a"
    enact("SDN", [File("sdn.csv", whole.encode())], edition=date(2026, 10, 15))
    (sdn,) = Edition.objects.filter(key="SDN")
    assert (sdn.edition, sdn.covers, sdn.confidence) == (date(2026, 10, 15), "all", "P")
    assert Edition.objects.get(key="FTO").covers == "battery"


def test_a_party_keeps_its_code_from_edition_to_edition() -> None:
    lists_load()
    text = (
        "Name,Clean Name,Alias,Previous Name,Parent Name,Note,Start date,End date,Source Url\n"
        '"Contemporary Amperex Technology Co., Ltd. (CATL)",'
        '"Contemporary Amperex Technology Co., Ltd.",CATL,,,,2027-01-07,,\n'
        '"New Co.",New Co.,,,,,2027-01-07,,\n'
    )
    (read,) = editions_read(files=[File("m.csv", text.encode())], key="1260H", expect=2)
    assert [each.code for each in read.listings] == ["catl", "new-co"]


def test_two_sources_must_agree_before_release() -> None:
    one, two = factory.curator(), factory.curator()
    (read,) = editions_read(files=[facts(FIRST, "Acme", "Other")], key="TEST")
    (staged,) = editions_stage(editions=[read], by=one)
    told = edition_reconcile(edition=staged, files=[facts(FIRST, "Acme", "Third")], by=one)
    assert told.agree == 1
    assert len(told.differences) == 2
    with pytest.raises(Refused) as refused:
        edition_release(key="TEST", edition=FIRST, by=two)
    assert problems(refused) == ["sources-differ"]
    with pytest.raises(Refused) as refused:
        edition_reconcile(edition=staged, files=[facts(FIRST, "Acme", "Other")], by=one)
    assert problems(refused) == ["same-source"]
    edition_reconcile(edition=staged, files=[facts(FIRST, "Other", "Acme")], by=one)
    assert edition_release(key="TEST", edition=FIRST, by=two).state == Edition.State.RELEASED


def test_words_of_a_name_agree_in_any_order() -> None:
    assert compare({"7": "RIM, Ryong Nam"}, {"7": "Ryong Nam RIM"}).differences == []
    assert compare({"a": "Acme"}, {"b": "ACME"}).agree == 1
    assert compare({"7": "Acme"}, {"7": "Apex"}).differences == [
        "7 is Acme in the first and Apex in the second."
    ]


def test_every_list_of_one_file_is_staged_or_none() -> None:
    text = (
        "source,entity_number,type,programs,name,start_date,end_date,remarks,source_list_url,"
        "alt_names,ids\n"
        "Entity List (EL) - BIS,,,,Acme,,,,,,\nUnverified List (UVL) - BIS,,,,Other,,,,,,\n"
    )
    files = [File("csl.csv", text.encode())]
    with pytest.raises(Refused) as refused:
        editions_read(files=files, edition=FIRST)
    assert problems(refused) == ["unlikely-size", "unlikely-size"]
    with pytest.raises(Refused) as refused:
        editions_read(files=files, key="SDN", edition=FIRST)
    assert problems(refused) == ["list-not-in-file"]
    with pytest.raises(Refused) as refused:
        editions_read(files=files, key="UVL", covers="named")
    assert problems(refused) == ["required"]
    assert {each.key for each in enact("", files, edition=FIRST, covers="named")} == {
        "BIS-EL",
        "UVL",
    }


def judged(names: tuple[str, ...] = ()) -> tuple[User, Edition]:
    """A radio battery by Acme, judged while list 1260H names others; and an edition staged."""
    organisation = factory.organisation()
    officer = factory.user(organisation)
    for key in ("154", "1260H"):
        factory.edition(key, date(2026, 1, 6), names=["Somebody Else Entirely"])
    maker = factory.party("Acme Battery Works", incorporated="US", business="US")
    bom = factory.bom(factory.procurement(organisation))
    factory.line(bom, factory.part(maker=maker, organisation=organisation))
    work_off()
    staged = factory.edition("1260H", date(2026, 6, 8), names=names, state="staged")
    return officer, staged


def test_a_preview_tells_what_comes_and_goes_and_keeps_nothing() -> None:
    _, staged = judged(("Acme Battery Works",))
    told = edition_preview(edition=staged, by=factory.curator(), today=LATER)
    assert told.before is not None
    assert (list(told.coming), list(told.going)) == ([], [])
    assert list(told.renamed) == [("Somebody Else Entirely", "Acme Battery Works")]
    staged.refresh_from_db()
    assert staged.state == Edition.State.STAGED
    assert Listing.objects.filter(edition=staged).count() == 1


def test_a_preview_is_for_curators() -> None:
    officer, staged = judged()
    with pytest.raises(PermissionDenied):
        edition_preview(edition=staged, by=officer, today=LATER)


def test_the_api_tells_who_was_listed_and_what_an_edition_would_move() -> None:
    officer, staged = judged(("Acme Battery Works",))
    client = as_person(officer)
    asked = {"key": "1260H", "true_on": "2026-02-01"}
    told = client.get("/api/v1/editions/listed", asked).json()
    assert told["edition"] == "2026-01-06"
    assert [each["name"] for each in told["entries"]] == ["Somebody Else Entirely"]
    assert codes(client.get("/api/v1/editions/listed", {"key": "1260H"})) == ["required"]
    preview = f"/api/v1/editions/{staged.pk}/preview"
    assert client.get(preview).status_code in (403, 404)
    assert as_person(factory.curator()).get(preview).json()["before"] is not None


def test_the_command_stages_two_sources(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one, two = factory.curator(), factory.curator()
    for name, file in (("a", facts(FIRST, "Acme")), ("b", facts(FIRST, "Acme", "Apex"))):
        (tmp_path / name).write_bytes(file.content)
    first, second = str(tmp_path / "a"), str(tmp_path / "b")
    call_command("list_import", "TEST", first, "--by", one.email)
    call_command("list_import", "TEST", second, "--second", "--edition", str(FIRST))
    assert "1 differ. It cannot be released" in capsys.readouterr().out
    with pytest.raises(CommandError, match="two sources differ"):
        call_command("list_release", "TEST", str(FIRST), "--by", two.email)


@outside
def test_the_whole_of_1260h_by_edition_answers_every_day() -> None:
    lists_load()
    name = "us__dod_chinese_milcorps__sanctions.csv"
    file = File(name, (DATA / "opensanctions" / name).read_bytes())
    made = enact("1260H", [file])
    assert len(made) == 6
    assert set(Edition.objects.filter(key="1260H").values_list("covers", flat=True)) == {"all"}
    assert len(named("1260H", date(2026, 11, 22))) == 188
    cxmt, ymtc = "ChangXin Memory Technologies, Inc.", "Yangtze Memory Technologies Co., Ltd."
    assert cxmt in named("1260H", date(2026, 1, 31))
    assert cxmt not in named("1260H", date(2026, 3, 1))
    assert ymtc not in named("1260H", date(2026, 3, 1))
    assert cxmt in named("1260H", date(2026, 6, 8))
    assert cxmt in named("1260H", date(2026, 3, 1), published_by=date(2026, 2, 16))
    notice = listed_on("1260H", on=date(2026, 3, 1)).edition
    assert notice is not None
    assert notice.confidence == "S"
