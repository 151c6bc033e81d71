"""Rules as counsel reads them: the outline, the casebook's cases, and what those cases cover.

Everything is generated from the rule and from the casebook, so that a page cannot say otherwise.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from compliance.law import casebook
from compliance.law.cases import FACTS, over, world_of
from compliance.law.circles import Circles
from compliance.law.confidence import CONFIDENCE, flags_of
from compliance.law.dossier import assemble
from compliance.law.readings import BY_KEY, Reading
from compliance.law.rule import Placed, Rule, placed
from compliance.law.rules import BY_ID, RULES
from compliance.reports.verdicts import VERDICTS, VerdictWords

ROLES = {
    "binds": "binds",
    "covers": "covers",
    "begins": "begins",
    "forbids": "forbids",
    "unless": "unless",
    "waiver": "unless waived",
    "ground": "ground for a waiver",
    "and": "and",
    "or": "or",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One clause of an outline. readings: open points of the provision, told at one clause that
    cites it. reads: our reading of what no such point asks about. flags: of law.md, on the
    text of the clause, on our reading and on those points.
    """

    depth: int
    role: str
    cite: str
    says: str
    reads: str
    readings: tuple[Reading, ...]
    flags: tuple[str, ...]

    @property
    def settled(self) -> tuple[str, ...]:
        """The flags, each with what it means."""
        return tuple(f"{flag}: {CONFIDENCE[flag]}" for flag in self.flags)

    @property
    def open(self) -> tuple[tuple[Reading, str], ...]:
        """Each open point, and how we read it unless counsel chose."""
        return tuple((each, each.alternatives[each.conservative]) for each in self.readings)


@dataclass(frozen=True, slots=True)
class CaseSeen:
    """A case as a lawyer wrote it, and what the rule answers. on None: the purchase's own days.

    wrong: where the two differ; empty is as expected.
    """

    name: str
    law: str
    on: date | None
    facts: tuple[tuple[str, str], ...]
    verdict: VerdictWords
    would_be: str
    because: tuple[str, ...]
    readings: tuple[str, ...]
    wrong: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Days:
    """How many cases are asked the day before, on, and after one of the rule's days."""

    day: date
    what: str
    before: int
    on: int
    after: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """verdicts: (verdict, cases, cases whose verdict would be it once in force, whether the rule
    can give it). clauses: (roles, citation, cases decided because of it). Nothing is left out: a
    cell without a case is a zero.
    """

    cases: tuple[CaseSeen, ...]
    verdicts: tuple[tuple[VerdictWords, int, int, bool], ...]
    days: tuple[Days, ...]
    clauses: tuple[tuple[str, str, int], ...]

    @property
    def empty(self) -> int:
        """How many cells no case fills."""
        return (
            sum(can and not (count or would) for _, count, would, can in self.verdicts)
            + sum((not each.before) + (not each.on) + (not each.after) for each in self.days)
            + sum(not count for *_, count in self.clauses)
        )


def outline_rows(rule: Rule) -> list[Row]:
    """Each clause in the statute's order, and each day on which the rule begins."""
    places = list(placed(rule))
    opens = {each.asks.cite: each for each in sorted(places, key=_opens)}
    return [row for each in places for row in _rows(rule, each, opens[each.asks.cite] is each)]


def _opens(at: Placed) -> int:
    """Of several clauses that cite one provision, its open points are told at the last of these:
    whom it binds is seldom open, and when it begins is asked of its own provision."""
    return ("binds", "begins").index(at.role) if at.role in ("binds", "begins") else 2


def _rows(rule: Rule, at: Placed, opens: bool) -> Iterator[Row]:
    asks = at.asks
    here = tuple(BY_KEY[key] for key in rule.readings if BY_KEY[key].cite == asks.cite)
    here = here if opens else ()
    flags = [*flags_of(asks.confidence), *(["I"] if asks.reads else [])]
    flags += [each.confidence for each in here]
    told = [(asks.says, asks.reads, here)]
    if at.role == "begins":
        days = [f"{day:%Y-%m-%d}: {what}" for day, what in rule.starts.days]
        told = [*((says, "", ()) for says in days[:-1]), (days[-1], asks.reads, here)]
    for says, reads, readings in told:
        shown = tuple(dict.fromkeys(flags))
        yield Row(at.depth, ROLES[at.role], asks.cite, says, reads, readings, shown)


def coverage(rule: Rule, book: Path = casebook.OURS) -> Coverage:
    """The rule's cases and what they cover. Every case is run, once per state of the casebook."""
    state = tuple((str(file), file.stat().st_mtime_ns) for file in sorted(book.rglob("*.toml")))
    return _coverage(rule.id, state)


@lru_cache(maxsize=2 * len(RULES))
def _coverage(rule_id: str, state: tuple[tuple[str, int], ...]) -> Coverage:
    rule = BY_ID[rule_id]
    circles = Circles()  # many cases are of the same suppliers
    cases = tuple(seen for file, _ in state for seen in _seen(rule, Path(file), circles))
    on = [case.on for case in cases]
    step = timedelta(days=1)
    moments = [*rule.starts.days, *((day, "its wording changes") for day in rule.moments)]
    decided = [cite for case in cases for cite in set(case.because)]
    roles: dict[str, dict[str, None]] = {}
    for row in outline_rows(rule):
        roles.setdefault(row.cite, {})[row.role] = None
    return Coverage(
        cases,
        tuple(
            (
                words,
                sum(case.verdict.key == key for case in cases),
                sum(case.would_be == key for case in cases),
                can_give(rule, key),
            )
            for key, words in VERDICTS.items()
        ),
        tuple(
            Days(day, what, on.count(day - step), on.count(day), on.count(day + step))
            for day, what in moments
        ),
        tuple((", ".join(each), cite, decided.count(cite)) for cite, each in roles.items()),
    )


def can_give(rule: Rule, verdict: str) -> bool:
    """Whether the outline has a part that this verdict needs; some need none."""
    needs = {
        "permitted_by_waiver": rule.waived is not None,
        "waiver_needed": rule.ground is not None,
        "permitted_by_exception": bool(rule.unless),
        "review": bool(rule.readings),
    }
    return needs.get(verdict, True)


def _seen(rule: Rule, file: Path, circles: Circles) -> Iterator[CaseSeen]:
    """The rule's cases of one file; what cannot be read or run is a case that says so elsewhere:
    `manage.py casebook`.
    """
    book = tomllib.loads(file.read_text(encoding="utf-8"), parse_float=Decimal)
    common = {key: book[key] for key in ("rule", *FACTS) if key in book}
    for told in book.get("case", ()):
        case = over(common, told)
        asked = [case] if "verdict" in case else []
        asked += [over(case, each) for each in case.get("expects", ())]
        mine = [each for each in asked if each.get("rule") == rule.id]
        if mine:
            assembled = assemble(world_of(case), circles)
        for each in mine:
            finding = casebook.find(each, assembled)
            yield CaseSeen(
                name=str(case["name"]),
                law=str(case.get("law", "")),
                on=casebook.day_of(each),
                facts=tuple((key, short(told[key])) for key in FACTS if key in told),
                verdict=VERDICTS[finding.verdict.value],
                would_be=finding.would_be.value if finding.would_be else "",
                because=finding.because,
                readings=finding.decided_by,
                wrong=tuple(casebook.compare(each, finding)),
            )


def short(value: Any) -> str:
    """Facts of a case in one line: "cells_by CATL; components (cost 50, source EVE), (cost 50)"."""
    match value:
        case bool():
            return "yes" if value else "no"
        case Mapping():
            return ", ".join(f"{key} {short(each)}" for key, each in value.items())
        case list() | tuple():
            return ", ".join(
                f"({short(each)})" if isinstance(each, Mapping) else short(each) for each in value
            )
    return str(value)
