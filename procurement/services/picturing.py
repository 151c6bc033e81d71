"""Having the first rows of a long file read, so that they can be shown and its columns corrected.

picture_ask(upload=upload, now=now, hand=hand)     a row; a worker is told
picture_make(upload_id=upload.pk, clock=clock)     the worker: a small process reads the file
"""

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from django.db import OperationalError, transaction
from django.db.models import Q

from procurement.formats.problem import Problem
from procurement.models import Picture, Upload
from procurement.problems import Refused
from procurement.services.apart import answered, apart
from procurement.services.boms import as_kept
from procurement.services.drafts import draft_pictured
from procurement.services.pictures import pictured
from procurement.services.reading import file_read, read_state, upload_bytes

log = structlog.get_logger(__name__)

Hand = Callable[[int], bool]
"""Tells a worker of an Upload's id. False: the queue is away, and the sweeper tells again."""
Clock = Callable[[], datetime]
PROGRAM = (
    "import django; django.setup(); from procurement.services import picturing; picturing.here()"
)
ASK_AGAIN = timedelta(minutes=2)
"""A worker that has not been heard of for so long is taken to be gone."""


UNREAD, READ = Q(upload__state=Upload.State.RECEIVED), ~Q(sheets=[])
"""Read means that only the last word is missing: whoever waits is told, and drafts know of it."""


class NotWantedError(Exception):
    """It was submitted, or put aside, meanwhile."""


def picture_ask(*, upload: Upload, now: datetime, hand: Hand | None = None) -> Picture:
    """Ask for the first rows of a file that nobody has read. hand: left out, the sweeper tells a
    worker within its minute.
    """
    told = {"asked_at": now, "seen_at": now if hand else now - ASK_AGAIN}
    picture, new = Picture.objects.get_or_create(upload=upload, defaults=told)
    if new and hand:
        transaction.on_commit(lambda: hand(upload.pk))
    return picture


def pictures_ask_again(*, now: datetime, hand: Hand) -> None:
    """Tell workers again of those that one seems to have died with, or never heard of."""
    quiet = now - ASK_AGAIN
    due = Picture.objects.filter(UNREAD | READ, made_at=None, seen_at__lte=quiet)
    for pk in list(due.exclude(_put_aside()).order_by("pk").values_list("upload", flat=True)):
        if not hand(pk):
            break
        Picture.objects.filter(upload=pk).update(seen_at=now)


def picture_make(*, upload_id: int, clock: Clock) -> None:
    """Read it apart and keep its first rows, with our reading of the whole."""
    mine = Picture.objects.filter(upload=upload_id, made_at=None, upload__state="received")

    def watch(read: int, total: int) -> None:
        wanted = mine.exclude(_put_aside())
        if not Picture.objects.filter(pk__in=wanted.values("pk")).update(seen_at=clock()):
            raise NotWantedError

    problems: tuple[Problem, ...] = ()
    try:
        watch(0, 0)
        apart(PROGRAM, [upload_id], [], watch)
    except NotWantedError:
        if not Picture.objects.filter(READ, upload=upload_id, made_at=None).exists():
            return  # else it has just been read, which ends the waiting for it as well
    except Refused as refused:
        problems = refused.problems
    except OperationalError:
        raise  # the database is away or busy: the task is tried again
    except Exception:
        log.exception("picture_failed", upload=upload_id)
        what = "Its first rows could not be read."
        fix = "Go on without them, or split the file into smaller ones."
        problems = (Problem("not-readable-here", "the file", what, fix),)
    now = clock()
    with transaction.atomic():
        told = {"made_at": now, "problems": [as_kept(problem) for problem in problems]}
        Picture.objects.filter(upload=upload_id).update(**told)
        draft_pictured(upload_id=upload_id, now=now)


def _put_aside() -> Q:
    return Q(upload__draft__put_aside=True)


# --- in the process of its own --------------------------------------------------------------------
def here() -> None:
    answered(_read)


def _read(upload_id: int) -> None:
    upload = Upload.objects.get(pk=upload_id)
    encoding = (upload.reading or {}).get("encoding")
    workbook, reading = file_read(upload_bytes(upload), upload.filename, encoding)
    sheets = pictured(workbook)
    with transaction.atomic():
        unread = Upload.objects.filter(pk=upload_id, state=Upload.State.RECEIVED)
        if unread.update(**read_state(workbook, reading)):
            Picture.objects.filter(upload=upload_id).update(sheets=sheets)
