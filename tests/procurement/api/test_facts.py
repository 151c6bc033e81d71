"""Facts over the API: told, corrected, withdrawn, with their history; refusals beside the field."""

from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from procurement.models import Change, Organisation, Party, Stake, User
from tests import factory
from tests.api import API, as_person, codes, places

pytestmark = pytest.mark.django_db


@pytest.fixture
def ours() -> Organisation:
    return factory.organisation()


@pytest.fixture
def officer(ours: Organisation) -> User:
    return factory.user(ours)


@pytest.fixture
def client(officer: User) -> APIClient:
    return as_person(officer)


def test_a_party_is_told_corrected_and_its_history_says_who_and_why(
    client: APIClient, officer: User
) -> None:
    made = client.post(f"{API}/parties", {"name": "Acme Cells", "incorporated": "jp", "why": "new"})
    assert made.status_code == 201, made.content
    party = made.json()
    assert (party["incorporated"], party["shared"], party["unverified"]) == ("JP", False, False)
    address = f"{API}/parties/{party['id']}"
    moved = client.patch(address, {"incorporated": "KR", "why": "moved to Seoul"})
    assert moved.json()["incorporated"] == "KR"
    latest, first = client.get(f"{address}/history").json()
    assert (latest["values"]["incorporated"], latest["why"]) == ("KR", "moved to Seoul")
    assert latest["known_to"] is None
    assert (first["values"]["incorporated"], first["why"]) == ("JP", "new")
    assert first["known_to"] == latest["known_from"]
    assert latest["actor"] == str(officer)


@pytest.mark.parametrize("word", ["Korea", "China (Taiwan)", "Nowhere", "Europe"])
def test_a_country_that_is_no_one_country_is_asked_back(client: APIClient, word: str) -> None:
    answer = client.post(f"{API}/parties", {"name": "Acme", "incorporated": word})
    assert answer.status_code == 400
    assert places(answer) == ["incorporated"]
    assert codes(answer)[0].startswith("country-")
    assert not Party.objects.exists()


def test_a_field_we_do_not_know_is_refused_and_nothing_is_kept(client: APIClient) -> None:
    answer = client.post(f"{API}/parties", {"name": "Acme", "incorporatd": "JP"})
    assert answer.status_code == 400
    assert (codes(answer), places(answer)) == (["unknown-field"], ["incorporatd"])
    assert not Party.objects.exists()


@pytest.mark.parametrize("field", ["id", "known_from", "unverified"])
def test_a_field_that_is_ours_to_set_is_refused(client: APIClient, field: str) -> None:
    answer = client.post(f"{API}/parties", {"name": "Acme", field: "1"})
    assert (answer.status_code, codes(answer)) == (400, ["read-only"])


def test_a_query_parameter_we_do_not_know_is_refused(client: APIClient) -> None:
    answer = client.get(f"{API}/parties?nmae=x")
    assert (answer.status_code, codes(answer)) == (400, ["unknown-field"])


def test_parties_are_found_by_part_of_a_name_an_alias_or_a_whole_identifier(
    client: APIClient, ours: Organisation
) -> None:
    acme = factory.party("Acme Cells", organisation=ours, aliases=["宁德时代"])
    factory.identifier(acme, "CAGE", "7F0U0")
    factory.party("Other", organisation=ours)

    def found(q: str) -> list[str]:
        return [each["name"] for each in client.get(f"{API}/parties", {"q": q}).json()["results"]]

    assert found("cme ce") == found("德时") == found("7f0u0") == ["Acme Cells"]
    assert found("7f0u") == []


def test_an_identifier_with_a_wrong_check_digit_is_refused(
    client: APIClient, ours: Organisation
) -> None:
    party = factory.party(organisation=ours)
    address = f"{API}/identifiers"
    wrong = client.post(
        address, {"party": party.pk, "scheme": "LEI", "value": "5493001KJTIIGC8Y1R13"}
    )
    assert (wrong.status_code, codes(wrong)) == (422, ["identifier-check-digit"])
    right = {"party": party.pk, "scheme": "LEI", "value": "5493 001K JTII GC8Y 1R12"}
    assert client.post(address, right).json()["value"] == "5493001KJTIIGC8Y1R12"


def test_an_identifier_set_again_takes_the_place_of_the_first(
    client: APIClient, ours: Organisation
) -> None:
    party = factory.party(organisation=ours)
    for value in ("7F0U0", "F9073"):
        told = {"party": party.pk, "scheme": "CAGE", "value": value}
        assert client.post(f"{API}/identifiers", told).status_code == 201
    assert [each.value for each in party.identifiers.all()] == ["F9073"]


def test_an_identifier_of_another_party_is_refused(client: APIClient, ours: Organisation) -> None:
    factory.identifier(factory.party("First", organisation=ours), "CAGE", "7F0U0")
    told = {"party": factory.party(organisation=ours).pk, "scheme": "CAGE", "value": "7F0U0"}
    answer = client.post(f"{API}/identifiers", told)
    assert codes(answer) == ["identifier-taken"]


def test_a_stake_over_the_whole_is_refused_beside_its_field(
    client: APIClient, ours: Organisation
) -> None:
    held = factory.party("Maker", organisation=ours)
    factory.stake(factory.party("A", organisation=ours), held, 92)
    told = {"holder": factory.party("B", organisation=ours).pk, "held": held.pk, "low": "20"}
    answer = client.post(f"{API}/stakes", told)
    assert (answer.status_code, codes(answer), places(answer)) == (
        422,
        ["percent-over-100"],
        ["low"],
    )


def test_a_stake_is_corrected_ended_and_withdrawn(client: APIClient, ours: Organisation) -> None:
    stake = factory.stake(factory.party(organisation=ours), factory.party(organisation=ours), 10)
    address = f"{API}/stakes/{stake.pk}"
    assert client.patch(address, {"low": "25.5", "high": "30"}).json()["low"] == "25.500000"
    assert client.patch(address, {"true_to": "2026-01-01"}).json()["true_to"] == "2026-01-01"
    assert client.delete(f"{address}?why=never+held").status_code == 204
    assert not Stake.objects.exists()
    assert Change.objects.order_by("-id")[0].why == "never held"


@pytest.mark.parametrize("low", ["-1", "101", "ten", "NaN", "Infinity", "1e400", None, [], {}])
def test_a_share_that_is_no_share_is_refused(
    client: APIClient, ours: Organisation, low: object
) -> None:
    told = {
        "holder": factory.party(organisation=ours).pk,
        "held": factory.party(organisation=ours).pk,
        "low": low,
    }
    answer = client.post(f"{API}/stakes", told, format="json")
    assert answer.status_code in (400, 422)
    assert codes(answer)
    assert not Stake.objects.exists()


def test_a_party_that_facts_name_is_not_withdrawn(client: APIClient, ours: Organisation) -> None:
    held = factory.party("Maker", organisation=ours)
    factory.stake(factory.party(organisation=ours), held, 10)
    answer = client.delete(f"{API}/parties/{held.pk}")
    assert (answer.status_code, codes(answer)) == (422, ["in-use"])


def test_a_composition_is_told_told_again_and_its_past_is_kept(
    client: APIClient, ours: Organisation
) -> None:
    part = factory.part(organisation=ours, category="cell")
    source = factory.party("Cathode Maker", organisation=ours)
    address = f"{API}/parts/{part.pk}/composition"
    cathode = {
        "name": "NMC 811",
        "category": "cathode_material",
        "cost": "12.50",
        "cost_basis": "unit_price",
        "source": source.pk,
        "steps": [{"kind": "refining", "country": "South Korea"}],
    }
    told = client.put(address, {"components": [cathode], "complete": True, "why": "datasheet"})
    assert told.status_code == 200, told.content
    assert told.json()["complete"] is True
    [component] = told.json()["components"]
    assert component["steps"][0]["country"] == "KR"
    again = client.put(
        address,
        {"components": [{**cathode, "cost": "13"}, {"name": "PE", "category": "separator"}]},
    )
    first, second = again.json()["components"]
    assert (first["id"], first["cost"]) == (component["id"], "13.000000")
    assert second["steps"] is None  # not told
    assert again.json()["complete"] is None
    assert client.get(address).json() == again.json()


def test_costs_on_different_bases_are_refused_because_they_cannot_be_compared(
    client: APIClient, ours: Organisation
) -> None:
    part = factory.part(organisation=ours, category="cell")
    components = [
        {"name": "a", "category": "separator", "cost": "1", "cost_basis": "unit_price"},
        {"name": "b", "category": "electrolyte", "cost": "1", "cost_basis": "standard_cost"},
    ]
    answer = client.put(f"{API}/parts/{part.pk}/composition", {"components": components})
    assert (answer.status_code, codes(answer)) == (422, ["costs-differ"])
    assert not part.components.exists()


def test_a_composition_is_taken_whole_or_not_at_all(client: APIClient, ours: Organisation) -> None:
    part = factory.part(organisation=ours, category="cell")
    components = [
        {"name": "a", "category": "separator"},
        {"name": "b", "category": "separator", "cost": "-1", "cost_basis": "unit_price"},
    ]
    answer = client.put(f"{API}/parts/{part.pk}/composition", {"components": components})
    assert answer.status_code == 422
    assert places(answer) == ["components[1].cost"]
    assert not part.components.exists()


def test_a_procurement_keeps_its_payment_days_in_order(client: APIClient) -> None:
    told = {"name": "Radio", "agency": "DOD", "payments": ["2027-03-01", "2026-12-01"]}
    made = client.post(f"{API}/procurements", told)
    assert made.json()["payments"] == ["2026-12-01", "2027-03-01"]


@pytest.mark.parametrize("day", ["31/02/2026", "2026-02-31", "soon", 20260101, ""])
def test_a_day_that_is_none_is_refused(client: APIClient, day: object) -> None:
    answer = client.post(f"{API}/procurements", {"name": "Radio", "award": day}, format="json")
    assert (answer.status_code, places(answer)) == (400, ["award"])


def test_a_waiver_for_one_battery_says_which(client: APIClient, ours: Organisation) -> None:
    told = {
        "procurement": factory.procurement(ours).pk,
        "rule": "10-usc-4865",
        "grantor": "sae",
        "scope": "battery",
        "granted": "2026-10-01",
    }
    answer = client.post(f"{API}/waivers", told)
    assert (answer.status_code, places(answer)) == (422, ["part"])
    part = factory.part(organisation=ours)
    assert client.post(f"{API}/waivers", {**told, "part": part.pk}).status_code == 201


def test_a_document_is_kept_byte_for_byte_and_given_back_as_a_download(
    client: APIClient, ours: Organisation
) -> None:
    stake = factory.stake(factory.party(organisation=ours), factory.party(organisation=ours), 10)
    content = b"%PDF-1.7 \x00\xff annual report"
    made = client.post(
        f"{API}/evidence",
        {"title": "Annual report", "grade": "primary", "file": _file("../../report.pdf", content)},
        format="multipart",
    )
    assert made.status_code == 201, made.content
    evidence = made.json()
    assert evidence["filename"] == "report.pdf"
    kept = client.get(f"{API}/evidence/{evidence['id']}/document")
    assert (kept.content, kept["Content-Disposition"]) == (content, "attachment")
    backing = {"evidence": evidence["id"], "table_name": "procurement_stake", "row": stake.pk}
    assert client.post(f"{API}/backings", backing).status_code == 201
    assert client.get(f"{API}/evidence/{evidence['id']}").json()["backings"][0]["row"] == stake.pk


def test_a_statement_that_differs_is_settled_with_a_reason_and_by_its_owner_alone(
    client: APIClient, ours: Organisation
) -> None:
    party = factory.party(organisation=ours, incorporated="KR")
    filed = factory.evidence("Register extract", organisation=ours)
    told = {"evidence": filed.pk, "table_name": "procurement_party", "row": party.pk}
    said = {**told, "field": "incorporated", "says": "CN"}
    made = client.post(f"{API}/backings", said)
    assert made.status_code == 201, made.content
    assert (made.json()["says"], made.json()["set_aside"]) == ("CN", "")
    settle = f"{API}/backings/{made.json()['id']}/settle"
    assert client.post(settle, {"prevails": False}).status_code in (400, 422)
    stranger = APIClient()
    stranger.force_authenticate(factory.user(factory.organisation(), email="s@example.gov"))
    assert stranger.post(settle, {"prevails": True, "reason": "so"}).status_code == 404
    answer = client.post(settle, {"prevails": False, "reason": "Another company"})
    assert answer.status_code == 200, answer.content
    assert answer.json()["set_aside"] == "Another company"
    again = client.post(f"{API}/backings", said).json()
    moved = client.post(
        f"{API}/backings/{again['id']}/settle", {"prevails": True, "reason": "It moved"}
    )
    assert moved.status_code == 200, moved.content
    party.refresh_from_db()
    assert party.incorporated == "CN"


@pytest.mark.parametrize(
    ("name", "content"),
    [("page.html", b"<script>"), ("empty.pdf", b""), ("page.pdf", b"<html><script>")],
)
def test_what_is_no_document_is_refused(client: APIClient, name: str, content: bytes) -> None:
    told = {"title": "x", "file": _file(name, content)}
    answer = client.post(f"{API}/evidence", told, format="multipart")
    assert answer.status_code == 422
    assert places(answer) == ["file"]


def test_an_officer_makes_no_shared_fact_and_a_curator_does() -> None:
    officer = as_person(factory.user(factory.organisation()))
    curator = as_person(factory.curator())
    assert officer.post(f"{API}/parties", {"name": "A", "shared": True}).status_code == 403
    made = curator.post(f"{API}/parties", {"name": "A", "shared": True})
    assert (made.status_code, made.json()["shared"]) == (201, True)
    assert officer.patch(f"{API}/parties/{made.json()['id']}", {"name": "B"}).status_code == 403
    assert officer.get(f"{API}/parties/{made.json()['id']}").status_code == 200


def test_whose_a_fact_is_does_not_change(client: APIClient, ours: Organisation) -> None:
    party = factory.party(organisation=ours)
    answer = client.patch(f"{API}/parties/{party.pk}", {"shared": True})
    assert (answer.status_code, codes(answer)) == (400, ["read-only"])


def test_text_that_no_database_keeps_is_refused(client: APIClient) -> None:
    for text in ("a\\u0000b", "\\ud800"):
        answer = client.post(
            f"{API}/parties", f'{{"name": "{text}"}}', content_type="application/json"
        )
        assert answer.status_code == 400
    assert not Party.objects.exists()


def test_numbers_stay_exact(client: APIClient, ours: Organisation) -> None:
    held = factory.party(organisation=ours)
    told = {"holder": factory.party(organisation=ours).pk, "held": held.pk, "low": "24.999999"}
    assert client.post(f"{API}/stakes", told).json()["low"] == "24.999999"
    assert held.stakes.get().low == Decimal("24.999999")


def _file(name: str, content: bytes) -> object:
    return SimpleUploadedFile(name, content)
