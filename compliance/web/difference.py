"""What a revision changes, line by line: before it is submitted, and after."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from compliance.selectors.revisions import (
    Revisions,
    kinds_shown,
    revisions_before,
    revisions_of,
)
from compliance.web.checks import bom_of
from compliance.web.intake import upload_of
from compliance.web.sheet import Seen
from config.pages import Request, page
from procurement.access import require
from procurement.models import Upload
from procurement.problems import Refused
from procurement.services.drafts import draft_start
from procurement.services.rows import lines_of

PER_PAGE = 100


@page
def before(request: Request, pk: int) -> HttpResponse:
    """What is about to be submitted, beside the revision it is to stand in place of."""
    require(request.user, "submit")
    upload = upload_of(request, pk)
    draft = draft_start(upload=upload, user=request.user, now=timezone.now())
    if draft.revises is None or upload.state == Upload.State.SUBMITTED:
        return redirect("compliance:upload-confirm", pk)
    try:
        seen = Seen(draft)
    except Refused:
        return redirect("compliance:upload-confirm", pk)
    lines = lines_of(seen.rows, seen.by_row)
    found = revisions_before(before=draft.revises, lines=lines, layout=seen.layout)
    return _shown(request, found, {"upload": upload})


@page
def after(request: Request, pk: int) -> HttpResponse:
    bom = bom_of(request, pk)
    found = revisions_of(bom)
    if found is None:
        return redirect("compliance:bom-board", pk)
    return _shown(request, found, {"bom": bom})


def _shown(request: Request, found: Revisions, context: dict[str, object]) -> HttpResponse:
    kind = request.GET.get("kind", "")
    shown = Paginator(found.chosen(kind), PER_PAGE).get_page(request.GET.get("page", "1"))
    context |= {"found": found, "page": shown, "kind": kind, "kinds": kinds_shown(found)}
    return render(request, "compliance/difference.html", context)
