"""Waivers, which only a rule can weigh, and the facts that support asking for one."""

from collections.abc import Callable
from typing import Any, NamedTuple

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from compliance.law.rules import RULES
from compliance.selectors.waivers import taken_out, waivers_weighed
from config.pages import Request, action, form_page, page, told
from procurement.access import own, require
from procurement.forms.base import FactForm
from procurement.forms.procurements import GroundForm, WaiverForm
from procurement.models import Fact, Procurement, Waiver, WaiverGround
from procurement.problems import Refused
from procurement.selectors import history_of
from procurement.services import procurements
from procurement.web.history import versions_of

WAIVABLE = [(rule.id, rule.cite) for rule in RULES if rule.waived is not None]
GROUNDED = [(rule.id, rule.cite) for rule in RULES if rule.ground is not None]


class Kind(NamedTuple):
    """noun: as a sentence uses it; argument: what its services call a row of it."""

    noun: str
    argument: str
    model: type[Fact]
    form: type[FactForm]
    rules: list[tuple[str, str]]
    create: Callable[..., Fact]
    update: Callable[..., Fact]
    withdraw: Callable[..., None]
    lead: str


KINDS = {
    "waivers": Kind(
        "waiver", "waiver", Waiver, WaiverForm, WAIVABLE, procurements.waiver_create,
        procurements.waiver_update, procurements.waiver_withdraw,
        "Enter it as it was granted. Whether it is lawful is judged under its rule; one that "
        "breaks a clause is kept, shown with that clause, and never counts.",
    ),
    "grounds": Kind(
        "ground", "documented", WaiverGround, GroundForm, GROUNDED, procurements.ground_create,
        procurements.ground_update, procurements.ground_withdraw,
        "A documented fact that supports asking for a waiver. It is no waiver: a prohibited "
        "battery with a ground is “waiver needed”.",
    ),
}  # fmt: skip


def procurement_or_404(request: Request, pk: int) -> Procurement:
    rows = own(Procurement.objects.select_related("organisation"), request.user)
    return get_object_or_404(rows, pk=pk)


def kind_or_404(kind: str) -> Kind:
    if kind not in KINDS:
        raise Http404
    return KINDS[kind]


@page
def waivers(request: Request, pk: int) -> HttpResponse:
    """Each waiver and what its rule makes of it: a panel of the purchase's page, or by itself."""
    procurement = procurement_or_404(request, pk)
    context = {
        "procurement": procurement,
        "weighed": waivers_weighed(procurement=procurement, today=timezone.localdate()),
        "grounds": procurement.grounds.select_related("part").order_by("-id"),
        "taken_out": taken_out(procurement=procurement),
        "today": timezone.localdate(),
    }
    name = "compliance/parts/waivers.html" if request.htmx else "compliance/waivers.html"
    return render(request, name, context)


@form_page
def waiver_new(request: Request, pk: int, kind: str = "waivers") -> HttpResponse:
    about = kind_or_404(kind)
    require(request.user, "edit_facts")
    procurement = procurement_or_404(request, pk)
    form = _form(request, about, procurement)
    if request.method == "POST" and form.is_valid():
        try:
            about.create(
                procurement=procurement, by=request.user, why=form.why_given(), **form.values()
            )
        except Refused as refused:
            form.refuse(refused.problems)
        else:
            said = f"The {about.noun} is recorded as submitted."
            messages.success(request, f"{said} The lines it can touch are judged again.")
            return redirect("compliance:waivers", procurement.pk)
    return _shown(request, form, about, procurement, {"title": f"Add a {about.noun}"})


@form_page
def waiver_edit(request: Request, pk: int, kind: str, row: int) -> HttpResponse:
    """Correct what was recorded, or give the day on which it ends. What stood before is kept."""
    about = kind_or_404(kind)
    require(request.user, "edit_facts")
    procurement = procurement_or_404(request, pk)
    stands = get_object_or_404(about.model._default_manager, pk=row, procurement=procurement)
    form = _form(request, about, procurement, stands)
    if request.method == "POST" and form.is_valid():
        try:
            about.update(
                **{about.argument: stands}, by=request.user, why=form.why_given(), **form.values()
            )
        except Refused as refused:
            form.refuse(refused.problems)
        else:
            messages.success(request, f"The {about.noun} is changed. What stood before is kept.")
            return redirect("compliance:waivers", procurement.pk)
    context = {"title": f"Correct this {about.noun}", "row": stands, "kind": kind}
    return _shown(request, form, about, procurement, context)


@action
def waiver_withdraw(request: Request, pk: int, kind: str, row: int) -> HttpResponse:
    """It was never so. Its history stays readable."""
    about = kind_or_404(kind)
    require(request.user, "edit_facts")
    procurement = procurement_or_404(request, pk)
    stands = get_object_or_404(about.model._default_manager, pk=row, procurement=procurement)
    why = told(request.POST, "why", 300)
    about.withdraw(**{about.argument: stands}, by=request.user, why=why)
    messages.success(request, f"The {about.noun} is taken out. What was once believed is kept.")
    return redirect("compliance:waivers", procurement.pk)


@page
def waiver_history(request: Request, pk: int, kind: str, row: int) -> HttpResponse:
    """All that was ever recorded of it, also once it is taken out."""
    about = kind_or_404(kind)
    procurement = procurement_or_404(request, pk)
    known = history_of(about.model, row)
    if not known or known[0].values.get("procurement") != procurement.pk:
        raise Http404
    context = {
        "procurement": procurement,
        "about": about,
        "versions": versions_of(about.model, known, request.user),
    }
    return render(request, "compliance/waiver_history.html", context)


def _form(
    request: Request, about: Kind, procurement: Procurement, row: Fact | None = None
) -> FactForm:
    given: dict[str, Any] = {"procurement": procurement, "rules": about.rules}
    return about.form(request.POST or None, by=request.user, row=row, **given)


def _shown(
    request: Request, form: FactForm, about: Kind, procurement: Procurement, context: dict[str, Any]
) -> HttpResponse:
    context |= {"form": form, "about": about, "procurement": procurement, "summary": form.summary()}
    status = 422 if form.errors else 200
    return render(request, "compliance/waiver_form.html", context, status=status)
