"""Waivers, which only a rule can weigh: entered here, judged line by line."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from compliance.law.rules import RULES
from config.pages import Request, form_page
from procurement.access import own, require
from procurement.forms.procurements import WaiverForm
from procurement.models import Procurement
from procurement.problems import Refused
from procurement.services.procurements import waiver_create

WAIVABLE = [(rule.id, rule.cite) for rule in RULES if rule.waived is not None]


@form_page
def waiver_new(request: Request, pk: int) -> HttpResponse:
    require(request.user, "edit_facts")
    procurement = get_object_or_404(own(Procurement.objects.all(), request.user), pk=pk)
    form = WaiverForm(
        request.POST or None, by=request.user, procurement=procurement, rules=WAIVABLE
    )
    if request.method == "POST" and form.is_valid():
        try:
            waiver_create(
                procurement=procurement, by=request.user, why=form.why_given(), **form.values()
            )
        except Refused as refused:
            form.refuse(refused.problems)
        else:
            messages.success(
                request,
                "The waiver is recorded as submitted. The lines it can touch are judged again.",
            )
            return redirect("procurement:procurement", procurement.pk)
    context = {"form": form, "procurement": procurement, "summary": form.summary()}
    return render(
        request, "compliance/waiver_form.html", context, status=422 if form.errors else 200
    )
