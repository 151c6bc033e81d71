"""What an operator does by hand, and how an operator hears of an alarm."""

from datetime import datetime

import structlog
from django.conf import settings
from django.core.mail import send_mail
from django.db import IntegrityError, transaction
from django.urls import reverse

from compliance.mail.compose import link, subject_line
from compliance.models import Alarm, Mail, Recheck, Work
from compliance.recheck.affected import standing_boms
from compliance.recheck.asking import Asking, Why
from compliance.recheck.certificate import recheck_settle
from procurement.formats.problem import Problem
from procurement.models import Bom, Line, User
from procurement.problems import refuse_if

log = structlog.get_logger(__name__)
LONGEST_WHY = 200
UNDER_WAY = {"kind": Recheck.Kind.ALL, "state": Recheck.State.OPEN}


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


def everything_recheck(*, why: str, now: datetime) -> Recheck | None:
    """Ask for every line that was ever judged, and every contractor, to be derived anew in bulk,
    under one certificate. None: that is under way already, so asking twice is asking once.

    why: in words; whoever reads the certificate reads it. Raises Refused where it says nothing.
    """
    if not (why := " ".join(why.split())[:LONGEST_WHY]):
        what = "The certificate is to say why everything is derived anew."
        refuse_if([Problem("blank", "why", what, "Say why in a few words.")])
    if Recheck.objects.filter(**UNDER_WAY).exists():
        return None
    boms = standing_boms(None).exclude(state=Bom.State.RECEIVED).order_by("pk")
    lines = Line.objects.filter(bom__in=boms.order_by()).order_by("part", "pk")
    said = Why(f"Everything is derived anew: {why}")
    asking = Asking(
        dict.fromkeys(lines.values_list("pk", flat=True), said),
        dict.fromkeys(boms.values_list("pk", flat=True), said),
        in_order=True,
    )
    try:
        with transaction.atomic():
            recheck = asking.open(kind=Recheck.Kind.ALL, cause=said.words, queue="bulk", now=now)
    except IntegrityError:  # of two who ask at once, one does; the database holds them to it
        return None
    if not recheck.touched and not recheck.counterparties:
        recheck_settle(recheck_id=recheck.pk, now=now)
    return recheck


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
