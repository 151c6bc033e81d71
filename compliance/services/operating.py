"""What an operator does by hand, and how an operator hears of an alarm."""

from datetime import datetime

import structlog
from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.urls import reverse

from compliance.mail.compose import link, subject_line
from compliance.models import Alarm, Mail, Work
from compliance.recheck.asking import Asking, Why
from procurement.models import User

log = structlog.get_logger(__name__)


def work_try_again(*, work: Work | None, now: datetime) -> int:
    """Put a line that was set aside (None: all of them) back to work, under a re-check of its own:
    the one that set it aside is certified already. Returns how many.
    """
    with transaction.atomic():
        rows = Work.objects.select_for_update().filter(set_aside=True).order_by("pk")
        if work is not None:
            rows = rows.filter(pk=work.pk)
        again = list(rows)
        if not again:
            return 0
        why = Why("Set aside before, tried again")
        asking = Asking(
            {each.line_id: why for each in again if each.line_id is not None},
            {each.bom_id: why for each in again if each.line_id is None},
        )
        cause = "Set aside before, tried again by an operator"
        asking.open(cause=cause, queue="changes", now=now)
        return len(again)


def mail_try_again(*, mail: Mail, now: datetime) -> None:
    """Send a mail that was given up, from now."""
    Mail.objects.filter(pk=mail.pk).exclude(state=Mail.State.SENT).update(
        state=Mail.State.WAITING, due_at=now, tries=0
    )


def alarms_tell(*, now: datetime) -> int:
    """Mail every operator of what is alarming; marked after sending. Returns how many alarms."""
    people = list(
        User.objects.filter(is_staff=True, is_active=True)
        .exclude(email="")
        .values_list("email", flat=True)
    )
    told = 0
    for alarm in Alarm.objects.filter(told_at=None, settled_at=None).order_by("pk"):
        if not people:
            log.error("alarm_without_operator", alarm=alarm.pk, says=alarm.says)
            continue
        address = link(settings.SITE_URL, reverse("compliance:operator"))
        try:
            send_mail(
                subject_line(f"alarm: {alarm.kind}"),
                f"{alarm.says}\n\nThe operator's page: {address}\n",
                settings.DEFAULT_FROM_EMAIL,
                people,
            )
        except OSError as error:  # smtplib's errors are OSErrors too; the next sweep tries again
            log.warning("alarm_not_mailed", alarm=alarm.pk, error=str(error))
            continue
        Alarm.objects.filter(pk=alarm.pk).update(told_at=now)
        told += 1
    return told


def alarm_settle(*, alarm: Alarm, now: datetime) -> None:
    """An operator has looked at it."""
    Alarm.objects.filter(pk=alarm.pk, settled_at=None).update(settled_at=now)
