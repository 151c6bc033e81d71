"""What moves without a fact moving: a rule of a new version, a list that has come due to be read.

A verdict answers for the procurement's own days, with every fact's own span, so no other day that
passes can move one.
"""

from datetime import datetime, timedelta

from compliance.law.rules import RULES
from compliance.models import Edition, Verdict
from compliance.recheck.affected import Anchor, Reach, standing_boms
from compliance.recheck.relay import work_request
from procurement.models import Bom

LOOK_BACK = timedelta(days=7)
"""Days looked at again, for a timetable that did not run: asking twice changes nothing."""


def calendar_check(*, now: datetime) -> int:
    """Ask for the lines that a new rule, or a list fallen due, can move; returns how many."""
    causes: dict[int, str] = {}
    due = Edition.objects.filter(
        state=Edition.State.RELEASED,
        read_by__range=(now.date() - LOOK_BACK, now.date()),
    )
    for edition in due:
        words = f"List {edition.key} has come due to be read again"
        for line in Reach().lines([Anchor("list", edition.key)], None):
            causes[line] = words
    for rule in RULES:
        outdated = Verdict.objects.filter(
            rule=rule.id, bom__in=standing_boms(None), line__isnull=False
        ).exclude(determination__rule_version=rule.version)
        for line in outdated.values_list("line_id", flat=True):
            causes[line] = f"{rule.cite} is read anew since {rule.version}"
    causes.update(_not_asked())
    work_request(causes, recheck=None, queue="bulk", now=now)
    return len(causes)


def _not_asked() -> dict[int, str]:
    """Lines of judged BOMs that some rule, new since, was never asked of."""
    faced = [rule for rule in RULES if rule.faces == "line"]
    causes: dict[int, str] = {}
    boms = standing_boms(None).filter(state=Bom.State.JUDGED)
    for rule in faced:
        asked = Verdict.objects.filter(rule=rule.id).values("line")
        for line in (
            boms.exclude(lines=None).values_list("lines", flat=True).exclude(lines__in=asked)
        ):
            causes[line] = f"{rule.cite} is new"
    return causes
