"""Add, correct, end and take out a fact, and read how it came to be: one page for every kind."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from config.pages import Request, action, form_page, page, told
from procurement.access import require_writable, visible
from procurement.forms.base import FactForm
from procurement.models import Fact, Part, Party, User
from procurement.problems import Refused
from procurement.selectors import fact_models, history_of
from procurement.web.history import versions_of
from procurement.web.kinds import KINDS, Kind


def kind_or_404(name: str) -> Kind:
    if name not in KINDS:
        raise Http404
    return KINDS[name]


def row_or_404(kind: Kind, pk: int, user: User) -> Fact:
    row: Fact = get_object_or_404(visible(kind.model._default_manager.all(), user), pk=pk)
    return row


@form_page
def fact_new(request: Request, kind: str) -> HttpResponse:
    """A new fact; ?held=12 and the like say what it is about."""
    about = kind_or_404(kind)
    given = _about(request, about)
    if about.model.__name__ == "Identifier" and "party" not in given:
        raise Http404
    if "party" in given and about.model.__name__ == "Identifier":
        require_writable(given["party"], request.user)
    form = about.form(request.POST or None, by=request.user, initial=given)
    if request.method == "POST" and form.is_valid():
        try:
            beside = {n: v for n, v in given.items() if n not in form.fields}
            row = about.create(
                organisation=form.owner(),
                by=request.user,
                why=form.why_given(),
                **beside,
                **form.values(),
            )
        except Refused as refused:
            form.refuse(refused.problems)
        else:
            messages.success(request, f"The {about.noun} is recorded.")
            return redirect(_home(request, about, row))
    back = _back(request, given)
    context = {
        "form": form,
        "kind": about,
        "back": back,
        "given": given,
        "title": f"Add a {about.noun}",
    }
    return _shown(request, context, form)


@form_page
def fact_edit(request: Request, kind: str, pk: int) -> HttpResponse:
    about = kind_or_404(kind)
    row = row_or_404(about, pk, request.user)
    require_writable(row, request.user)
    form = about.form(request.POST or None, by=request.user, row=row)
    if request.method == "POST" and form.is_valid():
        try:
            argument = about.model._meta.model_name or ""
            row = about.update(
                **{argument: row}, by=request.user, why=form.why_given(), **form.values()
            )
        except Refused as refused:
            form.refuse(refused.problems)
            row = row_or_404(about, pk, request.user)
        else:
            messages.success(request, f"The {about.noun} is changed. What stood before is kept.")
            return redirect(_home(request, about, row))
    context = {
        "form": form, "kind": about, "name": kind, "row": row, "back": about.home(row),
        "title": f"Correct this {about.noun}", "may_withdraw": about.model not in (Party, Part),
    }  # fmt: skip
    return _shown(request, context, form)


@action
def fact_withdraw(request: Request, kind: str, pk: int) -> HttpResponse:
    """It was never so. Past keeps what was once believed."""
    about = kind_or_404(kind)
    row = row_or_404(about, pk, request.user)
    require_writable(row, request.user)
    home, why = about.home(row), told(request.POST, "why", 300)
    try:
        about.withdraw(**{about.model._meta.model_name or "": row}, by=request.user, why=why)
    except Refused as refused:
        for problem in refused.problems:
            messages.error(request, f"{problem.what} {problem.fix}")
        return redirect("procurement:fact-edit", kind, pk)
    messages.success(request, f"The {about.noun} is taken out. What was once believed is kept.")
    return redirect(home)


@page
def fact_history(request: Request, kind: str, pk: int) -> HttpResponse:
    """All that we ever took for true of one fact: who changed it, when and why."""
    about = kind_or_404(kind)
    row = row_or_404(about, pk, request.user)
    context = {
        "kind": about, "name": kind, "row": row, "back": about.home(row),
        "versions": versions_of(about.model, history_of(about.model, pk), request.user),
    }  # fmt: skip
    return render(request, "procurement/fact_history.html", context)


def _shown(request: Request, context: dict[str, Any], form: FactForm) -> HttpResponse:
    status = 422 if form.errors else 200
    return render(
        request, "procurement/fact_form.html", context | {"summary": form.summary()}, status=status
    )


def _about(request: Request, kind: Kind) -> dict[str, Any]:
    """The parties and parts that the address names; one of another organisation is not found."""
    given: dict[str, Any] = {}
    for name in kind.about:
        value = request.GET.get(name, "")
        if value:
            model = Part if name == "part" else Party
            pk = int(value) if value.isdigit() and len(value) < 19 else 0
            given[name] = get_object_or_404(
                visible(model._default_manager.all(), request.user), pk=pk
            )
    return given


def _back(request: Request, given: dict[str, Any]) -> str:
    for row in given.values():
        return row_page(row)
    return ""


def row_page(row: Any) -> str:
    kind = KINDS["part" if isinstance(row, Part) else "supplier"]
    return kind.home(row)


def _home(request: Request, kind: Kind, row: Fact) -> str:
    """Back to the page the person came from, where the address named one; else the fact's own."""
    for about in _about(request, kind).values():
        return row_page(about)
    return kind.home(row)


@page
def fact_page(request: Request, kind: str, pk: int) -> HttpResponse:
    """Wherever a fact is shown, by the name that proofs give it ("component", 5)."""
    model = next((m for m in fact_models().values() if m._meta.model_name == kind), None)
    if model is None:
        raise Http404
    row = get_object_or_404(visible(model._default_manager.all(), request.user), pk=pk)
    for each in KINDS.values():
        if each.model is model:
            return redirect(each.home(row))
    for name in ("component", "procurement", "part", "party"):
        about = getattr(row, name, None)
        if name == "component" and about is not None:
            about = about.part
        if isinstance(about, Party | Part):
            return redirect(row_page(about))
        if about is not None:
            return redirect("procurement:procurement", about.pk)
    if model._meta.model_name == "procurement":
        return redirect("procurement:procurement", row.pk)
    raise Http404
