"""What the benchmark measures, small: that all ways come to the same, not how fast."""

from fractions import Fraction

import numpy as np
import pytest

from compliance.benches import exact_stakes
from compliance.benches.exact_stakes import Exactly
from compliance.benches.made_stakes import PLANTED, make
from compliance.benches.standing import QUARTER, full, moves, report
from compliance.law.answers import Answer
from compliance.law.ownership.arithmetic import WHOLE
from compliance.law.ownership.holdings import Holdings

HALF = Fraction(1, 2)


def test_facts_are_the_same_on_every_machine_and_nobody_is_held_twice_over() -> None:
    one, two = make(4_000, 5_920), make(4_000, 5_920)
    assert [column.tolist() for column in one] == [column.tolist() for column in two]
    assert np.bincount(one.held, one.low).max() <= WHOLE


def test_there_are_rings_and_all_of_them_are_settled() -> None:
    found = Holdings(make(20_000, 29_600), QUARTER)
    found.settle()
    assert np.count_nonzero(found.order.loops) > 10
    assert found.unsettled == 0


@pytest.mark.parametrize("widest", [exact_stakes.LARGEST_RING, 1])
def test_ours_is_exact_at_and_around_each_threshold(
    widest: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where every ring is closed in from both sides instead of solved."""
    monkeypatch.setattr(exact_stakes, "LARGEST_RING", widest)
    columns = make(20_000, 29_600)
    found = Holdings(columns, QUARTER)
    answers = found.settle()
    exact = Exactly(columns, found.order)
    assert answers.tolist() == [Answer.of(each) for each in exact.reaches(QUARTER)]
    planted = 20_000 // 1_000 // len(PLANTED)
    assert exact.at(QUARTER) >= 2 * planted
    assert exact.at(HALF) >= planted
    assert exact.near(QUARTER) >= 2 * planted
    assert exact.near(HALF) >= planted


def test_floats_miss_only_what_lies_at_a_threshold() -> None:
    columns = make(20_000, 29_600)
    ours, worklist, sweep = full(columns)
    assert ours.yes.any()
    exact = Exactly(columns, Holdings(columns, QUARTER).order)
    for each in (worklist, sweep):
        for party in np.flatnonzero(ours.yes != each.yes):
            value = exact.low[party]
            assert value is not None
            assert abs(value - QUARTER) < Fraction(1, WHOLE)


def test_each_kind_of_move_is_undone_before_the_next() -> None:
    columns = make(4_000, 5_920)
    found = Holdings(columns, QUARTER)
    before = found.settle().copy()
    kinds = {kind for kind, moved in moves(found, columns, 40) if moved.floor > 0}
    assert kinds == {"halved", "ended", "new"}
    assert found.answers.tolist() == before.tolist()
    assert found.settle().tolist() == before.tolist()


def test_each_way_and_each_move_are_reported_beside_their_goals() -> None:
    lines = list(report(0.002))
    assert "scale 0.002" in lines[0]
    goals = [line for line in lines if line.lstrip().startswith("goal")]
    assert len(goals) == 5
    assert goals[1].endswith("0 otherwise than in fractions, 0 unsettled, met")
