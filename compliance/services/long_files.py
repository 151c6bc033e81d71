"""A file too long to read while a person waits: read, stored and judged by workers.

    asked = submission_request(upload=upload_keep(...), ...)    a row; a worker is told
    submission_run(submission_id=asked.pk, ...)                 the worker: read, then store
    submission_cancel(submission=asked, ...)                    until it is stored

Reading happens outside any transaction and may be done twice. Storing is one transaction, which
also says that it is done: a worker killed anywhere leaves all of the BOM or nothing, and a message
that comes twice finds the row settled. From there on it is a BOM like any other.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from django.db import OperationalError, transaction
from django.db.models import F, Q

from compliance.models import Submission
from compliance.recheck.relay import Enqueue, hand_over
from compliance.services.storing import submission_store_bounded
from procurement.access import require
from procurement.formats.problem import Problem
from procurement.models import Bom, Procurement, Upload, User
from procurement.problems import Refused
from procurement.services.boms import as_kept
from procurement.services.mappings import Mapping, plain_mapping
from procurement.services.remembered import is_still_told
from procurement.services.submission import Read, bom_same, upload_lines

log = structlog.get_logger(__name__)

Clock = Callable[[], datetime]
Reader = Callable[..., Read]
Hand = Callable[[int], bool]
"""Tells a worker of a Submission's id. False: the queue is away, and the sweeper tells again."""

State = Submission.State
UNDER_WAY = (State.WAITING, State.READING, State.STORING)
TRIES = 3
"""How often a worker begins. One that dies of the file each time is not asked for ever."""
HAND_OVER_AGAIN = timedelta(minutes=2)
"""A worker that has not been heard of for so long is taken to be gone."""


class Stopped(Exception):
    """Somebody cancelled it, or another worker has it."""


def submission_request(
    *,
    upload: Upload,
    procurement: Procurement,
    name: str,
    user: User,
    now: datetime,
    hand: Hand,
    mapping: Mapping | None = None,
    supersedes: Bom | None = None,
    as_told: bool = False,
) -> Submission:
    """Ask for a kept file to be made into a BOM of `procurement`.

    The same bytes read the same way in the same procurement are one submission: the one that is
    under way, or was stored, is given again. as_told: without a mapping, read as this sender told
    us to read sheets like it; which that is turns out when a worker reads it.
    """
    organisation = require(user, "submit")
    if organisation != upload.organisation or organisation != procurement.organisation:
        raise LookupError("what belongs to another organisation is not found")
    with transaction.atomic():
        Procurement.objects.select_for_update().get(pk=procurement.pk)
        alike = Submission.objects.filter(
            procurement=procurement, upload__sha256=upload.sha256, state__in=UNDER_WAY
        )
        told = plain_mapping(mapping)
        for standing in alike.order_by("id"):
            alike_told = (standing.mapping, standing.as_told) == (told, as_told)
            if alike_told and (not as_told or standing.asked_by_id == user.pk):
                return standing
        same = None
        if as_told:
            before = _stored_as_told(upload, procurement, user)
        else:
            same = bom_same(upload=upload, procurement=procurement, mapping=mapping)
            before = Submission.objects.filter(bom=same).first() if same else None
        if before:
            return before
        asked = Submission.objects.create(
            organisation=organisation,
            upload=upload,
            procurement=procurement,
            name=name[:200],
            mapping=told,
            as_told=as_told,
            supersedes=supersedes,
            asked_by=user,
            asked_at=now,
            **({} if same is None else {"bom": same, "state": State.STORED, "stored_at": now}),
        )
        if same is None:
            transaction.on_commit(lambda: _hand(asked.pk, now, hand))
    return asked


def _stored_as_told(upload: Upload, procurement: Procurement, user: User) -> Submission | None:
    """The same bytes, stored as this sender told us, where they said nothing else since."""
    stored = Submission.objects.filter(
        procurement=procurement,
        upload__sha256=upload.sha256,
        asked_by=user,
        as_told=True,
        state=State.STORED,
    )
    before = stored.select_related("bom__upload").order_by("-id").first()
    if before is None or before.bom is None or before.bom.upload is None:
        return None
    same = is_still_told(upload=before.bom.upload, user=user, since=before.asked_at)
    return before if same else None


def submissions_hand_over(*, now: datetime, hand: Hand) -> int:
    """Tell workers of what waits, and again of what one seems to have died with."""
    quiet = now - HAND_OVER_AGAIN
    due = Submission.objects.filter(
        Q(state=State.WAITING, handed_at=None)
        | Q(state=State.WAITING, handed_at__lt=quiet)
        | Q(state__in=(State.READING, State.STORING), seen_at__lt=quiet)
    ).exclude(handed_at__gte=quiet)
    handed = 0
    for pk in due.order_by("id").values_list("pk", flat=True):
        if not _hand(pk, now, hand):
            break
        handed += 1
    return handed


def _hand(pk: int, now: datetime, hand: Hand) -> bool:
    if not hand(pk):
        return False
    Submission.objects.filter(pk=pk).update(handed_at=now)
    return True


def submission_cancel(*, submission: Submission, user: User) -> Submission:
    """Stop it. Nothing of it is stored; the file stays. Raises Refused once it is stored."""
    if require(user, "submit") != submission.organisation:
        raise LookupError("a submission of another organisation is not found")
    with transaction.atomic():
        row = Submission.objects.select_for_update().get(pk=submission.pk)
        if row.state == State.STORED:
            what = "It is stored already, and a stored revision never changes."
            fix = "Submit a later revision in its place."
            raise Refused(Problem("stored-already", "submission", what, fix))
        if row.state in UNDER_WAY:
            row.state = State.CANCELLED
            row.save(update_fields=["state"])
    return row


def submission_run(
    *, submission_id: int, clock: Clock, enqueue: Enqueue, reader: Reader = upload_lines
) -> Bom | None:
    """Read the file, store the BOM and ask for its lines to be judged; None where that is not to
    be, as where it was cancelled or done before. reader: `upload_lines`, or one like it.
    """
    asked = _begin(submission_id, clock())
    if asked is None:
        return None
    try:
        return _run(asked, clock, enqueue, reader)
    except Stopped:
        return None
    except Refused as refused:
        _end(asked, State.REFUSED, *refused.problems)
        return None
    except OperationalError:
        raise  # the database is away or busy: the task is tried again
    except Exception:
        log.exception("submission_failed", submission=asked.pk, tries=asked.tries)
        if asked.tries >= TRIES:
            _give_up(asked)
        else:
            Submission.objects.filter(pk=asked.pk, state__in=UNDER_WAY).update(
                state=State.WAITING, handed_at=clock()
            )
        return None


def _begin(submission_id: int, now: datetime) -> Submission | None:
    """The row, now ours to work on."""
    mine = Submission.objects.filter(pk=submission_id, state__in=UNDER_WAY)
    begun = mine.update(
        state=State.READING, started_at=now, seen_at=now, rows_read=0, tries=F("tries") + 1
    )
    if not begun:
        return None
    row = Submission.objects.select_related(
        "upload", "procurement", "supersedes", "asked_by__membership__organisation"
    ).get(pk=submission_id)
    if row.tries > TRIES:
        _give_up(row)
        return None
    return row


def _run(asked: Submission, clock: Clock, enqueue: Enqueue, reader: Reader) -> Bom:
    def reading(read: int, total: int) -> None:
        known = {"rows_read": read, "rows_total": total} if total else {}
        _mark(asked, State.READING, seen_at=clock(), **known)

    read = reader(
        upload=asked.upload,
        user=asked.asked_by,
        mapping=asked.mapping,
        watch=reading,
        as_told=asked.as_told,
    )
    now = clock()
    _mark(asked, State.READING, state=State.STORING, seen_at=now)
    bom = submission_store_bounded(submission_id=asked.pk, read=read, now=now)
    if bom is None:
        raise Stopped
    # What a worker that is gone by now would have handed over, the sweeper does.
    transaction.on_commit(lambda: hand_over(now=now, enqueue=enqueue, bom=bom))
    return Bom.objects.get(pk=bom)


def _mark(asked: Submission, only: str, **said: object) -> None:
    """Say how far it is, while it still stands as `only`; else Stopped."""
    if not Submission.objects.filter(pk=asked.pk, state=only).update(**said):
        raise Stopped


def _give_up(asked: Submission) -> None:
    what = f"It could not be read; that was tried {TRIES} times. The file is kept."
    fix = "Split it into smaller files, or ask your administrator to look at it."
    _end(asked, State.FAILED, Problem("not-readable-here", "the file", what, fix))


def _end(asked: Submission, state: str, *problems: Problem) -> None:
    Submission.objects.filter(pk=asked.pk, state__in=UNDER_WAY).update(
        state=state, problems=[as_kept(problem) for problem in problems]
    )
