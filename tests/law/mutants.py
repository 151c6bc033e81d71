"""Small wrongs put into the law one at a time: a day moved, a number off by one, a comparison
flipped, a threshold shifted, an open reading taken the other way."""

import ast
import copy
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any, NamedTuple

from compliance.law import (
    advisories,
    asking,
    casebook,
    circles,
    days,
    feoc,
    listing,
    materials,
    rule,
    rules,
)
from compliance.law.ownership import fixed_point, ledger, shares, sources, tiers
from compliance.law.readings import BY_KEY
from compliance.law.rules import (
    hr1166,
    ndaa2019_889,
    ndaa2023_5949,
    ndaa2024_154,
    ndaa2024_805,
    ndaa2024_805_a,
    ndaa2024_805_b,
    usc10_4865,
    usc10_4865_unless,
    usc10_4872,
    usc10_4873,
    usc10_4875,
)
from tests.law.noticed import noticed_by, noticed_of_any_world, noticed_of_standing

FLIPS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.GtE: ast.Gt,
    ast.Gt: ast.GtE,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
HOLDING = (materials, usc10_4872, usc10_4873, ndaa2019_889, ndaa2023_5949)
EVERY_RULE = (
    ndaa2024_154,
    ndaa2024_805,
    ndaa2024_805_a,
    ndaa2024_805_b,
    *HOLDING,
    usc10_4865_unless,
    usc10_4865,
    usc10_4875,
    hr1166,
)
USERS: dict[ModuleType, tuple[ModuleType, ...]] = {
    rule: (rule, asking, *EVERY_RULE),
    asking: (asking, *EVERY_RULE),
    days: (days, usc10_4865_unless, usc10_4865, usc10_4872),
    materials: HOLDING,
    usc10_4865: (usc10_4865,),
    usc10_4865_unless: (usc10_4865_unless, usc10_4865),
    ndaa2024_154: (ndaa2024_154,),
    ndaa2024_805: (ndaa2024_805, ndaa2024_805_a, ndaa2024_805_b),
    ndaa2024_805_a: (ndaa2024_805_a,),
    ndaa2024_805_b: (ndaa2024_805_b,),
    usc10_4872: (usc10_4872,),
    usc10_4873: (usc10_4873,),
    usc10_4875: (usc10_4875,),
    hr1166: (hr1166,),
    ndaa2019_889: (ndaa2019_889,),
    ndaa2023_5949: (ndaa2023_5949,),
    advisories: (advisories,),
    tiers: (tiers, ledger, feoc),
    fixed_point: (fixed_point, shares, sources, ledger, listing, feoc),
    shares: (shares, sources, ledger, listing, feoc),
    sources: (sources, ledger, feoc),
}
"""A module, and what must be made anew after it is changed, in this order."""

PARTS: dict[ModuleType, frozenset[str]] = {
    rule: frozenset({"begins"}),
    asking: frozenset({"battery_line", "defense_buys", "executive_agency_buys", "names_subject"}),
    days: frozenset({"anniversary", "months_after"}),
    shares: frozenset({"in_force", "held", "control"}),
    sources: frozenset({"governments", "_is_government", "foreign", "_abroad", "jurisdiction"}),
}
"""Of a module that holds more than law: the functions that a verdict rests on."""

NOT_LAW = ("fixed_point:27", "LARGEST_RING")
"""A limit of this program's own: what is beyond it is unknown and counted (`test_holdings`)."""

STANDING = (tiers, fixed_point, shares, sources)
HAIR = Decimal("0.000001")
"""A threshold is shifted by so little: one ten-thousandth of a percent."""


class Mutant(NamedTuple):
    """what: names the wrong. put, take: do it and undo it. noticed: does anything come out
    otherwise?"""

    what: str
    put: Callable[[], None]
    take: Callable[[], None]
    noticed: Callable[[], bool]


# --- the wrongs ---------------------------------------------------------------------------------
def mutants() -> Iterator[Mutant]:
    """Each wrong, in each module and reading."""
    for module in USERS:
        ids = [each.RULE.id for each in USERS[module] if hasattr(each, "RULE")]
        noticed = noticed_of_standing if module in STANDING else noticed_by(*ids)
        path = Path(str(module.__file__))
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for place, (node, compared) in enumerate(nodes(tree, PARTS.get(module))):
            for what, change in wrongs(node, compared):
                name = f"{path.stem}:{getattr(node, 'lineno', 0)}: {what}"
                if not any(limit in name for limit in NOT_LAW):
                    put = installer(module, changed(tree, place, change, PARTS.get(module)))
                    yield Mutant(name, put, installer(module, None), noticed)
    yield from taken_otherwise()


def changed(
    tree: ast.Module, place: int, change: Any, parts: frozenset[str] | None
) -> Callable[[], ast.Module]:
    """Makes the tree with one of its nodes changed."""

    def make() -> ast.Module:
        other = copy.deepcopy(tree)
        change(nodes(other, parts)[place][0])
        return ast.fix_missing_locations(other)

    return make


def nodes(tree: ast.Module, parts: frozenset[str] | None) -> list[tuple[ast.AST, bool]]:
    """Every node, or those in functions of these names, and whether it is a number that a
    comparison compares."""
    found = list(ast.walk(tree))
    compared = {
        inner
        for node in found
        if isinstance(node, ast.Compare)
        for side in (node.left, *node.comparators)
        for inner in (side, *(ast.walk(side) if isinstance(side, ast.BinOp) else ()))
    }
    if parts is not None:
        functions = [e for e in found if isinstance(e, ast.FunctionDef) and e.name in parts]
        found = [inner for each in functions for inner in ast.walk(each)]
    return [(node, node in compared) for node in found]


def wrongs(node: ast.AST, compared: bool) -> Iterator[tuple[str, Any]]:
    if isinstance(node, ast.Compare):
        for place, op in enumerate(node.ops):
            flip = FLIPS[type(op)]
            yield f"{ast.unparse(node)}: {type(op).__name__} to {flip.__name__}", flipped(place)
    elif is_call(node, "date", 3):
        for by in (-1, 1):
            yield f"{ast.unparse(node)} moved by {by}", moved(by)
    elif is_call(node, "Fraction", 2) or is_call(node, "Decimal", 1):
        for hair in (-HAIR, HAIR):
            yield f"{ast.unparse(node)} shifted by {hair}", shifted(hair)
    elif is_number(node) and (compared or 31 < node.value < 1000):  # type: ignore[attr-defined]
        for by in (-1, 1):
            yield f"{ast.unparse(node)} changed by {by}", bumped(by)


def is_number(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and type(node.value) is int


def is_call(node: ast.AST, name: str, count: int) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == name
        and len(node.args) == count
        and all(isinstance(each, ast.Constant) for each in node.args)
        and ast.unparse(node) not in ("Decimal(0)", "Decimal(1)")  # no thresholds
    )


def flipped(place: int) -> Any:
    def change(target: Any) -> None:
        target.ops[place] = FLIPS[type(target.ops[place])]()

    return change


def moved(by: int) -> Any:
    def change(target: Any) -> None:
        day = date(*(each.value for each in target.args))
        other = date.fromordinal(day.toordinal() + by)
        target.args = [ast.Constant(value) for value in (other.year, other.month, other.day)]

    return change


def shifted(by: Decimal) -> Any:
    def change(target: Any) -> None:
        values = [Decimal(str(each.value)) for each in target.args]
        if len(values) == 1:
            target.args = [ast.Constant(str(values[0] + by))]
        else:
            target.args = [ast.Constant(str(values[0] / values[1] + by))]

    return change


def bumped(by: int) -> Any:
    def change(target: Any) -> None:
        target.value += by

    return change


def taken_otherwise() -> Iterator[Mutant]:
    """Each open reading at another default, or in its other mode."""
    for key, reading in BY_KEY.items():
        changes = [
            (f"conservative is {other}", replace(reading, conservative=other))
            for other in reading.alternatives
            if other != reading.conservative
        ]
        mode = "review" if reading.mode == "conservative" else "conservative"
        if not key.startswith("feoc-"):  # they decide who is of concern, before any verdict
            changes.append((f"mode is {mode}", replace(reading, mode=mode)))  # type: ignore[arg-type]
        noticed = noticed_of_any_world if key.startswith("feoc-") else noticed_by()
        for what, other_ in changes:
            yield Mutant(f"{key}: {what}", setter(key, other_), setter(key, reading), noticed)


def setter(key: str, reading: Any) -> Callable[[], None]:
    def put() -> None:
        BY_KEY[key] = reading

    return put


def installer(module: ModuleType, make: Callable[[], ast.Module] | None) -> Callable[[], None]:
    """Makes a module anew, and what stands on it; without `make`, gives back what was there: the
    same objects, since others hold them.
    """

    def put() -> None:
        for each in USERS[module]:
            if make is None:
                vars(each).update(FIRST[each])
            else:
                own = compile(make(), str(each.__file__), "exec") if each is module else None
                exec(own or as_written(each), vars(each))
            if hasattr(each, "RULE"):
                rules.BY_ID[each.RULE.id] = each.RULE
            if each is feoc:
                vars(casebook)["FeocIndex"] = vars(circles)["FeocIndex"] = feoc.FeocIndex

    return put


FIRST = {each: dict(vars(each)) for users in USERS.values() for each in users}


@cache
def as_written(module: ModuleType) -> CodeType:
    path = Path(str(module.__file__))
    return compile(path.read_text(encoding="utf-8"), str(path), "exec")


def survives(mutant: Mutant) -> bool:
    """Does everything still come out as written, with the wrong in place?"""
    try:
        mutant.put()
        return not mutant.noticed()
    except Exception:
        return False
    finally:
        mutant.take()
