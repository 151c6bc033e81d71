"""From a submitted BOM to the work of judging it."""

from datetime import datetime

from django.db import transaction
from structlog.contextvars import get_contextvars

from compliance.models import Work
from compliance.recheck.asking import counterparty_request
from compliance.recheck.relay import Enqueue, hand_over
from procurement.models import Bom, Line
from procurement.services.bulk import Ids, rows_insert

INTERACTIVE_LINES = 2_000
"""A BOM of no more lines than this is judged where a person waits; a longer one in bulk."""


def bom_judge_request(*, bom: Bom, cause: str, now: datetime, enqueue: Enqueue) -> None:
    """Ask for every line of a BOM to be judged. The work is written with whatever else this
    transaction writes; the queue is told once it has committed, and again by the sweeper where
    the queue is away.
    """
    with transaction.atomic():
        Bom.objects.select_for_update().get(pk=bom.pk)  # of two who ask at once, one writes
        waiting = Work.objects.filter(bom=bom, line__isnull=False).values("line")
        # Lines of one part go to one worker together, which then judges the part once.
        lines = Line.objects.filter(bom=bom).exclude(pk__in=waiting).order_by("part", "id")
        request = str(get_contextvars().get("request", ""))
        ids = list(lines.values_list("id", flat=True))
        queue = "interactive" if len(ids) <= INTERACTIVE_LINES else "bulk"
        numbered = list(zip(Ids(Work), ids, strict=False))
        rows_insert(
            Work,
            ["id", "line_id", "bom_id", "cause", "queue", "asked_at", "request"],
            ((pk, line, bom.pk, cause[:300], queue, now, request) for pk, line in numbered),
        )
        counterparty_request(bom.pk, cause, recheck=None, queue=queue, now=now, request=request)
        Bom.objects.filter(pk=bom.pk).update(state=Bom.State.JUDGING)
        # Where the queue cannot be reached the work waits in the database for the sweeper.
        transaction.on_commit(lambda: _told(now, enqueue, bom.pk))


def _told(now: datetime, enqueue: Enqueue, bom: int) -> None:
    hand_over(now=now, enqueue=enqueue, bom=bom)
