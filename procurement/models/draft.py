"""What a person has said of a file so far, kept as they go: how to read it, and cells put right."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from procurement.models.organisation import Organisation
from procurement.models.procurement import Bom, Upload


class RememberedReading(models.Model):
    """How one sender told us to read sheets of one shape; applied to the next such sheet."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="remembered_readings"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="remembered_readings"
    )
    shape = models.CharField(max_length=64)
    """Of the layout that we proposed: `Layout.shape`."""
    becomes = models.CharField(max_length=64)
    """The shape under what was said. A sheet that comes out otherwise is not read so."""
    sheet = models.CharField(max_length=255, blank=True, default="")
    header_row = models.PositiveIntegerField(null=True, blank=True)
    columns = models.JSONField(default=dict)
    """Index of the column, from 0 → field, or None for "not used"."""
    encoding = models.CharField(max_length=40, blank=True, default="")
    """Chosen for a text file whose encoding was not certain."""
    said_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["organisation", "user", "shape"], name="procurement_remembered_once"
            )
        ]

    def __str__(self) -> str:
        return f"a reading {self.user} told us on {self.said_at:%Y-%m-%d}"


class Draft(models.Model):
    """An upload on its way to a submission. Empty sheet, no header row: as recognised."""

    upload = models.OneToOneField(Upload, on_delete=models.CASCADE, related_name="draft")
    revises = models.ForeignKey(
        Bom, on_delete=models.SET_NULL, null=True, blank=True, related_name="drafts"
    )
    sheet = models.CharField(max_length=255, blank=True, default="")
    header_row = models.PositiveIntegerField(null=True, blank=True)
    columns = models.JSONField(default=dict)
    encoding = models.CharField(max_length=40, blank=True, default="")
    """Chosen by the person, or remembered; the upload is read in it."""
    remembered = models.ForeignKey(
        RememberedReading, on_delete=models.SET_NULL, null=True, blank=True, related_name="drafts"
    )
    """What was applied from an earlier file, until the person says otherwise."""
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    saved_at = models.DateTimeField()
    put_aside = models.BooleanField(default=False)
    """No longer listed among the unfinished; the file itself stays."""

    def __str__(self) -> str:
        return f"draft of {self.upload}"


class DraftCell(models.Model):
    """A cell of a draft put right. row counts from 1, column from 0, as in the file."""

    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="cells")
    sheet = models.CharField(max_length=255)
    row = models.PositiveIntegerField()
    column = models.PositiveIntegerField()
    text = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["draft", "sheet", "row", "column"], name="procurement_draft_cell_once"
            )
        ]

    def __str__(self) -> str:
        return f"row {self.row}, column {self.column} of {self.draft}"


class Picture(models.Model):
    """The first rows of an upload too long to be read while somebody looks at it.

    sheets: `services.pictures`. seen_at: when a worker last said that it is at it. made_at: None
    until it was read, or given up for what problems say.
    """

    upload = models.OneToOneField(Upload, on_delete=models.CASCADE, related_name="picture")
    sheets = models.JSONField(default=list)
    problems = models.JSONField(default=list)
    asked_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    made_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"first rows of {self.upload}"
