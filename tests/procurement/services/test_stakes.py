"""Shares of a party never add up to more than the party, on any day."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from procurement.models import Change, Party, Stake
from procurement.problems import Refused
from procurement.services.stakes import (
    control_create,
    disclosure_create,
    stake_create,
    stake_end,
    stake_update,
    stake_withdraw,
)
from tests import factory

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def held() -> Party:
    return factory.party("Maker")


def add(held: Party, percent: str, holder: str = "", **facts: Any) -> Stake:
    return stake_create(
        organisation=None,
        by=None,
        holder=factory.party(holder),
        held=held,
        low=Decimal(percent),
        **facts,
    )


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [problem.code for problem in refused.value.problems]


def test_holders_may_have_everything_between_them(held: Party) -> None:
    add(held, "60")
    add(held, "40")
    assert held.stakes.count() == 2


def test_one_millionth_of_a_percent_too_much_is_refused_and_says_who_has_what(held: Party) -> None:
    add(held, "60", "Alpha")
    add(held, "32", "Beta")
    with pytest.raises(Refused) as refused:
        add(held, "8.000001", "Gamma")
    [problem] = refused.value.problems
    assert problem.code == "percent-over-100"
    assert "92 %" in problem.what
    assert "Alpha 60 %" in problem.what
    assert "8.000001 %" in problem.what
    assert held.stakes.count() == 2


def test_votes_and_equity_are_not_added_together(held: Party) -> None:
    add(held, "100")
    add(held, "100", metric="votes")


def test_a_stake_that_begins_the_day_the_other_ends_does_not_meet_it(held: Party) -> None:
    add(held, "80", true_to=date(2026, 5, 1))
    add(held, "80", true_from=date(2026, 5, 1))


def test_a_stake_that_begins_the_day_before_the_other_ends_is_refused_on_that_day(
    held: Party,
) -> None:
    add(held, "80", true_to=date(2026, 5, 1))
    with pytest.raises(Refused) as refused:
        add(held, "80", true_from=date(2026, 4, 30))
    assert "2026-04-30" in refused.value.problems[0].what


def test_a_later_overlap_of_others_is_found(held: Party) -> None:
    add(held, "30", true_from=date(2026, 1, 1))
    add(held, "30", true_from=date(2027, 1, 1))
    with pytest.raises(Refused) as refused:
        add(held, "50")
    assert "2027-01-01" in refused.value.problems[0].what


def test_only_what_is_certain_counts(held: Party) -> None:
    add(held, "60", high=Decimal(90))
    add(held, "40")


@pytest.mark.parametrize("nature", ["option", "convertible", "vie"])
def test_what_is_no_share_does_not_count(held: Party, nature: str) -> None:
    add(held, "100")
    add(held, "100", nature=nature)


def test_a_correction_does_not_meet_itself(held: Party) -> None:
    stake = add(held, "60")
    stake_update(stake=stake, by=None, low=Decimal(100), high=Decimal(100))
    assert Stake.objects.get().low == 100


def test_a_correction_over_the_whole_is_refused(held: Party) -> None:
    add(held, "60")
    stake = add(held, "30")
    with pytest.raises(Refused) as refused:
        stake_update(stake=stake, by=None, low=Decimal(41), high=Decimal(41))
    assert codes(refused) == ["percent-over-100"]
    assert Stake.objects.get(pk=stake.pk).low == 30


@pytest.mark.parametrize(
    ("low", "high", "code"),
    [("-1", "5", "not-a-percent"), ("5", "100.5", "not-a-percent"), ("9", "8", "low-over-high")],
)
def test_shares_that_cannot_be_are_refused(held: Party, low: str, high: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        add(held, low, high=Decimal(high))
    assert codes(refused) == [code]


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity"])
def test_no_number_is_no_share(held: Party, value: str) -> None:
    with pytest.raises(Refused):
        add(held, value)
    assert not held.stakes.exists()


def test_nobody_holds_itself(held: Party) -> None:
    with pytest.raises(Refused) as refused:
        stake_create(organisation=None, by=None, holder=held, held=held, low=Decimal(5))
    assert codes(refused) == ["itself"]
    with pytest.raises(Refused):
        control_create(organisation=None, by=None, controller=held, controlled=held, kind="veto")


def test_ending_keeps_the_stake_and_withdrawing_does_not(held: Party) -> None:
    stake = add(held, "60", true_from=date(2025, 1, 1))
    stake_end(stake=stake, on=date(2026, 1, 1), by=None, why="sold")
    assert Stake.objects.get().true_to == date(2026, 1, 1)
    stake_withdraw(stake=Stake.objects.get(), by=None, why="never held")
    assert not Stake.objects.exists()
    whys = list(Change.objects.filter(table_name="procurement_stake").values_list("why", flat=True))
    assert whys == ["", "sold", "never held"]


def test_an_end_before_the_beginning_is_refused(held: Party) -> None:
    stake = add(held, "60", true_from=date(2025, 1, 1))
    with pytest.raises(Refused) as refused:
        stake_end(stake=stake, on=date(2025, 1, 1), by=None)
    assert codes(refused) == ["ends-before-it-begins"]


def test_own_stakes_are_weighed_with_the_shared_ones_and_not_with_others() -> None:
    ours, theirs = factory.organisation(), factory.organisation()
    held = factory.party("Maker")
    add(held, "60")
    factory.stake(factory.party(), held, 40, organisation=theirs)
    clerk = factory.user(ours)
    holder = factory.party(organisation=ours)
    stake_create(organisation=ours, by=clerk, holder=holder, held=held, low=Decimal(40))
    with pytest.raises(Refused) as refused:
        stake_create(organisation=ours, by=clerk, holder=holder, held=held, low=Decimal(1))
    assert codes(refused) == ["percent-over-100"]


def test_another_organisations_party_does_not_exist_for_us() -> None:
    ours, theirs = factory.organisation(), factory.organisation()
    hidden = factory.party("Hidden Owner", organisation=theirs)
    with pytest.raises(Refused) as refused:
        stake_create(
            organisation=ours,
            by=factory.user(ours),
            holder=hidden,
            held=factory.party(),
            low=Decimal(1),
        )
    assert codes(refused) == ["does-not-exist"]
    assert "Hidden" not in refused.value.problems[0].what


def test_a_shared_stake_cannot_rest_on_one_organisations_own_party() -> None:
    own = factory.party(organisation=factory.organisation())
    with pytest.raises(Refused) as refused:
        stake_create(
            organisation=None,
            by=factory.curator(),
            holder=own,
            held=factory.party(),
            low=Decimal(1),
        )
    assert codes(refused) == ["does-not-exist"]


@pytest.mark.parametrize("role", ["auditor"])
def test_an_auditor_writes_nothing(held: Party, role: str) -> None:
    ours = factory.organisation()
    auditor = factory.user(ours, role=role)
    with pytest.raises(PermissionDenied):
        disclosure_create(organisation=ours, by=auditor, party=held, complete_to=Decimal(90))


def test_shared_facts_are_for_curators(held: Party) -> None:
    officer = factory.user(factory.organisation())
    with pytest.raises(PermissionDenied):
        disclosure_create(organisation=None, by=officer, party=held, complete_to=Decimal(90))
    disclosure_create(organisation=None, by=factory.curator(), party=held, complete_to=Decimal(90))
    assert held.disclosures.get().complete_to == 90
