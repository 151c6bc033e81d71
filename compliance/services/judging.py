"""Load, judge, record: three steps, and the third alone writes.

Work rows say what is asked. A worker notes each row's version, reads the facts after that, judges,
and records only under rows that still ask the same: whoever read older facts finds its row gone or
asked anew, and drops what it did. So a slow worker, a message twice or in the wrong order change
nothing.
"""

import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import structlog
from django.db import OperationalError, transaction
from django.db.models import Max
from structlog.contextvars import bind_contextvars

from compliance.clock import database_now
from compliance.dossiers import world_load
from compliance.law.circles import Circles
from compliance.law.dossier import assemble
from compliance.law.engine import Finding, judge_all
from compliance.law.facts import Dossier
from compliance.law.proof import Proved, Written, prove, written
from compliance.law.words import sentence
from compliance.law.world import World
from compliance.leaning import Leanings
from compliance.models import Recheck, Work
from compliance.recheck.certificate import recheck_settle
from compliance.recheck.numbers import changes_number
from compliance.recheck.tries import BEGUN_SPLIT, work_begin, work_not_begun, work_set_back
from compliance.refs import must_ref
from compliance.services.determinations import Judged, determinations_record
from procurement.models import Bom, Change, Line

log = structlog.get_logger(__name__)


class _Kept(threading.local):
    """Of each thread: whoever stands behind the parts of one bill of materials mostly stands
    behind those of the next as well."""

    def __init__(self) -> None:
        self.circles = Circles()


_kept = _Kept()

READS = 5
"""How often facts that move while they are read are read again."""


@dataclass(frozen=True)
class Settled:
    """What came of a chunk. first: the BOM's first judgement is now complete."""

    judged: int = 0
    moved: int = 0
    first: bool = False


def work_judge(*, bom_id: int, work_ids: Sequence[int], now: datetime) -> Settled:
    """Judge what these Work rows of one BOM ask for, and record what is still asked by then."""
    asked = {
        work.pk: work for work in Work.objects.filter(pk__in=work_ids, bom=bom_id, set_aside=False)
    }
    if not asked:
        return Settled()
    bind_contextvars(request=next((work.request for work in asked.values() if work.request), ""))
    if len(asked) > 1 and any(work.begun >= BEGUN_SPLIT for work in asked.values()):
        return _one_by_one(bom_id, asked, now)
    bom = Bom.objects.select_related("procurement").get(pk=bom_id)
    begun = work_begin(asked)
    try:
        wanted = [work.line_id for work in begun.values()]
        judged = bom_judge(bom, wanted, circles=_kept.circles) if begun else []
        moved = determinations_record(bom=bom, asked=begun, judged=judged, now=now)
    except OperationalError:
        work_not_begun(begun)  # the database is away or busy: the task is tried again
        raise
    except Exception as error:
        if len(begun) > 1:
            return _one_by_one(bom_id, begun, now)
        work_set_back(next(iter(begun.values())), error)
        judged, moved = [], 0
    if moved:
        changes_number()
    first = _settle(bom, asked.values(), now=now)
    return Settled(len(judged), moved, first)


def bom_judge(
    bom: Bom,
    line_ids: Iterable[int | None],
    *,
    known_on: datetime | None = None,
    true_on: date | None = None,
    circles: Circles | None = None,
) -> list[Judged]:
    """Judge lines of a BOM (None: its counterparty), storing nothing.

    true_on None: on the procurement's own days. known_on None: with all that is known. circles:
    kept from BOMs judged before; without them everything is worked out anew.
    """
    wanted = list(line_ids)
    asked = Line.objects.filter(pk__in=[w for w in wanted if w])
    lines = {line.pk: line for line in asked.only("bom_id", "part_id", "parent_id")}
    alike = _alike(lines)
    world, at = _world(bom, set(alike.values()), known_on)
    assembled = assemble(world, circles)
    leanings = Leanings(world)
    done: dict[str, tuple[Sequence[tuple[Finding, Proved]], Sequence[str]]] = {}
    judged = []
    for each in wanted:
        ref = "" if each is None else must_ref(Line, alike[each])
        dossier = assembled.counterparty if each is None else assembled.lines[ref]
        if ref not in done:
            facts = written(dossier)
            if facts.key not in done:
                done[facts.key] = _judge(dossier, facts, true_on)
            done[ref] = done[facts.key]
        findings, sentences = done[ref]
        judged.append(
            Judged(
                None if each is None else lines[each],
                at,
                findings,
                sentences,
                _sources(assembled.provenance[ref], each, ref),
                leanings.of(ref, assembled.provenance[ref], assembled.parties[ref]),
            )
        )
    return judged


def _sources(
    provenance: Mapping[str, tuple[str, ...]], line: int | None, judged_as: str
) -> Mapping[str, tuple[str, ...]]:
    """Where the facts came from, the line named as itself."""
    if line is None or must_ref(Line, line) == judged_as:
        return provenance
    own = must_ref(Line, line)
    return {
        path: tuple(own if ref == judged_as else ref for ref in refs)
        for path, refs in provenance.items()
    }


def _alike(lines: Mapping[int, Line]) -> dict[int, int]:
    """Line → a line that is judged in its stead: the same part in the same place, nothing below.

    The law sees a line's part and what is below it; which of two such lines it is makes no
    difference.
    """
    above = set(Line.objects.filter(parent__in=lines).values_list("parent_id", flat=True))
    first: dict[tuple[int, int | None], int] = {}
    return {
        pk: pk if pk in above else first.setdefault((line.part_id, line.parent_id), pk)
        for pk, line in lines.items()
    }


def _world(bom: Bom, lines: Iterable[int], known_on: datetime | None) -> tuple[World, datetime]:
    """The facts, and the moment at which they were all that was known, so that it can be replayed.

    Where facts move while they are read they are read again; the change that moved them asks for
    the lines anew in any case.
    """
    if known_on is not None:
        return world_load(bom, lines=lines, today=known_on.date(), known_on=known_on), known_on
    for _ in range(READS):
        newest, at = _newest_change(), database_now()
        world = world_load(bom, lines=lines, today=at.date())
        if _newest_change() == newest:
            break
    else:
        at = database_now()  # not before anything that was read: `recheck.listings` counts on it
    return world, at


def _newest_change() -> int | None:
    return Change.objects.aggregate(newest=Max("id"))["newest"]


def _judge(
    dossier: Dossier, facts: Written, true_on: date | None
) -> tuple[Sequence[tuple[Finding, Proved]], Sequence[str]]:
    findings = judge_all(dossier, true_on)
    return (
        [(finding, prove(finding, facts)) for finding in findings],
        [sentence(finding, dossier) for finding in findings],
    )


def _one_by_one(bom_id: int, asked: Mapping[int, Work], now: datetime) -> Settled:
    """One line of a chunk fails: find it, so that the others go on."""
    total = Settled()
    for pk in asked:
        one = work_judge(bom_id=bom_id, work_ids=[pk], now=now)
        total = Settled(
            total.judged + one.judged, total.moved + one.moved, total.first or one.first
        )
    return total


def _settle(bom: Bom, asked: Iterable[Work], *, now: datetime) -> bool:
    """Close what is complete now; says whether the BOM's first judgement is.

    In a transaction of its own: of two workers that finish the last chunks at once, the later sees
    both done.
    """
    for recheck in sorted({work.recheck_id for work in asked if work.recheck_id is not None}):
        recheck_settle(recheck_id=recheck, now=now)
    with transaction.atomic():
        locked = Bom.objects.select_for_update().get(pk=bom.pk)
        if Work.objects.filter(bom=bom, set_aside=False).exists():
            return False
        first = locked.judged_at is None
        Bom.objects.filter(pk=bom.pk).update(state=Bom.State.JUDGED, judged_at=now)
        return first


def boms_settle(*, now: datetime) -> list[int]:
    """Close every BOM and re-check of which nothing waits any more; returns BOMs judged at first.

    A worker killed between recording and closing leaves this to be done.
    """
    for recheck in Recheck.objects.filter(state=Recheck.State.OPEN).order_by("pk"):
        recheck_settle(recheck_id=recheck.pk, now=now)
    waiting = Work.objects.filter(set_aside=False).values("bom")
    judging = Bom.objects.exclude(state=Bom.State.JUDGED).exclude(pk__in=waiting).order_by("pk")
    return [bom.pk for bom in judging if _settle(bom, (), now=now)]
