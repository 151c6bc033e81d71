"""What is asked about a purchase: only what decides an answer, each with the reason why."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from config.forms import Choice, Day, YesNo
from procurement.forms.base import FactForm
from procurement.forms.fields import PartyField
from procurement.models import Part, Procurement, Waiver

GROUPS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("Who buys", "Rules bind agencies differently.", ("name", "number", "agency", "counterparty")),
    (
        "The program",
        "The day on which 10 U.S.C. 4865 begins depends on the program: 2028 for a new one, "
        "2031 for one that reached Milestone B before 18 December 2025.",
        (
            "program",
            "milestone_b",
            "reached_milestone_b",
            "weapons_systems",
            "portfolio_executives",
        ),
    ),
    (
        "The days that bind",
        "Each rule is asked on its own days, and the worst answer counts.",
        (
            "solicitation",
            "award",
            "contract_signed",
            "obligation",
            "payments",
            "delivery",
            "renewal",
        ),
    ),
    (
        "What it is for",
        "Some uses are excepted.",
        ("item", "device", "setting", "maintenance", "rdte", "fielded_from", "systems"),
    ),
)
"""Legend, why we ask, fields."""

SHORT = frozenset(
    {"name", "agency", "program", "milestone_b", "reached_milestone_b", "award", "obligation",
     "payments", "delivery", "renewal", "item", "device", "setting", "maintenance", "rdte"}
)  # fmt: skip
"""What a new check asks; the rest is on the procurement's own page."""


class ProcurementForm(FactForm):
    fields_of_fact = tuple(name for _, _, names in GROUPS for name in names)

    name = forms.CharField(label="Name of the purchase", max_length=200)
    number = forms.CharField(
        label="Contract or solicitation number", max_length=100, required=False
    )
    agency = Choice(
        label="Agency",
        choices=Procurement.Agency.choices,
        help_text="Why we ask: 10 U.S.C. 4865 and sec. 154 bind the Department of Defense.",
    )
    counterparty = PartyField(
        label="Contractor", help_text="Why we ask: sec. 805 asks about whom you contract with."
    )
    program = Choice(
        label="Is it bought for a defense acquisition program?",
        choices=Procurement.Program.choices,
    )
    milestone_b = Day(
        label="Day of Milestone B, or start of engineering and manufacturing development",
        help_text="Before 18 December 2025 the program is an existing one, from then a new one.",
    )
    reached_milestone_b = YesNo(
        label="If you have no day: has it been reached?",
        help_text="“No” makes it a new program.",
    )
    weapons_systems = forms.IntegerField(
        label="Weapons systems that use this battery",
        required=False,
        min_value=0,
        help_text="Why we ask: a standard battery, used in more than one, is bound from 2029.",
    )
    portfolio_executives = forms.IntegerField(
        label="Portfolio acquisition executives who manage it", required=False, min_value=0
    )
    solicitation = Day(label="Solicitation")
    award = Day(label="Award")
    contract_signed = Day(label="Contract signed, where that is another day")
    obligation = Day(
        label="Obligation of funds", help_text="Why we ask: sec. 154 binds obligations."
    )
    payments = forms.CharField(
        label="Payments",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Days such as 2028-01-31, one on each line. “none” when there will be none.",
    )
    delivery = Day(label="Delivery")
    renewal = Day(label="Renewal, extension or option")
    item = Choice(label="How the batteries are bought", choices=Procurement.Item.choices)
    device = Choice(
        label="What the battery powers",
        choices=Procurement.Device.choices,
        help_text="Why we ask: phones, laptops and medical equipment can be excepted.",
    )
    setting = Choice(label="Where it is used", choices=Procurement.Setting.choices)
    maintenance = Choice(
        label="Is it bought for maintenance?", choices=Procurement.Maintenance.choices
    )
    rdte = YesNo(label="Is it bought for DoD research, development, testing and evaluation?")
    fielded_from = Day(label="First unit fielded")
    systems = forms.CharField(
        label="Systems it goes into",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="One name on each line. A waiver for a system names one of them.",
    )

    def __init__(self, *args: Any, short: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        gone = {"true_from", "true_to", "shared"}
        if short:
            gone |= {name for name in self.fields if name not in SHORT}
        for name in gone & set(self.fields):
            del self.fields[name]
        self.groups = [
            (legend, why, [self[name] for name in names if name in self.fields])
            for legend, why, names in GROUPS
        ]
        self.rest = [self[name] for name in ("add_new", "why") if name in self.fields]

    @classmethod
    def initial_of(cls, row: Any) -> dict[str, Any]:
        payments = row.payments
        return super().initial_of(row) | {
            "payments": "none" if payments == [] else "\n".join(payments or ()),
            "systems": "\n".join(row.systems),
        }

    def clean_payments(self) -> list[date] | None:
        text = str(self.cleaned_data["payments"]).strip()
        if not text:
            return None
        if text.lower() == "none":
            return []
        days, wrong = [], []
        for word in text.replace(",", " ").split():
            try:
                days.append(date.fromisoformat(word))
            except ValueError:
                wrong.append(f"“{word}”")
        if wrong:
            raise ValidationError(
                f"{', '.join(wrong)} cannot be read as days. Give days such as 2028-01-31.",
                code="day",
            )
        return days

    def clean_systems(self) -> list[str]:
        given = str(self.cleaned_data["systems"]).splitlines()
        return list(dict.fromkeys(line.strip() for line in given if line.strip()))


class UnderRuleForm(FactForm):
    """A fact of one purchase, told under a rule: forms have `rule` and `part` to choose from."""

    def __init__(
        self, *args: Any, procurement: Procurement, rules: list[tuple[str, str]], **kwargs: Any
    ) -> None:
        """rules: (id, citation) of those that know such a fact."""
        super().__init__(*args, **kwargs)
        rule = self.fields["rule"]
        assert isinstance(rule, forms.ChoiceField)  # noqa: S101 - as each form declares
        rule.choices = rules
        for name in ("true_from", "true_to", "shared"):
            self.fields.pop(name, None)
        part = self.fields["part"]
        assert isinstance(part, forms.ModelChoiceField)  # noqa: S101 - as each form declares
        part.queryset = procurement_parts(procurement)


class WaiverForm(UnderRuleForm):
    fields_of_fact = (
        "rule", "grantor", "grantor_name", "scope", "part", "system", "granted", "ends", "ground",
        "reason",
    )  # fmt: skip

    rule = forms.ChoiceField(label="Under which rule")
    grantor = forms.ChoiceField(label="Who granted it", choices=Waiver.Grantor.choices)
    grantor_name = forms.CharField(label="Name and office", max_length=200, required=False)
    scope = forms.ChoiceField(label="For", choices=Waiver.Scope.choices)
    part = forms.ModelChoiceField(
        label="Which battery", queryset=Part.objects.none(), required=False, empty_label="None"
    )
    system = forms.CharField(label="Which system", max_length=200, required=False)
    granted = Day(label="Granted on", required=True)
    ends = Day(label="Ends on")
    ground = forms.CharField(
        label="On which ground",
        max_length=40,
        required=False,
        help_text="As the statute cites it, such as (c)(3)(A)(i).",
    )
    reason = forms.CharField(
        label="What the waiver says", required=False, widget=forms.Textarea(attrs={"rows": 4})
    )


class GroundForm(UnderRuleForm):
    fields_of_fact = ("rule", "ground", "part", "statement")

    rule = forms.ChoiceField(label="Under which rule")
    ground = forms.CharField(
        label="Which ground",
        max_length=40,
        help_text="As the statute cites it, such as (c)(3)(A)(i).",
    )
    part = forms.ModelChoiceField(
        label="For which battery",
        queryset=Part.objects.none(),
        required=False,
        empty_label="Every battery of this purchase",
    )
    statement = forms.CharField(
        label="What is documented, and where",
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Attach the document itself as evidence on the part’s page.",
    )


def procurement_parts(procurement: Procurement) -> QuerySet[Part]:
    """The parts that the purchase's BOMs buy."""
    return Part.objects.filter(lines__bom__procurement=procurement).distinct().order_by("number")
