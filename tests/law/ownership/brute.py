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

import numpy as np
from numpy.typing import NDArray

from compliance.law.answers import Answer
from compliance.law.ownership.fixed_point import Held, Link

EIGHTH = Fraction(1, 8)
Floats = NDArray[np.float64]


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


def rings_with_bounds(graph: Graph) -> bool:
    """Somebody in a ring of cross-holdings is held in a share that lies between bounds."""
    above: dict[str, set[str]] = {str(k): set() for k in range(graph.size)}
    for holder, held in [*((h, held) for h, held, *_ in graph.stakes), *graph.controls]:
        above[held].add(holder)

    def behind(party: str) -> set[str]:
        seen, frontier = set[str](), [party]
        while frontier:
            more = above.get(frontier.pop(), set()) - seen
            seen |= more
            frontier += more
        return seen

    return any(low < high and held in behind(held) for _, held, low, high in graph.stakes)


def least_and_most(graph: Graph) -> dict[str, tuple[float, float]]:
    """The bounds of every company over all completions."""
    place = {name: k for k, name in enumerate([*map(str, range(graph.size)), "G", "P", "?"])}
    ways = list(completions(graph))
    share = np.zeros((len(ways), graph.size, len(place)))
    part = np.zeros((len(ways), graph.size))
    value = np.zeros((len(ways), len(place)))
    value[:, place["G"]] = 1
    for way, (shares, parts, either) in enumerate(ways):
        for (holder, held), eighths in shares.items():
            share[way, place[held], place[holder]] = passes(eighths / 8)
        for party, eighths in parts.items():
            part[way, place[party]] = passes(eighths / 8)
        value[way, place["?"]] = float(either)
    low = solve(share, part, value, set()).min(axis=0)
    # Who stands behind a ring that owns itself may be a government.
    high = solve(share, part, value, {place[name] for name in closed(graph)}).max(axis=0)
    return {str(k): (float(low[k]), float(high[k])) for k in range(graph.size)}


def passes(share: float) -> float:
    return 1.0 if share >= 0.5 else share


def solve(share: Floats, part: Floats, value: Floats, whole: set[int]) -> Floats:
    """Repeat the rule from zero, in every completion at once, until nothing moves."""
    companies = part.shape[1]
    value = value.copy()
    value[:, list(whole)] = 1
    while True:
        raised = np.where(value >= 0.5, 1.0, value)
        after = value.copy()
        after[:, :companies] = np.minimum(1, part + np.einsum("whk,wk->wh", share, raised))
        after[:, list(whole)] = 1
        after[np.abs(after - 0.5) < 1e-11] = 0.5
        if np.abs(after - value).max() < 1e-13:
            return after
        value = after
