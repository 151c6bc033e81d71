"""Who makes, refines, licenses and owns: parties, their numbers, and who stands behind them."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from procurement.models.fact import Fact


class Party(Fact):
    """A company, government body or person: supplier, maker, refiner, licensor, holder.

    Countries are ISO 3166-1 alpha-2. government_of: the country this is the government, an
    instrumentality or a senior political figure of; "" when told that it is of none; None when
    nobody has told.
    """

    class Kind(models.TextChoices):
        COMPANY = "company", "Company"
        GOVERNMENT = "government", "Government body"
        PERSON = "person", "Person"

    name = models.CharField(max_length=300)
    name_local = models.CharField(max_length=300, blank=True, default="")
    aliases = models.JSONField(default=list, blank=True)
    kind = models.CharField(max_length=20, choices=Kind.choices, null=True, blank=True)
    incorporated = models.CharField("country of incorporation", max_length=2, null=True, blank=True)
    business = models.CharField(
        "country of principal place of business", max_length=2, null=True, blank=True
    )
    government_of = models.CharField(max_length=2, null=True, blank=True)
    us_person = models.BooleanField(null=True, blank=True)
    address = models.CharField(max_length=500, blank=True, default="")
    source = models.CharField("where this comes from", max_length=500, blank=True, default="")
    unverified = models.BooleanField("only read off a BOM so far", default=False)

    class Meta(Fact.Meta):
        verbose_name_plural = "parties"
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["name"])]

    def __str__(self) -> str:
        return self.name

    @property
    def names(self) -> tuple[str, ...]:
        """Every name it is known by, the first its own."""
        return tuple(filter(None, (self.name, self.name_local, *self.aliases)))


class Identifier(Fact):
    """A number that names one party in a register."""

    class Scheme(models.TextChoices):
        UEI = "UEI", "Unique Entity ID (SAM.gov)"
        CAGE = "CAGE", "CAGE code"
        LEI = "LEI", "Legal Entity Identifier"
        USCC = "USCC", "Unified Social Credit Code (China)"
        DUNS = "DUNS", "D-U-N-S number"

    party = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="identifiers")
    scheme = models.CharField(max_length=10, choices=Scheme.choices)
    value = models.CharField(max_length=40)

    class Meta(Fact.Meta):
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["scheme", "value"])]

    def __str__(self) -> str:
        return f"{self.scheme} {self.value}"


class Stake(Fact):
    """Who holds what share of whom. Percent, 0 to 100; low and high differ where only bounds are
    known.
    """

    class Metric(models.TextChoices):
        EQUITY = "equity", "Equity"
        VOTES = "votes", "Voting rights"
        BOARD = "board", "Board seats"

    class Nature(models.TextChoices):
        PLAIN = "plain", "Held plainly"
        NOMINEE = "nominee", "As nominee"
        VIE = "vie", "Variable interest entity"
        CONVERTIBLE = "convertible", "Convertible"
        OPTION = "option", "Option"
        NON_VOTING = "non_voting", "Non-voting"

    holder = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="holdings")
    held = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="stakes")
    metric = models.CharField(max_length=10, choices=Metric.choices, default=Metric.EQUITY)
    low = models.DecimalField("at least, percent", max_digits=9, decimal_places=6)
    high = models.DecimalField("at most, percent", max_digits=9, decimal_places=6)
    nature = models.CharField(max_length=20, choices=Nature.choices, default=Nature.PLAIN)
    source = models.CharField(max_length=500, blank=True, default="")

    class Meta(Fact.Meta):
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *Fact.Meta.constraints,
            models.CheckConstraint(
                name="procurement_stake_percent",
                condition=Q(low__gte=0, high__lte=100, low__lte=F("high")),
            ),
            models.CheckConstraint(
                name="procurement_stake_not_in_itself", condition=~Q(holder=F("held"))
            ),
        ]

    def __str__(self) -> str:
        share = (
            f"{self.low.normalize():f}"
            if self.low == self.high
            else f"{self.low.normalize():f} to {self.high.normalize():f}"
        )
        return f"{self.holder} holds {share} % of {self.held} ({self.get_metric_display().lower()})"


class Disclosure(Fact):
    """Holders of a party are disclosed up to `complete_to` percent; no metric: on each."""

    party = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="disclosures")
    metric = models.CharField(max_length=10, choices=Stake.Metric.choices, null=True, blank=True)
    complete_to = models.DecimalField("disclosed up to, percent", max_digits=9, decimal_places=6)
    source = models.CharField(max_length=500, blank=True, default="")

    class Meta(Fact.Meta):
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *Fact.Meta.constraints,
            models.CheckConstraint(
                name="procurement_disclosure_percent",
                condition=Q(complete_to__gte=0, complete_to__lte=100),
            ),
        ]

    def __str__(self) -> str:
        return f"holders of {self.party} disclosed up to {self.complete_to.normalize():f} %"


class Control(Fact):
    """One party controls another otherwise than by shares. holds None: alleged, not settled."""

    class Kind(models.TextChoices):
        GOLDEN_SHARE = "golden_share", "Golden share"
        VETO = "veto", "Veto"
        BOARD_APPOINTMENT = "board_appointment", "Appoints the board"
        CONTRACT = "contract", "Contract"
        FAMILY = "family_of_official", "Family of an official"
        FINDING = "control_finding", "Control finding (31 CFR 800.208)"
        SUCCESSOR = "successor", "Successor"
        SUBSIDIARY = "consolidated_subsidiary", "Consolidated subsidiary"

    controller = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="controls")
    controlled = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="controlled_by")
    kind = models.CharField(max_length=30, choices=Kind.choices)
    holds = models.BooleanField(null=True, blank=True, default=True)
    source = models.CharField(max_length=500, blank=True, default="")

    def __str__(self) -> str:
        return f"{self.controller}: {self.get_kind_display().lower()} over {self.controlled}"


class Site(Fact):
    """A plant: a party at a place."""

    party = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="sites")
    name = models.CharField(max_length=200)
    country = models.CharField(max_length=2)
    place = models.CharField(max_length=200, blank=True, default="")

    def __str__(self) -> str:
        return f"{self.name} ({self.country})"
