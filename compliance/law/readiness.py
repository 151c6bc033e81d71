"""The verdict on every day at once: exact stretches between breakpoints, no sampling."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from compliance.law.days import breakpoints
from compliance.law.dossier import Assembled
from compliance.law.engine import judge_on
from compliance.law.facts import Dossier, Kind, is_of_document
from compliance.law.rule import Rule
from compliance.law.rules import RULES
from compliance.law.verdicts import Verdict, worst


class Stretch(NamedTuple):
    """What holds from `since` (None: ever) until the next stretch begins.

    documents: the questions that documents leave open then, each naming its document.
    """

    since: date | None
    verdict: Verdict
    would_be: Verdict | None
    because: tuple[str, ...]
    documents: tuple[str, ...] = ()


def readiness(rule: Rule, dossier: Dossier) -> tuple[Stretch, ...]:
    """Every verdict of a rule over time, each with the exact day from which it holds."""
    found: list[Stretch] = []
    for since in (None, *breakpoints(rule, dossier)):
        finding = judge_on(rule, dossier, since or date.min, "on")
        asked = tuple(each.question for each in finding.missing if is_of_document(each))
        stretch = Stretch(since, finding.verdict, finding.would_be, finding.because, asked)
        if not found or found[-1][1:] != stretch[1:]:
            found.append(stretch)
    return tuple(found)


def readiness_all(
    dossier: Dossier, rules: Iterable[Rule] = RULES
) -> Mapping[str, tuple[Stretch, ...]]:
    """The same under every rule that faces the dossier, by rule id."""
    faces = "counterparty" if dossier.part.kind is Kind.COUNTERPARTY else "line"
    return {rule.id: readiness(rule, dossier) for rule in rules if rule.faces == faces}


def on_day(stretches: tuple[Stretch, ...], day: date) -> Stretch:
    """The stretch that holds on a day."""
    return [each for each in stretches if each.since is None or each.since <= day][-1]


def statutory_days(rules: Iterable[Rule] = RULES) -> tuple[tuple[date, str, str], ...]:
    """Every day on which some rule begins or changes: (day, rule id, what begins)."""
    days = [(day, rule.id, what) for rule in rules for day, what in rule.starts.days]
    days += [(day, rule.id, "its wording changes") for rule in rules for day in rule.moments]
    return tuple(sorted(days))


def table(assembled: Assembled) -> Mapping[str, Mapping[date, Verdict]]:
    """Line × statutory day → the worst verdict over all rules."""
    days = sorted({day for day, _, _ in statutory_days()})
    found = {}
    for ref, dossier in assembled.lines.items():
        by_rule = readiness_all(dossier).values()
        found[ref] = {day: worst(on_day(each, day).verdict for each in by_rule) for day in days}
    return found
