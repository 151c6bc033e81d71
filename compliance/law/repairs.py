"""The smallest sets of changes that would settle a line as permitted, each judged again to prove
it."""

from collections.abc import Iterable, Iterator
from datetime import date
from fractions import Fraction
from itertools import combinations
from typing import NamedTuple

from compliance.law.engine import Finding, judge_on
from compliance.law.facts import Dossier, Missing
from compliance.law.levers import OBTAIN, Lever, levers
from compliance.law.rule import Rule
from compliance.law.verdicts import Verdict

SETTLED = frozenset(
    {
        Verdict.PERMITTED,
        Verdict.PERMITTED_BY_EXCEPTION,
        Verdict.PERMITTED_BY_WAIVER,
        Verdict.NOT_APPLICABLE,
    }
)
EXHAUSTIVE = 12
"""So many levers that could stand for each other are tried in every combination; of more,
combinations of at most THREE."""
THREE = 3


class Step(NamedTuple):
    """One thing of a repair: a fact to obtain, or a thing to change."""

    kind: str
    path: str
    says: str
    share: Fraction | None


class Repair(NamedTuple):
    """Steps that together lead to `verdict`; none of them can be left out."""

    steps: tuple[Step, ...]
    verdict: Verdict
    because: tuple[str, ...]

    @property
    def share(self) -> Fraction:
        """Of the cost of the components, what it moves."""
        return sum((step.share or Fraction(0) for step in self.steps), Fraction(0))


class Advice(NamedTuple):
    """Repairs, smallest first; whether every combination was tried; waiver grounds on record."""

    repairs: tuple[Repair, ...]
    exhaustive: bool
    grounds: tuple[str, ...]


def repairs(rule: Rule, dossier: Dossier, on: date) -> Advice:
    """What would make it permitted: fewest steps first, then the least cost moved."""
    grounds = tuple(each.ground for each in dossier.procurement.grounds if each.rule == rule.id)
    if settled(judge_on(rule, dossier, on, "on")) is not None:
        return Advice((), True, grounds)
    pulled = list(levers(dossier, on))

    def tried(chosen: Iterable[int]) -> Finding | None:
        taken = [pulled[index] for index in sorted(chosen)]
        return settled(judge_on(rule, pull(dossier, taken), on, "on"))

    # Each lever is in favour of buying. So one without which all the others do not settle it is
    # part of every repair; only the rest is left to be combined. Not so where a waiver names this
    # very battery: from another maker it is another battery, and the waiver is lost. So each choice
    # of makers is looked into by itself.
    every = frozenset(range(len(pulled)))
    makers = [at for at in every if pulled[at].path.endswith(".maker")] if named(dossier) else []
    exhaustive = len(makers) <= THREE
    roads: list[tuple[frozenset[int], list[int]]] = []
    for count in range(min(len(makers), THREE) + 1):
        for chosen_makers in combinations(makers, count):
            rest = every.difference(makers)
            fixed = frozenset(chosen_makers)
            if tried(fixed | rest) is not None:
                needed = {at for at in rest if tried(fixed | rest - {at}) is None}
                roads.append((fixed | needed, sorted(rest - needed)))
    exhaustive = exhaustive and all(len(free) <= EXHAUSTIVE for _, free in roads)
    found: list[tuple[frozenset[int], Repair]] = []
    for size in range(len(every) + 1):  # fewest first, whichever makers
        for base, free in roads:
            more = size - len(base)
            if more < 0 or more > (THREE if len(free) > EXHAUSTIVE else len(free)):
                continue
            for chosen in map(base.union, combinations(free, more)):
                if any(smaller <= chosen for smaller, _ in found):
                    continue
                finding = tried(chosen)
                if finding is not None:
                    steps = tuple(Step(*pulled[index][:4]) for index in sorted(chosen))
                    verdict = finding.would_be or finding.verdict
                    found.append((chosen, Repair(steps, verdict, finding.because)))
    ordered = sorted(
        (repair for _, repair in found), key=lambda each: (len(each.steps), each.share)
    )
    return Advice(tuple(ordered), exhaustive, grounds)


def named(dossier: Dossier) -> bool:
    """Some waiver or ground is of one battery, by its number and maker."""
    told = dossier.procurement
    return any(each.scope == "battery" for each in told.waivers) or any(
        each.subject for each in told.grounds
    )


def pull(dossier: Dossier, taken: list[Lever]) -> Dossier:
    for lever in taken:
        dossier = lever.apply(dossier)
    return dossier


def settled(finding: Finding) -> Finding | None:
    """The finding, where it permits: now, or once in force."""
    verdict = finding.verdict
    if verdict is Verdict.NOT_YET_IN_FORCE and finding.would_be is not None:
        verdict = finding.would_be
    return finding if verdict in SETTLED else None


def deciding_questions(rule: Rule, dossier: Dossier, on: date) -> tuple[Missing, ...]:
    """Of the facts that are missing, those whose answer could change the verdict.

    A question that a lever answers is asked only if pulling it moves the verdict: as things are, or
    with all other facts obtained. A question that no lever answers is always asked.
    """
    finding = judge_on(rule, dossier, on, "on")
    return tuple(dict.fromkeys(matter(rule, dossier, on, finding)))


def matter(rule: Rule, dossier: Dossier, on: date, finding: Finding) -> Iterator[Missing]:
    facts = [lever for lever in levers(dossier, on) if lever.kind == OBTAIN]
    for missing in finding.missing:
        mine = [lever for lever in facts if answers(lever, missing)]
        others = [lever for lever in facts if not answers(lever, missing)]
        for start in (dossier, pull(dossier, others)):
            before = judge_on(rule, start, on, "on")
            after = judge_on(rule, pull(start, mine), on, "on")
            if not mine or (before.verdict, before.would_be) != (after.verdict, after.would_be):
                yield missing
                break


def answers(lever: Lever, missing: Missing) -> bool:
    """Does pulling the lever answer the question?"""
    stem = lever.path.removesuffix(".source")
    return missing.fact == lever.path or missing.fact.startswith(f"{stem}.")
