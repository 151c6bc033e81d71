"""A new check: a spreadsheet in, and, once it is read as meant, a few questions, and submitted."""

from pathlib import Path
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from compliance.services.long_files import submission_request
from compliance.services.submission import bom_judge_request
from compliance.tasks import enqueue_work, hand_picture, hand_submission
from compliance.web.checks import bom_of
from config.forms import PlainForm
from config.pages import Request, action, form_page
from procurement.access import own, require
from procurement.formats.support.limits import MAX_BYTES
from procurement.forms.procurements import ProcurementForm
from procurement.models import Bom, Draft, Procurement, Upload
from procurement.problems import Refused
from procurement.selectors import procurement_list
from procurement.services.drafts import draft_put_aside, draft_start, mapping_of
from procurement.services.mappings import is_shown
from procurement.services.picturing import picture_ask
from procurement.services.procurements import procurement_create
from procurement.services.reading import LONG_ROWS, is_too_long_to_show
from procurement.services.submission import bom_submit, upload_keep, upload_receive

SAMPLE = Path(__file__).parent / "sample.csv"


class NewCheckForm(PlainForm):
    file = forms.FileField(label="A spreadsheet file", required=False, allow_empty_file=True)
    cells = forms.CharField(
        label="Cells pasted from a spreadsheet",
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"class": "cg-paste", "spellcheck": "false"}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("file") is None and not (cleaned.get("cells") or "").strip():
            self.add_error(
                "file", "There is nothing to check yet. Choose a file, or paste cells below."
            )
        return cleaned


class SubmitForm(PlainForm):
    bom_name = forms.CharField(label="What is it a bill of materials of?", max_length=200)
    procurement = forms.ModelChoiceField(
        label="Which purchase is it for?",
        queryset=Procurement.objects.none(),
        required=False,
        empty_label="A new purchase: answer below",
    )


@form_page
def check_new(request: Request) -> HttpResponse:
    """?revises=12: the next revision of that BOM."""
    organisation = require(request.user, "submit")
    revises = _revises(request)
    form = NewCheckForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file, cells = form.cleaned_data["file"], form.cleaned_data["cells"]
        now = timezone.now()
        content = file.read() if file else cells.encode()
        receive = upload_keep if is_too_long_to_show(content) else upload_receive
        try:
            upload = receive(
                organisation=organisation,
                user=request.user,
                filename=file.name if file else "pasted cells",
                content=content,
                now=now,
                pasted=file is None,
            )
        except Refused as refused:
            for problem in refused.problems:
                form.add_error("file", f"{problem.what} {problem.fix}")
        else:
            draft_start(upload=upload, user=request.user, now=now, revises=revises)
            if upload.state == Upload.State.RECEIVED:
                picture_ask(upload=upload, now=now, hand=hand_picture)
            return redirect("compliance:upload-confirm", upload.pk)
    context = {
        "form": form,
        "summary": form.summary(),
        "revises": revises,
        "most_bytes": MAX_BYTES,
    }
    return render(request, "compliance/check_new.html", context, status=422 if form.errors else 200)


@action
def check_sample(request: Request) -> HttpResponse:
    """The bundled sample, by the same road as anybody's own file."""
    organisation = require(request.user, "submit")
    upload = upload_receive(
        organisation=organisation,
        user=request.user,
        filename="Sample BOM.csv",
        content=SAMPLE.read_bytes(),
        now=timezone.now(),
    )
    return redirect("compliance:upload-confirm", upload.pk)


@form_page
def bom_questions(request: Request, pk: int) -> HttpResponse:
    """Only the questions that matter; then the BOM is made and its lines are judged."""
    organisation = require(request.user, "submit")
    upload = upload_of(request, pk)
    unread = upload.state == Upload.State.RECEIVED
    if upload.state == Upload.State.REFUSED or not (unread or (upload.reading or {}).get("sheets")):
        return redirect("compliance:upload-confirm", upload.pk)
    draft = draft_start(upload=upload, user=request.user, now=timezone.now())
    revises = draft.revises
    form = SubmitForm(
        request.POST or None,
        initial={"bom_name": revises.name if revises else _title(upload.filename)},
    )
    purchases = form.fields["procurement"]
    assert isinstance(purchases, forms.ModelChoiceField)  # noqa: S101 - as declared above
    purchases.queryset = procurement_list(user=request.user)
    if revises:
        del form.fields["procurement"]
    asked = ProcurementForm(
        request.POST or None,
        by=request.user,
        short=True,
        prefix="p",
        use_required_attribute=False,
        initial={"agency": "DOD", "name": _title(upload.filename)},
    )
    if request.method == "POST" and form.is_valid():
        purchase = revises.procurement if revises else form.cleaned_data["procurement"]
        if purchase is not None or asked.is_valid():
            try:
                address = _submit(request, draft, organisation, form, asked, purchase)
            except Refused as refused:
                known = {problem for problem in refused.problems if problem.where in asked.fields}
                asked_of = asked if known and purchase is None else form
                asked_of.refuse(refused.problems)
            else:
                return redirect(address)
    chosen = revises or (form.is_bound and form.data.get("procurement"))
    summary = [*form.summary(), *([] if chosen else asked.summary())] if form.is_bound else []
    context = {
        "upload": upload,
        "form": form,
        "asked": None if revises else asked,
        "revises": revises,
        "summary": summary,
        "back": reverse("compliance:upload-confirm", args=[upload.pk]),
    }
    return render(request, "compliance/bom_questions.html", context, status=422 if summary else 200)


def _submit(
    request: Request,
    draft: Draft,
    organisation: Any,
    form: SubmitForm,
    asked: ProcurementForm,
    purchase: Procurement | None,
) -> str:
    """All or nothing: the purchase, the BOM, and the work of judging it. A long file is only asked
    for; a worker reads it. Gives the address that shows how far it is.
    """
    now = timezone.now()
    with transaction.atomic():
        if purchase is None:
            values = {name: value for name, value in asked.values().items() if value is not None}
            purchase = procurement_create(organisation=organisation, by=request.user, **values)
        told: dict[str, Any] = {
            "upload": draft.upload,
            "procurement": purchase,
            "name": form.cleaned_data["bom_name"],
            "user": request.user,
            "now": now,
            "mapping": mapping_of(draft),
            "supersedes": draft.revises,
        }
        draft_put_aside(draft=draft, user=request.user)
        if _is_long(draft.upload):
            asked_for = submission_request(**told, hand=hand_submission)
            return reverse("compliance:submission", args=[asked_for.pk])
        before = Bom.objects.filter(procurement=purchase).count()
        bom = bom_submit(**told)
        if Bom.objects.filter(procurement=purchase).count() > before:
            bom_judge_request(bom=bom, cause="submitted", now=now, enqueue=enqueue_work)
        else:
            messages.info(
                request,
                "These very bytes, read the same way, were submitted for this purchase before. "
                "This is that submission; nothing was submitted twice.",
            )
    return reverse("compliance:bom-progress", args=[bom.pk])


def _is_long(upload: Upload) -> bool:
    """Whether it is read and stored by a worker, and not while the person waits."""
    sheets = (upload.reading or {}).get("sheets") or ()
    return (
        upload.state == Upload.State.RECEIVED
        or any(sheet["rows"] > LONG_ROWS for sheet in sheets)
        or not is_shown(upload)
    )


def upload_of(request: Request, pk: int) -> Upload:
    """An upload of the person's own organisation."""
    uploads = own(Upload.objects.all(), request.user)
    return get_object_or_404(uploads, pk=pk)


def _revises(request: Request) -> Bom | None:
    given = request.GET.get("revises", "")
    return bom_of(request, int(given)) if given.isdigit() and len(given) < 19 else None


def _title(filename: str) -> str:
    """ "Radio_BOM-rev2.xlsx" as a first guess of a name: "Radio BOM-rev2"."""
    stem = filename.rsplit(".", 1)[0].replace("_", " ").strip()
    return stem[:200] if stem != "pasted cells" else ""
