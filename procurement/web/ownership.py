"""Take in who owns whom from a file: look first, then keep."""

from io import BytesIO

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from config.forms import PlainForm
from config.pages import Request, form_page
from procurement.formats.ownership import FORMATS
from procurement.problems import Refused
from procurement.services.facts import owner_for
from procurement.services.ownership import Given, ownership_import, ownership_preview

LARGEST = 50_000_000


class OwnershipForm(PlainForm):
    file = forms.FileField(
        label="The file",
        help_text="BODS 0.4, GLEIF, UK people with significant control, SAM.gov, or our table.",
    )
    shared = forms.BooleanField(label="Facts that everybody sees (curators)", required=False)


@form_page
def ownership(request: Request) -> HttpResponse:
    """POST: look at the file, into the page where there is a script, so that the file stays chosen;
    POST with `keep`: take it in.
    """
    form = OwnershipForm(request.POST or None, request.FILES or None)
    outcome = None
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        owner = owner_for(request.user, shared=form.cleaned_data["shared"])
        if file.size > LARGEST:
            form.add_error("file", "It is larger than 50 MB: have your administrator import it.")
        else:
            given = [Given(file.name, BytesIO(file.read()))]
            keep = request.POST.get("keep") == "yes"
            run = ownership_import if keep else ownership_preview
            try:
                outcome = run(files=given, organisation=owner, by=request.user)
            except Refused as refused:
                form.refuse(refused.problems)
            else:
                if keep:
                    messages.success(
                        request,
                        f"Taken in: {outcome.parties_new:,} new parties, {outcome.stakes:,} "
                        f"stakes, {outcome.controls:,} controls.",
                    )
                    return redirect("procurement:parties")
    context = {
        "form": form,
        "summary": form.summary(),
        "outcome": outcome,
        "formats": FORMATS,
    }
    if request.htmx:
        return render(request, "procurement/parts/ownership_outcome.html", context)
    status = 422 if form.errors else 200
    return render(request, "procurement/ownership.html", context, status=status)
