"""Verdicts and their proofs. Both are only ever added; triggers refuse any edit."""

from typing import ClassVar

from django.db import models

from procurement.models import Bom, Line, Organisation, Part


class DossierText(models.Model):
    """A dossier as canonical JSON, stored once: how every rule's proof on it begins."""

    digest = models.CharField(max_length=64, primary_key=True)
    text = models.TextField()

    def __str__(self) -> str:
        return f"dossier {self.digest[:12]}"


class Proof(models.Model):
    """Verdict → clause → fact, as canonical JSON, stored once for each distinct question put to a
    rule.

    dossier: how it begins; rest: what follows. Proofs from before dossiers were kept apart have
    none, and their rest is the whole.
    """

    digest = models.CharField(max_length=64, primary_key=True)
    rule = models.CharField(max_length=40)
    dossier = models.ForeignKey(
        DossierText, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    rest = models.TextField()

    def __str__(self) -> str:
        return f"{self.rule} {self.digest[:12]}"

    @property
    def body(self) -> str:
        """Byte for byte what was derived; `digest` is its SHA-256."""
        return self.rest if self.dossier is None else self.dossier.text + self.rest


class Provenance(models.Model):
    """Where the facts about a line came from, of all that was derived of it at one moment.

    sources: path in the dossier → refs of the rows, such as "party:12".
    """

    sources = models.JSONField()

    def __str__(self) -> str:
        return f"provenance {self.pk}"


class Determination(models.Model):
    """One rule's verdict on one line, as derived at one moment.

    on: the day or hinge day that decided. because: the cites that decided. missing: [{fact,
    question}]. own_sources: where its facts came from, of those from before `Provenance`.
    """

    # No constraint: both follow from the line, which is checked.
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", db_constraint=False
    )
    bom = models.ForeignKey(
        Bom, on_delete=models.CASCADE, related_name="determinations", db_constraint=False
    )
    line = models.ForeignKey(
        Line,
        on_delete=models.CASCADE,
        null=True,
        related_name="determinations",
        db_index=False,  # the index below begins with it
    )
    """None: the verdict on the procurement's counterparty, asked once and of no line."""
    rule = models.CharField(max_length=40)
    rule_version = models.CharField(max_length=20)
    verdict = models.CharField(max_length=30)
    would_be = models.CharField(max_length=30, blank=True, default="")
    on = models.DateField(null=True)
    sentence = models.TextField()
    because = models.JSONField(default=list)
    missing = models.JSONField(default=list)
    flags = models.JSONField(default=list)
    advisories = models.JSONField(default=list)
    proof = models.ForeignKey(
        Proof, on_delete=models.PROTECT, related_name="determinations", db_index=False
    )
    provenance = models.ForeignKey(
        Provenance,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        db_constraint=False,  # written with it (decision 0030)
    )
    own_sources = models.JSONField(default=dict, db_column="sources")
    derived_at = models.DateTimeField()
    previous = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["line", "rule", "-id"])]

    def __str__(self) -> str:
        return f"{self.line_id} under {self.rule}: {self.verdict}"

    @property
    def sources(self) -> dict[str, list[str]]:
        """Path in the dossier → refs of the rows that the fact at it came from."""
        found: dict[str, list[str]] = (
            self.own_sources if self.provenance is None else self.provenance.sources
        )
        return found


class Verdict(models.Model):
    """Which determination stands for a line under a rule, with what the board sorts by."""

    # An index below begins with each of these two. No constraint here (decision 0030): what they
    # point to, the determination's do, and that was written with it.
    bom = models.ForeignKey(
        Bom,
        on_delete=models.CASCADE,
        related_name="verdicts",
        db_index=False,
        db_constraint=False,
    )
    line = models.ForeignKey(
        Line,
        on_delete=models.CASCADE,
        null=True,
        related_name="verdicts",
        db_index=False,
        db_constraint=False,
    )
    rule = models.CharField(max_length=40)
    rule_version = models.CharField(max_length=20)
    verdict = models.CharField(max_length=30)
    would_be = models.CharField(max_length=30, blank=True, default="")
    rank = models.PositiveSmallIntegerField()
    """0 is worst; the order of `compliance.law.verdicts`."""
    proof_digest = models.CharField(max_length=64)
    determination = models.ForeignKey(
        Determination,
        on_delete=models.CASCADE,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["line", "rule"], name="compliance_verdict_one_stands"),
            models.UniqueConstraint(
                fields=["bom", "rule"],
                condition=models.Q(line__isnull=True),
                name="compliance_verdict_one_of_counterparty",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["bom", "rank"]),
            # Ends here, so that new answers lie together in it and not all over the bills.
            models.Index(fields=["rule", "rule_version"]),
        ]

    def __str__(self) -> str:
        return f"{self.line_id} under {self.rule}: {self.verdict}"


class VerdictChange(models.Model):
    """An answer moved: the second outbox. Both determinations stay, so the old proof stands beside
    the new.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    bom = models.ForeignKey(Bom, on_delete=models.CASCADE, related_name="verdict_changes")
    line = models.ForeignKey(
        Line, on_delete=models.CASCADE, null=True, related_name="verdict_changes"
    )
    rule = models.CharField(max_length=40)
    before = models.ForeignKey(Determination, on_delete=models.CASCADE, related_name="+")
    after = models.ForeignKey(Determination, on_delete=models.CASCADE, related_name="+")
    was = models.CharField(max_length=30)
    became = models.CharField(max_length=30)
    cause = models.CharField(max_length=300)
    recheck = models.ForeignKey(
        "compliance.Recheck", on_delete=models.PROTECT, null=True, related_name="moved"
    )
    at = models.DateTimeField()
    request = models.CharField(max_length=36, default="", blank=True)
    told_at = models.DateTimeField(null=True)
    """When everybody who wants to know had been told: put into the mail outbox, or nobody asked."""
    number = models.PositiveBigIntegerField(null=True, unique=True)
    """Given after the commit, under one lock: in order and without gaps, whatever ids do."""

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["told_at", "bom"])]

    def __str__(self) -> str:
        return f"{self.line_id} under {self.rule}: {self.was} → {self.became}"


class Leaning(models.Model):
    """What the verdicts on lines of this part leaned on: kind "party", "part", "list" …, and which
    one.

    Kept with the determinations, so that a change finds its lines by looking, whatever the rule.
    """

    part = models.ForeignKey(Part, on_delete=models.CASCADE, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=12)
    key = models.CharField(max_length=40)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["organisation", "part", "kind", "key"], name="compliance_leaning_once"
            )
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["kind", "key"])]

    def __str__(self) -> str:
        return f"part {self.part_id} leans on {self.kind} {self.key}"
