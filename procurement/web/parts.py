"""Parts: find one, read what it is made of, and say so."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from config.pages import Request, form_page, page, told
from procurement.access import may, require_writable, visible
from procurement.disputes import disputes_of
from procurement.forms.composition import CompositionEditor
from procurement.forms.parts import CATEGORIES
from procurement.models import Licence, Line, Part
from procurement.problems import Refused
from procurement.selectors import part_list
from procurement.services.parts import composition_replace
from procurement.web.evidence import backings_of

PER_PAGE = 50


@page
def parts(request: Request) -> HttpResponse:
    search = told(request.GET, "q")
    category = told(request.GET, "category")
    asked = {"none": "", "": None}.get(category, category)
    page = Paginator(part_list(user=request.user, q=search, category=asked), PER_PAGE).get_page(
        request.GET.get("page")
    )
    context = {"page": page, "search": search, "category": category, "categories": CATEGORIES}
    return render(request, "procurement/parts.html", context)


@page
def part(request: Request, pk: int) -> HttpResponse:
    user = request.user
    rows = Part.objects.select_related("maker", "assembler", "cells_by", "organisation")
    row = get_object_or_404(visible(rows, user), pk=pk)
    components = row.components.select_related("source").prefetch_related(
        "steps__party", "steps__site__party"
    )
    membership = getattr(user, "membership", None)
    lines = Line.objects.filter(part=row)
    lines = lines.filter(bom__organisation=membership.organisation) if membership else lines.none()
    makers = [each for each in (row.maker_id, row.assembler_id, row.cells_by_id) if each]
    licences = visible(Licence.objects.select_related("licensor", "licensee", "part"), user)
    context = {
        "part": row,
        "components": components.order_by("id"),
        "licences": licences.filter(Q(part=row) | Q(part=None, licensee__in=makers)),
        "lines": lines.select_related("bom").order_by("-bom__submitted_at", "sequence")[:25],
        "backings": backings_of([row, *components], user),
        "disputes": disputes_of([row, *components], user),
        "today": timezone.localdate(),
        "may_edit": user.is_curator if row.organisation_id is None else may(user, "edit_facts"),
    }
    return render(request, "procurement/part.html", context)


@form_page
def composition(request: Request, pk: int) -> HttpResponse:
    """What the part is made of, as a whole. "Add another" keeps all that was typed."""
    row = get_object_or_404(visible(Part.objects.select_related("maker"), request.user), pk=pk)
    require_writable(row, request.user)
    editor = CompositionEditor(row, by=request.user, data=request.POST or None)
    saving = request.method == "POST" and not request.POST.get("more")
    if saving and editor.is_valid():
        try:
            with transaction.atomic():
                composition_replace(
                    part=row,
                    components=editor.components(),
                    complete=editor.whole.cleaned_data["complete"],
                    by=request.user,
                    why=editor.whole.cleaned_data["why"],
                )
        except Refused as refused:
            editor.refuse(refused.problems)
        else:
            messages.success(request, "What the part is made of is recorded.")
            return redirect("procurement:part", row.pk)
    summary = editor.summary() if saving else []
    context = {"part": row, "editor": editor, "summary": summary}
    return render(request, "procurement/composition.html", context, status=422 if summary else 200)
