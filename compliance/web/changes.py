"""What changed and why."""

from django.http import HttpResponse
from django.shortcuts import render

from compliance.law.rules import RULES
from compliance.reports.verdicts import VERDICTS
from compliance.selectors.changes import changes_page
from config.pages import Request, page, told


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
