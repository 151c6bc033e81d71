"""How far a long file has got, and to stop it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from compliance.selectors.submissions import STATES, submission_list, submission_progress
from compliance.services.long_files import submission_cancel
from config.pages import Request, action, page
from procurement.problems import Refused


@page
def submission(request: Request, pk: int) -> HttpResponse:
    """Polled while it is read and stored; from then on its BOM has a page of its own."""
    row = get_object_or_404(submission_list(user=request.user), pk=pk)
    if row.bom_id is not None:
        address = reverse("compliance:bom-progress", args=[row.bom_id])
        if request.htmx:
            return HttpResponse(headers={"HX-Redirect": address})
        return redirect(address)
    found = submission_progress(submission=row, now=timezone.now())
    part = "compliance/parts/submission.html"
    context = {"found": found, "submission": row, "words": dict(STATES)[found.state]}
    if request.htmx:
        return render(request, part, context)
    return render(request, "compliance/submission.html", context)


@action
def cancel(request: Request, pk: int) -> HttpResponse:
    row = get_object_or_404(submission_list(user=request.user), pk=pk)
    try:
        submission_cancel(submission=row, user=request.user)
    except Refused as refused:
        for problem in refused.problems:
            messages.error(request, f"{problem.what} {problem.fix}")
    return redirect("compliance:submission", pk)
