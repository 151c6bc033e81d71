"""An organisation's webhooks: where they lead, what they were sent. For its administrators."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from compliance.models import Delivery, Webhook
from compliance.services.webhooks import (
    delivery_replay,
    webhook_create,
    webhook_remove,
    webhook_renew_secret,
    webhook_update,
)
from config.forms import PlainForm
from config.pages import Request, action, form_page
from procurement.access import own, require
from procurement.problems import Refused

SHOWN = 50


class WebhookForm(PlainForm):
    url = forms.URLField(
        label="Address", max_length=500, assume_scheme="https",
        help_text="Begins with https://. We post what moved there, signed.",
    )  # fmt: skip


@form_page
def webhooks(request: Request) -> HttpResponse:
    """A secret is shown once, in the answer to the very request that made it."""
    require(request.user, "administer")
    form, secret = WebhookForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        try:
            url = form.cleaned_data["url"]
            _, secret = webhook_create(url=url, by=request.user, now=timezone.now())
        except Refused as refused:
            form.refuse(refused.problems)
        else:
            form = WebhookForm()
    return _shown(request, form, secret)


@action
def webhook(request: Request, pk: int) -> HttpResponse:
    """do: rest, resume, secret or remove."""
    require(request.user, "administer")
    row = get_object_or_404(own(Webhook.objects.all(), request.user), pk=pk)
    match request.POST.get("do"):
        case "rest":
            webhook_update(webhook=row, by=request.user, active=False)
            messages.success(request, "It rests. What moves meanwhile is sent when it resumes.")
        case "resume":
            webhook_update(webhook=row, by=request.user, active=True)
            messages.success(request, "It is told again.")
        case "secret":
            secret = webhook_renew_secret(webhook=row, by=request.user)
            return _shown(request, WebhookForm(), secret)
        case "remove":
            webhook_remove(webhook=row, by=request.user)
            messages.success(request, "It is removed.")
    return redirect("compliance:webhooks")


@action
def replay(request: Request, pk: int) -> HttpResponse:
    require(request.user, "administer")
    mine = Webhook.objects.filter(pk__in=own(Webhook.objects.all(), request.user))
    row = get_object_or_404(Delivery.objects.select_related("webhook"), pk=pk, webhook__in=mine)
    delivery_replay(delivery=row, by=request.user, now=timezone.now())
    messages.success(request, "It is sent again, under its own id.")
    return redirect("compliance:webhooks")


def _shown(request: Request, form: WebhookForm, secret: str) -> HttpResponse:
    rows = own(Webhook.objects.order_by("id"), request.user)
    deliveries = Delivery.objects.filter(webhook__in=rows).select_related("webhook")
    context = {
        "form": form,
        "summary": form.summary(),
        "secret": secret,
        "webhooks": rows,
        "deliveries": deliveries.order_by("-id")[:SHOWN],
    }
    status = 422 if form.errors else 200
    return render(request, "compliance/webhooks.html", context, status=status)
