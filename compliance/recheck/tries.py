"""How often a line is tried before it is set aside with its reason, so that the rest goes on."""

from collections.abc import Mapping
from contextlib import suppress

import structlog
from django.db import OperationalError
from django.db.models import F

from compliance.models import Work

log = structlog.get_logger(__name__)

TRIES = 3
"""A line that cannot be judged so often is set aside."""
BEGUN_SPLIT, BEGUN_MOST = 2, 6
"""A line whose worker dies before it can say why: begun so often, its chunk is judged line by line;
so often, it is set aside.
"""


def work_begin(asked: Mapping[int, Work]) -> dict[int, Work]:
    """Note that these are begun, before anything can kill the worker; what killed too many is set
    aside. Work that is finished is gone, so the count is of those who never came back.
    """
    lost = [work for work in asked.values() if work.begun >= BEGUN_MOST]
    for work in lost:
        log.error("line_kills_workers", work=work.pk, line=work.line_id, begun=work.begun)
        Work.objects.filter(pk=work.pk, version=work.version).update(
            set_aside=True,
            error=f"{work.begun} workers began on this line and were never heard of again: "
            "killed, out of memory, or out of time.",
        )
    left = {pk: work for pk, work in asked.items() if work not in lost}
    Work.objects.filter(pk__among=left).update(begun=F("begun") + 1)
    return left


def work_not_begun(asked: Mapping[int, Work]) -> None:
    """The database failed meanwhile, which is no fault of these lines: they do not count as begun.

    Where it is still away the count stays, and one is added in vain.
    """
    with suppress(OperationalError):
        Work.objects.filter(pk__among=asked, begun__gt=0).update(begun=F("begun") - 1)


def work_set_back(work: Work, error: Exception) -> None:
    """A line could not be judged: it is tried again, and set aside after TRIES."""
    log.exception("line_not_judged", work=work.pk, line=work.line_id, tries=work.tries + 1)
    Work.objects.filter(pk=work.pk, version=work.version).update(
        tries=F("tries") + 1,
        begun=0,
        error=f"{type(error).__name__}: {error}"[:2000],
        set_aside=work.tries + 1 >= TRIES,
        handed_at=None,
    )
