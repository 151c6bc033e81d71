"""The certificate of a re-check: what caused it, what it could touch, what it did, chained by
digest. `compliance/chain_verifier.py` checks an exported chain and shares no code with this.

Lines are told as runs of ids, "3-7,12": a re-check of a million lines still fits on a page.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import groupby
from typing import Any

from django.db import transaction

from compliance.clock import database_now
from compliance.locks import lock_wait
from compliance.models import Carried, Edition, Piece, Recheck, Verdict, VerdictChange, Work
from procurement.models import not_superseded

FORMAT = "cellgate-certificate-1"
CHAIN_LOCK = 4865_155


def as_runs(numbers: Iterable[int]) -> str:
    """ "3-7,12": numbers in order, those that follow one another as one run."""
    runs = []
    for _, group in groupby(enumerate(sorted(set(numbers))), key=lambda pair: pair[1] - pair[0]):
        run = [number for _, number in group]
        runs.append(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}")
    return ",".join(runs)


def lines_of(runs: str) -> set[int]:
    """The numbers that runs stand for."""
    found: set[int] = set()
    for run in filter(None, runs.split(",")):
        first, _, last = run.partition("-")
        found.update(range(int(first), int(last or first) + 1))
    return found


def recheck_open(
    *,
    cause: str,
    now: datetime,
    kind: str = Recheck.Kind.CHANGE,
    changes: Iterable[int] = (),
    lines: str = "",
    touched: int = 0,
    counterparties: str = "",
    answers_for: datetime | None = None,
) -> Recheck:
    """A re-check that has just been found to be needed; its work is asked for beside it.

    lines, counterparties: as runs; touched: how many lines. answers_for: the moment, by the
    database's clock, up to which changes were looked at; None: now.
    """
    return Recheck.objects.create(
        kind=kind,
        cause=cause[:300],
        changes=list(changes),
        lines=lines,
        touched=touched,
        counterparties=counterparties,
        answers_for=answers_for or database_now(),
        started_at=now,
    )


def lines_carried(taken: Iterable[tuple[int, int]]) -> None:
    """Note that a later re-check took lines over: (id of the earlier re-check, line)."""
    by_recheck: dict[int, set[int]] = {}
    for recheck, line in taken:
        by_recheck.setdefault(recheck, set()).add(line)
    Carried.objects.bulk_create(
        Carried(recheck_id=pk, lines=as_runs(lines)) for pk, lines in sorted(by_recheck.items())
    )


def carried_of(recheck: Recheck) -> set[int]:
    """Lines of it that later re-checks have taken over."""
    rows = recheck.carries.values_list("lines", flat=True)
    return lines_of(recheck.carried).union(*map(lines_of, rows))


def recheck_settle(*, recheck_id: int, now: datetime, found: dict[str, Any] | None = None) -> bool:
    """Certify a re-check once nothing of it waits any more; says whether it did.

    The certificate's digest covers the one before it, so that a later edit of any shows.
    Certificates are chained in the order in which re-checks finish. found: what an audit found.
    Whether it is over is asked before anybody is kept waiting: mostly it is not. What moved is
    gathered before, too: once it is over, no more does.
    """
    if not _is_over(recheck_id):
        return False
    moved = list(_moved(recheck_id))
    with transaction.atomic():
        lock_wait(CHAIN_LOCK)  # finishers queue up, so that the chain never forks
        recheck = Recheck.objects.select_for_update().get(pk=recheck_id)
        if recheck.state == Recheck.State.DONE or not _is_over(recheck_id):
            return False
        numbered = Recheck.objects.filter(number__isnull=False).order_by("-number")
        last = numbered.only("number", "digest").first()
        waiting = Work.objects.filter(recheck=recheck)
        aside = set(waiting.filter(line__isnull=False).values_list("line_id", flat=True))
        recheck.set_aside = waiting.count()
        carried = carried_of(recheck)
        recheck.carried = as_runs(carried)
        recheck.carries.all().delete()
        recheck.number = (last.number or 0) + 1 if last else 1
        recheck.certificate = {
            "format": FORMAT,
            "number": recheck.number,
            "recheck": recheck.pk,
            "kind": recheck.kind,
            "cause": recheck.cause,
            "changes": recheck.changes,
            "answers_for": (recheck.answers_for or recheck.started_at).isoformat(),
            "finished": now.isoformat(),
            "touched": recheck.lines,
            "counterparties": recheck.counterparties,
            "rederived": _without(recheck.lines, aside | carried),
            "carried": recheck.carried,
            "set_aside": as_runs(aside),
            "moved": moved,
            "lists": lists_current(),
            "found": found or {},
            "previous": last.digest if last else "",
        }
        recheck.digest = certificate_digest(recheck.certificate)
        recheck.state, recheck.finished_at = Recheck.State.DONE, now
        recheck.save()
        return True


def _is_over(recheck_id: int) -> bool:
    """Whether all of it has been asked for, and nothing of it waits any more. Pieces first: one
    that goes leaves its Work to be seen.
    """
    return not (
        Piece.objects.filter(recheck=recheck_id).exists()
        or Work.objects.filter(recheck=recheck_id, set_aside=False).exists()
    )


def _without(runs: str, numbers: set[int]) -> str:
    return as_runs(lines_of(runs) - numbers) if numbers else runs


def heartbeat(*, now: datetime, lines: int = 0) -> Recheck:
    """Certify that nothing moved: how many lines stand, and how current the lists are.

    lines: as many as are known to stand; 0: not counted yet.
    """
    if not lines:
        standing = Verdict.objects.filter(not_superseded("bom"), line__isnull=False)
        lines = standing.order_by().values("line").distinct().count()
    current = [f"{key} to {each['edition']}" for key, each in lists_current().items()]
    cause = f"{lines:,} lines stand, lists current: {', '.join(current) or 'none loaded'}"
    recheck = recheck_open(kind=Recheck.Kind.HEARTBEAT, cause=cause, now=now)
    recheck_settle(recheck_id=recheck.pk, now=now, found={"lines_standing": lines})
    recheck.refresh_from_db()
    return recheck


def lists_current() -> dict[str, dict[str, str | None]]:
    """List → the latest edition that is released, and by when it is to be read again."""
    released = Edition.objects.filter(state=Edition.State.RELEASED).order_by("key", "edition")
    return {
        each.key: {
            "edition": each.edition.isoformat(),
            "read_by": each.read_by.isoformat() if each.read_by else None,
        }
        for each in released
    }


MOVED = ("line", "bom", "rule", "was", "became", "before", "after")


def _moved(recheck_id: int) -> Iterator[dict[str, object]]:
    changes = VerdictChange.objects.filter(recheck=recheck_id).order_by("pk")
    fields = ("line_id", "bom_id", *MOVED[2:5], "before__proof_id", "after__proof_id")
    for values in changes.values_list(*fields):
        yield dict(zip(MOVED, values, strict=True))


def certificate_digest(certificate: dict[str, object]) -> str:
    """SHA-256 of the certificate as canonical JSON."""
    body = json.dumps(certificate, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(body.encode()).hexdigest()
