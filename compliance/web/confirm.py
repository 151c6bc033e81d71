"""How we read a file, shown on the person's own sheet; one click corrects it, and is remembered."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django_htmx.http import HttpResponseClientRefresh

from compliance.tasks import hand_picture
from compliance.web.intake import upload_of
from compliance.web.sheet import FIELD_CHOICES, NOT_USED, Seen, raw_rows
from config.pages import Request, action, form_page, told
from procurement.access import own, require
from procurement.models import Bom, Draft, Upload
from procurement.problems import Refused
from procurement.services.drafts import draft_decode, draft_forget, draft_read, draft_start
from procurement.services.mappings import is_shown, laid_out
from procurement.services.pictures import picture_of, workbook_pictured
from procurement.services.picturing import picture_ask
from procurement.services.reading import other_encodings
from procurement.services.remembered import reading_of

LISTED = 200


@form_page
def upload_confirm(request: Request, pk: int) -> HttpResponse:
    """GET: the picture. POST: one correction, kept at once, and the picture again."""
    require(request.user, "submit")
    upload = upload_of(request, pk)
    now = timezone.now()
    if request.method == "POST":
        place = ""
        try:
            draft = draft_start(upload=upload, user=request.user, now=now)
            if "encoding" in request.POST:
                encoding = told(request.POST, "encoding")
                draft_decode(draft=draft, user=request.user, now=now, encoding=encoding)
            else:
                place = _correct(request, draft)
        except Refused as refused:
            for problem in refused.problems:
                messages.error(request, f"{problem.what} {problem.fix}")
        return redirect(request.path + place)
    context: dict[str, Any] = {
        "upload": upload,
        "reading": upload.reading or {},
        "same": _same_bytes(request, upload),
        "encodings": other_encodings(upload),
        "unpictured": unpictured(upload),
    }
    unread = upload.state == Upload.State.RECEIVED
    if context["unpictured"] and not (unread and is_shown(upload)):  # read ones were asked already
        context |= _picturing(upload, now)
    if request.htmx:  # it asks whether the first rows are there
        if context["unpictured"] and context.get("waits"):
            return render(request, "compliance/parts/picturing.html", context)
        return HttpResponseClientRefresh()
    sheets = context["reading"].get("sheets") or ()
    look = told(request.GET, "look", longest=255)
    if upload.state == Upload.State.REFUSED and sheets:
        look = look or sheets[0]["name"]
    if look in {sheet["name"] for sheet in sheets}:
        try:
            context |= {"look": look, "raw": raw_rows(upload, look)}
        except Refused as refused:
            context["refused"] = refused.problems
    if upload.state != Upload.State.REFUSED and sheets and not context["unpictured"]:
        draft = draft_start(upload=upload, user=request.user, now=now)
        context |= {"draft": draft, "revises": draft.revises}
        try:
            seen = Seen(draft, first_rows=True)
        except Refused as refused:
            context["refused"] = refused.problems
        else:
            context |= {
                "seen": seen,
                "picture": seen.picture(),
                "fields": FIELD_CHOICES,
                "not_used": NOT_USED,
                "of_no_row": [one for one in seen.rows.problems if one.row is None],
                "problems": seen.rows.problems[:LISTED],
                "fixed": draft.cells.filter(sheet=seen.layout.sheet[:255]).count(),
            }
    return render(request, "compliance/upload_confirm.html", context)


def unpictured(upload: Upload) -> bool:
    """Whether no row of the file can be shown."""
    if upload.state == Upload.State.RECEIVED:
        return True
    shut = upload.state in (Upload.State.SUBMITTED, Upload.State.REFUSED)
    return not (shut or is_shown(upload) or workbook_pictured(upload))


def _picturing(upload: Upload, now: datetime) -> dict[str, Any]:
    """How far the first rows of a long file are; asked for where nobody did and nobody read it."""
    picture = picture_of(upload)
    if picture is None and upload.state == Upload.State.RECEIVED:
        picture = picture_ask(upload=upload, now=now, hand=hand_picture)
    if picture is None:
        return {}
    return {
        "waits": picture.made_at is None,
        "seconds": round((now - picture.asked_at).total_seconds()),
        "unreadable": picture.problems,
    }


@action
def upload_forget(request: Request, pk: int) -> HttpResponse:
    """Forget how this sender's sheets of this shape are read."""
    require(request.user, "submit")
    draft = draft_start(upload=upload_of(request, pk), user=request.user, now=timezone.now())
    try:
        draft_forget(draft=draft, user=request.user, now=timezone.now())
    except Refused as refused:
        for problem in refused.problems:
            messages.error(request, f"{problem.what} {problem.fix}")
    else:
        messages.success(request, "Forgotten. The sheet is read as we would read it ourselves.")
    return redirect("compliance:upload-confirm", pk)


def _correct(request: Request, draft: Draft) -> str:
    """What was clicked: a sheet, the row that names the columns, or what a column holds. Gives the
    anchor of that column, so that the page comes back where the person was.
    """
    now = timezone.now()
    sheet = told(request.POST, "sheet", longest=255)
    row = told(request.POST, "header_row", longest=9)
    if sheet or row.isdecimal():
        draft_read(
            draft=draft,
            user=request.user,
            now=now,
            sheet=sheet or None,
            header_row=int(row) if row.isdecimal() else None,
        )
        return ""
    columns: dict[int, str | None] = {}
    for name in request.POST:
        if name[:1] == "c" and name[1:].isdecimal() and len(name) < 7:
            value = told(request.POST, name)
            columns[int(name[1:])] = None if value in (NOT_USED, "") else value
    _, layout = laid_out(draft.upload, reading_of(draft), first_rows=True)
    stood = {column.index: column.field for column in layout.columns}
    draft_read(draft=draft, user=request.user, now=now, columns=columns)
    return next((f"#c{index}" for index, field in columns.items() if stood[index] != field), "")


def _same_bytes(request: Request, upload: Upload) -> list[Bom]:
    """BOMs that the very same bytes were submitted as."""
    boms = own(Bom.objects.filter(upload__sha256=upload.sha256), request.user)
    return list(boms.select_related("procurement").order_by("-id")[:3])
