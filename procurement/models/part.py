"""What is bought: parts, what they are made of, and the technology they are made with."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from procurement.models.fact import Fact
from procurement.models.organisation import Organisation
from procurement.models.party import Party, Site


class Part(Fact):
    """Maker × part number. category None: not recognised. Codes are those of
    `procurement.categories`.
    """

    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,  # the index below begins with it
    )
    maker = models.ForeignKey(
        Party, on_delete=models.PROTECT, null=True, blank=True, related_name="parts"
    )
    number = models.CharField("part number", max_length=200)
    name = models.CharField("description", max_length=500, blank=True, default="")
    category = models.CharField(max_length=40, null=True, blank=True)
    chemistry = models.CharField(max_length=40, null=True, blank=True)
    hts = models.CharField("HTS code", max_length=20, blank=True, default="")
    fsc = models.CharField("FSC", max_length=4, blank=True, default="")
    nsn = models.CharField("NSN", max_length=16, blank=True, default="")
    assembler = models.ForeignKey(
        Party,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="assembles",
        db_index=False,
    )
    assembled_in = models.CharField(
        "country of final assembly", max_length=2, null=True, blank=True
    )
    cells_by = models.ForeignKey(
        Party,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="cells_for",
        db_index=False,
    )
    complete = models.BooleanField(
        "all functional cell components are listed", null=True, blank=True
    )
    licences_complete = models.BooleanField(
        "all technology licences are listed", null=True, blank=True
    )
    contains_battery = models.BooleanField(null=True, blank=True)
    cots = models.BooleanField("commercially available off the shelf", null=True, blank=True)
    successor_checked = models.BooleanField(null=True, blank=True)
    attributes = models.JSONField(default=dict, blank=True)
    unverified = models.BooleanField("only read off a BOM so far", default=False)

    class Meta(Fact.Meta):
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["organisation", "number"]),
            models.Index(  # of most parts neither is told
                fields=["assembler"],
                name="procurement_part_assembler",
                condition=Q(assembler__isnull=False),
            ),
            models.Index(
                fields=["cells_by"],
                name="procurement_part_cells_by",
                condition=Q(cells_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Component(Fact):
    """One entry of a part's composition: a functional cell component, or another input a rule asks
    about.
    """

    part = models.ForeignKey(Part, on_delete=models.CASCADE, related_name="components")
    name = models.CharField(max_length=200)
    category = models.CharField(max_length=40)
    cost = models.DecimalField(max_digits=15, decimal_places=6, null=True, blank=True)
    currency = models.CharField(max_length=3, default="USD")
    cost_basis = models.CharField(max_length=40, null=True, blank=True)
    quantity = models.DecimalField(max_digits=15, decimal_places=6, null=True, blank=True)
    source = models.ForeignKey(
        Party, on_delete=models.PROTECT, null=True, blank=True, related_name="supplies"
    )
    steps_told = models.BooleanField("all processing steps are listed", default=False)
    recycled = models.BooleanField(null=True, blank=True)
    custody = models.BooleanField("chain-of-custody evidence is held", null=True, blank=True)
    material = models.CharField(max_length=100, blank=True, default="")

    def __str__(self) -> str:
        return f"{self.name} of {self.part}"


class ProcessStep(Fact):
    """What was done to a component, by whom, in which country; the site, where known, gives the
    country.
    """

    component = models.ForeignKey(Component, on_delete=models.CASCADE, related_name="steps")
    kind = models.CharField(max_length=40)
    party = models.ForeignKey(
        Party, on_delete=models.PROTECT, null=True, blank=True, related_name="steps"
    )
    site = models.ForeignKey(
        Site, on_delete=models.PROTECT, null=True, blank=True, related_name="steps"
    )
    country = models.CharField(max_length=2, null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.kind} of {self.component}"


class Licence(Fact):
    """Technology licensed from a party, for one part or (no part) whatever the licensee makes.

    reserved and controls: right → bool, keys as in law.md 3.3(f); a missing key is not told.
    """

    licensor = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="licences_out")
    licensee = models.ForeignKey(
        Party, on_delete=models.PROTECT, null=True, blank=True, related_name="licences_in"
    )
    part = models.ForeignKey(
        Part, on_delete=models.CASCADE, null=True, blank=True, related_name="licences"
    )
    technology = models.CharField(max_length=300, blank=True, default="")
    reserved = models.JSONField(default=dict, blank=True)
    controls = models.JSONField(default=dict, blank=True)

    def __str__(self) -> str:
        return f"licence from {self.licensor}"
