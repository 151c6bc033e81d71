"""Where the law is open: the register, what a choice would move, and counsel's choices."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from compliance.law.confidence import CONFIDENCE
from compliance.law.readings import BY_KEY
from compliance.law.readings.register import Reading
from compliance.models import ReadingChoice
from compliance.selectors.readings import (
    MODES,
    choice_history,
    options_of,
    register,
    rules_of,
    words_of,
)
from compliance.services.choosing import reading_choose
from compliance.services.supposing import reading_preview
from config.forms import PlainForm
from config.pages import Request, action, page
from procurement.access import may, organisation_of
from procurement.problems import Refused

DEFAULT = "default"
"""How the default is asked for in an address, where "" is "nothing asked"."""


class ReadingForm(PlainForm):
    key = forms.CharField()
    alternative = forms.CharField(required=False)
    reason = forms.CharField(required=False, max_length=300)


@page
def readings(request: Request) -> HttpResponse:
    context = {
        "readings": [
            (reading, rules, chosen, CONFIDENCE[reading.confidence])
            for reading, rules, chosen in register(organisation_of(request.user))
        ],
        "modes": MODES,
    }
    return render(request, "compliance/readings.html", context)


def reading_or_404(key: str) -> Reading:
    if key not in BY_KEY:
        raise Http404
    return BY_KEY[key]


@page
def reading(request: Request, key: str) -> HttpResponse:
    """One open point; with ?alternative= what choosing it would move. Nothing is stored."""
    shown = reading_or_404(key)
    organisation = organisation_of(request.user)
    options = options_of(shown)
    asked = request.GET.get("alternative", "")
    preview = None
    if asked == DEFAULT or asked in dict(options):
        preview = reading_preview(
            organisation=organisation,
            key=key,
            alternative="" if asked == DEFAULT else asked,
            today=timezone.localdate(),
        )
    context = {
        "reading": shown,
        "rules": rules_of(shown),
        "confidence": CONFIDENCE[shown.confidence],
        "chosen": ReadingChoice.objects.filter(organisation=organisation, key=key)
        .select_related("chosen_by")
        .first(),
        "options": [(DEFAULT, words_of(shown, "")), *options],
        "mode": MODES[shown.mode],
        "history": choice_history(organisation, shown),
        "asked": asked if preview else "",
        "asked_words": words_of(shown, "" if asked == DEFAULT else asked),
        "preview": preview,
        "may_choose": may(request.user, "choose_readings"),
    }
    return render(request, "compliance/reading.html", context)


@action
def reading_choice(request: Request) -> HttpResponse:
    form = ReadingForm(request.POST)
    key = str(form.data.get("key", ""))
    if form.is_valid():
        given = dict(form.cleaned_data)
        if given["alternative"] == DEFAULT:
            given["alternative"] = ""
        try:
            made = reading_choose(**given, by=request.user)
        except Refused as refused:
            for problem in refused.problems:
                messages.error(request, f"{problem.what} {problem.fix}")
        else:
            said = "The reading is chosen" if made else "The reading is at its default again"
            messages.success(request, f"{said}. Every line it can touch is being judged again.")
    else:
        messages.error(request, "The reason is too long: keep it within 300 characters.")
    if key in BY_KEY:
        return redirect("compliance:reading", key)
    return redirect("compliance:readings")
