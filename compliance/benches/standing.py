"""How fast the standing of everyone is found: a million parties, and one stake that moves.

Side by side in one run, on the same parties and stakes: a worklist in plain Python, a scipy sweep
to a fixed point (both in floats, as one would write them first), and ours, which is exact. What is
exact is held to fractions in plain Python, with parties at each threshold and within a billionth.

One stake halves, ends, or is new. A change costs what it must work out anew (the floor: those
rings once each, in a bare loop, on warm memory) and what is *beyond*: finding them, in order.
"""

import time
from collections import deque
from collections.abc import Callable, Iterator
from fractions import Fraction
from statistics import median
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from compliance.benches.exact_stakes import Exactly
from compliance.benches.made_stakes import PARTIES, STAKES, make
from compliance.benches.stating import goal, machine
from compliance.law.answers import Answer
from compliance.law.ownership.arithmetic import (
    HALF,
    WHOLE,
    Graph,
    Places,
    Side,
    compiled,
    settle_one,
)
from compliance.law.ownership.following import Work
from compliance.law.ownership.holdings import Columns, Holdings
from compliance.law.ownership.kernels import settle_ring
from compliance.law.ownership.ordering import Order

CHANGES = 500
FLOOR = 2_000
"""The floor of a change is measured on about so many parties, the same ones again and again."""
ROUNDS = 3
QUARTER = Fraction(1, 4)
TIMES_WORKLIST, BEYOND = 20, 50
"""The goals: so many times as fast as the worklist; a change, beyond its floor, in microseconds."""


def worklist(columns: Columns) -> list[bool]:
    """Plain Python: whoever moved queues those it holds, until nobody moves."""
    size = len(columns.open)
    above: list[list[tuple[int, float]]] = [[] for _ in range(size)]
    below: list[list[int]] = [[] for _ in range(size)]
    for holder, held, share in zip(
        columns.holder.tolist(), columns.held.tolist(), columns.low.tolist(), strict=True
    ):
        above[held].append((holder, 1.0 if share >= HALF else share / WHOLE))
        below[holder].append(held)
    given = columns.least.tolist()
    value = [max(each, 0) / WHOLE for each in given]
    queue = deque(range(size))
    waiting = [True] * size
    while queue:
        party = queue.popleft()
        waiting[party] = False
        for held in below[party]:
            if given[held] >= 0:
                continue
            total = 0.0
            for holder, share in above[held]:
                each = value[holder]
                total += share * (1.0 if each >= 0.5 else each)
            total = min(1.0, total)
            if total > value[held] + 1e-12:
                value[held] = total
                if not waiting[held]:
                    waiting[held] = True
                    queue.append(held)
    return [each >= 0.25 for each in value]


def sweep(columns: Columns) -> NDArray[np.bool_]:
    """scipy: every party at once, again and again, until nothing moves."""
    size = len(columns.open)
    share = np.where(columns.low >= HALF, 1.0, columns.low / WHOLE)
    matrix = sparse.csr_matrix((share, (columns.held, columns.holder)), shape=(size, size))
    fixed = columns.least >= 0
    value = np.where(fixed, columns.least, 0) / WHOLE
    while True:
        after = np.minimum(1.0, matrix @ np.where(value >= 0.5, 1.0, value))
        after[fixed] = value[fixed]
        if np.abs(after - value).max() < 1e-12:
            found: NDArray[np.bool_] = after >= 0.25
            return found
        value = after


class Full(NamedTuple):
    """What one way came to for everyone, in processor seconds; the answers by party."""

    way: str
    seconds: float
    yes: NDArray[np.bool_]


def full(columns: Columns) -> Iterator[Full]:
    """Every way, on the same facts; ours first. The median of ROUNDS, of the worklist one."""
    ways: tuple[tuple[str, int, Callable[[Columns], object]], ...] = (
        ("ours, exact", ROUNDS, ours),
        ("worklist", 1, worklist),
        ("scipy sweep", ROUNDS, sweep),
    )
    for way, rounds, work in ways:
        times = []
        for _ in range(rounds):
            begins = time.process_time()
            found = work(columns)
            times.append(time.process_time() - begins)
        yield Full(way, median(times), np.asarray(found, bool))


def ours(columns: Columns) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = Holdings(columns, QUARTER).settle() == Answer.YES
    return found


class Moved(NamedTuple):
    """What one move took, and its floor, in processor seconds; and how many values it moved."""

    seconds: float
    floor: float
    values: int

    @property
    def beyond(self) -> float:
        return self.seconds - self.floor


@compiled
def again(
    graph: Graph, order: Order, least: Side, most: Side, work: Work, looked: Places, times: int
) -> None:
    """Work the rings out once more, so many times: settled as they are, nothing moves."""
    for _ in range(times):
        for each in looked:
            ring, side, lowest = each // 2, most, False
            if each % 2 == 0:
                side, lowest = least, True
            begin, end = order.first[ring], order.first[ring + 1]
            if order.loops[ring]:
                settle_ring(graph, order.nodes[begin:end], lowest, side, work.inside, work.x)
            else:
                settle_one(graph, order.nodes[begin], lowest, side)


def timed(holdings: Holdings, holder: int, held: int, share: int) -> Moved:
    """From now on `holder` has this share of `held`."""
    begins = time.process_time()
    holdings.change(holder, held, share, share)
    seconds = time.process_time() - begins
    looked = holdings.looked.copy()
    first = holdings.order.first
    times = max(1, FLOOR // int((first[looked // 2 + 1] - first[looked // 2]).sum()))
    known = (holdings.graph, holdings.order, holdings.least, holdings.most, holdings.work)
    begins = time.process_time()
    again(*known, looked, times)
    floor = (time.process_time() - begins) / times
    return Moved(seconds, floor, holdings.looked_at)


def moves(holdings: Holdings, columns: Columns, count: int) -> Iterator[tuple[str, Moved]]:
    """Of each kind so many, each of them undone before the next."""
    dice = np.random.default_rng(842)
    stakes = dice.integers(0, len(columns.held), count).tolist()
    pairs = set(zip(columns.holder.tolist(), columns.held.tolist(), strict=True))
    free = WHOLE - np.bincount(columns.held, columns.low, len(columns.open)).astype(np.int64)
    room = np.flatnonzero((free > 1) & (columns.least < 0))
    for stake in stakes:
        holder, held = int(columns.holder[stake]), int(columns.held[stake])
        share = int(columns.low[stake])
        yield "halved", timed(holdings, holder, held, share // 2)
        holdings.change(holder, held, share, share)
        yield "ended", timed(holdings, holder, held, 0)
        holdings.change(holder, held, share, share)
        held = int(dice.choice(room))
        holder = int(held * dice.random())  # anyone who is not below it by the way they were made
        if (holder, held) not in pairs:
            yield "new", timed(holdings, holder, held, int(free[held]) // 2)
            holdings.change(holder, held, 0, 0)


def report(scale: float = 1.0) -> Iterator[str]:
    """Lines to print as each result comes. scale: of a million parties."""
    parties = max(2_000, int(PARTIES * scale))
    columns = make(parties, int(parties * STAKES / PARTIES))
    small = Holdings(make(2_000, 2_960), QUARTER)
    small.settle()
    timed(small, 0, 1_000, 1)  # compiled by now: not what is measured
    holdings = Holdings(columns, QUARTER)
    rings = np.diff(holdings.order.first)[holdings.order.loops == 1]
    yield machine(scale)
    yield (
        f"{parties:,} parties, {len(columns.held):,} stakes, {len(rings):,} rings "
        f"of {rings.max():,} parties at most"
    )
    found = []
    for each in full(columns):
        found.append(each)
        differ = int((each.yes != found[0].yes).sum())
        yield (
            f"{each.way:<14}{each.seconds:>9.2f} s   {each.seconds / found[0].seconds:>6.1f} x ours"
            f"   {int(each.yes.sum()):,} at 25 % or more, {differ} otherwise than ours"
        )
    times = found[1].seconds / found[0].seconds
    yield goal(f"{TIMES_WORKLIST} x the worklist", f"{times:.0f} x", times >= TIMES_WORKLIST)
    yield from exactness(holdings, columns)
    yield from each_move(holdings, columns, max(100, int(CHANGES * min(1.0, scale))))


def exactness(holdings: Holdings, columns: Columns) -> Iterator[str]:
    """Ours held to fractions, everyone."""
    answers = holdings.settle()
    begins = time.process_time()
    exact = Exactly(columns, holdings.order)
    wanted = exact.reaches(QUARTER)
    seconds = time.process_time() - begins
    wrong = sum(
        answer != Answer.of(each) for answer, each in zip(answers.tolist(), wanted, strict=True)
    )
    half = Fraction(1, 2)
    yield (
        f"in fractions  {seconds:>9.2f} s   {exact.at(QUARTER):,} at 25 % exactly and "
        f"{exact.near(QUARTER):,} within a billionth, {exact.at(half):,} at 50 % and "
        f"{exact.near(half):,} within"
    )
    yield goal(
        "exact at every threshold",
        f"{wrong} otherwise than in fractions, {holdings.unsettled} unsettled",
        wrong == 0 and holdings.unsettled == 0,
    )


def each_move(holdings: Holdings, columns: Columns, count: int) -> Iterator[str]:
    """What one stake costs that halves, ends, or is new."""
    found: dict[str, list[Moved]] = {}
    for kind, moved in moves(holdings, columns, count):
        found.setdefault(kind, []).append(moved)
    for kind, each in found.items():
        worst = max(each)
        yield (
            f"one stake {kind:<7} median {median(m.seconds for m in each) * 1e6:.0f} us, "
            f"floor {median(m.floor for m in each) * 1e6:.1f} us; "
            f"worst {worst.seconds * 1e3:.0f} ms with {worst.values:,} values moved "
            f"(floor {worst.floor * 1e3:.0f} ms)"
        )
        beyond = median(m.beyond for m in each) * 1e6
        yield goal(f"{BEYOND} us beyond its floor", f"{beyond:.0f} us", beyond < BEYOND)
