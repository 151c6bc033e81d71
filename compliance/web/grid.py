"""Every row of the person's sheet as a grid to put right in place, saved as they go."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from compliance.web.intake import upload_of
from compliance.web.sheet import Seen, Shown
from config.pages import Request, action, form_page, page
from procurement.access import require
from procurement.formats.problem import Problem
from procurement.models import Draft
from procurement.problems import Refused
from procurement.services.drafts import Fix, cells_fix, draft_start

PER_PAGE = 100
MOST_ROWS = 1_000
"""Rows that a page may ask to be told of at once."""
SHOWS = ("problems", "doubts", "all")


@page
def rows(request: Request, pk: int) -> HttpResponse:
    """?show=problems, doubts (warnings too) or all; ?row=14: the page that has that row."""
    draft = _draft(request, pk)
    try:
        seen = Seen(draft, first_rows=True)
    except Refused:
        return redirect("compliance:upload-confirm", pk)
    show = request.GET.get("show", "")
    if show not in SHOWS:
        show = "problems" if seen.errors else "doubts" if seen.doubts else "all"
    numbers = _numbers(seen, show)
    paginator = Paginator(numbers, PER_PAGE)
    wanted = request.GET.get("row", "")
    asked = request.GET.get("page", "1")
    if wanted.isdecimal() and len(wanted) < 10:
        before = sum(number < int(wanted) for number in numbers)
        asked = str(before // PER_PAGE + 1)
    shown = paginator.get_page(asked)
    here = list(shown.object_list)
    context = {
        "upload": draft.upload,
        "draft": draft,
        "seen": seen,
        "show": show,
        "page": shown,
        "rows": list(seen.shown(here)),
        "next_problem": _next_problem(seen, here, show, pk),
    }
    return render(request, "compliance/rows.html", context)


@action
def cells(request: Request, pk: int) -> HttpResponse:
    """JSON {"cells": [[row, column, text or null]…], "marks": {row: mark}} → what shows now.

    Answers with the rows whose mark differs, as HTML, and with the counts.
    """
    draft = _draft(request, pk)
    try:
        fixes, marks = _told(request.body)
        cells_fix(draft=draft, fixes=fixes, user=request.user, now=timezone.now())
        seen = Seen(draft, first_rows=True)
    except Refused as refused:
        return JsonResponse({"problems": [asdict(each) for each in refused.problems]}, status=422)
    context = {"upload": draft.upload, "seen": seen, "draft": draft}
    changed = [row for row in seen.shown(_known(seen, marks)) if row.mark != marks[row.number]]
    answer = {
        "rows": {
            row.number: render_to_string(
                "compliance/parts/grid_row.html", {**context, "row": row}, request
            )
            for row in changed
        },
        "standing": render_to_string("compliance/parts/grid_standing.html", context, request),
        "counts": {"problems": len(seen.errors), "doubts": len(seen.doubts)},
    }
    return JsonResponse(answer)


@form_page
def row_form(request: Request, pk: int, number: int) -> HttpResponse:
    """One row as a plain form: the same road without any script."""
    draft = _draft(request, pk)
    refused: Sequence[Problem] = ()
    status = 200
    try:
        if request.method == "POST":
            fixes = [
                Fix(number, int(name[1:]), str(text).replace("\r\n", "\n"))
                for name, text in request.POST.items()
                if name[:1] == "c" and name[1:].isdecimal() and len(name) < 7
            ]
            cells_fix(draft=draft, fixes=fixes, user=request.user, now=timezone.now())
        seen = Seen(draft, first_rows=True)
    except Refused as error:
        refused, status = error.problems, 422
        try:
            seen = Seen(draft, first_rows=True)
        except Refused:
            return redirect("compliance:upload-confirm", pk)
    if number not in seen.all_rows:
        raise Http404
    row = next(seen.shown([number]))
    if request.method == "POST" and not refused:
        if row.wrong != "problem":
            messages.success(request, f"Row {number} is saved.")
            return redirect(_row_url(pk, _after(seen.errors, number)))
        messages.warning(request, f"Row {number} is saved, and still has a problem.")
    context = {
        "upload": draft.upload,
        "row": row,
        "refused": refused,
        "fields": [(cell, _given(request, cell, bool(refused))) for cell in row.cells],
        "back": _row_url(pk, None, number),
        "next": _row_url(pk, _after(seen.errors, number)),
        "counts": {"problems": len(seen.errors), "doubts": len(seen.doubts)},
    }
    return render(request, "compliance/row_form.html", context, status=status)


def _given(request: Request, cell: Shown, refused: bool) -> str:
    """What was typed where it could not be kept, else the cell as it stands."""
    name = f"c{cell.column.index}"
    return str(request.POST.get(name, cell.text)) if refused else cell.text


def _numbers(seen: Seen, show: str) -> Sequence[int]:
    below = seen.all_rows
    if show == "all":
        return below
    return [row for row in (seen.errors if show == "problems" else seen.doubts) if row in below]


def _next_problem(seen: Seen, shown: Sequence[int], show: str, pk: int) -> str:
    """Where the next row with a problem is that this page does not show; "" for none."""
    found = _after(seen.errors, shown[-1]) if len(shown) else None
    if found is None or found in shown:
        return ""
    return f"{reverse('compliance:rows', args=[pk])}?show={show}&row={found}#r{found}"


def _after(rows: list[int], number: int) -> int | None:
    """The first of the rows after this one, or the first of all; None for none but this one."""
    others = [row for row in rows if row != number]
    return next((row for row in others if row > number), others[0] if others else None)


def _row_url(pk: int, number: int | None, at: int | None = None) -> str:
    if number is not None:
        return reverse("compliance:row-form", args=[pk, number])
    grid = reverse("compliance:rows", args=[pk])
    return f"{grid}?show=all&row={at}#r{at}" if at else grid


def _told(body: bytes) -> tuple[list[Fix], dict[int, str]]:
    wrong = Problem(
        "unreadable", "the request", "It is not what this page sends.", "Load the page again."
    )
    try:
        said: Any = json.loads(body)
        fixes = [Fix(int(row), int(column), text) for row, column, text in said["cells"]]
        marks = {int(row): str(mark) for row, mark in said.get("marks", {}).items()}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Refused(wrong) from error
    if not all(fix.text is None or isinstance(fix.text, str) for fix in fixes):
        raise Refused(wrong)
    return fixes, marks


def _known(seen: Seen, marks: dict[int, str]) -> list[int]:
    return [row for row in sorted(marks) if row in seen.all_rows][:MOST_ROWS]


def _draft(request: Request, pk: int) -> Draft:
    require(request.user, "submit")
    return draft_start(upload=upload_of(request, pk), user=request.user, now=timezone.now())
