"""What is asked about a part, what it is made of, and the technology it is made with."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms

from config.forms import Amount, Choice, YesNo
from procurement.access import visible
from procurement.categories import Category, Chemistry
from procurement.forms.base import FactForm
from procurement.forms.fields import CountryField, PartField, PartyField
from procurement.models import Licence, Part
from procurement.services.parts import CONTROLS, RESERVED

CATEGORIES = [(each.value, each.label.capitalize()) for each in Category]
CHEMISTRIES = [(each.value, each.label) for each in Chemistry]
STEPS = [
    (code, code.capitalize())
    for code in (
        "mining", "refining", "precursor", "manufacture", "coating", "assembly", "formation",
        "recycling", "reprocessing", "melting", "design",
    )
]  # fmt: skip
SENSITIVE = [
    ("none", "None of them"),
    ("NdFeB", "A neodymium-iron-boron magnet"),
    ("SmCo", "A samarium-cobalt magnet"),
    ("tungsten", "Tungsten"),
    ("tantalum", "Tantalum"),
    ("molybdenum", "Molybdenum"),
]
ATTRIBUTES = (
    "material", "covered_pcb", "telecom", "semiconductors", "electronic_device", "cells_in",
    "wh_per_kg",
)  # fmt: skip
RIGHTS = {
    "quantity": "how much is produced",
    "timing": "when it is produced",
    "own_use": "use of the product for one’s own purposes",
    "access": "access to the site and its records",
    "operate": "operating, maintaining and repairing all equipment",
    "quantity_or_timing": "quantity or timing of production",
    "customers": "to whom the product may be sold",
    "site_access": "who may enter the site",
    "exclusive_repair": "exclusive maintenance or repair of equipment",
}


class PartForm(FactForm):
    """ATTRIBUTES are asked by fields of their own, and kept under the keys that rules know."""

    fields_of_fact = (
        "number", "maker", "name", "category", "chemistry", "assembler", "assembled_in", "cells_by",
        "contains_battery", "cots", "licences_complete", "hts", "fsc", "nsn",
    )  # fmt: skip

    number = forms.CharField(label="Part number", max_length=200)
    maker = PartyField(label="Maker")
    name = forms.CharField(label="Description", max_length=500, required=False)
    category = Choice(
        label="Category",
        choices=CATEGORIES,
        help_text="Asked because it decides which rules ask about the part at all.",
    )
    chemistry = Choice(label="Chemistry, for a battery or a cell", choices=CHEMISTRIES)
    assembler = PartyField(
        label="Who does final assembly",
        help_text="Never taken to be the maker. Asked by 10 U.S.C. 4865(c)(1)(A)(i).",
    )
    assembled_in = CountryField(label="Country of final assembly")
    cells_by = PartyField(label="Who makes its cells")
    contains_battery = YesNo(label="Does it contain a battery?")
    cots = YesNo(label="Is it commercially available off the shelf?")
    licences_complete = YesNo(
        label="Are all technology licences listed?",
        help_text="Yes means that the part is made with no licensed technology but what is listed.",
    )
    material = Choice(
        label="Does it hold a magnet, tungsten, tantalum or molybdenum?",
        choices=SENSITIVE,
        help_text="Asked by 10 U.S.C. 4872.",
    )
    covered_pcb = YesNo(
        label="Is there a covered printed circuit board in it?",
        help_text="Asked by 10 U.S.C. 4873.",
    )
    telecom = YesNo(
        label="Is there a cellular, radio or video module in it?",
        help_text="Asked by FY2019 NDAA sec. 889.",
    )
    semiconductors = Choice(
        label="Are there semiconductors in it?",
        choices=[("some", "Some"), ("none", "None")],
        help_text="Asked by FY2023 NDAA sec. 5949.",
    )
    electronic_device = YesNo(label="Is it an electronic device?")
    cells_in = CountryField(label="Country where its cells are assembled")
    wh_per_kg = Amount(label="Energy density, Wh per kg", example="260")
    hts = forms.CharField(label="HTS code", max_length=20, required=False)
    fsc = forms.CharField(label="FSC", max_length=4, required=False)
    nsn = forms.CharField(label="NSN", max_length=16, required=False)

    @classmethod
    def own_fields(cls) -> tuple[str, ...]:
        names = list(cls.fields_of_fact)
        at = names.index("hts")
        return (*names[:at], *ATTRIBUTES, *names[at:])

    @classmethod
    def initial_of(cls, row: Any) -> dict[str, Any]:
        told = super().initial_of(row)
        words = {"yes": True, "no": False}
        return told | {
            key: words.get(value, value)
            for key, value in row.attributes.items()
            if key in ATTRIBUTES
        }

    def values(self) -> dict[str, Any]:
        """Attributes that this form does not ask about stay as they are."""
        before: dict[str, str] = dict(self.row.attributes) if isinstance(self.row, Part) else {}
        for key in ATTRIBUTES:
            value = self.cleaned_data[key]
            before.pop(key, None)
            if value is not None:
                before[key] = _as_attribute(value)
        return super().values() | {"attributes": before}


def _as_attribute(value: Any) -> str:
    """Attributes are text: yes and no as words, amounts as they were given."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


class LicenceForm(FactForm):
    fields_of_fact = ("licensor", "licensee", "part", "technology")

    licensor = PartyField(label="Who licenses the technology out", required=True)
    licensee = PartyField(label="To whom")
    part = PartField(
        label="For which part",
        help_text="None: for whatever the licensee makes.",
    )
    technology = forms.CharField(label="Technology", max_length=300, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        given = self.initial.get("part") if not self.is_bound else self.data.get("part")
        pk = getattr(given, "pk", given)
        part = self.fields["part"]
        assert isinstance(part, forms.ModelChoiceField)  # noqa: S101 - as declared above
        part.queryset = visible(Part.objects.all(), self.by).filter(
            pk=int(pk) if pk and str(pk).isdigit() else 0
        )
        told: Licence | None = self.row  # type: ignore[assignment]
        for right in RESERVED:
            self.fields[f"reserved_{right}"] = YesNo(
                label=f"Does the contract reserve to others: {RIGHTS[right]}?",
                initial=told.reserved.get(right) if told else None,
            )
        for right in CONTROLS:
            self.fields[f"controls_{right}"] = YesNo(
                label=f"Does the licensor decide: {RIGHTS[right]}?",
                initial=told.controls.get(right) if told else None,
            )
        for last in ("true_from", "true_to", "add_new", "shared", "why"):
            if last in self.fields:
                self.fields[last] = self.fields.pop(last)

    def values(self) -> dict[str, Any]:
        return super().values() | {
            "reserved": self._rights("reserved", RESERVED),
            "controls": self._rights("controls", CONTROLS),
        }

    def _rights(self, kind: str, rights: Iterable[str]) -> dict[str, bool]:
        told = {right: self.cleaned_data[f"{kind}_{right}"] for right in rights}
        return {right: answer for right, answer in told.items() if answer is not None}
