"""What workers do: ids in, one service called. The clock is read here and passed down.

It is the database's: hosts may disagree about the time, and one that is ahead must not take what
another is sending for overdue.
"""

import time
from contextlib import nullcontext
from typing import Any

import structlog
from celery import shared_task
from django.conf import settings
from django.db import OperationalError
from kombu.exceptions import OperationalError as BrokerAway
from structlog.contextvars import get_contextvars

from compliance.clock import database_now
from compliance.recheck import calendar
from compliance.recheck.numbers import changes_number
from compliance.recheck.relay import changes_relay as relay
from compliance.recheck.relay import changes_wait, hand_over, hand_over_more
from compliance.services import (
    digests,
    foretelling,
    inquiries,
    judging,
    long_files,
    mailing,
    operating,
    reporting,
    sampling,
    screening,
    turns,
    webhooks,
)
from procurement.services import picturing
from procurement.services.bounded import upload_lines_bounded

log = structlog.get_logger(__name__)

RETRY: dict[str, Any] = {
    "autoretry_for": (OperationalError,),
    "max_retries": 8,
    "retry_backoff": True,
}
"""A locked or restarting database is waited for; anything else is an error to see."""

RELAY_SECONDS = 4.0
"""Changes are followed, and a large re-check is asked for, so long at a time: mail and others get
their turn in between."""


def enqueue_work(queue: str, work: list[int]) -> bool:
    """Hand a chunk of Work to the workers of `queue`; False where the broker is away.

    The Work stays in the database, and `unjudged_sweep` hands it over when the broker is back.
    """
    try:
        work_judge.apply_async((work,), queue=queue)
    except BrokerAway as error:
        log.warning("work_not_handed_over", queue=queue, lines=len(work), error=str(error))
        return False
    return True


def nudge() -> None:
    """A fact has just been committed: have the relay look now rather than at its next sweep."""
    request = str(get_contextvars().get("request", ""))
    changes_relay.apply_async((request,), queue="interactive", expires=30)


def hand_submission(submission: int) -> bool:
    """Tell a worker of a long file; False where the broker is away. Nobody waits behind it."""
    try:
        submission_run.apply_async((submission,), queue="bulk")
    except BrokerAway as error:
        log.warning("submission_not_handed_over", submission=submission, error=str(error))
        return False
    return True


@shared_task(**RETRY)
def submission_run(submission: int) -> None:
    long_files.submission_run(
        submission_id=submission,
        clock=database_now,
        enqueue=enqueue_work,
        reader=upload_lines_bounded,
    )


def hand_picture(upload: int) -> bool:
    """Have the first rows of a long file read; False where the broker is away. Somebody waits, but
    not so that others of whom it is true should wait behind a file.
    """
    try:
        picture_make.apply_async((upload,), queue="changes")
    except BrokerAway as error:
        log.warning("picture_not_handed_over", upload=upload, error=str(error))
        return False
    return True


@shared_task(**RETRY)
def picture_make(upload: int) -> None:
    picturing.picture_make(upload_id=upload, clock=database_now)


@shared_task(**RETRY)
def work_judge(work: list[int]) -> None:
    now = database_now()
    settled = judging.work_judge(work_ids=work, now=now)
    for bom in settled.first:
        report_first_check.apply_async((bom,), queue="mail")
    if settled.moved:
        digests_send_due.apply_async(queue="mail", expires=60)
        webhooks_send_due.apply_async(queue="mail", expires=60)
    hand_over_more(now=now, enqueue=enqueue_work)


@shared_task(**RETRY)
def changes_relay(request: str = "") -> None:
    """request: take what this one changed, for its person waits, and leave the rest to others."""
    with turns.writing() if request else nullcontext():
        relayed = _relayed(request)
    if request and changes_wait():
        changes_relay.apply_async(queue="changes", expires=30)
    if relayed:
        names_screen.apply_async(queue="changes", expires=60)


def _relayed(request: str) -> bool:
    changes_number()
    relayed, begins = False, time.monotonic()
    while relay(now=database_now(), request=request):
        relayed = True
        hand_over(now=database_now(), enqueue=enqueue_work)
        if time.monotonic() - begins > RELAY_SECONDS:
            break
    return relayed


@shared_task(**RETRY)
def names_screen() -> None:
    screening.matches_update(now=database_now())


@shared_task(**RETRY)
def unjudged_sweep() -> None:
    now = database_now()
    long_files.submissions_hand_over(now=now, hand=hand_submission)
    picturing.pictures_ask_again(now=now, hand=hand_picture)
    hand_over(now=now, enqueue=enqueue_work)
    for bom in judging.boms_settle(now=now):
        report_first_check.apply_async((bom,), queue="mail")


@shared_task(**RETRY)
def report_first_check(bom: int) -> None:
    reporting.first_check_tell(bom_id=bom, now=database_now())
    mail_send_due.apply_async(queue="mail", expires=60)


@shared_task(**RETRY)
def report_send(bom: int, user: int) -> None:
    reporting.report_send(bom_id=bom, user_id=user, now=database_now())
    mail_send_due.apply_async(queue="mail", expires=60)


@shared_task(**RETRY)
def digests_send_due() -> None:
    if digests.digests_write(now=database_now()):
        mail_send_due.apply_async(queue="mail", expires=60)


@shared_task(**RETRY)
def reports_send_scheduled() -> None:
    if reporting.scheduled_write(now=database_now()):
        mail_send_due.apply_async(queue="mail", expires=60)


@shared_task(**RETRY)
def mail_send_due() -> None:
    mailing.mail_send_due(now=database_now())


@shared_task(**RETRY)
def inquiries_remind() -> None:
    if inquiries.inquiries_remind(now=database_now(), base_url=settings.SITE_URL):
        mail_send_due.apply_async(queue="mail", expires=60)


@shared_task(**RETRY)
def calendar_check() -> None:
    now = database_now()
    calendar.calendar_check(now=now)
    hand_over(now=now, enqueue=enqueue_work)


@shared_task(**RETRY)
def sample_audit() -> None:
    if sampling.sample_audit(now=database_now()) is None:
        log.info("audit_put_off", why="facts are on the move")
        return
    hand_over(now=database_now(), enqueue=enqueue_work)
    alarms_tell.apply_async(queue="mail", expires=60)


@shared_task(**RETRY)
def alarms_tell() -> None:
    operating.alarms_tell(now=database_now())


@shared_task(**RETRY)
def webhooks_send_due() -> None:
    webhooks.deliveries_write(now=database_now())
    webhooks.deliveries_send_due(now=database_now(), clock=database_now)


@shared_task(**RETRY)
def warnings_write() -> None:
    while foretelling.outlooks_find():
        pass
    if foretelling.warnings_write(now=database_now()):
        mail_send_due.apply_async(queue="mail", expires=60)
