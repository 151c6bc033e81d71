"""What the law makes of a supplier: lists, identity questions, and the lines that lean on it."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from compliance.selectors.owners import party_deciding
from compliance.selectors.parties import party_verdicts
from compliance.services.choosing import identity_decide
from config.forms import PlainForm
from config.pages import Request, action, page
from procurement.access import visible
from procurement.models import Party
from procurement.problems import Refused
from procurement.web.owners import behind
from procurement.web.owners_picture import day_asked, owners_view


class DecisionForm(PlainForm):
    list_key = forms.CharField(widget=forms.HiddenInput)
    code = forms.CharField(widget=forms.HiddenInput)
    same = forms.TypedChoiceField(
        choices=[("yes", "The same"), ("no", "Not the same")], coerce=lambda value: value == "yes"
    )
    reason = forms.CharField(max_length=300)


@page
def verdicts(request: Request, pk: int) -> HttpResponse:
    """A panel of the supplier's page; by itself a page for those without scripts.

    While lines are being judged again it asks for itself anew, so that verdicts turn in place.
    """
    party = get_object_or_404(visible(Party.objects.all(), request.user), pk=pk)
    context = {"panel": party_verdicts(party=party, user=request.user), "party": party}
    name = (
        "compliance/parts/party_verdicts.html" if request.htmx else "compliance/party_verdicts.html"
    )
    return render(request, name, context)


@page
def owners(request: Request, pk: int) -> HttpResponse:
    """Who owns the supplier on a day, with the path that decides its standing.

    A part of the supplier's page; by itself a page for those without scripts.
    """
    party = get_object_or_404(visible(Party.objects.all(), request.user), pk=pk)
    owned, today = behind(party, user=request.user), timezone.localdate()
    asked = day_asked(owned, request.GET, today)
    on = asked or today
    found = party_deciding(party=party, user=request.user, on=on, today=today)
    context = {
        "party": party,
        "owners": owners_view(owned, on=on, today=today, deciding=found.pairs),
        "deciding": found,
        "no_day": asked is None,
    }
    name = "compliance/parts/party_owners.html" if request.htmx else "compliance/party_owners.html"
    return render(request, name, context)


@action
def decide(request: Request, pk: int) -> HttpResponse:
    """Same or not the same as a list's entry, with the reason why."""
    party = get_object_or_404(visible(Party.objects.all(), request.user), pk=pk)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Say whether they are the same, and why: the reason is kept.")
        return redirect("procurement:party", party.pk)
    given = form.cleaned_data
    try:
        decision = identity_decide(
            party=party,
            list_key=given["list_key"],
            code=given["code"],
            same=given["same"],
            reason=given["reason"],
            by=request.user,
        )
    except Refused as refused:
        for problem in refused.problems:
            messages.error(request, f"{problem.what} {problem.fix}")
    else:
        open_still = not decision.same and decision.confirmed_by_id is None
        messages.success(
            request,
            "Kept. “Not the same” counts once a second person has confirmed it."
            if open_still
            else "Kept, with your reason.",
        )
    return redirect("procurement:party", party.pk)
