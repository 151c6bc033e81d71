"""What the sources hold of millions of parties, on one metric and one day, over columns.

Equal to `fixed_point` at every threshold: the kernels carry rigorous bounds in whole numbers of a
billionth, and whoever lies too near a threshold is settled here with exact rationals. A ring too
large for them is not settled: its parties may hold anything, and are counted in `unsettled`.
"""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from compliance.law.answers import Answer
from compliance.law.ownership import arithmetic, following, kernels, ordering, rows
from compliance.law.ownership.arithmetic import WHOLE, Flags, Graph, Ints, Places, Rows, Side
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
        start, at = ordering.sort_by(columns.held, size)
        out_start, out_at = ordering.sort_by(columns.holder, size)
        of = rows.interleaved(
            {
                **_where("above", start),
                **_where("below", out_start),
                "open": columns.open,
                "joint": columns.joint,
                "answer": np.zeros(size, np.int8),
                **_side("least", columns.least),
                **_side("most", columns.most),
            }
        )
        self.graph = Graph(
            _rows("above", of, start),
            columns.holder[at],
            columns.low[at],
            columns.high[at],
            columns.control[at],
            of["open"],
            of["joint"],
            _rows("below", of, out_start),
            columns.held[out_at],
        )
        self._grow(0)
        self.least = Side(*(of[f"least {name}"] for name in Side._fields))
        self.most = Side(*(of[f"most {name}"] for name in Side._fields))
        self.answers: Flags = of["answer"]
        self.threshold = threshold
        self.line = int(threshold * WHOLE)
        self.work = following.prepared(size)
        self.order = ordering.find(self.graph)

    def _grow(self, needed: int) -> None:
        """So many free rows behind those of the stakes, and some more."""
        graph = self.graph
        stakes, outs = graph.above.used[0], graph.below.used[0]
        above = rows.interleaved(
            {name: getattr(graph, name)[:stakes] for name in ("low", "high", "holder", "control")},
            needed + stakes // 8 + rows.SPARE,
        )
        below = rows.interleaved({"out": graph.out[:outs]}, needed + outs // 8 + rows.SPARE)
        self.graph = Graph(**{**graph._asdict(), **above, **below})

    @property
    def unsettled(self) -> int:
        """How many parties lie in, or too near, a ring too large to be settled exactly."""
        return int(np.count_nonzero(self.least.doubt | self.most.doubt))

    @property
    def looked_at(self) -> int:
        """How many values the last change moved, once for each end of a party's bounds."""
        return int(self.work.touched[0])

    @property
    def looked(self) -> Places:
        """What the last change had to work out: twice the ring, and one more for the upper end."""
        return self.work.looked[1 : self.work.looked[0] + 1]

    def settle(self) -> Flags:
        """Work out everyone. The answers, by party: does it reach the threshold?"""
        rings = len(self.order.loops)
        if (np.diff(self.order.label[:rings]) < 0).any():  # stakes were added against the order
            self.order = ordering.find(self.graph)
            rings = len(self.order.loops)
        inside, x = self.work.inside, self.work.x
        for lowest, side in ((True, self.least), (False, self.most)):
            ring = 0
            while True:
                ring = kernels.settle(self.graph, self.order, lowest, side, ring, inside, x)
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

    def change(self, holder: int, held: int, low: int, high: int, control: int = 0) -> list[int]:
        """From now on this is what `holder` has of `held`: another share, a first one or (all zero)
        none. Returns the parties whose answer moved.

        Only those downstream whose value moved are looked at. A stake that closes a ring of
        cross-holdings has all rings found anew; one that opens a ring leaves its members together,
        which is as right, until the next such time.
        """
        stake = (holder, held, low, high, control)
        ring = following.change(*self._known(), *stake)
        while ring < following.DONE:
            if ring == following.NO_ROOM:
                above, below = self.graph.above, self.graph.below
                self._grow(max(rows.wanted(above, held), rows.wanted(below, holder)))
            else:
                self.order = ordering.find(self.graph)
            ring = following.change(*self._known(), *stake)
        return self._follow(held, ring)

    def _known(self) -> tuple[Any, ...]:
        """What the kernels of `following` are handed first."""
        known = (self.graph, self.order, self.least, self.most, self.line, self.answers)
        return (*known, self.work)

    def _follow(self, party: int, ring: int) -> list[int]:
        """Where a kernel stopped, settle by exact rationals and go on. Whose answer moved?"""
        while ring >= 0:
            lowest = bool(self.work.lowest[0])
            side = self.least if lowest else self.most
            for each in self._settle_exactly(ring, lowest, side):
                following.note(self.work.touched, each)
                following.pass_on(self.graph, self.order, self.work, each)
            ring = following.go_on(*self._known(), party)
        if not self.work.moved[0]:
            return []
        moved = self.work.moved[1 : self.work.moved[0] + 1].tolist()
        near = {~each for each in moved if each < 0}
        return sorted([each for each in moved if each >= 0] + list(filter(self._moves, near)))

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

    def _settle_exactly(self, ring: int, lowest: bool, side: Side) -> list[int]:
        """Settle one ring by exact rationals, or leave it in doubt. Whose value moved?"""
        members = self.order.nodes[self.order.first[ring] : self.order.first[ring + 1]].tolist()
        found = self._exact(members, lowest, side) if len(members) <= LARGEST_RING else None
        moved = []
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
                moved.append(party)
        return moved

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
                above = graph.holder[graph.above.start[party] : graph.above.stop[party]].tolist()
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
            for at in range(graph.above.start[party], graph.above.stop[party])
            if graph.high[at] or graph.control[at]
        )
        return Held(links, Fraction(int(graph.open[party]), WHOLE), bool(graph.joint[party]))


def _where(table: str, start: Places) -> dict[str, Places]:
    """Columns of `Rows` that lie one behind the other, named for the table."""
    return {f"{table} start": start[:-1], f"{table} stop": start[1:], f"{table} room": start[1:]}


def _rows(table: str, of: Mapping[str, Places], start: Places) -> Rows:
    return Rows(of[f"{table} start"], of[f"{table} stop"], of[f"{table} room"], start[-1:].copy())


def _side(end: str, given: Ints) -> dict[str, NDArray[Any]]:
    """Columns of a `Side` of which nothing is known yet, named for the end."""
    fields: dict[str, NDArray[Any]] = dict.fromkeys(Side._fields, np.zeros_like(given))
    fields["up"] = fields["doubt"] = np.zeros(len(given), np.int8)
    return {f"{end} {name}": column for name, column in (fields | {"given": given}).items()}
