"""Mail that must go out, the reports it carries, and who asked for them."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from procurement.models import Bom, Organisation


class Report(models.Model):
    """An audit report as it was made: kept, so that an auditor can ask for the very bytes that were
    sent.
    """

    class Format(models.TextChoices):
        PDF = "pdf", "PDF"
        XLSX = "xlsx", "XLSX"

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    bom = models.ForeignKey(Bom, on_delete=models.CASCADE, related_name="reports")
    format = models.CharField(max_length=4, choices=Format.choices)
    filename = models.CharField(max_length=255)
    on = models.DateField()
    made_at = models.DateTimeField()
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()

    def __str__(self) -> str:
        return self.filename


class Mail(models.Model):
    """The mail outbox. A row is written with what it tells of, sent later, and marked after
    sending.

    dedupe: a second mail about the same thing to the same person cannot be written.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        SENT = "sent", "Sent"
        FAILED = "failed", "Given up"

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    to = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    address = models.EmailField(blank=True, default="")
    """Whom it goes to outside the installation: a supplier that is asked. `to` is None then."""
    reply_to = models.EmailField(blank=True, default="")
    dedupe = models.CharField(max_length=200, unique=True)
    message_id = models.CharField(max_length=200)
    subject = models.CharField(max_length=300)
    text = models.TextField()
    html = models.TextField()
    reports = models.ManyToManyField(Report, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True, default="")
    written_at = models.DateTimeField()
    due_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    request = models.CharField(max_length=36, default="", blank=True)
    """Id of the request that led to it, told in a header and in the logs."""

    class Meta:
        verbose_name_plural = "mail"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="compliance_mail_one_reader",
                condition=models.Q(to__isnull=False, address="")
                | models.Q(to__isnull=True) & ~models.Q(address=""),
            )
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["state", "due_at"])]

    def __str__(self) -> str:
        return self.subject


class ReportSchedule(models.Model):
    """A person wants a BOM's audit report every so often."""

    class Every(models.TextChoices):
        DAY = "day", "Every day"
        WEEK = "week", "Every week"
        MONTH = "month", "Every month"

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="report_schedules"
    )
    bom = models.ForeignKey(Bom, on_delete=models.CASCADE, related_name="report_schedules")
    every = models.CharField(max_length=10, choices=Every.choices)
    next_on = models.DateField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["user", "bom"], name="compliance_schedule_once")
        ]

    def __str__(self) -> str:
        return f"{self.bom} {self.get_every_display().lower()} to {self.user}"
