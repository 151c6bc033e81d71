"""Re-checks: what was looked at again, why, and what came of it."""

from typing import ClassVar

from django.db import models

from procurement.models import Line, Organisation


class Recheck(models.Model):
    """One re-check and its certificate, chained by digest to the one before.

    changes: ids of the Changes it answers for. touched: how many lines could have moved; lines:
    which, as runs ("3-7,12"); counterparties: BOMs whose counterparty could, as runs; carried:
    lines that a later re-check took over before this one came to them. answers_for: the moment, by
    the database's clock, up to which changes were looked at. number: the place in the chain.
    """

    class State(models.TextChoices):
        OPEN = "open", "Under way"
        DONE = "done", "Done"

    class Kind(models.TextChoices):
        CHANGE = "change", "Facts moved"
        CALENDAR = "calendar", "The calendar moved"
        HEARTBEAT = "heartbeat", "Nothing moved"
        AUDIT = "audit", "A sample derived again"
        ALL = "all", "Everything derived anew"

    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.CHANGE)
    cause = models.CharField(max_length=300)
    changes = models.JSONField(default=list)
    lines = models.TextField(default="", blank=True)
    counterparties = models.TextField(default="", blank=True)
    carried = models.TextField(default="", blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    answers_for = models.DateTimeField(null=True)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    number = models.PositiveBigIntegerField(null=True, unique=True)
    touched = models.PositiveIntegerField(default=0)
    rederived = models.PositiveIntegerField(default=0)
    set_aside = models.PositiveIntegerField(default=0)
    certificate = models.JSONField(null=True)
    digest = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["kind"],
                condition=models.Q(kind="all", state="open"),
                name="compliance_recheck_one_of_all",
            )
        ]

    def __str__(self) -> str:
        return f"re-check {self.pk}: {self.cause}"


class Work(models.Model):
    """A line waiting to be judged, at first or again. The row goes when the judgement is committed.

    line None: the counterparty of the BOM's procurement, which is judged once and by itself.
    This table, not the broker, is what remembers work: a sweeper hands over again whatever a broker
    lost.
    """

    line = models.OneToOneField(Line, on_delete=models.CASCADE, null=True, related_name="work")
    bom = models.ForeignKey("procurement.Bom", on_delete=models.CASCADE, related_name="+")
    recheck = models.ForeignKey(Recheck, on_delete=models.CASCADE, null=True, related_name="work")
    cause = models.CharField(max_length=300, default="")
    version = models.PositiveIntegerField(default=0)
    """Counts requests, so that one that arrives while a worker judges is not taken for done."""
    asked_at = models.DateTimeField()
    queue = models.CharField(max_length=20, default="interactive")
    handed_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True, default="")
    set_aside = models.BooleanField(default=False)
    begun = models.PositiveSmallIntegerField(default=0)
    """How often a worker began on it and was never heard of again, or it is being worked on now."""
    request = models.CharField(max_length=36, default="", blank=True)
    """Id of the request behind it, so that logs can be followed from a click to an e-mail."""

    class Meta:
        verbose_name_plural = "work"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["bom"],
                condition=models.Q(line__isnull=True),
                name="compliance_work_one_for_counterparty",
            )
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["queue", "set_aside", "handed_at"])
        ]

    def __str__(self) -> str:
        return f"judge line {self.line_id}"


class Piece(models.Model):
    """What a re-check of many lines is still to ask for: it becomes Work, and the row goes with it.

    what: "lines" or "boms" (their contractors). said: [[why, id of the request behind it, [ids]],
    …]. count: how many ids. Until the last is gone the re-check is not certified.
    """

    recheck = models.ForeignKey(Recheck, on_delete=models.CASCADE, related_name="pieces")
    queue = models.CharField(max_length=20)
    what = models.CharField(max_length=10)
    count = models.PositiveIntegerField()
    said = models.JSONField()
    asked_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.count} {self.what} of re-check {self.recheck_id}"


class Carried(models.Model):
    """Lines of a re-check, as runs, that a later one took over in one transaction. Rows of their
    own until it is certified: what it has may be megabytes, and is not written anew for each.
    """

    recheck = models.ForeignKey(Recheck, on_delete=models.CASCADE, related_name="carries")
    lines = models.TextField()

    def __str__(self) -> str:
        return f"{self.lines} of re-check {self.recheck_id}"


class Alarm(models.Model):
    """Something an operator must look at. told_at: when operators had been mailed."""

    kind = models.CharField(max_length=40)
    says = models.TextField()
    recheck = models.ForeignKey(Recheck, on_delete=models.CASCADE, null=True, related_name="alarms")
    at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    """When an operator said that it has been looked at."""

    def __str__(self) -> str:
        return self.says


class Idempotency(models.Model):
    """A request already answered: the same key and body get the same answer, never a second BOM."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    request_sha256 = models.CharField(max_length=64)
    bom = models.ForeignKey(
        "procurement.Bom", on_delete=models.CASCADE, null=True, related_name="+"
    )
    submission = models.ForeignKey(
        "compliance.Submission", on_delete=models.CASCADE, null=True, related_name="+"
    )
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["organisation", "key"], name="compliance_idempotency_once"
            )
        ]

    def __str__(self) -> str:
        return self.key
