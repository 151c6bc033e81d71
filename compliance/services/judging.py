"""Load, judge, record: three steps, and the third alone writes.

Work rows say what is asked. A worker notes each row's version, reads the facts after that, judges,
and records only under rows that still ask the same: whoever read older facts finds its row gone or
asked anew, and drops what it did. So a slow worker, a message twice or in the wrong order change
nothing.
"""

import gc
import threading
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import NamedTuple

import structlog
from django.db import OperationalError, transaction
from structlog.contextvars import bind_contextvars

from compliance.batches import batches
from compliance.clock import database_now
from compliance.law.circles import Circles
from compliance.law.dossier import Assembled, assemble
from compliance.law.engine import Finding, judge_all
from compliance.law.facts import Dossier, ProcurementFacts
from compliance.law.proof import Proved, Written, prove, written
from compliance.law.words import sentence
from compliance.leaning import Leanings
from compliance.models import Recheck, Work
from compliance.recheck.affected import Anchor
from compliance.recheck.certificate import recheck_settle
from compliance.recheck.numbers import changes_number
from compliance.recheck.tries import BEGUN_SPLIT, work_begin, work_not_begun, work_set_back
from compliance.refs import must_ref
from compliance.services.determinations import Judged, determinations_record, pieces
from compliance.services.leanings import (
    Leaned,
    Seen,
    changed_since,
    changes_seen,
    leanings_met,
    leanings_remember,
    newest_change,
)
from compliance.services.turns import give_way
from compliance.together import Together, worlds_now, worlds_then
from procurement.models import Bom, Line

log = structlog.get_logger(__name__)


class _Kept(threading.local):
    """Of each thread: whoever stands behind the parts of one bill of materials mostly stands
    behind those of the next as well."""

    def __init__(self) -> None:
        self.circles = Circles()
        self.chunks = 0


_kept = _Kept()

CHUNKS_A_SETTLING = 50
"""After so many chunks what a process has come to keep is looked through for garbage, once."""

READS = 5
"""How often facts that move while they are read are read again."""
BOUGHT = "procurement"
"""How each path of what a purchase says of itself begins."""
BOMS_AT_ONCE = 200
"""Bills of materials closed in one transaction."""


@dataclass(frozen=True)
class Settled:
    """What came of a chunk. first: ids of BOMs of which the first judgement is now complete."""

    judged: int = 0
    moved: int = 0
    first: tuple[int, ...] = ()

    def __add__(self, other: "Settled") -> "Settled":
        return Settled(
            self.judged + other.judged, self.moved + other.moved, (*self.first, *other.first)
        )


def work_judge(*, work_ids: Sequence[int], now: datetime) -> Settled:
    """Judge what these Work rows ask for, of whichever BOMs, and record what is still asked by
    then. They are judged together: their facts are read once."""
    rows = Work.objects.filter(pk__among=work_ids, set_aside=False)
    asked = {work.pk: work for work in rows.order_by("bom", "pk")}
    _boms_read(asked.values())
    with _undisturbed():
        return _chunk(asked, now) if asked else Settled()


def _boms_read(asked: Iterable[Work]) -> None:
    """What judging needs to know of each BOM, once for all lines of it."""
    needed = Bom.objects.filter(pk__among={work.bom_id for work in asked})
    boms = needed.only("organisation_id", "procurement_id").in_bulk()
    for work in asked:
        work.bom = boms[work.bom_id]


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Garbage is gathered when a chunk is done: in its midst, with lists, names and standings in
    memory, it takes a third of a second, for which a transaction may keep everybody waiting.

    What is kept by then stays for good, mostly, and is not looked through again.
    """
    if not gc.isenabled():  # a part of a chunk, or somebody else sees to it
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        _kept.chunks += 1
        if _kept.chunks % CHUNKS_A_SETTLING == 1:
            gc.collect()
            gc.freeze()
        else:
            gc.collect(1)


def _chunk(asked: Mapping[int, Work], now: datetime) -> Settled:
    """Work by id."""
    bind_contextvars(request=next((work.request for work in asked.values() if work.request), ""))
    if len(asked) > 1 and any(work.begun >= BEGUN_SPLIT for work in asked.values()):
        return _apart([[pk] for pk in asked], now)
    in_bulk = all(work.queue == "bulk" for work in asked.values())
    if in_bulk:
        give_way()
    begun = work_begin(asked)
    asking = {(work.bom_id, work.line_id): work for work in begun.values()}
    done, moved = 0, 0
    try:
        seen, met, judged = _work_judged(begun.values())
        while leanings_remember(judged, met) and changed_since(seen):
            seen, met, judged = _work_judged(begun.values())
        judged.sort(key=lambda each: each.facts.key)  # a proof is written once, not in every piece
        for piece in pieces(judged):
            if in_bulk:
                give_way()
            moved += determinations_record(asked=asking, judged=piece, now=now)
            done += len(piece)
    except OperationalError:
        work_not_begun(begun)  # the database is away or busy: the task is tried again
        raise
    except Exception as error:
        if len(begun) > 1:  # find the line that fails, so that the others go on
            work_not_begun(begun)
            ids, half = list(begun), len(begun) // 2
            return Settled(done, moved) + _apart([ids[:half], ids[half:]], now)
        work_set_back(next(iter(begun.values())), error)
    finally:
        if moved:
            changes_number()
    return Settled(done, moved, _settle(asked.values(), now=now))


def _apart(parts: Sequence[Sequence[int]], now: datetime) -> Settled:
    return sum((work_judge(work_ids=part, now=now) for part in parts), Settled())


def _work_judged(begun: Collection[Work]) -> tuple[Seen, set[Leaned], list[Judged]]:
    """Judged, and what was seen and remembered just before facts were read for it."""
    wanted: dict[Bom, list[int | None]] = {}
    for work in begun:
        wanted.setdefault(work.bom, []).append(work.line_id)
    seen, met = changes_seen(), leanings_met(begun)
    return seen, met, boms_judge(wanted, circles=_kept.circles)


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
    return boms_judge({bom: list(line_ids)}, known_on=known_on, true_on=true_on, circles=circles)


def boms_judge(
    asked: Mapping[Bom, Sequence[int | None]],
    *,
    known_on: datetime | None = None,
    true_on: date | None = None,
    circles: Circles | None = None,
) -> list[Judged]:
    """As `bom_judge`, of several BOMs, whosever they are: equal to each by itself, in this order.

    What they have in common is read and judged once.
    """
    wanted = [(bom, each) for bom, ids in asked.items() for each in ids]
    rows = Line.objects.filter(pk__among={each for _, each in wanted if each})
    lines = {line.pk: line for line in rows.only("bom_id", "part_id", "parent_id").order_by()}
    worlds, at = _worlds(asked, known_on)
    judge = _Judge(Circles() if circles is None else circles, true_on)
    whole = {place: each for world in worlds for place, each in judge.world(world)}
    judged = []
    for bom, each in wanted:
        found = whole[bom.procurement_id, each]
        judged.append(
            Judged(
                bom,
                None if each is None else lines[each],
                at,
                found.answers.facts,
                found.answers.findings,
                found.answers.sentences,
                _sources(found, each),
                found.anchors,
            )
        )
    return judged


class _Answers(NamedTuple):
    """A dossier before every rule: as written, each finding with its proof, and in a sentence."""

    facts: Written
    findings: Sequence[tuple[Finding, Proved]]
    sentences: Sequence[str]


class _Whole(NamedTuple):
    """A line judged. provenance: of the line that was judged in its stead, which `name` names."""

    answers: _Answers
    provenance: Mapping[str, tuple[str, ...]]
    name: str
    anchors: set[Anchor]


class _Goods(NamedTuple):
    """What is bought on a line (or the counterparty), whoever buys it; and the answers so far."""

    name: str
    dossier: Dossier
    provenance: dict[str, tuple[str, ...]]
    anchors: set[Anchor]
    answers: dict[ProcurementFacts, _Answers]


class _Judge:
    """Judges the lines of worlds; what puts the same question as one before it is not asked again.

    true_on: as of `bom_judge`.
    """

    def __init__(self, circles: Circles, true_on: date | None) -> None:
        self.circles, self.true_on = circles, true_on
        self._done: dict[str, _Answers] = {}
        self._bought: dict[ProcurementFacts, ProcurementFacts] = {}

    def world(self, together: Together) -> Iterator[tuple[tuple[int, int | None], _Whole]]:
        """(purchase, line or None for its counterparty), judged."""
        purchases = together.purchases
        assembled = assemble(together.world, self.circles, purchases.values())
        leanings = Leanings(together.world)
        goods: dict[int | None, _Goods] = {}
        for purchase, lines in together.lines.items():
            bought = assembled.bought[purchases[purchase].ref]
            facts = self._bought.setdefault(bought.facts, bought.facts)
            besides = leanings.bought(purchases[purchase])
            for each in lines:
                judged_as = None if each is None else together.stead.get(each, each)
                if judged_as not in goods:
                    goods[judged_as] = self._goods(judged_as, assembled, leanings)
                these = goods[judged_as]
                if (answers := these.answers.get(facts)) is None:
                    answers = self.judged(replace(these.dossier, procurement=facts))
                    these.answers[facts] = answers
                sources = bought.provenance | these.provenance
                whole = _Whole(answers, sources, these.name, these.anchors | besides)
                yield (purchase, each), whole

    def _goods(self, line: int | None, assembled: Assembled, leanings: Leanings) -> _Goods:
        name = "" if line is None else must_ref(Line, line)
        provenance = assembled.provenance[name]
        return _Goods(
            name,
            assembled.counterparty if line is None else assembled.lines[name],
            {path: refs for path, refs in provenance.items() if not path.startswith(BOUGHT)},
            leanings.of(name, provenance, assembled.parties[name]),
            {},
        )

    def judged(self, dossier: Dossier) -> _Answers:
        facts = written(dossier)
        if facts.key not in self._done:
            self._done[facts.key] = _judge(dossier, facts, self.true_on)
        return self._done[facts.key]


def _sources(found: _Whole, line: int | None) -> Mapping[str, tuple[str, ...]]:
    """Where the facts came from, the line named as itself."""
    if line is None or found.name == (own := must_ref(Line, line)):
        return found.provenance
    return {
        path: tuple(own if ref == found.name else ref for ref in refs)
        for path, refs in found.provenance.items()
    }


def _worlds(
    asked: Mapping[Bom, Sequence[int | None]], known_on: datetime | None
) -> tuple[list[Together], datetime]:
    """The facts, and the moment at which they were all that was known, so that all can be replayed.

    Where facts move while they are read they are read again; the change that moved them asks for
    the lines anew in any case.
    """
    if known_on is not None:
        return worlds_then(asked, known_on=known_on), known_on
    for _ in range(READS):
        newest, at = newest_change(), database_now()
        worlds = worlds_now(asked, today=at.date())
        if newest_change() == newest:
            break
    else:
        at = database_now()  # not before anything that was read: `recheck.listings` counts on it
    return worlds, at


def _judge(dossier: Dossier, facts: Written, true_on: date | None) -> _Answers:
    findings = judge_all(dossier, true_on)
    return _Answers(
        facts,
        [(finding, prove(finding, facts)) for finding in findings],
        [sentence(finding, dossier) for finding in findings],
    )


def _settle(asked: Iterable[Work], *, now: datetime) -> tuple[int, ...]:
    """Close what is complete now; gives the BOMs of which the first judgement is.

    In a transaction of its own: of two workers that finish the last chunks at once, the later sees
    both done.
    """
    asked = list(asked)
    for recheck in sorted({work.recheck_id for work in asked if work.recheck_id is not None}):
        recheck_settle(recheck_id=recheck, now=now)
    return _boms_close({work.bom_id for work in asked}, now)


def _boms_close(boms: Collection[int], now: datetime) -> tuple[int, ...]:
    done = set(boms) - _waiting(boms)
    if not done:
        return ()
    with transaction.atomic():
        locked = Bom.objects.select_for_update().filter(pk__among=done).order_by("pk")
        first = {bom: judged_at is None for bom, judged_at in locked.values_list("pk", "judged_at")}
        left = sorted(first.keys() - _waiting(done))
        Bom.objects.filter(pk__among=left).update(state=Bom.State.JUDGED, judged_at=now)
    return tuple(bom for bom in left if first[bom])


def _waiting(boms: Collection[int]) -> set[int]:
    """Those of which something is still asked."""
    waits = Work.objects.filter(bom__among=boms, set_aside=False).order_by()
    return set(waits.values_list("bom", flat=True).distinct())


def boms_settle(*, now: datetime) -> list[int]:
    """Close every BOM and re-check of which nothing waits any more; returns BOMs judged at first.

    A worker killed between recording and closing leaves this to be done.
    """
    for recheck in Recheck.objects.filter(state=Recheck.State.OPEN).order_by("pk"):
        recheck_settle(recheck_id=recheck.pk, now=now)
    waiting = Work.objects.filter(set_aside=False).values("bom")
    judging = Bom.objects.exclude(state=Bom.State.JUDGED).exclude(pk__in=waiting).order_by("pk")
    ids = list(judging.values_list("pk", flat=True))
    return [first for some in batches(ids, BOMS_AT_ONCE) for first in _boms_close(some, now)]
