"""From a submitted BOM to the work of judging it."""

from datetime import datetime

from django.db import transaction
from structlog.contextvars import get_contextvars

from compliance.recheck.relay import Enqueue, hand_over
from compliance.services.storing import lines_ask
from procurement.models import Bom


def bom_judge_request(*, bom: Bom, cause: str, now: datetime, enqueue: Enqueue) -> None:
    """Ask for every line of a BOM to be judged. The work is written with whatever else this
    transaction writes; the queue is told once it has committed, and again by the sweeper where
    the queue is away.
    """
    with transaction.atomic():
        request = str(get_contextvars().get("request", ""))
        lines_ask(bom=bom, cause=cause, now=now, request=request)
        # Where the queue cannot be reached the work waits in the database for the sweeper.
        transaction.on_commit(lambda: hand_over(now=now, enqueue=enqueue, bom=bom.pk))
