"""The casebook is whole: every case of the facts file, every verdict, day and rule of the law."""

import tomllib
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from compliance.law import cases
from compliance.law.casebook import OURS
from compliance.law.readings import BY_KEY
from compliance.law.rule import Rule
from compliance.law.rules import RULES
from compliance.law.verdicts import Verdict

OWNERSHIP = (1, 2, 3, 5, 7, 9, 10, 13, 15, 19, 22, 23, 25, 26, 27, 29, 31, 33, 34, 35, 37, 38)
"""The ownership cases of the facts file: OW-01 and so on. Numbers it leaves out are not there."""
WORKED = (
    *(1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12, 15, 16, 17, 18, 19, 23, 24, 25, 26, 27, 30, 34, 35, 36),
    *(38, 39, 41, 42, 43, 44, 45, 47, 49, 51, 52, 53, 54, 56, 57, 59, 60, 61, 63, 64, 65, 67, 68),
    *(69, 71, 72, 73, 76, 78, 80, 81, 82, 83, 84, 85, 86),
)
"""Its worked cases: TC-01 and so on."""
BINDS_NOBODY = {"10-usc-4875", "hr-1166"}
WAITS = {"10-usc-4873"}
"""Not in force on any day that is known."""


def told() -> Iterator[dict[str, Any]]:
    for path in sorted(OURS.glob("*.toml")):
        book = tomllib.loads(path.read_text(encoding="utf-8"))
        common = {key: each for key, each in book.items() if key != "case"}
        for case in book["case"]:
            yield cases.over(common, case)


CASES = tuple(told())
QUESTIONS = [cases.over(case, each) for case in CASES for each in ({}, *case.get("expects", ()))]
"""What the cases ask, each with what it expects."""


def can_give(rule: Rule) -> set[Verdict]:
    """Every verdict that a rule's own outline can come to."""
    found = {Verdict.NOT_APPLICABLE}
    if rule.id in BINDS_NOBODY:
        return found
    found |= {Verdict.NOT_YET_IN_FORCE, Verdict.INSUFFICIENT_INFORMATION}
    if rule.id in WAITS:
        return found
    found |= {Verdict.PERMITTED, Verdict.PROHIBITED}
    if rule.unless:
        found.add(Verdict.PERMITTED_BY_EXCEPTION)
    if rule.waived:
        found.add(Verdict.PERMITTED_BY_WAIVER)
    if rule.ground:
        found.add(Verdict.WAIVER_NEEDED)
    if rule.readings:
        found.add(Verdict.REVIEW)
    return found


@pytest.mark.parametrize(
    "number", [*(f"OW-{n:02}" for n in OWNERSHIP), *(f"TC-{n:02}" for n in WORKED)]
)
def test_each_case_of_the_facts_file_is_here(number: str) -> None:
    assert [case["name"] for case in CASES if case.get("law") == number]


def test_there_are_at_least_250_cases_more() -> None:
    assert sum("law" not in case for case in CASES) >= 250


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_case_shows_each_verdict_a_rule_can_give_and_none_it_cannot(rule: Rule) -> None:
    shown = {
        each["verdict"] for each in QUESTIONS if each.get("rule") == rule.id and "verdict" in each
    }
    assert shown == {str(verdict) for verdict in can_give(rule)}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_before_its_day_a_case_shows_each_verdict_that_a_rule_would_give(rule: Rule) -> None:
    if rule.id in BINDS_NOBODY:
        return
    shown = {
        each.get("would_be")
        for each in QUESTIONS
        if each.get("rule") == rule.id and each.get("verdict") == "not_yet_in_force"
    }
    assert shown >= {"permitted", "prohibited", "insufficient_information"}


def days() -> Iterator[Any]:
    for rule in RULES:
        for day in sorted({*(day for day, _ in rule.starts.days), *rule.moments}):
            for by in (-1, 0, 1):
                yield pytest.param(rule.id, day + timedelta(by), id=f"{rule.id} {day} {by:+}")


@pytest.mark.parametrize(("rule", "day"), days())
def test_a_case_asks_the_day_before_on_and_after_each_day_of_a_rule(rule: str, day: date) -> None:
    assert [each for each in QUESTIONS if each.get("rule") == rule and each["on"] == day]


def test_a_case_chooses_each_alternative_of_each_reading_that_is_not_its_default() -> None:
    chosen: dict[str, set[str]] = defaultdict(set)
    for case in CASES:
        for key, choice in case.get("readings", {}).items():
            chosen[key].add(choice)
    for key, reading in BY_KEY.items():
        assert chosen[key] >= set(reading.alternatives) - {reading.conservative}, key
