"""What moved, and what stood before: written by database triggers only (`procurement.triggers`)."""

from typing import ClassVar

from django.conf import settings
from django.db import models


class Past(models.Model):
    """A fact's row as it stood from `known_from` until, excluding, `known_to`. Never changed, never
    deleted.
    """

    table_name = models.CharField(max_length=63)
    row = models.BigIntegerField()
    organisation_id = models.BigIntegerField(null=True)
    values = models.JSONField()
    known_from = models.DateTimeField()
    known_to = models.DateTimeField()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["table_name", "row"])]

    def __str__(self) -> str:
        return f"{self.table_name} {self.row} until {self.known_to:%Y-%m-%d %H:%M}"


class Change(models.Model):
    """A fact moved: the first outbox. The relay hands it over, then marks it.

    was, became: the row before and after, None where it was born or ended.
    """

    table_name = models.CharField(max_length=63)
    row = models.BigIntegerField()
    organisation_id = models.BigIntegerField(null=True)
    was = models.JSONField(null=True)
    became = models.JSONField(null=True)
    at = models.DateTimeField()
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        db_index=False,  # nobody asks for all that one person moved
    )
    why = models.CharField(max_length=300, default="", db_default="")
    request = models.CharField(max_length=36, null=True)
    """Id of the request behind it, None where none is known: it is in the logs, and in the mail."""
    transaction = models.BigIntegerField(null=True)
    relayed_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["relayed_at", "id"]),
            models.Index(fields=["table_name", "row"]),
        ]

    def __str__(self) -> str:
        return f"{self.table_name} {self.row} at {self.at:%Y-%m-%d %H:%M}"


class Recorder(models.Model):
    """Who is moving facts, and why, while `services.recording.recorded` is open: the triggers sign
    with the newest of their transaction. Nobody else ever sees a row, since its transaction takes
    it away again.
    """

    transaction = models.BigIntegerField()
    """PostgreSQL's number of it; 0 on SQLite, where only one writes."""
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.DO_NOTHING,  # the Change, which stays, is under a constraint
        null=True,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    why = models.CharField(max_length=300)
    request = models.CharField(max_length=36, null=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["transaction", "id"])]

    def __str__(self) -> str:
        return self.why
