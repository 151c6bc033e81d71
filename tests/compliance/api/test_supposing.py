"""What if, over the API: a source, a list's edition or a reading otherwise, and nothing kept."""

from datetime import date
from typing import Any

import pytest
from rest_framework.test import APIClient

from compliance.models import Determination
from procurement.models import Bom, Change, Component
from tests import factory
from tests.api import API, as_person, codes
from tests.compliance.worlds import Office, every_list, office

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def ours() -> Office:
    every_list()
    return office()


@pytest.fixture
def client(ours: Office) -> APIClient:
    return as_person(ours.officer)


@pytest.fixture
def bom(ours: Office) -> Bom:
    """A pack whose cathode comes from a company in China, all else clean."""
    part = ours.pack()
    cathode = Component.objects.get(part=part, category="cathode_material")
    cathode.source = ours.catl
    cathode.save()
    made = ours.bom(part)
    ours.judge(made)
    ours.relay()
    return made


def moved(client: APIClient, bom: Bom, **supposed: Any) -> dict[str, tuple[str, str]]:
    """Rule → (before, after) of the first line."""
    answer = client.post(f"{API}/what-if", {"bom": bom.pk, **supposed})
    assert answer.status_code == 200, answer.content
    line = bom.lines.get().pk
    return {
        each["rule"]: (each["before"]["verdict"], each["after"]["verdict"])
        for each in answer.json()["moved"]
        if each["line"] == line
    }


def test_another_source_is_supposed_and_nothing_is_kept(
    client: APIClient, bom: Bom, ours: Office
) -> None:
    cathode = Component.objects.get(category="cathode_material")
    kept = (Determination.objects.count(), Change.objects.count())
    found = moved(client, bom, component=cathode.pk, source=ours.acme.pk)
    assert found["10-usc-4865"] == ("prohibited", "permitted")
    cathode.refresh_from_db()
    assert cathode.source == ours.catl
    assert (Determination.objects.count(), Change.objects.count()) == kept


def test_a_reading_is_supposed_by_who_may_not_choose_it(client: APIClient, bom: Bom) -> None:
    assert moved(client, bom, readings={"4865-refined": "component"}) == {}
    answer = client.post(
        f"{API}/what-if", {"bom": bom.pk, "readings": {"4865-refined": "whatever"}}
    )
    assert (answer.status_code, codes(answer)) == (400, ["invalid-choice"])


def test_a_staged_edition_is_supposed_by_curators_only(client: APIClient, bom: Bom) -> None:
    staged = factory.edition("154", date(2026, 11, 1), state="staged", names=["Acme Power"])
    asked = {"bom": bom.pk, "edition": staged.pk}
    assert client.post(f"{API}/what-if", asked).status_code == 403


def test_half_a_source_and_two_kinds_of_supposition_are_refused(
    client: APIClient, bom: Bom, ours: Office
) -> None:
    cathode = Component.objects.get(category="cathode_material")
    half = client.post(f"{API}/what-if", {"bom": bom.pk, "component": cathode.pk})
    assert (half.status_code, codes(half)) == (400, ["required"])
    change = {"kind": "party", "id": ours.acme.pk, "values": {"business": "CN"}}
    both = {"bom": bom.pk, "changes": [change], "readings": {"4865-refined": "component"}}
    answer = client.post(f"{API}/what-if", both)
    assert (answer.status_code, codes(answer)) == (400, ["invalid"])


def test_another_organisations_component_does_not_exist(client: APIClient, bom: Bom) -> None:
    theirs = office("Somebody else")
    component = factory.component(theirs.pack("PACK-9"), "anode", "anode_material")
    asked = {"bom": bom.pk, "component": component.pk, "source": theirs.catl.pk}
    answer = client.post(f"{API}/what-if", asked)
    assert (answer.status_code, codes(answer)) == (400, ["does-not-exist"])


def test_readiness_tells_of_the_contractor_beside_the_lines(
    client: APIClient, bom: Bom, ours: Office
) -> None:
    def faced() -> set[tuple[bool, str]]:
        told = client.get(f"{API}/boms/{bom.pk}/readiness").json()["results"]
        return {(each["line"] is None, each["rule"]) for each in told}

    assert (True, "ndaa-2024-805-a") not in faced()
    ours.procurement.counterparty = ours.acme
    ours.procurement.save()
    assert (True, "ndaa-2024-805-a") in faced()
    assert (False, "10-usc-4865") in faced()
    later = client.get(f"{API}/boms/{bom.pk}/readiness", {"offset": 1}).json()["results"]
    assert later == []
