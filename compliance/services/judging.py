"""Load, judge, record: three steps, and the third alone writes.

Work rows say what is asked. A worker notes each row's version, reads the facts after that, judges,
and records only under rows that still ask the same: whoever read older facts finds its row gone or
asked anew, and drops what it did. So a slow worker, a message twice or in the wrong order change
nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

import structlog
from django.db import OperationalError, connection, transaction
from django.db.models import F, Max
from structlog.contextvars import bind_contextvars

from compliance.clock import database_now
from compliance.dossiers import world_load
from compliance.law.dossier import assemble
from compliance.law.engine import Finding, judge_all
from compliance.law.facts import Dossier
from compliance.law.proof import Proved, Written, prove, written
from compliance.law.verdicts import RANK
from compliance.law.words import sentence
from compliance.law.world import World
from compliance.leaning import Leanings
from compliance.models import Determination, Leaning, Proof, Recheck, Verdict, VerdictChange, Work
from compliance.recheck.affected import Anchor
from compliance.recheck.certificate import recheck_settle
from compliance.recheck.numbers import changes_number
from compliance.recheck.tries import BEGUN_SPLIT, work_begin, work_not_begun, work_set_back
from compliance.refs import must_ref
from procurement.models import Bom, Change, Line

log = structlog.get_logger(__name__)

READS = 5
"""How often facts that move while they are read are read again."""
RANKS = {verdict.value: rank for verdict, rank in RANK.items()}


@dataclass(frozen=True)
class Settled:
    """What came of a chunk. first: the BOM's first judgement is now complete."""

    judged: int = 0
    moved: int = 0
    first: bool = False


@dataclass
class Judged:
    """One line (None: the counterparty) before every rule, not yet recorded.

    at: the moment, by the database's clock, at which its facts were all that was known.
    """

    line: Line | None
    at: datetime
    findings: Sequence[tuple[Finding, Proved]]
    sentences: Sequence[str]
    sources: Mapping[str, tuple[str, ...]]
    anchors: set[Anchor] = field(default_factory=set)


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
        judged = bom_judge(bom, [work.line_id for work in begun.values()]) if begun else []
        moved = _record(bom, begun, judged, now=now)
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
) -> list[Judged]:
    """Judge lines of a BOM (None: its counterparty), storing nothing.

    true_on None: on the procurement's own days. known_on None: with all that is known.
    """
    wanted = list(line_ids)
    lines = {line.pk: line for line in Line.objects.filter(pk__in=[w for w in wanted if w])}
    alike = _alike(lines)
    world, at = _world(bom, set(alike.values()), known_on)
    assembled = assemble(world)
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


def _record(bom: Bom, asked: Mapping[int, Work], judged: Sequence[Judged], *, now: datetime) -> int:
    """Write what moved, in one transaction, under the Work rows that still ask it."""
    if not judged:
        return 0
    with transaction.atomic():
        still = {
            work.line_id: work
            for work in Work.objects.select_for_update(of=("self",))
            .select_related("recheck")
            .filter(pk__in=asked)
            .order_by("pk")
            if work.version == asked[work.pk].version
        }
        kept = [each for each in judged if _line_id(each) in still]
        standing = _standing(bom, kept)
        new: list[Determination] = []
        proofs: dict[str, Proof] = {}
        for each in kept:
            for (finding, proved), says in zip(each.findings, each.sentences, strict=True):
                before = standing.get((_line_id(each), finding.rule))
                if before is not None and before.proof_digest == proved.digest:
                    continue
                proofs[proved.digest] = Proof(
                    digest=proved.digest, rule=finding.rule, body=proved.body
                )
                new.append(_determination(bom, each, finding, proved, says, before))
        Proof.objects.bulk_create(
            [proofs[digest] for digest in sorted(proofs)], ignore_conflicts=True, batch_size=500
        )
        Determination.objects.bulk_create(new, batch_size=500)
        moved = _stand(bom, new, standing, still, now)
        _lean(bom, kept)
        rechecks: dict[int, int] = {}
        for work in still.values():
            if work.recheck_id is not None:
                rechecks[work.recheck_id] = rechecks.get(work.recheck_id, 0) + 1
        for recheck, count in sorted(rechecks.items()):
            Recheck.objects.filter(pk=recheck).update(rederived=F("rederived") + count)
        Work.objects.filter(pk__in=[work.pk for work in still.values()]).delete()
    return moved


def _line_id(judged: Judged) -> int | None:
    return None if judged.line is None else judged.line.pk


def _standing(bom: Bom, judged: Sequence[Judged]) -> dict[tuple[int | None, str], Verdict]:
    lines = [each.line.pk for each in judged if each.line is not None]
    rows = list(Verdict.objects.filter(bom=bom, line__in=lines))
    if any(each.line is None for each in judged):
        rows += Verdict.objects.filter(bom=bom, line=None)
    return {(row.line_id, row.rule): row for row in rows}


def _determination(
    bom: Bom,
    judged: Judged,
    finding: Finding,
    proved: Proved,
    says: str,
    before: Verdict | None,
) -> Determination:
    return Determination(
        organisation_id=bom.organisation_id,
        bom=bom,
        line=judged.line,
        rule=finding.rule,
        rule_version=finding.version,
        verdict=finding.verdict.value,
        would_be=finding.would_be.value if finding.would_be else "",
        on=finding.on,
        sentence=says,
        because=list(finding.because),
        missing=[{"fact": each.fact, "question": each.question} for each in finding.missing],
        flags=list(finding.flags),
        advisories=[each._asdict() for each in finding.advisories],
        proof_id=proved.digest,
        sources={path: list(refs) for path, refs in judged.sources.items()},
        derived_at=judged.at,
        previous_id=before.determination_id if before else None,
    )


def _stand(
    bom: Bom,
    new: Sequence[Determination],
    standing: Mapping[tuple[int | None, str], Verdict],
    still: Mapping[int | None, Work],
    now: datetime,
) -> int:
    """Let new determinations stand, and note which answers moved; returns how many."""
    fresh, replaced, changes = [], [], []
    for made in new:
        verdict = standing.get((made.line_id, made.rule))
        if verdict is None:
            fresh.append(Verdict(bom=bom, line_id=made.line_id, rule=made.rule))
            target = fresh[-1]
        else:
            replaced.append(verdict)
            target = verdict
            if (verdict.verdict, verdict.would_be) != (made.verdict, made.would_be):
                changes.append(_change(bom, made, verdict, still[made.line_id], now))
        target.verdict, target.would_be = made.verdict, made.would_be
        target.rank = RANKS[made.verdict]
        target.proof_digest = made.proof_id
        target.determination = made
    Verdict.objects.bulk_create(fresh, batch_size=500)
    with connection.cursor() as cursor:  # bulk_update costs a hundred times as much
        cursor.executemany(
            "UPDATE compliance_verdict SET verdict = %s, would_be = %s, rank = %s, "
            "proof_digest = %s, determination_id = %s WHERE id = %s",
            [
                (v.verdict, v.would_be, v.rank, v.proof_digest, v.determination_id, v.pk)
                for v in replaced
            ],
        )
    VerdictChange.objects.bulk_create(changes, batch_size=500)
    return len(changes)


def _change(
    bom: Bom, made: Determination, before: Verdict, work: Work, now: datetime
) -> VerdictChange:
    return VerdictChange(
        organisation_id=bom.organisation_id,
        bom=bom,
        line_id=made.line_id,
        rule=made.rule,
        before_id=before.determination_id,
        after=made,
        was=before.verdict,
        became=made.verdict,
        cause=work.cause or (work.recheck.cause if work.recheck else ""),
        recheck=work.recheck,
        request=work.request,
        at=now,
    )


def _lean(bom: Bom, judged: Sequence[Judged]) -> None:
    """Remember what was leaned on. Only ever added to: too many is a cost, too few is a defect."""
    wanted = {
        (each.line.part_id, anchor.kind, anchor.key)
        for each in judged
        if each.line is not None
        for anchor in each.anchors
    }
    parts = {part for part, _, _ in wanted}
    known = set(
        Leaning.objects.filter(organisation=bom.organisation_id, part__in=parts).values_list(
            "part_id", "kind", "key"
        )
    )
    Leaning.objects.bulk_create(
        [
            Leaning(organisation_id=bom.organisation_id, part_id=part, kind=kind, key=key)
            for part, kind, key in sorted(wanted - known)
        ],
        ignore_conflicts=True,
        batch_size=500,
    )


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
