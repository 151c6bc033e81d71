"""`manage.py rule_show [ID]`"""

from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from compliance.law.outline import outline
from compliance.law.rule import Rule
from compliance.law.rules import BY_ID, RULES
from compliance.selectors.rulebook import CaseSeen, Coverage, coverage


class Command(BaseCommand):
    help = (
        "Shows a rule as counsel reads it: each clause with how far its text is settled and our "
        "reading, its cases in the casebook, and what they cover. Generated from the rule and from "
        "running its cases. All rules, and the verdicts that their cases reach, without an id."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("id", nargs="?", metavar="ID")

    def handle(self, *args: Any, **options: Any) -> None:
        wanted = options["id"]
        if wanted is not None and wanted not in BY_ID:
            raise CommandError(f"No rule {wanted!r}; there are {', '.join(BY_ID)}.")
        shown = RULES if wanted is None else (BY_ID[wanted],)
        covered = [(rule, coverage(rule)) for rule in shown]
        texts = ["\n".join([*outline(rule), *cases(told), *covers(told)]) for rule, told in covered]
        self.stdout.write("\n\n".join([*texts, "\n".join(table(covered))]))


def cases(told: Coverage) -> Iterator[str]:
    """The rule's cases, each as run."""
    wrong = sum(bool(case.wrong) for case in told.cases)
    how = f"{wrong} not as expected" if wrong else "all as expected"
    yield f"  cases: {len(told.cases)}, {how}" if told.cases else "  cases: none"
    for case in told.cases:
        law = f" [{case.law}]" if case.law else ""
        yield f"    {case.on or 'its own days'}  {case.name}{law}: {verdict(case)}"
        yield from (f"      NOT AS EXPECTED: {each}" for each in case.wrong)


def verdict(case: CaseSeen) -> str:
    would = f" (would be {case.would_be})" if case.would_be else ""
    readings = f"; on the reading {', '.join(case.readings)}" if case.readings else ""
    return f"{case.verdict.key}{would}, because of {', '.join(case.because)}{readings}"


def covers(told: Coverage) -> Iterator[str]:
    """How often the cases fall around each day, and turn on each clause."""
    for each in told.days:
        counts = f"{each.before} the day before, {each.on} on it, {each.after} the day after"
        yield f"  cases around {each.day} ({each.what}): {counts}"
    for roles, cite, count in told.clauses:
        yield f"  cases decided by {cite} ({roles}): {count or 'none'}"


def table(rows: Sequence[tuple[Rule, Coverage]]) -> Iterator[str]:
    """Rule × verdict: how many cases show it, and how many more would once the rule is in force."""
    yield "What the cases cover: cases that show the verdict + that would, once in force."
    yield "`none`: no case does. `-`: the outline has no clause that could give it."
    words = [row[0].key for row in rows[0][1].verdicts]
    yield " ".join([f"{'':<18}", *words])
    for rule, told in rows:
        cells = [
            cell(count, would, can).rjust(len(key))
            for key, (_, count, would, can) in zip(words, told.verdicts, strict=True)
        ]
        yield " ".join([f"{rule.id:<18}", *cells])


def cell(count: int, would: int, can: bool) -> str:
    if count or would:
        return f"{count}+{would}" if would else str(count)
    return "none" if can else "-"
