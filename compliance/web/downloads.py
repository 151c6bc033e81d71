"""Files to take away: the template, and a person's own file with its problems marked."""

import re
from collections.abc import Iterator

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import content_disposition_header

from compliance.services.exporting import bom_cyclonedx
from compliance.web.checks import bom_of
from compliance.web.intake import upload_of
from compliance.web.marks import file_marked
from config.pages import Request, page
from procurement import template as blank
from procurement.access import require
from procurement.problems import Refused
from procurement.services.drafts import draft_start

TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xlsm": "application/vnd.ms-excel.sheet.macroEnabled.12",
    "json": "application/vnd.cyclonedx+json",
}


@page
def template(request: Request) -> HttpResponseBase:
    return _download(blank.template(), "Cellgate BOM template.xlsx")


@page
def marked_file(request: Request, pk: int) -> HttpResponseBase:
    """Their own workbook where it can be kept, else the same cells in a fresh one."""
    require(request.user, "submit")
    draft = draft_start(upload=upload_of(request, pk), user=request.user, now=timezone.now())
    try:
        made = file_marked(draft)
    except Refused as refused:
        for problem in refused.problems:
            messages.error(request, f"{problem.what} {problem.fix}")
        return redirect("compliance:upload-confirm", pk)
    stem, _, ending = draft.upload.filename.rpartition(".")
    macros = made.own and ending.lower() == "xlsm"
    name = f"{stem or draft.upload.filename} - problems marked.{'xlsm' if macros else 'xlsx'}"
    return _download(made.content, name)


@page
def cyclonedx(request: Request, pk: int) -> HttpResponseBase:
    """The BOM with what each rule says, for other programs."""
    bom = bom_of(request, pk)
    content = bom_cyclonedx(bom=bom, now=timezone.now())
    return _download(content, f"{bom.name} revision {bom.revision}.cdx.json")


def _download(content: bytes | Iterator[bytes], name: str) -> HttpResponseBase:
    content_type = TYPES[name.rpartition(".")[2]]
    response = (
        HttpResponse(content, content_type=content_type)
        if isinstance(content, bytes)
        else StreamingHttpResponse(content, content_type=content_type)
    )
    plain = re.sub(r"[\x00-\x1f\x7f]", "", name)
    response["Content-Disposition"] = content_disposition_header(True, plain) or "attachment"
    return response
