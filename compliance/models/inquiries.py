"""What we asked a supplier, and what came back: no fact until a person has read it."""

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from procurement.models import Organisation, Party


class Inquiry(models.Model):
    """Questions put to a supplier behind a link that needs no account.

    The link's key is a signature over `nonce`: another nonce, and no earlier link works. `until` is
    when the link stops working; `due` is the day asked for.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting for an answer"
        OVERDUE = "overdue", "No answer by the day asked for"
        ANSWERED = "answered", "Answered"
        EXPIRED = "expired", "The link ended without an answer"
        REVOKED = "revoked", "Taken back"

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    party = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="inquiries")
    nonce = models.CharField(max_length=40, unique=True)
    email = models.EmailField("supplier’s e-mail address", blank=True, default="")
    note = models.TextField(blank=True, default="")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField()
    due = models.DateField("answer by")
    until = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answered_by = models.CharField(max_length=200, blank=True, default="")
    revoked_at = models.DateTimeField(null=True)
    reminded = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name_plural = "inquiries"
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["party", "organisation"])]

    def __str__(self) -> str:
        return f"questions to {self.party} of {self.asked_at:%Y-%m-%d}"

    def state(self, now: datetime) -> "Inquiry.State":
        if self.revoked_at is not None:
            return self.State.REVOKED
        if self.answered_at is not None:
            return self.State.ANSWERED
        if self.until <= now:
            return self.State.EXPIRED
        return self.State.OVERDUE if self.due < now.date() else self.State.WAITING


class InquiryQuestion(models.Model):
    """One question of an inquiry, its answer, and what we made of the answer.

    fact: the deciding question's fact, as determinations name it. about: the row it is about, such
    as "party:12" or "part:7". field: the field of that row, where the answer fills exactly one.
    told: the answer as given: {"value": …}, {"owners": […], "complete_to": …}, {"text": …}.
    """

    class Asks(models.TextChoices):
        COUNTRY = "country", "A country"
        GOVERNMENT = "government", "Whether it is part of a government, and of which"
        YES_NO = "yes_no", "Yes or no"
        OWNERS = "owners", "Who owns it, in percent"
        TEXT = "text", "Words or a document"

    class State(models.TextChoices):
        OPEN = "open", "Not answered"
        ANSWERED = "answered", "Answered, to be reviewed"
        CANNOT_DISCLOSE = "cannot_disclose", "Cannot disclose"
        ACCEPTED = "accepted", "Accepted"
        REJECTED = "rejected", "Not accepted"

    inquiry = models.ForeignKey(Inquiry, on_delete=models.CASCADE, related_name="questions")
    sequence = models.PositiveSmallIntegerField()
    fact = models.CharField(max_length=200)
    about = models.CharField(max_length=60, blank=True, default="")
    field = models.CharField(max_length=60, blank=True, default="")
    asks = models.CharField(max_length=20, choices=Asks.choices, default=Asks.TEXT)
    words = models.TextField()
    state = models.CharField(max_length=20, choices=State.choices, default=State.OPEN)
    told = models.JSONField(default=dict)
    filename = models.CharField(max_length=255, blank=True, default="")
    content = models.BinaryField(null=True)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    reviewed_at = models.DateTimeField(null=True)
    review = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        ordering: ClassVar[list[str]] = ["sequence"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["inquiry", "fact"], name="compliance_asked_once"),
            models.CheckConstraint(
                name="compliance_answer_reviewed",
                condition=~Q(state__in=["accepted", "rejected"]) | Q(reviewed_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.words
