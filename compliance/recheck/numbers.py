"""Answers that moved, numbered in the order in which they became visible.

Ids are given out before transactions commit, so a lower one may appear after a higher one has been
read. Numbers are given afterwards, under one lock, to what is committed: whoever has read up to a
number has missed nothing below it, and the numbers have no gap.
"""

from django.db import connection, transaction
from django.db.models import Max

from compliance.locks import lock_wait
from compliance.models import VerdictChange

NUMBER_LOCK = 4865_156
AT_ONCE = 5_000


def changes_number() -> int:
    """Number what has no number yet; returns how many. Of two at once, the second waits."""
    given = 0
    while VerdictChange.objects.filter(number=None).exists():
        with transaction.atomic():
            lock_wait(NUMBER_LOCK)
            last = VerdictChange.objects.aggregate(last=Max("number"))["last"] or 0
            new = VerdictChange.objects.filter(number=None).order_by("id")[:AT_ONCE]
            ids = list(new.values_list("id", flat=True))
            with connection.cursor() as cursor:
                cursor.executemany(
                    "UPDATE compliance_verdictchange SET number = %s WHERE id = %s",
                    [(last + place, pk) for place, pk in enumerate(ids, 1)],
                )
            given += len(ids)
    return given
