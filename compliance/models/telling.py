"""Who is told what, and when: choices of people, and how far each has been told."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from compliance.models.determination import Proof
from procurement.models import Bom


class Digest(models.TextChoices):
    OFF = "off", "Do not e-mail me"
    DAILY = "daily", "Once a day"
    AT_ONCE = "at_once", "As soon as a re-check is done"


class MailChoice(models.Model):
    """When a person is e-mailed. Hours are whole ones in `zone`, an IANA name; quiet from 22 to 6
    passes over midnight, and equal hours mean no quiet at all. daily_at: the hour of a daily mail.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="mail_choice"
    )
    digest = models.CharField(max_length=10, choices=Digest.choices, default=Digest.AT_ONCE)
    zone = models.CharField("time zone", max_length=60, default="UTC")
    quiet_from = models.PositiveSmallIntegerField("quiet from", default=0)
    quiet_to = models.PositiveSmallIntegerField("quiet until", default=0)
    daily_at = models.PositiveSmallIntegerField("daily mail at", default=8)
    warnings = models.BooleanField("warn me 90, 60 and 30 days ahead", default=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="compliance_mail_choice_hours",
                condition=Q(quiet_from__lt=24, quiet_to__lt=24, daily_at__lt=24),
            )
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_digest_display()}"


class BomWatch(models.Model):
    """For one BOM a person wants otherwise. urgent: at once, in quiet hours too."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="bom_watches"
    )
    bom = models.ForeignKey(Bom, on_delete=models.CASCADE, related_name="watches")
    digest = models.CharField(max_length=10, choices=Digest.choices)
    urgent = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["user", "bom"], name="compliance_watch_once")
        ]

    def __str__(self) -> str:
        return f"{self.bom} for {self.user}"


class Told(models.Model):
    """Up to which number of `VerdictChange` a person has been told of a BOM."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    bom = models.ForeignKey(Bom, on_delete=models.CASCADE, related_name="+")
    number = models.PositiveBigIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["user", "bom"], name="compliance_told_once")
        ]

    def __str__(self) -> str:
        return f"{self.user} of {self.bom} up to {self.number}"


class Outlook(models.Model):
    """What a rule says of a dossier over time: [{since, verdict, would_be, because}], found once
    for each proof from the breakpoints of its dossier. last_day: the last breakpoint; after it
    nothing is to come.
    """

    proof = models.OneToOneField(Proof, on_delete=models.CASCADE, related_name="outlook")
    stretches = models.JSONField()
    last_day = models.DateField(null=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["last_day"])]

    def __str__(self) -> str:
        return f"outlook of {self.proof_id[:12]}"


class Foretold(models.Model):
    """A coming flip, warned of once for each of 90, 60 and 30 days ahead."""

    line = models.ForeignKey("procurement.Line", on_delete=models.CASCADE, related_name="+")
    rule = models.CharField(max_length=40)
    day = models.DateField()
    becomes = models.CharField(max_length=30)
    ahead = models.PositiveSmallIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["line", "rule", "day", "becomes", "ahead"], name="compliance_foretold_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.line} under {self.rule} on {self.day}: {self.becomes}"
