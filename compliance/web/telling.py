"""When a person is e-mailed: at once, daily or never; quiet hours; and BOMs that are urgent."""

from zoneinfo import available_timezones

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from compliance.models import BomWatch, Digest
from compliance.services.telling import bom_watch, choice_keep, choice_of
from config.forms import PlainForm
from config.pages import Request, action, form_page, told
from procurement.access import organisation_of, own
from procurement.models import Bom, not_superseded
from procurement.problems import Refused

HOURS = [(hour, f"{hour:02}:00") for hour in range(24)]
ZONES = [(zone, zone) for zone in sorted(available_timezones())]
WATCHES = {"urgent": "At once, in quiet hours too", **dict(Digest.choices)}


class TellingForm(PlainForm):
    digest = forms.ChoiceField(label="When verdicts change", choices=Digest.choices)
    daily_at = forms.TypedChoiceField(label="A daily mail comes at", choices=HOURS, coerce=int)
    zone = forms.ChoiceField(label="Your time zone", choices=ZONES)
    quiet_from = forms.TypedChoiceField(
        label="Quiet from", choices=HOURS, coerce=int, help_text="The same twice: never quiet."
    )
    quiet_to = forms.TypedChoiceField(label="Quiet until", choices=HOURS, coerce=int)
    warnings = forms.BooleanField(
        label="Warn me 90, 60 and 30 days before a day changes a verdict", required=False
    )


@form_page
def telling(request: Request) -> HttpResponse:
    organisation_of(request.user)
    choice = choice_of(request.user)
    if not request.user.membership.digest:
        choice.digest = Digest.OFF
    stands = {name: getattr(choice, name) for name in TellingForm.base_fields}
    form = TellingForm(request.POST or None, initial=stands)
    if request.method == "POST" and form.is_valid():
        try:
            choice_keep(user=request.user, **form.cleaned_data)
        except Refused as refused:
            form.refuse(refused.problems)
        else:
            messages.success(request, "Kept.")
            return redirect("compliance:telling")
    boms = own(Bom.objects.filter(not_superseded()).order_by("name", "pk"), request.user)
    watched = BomWatch.objects.filter(user=request.user).select_related("bom").order_by("bom__name")
    context = {
        "form": form,
        "summary": form.summary(),
        "boms": boms,
        "watches": watched,
        "choices": WATCHES.items(),
    }
    return render(request, "compliance/telling.html", context, status=422 if form.errors else 200)


@action
def watch(request: Request) -> HttpResponse:
    """bom and wanted: a key of WATCHES, or "" for "like the rest"."""
    given, wanted = told(request.POST, "bom"), told(request.POST, "wanted")
    pk = int(given) if given.isdigit() and len(given) < 19 else 0
    bom = get_object_or_404(own(Bom.objects.all(), request.user), pk=pk)
    urgent = wanted == "urgent"
    try:
        digest = Digest.AT_ONCE if urgent else wanted
        bom_watch(user=request.user, bom=bom, digest=digest, urgent=urgent)
    except Refused as refused:
        for problem in refused.problems:
            messages.error(request, f"{problem.what} {problem.fix}")
    else:
        messages.success(request, "Kept.")
    return redirect("compliance:telling")
