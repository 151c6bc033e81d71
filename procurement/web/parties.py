"""Suppliers: find one, read what is known of it, and who stands behind it."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from config.pages import Request, page, told
from procurement.access import may, visible
from procurement.disputes import disputes_of
from procurement.forms.fields import label
from procurement.models import (
    Control,
    Disclosure,
    Identifier,
    Licence,
    Part,
    Party,
    Site,
    Stake,
)
from procurement.selectors import party_list
from procurement.web.evidence import backings_of
from procurement.web.owners import behind
from procurement.web.owners_picture import day_asked, owners_view

PER_PAGE = 50


@page
def parties(request: Request) -> HttpResponse:
    search = told(request.GET, "q")
    unverified = True if request.GET.get("unverified") else None
    rows = party_list(user=request.user, q=search, unverified=unverified)
    rows = rows.annotate(
        made=Count("parts", filter=Q(parts__organisation=_home(request)), distinct=True)
    )
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "procurement/parties.html", {"page": page, "search": search})


def _home(request: Request) -> Any:
    membership = getattr(request.user, "membership", None)
    return membership.organisation if membership else None


@page
def party_options(request: Request) -> HttpResponse:
    """Suggestions for a field, whatever its name: the first value asked for."""
    text = told(request.GET, next(iter(request.GET), ""))
    found = list(party_list(user=request.user, q=text)[:12]) if text else []
    options = [(label(party), party) for party in found]
    return render(request, "procurement/parts/party_options.html", {"options": options})


@page
def party(request: Request, pk: int) -> HttpResponse:
    user = request.user
    row = get_object_or_404(visible(Party.objects.select_related("organisation"), user), pk=pk)
    owned, today = behind(row, user=user), timezone.localdate()
    on = day_asked(owned, request.GET, today)
    stakes = visible(Stake.objects.select_related("holder", "held", "organisation"), user)
    controls = visible(Control.objects.select_related("controller", "controlled"), user)
    context = {
        "party": row,
        "may_edit": user.is_curator if row.organisation_id is None else may(user, "edit_facts"),
        "identifiers": visible(Identifier.objects.filter(party=row), user).order_by("scheme"),
        "owners": owners_view(owned, on=on or today, today=today),
        "no_day": on is None,
        "stakes": stakes.filter(held=row).order_by("true_to", "-high", "id"),
        "holdings": stakes.filter(holder=row).order_by("true_to", "-high", "id"),
        "controlled_by": controls.filter(controlled=row).order_by("id"),
        "controls": controls.filter(controller=row).order_by("id"),
        "disclosures": visible(Disclosure.objects.filter(party=row), user).order_by("id"),
        "sites": visible(Site.objects.filter(party=row), user).order_by("name"),
        "licences": visible(
            Licence.objects.select_related("licensor", "licensee", "part"), user
        ).filter(Q(licensor=row) | Q(licensee=row)),
        "parts": visible(Part.objects.filter(maker=row), user).order_by("number")[:50],
        "backings": backings_of([row, *stakes.filter(held=row)], user),
        "disputes": disputes_of([row, *stakes.filter(held=row)], user),
        "today": today,
    }
    return render(request, "procurement/party.html", context)
