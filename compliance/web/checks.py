"""Where everybody lands: the checks, and how far one has got."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from compliance.selectors.checks import checks_list, progress
from config.pages import Request, page, told
from procurement.access import own
from procurement.models import Bom


def bom_of(request: Request, pk: int) -> Bom:
    """A BOM of the person's own organisation; any other is not found."""
    boms = Bom.objects.select_related("procurement", "submitted_by", "upload", "supersedes")
    return get_object_or_404(own(boms.defer("upload__reading"), request.user), pk=pk)


@page
def checks(request: Request) -> HttpResponse:
    if request.user.is_curator and not hasattr(request.user, "membership"):
        return redirect("compliance:lists")  # a curator of no organisation has no checks
    found = checks_list(
        by=request.user,
        search=told(request.GET, "q"),
        page=request.GET.get("page", "1"),
        revisions=request.GET.get("revisions") == "all",
    )
    return render(request, "compliance/checks.html", {"found": found, "page": found.page})


@page
def bom_progress(request: Request, pk: int) -> HttpResponse:
    bom = bom_of(request, pk)
    since = (timezone.now() - bom.submitted_at).total_seconds()
    state = progress(bom=bom, seconds_since=since)
    if request.htmx:
        response = render(request, "compliance/parts/progress.html", {"state": state, "bom": bom})
        if state.done:
            response["HX-Redirect"] = board_url(bom)
        return response
    if state.done and "stay" not in request.GET:
        return redirect("compliance:bom-board", bom.pk)
    return render(request, "compliance/progress.html", {"state": state, "bom": bom})


def board_url(bom: Bom) -> str:
    return reverse("compliance:bom-board", args=[bom.pk])
