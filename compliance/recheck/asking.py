"""Asking for lines to be judged: `Work` rows, and of a re-check of many lines some at a time.

A re-check of a few is opened with all its Work in one transaction. One of many is opened, in one
short transaction, with `Piece` rows that name what is still to be asked; each piece then becomes
Work in one of its own. While a piece is left there is no certificate (`recheck_settle`): whoever is
killed in the middle leaves something to go on from, never a re-check that seems complete.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import F

from compliance.batches import batches
from compliance.known import MOST_IN_A_QUERY
from compliance.locks import lock_try
from compliance.models import Piece, Recheck, Work
from compliance.recheck.certificate import as_runs, lines_carried, recheck_open, recheck_settle
from procurement.models import Bom, Line
from procurement.services.bulk import Json, rows_insert

PIECE = 500
"""Lines, and contractors, asked for in one transaction: on SQLite some 20 ms of its only writer."""
PIECES_LOCK = 4865_158
MOST_ASKED = 20_000
"""Lines in bulk that lie as Work, what the queue holds and as many again; of a million more, each
look for what to hand over would be slow, and the workers that judge would be busy asking."""

QUEUES = ("interactive", "changes", "bulk")
"""Of Work, the soonest first."""
LINES, BOMS = "lines", "boms"
LONG = ("recheck__lines", "recheck__counterparties", "recheck__carried", "recheck__changes")
"""Of a re-check of many lines, megabytes."""


class Why(NamedTuple):
    """Why something is judged again, in words, and the id of the request behind it, if any."""

    words: str
    request: str = ""


Said = Sequence[tuple[str, str, Sequence[int]]]
"""Words, request, and ids that these are said of: of a piece, as its JSON has it."""


class Asking:
    """What a re-check asks for. Made before the transaction that opens it: of a million lines, it
    is some seconds' work.

    lines: id → why; counterparties: BOM → why. in_order: the lines come part by part already.
    """

    def __init__(
        self,
        lines: Mapping[int, Why],
        counterparties: Mapping[int, Why],
        *,
        in_order: bool = False,
    ) -> None:
        self.lines, self.counterparties = as_runs(lines), as_runs(counterparties)
        self.touched = len(lines)
        few = len(lines) <= PIECE  # as they are asked for at once, in order
        self._pieces: list[tuple[str, int, Said]] = []
        for what, whys, ordered in (
            (LINES, lines, list(lines) if in_order or few else _part_by_part(lines)),
            (BOMS, counterparties, sorted(counterparties)),
        ):
            for ids in batches(ordered, PIECE):
                self._pieces.append((what, len(ids), _said(ids, whys)))
        self._many = sum(count for _, count, _ in self._pieces) > PIECE
        self._rows = [
            (what, count, Json(json.dumps(said, separators=(",", ":"))))
            for what, count, said in self._pieces
            if self._many
        ]

    def open(
        self, *, cause: str, queue: str, now: datetime, kind: str = Recheck.Kind.CHANGE,
        changes: Iterable[int] = (), answers_for: datetime | None = None,
    ) -> Recheck:  # fmt: skip
        """Open the re-check. Inside the transaction that marks whatever it answers for.

        answers_for: the moment up to which changes were looked at; None: now.
        """
        recheck = recheck_open(
            cause=cause, kind=kind, changes=changes, now=now, answers_for=answers_for,
            lines=self.lines, touched=self.touched, counterparties=self.counterparties,
        )  # fmt: skip
        if self._many:
            columns = ("recheck_id", "queue", "what", "count", "said", "asked_at")
            rows_insert(Piece, columns, ((recheck.pk, queue, *row, now) for row in self._rows))
            return recheck
        for what, _, said in self._pieces:
            _ask(what, said, recheck=recheck, queue=queue, now=now)
        return recheck


def pieces_ask(*, now: datetime) -> int:
    """Turn the oldest piece into Work; returns of how many lines and contractors. 0: none is left,
    or enough of it waits to be judged, or on PostgreSQL somebody else is at it. Safe to run twice
    at once.
    """
    with transaction.atomic():
        if not lock_try(PIECES_LOCK):
            return 0
        pieces = Piece.objects.select_related("recheck").defer(*LONG).order_by("pk")
        if Work.objects.filter(queue="bulk", set_aside=False).count() >= MOST_ASKED:
            pieces = pieces.exclude(queue="bulk")
        piece = pieces.first()
        if piece is None:
            return 0
        _ask(piece.what, piece.said, recheck=piece.recheck, queue=piece.queue, now=now)
        piece.delete()
    if not Piece.objects.filter(recheck=piece.recheck_id).exists():
        recheck_settle(recheck_id=piece.recheck_id, now=now)  # all of it may be done, or carried
    return piece.count


def pieces_left() -> bool:
    return Piece.objects.exists()


def work_request(
    causes: Mapping[int, str],
    *,
    recheck: Recheck | None,
    queue: str,
    now: datetime,
    requests: Mapping[int, str] | None = None,
) -> None:
    """Ask for each line (id → cause) to be judged, part by part: lines of one part have most in
    common, and are judged together. A line already waiting is asked anew.

    requests: line → id of the request behind it.
    """
    whys = {line: Why(words, (requests or {}).get(line, "")) for line, words in causes.items()}
    for batch in batches(sorted(_placed(causes)), MOST_IN_A_QUERY):
        rows = Work.objects.filter(line__among=[line for _, line, _ in batch])
        subjects = [(line, bom, whys[line]) for _, line, bom in batch]
        _write(subjects, rows, recheck=recheck, queue=queue, now=now)


def counterparty_request(
    bom: int,
    cause: str,
    *,
    recheck: Recheck | None,
    queue: str,
    now: datetime,
    request: str = "",
) -> None:
    """Ask for the counterparty of a BOM's procurement to be judged."""
    defaults = {"recheck": recheck, "cause": cause[:300], "queue": queue, "asked_at": now}
    work, new = Work.objects.select_for_update().get_or_create(
        bom_id=bom, line=None, defaults=defaults | {"request": request}
    )
    if not new:
        anew = _anew(recheck, _sooner(work.queue, queue), now)
        Work.objects.filter(pk=work.pk).update(**anew)


def _ask(what: str, said: Said, *, recheck: Recheck, queue: str, now: datetime) -> None:
    """Write the Work of a piece."""
    whys = {each: Why(words, request) for words, request, ids in said for each in ids}
    if what == LINES:
        words = {line: why.words for line, why in whys.items()}
        requests = {line: why.request for line, why in whys.items()}
        work_request(words, recheck=recheck, queue=queue, now=now, requests=requests)
        return
    for batch in batches(sorted(whys), MOST_IN_A_QUERY):
        there = Bom.objects.filter(pk__among=batch).order_by("pk").values_list("pk", flat=True)
        rows = Work.objects.filter(bom__among=batch, line=None)
        subjects = [(None, bom, whys[bom]) for bom in there]
        _write(subjects, rows, recheck=recheck, queue=queue, now=now)


def _write(
    subjects: Sequence[tuple[int | None, int, Why]],
    rows: Any,
    *,
    recheck: Recheck | None,
    queue: str,
    now: datetime,
) -> None:
    """Work for each (line or None, BOM, why). rows: Work that may be there for these already."""
    whose = None if recheck is None else recheck.pk
    waiting = {
        (work.line_id, work.bom_id): work for work in rows.select_for_update().order_by("id")
    }
    # What a later re-check asks for was asked after our changes came, so it answers for them too.
    later = {
        work.pk for work in waiting.values()
        if whose is not None and work.recheck_id is not None and work.recheck_id > whose
    }  # fmt: skip
    carried = [
        (whose if work.pk in later else work.recheck_id, work.line_id)
        for work in waiting.values()
        if work.pk in later or work.recheck_id != whose
    ]
    lines_carried(
        (earlier, line) for earlier, line in carried if earlier is not None and line is not None
    )
    for in_queue in QUEUES:
        ours = [w.pk for w in waiting.values() if w.queue == in_queue and w.pk not in later]
        if ours:
            anew = _anew(recheck, _sooner(in_queue, queue), now)
            Work.objects.filter(id__among=ours).update(**anew)
    rows_insert(
        Work,
        ("line_id", "bom_id", "recheck_id", "cause", "queue", "asked_at", "request"),
        [
            (line, bom, whose, why.words[:300], queue, now, why.request)
            for line, bom, why in subjects
            if (line, bom) not in waiting
        ],
    )


def _anew(recheck: Recheck | None, queue: str, now: datetime) -> dict[str, Any]:
    """What becomes of Work that waits already."""
    return {
        "version": F("version") + 1, "handed_at": None, "asked_at": now, "recheck": recheck,
        "tries": 0, "begun": 0, "error": "", "set_aside": False, "queue": queue,
    }  # fmt: skip


def _sooner(queue: str, other: str) -> str:
    """What somebody waits for does not fall back into bulk by being asked for again."""
    return min(queue, other, key=QUEUES.index)


def _placed(lines: Iterable[int]) -> Iterator[tuple[int, int, int]]:
    """(part, line, BOM) of each line that is still there."""
    for ids in batches(sorted(lines), MOST_IN_A_QUERY):
        rows = Line.objects.filter(id__among=ids).order_by()
        yield from rows.values_list("part_id", "id", "bom_id")


def _part_by_part(lines: Iterable[int]) -> list[int]:
    return [line for _, line, _ in sorted(_placed(lines))]


def _said(ids: Iterable[int], whys: Mapping[int, Why]) -> Said:
    by_why: dict[Why, list[int]] = {}
    for each in ids:
        by_why.setdefault(whys[each], []).append(each)
    return [(why.words[:300], why.request, of) for why, of in by_why.items()]
