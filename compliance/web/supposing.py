"""What if: something about a BOM otherwise, and the verdicts that would move. Nothing is stored."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from compliance.law.readings import READINGS
from compliance.law.world import Metric
from compliance.models import Edition
from compliance.services.supposing import Otherwise, Supposed, bom_suppose
from compliance.web.checks import bom_of
from config.forms import Amount, Choice, Day, PlainForm
from config.pages import Request, page
from procurement.access import visible
from procurement.forms.fields import PartyField
from procurement.models import Bom, Component, User
from procurement.problems import Refused

DATES = ("award", "obligation", "payments", "delivery", "renewal", "milestone_b")
STAYS = "As it is"
GROUPS = (
    ("A component from another company", ("component", "source")),
    ("Another share of a company", ("held", "holder", "metric", "percent")),
    ("Other dates of the purchase", DATES),
    ("Another list", ("edition", "listed", "list_key")),
    ("Another reading of the law", ("reading",)),
    ("Another day", ("on",)),
)
TOGETHER = (
    ("component", "source"),
    ("held", "holder", "percent"),
    ("listed", "list_key"),
)
"""Fields that say something only together."""


class KnownParty(PartyField):
    """A supplier that is here already: there is nothing to add to a supposition."""

    def clean(self, value: Any) -> Any:
        try:
            return super().clean(value)
        except ValidationError as error:
            if getattr(error, "code", "") != "party-unknown":
                raise
            what = f"No supplier here is called “{value}”. Choose one from the list."
            raise ValidationError(what, code="party-unknown") from error


class WhatIfForm(PlainForm):
    component = forms.ModelChoiceField(
        label="Component", queryset=Component.objects.none(), required=False, empty_label=STAYS
    )
    source = KnownParty(
        label="From",
        help_text="What its old source did to it, this company does, where it does business.",
    )
    held = KnownParty(label="Company that is held")
    holder = KnownParty(label="Held by")
    metric = forms.ChoiceField(
        label="Share of", choices=[(each.value, each.value) for each in Metric], required=False
    )
    percent = Amount(label="Percent", example="25")
    award = Day(label="Award")
    obligation = Day(label="Obligation of funds")
    payments = Day(label="Payment")
    delivery = Day(label="Delivery")
    renewal = Day(label="Renewal, extension or option")
    milestone_b = Day(label="Milestone B")
    edition = forms.ModelChoiceField(
        label="A staged edition, as if released",
        queryset=Edition.objects.none(),
        required=False,
        empty_label=STAYS,
    )
    listed = KnownParty(label="Or a company")
    list_key = Choice(label="is put on", choices=[], empty=STAYS)
    reading = Choice(label="Read so", choices=[], empty=STAYS)
    on = Day(label="Verdicts on", help_text="Every date of the purchase is taken as this day.")

    def __init__(self, *args: Any, bom: Bom, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, KnownParty):
                field.by = by
        self._choices("component", _components(bom))
        editions = visible(Edition.objects.all(), by)
        if by.is_curator:
            self._choices("edition", editions.filter(state=Edition.State.STAGED).order_by("key"))
        else:
            del self.fields["edition"]  # what is staged is for curators to see
        keys = editions.filter(state=Edition.State.RELEASED).order_by("key")
        self._words(
            "list_key", [(key, key) for key in keys.values_list("key", flat=True).distinct()]
        )
        self._words(
            "reading",
            [
                (f"{each.key}={key}", f"{each.key}, {key}: {words}")
                for each in READINGS
                for key, words in each.alternatives.items()
            ],
        )
        self.groups = [
            (legend, [self[name] for name in names], any(self.data.get(name) for name in names))
            for legend, wanted in GROUPS
            for names in ([name for name in wanted if name in self.fields],)
        ]

    def _choices(self, name: str, rows: Any) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - as declared above
        field.queryset = rows

    def _words(self, name: str, words: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, Choice)  # noqa: S101 - as declared above
        field.choices = [("", STAYS), *words]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for names in TOGETHER:
            told = [name for name in names if given.get(name) not in (None, "")]
            for name in names:
                if told and name not in told and name not in self.errors:
                    self.add_error(name, ValidationError("Give this too.", code="required"))
        if not self.errors and not any(given.get(name) for name in self.fields if name != "metric"):
            raise ValidationError("Suppose something first.", code="required")
        return given

    def otherwise(self) -> Otherwise:
        given = self.cleaned_data
        key, _, alternative = (given["reading"] or "").partition("=")
        return Otherwise(
            component=given["component"],
            source=given["source"],
            held=given["held"],
            holder=given["holder"],
            metric=given["metric"] or Metric.EQUITY.value,
            percent=given["percent"],
            dates={name: given[name] for name in DATES if given[name] is not None},
            edition=given.get("edition"),
            listed=given["listed"],
            list_key=given["list_key"] or "",
            readings={key: alternative} if key else {},
            on=given["on"],
        )


def _components(bom: Bom) -> Any:
    rows = Component.objects.filter(part__lines__bom=bom).distinct()
    return rows.select_related("part", "source").order_by("part__number", "name", "pk")


@page
def bom_what_if(request: Request, pk: int) -> HttpResponse:
    bom = bom_of(request, pk)
    asked = any(request.GET.get(name) for name in WhatIfForm.base_fields)
    form = WhatIfForm(request.GET if asked else None, bom=bom, by=request.user)
    supposed: Supposed | None = None
    real: list[tuple[str, str]] = []
    if asked and form.is_valid():
        otherwise = form.otherwise()
        try:
            supposed = bom_suppose(bom=bom, otherwise=otherwise, today=timezone.localdate())
        except Refused as refused:
            form.refuse(refused.problems)
        else:
            real = list(_for_good(bom, otherwise))
    context = {
        "bom": bom,
        "form": form,
        "supposed": supposed,
        "real": real,
        "summary": form.summary() if asked else [],
    }
    status = 422 if asked and form.errors else 200
    return render(request, "compliance/what_if.html", context, status=status)


def _for_good(bom: Bom, otherwise: Otherwise) -> Any:
    """(what, address) of the form that would make each supposed thing real."""
    if otherwise.component is not None:
        address = reverse("procurement:composition", args=[otherwise.component.part_id])
        yield f"what {otherwise.component.part} is made of", address
    if otherwise.held is not None and otherwise.holder is not None:
        address = reverse("procurement:fact-new", args=["stake"])
        held, holder = otherwise.held, otherwise.holder
        yield f"who owns {held}", f"{address}?held={held.pk}&holder={holder.pk}"
    if otherwise.dates:
        first = next(iter(otherwise.dates))
        address = reverse("procurement:procurement-edit", args=[bom.procurement_id])
        yield "the dates of the purchase", f"{address}#id_{first}"
    if otherwise.edition is not None:
        address = reverse("compliance:edition", args=[otherwise.edition.pk])
        yield f"the edition {otherwise.edition}, for a curator to release", address
    if otherwise.listed is not None:
        address = reverse("procurement:party", args=[otherwise.listed.pk])
        yield f"whether {otherwise.listed} is on a list", address
    for key, alternative in otherwise.readings.items():
        address = reverse("compliance:reading", args=[key])
        yield f"the reading {key}, for counsel", f"{address}?alternative={alternative}#preview"
