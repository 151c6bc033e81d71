"""A file too long to read while a person waits: how far a worker has got with it."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from procurement.models import Bom, Organisation, Procurement, Upload


class Submission(models.Model):
    """An upload on its way to a BOM. The BOM is stored in one transaction, or not at all.

    Like `Work`, the row and not the broker remembers what is to be done. rows_total, rows_read:
    rows of the sheet, parts or not. seen_at: when a worker last said that it is at it. tries:
    how many times one began.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting for a worker"
        READING = "reading", "Being read"
        STORING = "storing", "Being stored"
        STORED = "stored", "Stored"
        REFUSED = "refused", "Refused: see its problems"
        CANCELLED = "cancelled", "Cancelled"
        FAILED = "failed", "Given up after several tries"

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    upload = models.ForeignKey(Upload, on_delete=models.PROTECT, related_name="submissions")
    procurement = models.ForeignKey(Procurement, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    mapping = models.JSONField(null=True)
    as_told = models.BooleanField(default=False)
    """Without a mapping: read as its sender told us to read sheets like it."""
    supersedes = models.ForeignKey(Bom, on_delete=models.PROTECT, null=True, related_name="+")
    bom = models.ForeignKey(Bom, on_delete=models.PROTECT, null=True, related_name="submissions")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=20, choices=State.choices, default=State.WAITING)
    rows_total = models.PositiveIntegerField(null=True)
    rows_read = models.PositiveIntegerField(default=0)
    problems = models.JSONField(default=list)
    handed_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    stored_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["state", "seen_at"])]

    def __str__(self) -> str:
        return f"{self.name}: {self.state}"
