"""Which holdings decide a standing: the fewest, largest first, that are enough by themselves."""

from dataclasses import replace
from datetime import timedelta

import pytest

from compliance.law.deciding import deciding
from compliance.law.feoc import FeocIndex
from compliance.law.world import World
from tests.law.worlds import ON, company, government, stake, world

G, H = government("G", "CN"), government("H", "CN")
X, A, B = company("X"), company("A"), company("B")


def pairs(facts: World) -> set[tuple[str, str]]:
    return set(deciding(FeocIndex(facts), "X", ON))


@pytest.mark.parametrize(
    ("percent", "found"), [("24.99", set()), ("25", {("G", "X")}), ("25.01", {("G", "X")})]
)
def test_a_link_decides_from_a_quarter_on(percent: str, found: set[tuple[str, str]]) -> None:
    assert pairs(world([G, X], [stake("G", "X", percent)])) == found


def test_of_two_that_are_enough_each_the_larger_decides() -> None:
    facts = world([G, H, X], [stake("G", "X", "26"), stake("H", "X", "40")])
    assert pairs(facts) == {("H", "X")}


def test_two_that_are_enough_only_together_both_decide() -> None:
    facts = world([G, H, X], [stake("G", "X", "20"), stake("H", "X", "5")])
    assert pairs(facts) == {("G", "X"), ("H", "X")}


def test_the_path_goes_on_up_to_the_government_and_leaves_out_who_adds_nothing() -> None:
    stakes = [
        stake("A", "X", "30"), stake("B", "X", "60"), stake("G", "A", "50"), stake("H", "A", "10"),
    ]  # fmt: skip
    assert pairs(world([G, H, X, A, B], stakes)) == {("A", "X"), ("G", "A")}


def test_through_a_minority_all_that_is_needed_above_it_decides() -> None:
    stakes = [stake("A", "X", "49"), stake("G", "A", "35"), stake("H", "A", "14.9")]
    assert pairs(world([G, H, X, A], stakes)) == set()  # 0.49 of 49.9 percent: 24.451
    stakes = [stake("A", "X", "60"), stake("G", "A", "20"), stake("H", "A", "10")]
    assert pairs(world([G, H, X, A], stakes)) == {("A", "X"), ("G", "A"), ("H", "A")}


def test_a_ring_above_ends() -> None:
    stakes = [
        stake("A", "X", "60"), stake("B", "A", "40"), stake("A", "B", "40"), stake("G", "B", "45"),
        stake("G", "A", "20"),
    ]  # fmt: skip
    found = pairs(world([G, X, A, B], stakes))
    assert ("A", "X") in found
    assert ("G", "A") in found or ("G", "B") in found


def test_a_stake_that_has_ended_decides_no_more() -> None:
    held = stake("G", "X", "60")
    for ends, found in ((ON, set()), (ON + timedelta(days=1), {("G", "X")})):
        assert pairs(world([G, X], [replace(held, true_to=ends)])) == found


def test_who_is_of_concern_by_itself_is_decided_by_no_owner_of_no_concern() -> None:
    facts = world([X, A], [stake("A", "X", "60")])
    native = replace(X, incorporated="CN", business="CN")
    assert pairs(replace(facts, parties=(native, A))) == set()
