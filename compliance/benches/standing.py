"""How fast the standing of everyone is found: a million parties, and one changed stake.

Side by side in one run, on the same parties and stakes: a worklist in plain Python, a scipy sweep
to a fixed point (both in floats, as one would write them first), and ours, which is exact.
"""

import time
from collections import deque
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from statistics import median
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from compliance.law.answers import Answer
from compliance.law.ownership.arithmetic import HALF, WHOLE, Ints
from compliance.law.ownership.holdings import COMPUTED, Columns, Holdings, units

Dice = np.random.Generator

PARTIES, STAKES, CHANGES = 1_000_000, 1_480_000, 300
FEW_MOVED = 10
QUARTER = Fraction(1, 4)
PATTERNS = (
    ("100",),
    ("51", "49"),
    ("50", "50"),
    ("60", "25"),
    ("49.99", "25"),
    ("30", "25", "24.99"),
)
"""How the holders of one company divide it, in percent."""

GOVERNMENTS, RINGS, LARGEST = 0.02, 1_400, 3_800


def make(parties: int = PARTIES, stakes: int = STAKES, seed: int = 154) -> Columns:
    """Companies below one root in fifty, a few of which are governments; the rest of the shares are
    private. RINGS in a million hold each other, one of them LARGEST companies wide.
    """
    dice = np.random.default_rng(seed)
    roots = parties // 50
    companies = parties - roots
    single, double, triple = _split(companies, stakes)
    pattern = np.concatenate(
        [
            np.zeros(single, np.int64),
            dice.integers(1, 5, double),
            np.full(triple, 5),
        ]
    )
    dice.shuffle(pattern)
    width = np.array([len(each) for each in PATTERNS])[pattern]
    held = np.repeat(np.arange(roots, parties), width)
    nth = np.arange(len(held)) - np.repeat(np.cumsum(width) - width, width)
    table = np.array([[units(Decimal(p)) for p in (*each, "0", "0")[:3]] for each in PATTERNS])
    share = table[np.repeat(pattern, width), nth]
    odd = dice.random(len(held)) < 0.3  # anything below what the pattern says, to two decimals
    share[odd] = dice.integers(1, share[odd] // (WHOLE // 10_000) + 1) * (WHOLE // 10_000)
    near = held - np.minimum(held, dice.geometric(1 / 2_000, len(held)))
    far = (held * dice.random(len(held))).astype(np.int64)
    holder = np.where(dice.random(len(held)) < 0.7, near, far)
    _tie(holder, held, share, nth, roots, parties, dice)
    pairs, rows = np.unique(held.astype(np.int64) * parties + holder, return_index=True)
    given = np.full(parties, COMPUTED, np.int64)
    given[:roots] = np.where(dice.random(roots) < GOVERNMENTS, WHOLE, 0)
    return Columns(
        (pairs % parties).astype(np.int32),
        (pairs // parties).astype(np.int32),
        share[rows],
        share[rows],
        np.zeros(len(rows), np.int8),
        np.zeros(parties, np.int64),
        np.ones(parties, np.int8),
        given,
        given,
    )


def _split(companies: int, stakes: int) -> tuple[int, int, int]:
    """How many companies have one holder, two and three."""
    more = stakes - companies
    triple = more // 4
    double = more - 2 * triple
    return companies - double - triple, double, triple


def _tie(
    holder: Ints, held: Ints, share: Ints, nth: Ints, roots: int, parties: int, dice: Dice
) -> None:
    """Make rings: small ones through the first holder of each, a wide one through the second."""
    first = np.flatnonzero(nth == 0)  # by company, from the first below the roots
    starts = dice.choice(len(first) - 10, RINGS * parties // PARTIES, replace=False)
    for start, size in zip(starts.tolist(), dice.integers(2, 6, len(starts)).tolist(), strict=True):
        members = first[start : start + size]
        holder[members] = np.roll(held[members], 1)
        share[members] = np.minimum(share[members], units(Decimal("49")))
    second = np.flatnonzero(nth == 1)
    middle = len(second) // 2
    wide = second[middle : middle + LARGEST * parties // PARTIES]
    holder[wide] = np.roll(held[wide], 1)
    share[wide] = np.minimum(share[wide], units(Decimal("40")))


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
    """Every way, on the same facts; ours first."""
    for way, work in (("ours, exact", ours), ("worklist", worklist), ("scipy sweep", sweep)):
        begins = time.process_time()
        found = work(columns)
        yield Full(way, time.process_time() - begins, np.asarray(found, bool))


def ours(columns: Columns) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = Holdings(columns, QUARTER).settle() == Answer.YES
    return found


def changes(holdings: Holdings, columns: Columns, count: int) -> Iterator[tuple[float, int]]:
    """One stake halves, and goes back: processor seconds for the former, and how many values it
    moved."""
    dice = np.random.default_rng(842)
    for stake in dice.integers(0, len(columns.held), count).tolist():
        share = int(columns.low[stake])
        begins = time.process_time()
        holdings.change(stake, share // 2, share // 2)
        yield time.process_time() - begins, holdings.looked_at
        holdings.change(stake, share, share)


def report(scale: float = 1.0) -> Iterator[str]:
    """Lines to print as each result comes. scale: of a million parties."""
    parties = max(2_000, int(PARTIES * scale))
    columns = make(parties, int(parties * STAKES / PARTIES))
    small = Holdings(make(2_000, 2_960), QUARTER)
    small.settle()
    small.change(0, 0, 0)  # compiled by now: not what is measured
    holdings = Holdings(columns, QUARTER)
    rings = np.diff(holdings.order.first)[holdings.order.loops == 1]
    yield (
        f"{parties:,} parties, {len(columns.held):,} stakes, {len(rings):,} rings "
        f"of {rings.max():,} parties at most"
    )
    first: Full | None = None
    for each in full(columns):
        first = first or each
        differ = int((each.yes != first.yes).sum())
        yield (
            f"{each.way:<14}{each.seconds:>9.2f} s   {each.seconds / first.seconds:>6.1f} x ours"
            f"   {int(each.yes.sum()):,} at 25 % or more, {differ} otherwise than ours"
        )
    holdings.settle()
    yield f"left unsettled: {holdings.unsettled}"
    found = list(changes(holdings, columns, max(100, int(CHANGES * min(1.0, scale)))))
    near = [seconds for seconds, moved in found if moved <= FEW_MOVED]
    yield (
        f"one stake changed: median {median(s for s, _ in found) * 1e6:.0f} us, "
        f"{median(near) * 1e6:.0f} us where at most {FEW_MOVED} values move; "
        f"worst {max(found)[0] * 1e3:.0f} ms with {max(found)[1]:,} values moved"
    )
