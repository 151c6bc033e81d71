"""What was judged, written: determinations with their proofs, and the verdicts that now stand."""

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.models import F, Q

from compliance.law.engine import Finding
from compliance.law.facts import Missing
from compliance.law.proof import Proved, Written
from compliance.law.rule import Advisory
from compliance.law.verdicts import RANK
from compliance.models import (
    Determination,
    DossierText,
    Proof,
    Provenance,
    Recheck,
    Verdict,
    VerdictChange,
    Work,
)
from compliance.recheck.affected import Anchor
from procurement.models import Bom, Line
from procurement.services.bulk import Ids, Json, rows_insert

RANKS = {verdict: rank for verdict, rank in RANK.items()}
PIECE, PIECE_LEAST, PIECE_SECONDS = 40, 20, 0.04
"""Lines written in one transaction at most and at least, and for how long, of the processor's time,
one is to hold SQLite's only writer. Lines of which all verdicts move may follow lines of which none
does."""
SAID = 2_000
"""Reasons of findings that are kept as JSON: of a hundred thousand findings hardly any is new."""


@dataclass
class Judged:
    """One line (None: the counterparty) before every rule, not yet recorded.

    line: with its ids alone, the rest is read when asked for. at: the moment, by the database's
    clock, at which its facts were all that was known. facts: its dossier; every proof begins so.
    """

    bom: Bom
    line: Line | None
    at: datetime
    facts: Written
    findings: Sequence[tuple[Finding, Proved]]
    sentences: Sequence[str]
    sources: Mapping[str, tuple[str, ...]]
    anchors: set[Anchor] = field(default_factory=set)

    @cached_property
    def line_id(self) -> int | None:
        return None if self.line is None else self.line.pk

    @cached_property
    def subject(self) -> "Subject":
        return self.bom.pk, self.line_id


Subject = tuple[int, int | None]
"""A BOM and a line of it (None: its counterparty)."""


class _Stood(NamedTuple):
    """A verdict as it stands."""

    pk: int
    verdict: str
    would_be: str
    proof_digest: str
    determination: int


class _New(NamedTuple):
    """A determination to be written. before: what stood until now."""

    pk: int
    provenance: int
    judged: Judged
    finding: Finding
    proved: Proved
    sentence: str
    before: _Stood | None


def pieces(judged: Sequence[Judged]) -> Iterator[Sequence[Judged]]:
    """What is written at once: on PostgreSQL all of it; on SQLite, where others wait meanwhile, as
    much as the last piece shows to take PIECE_SECONDS.
    """
    size, at = PIECE if connection.vendor == "sqlite" else max(1, len(judged)), 0
    while at < len(judged):
        begins = time.thread_time()  # on a machine that is busy, smaller pieces only cost more
        yield judged[at : at + size]
        at += size
        took = time.thread_time() - begins
        size = max(PIECE_LEAST, min(PIECE, int(size * PIECE_SECONDS / max(took, 0.001))))


def determinations_record(
    *, asked: Mapping[Subject, Work], judged: Sequence[Judged], now: datetime
) -> int:
    """Write what moved, in one transaction, under the Work rows that still ask it.

    asked: as read before the facts were. Returns how many verdicts moved from one to another.
    """
    mine = {asked[each.subject].pk: asked[each.subject] for each in judged}
    with transaction.atomic():
        rows = Work.objects.select_for_update().filter(pk__among=mine).order_by("pk")
        still = {
            (mine[pk].bom_id, mine[pk].line_id): mine[pk]
            for pk, version in rows.values_list("pk", "version")
            if version == mine[pk].version
        }
        kept = [each for each in judged if each.subject in still]
        new = list(_new(kept, _standing(kept)))
        _prove(new)
        _trace(new)
        rows_insert(Determination, COLUMNS, _rows(new), untold=True)
        moved = _stand(new, still, now)
        rechecks: dict[int, int] = {}
        for work in still.values():
            if work.recheck_id is not None:
                rechecks[work.recheck_id] = rechecks.get(work.recheck_id, 0) + 1
        Work.objects.filter(pk__among=[work.pk for work in still.values()]).delete()
        for recheck, count in sorted(rechecks.items()):  # last: other workers wait for this row
            Recheck.objects.filter(pk=recheck).update(rederived=F("rederived") + count)
    return moved


def _standing(judged: Sequence[Judged]) -> dict[tuple[Subject, str], _Stood]:
    where = Q(line__among=[each.line_id for each in judged if each.line_id is not None])
    if boms := {each.bom.pk for each in judged if each.line is None}:
        where |= Q(line=None, bom__among=boms)
    fields = ("bom_id", "line_id", "rule", "id", "verdict", "would_be", "proof_digest")
    rows = Verdict.objects.filter(where).values_list(*fields, "determination_id")
    return {((bom, line), rule): _Stood(*stood) for bom, line, rule, *stood in rows}


def _new(
    judged: Sequence[Judged], standing: Mapping[tuple[Subject, str], _Stood]
) -> Iterator[_New]:
    """A determination for each answer that does not stand already with the same proof."""
    ids, provenances = Ids(Determination), Ids(Provenance)
    for each in judged:
        provenance = 0
        for (finding, proved), says in zip(each.findings, each.sentences, strict=True):
            before = standing.get((each.subject, finding.rule))
            if before is None or before.proof_digest != proved.digest:
                provenance = provenance or next(provenances)
                yield _New(next(ids), provenance, each, finding, proved, says, before)


def _prove(new: Sequence[_New]) -> None:
    """Store each proof that is not there yet, after the dossier that it begins with."""
    dossiers: dict[str, tuple[str, str]] = {}
    proofs: dict[str, tuple[str, str, str, str]] = {}
    for each in new:
        key, text = each.judged.facts.key, each.judged.facts.text
        dossiers[key] = key, text
        digest, body = each.proved
        if digest not in proofs:
            proofs[digest] = digest, each.finding.rule, key, body.removeprefix(text)
    met = DossierText.objects.filter(digest__among=dossiers).values_list("digest", flat=True)
    for digest in met:  # a proof that is there already is soon written; they are long
        del dossiers[digest]
    _add(DossierText, ("digest", "text"), dossiers)
    _add(Proof, ("digest", "rule", "dossier_id", "rest"), proofs)


def _add(
    model: type[DossierText | Proof], columns: Sequence[str], rows: Mapping[str, tuple[str, ...]]
) -> None:
    """Rows by their digest, of which those that are there already are the same. Everybody adds in
    order, so that no two wait for each other."""
    new = [rows[digest] for digest in sorted(rows)]
    rows_insert(model, columns, new, ignore_conflicts=True)


def _trace(new: Sequence[_New]) -> None:
    """Where the facts of each line came from, once for all that is new of it."""
    judged = {each.provenance: each.judged for each in new}
    rows = [(pk, Json(json.dumps(each.sources))) for pk, each in judged.items()]
    rows_insert(Provenance, ("id", "sources"), rows, untold=True)


COLUMNS = (
    *("id", "organisation_id", "bom_id", "line_id", "rule", "rule_version", "verdict", "would_be"),
    *("on", "sentence", "because", "missing", "flags", "advisories", "proof_id"),
    *("provenance_id", "derived_at", "previous_id"),
)


def _rows(new: Sequence[_New]) -> Iterator[tuple[Any, ...]]:
    """As COLUMNS."""
    for pk, provenance, judged, finding, proved, sentence, before in new:
        yield (
            pk,
            judged.bom.organisation_id,
            judged.bom.pk,
            judged.line_id,
            finding.rule,
            finding.version,
            finding.verdict.value,
            finding.would_be.value if finding.would_be else "",
            finding.on,
            sentence,
            *_said(finding.because, finding.missing, finding.flags, finding.advisories),
            proved.digest,
            provenance,
            judged.at,
            before.determination if before else None,
        )


@lru_cache(maxsize=SAID)
def _said(
    because: tuple[str, ...],
    missing: tuple[Missing, ...],
    flags: tuple[str, ...],
    advisories: tuple[Advisory, ...],
) -> tuple[Json, Json, Json, Json]:
    return (
        Json(json.dumps(because)),
        Json(json.dumps([each._asdict() for each in missing])),
        Json(json.dumps(flags)),
        Json(json.dumps([each._asdict() for each in advisories])),
    )


def _stand(new: Sequence[_New], still: Mapping[Subject, Work], now: datetime) -> int:
    """Let new determinations stand, and note which answers moved; returns how many."""
    fresh: list[tuple[Any, ...]] = []
    replaced: list[tuple[Any, ...]] = []
    changes: list[tuple[Any, ...]] = []
    for each in new:
        finding, before = each.finding, each.before
        verdict = finding.verdict.value
        would_be = finding.would_be.value if finding.would_be else ""
        stands = (
            *(finding.version, verdict, would_be, RANKS[finding.verdict]),
            *(each.proved.digest, each.pk),
        )
        if before is None:
            fresh.append((*each.judged.subject, finding.rule, *stands))
            continue
        replaced.append((before.pk, *stands))
        if (before.verdict, before.would_be) != (verdict, would_be):
            changes.append(_change(each, before, still[each.judged.subject], now))
    rows_insert(Verdict, VERDICT_COLUMNS, fresh, untold=True)
    _replace(replaced)
    rows_insert(VerdictChange, CHANGE_COLUMNS, changes, untold=True)
    return len(changes)


def _replace(rows: Sequence[tuple[Any, ...]]) -> None:
    """Verdicts that another determination takes over; bulk_update costs a hundred times as much."""
    if not rows:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "UPDATE compliance_verdict AS old SET rule_version = new.rule_version, "
                "verdict = new.verdict, would_be = new.would_be, rank = new.rank, "
                "proof_digest = new.proof_digest, determination_id = new.determination_id "
                "FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::smallint[], "
                "%s::text[], %s::bigint[]) "
                "AS new(id, rule_version, verdict, would_be, rank, proof_digest, determination_id) "
                "WHERE old.id = new.id",
                [list(column) for column in zip(*rows, strict=True)],
            )
            return
        cursor.executemany(
            "UPDATE compliance_verdict SET rule_version = %s, verdict = %s, would_be = %s, "
            "rank = %s, proof_digest = %s, determination_id = %s WHERE id = %s",
            [(*stands, pk) for pk, *stands in rows],
        )


VERDICT_COLUMNS = (
    *("bom_id", "line_id", "rule", "rule_version"),
    *("verdict", "would_be", "rank", "proof_digest", "determination_id"),
)


CHANGE_COLUMNS = (
    *("organisation_id", "bom_id", "line_id", "rule", "before_id", "after_id", "was", "became"),
    *("cause", "recheck_id", "request", "at"),
)


def _change(new: _New, before: _Stood, work: Work, now: datetime) -> tuple[Any, ...]:
    """As CHANGE_COLUMNS."""
    return (
        new.judged.bom.organisation_id,
        *new.judged.subject,
        new.finding.rule,
        before.determination,
        new.pk,
        before.verdict,
        new.finding.verdict.value,
        work.cause or (work.recheck.cause if work.recheck else ""),
        work.recheck_id,
        work.request,
        now,
    )
