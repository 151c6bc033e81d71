"""Documents: attach one to the facts it backs, and give it back as it came."""

from collections.abc import Iterable

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from config.forms import Day, PlainForm
from config.pages import Request, form_page, page
from procurement.access import own, require, visible
from procurement.disputes import OWNERS
from procurement.models import Backing, Document, Evidence, Fact, Part, Party, User
from procurement.problems import Refused
from procurement.selectors import fact_models
from procurement.services.evidence import (
    LARGEST,
    LONGEST_SAID,
    backing_create,
    evidence_attach,
)
from procurement.services.facts import owner_for
from procurement.web.facts import row_page

MOST_OFFERED = 300
"""Documents offered to be attached again, the latest."""


class EvidenceForm(PlainForm):
    kept = forms.ModelChoiceField(
        Evidence.objects.none(),
        label="A document you keep already",
        required=False,
        empty_label="None: a new one, below",
        help_text="One document may back many facts.",
    )
    field = forms.ChoiceField(label="What of it the document tells", required=False)
    says = forms.CharField(
        label="What it says, where that is not what is recorded",
        required=False,
        max_length=LONGEST_SAID,
        help_text="A country’s code, digits, yes or no. Leave it empty where the two agree.",
    )
    title = forms.CharField(label="What it is", max_length=300, required=False)
    kind = forms.CharField(
        label="Kind",
        max_length=60,
        required=False,
        help_text="“annual report”, “supplier declaration” …",
    )
    grade = forms.ChoiceField(label="Who says so", choices=Evidence.Grade.choices, required=False)
    file = forms.FileField(
        label="The document",
        required=False,
        help_text="PDF, picture, text or Office file, up to 25 MB.",
    )
    url = forms.URLField(
        label="Where it is published", max_length=500, required=False, assume_scheme="https"
    )
    issued = Day(label="Issued on")
    expires = Day(label="Good through", help_text="From the day after, it backs nothing.")
    why = forms.CharField(label="Note", required=False, max_length=300)

    def about(self, backed: Fact, user: User) -> "EvidenceForm":
        """For documents of the person's organisation, about this fact's fields."""
        latest = own(Evidence.objects.order_by("-id"), user).values_list("pk", flat=True)
        kept = Evidence.objects.filter(pk__in=list(latest[:MOST_OFFERED]))
        self.fields["kept"].queryset = kept.order_by("title", "id")  # type: ignore[attr-defined]
        self.fields["field"].choices = [("", "All of it"), *_fields(backed)]  # type: ignore[attr-defined]
        return self

    def clean(self) -> None:
        if not self.cleaned_data.get("kept") and not self.cleaned_data.get("title"):
            self.add_error("title", "Say what the document is, or choose one you keep already.")


def _fields(backed: Fact) -> list[tuple[str, str]]:
    """Its fields that a document may tell of."""
    passed = {"id", "organisation", "known_from", "true_from", "true_to", "source", "attributes"}
    told = [
        (each.name, str(each.verbose_name).capitalize())
        for each in backed._meta.concrete_fields
        if each.name not in passed
    ]
    return [*told, (OWNERS, "Who owns it")] if isinstance(backed, Party) else told


@form_page
def evidence_new(request: Request) -> HttpResponse:
    """?table=procurement_part&row=12: what the document backs."""
    require(request.user, "edit_facts")
    backed = _backed(request)
    form = EvidenceForm(request.POST or None, request.FILES or None).about(backed, request.user)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        document, why, kept = given.pop("file"), given.pop("why"), given.pop("kept")
        field, says = given.pop("field"), given.pop("says") or None
        table = backed._meta.db_table
        try:
            if kept:
                backing_create(
                    evidence=kept, table_name=table, row=backed.pk, field=field, says=says,
                    by=request.user, why=why,
                )  # fmt: skip
            else:
                given["grade"] = given["grade"] or Evidence.Grade.SELF_DECLARED
                evidence_attach(
                    organisation=owner_for(request.user, shared=False),
                    by=request.user,
                    why=why,
                    content=document.read(LARGEST + 1) if document else None,
                    filename=document.name if document else "",
                    backs=[(table, backed.pk, field, says)],
                    **given,
                )
        except Refused as refused:
            form.refuse(refused.problems)
        else:
            messages.success(request, "The document is kept, and backs this fact.")
            return redirect(page_of(backed))
    context = {"form": form, "backed": backed, "back": page_of(backed), "summary": form.summary()}
    return render(
        request, "procurement/evidence_form.html", context, status=422 if form.errors else 200
    )


@page
def evidence_document(request: Request, pk: int) -> HttpResponse:
    """The bytes as they came, always as a download: nothing that a supplier sent runs here."""
    evidence = get_object_or_404(visible(Evidence.objects.all(), request.user), pk=pk)
    document = get_object_or_404(Document, evidence=evidence)
    response = HttpResponse(bytes(document.content), content_type=document.content_type)
    response.headers["Content-Disposition"] = _attachment(evidence.filename)
    return response


def _attachment(filename: str) -> str:
    plain = "".join(c if c.isascii() and (c.isalnum() or c in " ._-") else "_" for c in filename)
    return f'attachment; filename="{plain or "document"}"'


def backings_of(rows: Iterable[Fact], user: User) -> list[Backing]:
    """Which documents back any of these rows, of those that the person may see."""
    found: list[Backing] = []
    by_table: dict[str, list[int]] = {}
    for row in rows:
        by_table.setdefault(row._meta.db_table, []).append(row.pk)
    for table, ids in by_table.items():
        found += visible(
            Backing.objects.filter(table_name=table, row__in=ids).select_related("evidence"), user
        ).order_by("id")
    return found


def _backed(request: Request) -> Fact:
    model = fact_models().get(request.GET.get("table", ""))
    row = request.GET.get("row", "")
    if model is None or not row.isdigit() or len(row) > 18:
        raise Http404
    found: Fact = get_object_or_404(
        visible(model._default_manager.all(), request.user), pk=int(row)
    )
    return found


def page_of(row: Fact) -> str:
    if isinstance(row, Party | Part):
        return row_page(row)
    for name in ("part", "component", "party", "held", "controlled", "licensee", "procurement"):
        about = getattr(row, name, None)
        if isinstance(about, Party | Part):
            return row_page(about)
        if name == "component" and about is not None:
            return row_page(about.part)
        if name == "procurement" and about is not None:
            return reverse("procurement:procurement", args=[about.pk])
    return reverse("procurement:parties")
