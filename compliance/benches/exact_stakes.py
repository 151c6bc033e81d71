"""The standing of everyone in fractions, in plain Python: slow, and what the fast ways are held to.

Every party that is in no ring is worked out once, after its holders. A ring is solved as linear
equations in fractions; one too wide for that is closed in between two whole numbers of GRID, from
below and from above, each step rounded outwards.
"""

from fractions import Fraction

from compliance.law.ownership.arithmetic import HALF, WHOLE
from compliance.law.ownership.fixed_point import LARGEST_RING, Held, Link, solve
from compliance.law.ownership.holdings import Columns
from compliance.law.ownership.ordering import Order

GRID = 10**30
ZERO, ONE = Fraction(0), Fraction(1)

Above = list[list[tuple[int, int]]]
"""By party: who holds it, and how many billionths."""


class Exactly:
    """low, high: by party, what the governments hold of it lies between; equal wherever it can be
    written as a fraction of sensible size.

    `order` is the one of the fast way. A party worked out before its holders would raise.
    """

    def __init__(self, columns: Columns, order: Order) -> None:
        self.above: Above = [[] for _ in columns.open]
        rows = zip(
            columns.holder.tolist(), columns.held.tolist(), columns.low.tolist(), strict=True
        )
        for holder, held, share in rows:
            self.above[held].append((holder, share))
        self.low: list[Fraction | None] = [
            None if given < 0 else Fraction(given, WHOLE) for given in columns.least.tolist()
        ]
        self.high = self.low.copy()
        given = [each is not None for each in self.low]
        nodes, first = order.nodes.tolist(), order.first.tolist()
        for ring, loops in enumerate(order.loops.tolist()):
            members = [each for each in nodes[first[ring] : first[ring + 1]] if not given[each]]
            if not loops:
                for party in members:
                    self._one(party)
            elif len(members) <= LARGEST_RING:
                self._ring(members)
            else:
                self._wide_ring(members)

    def at(self, value: Fraction) -> int:
        """How many parties have exactly this value."""
        return sum(a == value == b for a, b in zip(self.low, self.high, strict=True))

    def near(self, value: Fraction) -> int:
        """How many have another value less than a billionth away."""
        billionth = Fraction(1, WHOLE)
        return sum(
            low is not None and low != value and abs(low - value) < billionth for low in self.low
        )

    def reaches(self, threshold: Fraction) -> list[bool | None]:
        """By party; None where the two ends do not tell."""
        return [
            True if must(low) >= threshold else False if must(high) < threshold else None
            for low, high in zip(self.low, self.high, strict=True)
        ]

    def _one(self, party: int) -> None:
        low = self._given(party, self.low)
        above = (each for each, _ in self.above[party])
        same = all(self.low[each] is self.high[each] for each in above)
        self.low[party], self.high[party] = low, low if same else self._given(party, self.high)

    def _given(self, party: int, values: list[Fraction | None]) -> Fraction:
        """What the holders give: whole from one half on, in either of the two factors."""
        total = ZERO
        for holder, share in self.above[party]:
            value = must(values[holder])
            if value and value * 2 >= 1:
                value = ONE
            if value:
                total += value if share >= HALF else value * Fraction(share, WHOLE)
        return min(total, ONE)

    def _ring(self, members: list[int]) -> None:
        helds = {
            str(party): Held(
                tuple(
                    Link(str(holder), Fraction(share, WHOLE), Fraction(share, WHOLE))
                    for holder, share in self.above[party]
                )
            )
            for party in members
        }
        inside = set(members)
        outside = {each for party in members for each, _ in self.above[party]} - inside
        same = all(self.low[each] is self.high[each] for each in outside)
        for values in (self.low,) if same else (self.low, self.high):
            given = {str(each): must(values[each]) for each in outside}
            found = solve(helds, given, lowest=True)
            for party in members:
                values[party] = found[str(party)]
        if same:
            for party in members:
                self.high[party] = self.low[party]

    def _wide_ring(self, members: list[int]) -> None:
        low = self._climb(members, self.low, dict.fromkeys(members, 0), 0)
        high = self._climb(members, self.high, {each: low[each] + 1 for each in members}, 1)
        for party in members:
            self.low[party] = Fraction(low[party], GRID)
            self.high[party] = Fraction(high[party], GRID)

    def _climb(
        self, members: list[int], values: list[Fraction | None], at: dict[int, int], up: int
    ) -> dict[int, int]:
        """Raise the values (of GRID) until none is below what its holders give, rounded down or
        (`up`: 1) up. From nothing and down: never above the solution. Up: never below it, because
        what gives back no more than it is lies above the least solution."""
        outside = {
            each: must(values[each])
            for party in members
            for each, _ in self.above[party]
            if each not in at
        }
        fixed = {
            each: value.numerator * GRID // value.denominator for each, value in outside.items()
        }
        moved = True
        while moved:
            moved = False
            for party in members:
                total = 0
                for holder, share in self.above[party]:
                    value = at[holder] if holder in at else fixed[holder] + up
                    if value * 2 >= GRID:
                        value = GRID
                    total += value if share >= HALF else value * share // WHOLE + up
                total = min(total, GRID)
                if total > at[party]:
                    at[party] = total
                    moved = True
        return at


def must(value: Fraction | None) -> Fraction:
    """A value that has been worked out."""
    if value is None:
        raise LookupError("a party comes before its holders")
    return value
