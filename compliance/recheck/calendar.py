"""What moves without a fact moving: a rule of a new version, a list that has come due to be read, a
document that has ended.

A verdict answers for the procurement's own days, with every fact's own span, so no other day that
passes can move one. Of a day yet to come, what is known today is asked; so a document that ended
last night counts from today.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from compliance.batches import batches
from compliance.known import MOST_IN_A_QUERY
from compliance.law.rule import Rule
from compliance.law.rules import RULES
from compliance.models import Edition, Recheck, Verdict
from compliance.recheck.affected import (
    ANY_LIST,
    Reach,
    anchors_of_evidence,
    boms_of_counterparty,
    standing_boms,
)
from compliance.recheck.asking import Asking, Why
from compliance.recheck.certificate import heartbeat
from procurement.models import Bom, Evidence, Line

CHECKS = (Recheck.Kind.CALENDAR, Recheck.Kind.HEARTBEAT)


def calendar_check(*, now: datetime) -> int:
    """Ask for the lines that a new rule, a list fallen due or a document ended can move.

    Returns how many.

    Every check leaves a certificate: a heartbeat where there is nothing to ask. The next one looks
    from the day before this one's, so that days on which no timetable ran are not passed over.
    """
    causes: dict[int, str] = {}
    due = Edition.objects.filter(state=Edition.State.RELEASED, read_by__lte=now.date())
    reach, since = Reach(), _checked_last()
    if since:
        due = due.filter(read_by__gte=since - timedelta(days=1))
    boms: dict[int, str] = {}
    if keys := sorted(set(due.values_list("key", flat=True))):
        words = f"To be read again by now: list {', '.join(keys)}"
        causes = dict.fromkeys(reach.lines([ANY_LIST], None), words)
        boms = dict.fromkeys(boms_of_counterparty([ANY_LIST], None), words)
    for evidence, ended in _ended(now.date(), since):
        anchors, whose = anchors_of_evidence(evidence.pk), evidence.organisation_id
        causes |= dict.fromkeys(reach.lines(anchors, whose), ended)
        boms |= dict.fromkeys(boms_of_counterparty(anchors, whose), ended)
    standing = _standing()
    for rule in _outdated(standing):
        other = [v for of, v in standing if of == rule.id and v != rule.version]
        outdated = Verdict.objects.filter(
            rule=rule.id, rule_version__in=other, bom__in=standing_boms(None)
        )
        words = f"{rule.cite} is read anew since {rule.version}"
        causes |= dict.fromkeys(
            outdated.filter(line__isnull=False).values_list("line_id", flat=True), words
        )
        boms |= dict.fromkeys(outdated.filter(line=None).values_list("bom_id", flat=True), words)
    lines = Line.objects.filter(bom__in=_judged()).count()
    if not _asked_of_all(standing, lines):
        causes.update(_not_asked())
        lines = 0
    if not causes and not boms:
        heartbeat(now=now, lines=lines)
        return 0
    said = list(dict.fromkeys([*causes.values(), *boms.values()]))
    asking = Asking(
        {line: Why(words) for line, words in causes.items()},
        {bom: Why(words) for bom, words in boms.items()},
    )
    with transaction.atomic():
        asking.open(kind=Recheck.Kind.CALENDAR, cause="; ".join(said), queue="bulk", now=now)
    return len(causes)


Standing = dict[tuple[str, str], int]
"""(rule, version) → verdicts that stand so."""


def _standing() -> Standing:
    """All that stands: every answer, counted from an index alone, without those on bills that a
    later revision replaces."""
    counts = _counted(Verdict.objects.all())
    replaced = Bom.objects.exclude(supersedes=None).values_list("supersedes", flat=True)
    for some in batches(list(replaced), MOST_IN_A_QUERY):  # told which, it never reads them all
        counts.subtract(_counted(Verdict.objects.filter(bom__in=some)))
    return +counts


def _counted(verdicts: QuerySet[Verdict]) -> Counter[tuple[str, str]]:
    of = verdicts.order_by().values_list("rule", "rule_version")
    return Counter(
        {(rule, version): found for rule, version, found in of.annotate(found=Count("*"))}
    )


def _outdated(standing: Standing) -> list[Rule]:
    """Rules of which some verdict stands by another version."""
    current = {(rule.id, rule.version) for rule in RULES}
    moved = {each for each, version in standing if (each, version) not in current}
    return [rule for rule in RULES if rule.id in moved]


def _asked_of_all(standing: Standing, lines: int) -> bool:
    """Whether each rule was asked of every line of judged BOMs, of which there are so many, and
    nothing stands on others: a rule stands once for a line."""
    waiting = standing_boms(None).exclude(state=Bom.State.JUDGED)
    # Asked of each, since SQLite would look for all of them through the lines of every other BOM.
    stands = Verdict.objects.filter(bom=OuterRef("pk"), line__isnull=False)
    if waiting.filter(Exists(stands)).exists():
        return False
    counts = dict.fromkeys((rule.id for rule in RULES if rule.faces == "line"), 0)
    for (rule, _), found in standing.items():
        if rule in counts:
            counts[rule] += found
    return all(count == lines for count in counts.values())


def _judged() -> Any:
    """BOM revisions that stand and are judged."""
    return standing_boms(None).filter(state=Bom.State.JUDGED)


def _ended(today: date, since: date | None) -> Iterator[tuple[Evidence, str]]:
    """Documents whose last day is past, of those that were good at the last check, and in words."""
    ended = Evidence.objects.filter(expires__lt=today).order_by("expires", "pk")
    if since:
        ended = ended.filter(expires__gte=since - timedelta(days=2))
    for evidence in ended:
        yield evidence, f"“{evidence}” was good through {evidence.expires}"


def _checked_last() -> date | None:
    """The day of the last check of the calendar; None before the first."""
    last = Recheck.objects.filter(kind__in=CHECKS).order_by("-pk").first()
    return last.started_at.date() if last else None


def _not_asked() -> dict[int, str]:
    """Lines of judged BOMs that some rule, new since, was never asked of."""
    faced = {rule.id: f"{rule.cite} is new" for rule in RULES if rule.faces == "line"}
    lines = Line.objects.filter(bom__in=_judged()).order_by()
    asked = Count("verdicts", filter=Q(verdicts__rule__in=faced))
    short = lines.annotate(asked=asked).filter(asked__lt=len(faced))
    causes: dict[int, str] = {}
    for batch in batches(list(short.values_list("pk", flat=True)), MOST_IN_A_QUERY):
        rows = Verdict.objects.filter(line__in=batch).values_list("line_id", "rule")
        asked_of = set(rows)
        for line in batch:
            new = [words for rule, words in faced.items() if (line, rule) not in asked_of]
            causes[line] = new[-1]
    return causes
