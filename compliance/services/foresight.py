"""What the days ahead bring, and what would put a line right. Read from what is known now."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from django.core.cache import cache

from compliance.dossiers import world_load
from compliance.law.dossier import assemble
from compliance.law.facts import Dossier, Missing
from compliance.law.proof import written
from compliance.law.readiness import Stretch, readiness_all
from compliance.law.repairs import Advice, deciding_questions, repairs
from compliance.law.rule import Rule
from compliance.law.rules import BY_ID
from compliance.law.verdicts import BAD, OPEN, Verdict
from compliance.models import Determination
from compliance.models import Verdict as Standing
from compliance.refs import must_ref
from procurement.models import Bom, Line

KEPT_SECONDS = 3_600

Ahead = Mapping[str, tuple[Stretch, ...]]
"""Rule id → what holds, from which day until the next."""


def bom_ahead(
    *, bom: Bom, lines: Iterable[int], today: date
) -> tuple[Mapping[int, Ahead], Ahead | None]:
    """Readiness by line id, and the contractor's under the rules that face it (None: not told)."""
    wanted = list(lines)
    world = world_load(bom, lines=wanted, today=today)
    assembled = assemble(world)
    told = world.procurement.counterparty is not None
    found = {pk: readiness_all(assembled.lines[must_ref(Line, pk)]) for pk in wanted}
    return found, readiness_all(assembled.counterparty) if told else None


def determination_repairs(*, determination: Determination, today: date) -> Advice:
    """The smallest sets of changes that would have this line permitted under this rule, on the day
    that decided (today where no day did).
    """
    line = determination.line_id
    lines = [] if line is None else [line]
    assembled = assemble(world_load(determination.bom, lines=lines, today=today))
    dossier = assembled.counterparty if line is None else assembled.lines[must_ref(Line, line)]
    return repairs(BY_ID[determination.rule], dossier, determination.on or today)


class Advised(NamedTuple):
    """What would settle one rule's answer on a line, and which questions could change it.

    sources: path in the dossier → refs of the facts it came from, so that a page can lead there.
    """

    rule: Rule
    verdict: str
    would_be: str
    on: date
    advice: Advice
    deciding: tuple[Missing, ...]
    sources: Mapping[str, Sequence[str]]


def line_advice(*, line: Line, today: date) -> tuple[Advised, ...]:
    """Under each rule that stands against the line or is open, or will be: worst first."""
    standing = [
        verdict
        for verdict in Standing.objects.filter(line=line)
        .select_related("determination")
        .order_by("rank", "rule")
        if verdict.rule in BY_ID and _unsettled(verdict)
    ]
    if not standing:
        return ()
    ref = must_ref(Line, line.pk)
    assembled = assemble(world_load(line.bom, lines=[line.pk], today=today))
    dossier, sources = assembled.lines[ref], assembled.provenance[ref]
    key = written(dossier).key
    found = []
    for verdict in standing:
        rule, on = BY_ID[verdict.rule], verdict.determination.on or today
        advice, deciding = _worked_out(rule, dossier, on, key)
        found.append(
            Advised(rule, verdict.verdict, verdict.would_be, on, advice, deciding, sources)
        )
    return tuple(found)


def _unsettled(verdict: Standing) -> bool:
    return bool({Verdict(each) for each in (verdict.verdict, verdict.would_be) if each} & UNSETTLED)


UNSETTLED = BAD | OPEN


def _worked_out(
    rule: Rule, dossier: Dossier, on: date, key: str
) -> tuple[Advice, tuple[Missing, ...]]:
    """Trying every combination costs about a second, and equal dossiers have equal repairs."""
    name = f"repairs:{rule.id}:{rule.version}:{on}:{key}"
    found: tuple[Advice, tuple[Missing, ...]] | None = cache.get(name)
    if found is None:
        found = repairs(rule, dossier, on), deciding_questions(rule, dossier, on)
        cache.set(name, found, KEPT_SECONDS)
    return found
