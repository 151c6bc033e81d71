"""A BOM's lines before the rules: the board, and the same as a file."""

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from compliance.reports.board import Board
from compliance.reports.verdicts import VERDICTS
from compliance.selectors.boards import SORTS, Asked, board_page, board_report, standing_of
from compliance.web.checks import bom_of
from config.pages import Request, page, seen_state, unchanged
from procurement.models import Bom


@page
def bom_board(request: Request, pk: int) -> HttpResponse:
    """The board. Open in a browser, it asks for itself again, so that its lines turn in place."""
    bom = bom_of(request, pk)
    standing = standing_of(bom)
    seen = seen_state(request)
    if seen == standing.state:
        return unchanged()
    asked = Asked.of(request.GET.dict())
    last_seen = (seen or "").partition("-")[0]
    context = {
        "bom": bom,
        "board": board_page(
            bom=bom,
            asked=asked,
            standing=standing,
            seen=int(last_seen) if last_seen.isdecimal() and len(last_seen) < 19 else None,
        ),
        "later": Bom.objects.filter(supersedes=bom).first(),
        "all_verdicts": VERDICTS.values(),
        "sorts": [(key, words) for key, (words, _) in SORTS.items()],
        "sort_words": SORTS[asked.sort][0].lower(),
    }
    return render(request, "compliance/board.html", context)


@page
def board_export(request: Request, pk: int, kind: str) -> HttpResponseBase:
    bom = bom_of(request, pk)
    if kind not in Board.kinds:
        raise Http404
    report = board_report(
        bom=bom,
        asked=Asked.of(request.GET.dict()),
        today=timezone.localdate(),
        now=timezone.now(),
    )
    response = StreamingHttpResponse(report.pieces(kind), content_type=Board.kinds[kind])
    response["Content-Disposition"] = f'attachment; filename="{report.file_name(kind)}"'
    return response
