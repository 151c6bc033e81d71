"""What a part is made of, edited as a whole: components, their costs and sources, and each step."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.http import QueryDict

from config.forms import Amount, Choice, PlainForm, SummaryItem, YesNo
from procurement.access import organisation_of
from procurement.formats.problem import Problem
from procurement.forms.fields import CountryField, NewParty, PartyField
from procurement.forms.parts import CATEGORIES, STEPS
from procurement.models import Component, Part, User
from procurement.services.parties import party_create

BLANK_COMPONENTS = 1
BLANK_STEPS = 1
MOST = 200
BASES = [
    ("unit_price", "Unit price"),
    ("standard_cost", "Standard cost"),
    ("material", "Material cost"),
    ("transfer_price", "Transfer price"),
]


class WholeForm(PlainForm):
    """What holds for the whole composition."""

    currency = forms.CharField(label="Costs are in", max_length=3, min_length=3, initial="USD")
    cost_basis = Choice(
        label="and are",
        choices=BASES,
        help_text="One basis for all: the statute compares the costs with one another.",
    )
    complete = YesNo(
        label="Are these all its functional cell components?",
        help_text="Without a yes, what is not named keeps the answer open.",
    )
    add_new = forms.BooleanField(label="Add suppliers that are not here yet", required=False)
    why = forms.CharField(label="Why, and where it comes from", required=False, max_length=300)

    def clean_currency(self) -> str:
        return str(self.cleaned_data["currency"]).upper()


class StepForm(PlainForm):
    kind = Choice(label="Step", choices=STEPS, empty="None")
    party = PartyField(label="Done by")
    country = CountryField(label="In which country")


class ComponentForm(PlainForm):
    name = forms.CharField(label="Component", max_length=200, required=False)
    category = Choice(label="Category", choices=CATEGORIES)
    cost = Amount(label="Cost", example="12.50")
    quantity = Amount(label="Quantity", example="4")
    source = PartyField(label="Comes from")
    material = forms.CharField(label="Material", max_length=100, required=False)
    recycled = YesNo(label="Recycled?")
    custody = YesNo(label="Is chain-of-custody evidence held?")
    steps_told = forms.BooleanField(label="The steps below are all of them", required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.has_changed():
            if not cleaned.get("name"):
                self.add_error("name", "Give the component a name, or clear its row.")
            if not cleaned.get("category") and "category" not in self.errors:
                self.add_error("category", "Choose what it is.")
        return cleaned


class CompositionEditor:
    """All forms of the page together. `more` keeps what was typed and offers another blank row."""

    def __init__(self, part: Part, *, by: User, data: QueryDict | None = None) -> None:
        self.by, self.part = by, part
        self.bound = data is not None
        standing = list(
            part.components.prefetch_related("steps__party").select_related("source").order_by("id")
        )
        first = next((each for each in standing if each.cost is not None), None)
        self.whole = WholeForm(
            data,
            prefix="whole",
            initial={
                "currency": first.currency if first else "USD",
                "cost_basis": first.cost_basis if first else None,
                "complete": part.complete,
            },
        )
        count = self._count(data, "components", len(standing) + BLANK_COMPONENTS)
        adds = bool(data and data.get("whole-add_new"))
        self.rows = []
        for index in range(count):
            component = standing[index] if not data and index < len(standing) else None
            prefix = f"c{index}"
            form = ComponentForm(
                data,
                prefix=prefix,
                initial=_initial(component),
                empty_permitted=True,
                use_required_attribute=False,
            )
            told = list(component.steps.all()) if component else []
            steps_count = self._count(data, f"{prefix}-steps", len(told) + BLANK_STEPS)
            steps = [
                StepForm(
                    data,
                    prefix=f"{prefix}-s{number}",
                    initial=_initial_step(told[number]) if number < len(told) else None,
                    empty_permitted=True,
                    use_required_attribute=False,
                )
                for number in range(steps_count)
            ]
            for each in (form, *steps):
                for field in each.fields.values():
                    if isinstance(field, PartyField):
                        field.by, field.may_add = by, adds
            self.rows.append((form, steps))

    @staticmethod
    def _count(data: QueryDict | None, name: str, otherwise: int) -> int:
        """How many rows the page had, and one more where the person asked for one."""
        if data is None:
            return otherwise
        given = data.get(f"{name}-count", "")
        count = int(given) if given.isdigit() and len(given) < 4 else 0
        return min(count + (data.get("more") == name), MOST)

    def is_valid(self) -> bool:
        return all([form.is_valid() for form in self.forms()])

    def forms(self) -> Iterator[PlainForm]:
        yield self.whole
        for form, steps in self.rows:
            yield form
            yield from steps

    def summary(self) -> list[SummaryItem]:
        return [item for form in self.forms() for item in form.summary()] if self.bound else []

    def components(self) -> list[dict[str, Any]]:
        """As `composition_replace` takes them. Rows left blank, or cleared, are not there."""
        whole = self.whole.cleaned_data
        kept = []
        for form, steps in self.rows:
            given = dict(form.cleaned_data)
            if not given.get("name"):
                continue
            told = given.pop("steps_told", False)
            made = [
                {**step.cleaned_data, "party": self._added(step.cleaned_data["party"])}
                for step in steps
                if step.cleaned_data.get("kind")
            ]
            given["source"] = self._added(given["source"])
            given["currency"] = whole["currency"]
            given["cost_basis"] = whole["cost_basis"] if given["cost"] is not None else None
            kept.append(given | ({"steps": made} if told or made else {}))
        return kept

    def _added(self, value: Any) -> Any:
        if not isinstance(value, NewParty):
            return value
        return party_create(organisation=organisation_of(self.by), name=value.name, by=self.by)

    def refuse(self, problems: tuple[Problem, ...]) -> None:
        """A place such as "components[2].steps[0].country" goes to that field."""
        kept = [row for row in self.rows if row[0].cleaned_data.get("name")]
        for problem in problems:
            form: PlainForm = self.whole
            where = problem.where
            if where.startswith("components["):
                number, _, where = where.removeprefix("components[").partition("]")
                form, steps = kept[int(number)]
                where = where.lstrip(".")
                if where.startswith("steps["):
                    step, _, where = where.removeprefix("steps[").partition("]")
                    told = [each for each in steps if each.cleaned_data.get("kind")]
                    form, where = told[int(step)], where.lstrip(".")
            form.refuse([Problem(problem.code, where, problem.what, problem.fix)])


def _initial(component: Component | None) -> dict[str, Any]:
    if component is None:
        return {}
    names = (
        "name",
        "category",
        "cost",
        "quantity",
        "source",
        "material",
        "recycled",
        "custody",
        "steps_told",
    )
    return {name: getattr(component, name) for name in names}


def _initial_step(step: Any) -> dict[str, Any]:
    return {"kind": step.kind, "party": step.party, "country": step.country}
