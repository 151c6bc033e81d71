"""A purchase: what is known of it, and what it decides."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from config.pages import Request, form_page, page
from procurement.access import organisation_of, own, require
from procurement.forms.procurements import GROUPS, ProcurementForm
from procurement.models import Procurement
from procurement.problems import Refused
from procurement.selectors import history, procurement_list
from procurement.services.procurements import procurement_create, procurement_update
from procurement.web.history import in_words, versions_of


def procurement_of(request: Request, pk: int) -> Procurement:
    rows = own(Procurement.objects.select_related("counterparty"), request.user)
    return get_object_or_404(rows, pk=pk)


@page
def procurements(request: Request) -> HttpResponse:
    rows = procurement_list(user=request.user).prefetch_related("boms")
    return render(request, "procurement/procurements.html", {"procurements": rows})


@page
def procurement(request: Request, pk: int) -> HttpResponse:
    row = procurement_of(request, pk)
    context = {
        "procurement": row,
        "groups": [(legend, why, _facts(row, names)) for legend, why, names in GROUPS],
        "boms": row.boms.order_by("-submitted_at"),
        "waivers": row.waivers.count(),
        "grounds": row.grounds.count(),
    }
    return render(request, "procurement/procurement.html", context)


def _facts(row: Procurement, names: tuple[str, ...]) -> list[tuple[str, str]]:
    labels = ProcurementForm.base_fields
    shown = []
    for name in names:
        value: Any = getattr(row, name)
        if name == "counterparty":
            words = str(value or "")
        elif name == "payments":
            words = "none" if value == [] else ", ".join(value or ())
        else:
            words = in_words(Procurement, name, value, {})
        shown.append((str(labels[name].label), words))
    return shown


@page
def procurement_history(request: Request, pk: int) -> HttpResponse:
    row = procurement_of(request, pk)
    context = {
        "procurement": row,
        "versions": versions_of(Procurement, history(row), request.user),
    }
    return render(request, "procurement/procurement_history.html", context)


@form_page
def procurement_new(request: Request) -> HttpResponse:
    require(request.user, "edit_facts")
    form = ProcurementForm(request.POST or None, by=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            row = procurement_create(
                organisation=organisation_of(request.user),
                by=request.user,
                why=form.why_given(),
                **form.values(),
            )
        except Refused as refused:
            form.refuse(refused.problems)
        else:
            messages.success(request, "The procurement is recorded.")
            return redirect("procurement:procurement", row.pk)
    return _form(request, form, {"title": "Add a procurement"})


@form_page
def procurement_edit(request: Request, pk: int) -> HttpResponse:
    row = procurement_of(request, pk)
    require(request.user, "edit_facts")
    form = ProcurementForm(request.POST or None, by=request.user, row=row)
    if request.method == "POST" and form.is_valid():
        try:
            procurement_update(
                procurement=row, by=request.user, why=form.why_given(), **form.values()
            )
        except Refused as refused:
            form.refuse(refused.problems)
        else:
            messages.success(
                request, "The procurement is changed. Every line it decides is being judged again."
            )
            return redirect("procurement:procurement", row.pk)
    return _form(
        request, form, {"title": f"Edit {row.name}", "procurement": procurement_of(request, pk)}
    )


def _form(request: Request, form: ProcurementForm, context: dict[str, Any]) -> HttpResponse:
    context |= {"form": form, "summary": form.summary()}
    status = 422 if form.errors else 200
    return render(request, "procurement/procurement_form.html", context, status=status)
