"""Lists as published, who we take to be whom, and how counsel reads the open points."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from procurement.models import Fact, Party


class Edition(Fact):
    """A list as published on a day. Only a released edition is law to the engine.

    Three days are kept apart: the edition's own, its Federal Register day, and (`known_from`) when
    we knew. A wider import may be staged beside the released edition of the same day, and takes its
    place. notice: it changes the edition before it, between two full ones. second: what a second
    source of the same edition said: {"file", "sha256", "differences"}; {} where none was read.
    """

    class State(models.TextChoices):
        STAGED = "staged", "Staged"
        RELEASED = "released", "Released"

    key = models.CharField("list", max_length=20)
    edition = models.DateField()
    register_date = models.DateField("Federal Register date", null=True, blank=True)
    url = models.URLField(max_length=500, blank=True, default="")
    covers = models.CharField(max_length=100, default="all")
    read_by = models.DateField("to be read again by", null=True, blank=True)
    confidence = models.CharField(max_length=1, default="T")
    sha256 = models.CharField(max_length=64, blank=True, default="")
    notice = models.BooleanField(default=False)
    second = models.JSONField("what a second source said", default=dict, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.STAGED)
    staged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta(Fact.Meta):
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *Fact.Meta.constraints,
            models.UniqueConstraint(
                fields=["key", "edition", "state"], name="compliance_edition_once_in_a_state"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} of {self.edition}"


class Listing(Fact):
    """One party as one edition names it. `rule` keeps words such as "any successor"."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="listings")
    code = models.CharField(max_length=60)
    name = models.CharField(max_length=500)
    aliases = models.JSONField(default=list, blank=True)
    identifiers = models.JSONField(default=dict, blank=True)
    rule = models.CharField(max_length=300, blank=True, default="")
    url = models.URLField(max_length=500, blank=True, default="")
    confidence = models.CharField(max_length=1, default="T")

    def __str__(self) -> str:
        return self.name


class IdentityDecision(Fact):
    """A person's "same" or "not the same" about a party and a list's entry, remembered across
    editions.
    """

    party = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="identity_decisions")
    list_key = models.CharField(max_length=20)
    code = models.CharField("entry", max_length=60)
    same = models.BooleanField()
    reason = models.TextField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    def __str__(self) -> str:
        return f"{self.party} is {'' if self.same else 'not '}{self.code} on {self.list_key}"


class ReadingChoice(Fact):
    """An organisation's counsel chose how to read an open point."""

    key = models.CharField("reading", max_length=60)
    alternative = models.CharField(max_length=60)
    reason = models.TextField(blank=True, default="")
    chosen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta(Fact.Meta):
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *Fact.Meta.constraints,
            models.UniqueConstraint(fields=["organisation", "key"], name="compliance_reading_once"),
            models.CheckConstraint(
                name="compliance_reading_owned", condition=Q(organisation__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key}: {self.alternative}"
