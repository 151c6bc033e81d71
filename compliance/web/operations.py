"""The operator's page: for staff of the installation, over all organisations."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import structlog
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe
from kombu.exceptions import OperationalError

from compliance.models import Alarm, Mail, Work
from compliance.selectors.operations import operations
from compliance.services.operating import (
    alarm_settle,
    everything_recheck,
    mail_try_again,
    work_try_again,
)
from compliance.tasks import changes_relay, unjudged_sweep
from config.pages import Request
from procurement.problems import Refused

log = structlog.get_logger(__name__)
CLOCK_MAY_DIFFER_SECONDS = 3
View = Callable[..., HttpResponse]


def for_staff(view: View) -> View:
    @login_required
    @wraps(view)
    def checked(request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_staff:
            raise PermissionDenied("Only the operator of this installation may see this.")
        return view(request, *args, **kwargs)

    return checked


@for_staff
@require_safe
def operator(request: Request) -> HttpResponse:
    state, now = operations(), timezone.now()
    ahead = (now - state.at).total_seconds()
    due = [each.key for each in state.lists if each.is_due(now.date())]
    context = {
        "state": state,
        "now": now,
        "due": due,
        "clock_ahead": ahead,
        "clock_is_off": abs(ahead) > CLOCK_MAY_DIFFER_SECONDS,
    }
    return render(request, "compliance/operator.html", context)


@for_staff
@require_POST
def work_again(request: Request) -> HttpResponse:
    """work=<id>, or all that was set aside."""
    given = request.POST.get("work", "")
    work = get_object_or_404(Work, pk=int(given)) if given.isdigit() and len(given) < 19 else None
    count = work_try_again(work=work, now=timezone.now())
    try:
        unjudged_sweep.apply_async(queue="changes", expires=60)
    except OperationalError as error:
        log.warning("sweep_not_nudged", error=str(error))
    messages.success(request, f"{count} back to work.")
    return redirect("compliance:operator")


@for_staff
@require_POST
def everything_again(request: Request) -> HttpResponse:
    """why=<words>: every line is asked for, in bulk."""
    try:
        recheck = everything_recheck(why=request.POST.get("why", ""), now=timezone.now())
    except Refused as refused:
        for problem in refused.problems:
            messages.error(request, f"{problem.what} {problem.fix}")
        return redirect("compliance:operator")
    if recheck is None:
        messages.warning(request, "Everything is being derived anew already.")
        return redirect("compliance:operator")
    try:
        changes_relay.apply_async(queue="changes", expires=60)
    except OperationalError as error:
        log.warning("relay_not_nudged", error=str(error))
    messages.success(request, f"{recheck.touched:,} lines are asked for, in bulk.")
    return redirect("compliance:operator")


@for_staff
@require_POST
def mail_again(request: Request, pk: int) -> HttpResponse:
    mail_try_again(mail=get_object_or_404(Mail, pk=pk), now=timezone.now())
    messages.success(request, "The mail is due again.")
    return redirect("compliance:operator")


@for_staff
@require_POST
def alarm_seen(request: Request, pk: int) -> HttpResponse:
    alarm_settle(alarm=get_object_or_404(Alarm, pk=pk), now=timezone.now())
    messages.success(request, "The alarm is closed.")
    return redirect("compliance:operator")
