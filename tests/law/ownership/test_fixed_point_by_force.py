"""The engine against every completion of small random graphs, worked out the slow way."""

import random
from collections.abc import Callable
from fractions import Fraction

import pytest

from compliance.law.ownership.fixed_point import attributed
from tests.law.ownership.brute import Graph, least_and_most, random_graph

LOW = {"G": Fraction(1), "P": Fraction(0), "?": Fraction(0)}
HIGH = {"G": Fraction(1), "P": Fraction(0), "?": Fraction(1)}


def difference(graph: Graph) -> str:
    engine = attributed(graph.helds(), LOW, HIGH)
    for name, (low, high) in least_and_most(graph).items():
        found = engine[name]
        if abs(float(found.low) - low) > 1e-9 or abs(float(found.high) - high) > 1e-9:
            return f"{name}: engine {found.low} to {found.high}, by force {low} to {high}: {graph}"
    return ""


@pytest.mark.parametrize("unknowns", [False, True], ids=["all known", "some unknown"])
@pytest.mark.parametrize("seed", range(10))
def test_bounds_are_the_least_and_the_most_of_all_completions(
    unknowns: bool, seed: int, scale: Callable[[int, int], int]
) -> None:
    dice = random.Random(seed)
    for _ in range(scale(100, 5_000)):
        found = difference(random_graph(dice, unknowns=unknowns))
        assert not found, found
