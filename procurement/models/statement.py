"""What registers and suppliers said, statement by statement, and which fact each made."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from procurement.models.organisation import Organisation


class Statement(models.Model):
    """A register's statement about one of its records: only ever added, so that a correction is a
    later statement beside the earlier one.

    organisation None: shared. register: "GLEIF", "BODS Profitech Ltd", or the scheme of a number
    ("GB-COH"), whose record is the number. table_name and row: the fact it made or moved; "" where
    it made none (an exemption, an interest that follows from others).
    """

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    register = models.CharField(max_length=80)
    record = models.CharField(max_length=200)
    statement = models.CharField(max_length=250)
    stated = models.DateField(null=True)
    said = models.CharField(max_length=500, default="")
    table_name = models.CharField(max_length=63, default="")
    row = models.BigIntegerField(null=True)
    known_from = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["register", "record"]),
            models.Index(fields=["table_name", "row"]),
        ]

    def __str__(self) -> str:
        return f"{self.register}: {self.statement}"
