"""What notices a wrong in the law: a case that comes out otherwise, a day, a graph worked out the
slow way."""

import random
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any, NamedTuple

from compliance.law import advisories, casebook, cases, rule
from compliance.law.answers import Answer
from compliance.law.dossier import assemble
from compliance.law.engine import judge
from compliance.law.facts import Dossier
from compliance.law.ownership import fixed_point, linear, tiers
from compliance.law.rules import BY_ID
from tests.law.ownership import test_fixed_point_by_force as by_force
from tests.law.ownership.brute import Graph, random_graph

DAYS: dict[str, tuple[str, ...]] = {
    "10-usc-4865": ("2028-01-01", "2029-01-01", "2031-01-30"),
    "10-usc-4872": ("2018-08-13", "2027-01-01"),
    "10-usc-4873": ("2027-01-01",),
    "10-usc-4875": ("2022-12-27",),
    "hr-1166": ("2027-10-01",),
    "ndaa-2019-889": ("2019-08-13",),
    "ndaa-2023-5949": ("2027-12-23",),
    "ndaa-2024-154": ("2027-10-01",),
    "ndaa-2024-805-a": ("2026-06-30",),
    "ndaa-2024-805-b": ("2027-06-30",),
}
"""The days on which each rule begins or changes, told once more: also of rules that bind nobody."""
READ_ON = "2026-11-22"


class Asked(NamedTuple):
    rule: str
    dossier: Dossier
    on: date | None
    case: dict[str, Any]


@cache
def told() -> tuple[dict[str, Any], ...]:
    """Every case of the casebook, as written."""
    found = []
    for path in sorted(casebook.OURS.rglob("*.toml")):
        book = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
        common = {key: each for key, each in book.items() if key != "case"}
        found += [cases.over(common, each) for each in book["case"]]
    return tuple(found)


@cache
def asked() -> tuple[Asked, ...]:
    """What every case asks a rule, with its dossier built once."""
    return tuple(each for case in told() for each in questions(case))


def questions(case: dict[str, Any]) -> Iterator[Asked]:
    if "party" in case:
        return
    assembled = assemble(cases.world_of(case))
    for question in (case, *(cases.over(case, each) for each in case.get("expects", ()))):
        if "rule" in question and ("verdict" in question or "advisories" in question):
            lone = BY_ID[question["rule"]].faces == "counterparty"
            dossier = assembled.counterparty if lone else casebook.dossier_of(question, assembled)
            yield Asked(question["rule"], dossier, casebook.day_of(question), question)
        elif "advisories" in question:
            dossier = casebook.dossier_of(question, assembled)
            yield Asked("", dossier, casebook.day_of(question), question)


@cache
def of_parties() -> tuple[tuple[dict[str, Any], Any], ...]:
    """The cases about a party, with their worlds."""
    return tuple((case, cases.world_of(case)) for case in told() if "party" in case)


def wrong(each: Asked) -> bool:
    """Does a case come out otherwise than written?"""
    beside: list[rule.Advisory] = []
    if each.rule:
        finding = judge(BY_ID[each.rule], each.dossier, each.on)
        if casebook.compare(each.case, finding):
            return True
        beside += finding.advisories
    if "advisories" not in each.case or "expects" in each.case:
        return False
    beside += advisories.advise(each.dossier, each.on)
    return bool(casebook.advisory_mismatches(each.case, beside))


def noticed_by(*ids: str) -> Callable[[], bool]:
    """By a case of one of these rules, or by the days it tells; of none: by any case."""
    return lambda: (
        any(days_differ(each) for each in ids)
        or any(wrong(each) for each in asked() if not ids or each.rule in ids)
    )


def days_differ(key: str) -> bool:
    found = BY_ID[key]
    told = sorted({*(day for day, _ in found.starts.days), *found.moments})
    return (*map(str, told), str(found.read_on)) != (*DAYS[key], READ_ON)


KNOTS = (
    # Two that own each other whole, and a third, all theirs, that controls one of them.
    Graph(
        3,
        [("1", "0", 8, 8), ("0", "1", 8, 8), ("1", "2", 8, 8)],
        {"0": 0, "1": 0, "2": 0},
        {("2", "0"): Answer.YES},
    ),
    # The same two, controlled from outside.
    Graph(2, [("1", "0", 8, 8), ("0", "1", 8, 8)], {"0": 0, "1": 0}, {("P", "0"): Answer.YES}),
)
"""Graphs that chance seldom draws."""


def noticed_of_standing() -> bool:
    """By a case about a party, by the tiers' own days, or by working out small graphs the slow
    way. What never ends is noticed too."""
    with at_most(20_000):
        for case, world in of_parties():
            if casebook.standing_mismatches(case, world):
                return True
        if tiers_differ() or str(fixed_point.Bounds(Fraction(0), Fraction(1, 2))) != "0 to 1/2":
            return True
        if any(by_force.difference(graph) for graph in KNOTS):
            return True
        dice = random.Random(4865)
        return any(by_force.difference(random_graph(dice, unknowns=k % 2 == 0)) for k in range(300))


@contextmanager
def at_most(calls: int) -> Iterator[None]:
    """No more linear solutions than that."""
    left = iter(range(calls))
    rise = linear.rise

    def counted(*told: Any) -> Any:
        next(left)  # raises when there are too many
        return rise(*told)

    vars(fixed_point)["rise"] = counted
    try:
        yield
    finally:
        vars(fixed_point)["rise"] = rise


def tiers_differ() -> bool:
    """Parameters hold from their first day on, and the oldest before it."""
    (first,) = tiers.TIERS
    later = replace(first, cite="later", true_from=date(2030, 1, 1))
    asked = [tiers.tiers_on(date(2029, 12, 31) + timedelta(k), (first, later)) for k in (0, 1)]
    asked.append(tiers.tiers_on(date.min, (first, later)))
    return asked != [first, later, first] or str(first.true_from) != "2024-05-06"


def noticed_of_any_world() -> bool:
    """By any case, its world assembled anew."""
    return noticed_of_standing() or any(casebook.run(case).wrong for case in told())
