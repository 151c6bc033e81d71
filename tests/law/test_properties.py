"""What must hold of any dossier, whatever the facts."""

import os
import subprocess
import sys
from datetime import date, timedelta
from itertools import combinations
from pathlib import Path

import pytest

from compliance.law.engine import judge, judge_on
from compliance.law.facts import Dossier
from compliance.law.levers import OBTAIN, levers
from compliance.law.readiness import on_day, readiness
from compliance.law.repairs import deciding_questions, pull, repairs, settled
from compliance.law.rule import Rule
from compliance.law.rules import BY_ID, RULES
from compliance.law.verdicts import BAD, GOOD, Verdict
from tests.law.made import forgotten, made

DAYS = [
    date(2027, 12, 31),
    date(2028, 6, 30),
    date(2028, 7, 1),
    date(2029, 1, 1),
    date(2031, 1, 30),
]
LINE_RULES = [rule for rule in RULES if rule.faces == "line"]


def counts(short: int, whole: int) -> list[object]:
    return [*range(short), *(pytest.param(n, marks=pytest.mark.long) for n in range(short, whole))]


@pytest.mark.parametrize("seed", counts(25, 1000))
def test_learning_a_fact_never_turns_a_settled_verdict_round(seed: int) -> None:
    whole = made(seed)
    for again in range(10):
        less = forgotten(whole, seed * 100 + again)
        for rule in LINE_RULES:
            for day in DAYS:
                before, after = judge(rule, less, day), judge(rule, whole, day)
                told = (rule.id, day, before.verdict, after.verdict)
                if before.verdict in BAD:
                    assert after.verdict in BAD or after.verdict is Verdict.REVIEW, told
                if before.verdict in GOOD:
                    assert after.verdict in GOOD, told


@pytest.mark.parametrize("seed", range(60))
def test_what_is_not_told_is_never_permitted_where_the_whole_is_prohibited(seed: int) -> None:
    whole = made(seed)
    for again in range(5):
        less = forgotten(whole, seed * 7 + again)
        for rule in LINE_RULES:
            if judge(rule, whole, DAYS[-1]).verdict in BAD:
                assert judge(rule, less, DAYS[-1]).verdict not in GOOD


@pytest.mark.parametrize("seed", counts(2, 60))
def test_readiness_equals_asking_day_by_day(seed: int) -> None:
    dossier = forgotten(made(seed), seed)
    for rule in LINE_RULES:
        stretches = readiness(rule, dossier)
        day = date(2026, 12, 1)
        while day < date(2031, 3, 1):
            found = judge_on(rule, dossier, day, "on")
            told = on_day(stretches, day)
            assert (told.verdict, told.would_be) == (found.verdict, found.would_be), (rule.id, day)
            day += timedelta(days=1)


@pytest.mark.parametrize("seed", counts(20, 400))
def test_every_repair_leads_to_permitted_and_none_smaller_does(seed: int) -> None:
    dossier = forgotten(made(seed), seed + 1)
    for rule in (BY_ID["10-usc-4865"], BY_ID["ndaa-2024-154"], BY_ID["ndaa-2024-805-b"]):
        advice = repairs(rule, dossier, DAYS[-1])
        pulled = {(each.path, each.says): each for each in levers(dossier, DAYS[-1])}
        for repair in advice.repairs:
            taken = [pulled[step.path, step.says] for step in repair.steps]
            assert settled(judge_on(rule, pull(dossier, taken), DAYS[-1], "on"))
            for size in range(len(taken)):
                for fewer in combinations(taken, size):
                    smaller = pull(dossier, list(fewer))
                    assert not settled(judge_on(rule, smaller, DAYS[-1], "on"))


def minimal(rule: Rule, dossier: Dossier, day: date) -> set[frozenset[tuple[str, str]]]:
    """Every set of levers that settles it and none of whose parts does, by trying all of them."""
    pulled = list(levers(dossier, day))
    found: list[frozenset[int]] = []
    for size in range(len(pulled) + 1):
        for chosen in map(frozenset, combinations(range(len(pulled)), size)):
            if any(smaller <= chosen for smaller in found):
                continue
            taken = [pulled[index] for index in sorted(chosen)]
            if settled(judge_on(rule, pull(dossier, taken), day, "on")):
                found.append(chosen)
    named = [[(pulled[k].path, pulled[k].says) for k in sorted(each)] for each in found if each]
    return {frozenset(each) for each in named}


@pytest.mark.parametrize("components", [1, 2, 3, 4, 5, 6, 7, 8])
@pytest.mark.parametrize("seed", counts(1, 12))
def test_repairs_are_all_the_smallest_there_are(seed: int, components: int) -> None:
    dossier = forgotten(made(seed, components), seed + 3)
    for rule in (BY_ID["10-usc-4865"], BY_ID["ndaa-2024-154"], BY_ID["ndaa-2024-805-b"]):
        if len(list(levers(dossier, DAYS[-1]))) > 10:
            continue  # too many to try all
        advice = repairs(rule, dossier, DAYS[-1])
        steps = {frozenset((s.path, s.says) for s in each.steps) for each in advice.repairs}
        assert steps == minimal(rule, dossier, DAYS[-1])
        assert advice.exhaustive


@pytest.mark.parametrize("seed", counts(1, 40))
def test_of_eight_components_every_combination_is_tried(seed: int) -> None:
    dossier = forgotten(made(seed, 8), seed + 4)
    advice = repairs(BY_ID["10-usc-4865"], dossier, DAYS[-1])
    assert advice.exhaustive


@pytest.mark.parametrize("seed", range(60))
def test_deciding_questions_are_among_those_asked_and_none_is_lost(seed: int) -> None:
    dossier = forgotten(made(seed), seed + 2)
    rule = BY_ID["10-usc-4865"]
    asked = judge_on(rule, dossier, DAYS[-1], "on").missing
    deciding = deciding_questions(rule, dossier, DAYS[-1])
    assert set(deciding) <= set(asked)
    if not deciding and asked:
        facts = [lever for lever in levers(dossier, DAYS[-1]) if lever.kind == OBTAIN]
        before = judge_on(rule, dossier, DAYS[-1], "on").verdict
        assert judge_on(rule, pull(dossier, facts), DAYS[-1], "on").verdict is before


PROOFS = """
import sys; sys.path.insert(0, ".")
from datetime import date
from compliance.law.engine import judge_all
from compliance.law.proof import digest, prove, written
from tests.law.made import forgotten, made
print(digest("".join(
    prove(finding, written(dossier)).digest
    for seed in range(40) for dossier in [forgotten(made(seed), seed)]
    for finding in judge_all(dossier, date(2029, 1, 1)))))
"""


def test_proofs_are_the_same_bytes_whatever_the_hash_seed() -> None:
    found = {
        subprocess.run(
            [sys.executable, "-c", PROOFS],
            cwd=Path(__file__).parents[2],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "4711")
    }
    assert len(found) == 1
