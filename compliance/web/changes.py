"""What changed and why."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render

from compliance.law.rules import RULES
from compliance.models import Recheck
from compliance.reports.verdicts import VERDICTS
from compliance.selectors.certificates import certificate_for
from compliance.selectors.changes import changes_page
from config.pages import Request, page, seen_state, told, unchanged


@page
def changes(request: Request) -> HttpResponse:
    asked = {name: told(request.GET, name) for name in ("q", "rule", "became", "bom")}
    page = changes_page(
        by=request.user,
        search=asked["q"],
        rule=asked["rule"],
        became=asked["became"],
        bom=asked["bom"],
        page=request.GET.get("page", "1"),
    )
    context = {"page": page, "asked": asked, "rules": RULES, "all_verdicts": VERDICTS.values()}
    return render(request, "compliance/changes.html", context)


@page
def certificate(request: Request, pk: int) -> HttpResponse:
    """What a re-check answered for and what came of it, as far as it is the reader's.

    Open in a browser while it is under way, it asks for itself again.
    """
    recheck = get_object_or_404(Recheck, pk=pk)
    told = certificate_for(recheck=recheck, by=request.user)
    if told is None:
        raise Http404
    if seen_state(request) == told.state:
        return unchanged()
    return render(request, "compliance/certificate.html", {"told": told, "recheck": recheck})
