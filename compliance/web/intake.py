"""A new check: a spreadsheet in, its columns confirmed, a few questions, submitted."""

from pathlib import Path
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from compliance.services.submission import bom_judge_request
from compliance.tasks import enqueue_work
from compliance.web.checks import bom_of
from compliance.web.sheet import FIELD_CHOICES, NOT_USED, only_corrections, picture_of, said_of
from config.forms import PlainForm
from config.pages import Request, action, form_page
from procurement.access import own, require
from procurement.forms.procurements import ProcurementForm
from procurement.intake.reading import Layout
from procurement.models import Bom, Procurement, Upload
from procurement.problems import Refused
from procurement.selectors import procurement_list
from procurement.services.procurements import procurement_create
from procurement.services.submission import (
    bom_submit,
    upload_preview,
    upload_read_again,
    upload_receive,
)

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
        try:
            upload = upload_receive(
                organisation=organisation,
                user=request.user,
                filename=file.name if file else "pasted cells",
                content=file.read() if file else cells.encode(),
                now=timezone.now(),
                pasted=file is None,
            )
        except Refused as refused:
            for problem in refused.problems:
                form.add_error("file", f"{problem.what} {problem.fix}")
        else:
            return redirect(_with(reverse("compliance:upload-confirm", args=[upload.pk]), revises))
    context = {"form": form, "summary": form.summary(), "revises": revises}
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
def upload_confirm(request: Request, pk: int) -> HttpResponse:
    """How we read the file, to be corrected column by column; the address carries it."""
    require(request.user, "submit")
    upload = _upload(request, pk)
    if request.method == "POST":
        try:
            upload_read_again(
                upload=upload, user=request.user, encoding=request.POST.get("encoding", "")
            )
        except Refused as refused:
            for problem in refused.problems:
                messages.error(request, f"{problem.what} {problem.fix}")
        return redirect(request.get_full_path())
    reading = upload.reading or {}
    context: dict[str, Any] = {
        "upload": upload,
        "reading": reading,
        "revises": _revises(request),
        "fields": FIELD_CHOICES,
        "not_used": NOT_USED,
    }
    if upload.state != Upload.State.REFUSED and reading.get("sheets"):
        said = said_of(request.GET)
        try:
            rows = upload_preview(upload=upload, user=request.user, mapping=said)
        except Refused as refused:
            context["refused"] = refused.problems
        else:
            layout = _recognised(reading, said)
            corrected = layout.corrected(_fields(said))
            context |= {
                "rows": rows,
                "layout": corrected,
                "picture": picture_of(upload, corrected, rows),
                "problems": rows.problems[:200],
                "query": request.GET.urlencode(),
            }
    return render(request, "compliance/upload_confirm.html", context)


@form_page
def bom_questions(request: Request, pk: int) -> HttpResponse:
    """Only the questions that matter; then the BOM is made and its lines are judged."""
    organisation = require(request.user, "submit")
    upload = _upload(request, pk)
    if upload.state == Upload.State.REFUSED or not (upload.reading or {}).get("sheets"):
        return redirect("compliance:upload-confirm", upload.pk)
    revises = _revises(request)
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
                bom = _submit(request, upload, organisation, form, asked, purchase, revises)
            except Refused as refused:
                known = {problem for problem in refused.problems if problem.where in asked.fields}
                asked_of = asked if known and purchase is None else form
                asked_of.refuse(refused.problems)
            else:
                return redirect("compliance:bom-progress", bom.pk)
    chosen = revises or (form.is_bound and form.data.get("procurement"))
    summary = [*form.summary(), *([] if chosen else asked.summary())] if form.is_bound else []
    context = {
        "upload": upload,
        "form": form,
        "asked": None if revises else asked,
        "revises": revises,
        "summary": summary,
        "back": reverse("compliance:upload-confirm", args=[upload.pk])
        + f"?{request.GET.urlencode()}",
    }
    return render(request, "compliance/bom_questions.html", context, status=422 if summary else 200)


def _submit(
    request: Request,
    upload: Upload,
    organisation: Any,
    form: SubmitForm,
    asked: ProcurementForm,
    purchase: Procurement | None,
    revises: Bom | None,
) -> Bom:
    """All or nothing: the purchase, the BOM, and the work of judging it."""
    now = timezone.now()
    said = said_of(request.GET)
    with transaction.atomic():
        if purchase is None:
            values = {name: value for name, value in asked.values().items() if value is not None}
            purchase = procurement_create(organisation=organisation, by=request.user, **values)
        before = Bom.objects.filter(procurement=purchase).count()
        bom = bom_submit(
            upload=upload,
            procurement=purchase,
            name=form.cleaned_data["bom_name"],
            user=request.user,
            now=now,
            mapping=only_corrections(said, _recognised(upload.reading or {}, said)),
            supersedes=revises,
        )
        if Bom.objects.filter(procurement=purchase).count() > before:
            bom_judge_request(bom=bom, cause="submitted", now=now, enqueue=enqueue_work)
    return bom


def _upload(request: Request, pk: int) -> Upload:
    return get_object_or_404(own(Upload.objects.all(), request.user), pk=pk)


def _recognised(reading: dict[str, Any], said: Any) -> Layout:
    """The layout that was recognised for the sheet that is read."""
    if said and said.get("sheet"):
        layouts = {view["name"]: view["layout"] for view in reading["sheets"]}
        if layout := layouts.get(said["sheet"]):
            return Layout.from_dict(layout)
    return Layout.from_dict(reading["layout"])


def _fields(said: Any) -> dict[int, Any]:
    return {int(index): field for index, field in ((said or {}).get("columns") or {}).items()}


def _revises(request: Request) -> Bom | None:
    given = request.GET.get("revises", "")
    return bom_of(request, int(given)) if given.isdigit() and len(given) < 19 else None


def _with(url: str, revises: Bom | None) -> str:
    return f"{url}?revises={revises.pk}" if revises else url


def _title(filename: str) -> str:
    """ "Radio_BOM-rev2.xlsx" as a first guess of a name: "Radio BOM-rev2"."""
    stem = filename.rsplit(".", 1)[0].replace("_", " ").strip()
    return stem[:200] if stem != "pasted cells" else ""
