"""What is being bought, by whom, when and for what; the BOMs that say so; and waivers."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q

from procurement.models.fact import Fact
from procurement.models.organisation import Organisation
from procurement.models.part import Part
from procurement.models.party import Party


class Procurement(Fact):
    """Agency, program, dates and use. Owns BOMs. None anywhere means that nobody has told."""

    class Agency(models.TextChoices):
        DOD = "DOD", "Department of Defense"
        DHS = "DHS", "Department of Homeland Security"
        GSA = "GSA", "General Services Administration"
        DOE = "DOE", "Department of Energy"
        NASA = "NASA", "NASA"
        OTHER = "OTHER", "Another executive agency"

    class Program(models.TextChoices):
        ACQUISITION = "acquisition", "A defense acquisition program"
        NONE = "none", "No acquisition program"

    class Device(models.TextChoices):
        CELL_PHONE = "cell_phone", "Cell phone"
        LAPTOP = "laptop", "Laptop"
        PERSONAL_ELECTRONIC = "personal_electronic", "Personal electronic device"
        MEDICAL = "medical", "Medical equipment"
        OTHER = "other", "Something else"

    class Setting(models.TextChoices):
        OFFICE = "office", "Office"
        ADMINISTRATIVE = "administrative", "Administrative"
        HOSPITAL = "hospital", "Hospital"
        NON_COMBAT = "non_combat", "Other non-combat setting"
        COMBAT = "combat", "Combat"
        OTHER = "other", "Another setting"

    class Maintenance(models.TextChoices):
        ONLY = "only", "Only for maintenance of equipment"
        PARTLY = "partly", "For maintenance and for operation"
        NO = "no", "Not for maintenance"

    class Item(models.TextChoices):
        END_ITEM = "end_item", "Batteries bought as such"
        SPARE = "spare", "Batteries bought as spares"
        EMBEDDED = "embedded", "Batteries inside a bought system"

    name = models.CharField(max_length=200)
    number = models.CharField(
        "contract or solicitation number", max_length=100, blank=True, default=""
    )
    agency = models.CharField(max_length=10, choices=Agency.choices, null=True, blank=True)
    program = models.CharField(max_length=20, choices=Program.choices, null=True, blank=True)
    milestone_b = models.DateField("start of EMD, or Milestone B", null=True, blank=True)
    reached_milestone_b = models.BooleanField(null=True, blank=True)
    weapons_systems = models.PositiveIntegerField(null=True, blank=True)
    portfolio_executives = models.PositiveIntegerField(null=True, blank=True)
    solicitation = models.DateField(null=True, blank=True)
    award = models.DateField(null=True, blank=True)
    obligation = models.DateField(null=True, blank=True)
    payments = models.JSONField("payment dates", null=True, blank=True)
    delivery = models.DateField(null=True, blank=True)
    renewal = models.DateField("renewal, extension or option date", null=True, blank=True)
    contract_signed = models.DateField(null=True, blank=True)
    counterparty = models.ForeignKey(
        Party, on_delete=models.PROTECT, null=True, blank=True, related_name="contracts"
    )
    device = models.CharField(max_length=20, choices=Device.choices, null=True, blank=True)
    setting = models.CharField(max_length=20, choices=Setting.choices, null=True, blank=True)
    maintenance = models.CharField(
        max_length=10, choices=Maintenance.choices, null=True, blank=True
    )
    rdte = models.BooleanField(
        "bought for DoD research, development, testing and evaluation", null=True, blank=True
    )
    fielded_from = models.DateField("fielded from", null=True, blank=True)
    item = models.CharField(max_length=10, choices=Item.choices, null=True, blank=True)
    systems = models.JSONField(default=list, blank=True)

    def __str__(self) -> str:
        return self.name


class Waiver(Fact):
    """A waiver as submitted. Whether it is lawful is judged by the rule, never here."""

    class Grantor(models.TextChoices):
        SECDEF = "secdef", "Secretary of Defense"
        USD_AS = "usd_as", "Under Secretary of Defense for Acquisition and Sustainment"
        SAE = "sae", "Service acquisition executive"
        HCA = "hca", "Head of the contracting activity"
        CONTRACTING_OFFICER = "contracting_officer", "Contracting officer"
        OTHER = "other", "Somebody else"

    class Scope(models.TextChoices):
        BATTERY = "battery", "One battery"
        SYSTEM = "system", "One system"

    procurement = models.ForeignKey(Procurement, on_delete=models.CASCADE, related_name="waivers")
    rule = models.CharField(max_length=40)
    grantor = models.CharField(max_length=30, choices=Grantor.choices)
    grantor_name = models.CharField(max_length=200, blank=True, default="")
    scope = models.CharField(max_length=10, choices=Scope.choices)
    part = models.ForeignKey(
        Part, on_delete=models.CASCADE, null=True, blank=True, related_name="waivers"
    )
    system = models.CharField(max_length=200, blank=True, default="")
    granted = models.DateField()
    ends = models.DateField(null=True, blank=True)
    ground = models.CharField(max_length=40, blank=True, default="")
    reason = models.TextField(blank=True, default="")

    def __str__(self) -> str:
        return f"waiver under {self.rule}, granted {self.granted}"


class WaiverGround(Fact):
    """A documented fact that supports asking for a waiver."""

    procurement = models.ForeignKey(Procurement, on_delete=models.CASCADE, related_name="grounds")
    rule = models.CharField(max_length=40)
    ground = models.CharField(max_length=40)
    part = models.ForeignKey(
        Part, on_delete=models.CASCADE, null=True, blank=True, related_name="grounds"
    )
    statement = models.TextField(blank=True, default="")

    def __str__(self) -> str:
        return f"{self.rule} {self.ground}"


class Upload(models.Model):
    """A file as it came, and how far its reading has got. Its bytes are in `UploadContent`."""

    class State(models.TextChoices):
        RECEIVED = "received", "Received"
        CONFIRM = "confirm", "Waiting for its columns to be confirmed"
        SUBMITTED = "submitted", "Submitted"
        REFUSED = "refused", "Not a BOM that we can read"

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="uploads")
    filename = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    pasted = models.BooleanField(default=False)
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    received_at = models.DateTimeField()
    state = models.CharField(max_length=20, choices=State.choices, default=State.RECEIVED)
    reading = models.JSONField(null=True, blank=True)
    problems = models.JSONField(default=list)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["organisation", "sha256"])]

    def __str__(self) -> str:
        return self.filename

    @property
    def content(self) -> bytes:
        """The file as sent, from then on at hand. Of a large one ask `services.reading` instead."""
        return bytes(self.kept.content)


class UploadContent(models.Model):
    """The bytes of an upload, never changed once received. Apart from the row that tells of them,
    which SQLite writes whole whenever a word of it changes, and which readers want without them.
    """

    upload = models.OneToOneField(
        Upload, on_delete=models.PROTECT, primary_key=True, related_name="kept"
    )
    content = models.BinaryField()

    def __str__(self) -> str:
        return f"content of {self.upload}"


class Bom(models.Model):
    """One revision of a multi-level bill of materials. Once submitted its lines never change."""

    class State(models.TextChoices):
        RECEIVED = "received", "Waiting to be judged"
        JUDGING = "judging", "Being judged"
        JUDGED = "judged", "Judged"

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="boms")
    procurement = models.ForeignKey(Procurement, on_delete=models.PROTECT, related_name="boms")
    name = models.CharField(max_length=200)
    revision = models.PositiveIntegerField(default=1)
    supersedes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="superseded_by"
    )
    upload = models.ForeignKey(
        Upload, on_delete=models.PROTECT, null=True, blank=True, related_name="boms"
    )
    state = models.CharField(max_length=20, choices=State.choices, default=State.RECEIVED)
    lines_total = models.PositiveIntegerField(default=0)
    problems = models.JSONField(default=list)
    """Problems found beside rows that could not become lines: [{code, where, what, fix, row,
    column}].
    """
    non_parts = models.JSONField(default=list)
    headers = models.JSONField(default=list)
    """What the cells of its lines stand under, in the order of the file's columns, each once."""
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="boms"
    )
    submitted_at = models.DateTimeField()
    judged_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.name} (revision {self.revision})"


def not_superseded(bom: str = "pk") -> Q:
    """No later revision replaces the BOM whose id is in the column `bom`; for `filter()`.

    Not `superseded_by=None`, of which PostgreSQL expects a single row where it is all but every
    row, and then reads all lines for the few that a supplier's change touches.
    """
    return ~Q(Exists(Bom.objects.filter(supersedes=OuterRef(bom))))


class Line(models.Model):
    """One line of a BOM, as submitted, and the part it was taken to mean.

    Its BOM and the lines it refers to were written with it, and never go: no row of it asks the
    database whether they are there. Its part must be there, as declared; on PostgreSQL triggers see
    to it, which look once for many lines (decision 0031).
    """

    bom = models.ForeignKey(
        Bom,
        on_delete=models.CASCADE,
        related_name="lines",
        db_constraint=False,
        db_index=False,  # the constraint below begins with it
    )
    parent = models.ForeignKey(
        "self",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="children",
        db_constraint=False,
        db_index=False,
    )
    alternate_of = models.ForeignKey(
        "self",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="alternates",
        db_constraint=False,
        db_index=False,
    )
    sequence = models.PositiveIntegerField()
    row = models.PositiveIntegerField("row in the file", null=True)
    level = models.PositiveSmallIntegerField(default=0)
    position = models.CharField(max_length=50, blank=True, default="")
    part = models.ForeignKey(Part, on_delete=models.PROTECT, related_name="lines")
    part_number = models.CharField(max_length=200, blank=True, default="")
    description = models.CharField(max_length=500, blank=True, default="")
    maker = models.CharField("maker as submitted", max_length=300, blank=True, default="")
    quantity = models.DecimalField(max_digits=15, decimal_places=6, null=True, blank=True)
    unit = models.CharField(max_length=20, blank=True, default="")
    unit_cost = models.DecimalField(max_digits=15, decimal_places=6, null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True, default="")
    cells = models.JSONField(default=list)
    """The row's own as written, in the order of the BOM's `headers`; the blank ones at its end are
    left out. An alternate read off the line of another part has none.
    """
    problems = models.JSONField(default=list)

    class Meta:
        ordering: ClassVar[list[str]] = ["sequence"]
        indexes: ClassVar[list[models.Index]] = [  # of most lines neither is told
            models.Index(
                fields=["parent"],
                name="procurement_line_parent",
                condition=Q(parent__isnull=False),
            ),
            models.Index(
                fields=["alternate_of"],
                name="procurement_line_alternate",
                condition=Q(alternate_of__isnull=False),
            ),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["bom", "sequence"], name="procurement_line_sequence"),
            models.CheckConstraint(
                name="procurement_line_quantity",
                condition=Q(quantity__isnull=True) | Q(quantity__gte=0),
            ),
        ]

    def __str__(self) -> str:
        return self.part_number or self.description

    @property
    def raw(self) -> dict[str, str]:
        """The row's filled cells as written, under their headers."""
        told = zip(self.bom.headers, self.cells, strict=False)
        return {header: text for header, text in told if text}

    @property
    def label(self) -> str:
        """What a person finds it by, wherever it is named: its position; without one, its number
        among the lines."""
        return self.position or str(self.sequence)
