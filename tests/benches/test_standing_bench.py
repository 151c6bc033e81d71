"""What the benchmark measures, small: that all ways come to the same, not how fast."""

import numpy as np

from compliance.benches.standing import QUARTER, full, make, report
from compliance.law.ownership.arithmetic import WHOLE
from compliance.law.ownership.holdings import Holdings


def test_facts_are_the_same_on_every_machine_and_nobody_is_held_twice_over() -> None:
    one, two = make(4_000, 5_920), make(4_000, 5_920)
    assert [column.tolist() for column in one] == [column.tolist() for column in two]
    assert np.bincount(one.held, one.low).max() <= WHOLE


def test_there_are_rings_and_all_of_them_are_settled() -> None:
    found = Holdings(make(20_000, 29_600), QUARTER)
    found.settle()
    assert np.count_nonzero(found.order.loops) > 10
    assert found.unsettled == 0


def test_all_ways_come_to_the_same_answers() -> None:
    ours, worklist, sweep = full(make(20_000, 29_600))
    assert ours.yes.any()
    assert np.array_equal(ours.yes, worklist.yes)
    assert np.array_equal(ours.yes, sweep.yes)


def test_each_way_and_a_change_are_reported() -> None:
    lines = list(report(0.002))
    assert len(lines) == 6
    assert lines[4] == "left unsettled: 0"
