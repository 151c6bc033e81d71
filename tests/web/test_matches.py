"""The queue of names: what it shows, what it keeps, and what it takes back."""

import pytest
from django.test import Client
from django.urls import reverse

from compliance.models import IdentityDecision
from compliance.services.screening import matches_update
from procurement.models import Past, Role
from tests import factory
from tests.compliance.worlds import Office, every_list, office
from tests.factory import NOW

pytestmark = pytest.mark.django_db

QUEUE, DECIDE = "/matches/", "/matches/decide/"


@pytest.fixture
def here() -> Office:
    every_list()
    here = office()
    namesake = factory.party("Contemporary Amperex <Trading>", organisation=here.organisation)
    here.judge(here.bom(here.pack(cells_by=here.catl), here.pack("P-2", cells_by=namesake)))
    matches_update(now=NOW)
    return here


def signed_in(here: Office, role: str) -> Client:
    client = Client()
    client.force_login(factory.user(here.organisation, role=role))
    return client


def pair(here: Office) -> str:
    return f"{here.catl.pk}/154/catl"


def test_the_pair_stands_side_by_side_with_what_agrees(here: Office) -> None:
    page = signed_in(here, Role.COUNSEL).get(QUEUE, {"at": pair(here)}).content.decode()

    assert "Contemporary Amperex Technology Company, Limited" in page
    assert "could be the initials of" in page
    assert "Contemporary Amperex &lt;Trading&gt;" in page


def test_nothing_to_decide_is_said(here: Office) -> None:
    stranger = Client()
    stranger.force_login(factory.user(factory.organisation("Elsewhere"), role=Role.COUNSEL))

    assert "Nothing waits for a decision." in stranger.get(QUEUE).content.decode()


def test_a_decision_is_kept_with_its_reason_and_taken_back(here: Office) -> None:
    counsel = signed_in(here, Role.COUNSEL)
    counsel.post(DECIDE, {"pair": pair(here), "same": "yes", "reason": "its own filing"})
    made = IdentityDecision.objects.get()
    assert (made.party, made.same, made.reason) == (here.catl, True, "its own filing")

    counsel.post(reverse("compliance:matches-undo"))
    assert not IdentityDecision.objects.exists()
    assert Past.objects.filter(table_name="compliance_identitydecision", row=made.pk).exists()


def test_without_a_reason_nothing_is_kept(here: Office) -> None:
    counsel = signed_in(here, Role.COUNSEL)
    page = counsel.post(DECIDE, {"pair": pair(here), "same": "yes", "reason": " "}, follow=True)

    assert "A decision needs its reason." in page.content.decode()
    assert not IdentityDecision.objects.exists()


def test_two_people_are_needed_for_not_the_same(here: Office) -> None:
    first, second = signed_in(here, Role.COUNSEL), signed_in(here, Role.ADMINISTRATOR)
    given = {"pair": pair(here), "same": "no", "reason": "a namesake"}
    first.post(DECIDE, given)
    page = second.get(QUEUE, {"at": pair(here)}).content.decode()
    assert "A second person must confirm it." in page

    second.post(DECIDE, given)
    assert IdentityDecision.objects.get().confirmed_by is not None


def test_ticked_pairs_get_one_decision(here: Office) -> None:
    counsel = signed_in(here, Role.COUNSEL)
    shown = counsel.get(QUEUE).context["pairs"]
    assert len(shown) == 2
    counsel.post(
        DECIDE, {"pair": [each.key for each in shown], "same": "no", "reason": "namesakes"}
    )

    assert IdentityDecision.objects.filter(same=False, reason="namesakes").count() == 2


@pytest.mark.parametrize("key", ["", "x", "1/154", "999999/154/catl", "1/154/catl\0"])
def test_a_pair_that_does_not_wait_is_no_error_of_ours(here: Office, key: str) -> None:
    counsel = signed_in(here, Role.COUNSEL)
    answer = counsel.post(DECIDE, {"pair": key, "same": "yes", "reason": "r"}, follow=True)

    assert answer.status_code == 200
    assert "Choose a pair" in answer.content.decode()


def test_an_officer_may_look_and_not_decide(here: Office) -> None:
    officer = signed_in(here, Role.OFFICER)

    assert officer.get(QUEUE).status_code == 200
    assert officer.post(DECIDE, {"pair": pair(here), "same": "yes"}).status_code == 403
