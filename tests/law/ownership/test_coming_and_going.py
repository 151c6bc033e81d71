"""Stakes that begin and end against the exact engine: the same answers in whatever order."""

import random
from collections.abc import Callable

import numpy as np
import pytest

from compliance.law.ownership.arithmetic import WHOLE
from compliance.law.ownership.holdings import Holdings
from tests.law.ownership.facts import (
    QUARTER,
    SOURCES,
    Row,
    chance,
    change,
    columns,
    compare,
    exactly,
)


def test_stakes_that_come_and_go_equal_all_anew(way: str, scale: Callable[[int, int], int]) -> None:
    """Any party may come to hold any other: against the order, in rings and itself."""
    dice = random.Random(842)
    for _ in range(scale(40, 5_000) if way == "compiled" else 40):
        graph, open_, options = chance(dice)
        rows = {row[:2]: row for row in graph}
        names = [*sorted(open_), *SOURCES]
        facts, place = columns(graph, open_=open_, options=options)
        found = Holdings(facts, QUARTER)
        found.settle()
        for _ in range(12):
            pair = dice.choice(names), dice.choice(sorted(open_))
            if pair in rows and dice.random() < 0.6:
                del rows[pair]
                row: Row = (*pair, 0, 0, 0)
            else:
                others = (each for each in rows.values() if each[1] == pair[1] and each[:2] != pair)
                left = WHOLE - sum(low for _, _, low, _, _ in others)  # nobody is held twice over
                share = min(left, dice.randint(0, 8) * WHOLE // 8)
                high = max(share, dice.choice((share, share, WHOLE // 2)))
                row = rows[pair] = (*pair, share, high, dice.choice((0, 0, 0, 0, 1, 2)))
            before = found.answers.copy()
            moved = change(found, place, row)
            compare(found, place, exactly(list(rows.values()), open_, options))
            assert moved == np.flatnonzero(before != found.answers).tolist()
        known = found.answers.copy()
        assert found.settle().tolist() == known.tolist()


def test_a_stake_may_be_added_where_all_room_is_used(
    way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("compliance.law.ownership.holdings.rows.SPARE", 0)
    rows: list[Row] = [(holder, "A", 10_000_000, 10_000_000, 0) for holder in "GP"]
    facts, place = columns(rows, names=["A", *SOURCES, *(f"r{k}" for k in range(40))])
    found = Holdings(facts, QUARTER)
    found.settle()
    for k in range(40):
        rows += [("G", f"r{k}", WHOLE, WHOLE, 0), (f"r{k}", "A", 6_250_000, 6_250_000, 0)]
        change(found, place, rows[-2])
        moved = change(found, place, rows[-1])
        assert moved == ([place["A"]] if k == 38 else [])  # 1 % and 39 times a sixteenth of 10 %
        compare(found, place, exactly(rows, {}))


def test_a_long_chain_added_from_its_foot_is_put_in_order(way: str) -> None:
    """Each stake leans against the order that all stakes before it have made."""
    names = [f"c{k}" for k in range(100)]
    rows: list[Row] = [(a, b, WHOLE, WHOLE, 0) for a, b in zip(names[1:], names, strict=False)]
    facts, place = columns([], names=[*names, *SOURCES])
    found = Holdings(facts, QUARTER)
    found.settle()
    for row in rows:
        assert change(found, place, row) == []
    assert change(found, place, ("G", "c99", WHOLE, WHOLE, 0)) == sorted(
        place[name] for name in names
    )
    assert change(found, place, ("c0", "c99", 0, 1, 0)) == []  # a ring of them all
    assert change(found, place, ("G", "c99", 0, 0, 0)) == sorted(place[name] for name in names)


def test_labels_without_room_between_them_are_numbered_anew(
    way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [f"c{k}" for k in range(30)]
    facts, place = columns([], names=[*names, *SOURCES])
    found = Holdings(facts, QUARTER)
    found.settle()
    found.order.label[:] = np.arange(len(found.order.label))  # no room at all
    for name in names[:-1]:
        assert change(found, place, ("c29", name, WHOLE, WHOLE, 0)) == []
    assert np.diff(np.sort(found.order.label[:-1])).min() > 1
    assert len(change(found, place, ("G", "c29", WHOLE, WHOLE, 0))) == 30
    found.order.label[found.order.before[-1]] = 1 << 62  # behind the last, nothing is left
    last = int(found.order.nodes[found.order.before[-1]])
    found.change(last, int(found.order.nodes[found.order.after[-1]]), 1, 1)
    assert found.order.label.max() < 1 << 62


def test_a_change_says_what_it_worked_out(way: str) -> None:
    tenth = WHOLE // 10
    rows: list[Row] = [("G", "A", tenth, tenth, 0), ("A", "B", tenth, tenth, 0)]
    facts, place = columns([*rows, ("P", "C", tenth, tenth, 0)])
    found = Holdings(facts, QUARTER)
    found.settle()
    change(found, place, ("G", "A", 0, 0, 0))
    ring = [int(found.order.ring[place[name]]) for name in "AB"]
    assert found.looked.tolist() == [2 * each + end for end in (0, 1) for each in ring]
