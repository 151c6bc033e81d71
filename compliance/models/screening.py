"""Names that resemble: which parties a person must tell from which entries."""

from typing import ClassVar

from django.db import models

from procurement.models import Party


class Match(models.Model):
    """A party whose name resembles an entry of a released list. It is a question, never an answer.

    Worked out again whenever a party or a list moves (`services.screening`); the engine asks the
    names itself and does not read this. score: 0 to 1, to order questions by.
    """

    party = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="matches")
    list_key = models.CharField(max_length=20)
    code = models.CharField("entry", max_length=60)
    score = models.FloatField()

    class Meta:
        verbose_name_plural = "matches"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["party", "list_key", "code"], name="compliance_match_once"
            )
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["list_key", "code"])]

    def __str__(self) -> str:
        return f"{self.party_id} may be {self.code} on {self.list_key}"


class ScreenedUpTo(models.Model):
    """The last Change that `Match` takes account of: one row."""

    change = models.BigIntegerField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"screened up to change {self.change}"
