"""The audit report of a BOM: downloaded, e-mailed on demand, or on a schedule."""

import structlog
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from kombu.exceptions import OperationalError

from compliance.models import Report, ReportSchedule
from compliance.services.reporting import (
    is_reported,
    not_reported,
    report_make,
    report_send,
)
from compliance.services.scheduling import report_schedule
from compliance.tasks import report_send as report_send_task
from compliance.web.checks import bom_of
from config.pages import Request, action, page
from procurement.access import own
from procurement.problems import Refused

log = structlog.get_logger(__name__)
MEDIA_TYPES = {
    Report.Format.PDF: "application/pdf",
    Report.Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@page
def reports(request: Request, pk: int) -> HttpResponse:
    bom = bom_of(request, pk)
    context = {
        "bom": bom,
        "reports": Report.objects.filter(bom=bom).defer("content").order_by("-id")[:30],
        "schedule": ReportSchedule.objects.filter(bom=bom, user=request.user).first(),
        "every": ReportSchedule.Every.choices,
        "refusal": not_reported(bom),
    }
    return render(request, "compliance/reports.html", context)


@action
def report_new(request: Request, pk: int, kind: str) -> HttpResponse:
    """The report of what stands now: made, kept, and handed over."""
    bom = bom_of(request, pk)
    if kind not in Report.Format.values:
        raise Http404
    if not is_reported(bom):
        return redirect("compliance:bom-reports", bom.pk)  # it says why
    return _download(report_make(bom=bom, format=kind, now=timezone.now()))


@page
def report_download(request: Request, pk: int) -> HttpResponse:
    """A report as it was made: the very bytes."""
    return _download(get_object_or_404(own(Report.objects.all(), request.user), pk=pk))


def _download(report: Report) -> HttpResponse:
    content_type = MEDIA_TYPES[Report.Format(report.format)]
    response = HttpResponse(bytes(report.content), content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{report.filename}"'
    return response


@action
def report_mail(request: Request, pk: int) -> HttpResponse:
    """To the person who asks, and to nobody else."""
    bom = bom_of(request, pk)
    if not is_reported(bom):
        return redirect("compliance:bom-reports", bom.pk)  # it says why
    try:
        report_send_task.apply_async((bom.pk, request.user.pk), queue="mail")
    except OperationalError as error:
        log.warning("report_not_queued", error=str(error))
        report_send(bom_id=bom.pk, user_id=request.user.pk, now=timezone.now())
    messages.success(request, f"The report is on its way to {request.user.email}.")
    return redirect("compliance:bom-reports", bom.pk)


@action
def schedule(request: Request, pk: int) -> HttpResponse:
    bom = bom_of(request, pk)
    every = request.POST.get("every", "")
    try:
        kept = report_schedule(bom=bom, user=request.user, every=every, today=timezone.localdate())
    except Refused as refused:
        for problem in refused.problems:
            messages.error(request, f"{problem.what} {problem.fix}")
    else:
        said = (
            f"The report comes {kept.get_every_display().lower()}."
            if kept
            else "It comes no longer."
        )
        messages.success(request, said)
    if request.POST.get("from") == "schedules":
        return redirect("compliance:schedules")
    return redirect("compliance:bom-reports", bom.pk)


@page
def schedules(request: Request) -> HttpResponse:
    rows = (
        ReportSchedule.objects.filter(user=request.user).select_related("bom").order_by("bom__name")
    )
    return render(request, "compliance/schedules.html", {"schedules": rows})
