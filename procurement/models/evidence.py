"""Documents, and the facts that each one backs."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from procurement.models.fact import Fact


class Evidence(Fact):
    """A document: kept byte for byte, or named by where it is published."""

    class Grade(models.TextChoices):
        SELF_DECLARED = "self_declared", "Self-declared"
        THIRD_PARTY = "third_party", "Third party"
        PRIMARY = "primary", "Primary source"

    title = models.CharField(max_length=300)
    kind = models.CharField(max_length=60, blank=True, default="")
    grade = models.CharField(max_length=20, choices=Grade.choices, default=Grade.SELF_DECLARED)
    url = models.URLField(max_length=500, blank=True, default="")
    issued = models.DateField(null=True, blank=True)
    expires = models.DateField(null=True, blank=True)
    filename = models.CharField(max_length=255, blank=True, default="")
    sha256 = models.CharField(max_length=64, blank=True, default="")

    class Meta(Fact.Meta):
        verbose_name_plural = "evidence"

    def __str__(self) -> str:
        return self.title


class Document(models.Model):
    """The bytes of an evidence, apart from its facts so that reading facts never loads them."""

    evidence = models.OneToOneField(Evidence, on_delete=models.CASCADE, related_name="document")
    content_type = models.CharField(max_length=100)
    content = models.BinaryField()

    def __str__(self) -> str:
        return f"document of {self.evidence}"


class Backing(Fact):
    """This evidence speaks of that fact: a row of a fact table, whole or one field of it.

    says: what it says of the field, as text; None: what is recorded. "owners" in the place of a
    party's field is who owns it, as a whole. What differs from the record, or from another
    document, contradicts it until a person sets one of them aside.
    """

    evidence = models.ForeignKey(Evidence, on_delete=models.CASCADE, related_name="backings")
    table_name = models.CharField(max_length=63)
    row = models.BigIntegerField()
    field = models.CharField(max_length=63, blank=True, default="")
    says = models.CharField(max_length=500, null=True, blank=True)
    set_aside = models.CharField("why it is not relied on", max_length=300, blank=True, default="")
    set_aside_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    set_aside_at = models.DateTimeField(null=True, blank=True)

    class Meta(Fact.Meta):
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *Fact.Meta.constraints,
            models.CheckConstraint(
                name="procurement_set_aside_by_somebody",
                condition=Q(set_aside="")
                | Q(set_aside_by__isnull=False, set_aside_at__isnull=False),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["table_name", "row"])]

    def __str__(self) -> str:
        return f"{self.evidence} backs {self.table_name} {self.row}"
