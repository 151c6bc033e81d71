"""What the sources hold of millions of parties, on one metric and one day, over columns.

Equal to `fixed_point` at every threshold: the kernels carry rigorous bounds in whole numbers of a
billionth, and whoever lies too near a threshold is settled here with exact rationals. A ring too
large for them is not settled: its parties may hold anything, and are counted in `unsettled`.
"""

from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from compliance.law.answers import Answer
from compliance.law.ownership import arithmetic, following, kernels
from compliance.law.ownership.arithmetic import WHOLE, Flags, Graph, Ints, Places, Side
from compliance.law.ownership.fixed_point import (
    HALF,
    LARGEST_RING,
    ONE,
    Bounds,
    Held,
    Link,
    solve,
)

MOST_EXACT = 5_000
"""With more parties than this behind it, nobody is put to exact rationals."""

FEW = 200
"""Fewer parties than this are looked at one by one."""

COMPUTED = -1
"""In `given`: the party's holders decide."""


def units(percent: Decimal) -> int:
    """A percentage as billionths of the whole. ValueError for more than seven decimals."""
    found = percent * (WHOLE // 100)
    if found != found.to_integral_value():
        raise ValueError(f"{percent} percent has more than seven decimals")
    return int(found)


class Columns(NamedTuple):
    """The facts, one row a stake or a party. Shares are whole numbers of a billionth (`units`).

    holder, held, low, high, control: by stake; one row for a pair of parties. control: an Answer.
    open, joint: by party; see `fixed_point.Held`. least, most: by party, a value that stands from
    the start at the one end and at the other, or COMPUTED.
    """

    holder: Places
    held: Places
    low: Ints
    high: Ints
    control: Flags
    open: Ints
    joint: Flags
    least: Ints
    most: Ints


class Holdings:
    """Bounds and answers of everyone. `settle` works out all, `change` what one stake moves."""

    def __init__(self, columns: Columns, threshold: Fraction) -> None:
        size = len(columns.open)
        start, rows = kernels.sort_by(columns.held, size)
        out_start, by_holder = kernels.sort_by(columns.holder, size)
        self.place = np.empty(len(rows), np.int32)
        self.place[rows] = np.arange(len(rows), dtype=np.int32)
        self.graph = Graph(
            start,
            columns.holder[rows],
            columns.low[rows],
            columns.high[rows],
            columns.control[rows],
            columns.open.copy(),
            columns.joint.copy(),
            out_start,
            columns.held[by_holder],
        )
        self.held = columns.held
        self.order = kernels.Order(*kernels.rings(start, self.graph.holder))
        self.least = _side(columns.least)
        self.most = _side(columns.most)
        self.threshold = threshold
        self.line = int(threshold * WHOLE)
        self.answers = np.zeros(size, np.int8)
        self.looked_at = 0
        self._inside = np.zeros(size, np.int32)
        self._x = np.full(size, -1.0)
        self._queued = np.zeros(len(self.order.loops), np.int8)
        self._heap = np.zeros(len(self.order.loops) + 1, np.int32)
        self._touched = np.zeros(size + 1, np.int32)

    @property
    def unsettled(self) -> int:
        """How many parties lie in, or too near, a ring too large to be settled exactly."""
        return int(np.count_nonzero(self.least.doubt | self.most.doubt))

    def settle(self) -> Flags:
        """Work out everyone. The answers, by party: does it reach the threshold?"""
        rings = len(self.order.loops)
        for lowest, side in ((True, self.least), (False, self.most)):
            ring = 0
            while True:
                ring = kernels.settle(
                    self.graph, self.order, lowest, side, ring, self._inside, self._x
                )
                if ring == rings:
                    break
                self._settle_exactly(ring, lowest, side)
                ring += 1
        found = np.where(self.most.over < self.line, Answer.NO.value, Answer.UNKNOWN.value)
        found[self.least.under >= self.line] = Answer.YES.value
        self.answers[:] = found
        for party in np.flatnonzero(self._is_near(self.least) | self._is_near(self.most)):
            self.answers[party] = self._answer(int(party))
        return self.answers

    def change(self, stake: int, low: int, high: int) -> list[int]:
        """One stake changes (0 and 0: ends). Returns the parties whose answer moved.

        `stake`: its row in the columns. Only those downstream whose value moved are looked at:
        `looked_at` counts them, once for each end of their bounds.
        """
        at = self.place[stake]
        self.graph.low[at], self.graph.high[at] = low, high
        ring = self.order.ring[self.held[stake]]
        self.looked_at = 0
        moved: set[int] = set()
        for lowest, side in ((True, self.least), (False, self.most)):
            touched = self._follow(ring, lowest, side)
            self.looked_at += len(touched)
            moved.update(self._candidates(touched))
        return [party for party in sorted(moved) if self._moves(party)]

    def _follow(self, ring: int, lowest: bool, side: Side) -> Places:
        """Work out one ring and, where a value moved, whoever leans on it. Whose value moved?"""
        self._touched[0] = 0
        following.push(self._heap, self._queued, ring)
        while True:
            stopped = following.follow(
                self.graph,
                self.order,
                lowest,
                side,
                self._heap,
                self._queued,
                self._inside,
                self._x,
                self._touched,
            )
            if stopped < 0:
                return self._touched[1 : self._touched[0] + 1]
            self._settle_exactly(stopped, lowest, side)

    def _candidates(self, touched: Places) -> list[int]:
        """Those whose answer may have moved; with many, told apart by columns."""
        if len(touched) < FEW:
            return [int(party) for party in touched]
        sure = self.least.under[touched] >= self.line
        none = self.most.over[touched] < self.line
        was = self.answers[touched]
        same = (sure & (was == Answer.YES)) | (none & (was == Answer.NO))
        return [int(party) for party in touched[~same]]

    def bounds(self, party: int) -> Bounds:
        """Bounds of one party's value; rounded outwards to billionths where they are not exact."""
        low, high = self.least.under[party], self.most.over[party]
        return Bounds(Fraction(int(low), WHOLE), Fraction(int(high), WHOLE))

    def _moves(self, party: int) -> bool:
        answer = self._answer(party)
        moved = bool(answer != self.answers[party])
        self.answers[party] = answer
        return moved

    def _is_near(self, side: Side) -> NDArray[np.bool_]:
        near: NDArray[np.bool_] = (side.under < self.line) & (side.over >= self.line)
        return near

    def _answer(self, party: int) -> Answer:
        if self._reaches(party, True, self.least):
            return Answer.YES
        return Answer.UNKNOWN if self._reaches(party, False, self.most) else Answer.NO

    def _reaches(self, party: int, lowest: bool, side: Side) -> bool:
        if side.under[party] >= self.line:
            return True
        if side.over[party] < self.line:
            return False
        found = self._exact([party], lowest, side)
        return not lowest if found is None else found[party] >= self.threshold

    def _settle_exactly(self, ring: int, lowest: bool, side: Side) -> None:
        """Settle one ring by exact rationals, or leave it in doubt."""
        members = self.order.nodes[self.order.first[ring] : self.order.first[ring + 1]].tolist()
        found = self._exact(members, lowest, side) if len(members) <= LARGEST_RING else None
        for party in members:
            was = (side.under[party], side.over[party], side.up[party])
            if found is None:
                side.doubt[party] = 1
                end = 0 if lowest else WHOLE
                arithmetic.put(side, party, end, end, not lowest)
            else:
                side.doubt[party] = 0
                value = found[party] * WHOLE
                arithmetic.put(side, party, floor(value), ceil(value), found[party] >= HALF)
            if was != (side.under[party], side.over[party], side.up[party]):
                self._touched[0] += 1
                self._touched[self._touched[0]] = party
                following.pass_on(self.graph, self.order, party, self._heap, self._queued)

    def _exact(self, parties: list[int], lowest: bool, side: Side) -> dict[int, Fraction] | None:
        """Exact values of some parties; None where too many stand behind them."""
        graph = self.graph
        asked = set(parties)
        helds: dict[str, Held] = {}
        given: dict[str, Fraction] = {}
        seen, frontier = set(parties), list(parties)
        while frontier:
            party = frontier.pop()
            if side.given[party] >= 0:
                given[str(party)] = Fraction(int(side.given[party]), WHOLE)
            elif party not in asked and side.up[party]:
                given[str(party)] = ONE
            elif party not in asked and side.under[party] == side.over[party]:
                given[str(party)] = Fraction(int(side.under[party]), WHOLE)
            else:
                helds[str(party)] = self._held(party)
                if len(helds) > MOST_EXACT:
                    return None
                above = graph.holder[graph.start[party] : graph.start[party + 1]].tolist()
                frontier += [each for each in above if each not in seen]
                seen.update(above)
        values = solve(helds, given, lowest=lowest)
        return {party: values[str(party)] for party in parties}

    def _held(self, party: int) -> Held:
        graph = self.graph
        links = tuple(
            Link(
                str(graph.holder[at]),
                Fraction(int(graph.low[at]), WHOLE),
                Fraction(int(graph.high[at]), WHOLE),
                Answer(int(graph.control[at])),
            )
            for at in range(graph.start[party], graph.start[party + 1])
            if graph.high[at] or graph.control[at]
        )
        return Held(links, Fraction(int(graph.open[party]), WHOLE), bool(graph.joint[party]))


def _side(given: Ints) -> Side:
    size = len(given)
    under, over, least, most = (np.zeros(size, np.int64) for _ in range(4))
    up, doubt = np.zeros(size, np.int8), np.zeros(size, np.int8)
    return Side(under, over, least, most, up, given, doubt)
