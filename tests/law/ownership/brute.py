"""The rule of law.md 3.4, worked out the slow way and apart from the engine.

Every way of completing what is not known is tried, on a grid of eighths. Each completion is solved
by repeating the rule until nothing moves. Only floats are used: on a grid of eighths among so few
parties no value lies so near one half that a float could mistake it, and one that creeps up to one
half is put there.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import combinations, product

from compliance.law.answers import Answer
from compliance.law.ownership.fixed_point import Held, Link

EIGHTH = Fraction(1, 8)


@dataclass
class Graph:
    """Companies 0..n-1 and the sources "G" (a government), "P" (private) and "?" (either).

    stakes: (holder, held, least eighths, most eighths). open: eighths that anyone may hold.
    """

    size: int
    stakes: list[tuple[str, str, int, int]]
    open: dict[str, int]
    controls: dict[tuple[str, str], Answer] = field(default_factory=dict)

    def helds(self) -> dict[str, Held]:
        found = {}
        for party in map(str, range(self.size)):
            shares = {h: (a, b) for h, held, a, b in self.stakes if held == party}
            controls = {h: c for (h, held), c in self.controls.items() if held == party}
            links = tuple(
                Link(
                    h,
                    shares.get(h, (0, 0))[0] * EIGHTH,
                    shares.get(h, (0, 0))[1] * EIGHTH,
                    controls.get(h, Answer.NO),
                )
                for h in {**shares, **controls}
            )
            found[party] = Held(links, self.open[party] * EIGHTH)
        return found


def random_graph(random_: random.Random, *, unknowns: bool) -> Graph:
    size = random_.randint(1, 5)
    left = {str(k): 8 for k in range(size)}
    stakes = []
    holders = [*map(str, range(size)), "G", "P", *(["?"] if unknowns else [])]
    for held in left:
        for holder in random_.sample(holders, random_.randint(0, min(4, len(holders)))):
            most = left[held]
            least = random_.randint(0, most)
            if least:
                stakes.append((holder, held, least, least))
                left[held] -= least
    open_parts = {
        held: random_.randint(0, min(3, most)) if unknowns and random_.random() < 0.3 else 0
        for held, most in left.items()
    }
    if unknowns:
        for _ in range(random_.randint(0, 2)):
            if stakes:
                place = random_.randrange(len(stakes))
                holder, held, least, most = stakes[place]
                least, most = max(0, least - random_.randint(0, 2)), min(8, most + 2)
                stakes[place] = (holder, held, least, most)
    controls = {}
    if random_.random() < 0.2:
        pair = (random_.choice(holders), random_.choice([*left]))
        if pair[0] != pair[1]:
            controls[pair] = random_.choice([Answer.YES, Answer.UNKNOWN])
    return Graph(size, stakes, open_parts, controls)


def completions(graph: Graph) -> Iterator[tuple[dict[tuple[str, str], int], dict[str, int], bool]]:
    """Every way the facts may be: share by (holder, held), control as 8, the open part that a
    government-owned company holds, and whether "?" is a government."""
    ranges = [range(a, b + 1) for *_, a, b in graph.stakes]
    opens = [range(graph.open[str(k)] + 1) for k in range(graph.size)]
    controls = [[True] if c is Answer.YES else [False, True] for c in graph.controls.values()]
    for chosen in product(*ranges):
        shares: dict[tuple[str, str], int] = {}
        totals = dict.fromkeys(map(str, range(graph.size)), 0)
        for (holder, held, *_), eighths in zip(graph.stakes, chosen, strict=True):
            shares[holder, held] = eighths
            totals[held] += eighths
        if max(totals.values()) > 8:
            continue
        for parts in product(*opens):
            if any(totals[str(k)] + part > 8 for k, part in enumerate(parts)):
                continue
            for held_by in product(*controls):
                full = dict(shares)
                for pair, holds in zip(graph.controls, held_by, strict=True):
                    if holds:
                        full[pair] = 8
                for either in (False, True):
                    yield full, {str(k): part for k, part in enumerate(parts)}, either


def closed(graph: Graph) -> set[str]:
    """Companies of a set that holds all of itself, and that nobody outside is sure to control."""
    found: set[str] = set()
    names = [str(k) for k in range(graph.size)]
    for count in range(1, graph.size + 1):
        for group in combinations(names, count):
            if all(
                sum(a for h, held, a, _ in graph.stakes if held == one and h in group) >= 8
                for one in group
            ) and not any(
                sure is Answer.YES and held in group and h not in group
                for (h, held), sure in graph.controls.items()
            ):
                found |= set(group)
    return found


def passes(share: float) -> float:
    return 1.0 if share >= 0.5 else share


def solve(
    size: int, shares: dict[tuple[str, str], int], parts: dict[str, int], sources: dict[str, float]
) -> dict[str, float]:
    """Repeat the rule from zero until it stands still."""
    value = {str(k): sources.get(str(k), 0.0) for k in range(size)} | sources
    while True:
        after = dict(value)
        for party in map(str, range(size)):
            if party not in sources:
                total = passes(parts[party] / 8)
                for (holder, held), eighths in shares.items():
                    if held == party:
                        above = value[holder]
                        total += passes(eighths / 8) * (1.0 if above >= 0.5 else above)
                after[party] = min(1.0, total)
        if max(abs(after[party] - value[party]) for party in value) < 1e-13:
            crept = [party for party, v in value.items() if 0.5 - 1e-9 < v < 0.5]
            if not crept:
                return after
            after |= dict.fromkeys(crept, 0.5)
        value = after


def least_and_most(graph: Graph) -> dict[str, tuple[float, float]]:
    """The bounds of every company over all completions."""
    names = [str(k) for k in range(graph.size)]
    low, high = dict.fromkeys(names, 1.0), dict.fromkeys(names, 0.0)
    rings = closed(graph)
    for shares, parts, either in completions(graph):
        sources = {"G": 1.0, "P": 0.0, "?": float(either)}
        found = solve(graph.size, shares, parts, sources)
        low = {name: min(low[name], found[name]) for name in names}
        if rings:  # who stands behind a ring that owns itself may be a government
            found = solve(graph.size, shares, parts, sources | dict.fromkeys(rings, 1.0))
        high = {name: max(high[name], found[name]) for name in names}
    return {name: (low[name], high[name]) for name in names}
