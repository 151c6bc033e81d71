"""Addresses of an organisation's own programs that are told when an answer moves."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from procurement.models import Organisation


class Webhook(models.Model):
    """An address, told of every answer that moves. secret: "whsec_…", shown once when made; kept
    as it is, because each message is signed with it.

    told: the number of the last `VerdictChange` put into its outbox.
    """

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="webhooks"
    )
    url = models.URLField("address", max_length=500)
    secret = models.CharField(max_length=100)
    active = models.BooleanField(default=True)
    told = models.PositiveBigIntegerField(default=0)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )

    def __str__(self) -> str:
        return self.url


class Delivery(models.Model):
    """One message to a webhook: written first, sent later, marked after it was taken.

    key: the message's own id, the same on every try, so that its receiver can tell a repetition.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        TAKEN = "taken", "Taken"
        FAILED = "failed", "Given up"

    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries")
    key = models.CharField(max_length=60, unique=True)
    body = models.TextField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    status = models.PositiveSmallIntegerField(null=True)
    error = models.CharField(max_length=500, blank=True, default="")
    written_at = models.DateTimeField()
    due_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "deliveries"
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["state", "due_at"])]

    def __str__(self) -> str:
        return f"{self.key} to {self.webhook}"
