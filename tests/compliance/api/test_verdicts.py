"""From a submitted BOM to its verdicts, proofs, replays, changes and certificates, over the API."""

import hashlib
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from compliance import verifier
from compliance.law.rules import BY_ID
from compliance.models import Determination, Edition, Proof
from compliance.selectors.lines import flags_in_words
from procurement.models import Bom, Organisation, Stake, User
from tests import factory
from tests.api import API, as_person, codes, work_off

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def ours() -> Organisation:
    return factory.organisation()


@pytest.fixture
def officer(ours: Organisation) -> User:
    return factory.user(ours)


@pytest.fixture
def client(officer: User) -> APIClient:
    return as_person(officer)


@pytest.fixture
def bom(client: APIClient, ours: Organisation) -> Bom:
    """A battery pack by a party that sec. 154 names, and a resistor; judged."""
    maker = factory.party("Contemporary Amperex Technology Co., Limited", incorporated="CN")
    factory.edition(
        "154", date(2023, 12, 22), names=["Contemporary Amperex Technology Co., Limited"]
    )
    factory.part("PACK-1", organisation=ours, maker=maker, category="battery_pack", chemistry="lfp")
    told = {
        "procurement": {
            "name": "Radio",
            "agency": "DOD",
            "program": "acquisition",
            "milestone_b": "2029-01-01",
            "award": "2029-06-01",
            "obligation": "2029-06-01",
            "delivery": "2029-12-01",
        },
        "name": "Radio BOM",
        "lines": [
            {
                "part_number": "PACK-1",
                "maker": maker.name,
                "description": "LFP battery pack",
                "quantity": 2,
            },
            {"part_number": "R-1", "maker": "Yageo", "description": "Resistor 10k", "quantity": 9},
        ],
    }
    answer = client.post(f"{API}/boms", told)
    assert answer.status_code == 202, answer.content
    work_off()
    return Bom.objects.get(pk=answer.json()["id"])


def verdicts(client: APIClient, bom: Bom, **query: Any) -> dict[tuple[str, str], dict[str, Any]]:
    """(part number, rule) → verdict."""
    answer = client.get(f"{API}/boms/{bom.pk}/verdicts", query)
    assert answer.status_code == 200, answer.content
    numbers = dict(bom.lines.values_list("pk", "part_number"))
    return {
        (numbers.get(each["line"], ""), each["rule"]): each for each in answer.json()["results"]
    }


def test_each_line_has_a_verdict_under_each_rule_worst_first(client: APIClient, bom: Bom) -> None:
    status = client.get(f"{API}/boms/{bom.pk}/status").json()
    assert (status["done"], status["judged"], status["percent"]) == (True, 2, 100)
    found = verdicts(client, bom)
    assert found["R-1", "10-usc-4865"]["verdict"] == "not_applicable"
    pack = found["PACK-1", "10-usc-4865"]
    assert pack["verdict"] not in ("permitted", "not_applicable")
    assert pack["sentence"]
    told = client.get(f"{API}/boms/{bom.pk}").json()
    assert (
        told["worst"] == client.get(f"{API}/boms/{bom.pk}/verdicts").json()["results"][0]["verdict"]
    )
    assert sum(each["lines"] for each in told["tally"]) == 2


def test_companies_that_own_each_other_whole_are_carried_as_anybodys_and_named(
    client: APIClient, ours: Organisation, bom: Bom
) -> None:
    """A ring of 100 % holdings, told by the API: it may be a government's, or nobody's."""
    one, other = (factory.party(name, organisation=ours) for name in ("Ouro", "Boros"))
    for holder, held in ((one, other), (other, one)):
        told = {"holder": holder.pk, "held": held.pk, "low": "100"}
        assert client.post(f"{API}/stakes", told).status_code == 201
    pack = factory.part("PACK-2", organisation=ours, maker=one, cells_by=one, chemistry="lfp")
    lines = [{"part_number": pack.number, "maker": one.name, "quantity": 1}]
    told = {"procurement": bom.procurement_id, "name": "Ring", "lines": lines}
    answer = client.post(f"{API}/boms", told)
    assert answer.status_code == 202, answer.content
    work_off()
    ring = Bom.objects.get(pk=answer.json()["id"])
    found = verdicts(client, ring)["PACK-2", "10-usc-4865"]
    assert found["verdict"] == "insufficient_information"
    assert "ownership-closed" in found["flags"]
    proof = client.get(f"{API}/determinations/{found['determination']}/proof").json()
    (cells,) = proof["dossier"]["part"]["units"][0]["cells"]
    details = [detail for each in cells["feoc"][-1]["reasons"] for detail in each["detail"]]
    assert ["held by governments", "0 to 1"] in details
    (says,) = [each for each in flags_in_words(found["flags"]) if "own each other whole" in each]
    assert says.startswith("Companies own each other whole, with no owner outside")


def test_verdicts_can_be_asked_of_one_rule(client: APIClient, bom: Bom) -> None:
    found = verdicts(client, bom, rule="10-usc-4865")
    assert {rule for _, rule in found} == {"10-usc-4865"}
    answer = client.get(f"{API}/boms/{bom.pk}/verdicts?rule=10-usc-9999")
    assert (answer.status_code, codes(answer)) == (400, ["invalid-choice"])


def test_a_verdict_can_be_asked_for_another_day(client: APIClient, bom: Bom) -> None:
    early = verdicts(client, bom, true_on="2025-01-01", rule="10-usc-4865")
    assert early["PACK-1", "10-usc-4865"]["verdict"] == "not_yet_in_force"
    assert early["PACK-1", "10-usc-4865"]["on"] == "2025-01-01"
    assert early["PACK-1", "10-usc-4865"]["determination"] is None
    before = Determination.objects.count()
    late = verdicts(client, bom, true_on="2032-01-01", rule="10-usc-4865")
    assert late["PACK-1", "10-usc-4865"]["verdict"] != "not_yet_in_force"
    assert Determination.objects.count() == before


def test_a_verdict_cannot_be_asked_of_what_was_not_known_yet(client: APIClient, bom: Bom) -> None:
    answer = client.get(f"{API}/boms/{bom.pk}/verdicts?known_on=2020-01-01")
    assert (answer.status_code, codes(answer)) == (400, ["too-early"])
    assert verdicts(client, bom, known_on=(timezone.now() + timedelta(seconds=1)).isoformat())


@pytest.mark.parametrize("query", ["true_on=31/02/2026", "true_on=2026-02-31", "known_on=soon"])
def test_a_day_that_is_none_is_refused(client: APIClient, bom: Bom, query: str) -> None:
    answer = client.get(f"{API}/boms/{bom.pk}/verdicts?{query}")
    assert (answer.status_code, codes(answer)) == (400, ["invalid"])


def test_a_proof_is_given_byte_for_byte_and_its_digest_is_the_verdicts(
    client: APIClient, bom: Bom
) -> None:
    verdict = verdicts(client, bom)["PACK-1", "10-usc-4865"]
    answer = client.get(f"{API}/determinations/{verdict['determination']}/proof")
    assert hashlib.sha256(answer.content).hexdigest() == verdict["proof_digest"]
    assert answer.content.decode() == Proof.objects.get(pk=verdict["proof_digest"]).body


def test_a_proof_is_given_with_the_grounds_that_the_verifier_needs(
    client: APIClient, bom: Bom
) -> None:
    verdict = verdicts(client, bom)["PACK-1", "10-usc-4865"]
    answer = client.get(f"{API}/determinations/{verdict['determination']}/pack")
    assert answer.json()["proofs"][0]["digest"] == verdict["proof_digest"]
    assert [each["cite"] for each in verdict["confidence"]]
    assert {"10-usc-4865", "hr-1166"} <= set(answer.json()["confidence"])
    assert not list(verifier.verify(answer.json()))


def test_a_verdict_replayed_gives_the_same_bytes_even_after_facts_moved(
    client: APIClient, bom: Bom, ours: Organisation
) -> None:
    verdict = verdicts(client, bom)["PACK-1", "10-usc-4865"]
    part = bom.lines.get(part_number="PACK-1").part
    assert client.patch(f"{API}/parts/{part.pk}", {"assembled_in": "US"}).status_code == 200
    answer = client.post(f"{API}/determinations/{verdict['determination']}/replay")
    assert answer.status_code == 200, answer.content
    assert answer.json() == {
        "same": True,
        "outdated": False,
        "stored_digest": verdict["proof_digest"],
        "replayed_digest": verdict["proof_digest"],
    }


def test_the_days_ahead_are_told_in_stretches_without_a_gap(client: APIClient, bom: Bom) -> None:
    told = client.get(f"{API}/boms/{bom.pk}/readiness").json()
    assert told["count"] == 2
    pack = bom.lines.get(part_number="PACK-1").pk
    [stretches] = [
        each["stretches"]
        for each in told["results"]
        if (each["line"], each["rule"]) == (pack, "10-usc-4865")
    ]
    assert stretches[0]["since"] is None
    days = [each["since"] for each in stretches[1:]]
    assert days == sorted(set(days))
    for each in stretches[1:]:
        asked = verdicts(client, bom, true_on=each["since"], rule="10-usc-4865")
        assert asked["PACK-1", "10-usc-4865"]["verdict"] == each["verdict"]


def test_repairs_are_told_smallest_first(client: APIClient, bom: Bom) -> None:
    verdict = verdicts(client, bom)["PACK-1", "10-usc-4865"]
    answer = client.get(f"{API}/determinations/{verdict['determination']}/repairs")
    assert answer.status_code == 200, answer.content
    sizes = [len(each["steps"]) for each in answer.json()["repairs"]]
    assert sizes == sorted(sizes)
    assert all(sizes)


def test_what_would_move_is_told_and_nothing_is_kept(
    client: APIClient, bom: Bom, ours: Organisation
) -> None:
    part = bom.lines.get(part_number="PACK-1").part
    stakes, kept = Stake.objects.count(), Determination.objects.count()
    asked = {
        "bom": bom.pk,
        "changes": [{"kind": "part", "id": part.pk, "values": {"category": "resistor"}}],
    }
    answer = client.post(f"{API}/what-if", asked)
    assert answer.status_code == 200, answer.content
    moved = {(each["rule"]): each for each in answer.json()["moved"]}
    assert moved["10-usc-4865"]["after"]["verdict"] == "not_applicable"
    assert moved["10-usc-4865"]["before"]["verdict"] != "not_applicable"
    part.refresh_from_db()
    assert part.category == "battery_pack"
    assert (Stake.objects.count(), Determination.objects.count()) == (stakes, kept)


def test_a_change_that_may_not_be_made_may_not_be_supposed(client: APIClient, bom: Bom) -> None:
    maker: Any = bom.lines.get(part_number="PACK-1").part.maker  # shared: kept by curators
    asked = {
        "bom": bom.pk,
        "changes": [{"kind": "party", "id": maker.pk, "values": {"incorporated": "US"}}],
    }
    assert client.post(f"{API}/what-if", asked).status_code == 403


def test_answers_that_moved_are_told_once_each_with_their_cause(
    client: APIClient, bom: Bom, ours: Organisation
) -> None:
    start = client.get(f"{API}/changes").json()
    part = bom.lines.get(part_number="PACK-1").part
    told = {"category": "resistor", "why": "a resistor after all"}
    assert client.patch(f"{API}/parts/{part.pk}", told).status_code == 200
    work_off()
    page = client.get(f"{API}/changes", {"cursor": start["cursor"]}).json()
    assert page["changes"]
    first = page["changes"][0]
    assert first["became"] == "not_applicable"
    assert "a resistor after all" in first["cause"]
    again = client.get(f"{API}/changes", {"cursor": page["cursor"]}).json()
    assert (again["changes"], again["cursor"]) == ([], page["cursor"])
    certificate = client.get(f"{API}/rechecks/{first['recheck']}/certificate").json()
    assert (certificate["state"], certificate["touched"] > 0) == ("done", True)
    assert len(certificate["digest"]) == 64
    assert {each["id"] for each in certificate["moved"]} == {e["id"] for e in page["changes"]}


@pytest.mark.parametrize("cursor", ["x", "-1", "1.5", "9" * 30, "²"])
def test_a_cursor_that_is_none_is_refused(client: APIClient, cursor: str) -> None:
    answer = client.get(f"{API}/changes", {"cursor": cursor})
    assert (answer.status_code, codes(answer)) == (400, ["invalid"])


def test_the_audit_report_is_given_in_both_forms(client: APIClient, bom: Bom) -> None:
    pdf = client.get(f"{API}/boms/{bom.pk}/report.pdf")
    assert (pdf.status_code, pdf.content[:5]) == (200, b"%PDF-")
    xlsx = client.get(f"{API}/boms/{bom.pk}/report.xlsx")
    assert xlsx.content[:2] == b"PK"
    assert hashlib.sha256(xlsx.content).hexdigest() == xlsx["X-Content-SHA256"]
    assert client.get(f"{API}/boms/{bom.pk}/report.docx").status_code == 404


WORLD: dict[str, Any] = {
    "procurement": {"agency": "DOD", "award": "2029-06-01"},
    "parties": [{"name": "Acme", "incorporated": "US"}],
    "parts": [
        {"number": "R-1", "maker": "Acme", "category": "resistor"},
        {"number": "P-1", "maker": "Acme", "category": "battery_pack", "chemistry": "lfp"},
    ],
    "lines": [{"ref": "1", "part": "R-1"}, {"ref": "2", "part": "P-1"}],
}


def test_a_world_is_evaluated_and_nothing_is_kept(client: APIClient) -> None:
    answer = client.post(f"{API}/evaluate", {"world": WORLD, "rules": ["10-usc-4865"]})
    assert answer.status_code == 200, answer.content
    found = {each["line"]: each for each in answer.json()["verdicts"]}
    assert found["1"]["verdict"] == "not_applicable"
    assert found["2"]["verdict"] == "insufficient_information"
    assert found["2"]["missing"]
    assert found["2"]["proof"]["finding"]["rule"] == "10-usc-4865"
    assert {each["cite"] for each in found["2"]["confidence"]} == set(found["2"]["because"])
    assert {each["words"] for each in found["2"]["confidence"]} == {"Text read in full"}
    assert not Proof.objects.exists()


def test_what_evaluate_proves_is_checked_by_the_verifier(client: APIClient) -> None:
    pack = client.post(f"{API}/evaluate", {"world": WORLD}).json()["pack"]
    assert len(pack["proofs"]) > 10
    assert not list(verifier.verify(pack))
    pack["proofs"][0]["grounds"] = "0" * 64
    assert list(verifier.verify(pack))
    bare = client.post(f"{API}/evaluate", {"world": WORLD, "proofs": False}).json()
    assert bare["pack"] is None


def test_rules_are_told_with_flags_cases_and_what_those_cover(client: APIClient) -> None:
    rules = {each["id"]: each for each in client.get(f"{API}/rules").json()}
    assert set(rules) == set(BY_ID)
    told = client.get(f"{API}/rules/ndaa-2024-154").json()
    (majority,) = [row for row in told["outline"] if row["cite"] == "(c)(2)"]
    assert majority["flags"] == ["P", "T", "I"]
    assert majority["our_reading"] == "more than half, so that exactly half is no majority"
    assert majority["readings"] == ["154-majority-base", "154-such-entity"]
    assert all(case["as_expected"] for case in told["cases"])
    assert {each["verdict"] for each in told["reached"] if each["cases"]} > {"prohibited"}
    assert client.get(f"{API}/rules/no-such-rule").status_code == 404


def test_a_world_that_cannot_be_read_is_refused_by_name_and_place(client: APIClient) -> None:
    bad = {**WORLD, "parties": [{"name": "Acme", "incorporatd": "US"}]}
    answer = client.post(f"{API}/evaluate", {"world": bad})
    assert (answer.status_code, codes(answer)) == (422, ["unknown-key"])
    others: list[Any] = [None, [], "x", 1]
    for world in others:
        assert client.post(f"{API}/evaluate", {"world": world}).status_code == 400


HOLDS = {"holder": "Acme", "held": "B", "metric": "equity"}
RING = [{**HOLDS, "percent": 100}, {**HOLDS, "holder": "B", "held": "Acme", "percent": 100}]
ENTRY = {"name": "x", "true_from": "2028-01-02", "true_to": "2028-01-01"}
LISTS = [{"key": "154", "edition": "2023-12-22", "entries": [ENTRY]}]
THIRD = [{**HOLDS, "percent": "about a third"}]
TOO_MUCH = [{**HOLDS, "percent": 92}, {**HOLDS, "percent": 20}]


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("percent-over-100", {"stakes": TOO_MUCH}),
        ("ends-before-it-begins", {"lists": LISTS}),
        ("unknown-country", {"parties": [{"name": "Acme", "business": "Korea"}]}),
        ("not-a-number", {"stakes": THIRD}),
        ("ownership-closed", {"stakes": RING}),
        ("told-twice", {"parties": [*WORLD["parties"], *WORLD["parties"]]}),
    ],
)
def test_facts_that_cannot_be_so_are_refused_by_name(
    client: APIClient, code: str, told: dict[str, Any]
) -> None:
    parties = [*WORLD["parties"], {"name": "B"}]
    answer = client.post(f"{API}/evaluate", {"world": {**WORLD, "parties": parties, **told}})
    assert answer.status_code == 422
    assert code in codes(answer)


def test_an_edition_is_released_by_another_curator_than_who_staged_it() -> None:
    stager, other = factory.curator(), factory.curator()
    edition = factory.edition(names=["A"], state=Edition.State.STAGED, staged_by=stager)
    address = f"{API}/editions/{edition.pk}/release"
    assert codes(as_person(stager).post(address)) == ["second-person"]
    officer = as_person(factory.user(factory.organisation(), role="counsel"))
    assert officer.post(address).status_code == 403
    assert as_person(other).post(address).json()["state"] == "released"


def test_counsel_chooses_a_reading_and_an_officer_does_not(ours: Organisation) -> None:
    counsel = as_person(factory.user(ours, role="counsel"))
    reading = counsel.get(f"{API}/readings").json()[0]
    alternative = next(iter(reading["alternatives"]))
    told = {"alternative": alternative, "reason": "as advised"}
    address = f"{API}/readings/{reading['key']}/choose"
    assert as_person(factory.user(ours)).post(address, told).status_code == 403
    chosen = {each["key"]: each["chosen"] for each in counsel.post(address, told).json()}
    assert chosen[reading["key"]] == alternative
    unknown = counsel.post(address, {"alternative": "whatever"})
    assert codes(unknown) == ["invalid-choice"]


def test_shares_in_a_whatif_are_checked_as_for_good(
    client: APIClient, bom: Bom, ours: Organisation
) -> None:
    held = factory.party(organisation=ours)
    factory.stake(factory.party(organisation=ours), held, Decimal(80))
    change = {
        "kind": "stake",
        "values": {"holder": factory.party(organisation=ours).pk, "held": held.pk, "low": "30"},
    }
    answer = client.post(f"{API}/what-if", {"bom": bom.pk, "changes": [change]})
    assert (answer.status_code, codes(answer)) == (422, ["percent-over-100"])
