"""The standing of a company against every completion of small random graphs of who holds whom."""

import random
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from compliance.law.answers import Answer
from compliance.law.feoc import FeocIndex
from compliance.law.world import Disclosure, Metric, Party, Stake, World
from tests.law.ownership.brute import Graph, least_and_most, random_graph, rings_with_bounds
from tests.law.worlds import ON, company, government, person, world

EIGHTH = Decimal("12.5")
QUARTER = Fraction(1, 4)
ANYONE = replace(person("?"), government_of=None)


def world_of(graph: Graph) -> World:
    """Companies of Korea, the government "G", the private person "P" and somebody unknown, "?"."""
    names = [str(number) for number in range(graph.size)]
    parties: list[Party] = [*map(company, names), government("G"), person("P"), ANYONE]
    stakes = [
        Stake(f"s{number}", holder, held, Metric.EQUITY, low * EIGHTH, high * EIGHTH)
        for number, (holder, held, low, high) in enumerate(graph.stakes)
    ]
    told = [Disclosure(f"d{name}", name, 100 - graph.open[name] * EIGHTH) for name in names]
    for metric in (Metric.VOTES, Metric.BOARD):
        told += [Disclosure(f"{metric}{name}", name, Decimal(100), metric) for name in names]
    return world(parties, stakes, disclosures=tuple(told))


NEARLY = 1e-9
"""What the force of repetition leaves open; graphs this small have no other value so near."""


def reaches(low: float, high: float) -> Answer:
    if low >= QUARTER - NEARLY:
        return Answer.YES
    return Answer.UNKNOWN if high >= QUARTER - NEARLY else Answer.NO


def test_a_standing_is_what_every_completion_says(scale: Callable[[int, int], int]) -> None:
    dice = random.Random(18741)
    for number in range(scale(150, 10_000)):
        graph = replace(random_graph(dice, unknowns=number % 2 == 0), controls={})
        index, loose = FeocIndex(world_of(graph)), rings_with_bounds(graph)
        for name, (low, high) in least_and_most(graph).items():
            found, expected = index.standing(name, ON).answer, reaches(low, high)
            wider = loose and found is Answer.UNKNOWN and expected is Answer.NO
            assert found is expected or wider, (name, found, low, high, graph)
