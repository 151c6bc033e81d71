"""Changes in, work out: the relay.

Which lines Changes that nobody has taken yet can touch is found out first. Then one transaction
marks them and asks for those lines: by a `Work` row for each, or where they are many by `Piece`
rows that become Work one by one (`recheck.asking`). These are rows in the same database, so there
is no moment at which a change is marked and its work lost. Handing work to a queue comes after, may
fail, and is repeated.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from itertools import chain, groupby
from typing import NamedTuple

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from compliance.batches import batches
from compliance.clock import database_now
from compliance.locks import lock_try
from compliance.models import Work
from compliance.recheck.affected import (
    Anchor,
    Reach,
    anchors_of,
    boms_of_counterparty,
    organisations_of,
)
from compliance.recheck.asking import Asking, Why, pieces_ask, pieces_left
from compliance.recheck.certificate import recheck_settle
from compliance.recheck.listings import EDITIONS, TABLES, ListsMoved, lists_moved, lists_touch
from compliance.recheck.words import cause_of
from procurement.models import Change

Enqueue = Callable[[str, list[int]], bool]
"""Hands one chunk to a worker: queue, ids of Work. False: the queue is away."""

CHANGES_A_PASS = 500
LINES_A_CHUNK, LINES_A_BULK_CHUNK = 200, 500
"""Judged together. Of more, more is read and thought once; a person sees smaller steps done."""
URGENT = ("interactive", "changes")
URGENT_LINES = 500
"""A person who changed something that touches no more than this waits for it; more is bulk."""
MOST_IN_BULK = 10_000
"""Lines that lie with the bulk queue at once; the sweeper and each chunk done hand over more."""
HAND_OVER_AGAIN = timedelta(seconds=settings.HAND_OVER_SECONDS)
RELAY_LOCK = 4865_154


def changes_relay(*, now: datetime, request: str = "") -> int:
    """Take waiting Changes, or where none waits turn a piece of a large re-check into Work; returns
    how many were taken, or asked for. Safe to run twice at once.

    request: take only what this request changed, which its person waits for while others' changes
    may wait by thousands. Of lists nothing: what they say moves in the order of their changes.

    What Changes touch is found out before the transaction begins: on SQLite it keeps every other
    writer out. It still holds then. What came to lean on them since was judged with them known, or
    is judged once more (`services.leanings`); of lists, what came after these is taken by itself.
    """
    looked = database_now()
    while changes := _waiting(request):
        lists = lists_moved(changes, today=now.date())
        found = _touched(changes, lists)
        asking = Asking(_whys(found.lines), _whys(found.counterparties))
        with transaction.atomic():
            if not lock_try(RELAY_LOCK):
                return 0
            taken = Change.objects.filter(pk__in=[each.pk for each in changes], relayed_at=None)
            if taken.count() == len(changes):
                _relay(found, asking, now, looked)
                return len(changes)
        looked = database_now()  # another relay was first
    return 0 if request else pieces_ask(now=now)


def _waiting(request: str) -> list[Change]:
    waiting = Change.objects.filter(relayed_at=None).order_by("id")
    if request:
        waiting = waiting.filter(request=request).exclude(table_name__in=TABLES)
    return list(waiting[:CHANGES_A_PASS])


def changes_wait() -> bool:
    """Whether any Change is still to be taken, or a piece to be asked for."""
    return Change.objects.filter(relayed_at=None).exists() or pieces_left()


class _Touched(NamedTuple):
    """What changes can touch: lines, and BOMs whose counterparty, each with what touches it.

    said_by: changes of lists by which somebody is listed otherwise.
    """

    changes: list[Change]
    lines: dict[int, list[Change]]
    counterparties: dict[int, list[Change]]
    said_by: list[Change]


def _touched(changes: list[Change], lists: ListsMoved) -> _Touched:
    touched: dict[int, list[Change]] = {}
    counterparties: dict[int, list[Change]] = {}
    reach = Reach()
    anchored = [
        (change, whose, anchors)
        for change in changes
        if change.table_name not in TABLES
        for anchors in [anchors_of(change)]
        for whose in organisations_of(change)
    ]
    every: dict[int | None, set[Anchor]] = {}
    for _, whose, anchors in anchored:
        every.setdefault(whose, set()).update(anchors)
    for whose, anchors in every.items():
        reach.lines(anchors, whose)  # of all at once, and below of each
    any_bom = {whose for whose in every if boms_of_counterparty(every[whose], whose)}
    for change, whose, anchors in anchored:
        for line in reach.lines(anchors, whose):
            _note(touched, line, change)
        for bom in boms_of_counterparty(anchors, whose) if whose in any_bom else ():
            _note(counterparties, bom, change)
    shown = [change for change in changes if change.pk in lists.shown]
    said_by = [each for each in shown if each.table_name == EDITIONS] or shown
    if shown:
        lines, boms = lists_touch(lists, reach)
        for found, into in ((lines, touched), (boms, counterparties)):
            for each in found:
                into[each] = [*into[each], *said_by] if each in into else said_by
    return _Touched(changes, touched, counterparties, said_by)


def _relay(found: _Touched, asking: Asking, now: datetime, looked: datetime) -> None:
    """Ask for what these changes touch, and mark them. looked: by when no other was known."""
    changes, touched, counterparties, said_by = found
    if touched or counterparties or said_by:
        by_person = any(change.actor_id is not None for change in changes)
        recheck = asking.open(
            cause=cause_of([each for each in changes if each.table_name not in TABLES] + said_by),
            changes=[change.pk for change in changes],
            queue="interactive" if by_person and len(touched) <= URGENT_LINES else "bulk",
            answers_for=looked,
            now=now,
        )
        if not touched and not counterparties:
            recheck_settle(recheck_id=recheck.pk, now=now)
    Change.objects.filter(pk__in=[change.pk for change in changes]).update(relayed_at=now)


def _note(found: dict[int, list[Change]], key: int, change: Change) -> None:
    """A change that reaches a line twice over is its cause once."""
    causes = found.setdefault(key, [])
    if not causes or causes[-1] is not change:
        causes.append(change)


def _whys(touched: dict[int, list[Change]]) -> dict[int, Why]:
    """Line or BOM → what moved it, and the latest request behind that. Those that the same changes
    touch share the words.
    """
    words: dict[tuple[int, ...], Why] = {}
    whys = {}
    for each, changes in touched.items():
        same = tuple(change.pk for change in changes)
        if same not in words:
            asked_by = (change.request for change in reversed(changes) if change.request)
            words[same] = Why(cause_of(changes), next(asked_by, ""))
        whys[each] = words[same]
    return whys


def hand_over(*, now: datetime, enqueue: Enqueue, bom: int | None = None) -> int:
    """Hand waiting work to the queues, and again what a broker seems to have lost; returns how many
    lines. Bulk work goes no faster than it is done, so that a broker never holds a million lines.

    Work is marked after it is handed over: a crash in between hands it over twice, which is
    harmless, since a worker drops what is no longer asked.
    """
    due = Work.objects.filter(set_aside=False).filter(
        Q(handed_at=None) | Q(handed_at__lt=now - HAND_OVER_AGAIN)
    )
    if bom is not None:
        due = due.filter(bom=bom)
    fields = ("queue", "id")
    urgent = due.filter(queue__in=URGENT).order_by(*fields).values_list(*fields)
    bulk = due.filter(queue="bulk").order_by("id").values_list(*fields)[: _room(now)]
    handed = 0
    for queue, chunk in _chunks(chain(urgent.iterator(), sorted(bulk))):
        if not enqueue(queue, chunk):
            break
        Work.objects.filter(id__among=chunk).update(handed_at=now)
        handed += len(chunk)
    return handed


def hand_over_more(*, now: datetime, enqueue: Enqueue) -> int:
    """Hand over bulk work once half of what the queue takes is done; returns how many lines."""
    waits = Work.objects.filter(set_aside=False, handed_at=None, queue="bulk")
    if not waits.exists() or _room(now) * 2 < MOST_IN_BULK:
        return 0
    return hand_over(now=now, enqueue=enqueue)


def _room(now: datetime) -> int:
    """How many more lines the bulk queue takes now. What it has no room for waits as rows."""
    handed = Work.objects.filter(set_aside=False, handed_at__gte=now - HAND_OVER_AGAIN)
    return max(0, MOST_IN_BULK - handed.filter(queue="bulk").count())


def _chunks(rows: Iterable[tuple[str, int]]) -> Iterator[tuple[str, list[int]]]:
    """(queue, ids of Work for one chunk). Rows are a queue and an id, in order."""
    for queue, group in groupby(rows, key=lambda row: row[0]):
        most = LINES_A_BULK_CHUNK if queue == "bulk" else LINES_A_CHUNK
        for chunk in batches([work for _, work in group], most):
            yield queue, chunk
