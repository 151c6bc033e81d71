"""What was judged, written: determinations with their proofs, and the verdicts that now stand."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.models import F

from compliance.law.engine import Finding
from compliance.law.proof import Proved
from compliance.law.verdicts import RANK
from compliance.models import Determination, Leaning, Proof, Recheck, Verdict, VerdictChange, Work
from compliance.recheck.affected import Anchor
from procurement.models import Bom, Line
from procurement.services.bulk import Ids, Json, rows_insert

RANKS = {verdict: rank for verdict, rank in RANK.items()}


@dataclass
class Judged:
    """One line (None: the counterparty) before every rule, not yet recorded.

    line: with its ids alone, the rest is read when asked for. at: the moment, by the database's
    clock, at which its facts were all that was known.
    """

    line: Line | None
    at: datetime
    findings: Sequence[tuple[Finding, Proved]]
    sentences: Sequence[str]
    sources: Mapping[str, tuple[str, ...]]
    anchors: set[Anchor] = field(default_factory=set)

    @property
    def line_id(self) -> int | None:
        return None if self.line is None else self.line.pk


class _New(NamedTuple):
    """A determination to be written. before: what stood until now."""

    pk: int
    judged: Judged
    finding: Finding
    proved: Proved
    sentence: str
    before: Verdict | None


def determinations_record(
    *, bom: Bom, asked: Mapping[int, Work], judged: Sequence[Judged], now: datetime
) -> int:
    """Write what moved, in one transaction, under the Work rows that still ask it.

    asked: by id, as read before the facts were. Returns how many verdicts moved from one to
    another.
    """
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
        kept = [each for each in judged if each.line_id in still]
        standing = _standing(bom, kept)
        new = list(_new(kept, standing))
        proofs = {
            each.proved.digest: (each.proved.digest, each.finding.rule, each.proved.body)
            for each in new
        }
        rows_insert(
            Proof,
            ["digest", "rule", "body"],
            [proofs[digest] for digest in sorted(proofs)],
            ignore_conflicts=True,
        )
        rows_insert(Determination, COLUMNS, _rows(bom, new))
        moved = _stand(bom, new, still, now)
        _lean(bom, kept)
        rechecks: dict[int, int] = {}
        for work in still.values():
            if work.recheck_id is not None:
                rechecks[work.recheck_id] = rechecks.get(work.recheck_id, 0) + 1
        for recheck, count in sorted(rechecks.items()):
            Recheck.objects.filter(pk=recheck).update(rederived=F("rederived") + count)
        Work.objects.filter(pk__in=[work.pk for work in still.values()]).delete()
    return moved


def _standing(bom: Bom, judged: Sequence[Judged]) -> dict[tuple[int | None, str], Verdict]:
    lines = [each.line_id for each in judged if each.line_id is not None]
    rows = list(Verdict.objects.filter(bom=bom, line__in=lines))
    if any(each.line is None for each in judged):
        rows += Verdict.objects.filter(bom=bom, line=None)
    return {(row.line_id, row.rule): row for row in rows}


def _new(
    judged: Sequence[Judged], standing: Mapping[tuple[int | None, str], Verdict]
) -> Iterator[_New]:
    """A determination for each answer that does not stand already with the same proof."""
    ids = Ids(Determination)
    for each in judged:
        for (finding, proved), says in zip(each.findings, each.sentences, strict=True):
            before = standing.get((each.line_id, finding.rule))
            if before is None or before.proof_digest != proved.digest:
                yield _New(next(ids), each, finding, proved, says, before)


COLUMNS = (
    *("id", "organisation_id", "bom_id", "line_id", "rule", "rule_version", "verdict", "would_be"),
    *("on", "sentence", "because", "missing", "flags", "advisories", "proof_id", "sources"),
    *("derived_at", "previous_id"),
)


def _rows(bom: Bom, new: Sequence[_New]) -> Iterator[tuple[Any, ...]]:
    """As COLUMNS. Lines that are alike share their findings: each is put in words once."""
    said: dict[int, tuple[Json, Json, Json, Json]] = {}
    sources, of = Json("{}"), None
    for pk, judged, finding, proved, sentence, before in new:
        if id(finding) not in said:
            said[id(finding)] = _said(finding)
        if of is not judged:
            sources, of = Json(json.dumps(judged.sources)), judged
        yield (
            pk,
            bom.organisation_id,
            bom.pk,
            judged.line_id,
            finding.rule,
            finding.version,
            finding.verdict.value,
            finding.would_be.value if finding.would_be else "",
            finding.on,
            sentence,
            *said[id(finding)],
            proved.digest,
            sources,
            judged.at,
            before.determination_id if before else None,
        )


def _said(finding: Finding) -> tuple[Json, Json, Json, Json]:
    """Because, missing, flags and advisories."""
    return (
        Json(json.dumps(finding.because)),
        Json(
            json.dumps([{"fact": each.fact, "question": each.question} for each in finding.missing])
        ),
        Json(json.dumps(finding.flags)),
        Json(json.dumps([each._asdict() for each in finding.advisories])),
    )


def _stand(bom: Bom, new: Sequence[_New], still: Mapping[int | None, Work], now: datetime) -> int:
    """Let new determinations stand, and note which answers moved; returns how many."""
    fresh: list[tuple[Any, ...]] = []
    replaced: list[tuple[Any, ...]] = []
    changes: list[VerdictChange] = []
    for each in new:
        finding, before = each.finding, each.before
        verdict = finding.verdict.value
        would_be = finding.would_be.value if finding.would_be else ""
        stands = (verdict, would_be, RANKS[finding.verdict], each.proved.digest, each.pk)
        if before is None:
            fresh.append((bom.pk, each.judged.line_id, finding.rule, *stands))
            continue
        replaced.append((*stands, before.pk))
        if (before.verdict, before.would_be) != (verdict, would_be):
            changes.append(_change(bom, each, before, still[each.judged.line_id], now))
    rows_insert(Verdict, VERDICT_COLUMNS, fresh)
    with connection.cursor() as cursor:  # bulk_update costs a hundred times as much
        cursor.executemany(
            "UPDATE compliance_verdict SET verdict = %s, would_be = %s, rank = %s, "
            "proof_digest = %s, determination_id = %s WHERE id = %s",
            replaced,
        )
    VerdictChange.objects.bulk_create(changes, batch_size=500)
    return len(changes)


VERDICT_COLUMNS = (
    *("bom_id", "line_id", "rule"),
    *("verdict", "would_be", "rank", "proof_digest", "determination_id"),
)


def _change(bom: Bom, new: _New, before: Verdict, work: Work, now: datetime) -> VerdictChange:
    return VerdictChange(
        organisation_id=bom.organisation_id,
        bom=bom,
        line_id=new.judged.line_id,
        rule=new.finding.rule,
        before_id=before.determination_id,
        after_id=new.pk,
        was=before.verdict,
        became=new.finding.verdict.value,
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
    met = set(
        Leaning.objects.filter(organisation=bom.organisation_id, part__in=parts).values_list(
            "part_id", "kind", "key"
        )
    )
    rows_insert(
        Leaning,
        ["organisation_id", "part_id", "kind", "key"],
        [(bom.organisation_id, *each) for each in sorted(wanted - met)],
        ignore_conflicts=True,
    )
