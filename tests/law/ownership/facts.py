"""Columns made for tests, and what the exact engine says of the same facts."""

import importlib.util
import random
import sys
from fractions import Fraction
from types import ModuleType

import numba
import numpy as np
import pytest

from compliance.law.answers import Answer
from compliance.law.ownership import arithmetic, following, holdings, kernels, ordering, rows
from compliance.law.ownership.arithmetic import WHOLE
from compliance.law.ownership.fixed_point import Bounds, Held, Link, attributed
from compliance.law.ownership.holdings import COMPUTED, Columns, Holdings
from tests.law.ownership.brute import EIGHTH, Graph, random_graph

QUARTER = Fraction(1, 4)
SOURCES = {"G": (WHOLE, WHOLE), "P": (0, 0), "?": (0, WHOLE)}
Row = tuple[str, str, int, int, int]  # holder, held, low, high, control


def use_plain_python(patch: pytest.MonkeyPatch) -> ModuleType:
    """The kernels as plain Python, so that coverage and a debugger see them."""
    plain = {}
    with pytest.MonkeyPatch.context() as loading:
        loading.setattr(numba, "njit", lambda **_: lambda function: function)
        for module in (arithmetic, ordering, rows, kernels, following):
            spec = importlib.util.spec_from_file_location(module.__name__, module.__file__)
            assert spec is not None
            assert spec.loader is not None
            plain[module] = importlib.util.module_from_spec(spec)
            loading.setitem(sys.modules, module.__name__, plain[module])
            spec.loader.exec_module(plain[module])
    patch.setattr(holdings, "arithmetic", plain[arithmetic])
    patch.setattr(holdings, "kernels", plain[kernels])
    patch.setattr(holdings, "following", plain[following])
    patch.setattr(holdings, "ordering", plain[ordering])
    patch.setattr(holdings, "rows", plain[rows])
    return plain[kernels]


def columns(
    rows: list[Row],
    *,
    open_: dict[str, int] | None = None,
    options: tuple[str, ...] = (),
    names: list[str] | None = None,
) -> tuple[Columns, dict[str, int]]:
    """Columns for parties by name; G, P and ? are sources. The place of each name comes along."""
    found = names or sorted({name for row in rows for name in row[:2]} | {*(open_ or {}), *SOURCES})
    place = {name: k for k, name in enumerate(found)}
    given = np.array([SOURCES.get(name, (COMPUTED, COMPUTED)) for name in found], np.int64)
    return Columns(
        np.array([place[row[0]] for row in rows], np.int32),
        np.array([place[row[1]] for row in rows], np.int32),
        np.array([row[2] for row in rows], np.int64),
        np.array([row[3] for row in rows], np.int64),
        np.array([row[4] for row in rows], np.int8),
        np.array([(open_ or {}).get(name, 0) for name in found], np.int64),
        np.array([0 if name in options else 1 for name in found], np.int8),
        given[:, 0].copy(),
        given[:, 1].copy(),
    ), place


def rows_of(graph: Graph) -> list[Row]:
    eighth = WHOLE // 8
    pairs = {(h, held): [a * eighth, b * eighth, 0] for h, held, a, b in graph.stakes}
    for pair, control in graph.controls.items():
        pairs.setdefault(pair, [0, 0, 0])[2] = control.value
    return [(*pair, *values) for pair, values in pairs.items()]  # type: ignore[misc]


def exactly(
    rows: list[Row], open_: dict[str, int], options: tuple[str, ...] = ()
) -> dict[str, Bounds]:
    """The exact engine on the same facts."""
    held_by: dict[str, list[Link]] = {name: [] for name in open_}
    for holder, held, low, high, control in rows:
        if high or control:
            low_, high_ = Fraction(low, WHOLE), Fraction(high, WHOLE)
            held_by.setdefault(held, []).append(Link(holder, low_, high_, Answer(control)))
    helds = {
        name: Held(tuple(links), Fraction(open_.get(name, 0), WHOLE), name not in options)
        for name, links in held_by.items()
    }
    least = {name: Fraction(value, WHOLE) for name, (value, _) in SOURCES.items()}
    most = {name: Fraction(value, WHOLE) for name, (_, value) in SOURCES.items()}
    return attributed(helds, least, most)


def compare(found: Holdings, place: dict[str, int], exact: dict[str, Bounds]) -> None:
    for name, bounds in exact.items():
        k = place[name]
        assert found.answers[k] == bounds.reaches(QUARTER), (name, bounds)
        if not (found.least.doubt[k] or found.most.doubt[k]):
            for side, value in ((found.least, bounds.low), (found.most, bounds.high)):
                assert int(side.under[k]) <= value * WHOLE <= int(side.over[k]), name
        assert found.bounds(k).low <= bounds.low
        assert found.bounds(k).high >= bounds.high


def change(found: Holdings, place: dict[str, int], row: Row) -> list[int]:
    """From now on the row is what its holder has."""
    holder, held, low, high, control = row
    return found.change(place[holder], place[held], low, high, control)


def chance(dice: random.Random) -> tuple[list[Row], dict[str, int], tuple[str, ...]]:
    graph = random_graph(dice, unknowns=dice.random() < 0.7)
    names = [str(k) for k in range(graph.size)]
    options = tuple(name for name in names if dice.random() < 0.05)
    open_ = {name: int(graph.open[name] * EIGHTH * WHOLE) for name in names}
    return rows_of(graph), open_, options
