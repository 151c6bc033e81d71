"""Documents kept: how long each is good, what it backs; and of two that differ, which holds."""

from datetime import timedelta

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from config.forms import Day, PlainForm, Radios
from config.pages import Request, form_page, page, told
from procurement.access import own, require, visible
from procurement.disputes import in_words, says_of
from procurement.models import Backing, Evidence, Fact, User
from procurement.problems import Refused
from procurement.selectors import fact_models
from procurement.services.evidence import evidence_update
from procurement.services.statements import (
    LONGEST,
    statement_follow,
    statement_set_aside,
)
from procurement.web.evidence import page_of

PER_PAGE = 50
SOON = timedelta(days=30)


@page
def documents(request: Request) -> HttpResponse:
    """Every document of the organisation, those that end first on top."""
    today = timezone.localdate()
    rows = own(Evidence.objects.prefetch_related("backings"), request.user)
    which = told(request.GET, "which")
    if which == "ended":
        rows = rows.filter(expires__lt=today)
    elif which == "soon":
        rows = rows.filter(expires__gte=today, expires__lte=today + SOON)
    rows = rows.order_by(F("expires").asc(nulls_last=True), "title", "id")
    found = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    for each in found:
        each.backed = backed_of(each, request.user)  # type: ignore[attr-defined]
    context = {"page": found, "which": which, "today": today}
    return render(request, "procurement/documents.html", context)


def backed_of(evidence: Evidence, user: User) -> list[tuple[Backing, str, str]]:
    """Each thing that a document speaks of: the backing, its words, and its page."""
    models, found = fact_models(), []
    for backing in evidence.backings.all():
        rows = visible(models[backing.table_name]._default_manager.all(), user)
        row: Fact | None = rows.filter(pk=backing.row).first()
        if row is not None:
            found.append((backing, str(row), page_of(row)))
    return found


class DaysForm(PlainForm):
    issued = Day(label="Issued on")
    expires = Day(label="Good through", help_text="From the day after, it backs nothing.")
    why = forms.CharField(label="Note", required=False, max_length=300)


@form_page
def evidence_edit(request: Request, pk: int) -> HttpResponse:
    """Correct how long a document is good."""
    require(request.user, "edit_facts")
    evidence = get_object_or_404(own(Evidence.objects.all(), request.user), pk=pk)
    days = {"issued": evidence.issued, "expires": evidence.expires}
    form = DaysForm(request.POST or None, initial=days)
    if request.method == "POST" and form.is_valid():
        try:
            evidence_update(evidence=evidence, by=request.user, **form.cleaned_data)
        except Refused as refused:
            form.refuse(refused.problems)
        else:
            messages.success(request, "Its days are corrected; the lines that lean on it follow.")
            return redirect("procurement:documents")
    context = {"form": form, "evidence": evidence, "summary": form.summary()}
    status = 422 if form.errors else 200
    return render(request, "procurement/document_days.html", context, status=status)


class SettleForm(PlainForm):
    prevails = forms.ChoiceField(
        label="Which is so?",
        choices=[("no", "What is recorded"), ("yes", "What the document says")],
        widget=Radios(),
    )
    reason = forms.CharField(
        label="Why", max_length=LONGEST, help_text="It is kept with your name and the day."
    )


@form_page
def statement_settle(request: Request, pk: int) -> HttpResponse:
    """Of two statements that differ, say which is relied on."""
    require(request.user, "edit_facts")
    rows = own(Backing.objects.select_related("evidence"), request.user)
    backing = get_object_or_404(rows, pk=pk)
    model = fact_models()[backing.table_name]
    row: Fact = get_object_or_404(
        visible(model._default_manager.all(), request.user), pk=backing.row
    )
    form = SettleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        settle = statement_follow if form.cleaned_data["prevails"] == "yes" else statement_set_aside
        try:
            settle(
                backing=backing,
                reason=form.cleaned_data["reason"],
                by=request.user,
                now=timezone.now(),
            )
        except Refused as refused:
            form.refuse(refused.problems)
        else:
            messages.success(request, "It is settled; the lines that lean on it are asked again.")
            return redirect(page_of(row))
    context = {
        "form": form, "backing": backing, "row": row, "back": page_of(row),
        "recorded": in_words(says_of(row, backing.field)), "says": in_words(backing.says),
        "summary": form.summary(),
    }  # fmt: skip
    status = 422 if form.errors else 200
    return render(request, "procurement/statement.html", context, status=status)
