"""Small wrongs put into the rules one at a time: a day moved, a number off by one, a comparison
flipped."""

import ast
import copy
import tomllib
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

from compliance.law import casebook, cases, rules
from compliance.law.dossier import assemble
from compliance.law.engine import judge
from compliance.law.facts import Dossier
from compliance.law.rules import (
    BY_ID,
    ndaa2019_889,
    ndaa2023_5949,
    ndaa2024_154,
    ndaa2024_805,
    ndaa2024_805_a,
    ndaa2024_805_b,
    usc10_4865,
    usc10_4865_unless,
    usc10_4872,
)

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
USERS: dict[ModuleType, tuple[ModuleType, ...]] = {
    usc10_4865: (usc10_4865,),
    usc10_4865_unless: (usc10_4865_unless, usc10_4865),
    ndaa2024_154: (ndaa2024_154,),
    ndaa2024_805: (ndaa2024_805, ndaa2024_805_a, ndaa2024_805_b),
    ndaa2024_805_a: (ndaa2024_805_a,),
    ndaa2024_805_b: (ndaa2024_805_b,),
    usc10_4872: (usc10_4872,),
    ndaa2019_889: (ndaa2019_889,),
    ndaa2023_5949: (ndaa2023_5949,),
}
"""A module, and what must be made anew after it is changed."""


class Mutant(NamedTuple):
    module: ModuleType
    what: str
    tree: ast.Module


class Asked(NamedTuple):
    rule: str
    dossier: Dossier
    on: date | None
    case: dict[str, Any]


@cache
def asked() -> tuple[Asked, ...]:
    """What every case of the casebook asks, with its dossier built once."""
    return tuple(questions())


def questions() -> Iterator[Asked]:
    for path in sorted(casebook.OURS.rglob("*.toml")):
        book = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
        common = {key: each for key, each in book.items() if key != "case"}
        for told in book["case"]:
            case = cases.over(common, told)
            if "verdict" not in case or "party" in case:
                continue
            assembled = assemble(cases.world_of(case))
            lone = BY_ID[case["rule"]].faces == "counterparty"
            dossier = assembled.counterparty if lone else casebook.dossier_of(case, assembled)
            yield Asked(case["rule"], dossier, casebook.day_of(case), case)


def mutants() -> Iterator[Mutant]:
    """Each wrong, in each rule module."""
    for module in USERS:
        path = Path(str(module.__file__))
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for place, node in enumerate(ast.walk(tree)):
            for what, change in wrongs(node):
                changed = copy.deepcopy(tree)
                target = list(ast.walk(changed))[place]
                change(target)
                line = getattr(node, "lineno", 0)
                yield Mutant(
                    module, f"{path.stem}:{line}: {what}", ast.fix_missing_locations(changed)
                )


def wrongs(node: ast.AST) -> Iterator[tuple[str, Any]]:
    if isinstance(node, ast.Compare) and type(node.ops[0]) in FLIPS:
        flip = FLIPS[type(node.ops[0])]

        def turn(target: Any) -> None:
            target.ops = [flip(), *target.ops[1:]]

        yield f"{ast.unparse(node)}: {type(node.ops[0]).__name__} to {flip.__name__}", turn
    elif is_day(node):
        for by in (-1, 1):
            yield f"{ast.unparse(node)} moved by {by}", moved(by)
    elif isinstance(node, ast.Constant) and type(node.value) is int and 36 <= node.value < 1000:
        for by in (-1, 1):
            yield f"{node.value} changed by {by}", bumped(by)


def is_day(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "date"
        and len(node.args) == 3
    )


def moved(by: int) -> Any:
    def change(target: Any) -> None:
        day = date(*(each.value for each in target.args))
        other = date.fromordinal(day.toordinal() + by)
        target.args = [ast.Constant(value) for value in (other.year, other.month, other.day)]

    return change


def bumped(by: int) -> Any:
    def change(target: Any) -> None:
        target.value += by

    return change


def survives(mutant: Mutant) -> bool:
    """Does every case still come out as written, with the wrong in place?"""
    try:
        install(mutant.module, mutant.tree)
        ids = {module.RULE.id for module in USERS[mutant.module] if hasattr(module, "RULE")}
        return not any(wrong(each) for each in asked() if each.rule in ids)
    except Exception:
        return False
    finally:
        install(mutant.module, None)


def wrong(each: Asked) -> bool:
    finding = judge(BY_ID[each.rule], each.dossier, each.on)
    beside = [advisory.key for advisory in finding.advisories]
    expected = [key for key in each.case.get("advisories", beside) if key.startswith("4865")]
    return beside != expected or bool(casebook.compare(each.case, finding))


def install(module: ModuleType, tree: ast.Module | None) -> None:
    """Make a module anew, and the rules that stand on it; without a tree, as it was written."""
    for each in USERS[module]:
        path = Path(str(each.__file__))
        own = tree if each is module and tree is not None else path.read_text(encoding="utf-8")
        exec(compile(own, str(path), "exec"), each.__dict__)
        if hasattr(each, "RULE"):
            rules.BY_ID[each.RULE.id] = each.RULE
