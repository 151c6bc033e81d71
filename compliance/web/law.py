"""The law as it is applied here: rules, open readings, and lists as published."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from compliance.law.confidence import CONFIDENCE
from compliance.law.readings import READINGS
from compliance.law.rule import Rule
from compliance.law.rules import BY_ID, RULES
from compliance.models import Edition
from compliance.reports.verdicts import VERDICTS
from compliance.selectors.readings import rules_of
from compliance.selectors.rulebook import coverage, outline_rows
from compliance.services.lists import edition_release
from config.pages import Request, action, page, told
from procurement.access import visible
from procurement.problems import Refused

LISTINGS_PER_PAGE = 100


@page
def rules(request: Request) -> HttpResponse:
    context = {
        "rules": [(each, CONFIDENCE[each.confidence]) for each in RULES],
        "today": timezone.localdate(),
    }
    return render(request, "compliance/rules.html", context)


def rule_or_404(key: str) -> Rule:
    if key not in BY_ID:
        raise Http404
    return BY_ID[key]


@page
def rule(request: Request, key: str) -> HttpResponse:
    """One statute's outline as counsel reads it, generated from the rule itself."""
    shown = rule_or_404(key)
    context = {
        "rule": shown,
        "outline": outline_rows(shown),
        "confidence": CONFIDENCE[shown.confidence],
        "today": timezone.localdate(),
        "readings": [each for each in READINGS if shown in rules_of(each)],
    }
    return render(request, "compliance/rule.html", context)


@page
def rule_cases(request: Request, key: str) -> HttpResponse:
    """The casebook's cases of a rule, run, and what they cover: a panel, or a page by itself."""
    shown = rule_or_404(key)
    context = {"rule": shown, "coverage": coverage(shown)}
    name = "compliance/parts/rule_cases.html" if request.htmx else "compliance/rule_cases.html"
    return render(request, name, context)


@page
def rules_coverage(request: Request) -> HttpResponse:
    """Rule by verdict: how many cases of the casebook show it, zeros and all."""
    context = {
        "verdicts": VERDICTS.values(),
        "rows": [(each, coverage(each)) for each in RULES],
    }
    return render(request, "compliance/rules_coverage.html", context)


@page
def lists(request: Request) -> HttpResponse:
    editions = (
        visible(Edition.objects.select_related("staged_by", "released_by"), request.user)
        .annotate(entries=Count("listings"))
        .order_by("key", "-edition")
    )
    if not request.user.is_curator:
        editions = editions.filter(state=Edition.State.RELEASED)
    context = {"editions": editions, "today": timezone.localdate(), "confidence": CONFIDENCE}
    return render(request, "compliance/lists.html", context)


@page
def edition(request: Request, pk: int) -> HttpResponse:
    rows = visible(Edition.objects.all(), request.user)
    if not request.user.is_curator:
        rows = rows.filter(state=Edition.State.RELEASED)
    shown = get_object_or_404(rows, pk=pk)
    search = told(request.GET, "q")
    listings = shown.listings.all()
    if search:
        listings = listings.filter(Q(name__icontains=search) | Q(code__iexact=search))
    page = Paginator(listings.order_by("name", "id"), LISTINGS_PER_PAGE).get_page(
        request.GET.get("page")
    )
    context = {"edition": shown, "page": page, "search": search, "confidence": CONFIDENCE}
    return render(request, "compliance/edition.html", context)


@action
def release(request: Request, pk: int) -> HttpResponse:
    staged = get_object_or_404(visible(Edition.objects.all(), request.user), pk=pk)
    try:
        edition_release(key=staged.key, edition=staged.edition, by=request.user)
    except Refused as refused:
        for problem in refused.problems:
            messages.error(request, f"{problem.what} {problem.fix}")
    else:
        messages.success(
            request, "The edition is released. Every line it can touch is judged again."
        )
    return redirect("compliance:edition", staged.pk)
