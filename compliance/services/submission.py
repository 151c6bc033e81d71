"""From a submitted BOM to the work of judging it."""

from datetime import datetime

from django.db import transaction

from compliance.batches import batches
from compliance.models import Work
from compliance.recheck.relay import Enqueue, counterparty_request, hand_over
from procurement.models import Bom, Line

INTERACTIVE_LINES = 2_000
"""A BOM of no more lines than this is judged where a person waits; a longer one in bulk."""
LINES_AT_ONCE = 2_000


def bom_judge_request(*, bom: Bom, cause: str, now: datetime, enqueue: Enqueue) -> None:
    """Ask for every line of a BOM to be judged. The work is written with whatever else this
    transaction writes; the queue is told once it has committed, and again by the sweeper where
    the queue is away.
    """
    with transaction.atomic():
        lines = list(Line.objects.filter(bom=bom).order_by("id").values_list("id", flat=True))
        queue = "interactive" if len(lines) <= INTERACTIVE_LINES else "bulk"
        for ids in batches(lines, LINES_AT_ONCE):
            Work.objects.bulk_create(
                (
                    Work(line_id=line, bom=bom, cause=cause, queue=queue, asked_at=now)
                    for line in ids
                ),
                ignore_conflicts=True,
            )
        counterparty_request(bom.pk, cause, recheck=None, queue=queue, now=now)
        Bom.objects.filter(pk=bom.pk).update(state=Bom.State.JUDGING)
        # Where the queue cannot be reached the work waits in the database for the sweeper.
        transaction.on_commit(lambda: _told(now, enqueue, bom.pk))


def _told(now: datetime, enqueue: Enqueue, bom: int) -> None:
    hand_over(now=now, enqueue=enqueue, bom=bom)
