"""What if: each thing that may be supposed moves what it should, and nothing is ever stored."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from compliance.services.supposing import Otherwise, Supposed, bom_suppose
from procurement.models import Change, Component, Role
from procurement.problems import Refused
from tests import factory
from tests.compliance.worlds import clean_company
from tests.web.places import Place, place

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 22)


@pytest.fixture
def here() -> Place:
    return place()


def supposed(here: Place, **otherwise: Any) -> Supposed:
    return bom_suppose(bom=here.bom, otherwise=Otherwise(**otherwise), today=DAY)


def page(here: Place, role: str = Role.OFFICER, **asked: Any) -> str:
    client = Client()
    client.force_login(here.people[role])
    answer = client.get(reverse("compliance:what-if", args=[here.bom.pk]), asked)
    assert answer.status_code == 200
    return answer.content.decode()


def turned(found: Supposed, rule: str) -> set[tuple[str, str]]:
    return {
        (each.before[0], each.after[0])
        for each in found.turned
        if each.rule == rule and each.line is not None
    }


def test_supposing_what_is_so_moves_nothing(here: Place) -> None:
    found = supposed(here, dates={"award": here.office.procurement.award})
    assert found.turned == ()
    assert found.asked > 0


def test_an_award_on_the_last_day_before_the_law_is_not_yet_bound(here: Place) -> None:
    early = {"award": date(2027, 12, 31), "delivery": date(2027, 12, 31)}
    assert turned(supposed(here, dates=early), "10-usc-4865") == {
        ("prohibited", "not_yet_in_force")
    }
    on_the_day = {"award": date(2028, 1, 1)}
    assert turned(supposed(here, dates=on_the_day), "10-usc-4865") == set()


def test_another_day_is_asked_of_the_supposed_world_alone(here: Place) -> None:
    found = supposed(here, on=date(2027, 12, 31))
    assert ("prohibited", "not_yet_in_force") in turned(found, "10-usc-4865")


@pytest.mark.parametrize(("percent", "moves"), [("24.99", False), ("25", True)])
def test_a_share_held_by_a_government_counts_from_exactly_a_quarter(
    here: Place, percent: str, moves: bool
) -> None:
    acme = here.office.acme
    office = here.office
    bom = office.bom(office.pack("PACK-7", cells_by=acme, supplier=acme), name="Clean packs")
    office.judge(bom)
    office.relay()
    owner = acme.stakes.get(metric="equity")
    state = factory.party("State Fund", kind="government", government_of="CN")
    owner.low = owner.high = Decimal(75)
    owner.save()
    found = bom_suppose(
        bom=bom,
        otherwise=Otherwise(held=acme, holder=state, metric="equity", percent=Decimal(percent)),
        today=DAY,
    )
    became = {each.after[0] for each in found.turned if each.rule == "10-usc-4865"}
    assert ("prohibited" in became) is moves


def test_a_share_that_takes_a_company_over_the_whole_is_refused_by_name(here: Place) -> None:
    with pytest.raises(Refused) as refused:
        supposed(here, held=here.office.acme, holder=here.office.catl, percent=Decimal("0.01"))
    (problem,) = refused.value.problems
    assert (problem.code, problem.where) == ("percent-over-100", "percent")


def test_a_component_from_a_clean_company_is_followed_to_the_verdict(here: Place) -> None:
    clean = clean_company("Better Cells", here.office.organisation)
    parts = here.office.pack("PACK-8", cells_by=clean, supplier=clean)
    bad = Component.objects.filter(part=parts).order_by("pk")[0]
    bad.source = here.office.catl
    bad.save()
    bom = here.office.bom(parts, name="Nearly clean")
    here.office.judge(bom)
    here.office.relay()
    found = bom_suppose(bom=bom, otherwise=Otherwise(component=bad, source=clean), today=DAY)
    assert ("prohibited", "permitted") in turned(found, "10-usc-4865")


def test_a_company_put_on_a_list_moves_what_that_list_decides(here: Place) -> None:
    found = supposed(here, listed=here.office.acme, list_key="154")
    assert any(each.rule == "ndaa-2024-154" for each in found.turned)
    with pytest.raises(Refused) as refused:
        supposed(here, listed=here.office.acme, list_key="NO-SUCH")
    assert refused.value.problems[0].where == "list_key"


def test_a_staged_edition_is_taken_as_released(here: Place) -> None:
    staged = factory.edition("154", date(2026, 11, 1), state="staged")
    staged.listings.create(code="acme", name="Acme Power", true_from=date(2026, 11, 1))
    found = supposed(here, edition=staged)
    assert any(each.rule == "ndaa-2024-154" for each in found.turned), "a name is a question"


def test_nothing_is_written_and_the_page_says_so(here: Place) -> None:
    changes = Change.objects.count()
    client = Client()
    client.force_login(here.people[Role.OFFICER])
    address = reverse("compliance:what-if", args=[here.bom.pk])
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(address, {"award": "2027-12-31", "delivery": "2027-12-31"})
    text = answer.content.decode()
    writes = [each["sql"] for each in asked if each["sql"].startswith(("INSERT", "UPDATE", "DEL"))]
    assert not [sql for sql in writes if "django_session" not in sql]
    assert Change.objects.count() == changes
    assert "nothing is stored" in text
    assert "Not yet in force" in text
    assert "To make it real, change" in text
    edit = reverse("procurement:procurement-edit", args=[here.office.procurement.pk])
    assert f"{edit}#id_award" in text


def test_an_auditor_may_suppose_and_is_offered_no_form_to_change(here: Place) -> None:
    text = page(here, Role.AUDITOR, award="2027-12-31")
    assert "What would move" in text
    assert "To make it real" not in text


def test_half_a_supposition_is_asked_for_the_other_half(here: Place) -> None:
    client = Client()
    client.force_login(here.people[Role.OFFICER])
    address = reverse("compliance:what-if", args=[here.bom.pk])
    answer = client.get(address, {"percent": "25"})
    assert answer.status_code == 422
    assert answer.content.decode().count("Give this too.") >= 2
    answer = client.get(address, {"holder": "Nobody We Know", "percent": "25"})
    assert "Choose one from the list." in answer.content.decode()
    assert "tick" not in answer.content.decode()
