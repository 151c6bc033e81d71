"""Curators bring editions in from their publishers' files, and look at what one would move."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from compliance.lists.expected import SIZES
from compliance.lists.readers import READERS, File
from compliance.models import Edition
from compliance.services.edition_preview import edition_preview
from compliance.services.editions import edition_reconcile, editions_read, editions_stage
from config.forms import Day, PlainForm
from config.pages import Request, form_page
from procurement.access import visible
from procurement.problems import Refused

LARGEST_FILE = 100_000_000
COVERS = [
    ("all", "Everybody: it is the whole list"),
    ("battery", "The battery trade: other rows are left out"),
    ("named", "Only those it names: it is an excerpt"),
]
ENCODINGS = [("utf-8-sig", "UTF-8"), ("cp1252", "Windows 1252 (older files of agencies)")]


class ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class Files(forms.FileField):
    """One or more files; OFAC's list comes as four."""

    widget = ManyFiles

    def clean(self, data: object, initial: object = None) -> list[File]:
        given = data if isinstance(data, list | tuple) else [data]
        checked = [super(Files, self).clean(each, initial) for each in given]
        if sum(each.size for each in checked if each) > LARGEST_FILE:
            raise forms.ValidationError("These files are larger than 100 MB.", code="too-large")
        return [File(each.name, each.read()) for each in checked if each]


class ImportForm(PlainForm):
    published = Files(
        label="The publisher's file",
        help_text="For OFAC's CSV choose sdn.csv, alt.csv and comments together.",
    )
    key = forms.ChoiceField(
        label="Which list",
        required=False,
        choices=[("", "Every list in the file"), *((key, key) for key in sorted(SIZES))],
    )
    edition = Day(label="Date of the edition", help_text="Where the file does not say it itself.")
    covers = forms.ChoiceField(label="Whom it answers for", choices=COVERS)
    url = forms.URLField(
        label="Where it is published", required=False, max_length=500, assume_scheme="https"
    )
    expect = forms.IntegerField(
        label="How many rows it has", required=False, min_value=1,
        help_text="Only where we found its size unlikely and you have counted.",
    )  # fmt: skip
    encoding = forms.ChoiceField(label="Encoding of the file", choices=ENCODINGS)
    history = forms.BooleanField(
        label="It comes before an edition that is released: fill in the past", required=False
    )


@form_page
def edition_import(request: Request) -> HttpResponse:
    if not request.user.is_curator:
        raise PermissionDenied("Lists are kept by curators.")
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        history, encoding = given.pop("history"), given.pop("encoding")
        files = [file._replace(encoding=encoding) for file in given.pop("published")]
        try:
            read = editions_read(files=files, **given)
            staged = editions_stage(editions=read, by=request.user, history=history)
        except Refused as refused:
            form.refuse(refused.problems)
        else:
            names = ", ".join(map(str, staged))
            messages.success(request, f"Staged: {names}. Another curator releases it.")
            if len(staged) == 1:
                return redirect("compliance:edition", staged[0].pk)
            return redirect("compliance:lists")
    context = {"form": form, "summary": form.summary(), "readers": READERS}
    return render(
        request, "compliance/edition_import.html", context, status=422 if form.errors else 200
    )


class SecondForm(PlainForm):
    published = Files(label="A second source of the same edition")


@form_page
def edition_look(request: Request, pk: int) -> HttpResponse:
    """What an edition would move, and (POST) what a second source says of it."""
    edition = get_object_or_404(visible(Edition.objects.all(), request.user), pk=pk)
    form = SecondForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        files = form.cleaned_data["published"]
        try:
            told = edition_reconcile(edition=edition, files=files, by=request.user)
        except Refused as refused:
            form.refuse(refused.problems)
        else:
            messages.info(request, f"{told.agree:,} rows agree, {len(told.differences):,} differ.")
            return redirect("compliance:edition-look", pk)
    context = {
        "edition": edition,
        "preview": edition_preview(edition=edition, by=request.user, today=timezone.localdate()),
        "form": form,
        "summary": form.summary(),
    }
    return render(
        request, "compliance/edition_look.html", context, status=422 if form.errors else 200
    )
