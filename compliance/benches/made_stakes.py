"""A million made-up parties who hold each other, as the benchmark of standing needs them."""

from decimal import Decimal

import numpy as np

from compliance.law.ownership.arithmetic import HALF, WHOLE, Ints
from compliance.law.ownership.holdings import COMPUTED, Columns, units

Dice = np.random.Generator
PARTIES, STAKES = 1_000_000, 1_480_000

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

THIRDS = 111_111_111 * 333_333_333 // WHOLE  # of which a part of a billionth is left over
PLANTED: tuple[tuple[tuple[int, int, int], ...], ...] = (
    ((0, 1, 400_000_000), (1, 2, 400_000_000), (0, 2, 90_000_000)),
    ((0, 1, 111_111_111), (1, 2, 333_333_333), (0, 2, WHOLE // 4 - THIRDS - 1)),
    ((0, 1, 111_111_111), (1, 2, 333_333_333), (0, 2, WHOLE // 4 - THIRDS)),
    ((0, 1, 400_000_000), (1, 2, 400_000_000), (0, 2, 340_000_000), (2, 3, 250_000_000)),
    ((0, 1, 111_111_111), (1, 2, 333_333_333), (0, 2, HALF - THIRDS - 1), (2, 3, 250_000_000)),
)
"""Stakes (holder, held, share) among a government, 0, and three companies: two tiers come to 25 %
exactly, to less than a billionth below it and above it, to 50 % exactly, so that what is held below
is at 25 %, and to less than a billionth below 50 %."""


def make(parties: int = PARTIES, stakes: int = STAKES, seed: int = 154) -> Columns:
    """Companies below one root in fifty, a few of which are governments; the rest of the shares are
    private. RINGS in a million hold each other, one of them LARGEST companies wide. The last
    companies are the PLANTED ones, over and over: one for each thousand parties.
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
    government = roots - 1
    given[government] = WHOLE
    holder, held, share = _plant(
        pairs % parties, pairs // parties, share[rows], parties, government
    )
    return Columns(
        holder.astype(np.int32),
        held.astype(np.int32),
        share,
        share.copy(),
        np.zeros(len(held), np.int8),
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


def _plant(
    holder: Ints, held: Ints, share: Ints, parties: int, government: int
) -> tuple[Ints, Ints, Ints]:
    """Put the stakes of PLANTED in the place of those of the last companies."""
    count = parties // 1_000
    first = parties - 3 * count
    own = held < first
    rows = []
    for number in range(count):
        place = (government, *range(first + 3 * number, first + 3 * number + 3))
        for here, there, part in PLANTED[number % len(PLANTED)]:
            rows.append((place[here], place[there], part))
    more = np.array(rows, np.int64)
    return (
        np.concatenate([holder[own], more[:, 0]]),
        np.concatenate([held[own], more[:, 1]]),
        np.concatenate([share[own], more[:, 2]]),
    )
