"""An office with something on every page, and the address of every page."""

from dataclasses import dataclass
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from compliance.models import Determination, Edition
from procurement.models import Backing, Bom, Line, Part, Party, Role, User, Waiver
from tests import factory
from tests.compliance.worlds import Office, every_list, office


@dataclass
class Place:
    """An office whose BOM is judged and has moved once, with one person of each role."""

    office: Office
    bom: Bom
    line: Line
    part: Part
    party: Party
    edition: Edition
    people: dict[str, User]

    def pages(self) -> dict[str, str]:
        """Every page that anybody of the office may read: name → address."""
        made = Determination.objects.filter(line=self.line).latest("pk")
        self.statement()
        stake = factory.stake(
            self.office.catl, self.party, 1, organisation=self.office.organisation
        )
        numbered = {
            "compliance:bom-board": self.bom.pk,
            "compliance:bom-reports": self.bom.pk,
            "compliance:line": self.line.pk,
            "compliance:determination": made.pk,
            "compliance:party-verdicts": self.party.pk,
            "compliance:party-owners": self.party.pk,
            "compliance:bom-readiness": self.bom.pk,
            "compliance:bom-asks": self.bom.pk,
            "compliance:what-if": self.bom.pk,
            "compliance:line-repairs": self.line.pk,
            "compliance:waivers": self.office.procurement.pk,
            "compliance:edition": self.edition.pk,
            "procurement:party": self.party.pk,
            "procurement:part": self.part.pk,
            "procurement:procurement": self.office.procurement.pk,
            "procurement:procurement-history": self.office.procurement.pk,
        }
        plain = (
            "compliance:checks", "compliance:changes", "compliance:lists", "compliance:rules",
            "compliance:readings", "compliance:schedules", "procurement:parties",
            "procurement:parts", "procurement:procurements", "procurement:settings",
            "procurement:documents", "password_change",
        )  # fmt: skip
        return {
            **{name: reverse(name) for name in plain},
            **{name: reverse(name, args=[pk]) for name, pk in numbered.items()},
            "bom-progress": reverse("compliance:bom-progress", args=[self.bom.pk]) + "?stay=1",
            "rule": reverse("compliance:rule", args=["ndaa-2024-154"]),
            "line-on-day": reverse("compliance:line-on-day", args=[self.line.pk])
            + "?day=2031-01-30",
            "bom-on-day": reverse("compliance:bom-on-day", args=[self.bom.pk])
            + "?true_on=2027-12-31",
            "supposed": reverse("compliance:what-if", args=[self.bom.pk]) + "?award=2027-12-31",
            "reading": reverse("compliance:reading", args=["154-embedded"])
            + "?alternative=not-procured",
            "rule-cases": reverse("compliance:rule-cases", args=["10-usc-4875"]),
            "line-history": reverse("compliance:line-history", args=[self.line.pk, "10-usc-4865"]),
            "supplier-history": reverse(
                "procurement:fact-history", args=["supplier", self.party.pk]
            ),
            "stake-history": reverse("procurement:fact-history", args=["stake", stake.pk]),
        }

    def waiver(self) -> Waiver:
        """A waiver of the pack, by an office that the law does not let grant one."""
        mine = Waiver.objects.filter(procurement=self.office.procurement, part=self.part)
        return mine.first() or factory.waiver(procurement=self.office.procurement, part=self.part)

    def statement(self) -> Backing:
        """A document that ends soon, and says otherwise than what is recorded of the supplier."""
        said = Backing.objects.filter(organisation=self.office.organisation, says="KR").first()
        if said is None:
            filed = factory.evidence(
                "Register extract",
                organisation=self.office.organisation,
                grade="primary",
                expires=timezone.localdate() + timedelta(days=23),
            )
            said = factory.backing(filed, "procurement_party", self.party.pk, "incorporated")
            said.says = "KR"
            said.save()
        return said

    def forms(self) -> dict[str, str]:
        """Every page that only those who may change facts may open."""
        about = f"?table=procurement_part&row={self.part.pk}"
        return {
            "check-new": reverse("compliance:check-new"),
            "revises": reverse("compliance:check-new") + f"?revises={self.bom.pk}",
            "waiver": reverse("compliance:waiver-new", args=[self.office.procurement.pk]),
            "ground": reverse("compliance:ground-new", args=[self.office.procurement.pk]),
            "waiver-edit": reverse(
                "compliance:waiver-edit",
                args=[self.office.procurement.pk, "waivers", self.waiver().pk],
            ),
            "composition": reverse("procurement:composition", args=[self.part.pk]),
            "procurement-new": reverse("procurement:procurement-new"),
            "procurement-edit": reverse(
                "procurement:procurement-edit", args=[self.office.procurement.pk]
            ),
            "part-edit": reverse("procurement:fact-edit", args=["part", self.part.pk]),
            "evidence": reverse("procurement:evidence-new") + about,
            "evidence-edit": reverse(
                "procurement:evidence-edit", args=[self.statement().evidence_id]
            ),
            "statement": reverse("procurement:statement-settle", args=[self.statement().pk]),
        }


def place() -> Place:
    every_list()
    made = office("Office of the radio")
    part = made.pack()
    resistor = factory.part("=R-10K", organisation=made.organisation, category="resistor")
    bom = made.bom(part, resistor, name="Radio power set")
    bom.problems = [
        {
            "code": "quantity-negative", "where": "row 9, column Qty", "what": "-1 is no quantity.",
            "fix": "Give zero or more.", "row": 9, "column": "Qty", "severity": "error",
        }
    ]  # fmt: skip
    bom.save()
    made.judge(bom)
    made.relay()
    made.cellco.incorporated = made.cellco.business = "CN"
    made.cellco.save()
    made.relay()
    return Place(
        office=made,
        bom=bom,
        line=bom.lines.order_by("sequence")[0],
        part=part,
        party=made.cellco,
        edition=Edition.objects.earliest("pk"),
        people={
            role: factory.user(made.organisation, role=role, email=f"{role}@example.gov")
            for role in Role.values
        },
    )
