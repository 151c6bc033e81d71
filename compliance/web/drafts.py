"""Files on their way to a submission: come back to one, or put it aside."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from compliance.web.intake import upload_of
from config.pages import Request, action, page
from procurement.access import own, require
from procurement.models import Upload
from procurement.services.drafts import draft_put_aside, draft_start

PER_PAGE = 50


@page
def drafts(request: Request) -> HttpResponse:
    """Files that nobody submitted yet, the last worked on first."""
    require(request.user, "submit")
    uploads = (
        own(Upload.objects.all(), request.user)
        .filter(state__in=(Upload.State.CONFIRM, Upload.State.RECEIVED))
        .exclude(draft__put_aside=True)
        .select_related("received_by", "draft", "draft__saved_by", "draft__revises")
        .defer("reading", "draft__revises__problems", "draft__revises__non_parts")
        .order_by("-id")
    )
    shown = Paginator(uploads, PER_PAGE).get_page(request.GET.get("page", "1"))
    return render(request, "compliance/drafts.html", {"page": shown})


@action
def draft_drop(request: Request, pk: int) -> HttpResponse:
    require(request.user, "submit")
    upload = upload_of(request, pk)
    draft = draft_start(upload=upload, user=request.user, now=timezone.now())
    draft_put_aside(draft=draft, user=request.user)
    messages.success(request, f"“{upload.filename}” is off the list. The file is kept as sent.")
    return redirect("compliance:drafts")
