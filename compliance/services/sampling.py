"""The nightly audit: lines that nothing touched are judged again, and must come out the same.

A difference means that a change was not followed: it is an alarm, and the line is asked anew.
"""

import random
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

import structlog
from django.db import transaction
from django.db.models import Max, Min

from compliance.models import Alarm, Piece, Recheck, Verdict, Work
from compliance.recheck.asking import Asking, Why
from compliance.recheck.certificate import as_runs, recheck_settle
from compliance.services.judging import bom_judge
from procurement.models import Bom, Change, not_superseded

log = structlog.get_logger(__name__)

SAMPLE = 200
DRAWS = 20
"""Times SAMPLE ids are drawn: of a table with gaps, enough of them are there."""


def sample_audit(*, now: datetime, size: int = SAMPLE, seed: int | None = None) -> Recheck | None:
    """Judge a random sample of standing lines again and certify what came of it.

    None: facts moved meanwhile, or wait to be followed; nothing can be said, and the next night
    tries again. seed: for a test; else drawn from the system.
    """
    if Change.objects.filter(relayed_at=None).exists() or Piece.objects.exists():
        return None
    newest = _newest()
    drawn = random.SystemRandom() if seed is None else random.Random(seed)  # noqa: S311
    wanted = _draw(drawn, size)
    wrong = sorted(line for bom, lines in wanted.items() for line in _differing(bom, lines))
    lines = {line for each in wanted.values() for line in each}
    busy = Work.objects.filter(line__in=wrong).values_list("line_id", flat=True)
    wrong = [line for line in wrong if line not in set(busy)]
    if _newest() != newest or Piece.objects.exists():
        return None
    with transaction.atomic():
        why = Why("The nightly audit found a change not followed")
        recheck = Asking(dict.fromkeys(wrong, why), {}).open(
            kind=Recheck.Kind.AUDIT,
            cause=f"{len(lines):,} lines derived again, {len(wrong):,} came out otherwise",
            queue="bulk",
            now=now,
        )
        if wrong:
            Alarm.objects.create(
                kind="audit-difference",
                says=f"The nightly audit derived {len(lines):,} lines again, and {len(wrong):,} "
                f"came out otherwise than they stand: lines {as_runs(wrong)}. A change was not "
                "followed. The lines are being judged again.",
                recheck=recheck,
                at=now,
            )
            log.error("audit_difference", recheck=recheck.pk, lines=as_runs(wrong))
    found: dict[str, Any] = {"sampled": as_runs(lines), "differed": as_runs(wrong)}
    recheck_settle(recheck_id=recheck.pk, now=now, found=found)
    recheck.refresh_from_db()
    return recheck


def _draw(drawn: random.Random, size: int) -> Mapping[Bom, list[int]]:
    """BOM → lines of it: standing, and not waiting to be judged."""
    standing = Verdict.objects.filter(not_superseded("bom"), line__isnull=False).exclude(
        line__in=Work.objects.filter(line__isnull=False).values("line")
    )
    ends = standing.aggregate(low=Min("line"), high=Max("line"))
    if ends["low"] is None:
        return {}
    lines: set[int] = set()
    for _ in range(DRAWS):
        ids = {drawn.randint(ends["low"], ends["high"]) for _ in range(size)}
        found = set(standing.filter(line__in=ids).values_list("line_id", flat=True))
        lines |= set(sorted(found - lines)[: size - len(lines)])
        if len(lines) >= size:
            break
    rows = standing.filter(line__in=lines).order_by("bom", "line").values_list("bom_id", "line_id")
    by_bom: dict[int, dict[int, None]] = {}
    for bom, line in rows:
        by_bom.setdefault(bom, {})[line] = None
    boms = Bom.objects.select_related("procurement").in_bulk(list(by_bom))
    return {boms[bom]: list(lines) for bom, lines in by_bom.items()}


def _differing(bom: Bom, lines: Iterable[int]) -> Iterator[int]:
    """Lines of which some rule's proof, derived now, is not the one that stands."""
    wanted = list(lines)
    stands = {
        (row.line_id, row.rule): row.proof_digest
        for row in Verdict.objects.filter(bom=bom, line__in=wanted)
    }
    for judged in bom_judge(bom, wanted):
        if judged.line is None:
            continue
        line = judged.line.pk
        anew = {(line, finding.rule): proved.digest for finding, proved in judged.findings}
        if any(stands.get(key) != digest for key, digest in anew.items()):
            yield line


def _newest() -> int | None:
    return Change.objects.aggregate(newest=Max("id"))["newest"]
