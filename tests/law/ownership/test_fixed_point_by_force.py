"""The engine against every completion of small random graphs, worked out the slow way."""

import random
from collections.abc import Callable
from fractions import Fraction

import pytest

from compliance.law.ownership.fixed_point import attributed
from tests.law.ownership.brute import (
    Graph,
    least_and_most,
    random_graph,
    rings_with_bounds,
)

LOW = {"G": Fraction(1), "P": Fraction(0), "?": Fraction(0)}
HIGH = {"G": Fraction(1), "P": Fraction(0), "?": Fraction(1)}


def difference(graph: Graph) -> str:
    """In which way the engine is wrong; "" where it is right.

    Its bounds are those over all completions. Only where somebody in a ring is held in a share that
    lies between bounds may the upper one be higher: which share is the most can then depend on what
    it brings about, and the engine takes the most of each by itself.
    """
    engine = attributed(graph.helds(), LOW, HIGH)
    loose = rings_with_bounds(graph)
    for name, (low, high) in least_and_most(graph).items():
        found = engine[name]
        above = float(found.high) - high
        if abs(float(found.low) - low) > 1e-9 or above < -1e-9 or (above > 1e-9 and not loose):
            return f"{name}: engine {found.low} to {found.high}, by force {low} to {high}: {graph}"
    return ""


@pytest.mark.parametrize("unknowns", [False, True], ids=["all known", "some unknown"])
@pytest.mark.parametrize("seed", range(20))
def test_bounds_are_the_least_and_the_most_of_all_completions(
    unknowns: bool, seed: int, scale: Callable[[int, int], int]
) -> None:
    dice = random.Random(seed)
    for _ in range(scale(50, 2_500)):
        found = difference(random_graph(dice, unknowns=unknowns))
        assert not found, found


def test_bounds_within_rings_are_seldom_wider_than_they_need_be(
    scale: Callable[[int, int], int],
) -> None:
    dice = random.Random(889)
    tried = wider = 0
    while tried < scale(200, 5_000):
        graph = random_graph(dice, unknowns=True)
        if rings_with_bounds(graph):
            tried += 1
            engine = attributed(graph.helds(), LOW, HIGH)
            bounds = least_and_most(graph)
            wider += any(float(engine[n].high) > high + 1e-9 for n, (_, high) in bounds.items())
    assert wider <= tried / 50
