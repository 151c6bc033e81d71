"""A party's standing on its page: what is in doubt clears nobody, by name, with where to settle."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from compliance.selectors.owners import Deciding, party_deciding
from procurement.disputes import disputes_of
from procurement.models import Backing, Evidence, Party, Stake
from procurement.services.evidence import evidence_attach
from tests import factory
from tests.compliance.worlds import Office, every_list, office

pytestmark = pytest.mark.django_db
TODAY = timezone.now().date()
DAY = timedelta(days=1)


@pytest.fixture
def here() -> Office:
    every_list()
    return office()


def attach(here: Office, row: Party | Stake, field: str = "", **facts: Any) -> Evidence:
    says = facts.pop("says", None)
    return evidence_attach(
        organisation=here.organisation, by=here.officer, url="https://example.gov/d",
        backs=[(row._meta.db_table, row.pk, field, says)], **{"title": "Register", **facts},
    )  # fmt: skip


def found(here: Office, day: timedelta = timedelta()) -> Deciding:
    return party_deciding(party=here.cellco, user=here.officer, on=TODAY + day, today=TODAY)


def page(here: Office, client: Client) -> str:
    client.force_login(here.officer)
    return client.get(reverse("compliance:party-owners", args=[here.cellco.pk])).content.decode()


def test_a_document_clears_through_its_last_day_and_no_longer(here: Office, client: Client) -> None:
    assert (found(here).answer, found(here).doubts) == ("no", ())
    document = attach(here, here.cellco, "incorporated", expires=TODAY)
    assert (found(here).answer, found(here).doubts) == ("no", ())
    after = found(here, DAY)
    assert after.answer == "unknown"
    (doubt,) = after.doubts
    assert f"“Register” is good through {TODAY}" in doubt.says
    assert (doubt.document, doubt.statement, doubt.party) == (document.pk, None, here.cellco.pk)
    assert "In doubt that day" not in page(here, client)
    text = client.get(
        reverse("compliance:party-owners", args=[here.cellco.pk]), {"on": str(TODAY + DAY)}
    ).content.decode()
    assert "A current document is needed for where Cellco is incorporated" in text
    assert reverse("procurement:evidence-edit", args=[document.pk]) in text


def test_two_statements_clear_nobody_and_the_page_leads_to_where_they_are_settled(
    here: Office, client: Client
) -> None:
    attach(here, here.cellco, "business", says="KR")
    told = found(here)
    assert told.answer == "unknown"
    statement = Backing.objects.get(says="KR")
    assert [doubt.statement for doubt in told.doubts] == [statement.pk]
    text = page(here, client)
    assert "Which is so of where Cellco has its principal place of business" in text
    assert reverse("procurement:statement-settle", args=[statement.pk]) in text


def test_a_statement_that_alone_taints_taints(here: Office) -> None:
    attach(here, here.cellco, "incorporated", says="CN")
    assert found(here).answer == "yes"


def test_an_ended_document_weakens_no_taint(here: Office) -> None:
    state = factory.party("A state", kind="government", government_of="CN")
    Stake.objects.filter(held=here.cellco, metric="equity").update(low=70, high=70)
    stake = factory.stake(state, here.cellco, 30, metric="equity")
    attach(here, stake, expires=TODAY - DAY)
    told = found(here)
    assert told.answer == "yes"
    assert told.doubts


def test_a_doubt_about_an_owner_leads_to_the_owner(here: Office, client: Client) -> None:
    holder = Stake.objects.filter(held=here.cellco, metric="equity").get().holder
    attach(here, holder, "us_person", expires=TODAY - DAY)
    assert [doubt.party for doubt in found(here).doubts] == [holder.pk]
    assert reverse("procurement:party", args=[holder.pk]) in page(here, client)


def test_statements_that_differ_stand_in_the_order_of_their_grade(here: Office) -> None:
    for grade in ("third_party", "self_declared", "primary"):
        attach(here, here.cellco, "business", says="KR", title=grade, grade=grade)
    (dispute,) = disputes_of([here.cellco], here.officer)
    grades = [each.evidence.grade for each in dispute.statements]
    assert grades == ["primary", "third_party", "self_declared"]
