"""Say who moved facts, and why.

The database triggers write a Change for every fact that moves but cannot know who moved it.
Whatever is done inside `recorded` gets the person and the reason before it commits.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from django.db.models import BigIntegerField, Func, Max
from structlog.contextvars import get_contextvars

from procurement.formats.problem import Problem
from procurement.models import Change, User
from procurement.problems import Refused

LONGEST_WHY = 300


@contextmanager
def recorded(*, by: User | None, why: str) -> Iterator[None]:
    """A transaction whose Changes carry `by` and `why`. An inner one's words stay its own."""
    if len(why) > LONGEST_WHY:
        what = f"The reason has {len(why)} characters; we keep {LONGEST_WHY}."
        raise Refused(Problem("max-length", "why", what, "Shorten it."))
    with transaction.atomic():
        last = Change.objects.aggregate(last=Max("id"))["last"] or 0
        yield
        # Ids only grow, so ours are above `last`. SQLite has one writer at a time (transactions
        # begin IMMEDIATE); on PostgreSQL others' may lie between, and the transaction tells ours.
        ours = Change.objects.filter(id__gt=last, actor=None, why="")
        if connection.vendor == "postgresql":
            current = Func(function="txid_current", output_field=BigIntegerField())
            ours = ours.filter(transaction=current)
        request = get_contextvars().get("request")
        ours.update(actor=by, why=why, request=request)
