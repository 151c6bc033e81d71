"""What every fact has in common: whose it is, and its two clocks.

The world's clock is `true_from` / `true_to`; ours is `known_from`, and, for a value since replaced,
`Past.known_to`. All intervals are half-open. A database trigger (`procurement.triggers`) keeps
the replaced row in `Past`, moves `known_from` on, and writes the `Change`, whatever road the
fact moved by. So nothing here overrides `save()`.
"""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from procurement.models.organisation import Organisation


class Fact(models.Model):
    """organisation None: shared, kept by the installation's curators."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    true_from = models.DateField(null=True, blank=True)
    true_to = models.DateField("true until (that day no longer)", null=True, blank=True)
    known_from = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        abstract = True
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_begins_before_it_ends",
                condition=Q(true_from__isnull=True)
                | Q(true_to__isnull=True)
                | Q(true_from__lt=F("true_to")),
            )
        ]
