"""Say who moves facts, and why.

The database triggers write a Change for every fact that moves but cannot know who moves it. So
`recorded` leaves word where they look: in a Recorder of its transaction.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from django.db.models import BigIntegerField, Func, Value
from structlog.contextvars import get_contextvars

from procurement.formats.problem import Problem
from procurement.models import Recorder, User
from procurement.problems import Refused

LONGEST_WHY = 300


@contextmanager
def recorded(*, by: User | None, why: str) -> Iterator[None]:
    """A transaction whose Changes carry `by` and `why`. An inner one's words stay its own."""
    if len(why) > LONGEST_WHY:
        what = f"The reason has {len(why)} characters; we keep {LONGEST_WHY}."
        raise Refused(Problem("max-length", "why", what, "Shorten it."))
    current = (
        Func(function="txid_current", output_field=BigIntegerField())
        if connection.vendor == "postgresql"
        else Value(0)
    )
    with transaction.atomic():
        ours = Recorder.objects.create(
            transaction=current, actor=by, why=why, request=get_contextvars().get("request")
        )
        yield
        # What fails is rolled back, and this row with it.
        Recorder.objects.filter(pk=ours.pk).delete()
