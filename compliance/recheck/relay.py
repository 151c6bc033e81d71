"""Changes in, work out: the relay.

One transaction takes Changes that nobody has taken yet, writes a `Work` row for every line they can
touch, and marks them. The work is a row in the same database, so there is no moment at which a
change is marked and its work lost. Handing work to a queue comes after, may fail, and is repeated.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from itertools import chain, groupby
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Max, Q

from compliance.batches import batches
from compliance.known import MOST_IN_A_QUERY
from compliance.models import Leaning, Recheck, Work
from compliance.recheck.affected import (
    Reach,
    anchors_of,
    boms_of_counterparty,
    organisations_of,
)
from compliance.recheck.certificate import lines_carried, recheck_open, recheck_settle
from compliance.recheck.listings import EDITIONS, TABLES, ListsMoved, lists_moved, lists_touch
from compliance.recheck.words import cause_of
from procurement.models import Change, Line
from procurement.services.bulk import rows_insert

Enqueue = Callable[[str, list[int]], bool]
"""Hands one chunk to a worker: queue, ids of Work of one organisation. False: the queue is away."""

CHANGES_A_PASS = 500
LINES_A_CHUNK = 200
URGENT_LINES = 500
"""A person who changed something that touches no more than this waits for it; more is bulk."""
MOST_IN_BULK = 10_000
"""Lines that lie with the bulk queue at once; the sweeper and each chunk done hand over more."""
HAND_OVER_AGAIN = timedelta(seconds=settings.HAND_OVER_SECONDS)
RELAY_LOCK = 4865_154


def changes_relay(*, now: datetime) -> int:
    """Turn waiting Changes into Work; returns how many were taken. Safe to run twice at once.

    What lists came to is found out before the transaction begins, since all parties may be asked;
    where other changes of lists wait by then, it is found out anew. On SQLite, where the
    transaction keeps every other writer out, so is which lines are touched: it still holds if since
    then nothing is leaned on anew.
    """
    while changes := _waiting():
        lists = lists_moved(changes, today=now.date())
        leaned = _newest_leaning()
        before = _touched(changes, lists) if connection.vendor == "sqlite" else None
        with transaction.atomic():
            if not _only_relay():
                return 0
            waiting = _waiting()
            if lists.changes != {each.pk for each in waiting if each.table_name in TABLES}:
                continue
            if before is None or waiting != changes or _newest_leaning() != leaned:
                before = _touched(waiting, lists)
            _relay(before, now)
            return len(waiting)
    return 0


def _waiting() -> list[Change]:
    return list(Change.objects.filter(relayed_at=None).order_by("id")[:CHANGES_A_PASS])


def _newest_leaning() -> int | None:
    return Leaning.objects.aggregate(newest=Max("id"))["newest"]


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
    for change in changes:
        if change.table_name in TABLES:
            continue
        anchors = anchors_of(change)
        for whose in organisations_of(change):
            for line in reach.lines(anchors, whose):
                _note(touched, line, change)
            for bom in boms_of_counterparty(anchors, whose):
                _note(counterparties, bom, change)
    shown = [change for change in changes if change.pk in lists.shown]
    said_by = [each for each in shown if each.table_name == EDITIONS] or shown
    if shown:
        lines, boms = lists_touch(lists, reach)
        for found, into in ((lines, touched), (boms, counterparties)):
            for each in found:
                into[each] = [*into.get(each, ()), *said_by]
    return _Touched(changes, touched, counterparties, said_by)


def _relay(found: _Touched, now: datetime) -> None:
    """Ask for what these changes touch, and mark them."""
    changes, touched, counterparties, said_by = found
    recheck = None
    if touched or counterparties or said_by:
        recheck = recheck_open(
            cause=cause_of([each for each in changes if each.table_name not in TABLES] + said_by),
            changes=[change.pk for change in changes],
            lines=touched,
            counterparties=counterparties,
            now=now,
        )
    by_person = any(change.actor_id is not None for change in changes)
    queue = "interactive" if by_person and len(touched) <= URGENT_LINES else "bulk"
    causes = _causes(touched)
    requests = {line: _request_of(asked_by) for line, asked_by in touched.items()}
    work_request(causes, recheck=recheck, queue=queue, now=now, requests=requests)
    for bom, asked_by in counterparties.items():
        counterparty_request(
            bom, cause_of(asked_by), recheck=recheck, queue=queue, now=now,
            request=_request_of(asked_by),
        )  # fmt: skip
    if recheck is not None and not touched and not counterparties:
        recheck_settle(recheck_id=recheck.pk, now=now)
    Change.objects.filter(pk__in=[change.pk for change in changes]).update(relayed_at=now)


def _note(found: dict[int, list[Change]], key: int, change: Change) -> None:
    """A change that reaches a line twice over is its cause once."""
    causes = found.setdefault(key, [])
    if not causes or causes[-1] is not change:
        causes.append(change)


def _request_of(changes: list[Change]) -> str:
    """The latest request behind these changes; "" where none is known."""
    return next((change.request for change in reversed(changes) if change.request), "")


def _causes(touched: dict[int, list[Change]]) -> dict[int, str]:
    """Line → what moved it. Lines that the same changes touch share the words."""
    words: dict[tuple[int, ...], str] = {}
    causes = {}
    for line, changes in touched.items():
        same = tuple(change.pk for change in changes)
        if same not in words:
            words[same] = cause_of(changes)
        causes[line] = words[same]
    return causes


def _only_relay() -> bool:
    """Whether this transaction is the one relay. SQLite has one writer anyway."""
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [RELAY_LOCK])
        return bool(cursor.fetchone()[0])


def work_request(
    causes: dict[int, str],
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
    lines = [
        row
        for ids in batches(sorted(causes), MOST_IN_A_QUERY)
        for row in Line.objects.filter(id__in=ids).order_by().values_list("part_id", "id", "bom_id")
    ]
    for batch in batches(sorted(lines), MOST_IN_A_QUERY):
        rows = Work.objects.select_for_update().filter(line__in=[line for _, line, _ in batch])
        waiting = {work.line_id: work for work in rows.order_by("id")}
        lines_carried(
            (work.recheck_id, line)
            for line, work in waiting.items()
            if work.recheck_id is not None and line is not None
        )
        asked_anew = Work.objects.filter(id__in=[work.pk for work in waiting.values()])
        asked_anew.update(
            version=F("version") + 1, handed_at=None, asked_at=now, recheck=recheck,
            tries=0, begun=0, error="", set_aside=False, queue=queue,
        )  # fmt: skip
        whose = None if recheck is None else recheck.pk
        rows_insert(
            Work,
            ("line_id", "bom_id", "recheck_id", "cause", "queue", "asked_at", "request"),
            [
                (line, bom, whose, causes[line][:300], queue, now, (requests or {}).get(line, ""))
                for _, line, bom in batch
                if line not in waiting
            ],
        )


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
    work, new = Work.objects.select_for_update().get_or_create(
        bom_id=bom,
        line=None,
        defaults={
            "recheck": recheck,
            "cause": cause[:300],
            "queue": queue,
            "asked_at": now,
            "request": request,
        },
    )
    if not new:
        Work.objects.filter(pk=work.pk).update(
            version=F("version") + 1, handed_at=None, asked_at=now, recheck=recheck,
            tries=0, begun=0, error="", set_aside=False, queue=queue,
        )  # fmt: skip


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
    fields = ("queue", "bom__organisation", "id")
    urgent = due.exclude(queue="bulk").order_by(*fields).values_list(*fields)
    bulk = due.filter(queue="bulk").order_by("id").values_list(*fields)[: _room(now)]
    handed = 0
    for queue, chunk in _chunks(chain(urgent.iterator(), sorted(bulk))):
        if not enqueue(queue, chunk):
            break
        Work.objects.filter(id__in=chunk).update(handed_at=now)
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


def _chunks(rows: Iterable[tuple[Any, ...]]) -> Iterator[tuple[str, list[int]]]:
    """(queue, at most LINES_A_CHUNK ids of Work of one organisation). Rows begin with the queue and
    the organisation, end with the id, and come in order.
    """
    for (queue, _), group in groupby(rows, key=lambda row: row[:2]):
        for chunk in batches([row[-1] for row in group], LINES_A_CHUNK):
            yield queue, chunk
