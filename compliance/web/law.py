"""The law as it is applied here: rules, open readings, and lists as published."""

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from compliance.law.readings import READINGS
from compliance.law.readings.register import CONSERVATIVE, REVIEW, Reading
from compliance.law.rule import AllOf, AnyOf, Asks, Rule
from compliance.law.rules import BY_ID, RULES
from compliance.models import Edition, ReadingChoice
from compliance.reports.parts import CONFIDENCE
from compliance.services.choosing import reading_choose
from compliance.services.lists import edition_release
from config.forms import PlainForm
from config.pages import Request, action, page, told
from procurement.access import own, visible
from procurement.problems import Refused

LISTINGS_PER_PAGE = 100


@page
def rules(request: Request) -> HttpResponse:
    context = {"rules": RULES, "confidence": CONFIDENCE, "today": timezone.localdate()}
    return render(request, "compliance/rules.html", context)


@page
def rule(request: Request, key: str) -> HttpResponse:
    """One statute's outline as counsel reads it, generated from the rule itself."""
    if key not in BY_ID:
        raise Http404
    shown = BY_ID[key]
    context = {
        "rule": shown,
        "outline": outline(shown),
        "confidence": CONFIDENCE[shown.confidence],
        "today": timezone.localdate(),
        "readings": [each for each in READINGS if shown in rules_of(each)],
    }
    return render(request, "compliance/rule.html", context)


def rules_of(reading: Reading) -> list[Rule]:
    """The rules whose text the point is in: a reading's key begins as their ids end."""
    section = reading.key.partition("-")[0]
    return [each for each in RULES if section in each.id.split("-")]


def outline(rule: Rule) -> list[tuple[int, str, str, str]]:
    """(depth, role, citation, what it says) for each clause, in the statute's order."""
    rows = [
        (0, "binds", rule.binds.cite, rule.binds.says),
        (0, "covers", rule.covers.cite, rule.covers.says),
    ]
    rows += [
        (0, "begins", rule.starts.cite, f"{day:%Y-%m-%d}: {what}") for day, what in rule.starts.days
    ]
    rows += _clauses(rule.forbids, "forbids", 0)
    for each in rule.unless:
        rows += _clauses(each, "unless", 0)
    if rule.waived is not None:
        rows.append((0, "unless waived", rule.waived.cite, f"{rule.waived.says}. {rule.waivers}"))
    if rule.ground is not None:
        rows.append((0, "ground", rule.ground.cite, rule.ground.says))
    return rows


def _clauses(clause: Asks, role: str, depth: int) -> list[tuple[int, str, str, str]]:
    rows = [(depth, role, clause.cite, clause.says)]
    if isinstance(clause, AllOf | AnyOf):
        inner = "and" if isinstance(clause, AllOf) else "or"
        for each in clause.clauses:
            rows += _clauses(each, inner, depth + 1)
    return rows


class ReadingForm(PlainForm):
    key = forms.CharField()
    alternative = forms.CharField(required=False)
    reason = forms.CharField(required=False, max_length=300)


@page
def readings(request: Request) -> HttpResponse:
    rows = own(ReadingChoice.objects.select_related("chosen_by"), request.user)
    chosen = {row.key: row for row in rows}
    shown = [
        (each, rules_of(each), chosen.get(each.key), [*each.alternatives.items(), *_modes()])
        for each in READINGS
    ]
    context = {"readings": shown, "confidence": CONFIDENCE}
    return render(request, "compliance/readings.html", context)


def _modes() -> list[tuple[str, str]]:
    return [
        (
            CONSERVATIVE,
            "apply the conservative reading, and flag where another would change the answer",
        ),
        (REVIEW, "ask for review wherever the readings differ"),
    ]


@action
def reading_choice(request: Request) -> HttpResponse:
    form = ReadingForm(request.POST)
    if form.is_valid():
        try:
            made = reading_choose(**form.cleaned_data, by=request.user)
        except Refused as refused:
            for problem in refused.problems:
                messages.error(request, f"{problem.what} {problem.fix}")
        else:
            said = "The reading is chosen" if made else "The reading is at its default again"
            messages.success(request, f"{said}. Every line it can touch is being judged again.")
    else:
        messages.error(request, "The reason is too long: keep it within 300 characters.")
    return redirect("compliance:readings")


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
