"""The mail outbox: written with what it tells of, sent later, marked after sending.

A crash between sending and marking sends again, with the same Message-ID, so that a mail program
shows it once; nothing is ever dropped.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from email.utils import make_msgid
from typing import Any

import structlog
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import transaction
from django.db.models import F

from compliance.mail.compose import Message
from compliance.models import Mail, Report
from procurement.models import Membership, Organisation, User

log = structlog.get_logger(__name__)

LEASE = timedelta(minutes=5)
"""For how long a mail belongs to the worker that took it to send."""
TRIES = 12
MAILS_A_PASS = 50
MEDIA_TYPES = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def mail_write(
    *,
    organisation: Organisation,
    to: User,
    message: Message,
    reports: Iterable[Report],
    dedupe: str,
    now: datetime,
    request: str = "",
) -> bool:
    """Put a mail into the outbox with its reports, unless one with the same `dedupe` is there;
    says whether it did. Reports not yet kept are kept with it.

    Only people of the organisation are ever written to. Raises ValueError for anybody else.
    """
    if not Membership.objects.filter(user=to, organisation=organisation).exists():
        raise ValueError(f"{to} does not belong to {organisation}")
    with transaction.atomic():
        mail, new = _outbox(organisation, message, dedupe, now, to=to, request=request)
        if new:
            for report in reports:
                if report._state.adding:
                    report.save()
                mail.reports.add(report)
        return new


def mail_write_outside(
    *,
    organisation: Organisation,
    address: str,
    reply_to: str,
    message: Message,
    dedupe: str,
    now: datetime,
) -> bool:
    """Put a mail to somebody without an account into the outbox, once for each `dedupe`. An answer
    goes to `reply_to`, who asked for it to be sent.
    """
    _, new = _outbox(organisation, message, dedupe, now, address=address, reply_to=reply_to)
    return new


def _outbox(
    organisation: Organisation, message: Message, dedupe: str, now: datetime, **more: Any
) -> tuple[Mail, bool]:
    """The mail of this `dedupe`, and whether it is new. more: to whom, and what else it carries."""
    return Mail.objects.get_or_create(
        dedupe=dedupe,
        defaults={
            "organisation": organisation,
            "message_id": make_msgid(domain="cellgate"),
            "subject": message.subject,
            "text": message.text,
            "html": message.html,
            "written_at": now,
            "due_at": now,
            **more,
        },
    )


def mail_send_due(*, now: datetime) -> int:
    """Send what is due; returns how many went out. A failure waits longer each time."""
    sent = 0
    due = Mail.objects.filter(state=Mail.State.WAITING, due_at__lte=now).order_by("due_at", "id")
    for pk, due_at in list(due.values_list("pk", "due_at")[:MAILS_A_PASS]):
        # Whoever moves the due day first has the mail: a second sender updates no row.
        mine = Mail.objects.filter(pk=pk, state=Mail.State.WAITING, due_at=due_at)
        if mine.update(due_at=now + LEASE, tries=F("tries") + 1):
            sent += _send(Mail.objects.select_related("to").get(pk=pk), now)
    return sent


def _send(mail: Mail, now: datetime) -> int:
    email = EmailMultiAlternatives(
        subject=mail.subject,
        body=mail.text,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[mail.to.email if mail.to else mail.address],
        reply_to=[mail.reply_to] if mail.reply_to else None,
        headers={
            "Message-ID": mail.message_id,
            "Auto-Submitted": "auto-generated",
            **({"X-Request-ID": mail.request} if mail.request else {}),
        },
        connection=get_connection(timeout=30)
        if settings.EMAIL_BACKEND.endswith("smtp.EmailBackend")
        else get_connection(),
    )
    email.attach_alternative(mail.html, "text/html")
    for report in mail.reports.all():
        email.attach(report.filename, bytes(report.content), MEDIA_TYPES[report.format])
    try:
        email.send()
    except OSError as error:  # smtplib's errors are OSErrors too
        given_up = mail.tries >= TRIES
        Mail.objects.filter(pk=mail.pk).update(
            error=f"{type(error).__name__}: {error}"[:1000],
            due_at=now + timedelta(seconds=min(30 * 2**mail.tries, 6 * 3600)),
            state=Mail.State.FAILED if given_up else Mail.State.WAITING,
        )
        log.warning(
            "mail_not_sent", mail=mail.pk, request=mail.request, tries=mail.tries, given_up=given_up
        )
        return 0
    Mail.objects.filter(pk=mail.pk).update(state=Mail.State.SENT, sent_at=now, error="")
    log.info("mail_sent", mail=mail.pk, request=mail.request)
    return 1
