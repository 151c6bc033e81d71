"""What `bench recheck` does in one database: ours, and a naive loop through the ORM."""

import gc
import os
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from compliance.batches import batches
from compliance.benches.intake import worked
from compliance.models import Determination, Edition, Listing, Proof, Verdict, Work
from compliance.recheck.affected import Anchor, Reach
from compliance.recheck.asking import pieces_left, work_request
from compliance.recheck.calendar import calendar_check
from compliance.recheck.relay import LINES_A_BULK_CHUNK, changes_relay, hand_over
from compliance.services.judging import bom_judge, work_judge
from compliance.services.lists import edition_release
from procurement.models import Bom, Line, Party, User
from procurement.services.facts import fact_update
from procurement.services.recording import recorded

NOW = datetime(2026, 11, 22, tzinfo=UTC)  # the day is no matter here
LINES_ASKED = 1_000
"""Asked for in one transaction."""
Chunk = tuple[str, list[int]]


class Queue:
    """Takes what would go to the broker, and works it off."""

    def __init__(self) -> None:
        self.chunks: list[Chunk] = []

    def take(self, queue: str, work: list[int]) -> bool:
        self.chunks.append((queue, work))
        return True

    def hand_over(self) -> int:
        return hand_over(now=NOW, enqueue=self.take)

    def work_off(self, until: Callable[[], bool] = lambda: False) -> int:
        """Judge what was handed over, in order; returns how many lines. until: stop early."""
        lines = 0
        while self.chunks and not until():
            _, work = self.chunks.pop(0)
            lines += work_judge(work_ids=work, now=NOW).judged
        return lines


# --- ours -----------------------------------------------------------------------------------------
def lines_judge(lines: Iterable[int]) -> int:
    """Ask for these lines, some at a time, and judge them; returns how many."""
    for some in batches(part_by_part(lines), LINES_ASKED):
        with transaction.atomic():
            work_request(dict.fromkeys(some, "a bench"), recheck=None, queue="bulk", now=NOW)
    queue = Queue()
    judged = 0
    while queue.hand_over():
        judged += queue.work_off()
    return judged


def part_by_part(lines: Iterable[int]) -> list[int]:
    """In the order in which everything is derived anew."""
    rows: list[tuple[int, int]] = []
    for some in batches(list(lines), LINES_ASKED):
        rows += Line.objects.filter(pk__in=some).values_list("part_id", "pk")
    return [line for _, line in sorted(rows)]


def lines_of_boms(boms: Iterable[int]) -> list[int]:
    return list(Line.objects.filter(bom__in=list(boms)).order_by("id").values_list("id", flat=True))


def lines_leaning_on(party: int) -> set[int]:
    return Reach().lines([Anchor("party", str(party))], None)


def others_wait(boms: Collection[int]) -> None:
    """Of what is left out of a sample, nothing is judged, so none of it is said to stand."""
    Bom.objects.exclude(pk__in=boms).exclude(pk=1).update(state=Bom.State.JUDGING)


def verdicts_forget(lines: Iterable[int]) -> None:
    """As if these lines had never been judged; the determinations stay, out of the way."""
    for batch in batches(list(lines), LINES_A_BULK_CHUNK):
        Verdict.objects.filter(line__in=batch).delete()


def everything_check(boms: Collection[int]) -> int:
    """Re-check everything, as every night: follow what moved, judge what it touches, and find that
    all else stands. Returns how many lines of these BOMs were touched; others are not judged.
    """
    queue = Queue()
    while changes_relay(now=NOW):
        pass
    Work.objects.exclude(bom__in=boms).delete()
    queue.hand_over()
    touched = queue.work_off()
    if calendar_check(now=NOW) or pieces_left():
        raise ValueError("some line does not stand")
    return touched


def suppliers_of(lines: list[int], *, share: float) -> set[int]:
    """Suppliers on whom so many of these lines lean, or hardly more."""
    mine, found, leaning = set(lines), set[int](), set[int]()
    for party in range(1, Party.objects.count()):
        if len(leaning) >= share * len(mine):
            break
        if here := lines_leaning_on(party) & mine:
            found.add(party)
            leaning |= here
    return found


def relay_all(queue: Queue) -> None:
    """Until all is asked for, or of a great deal as much as may wait."""
    while changes_relay(now=NOW):
        queue.hand_over()


def supplier_change(party: int) -> int:
    """A supplier moves to another country, as a curator's form or API call has it, and every line
    that leans on it is judged and committed. Returns how many lines were.
    """
    row = Party.objects.get(pk=party)
    by = User.objects.get(pk=1)
    fact_update(row, by=by, why="a bench", incorporated="KR" if row.incorporated == "CN" else "CN")
    queue = Queue()
    relay_all(queue)
    return queue.work_off()


def suppliers_move(parties: Iterable[int]) -> None:
    """Many suppliers in one statement; relayed by whoever asks next."""
    with recorded(by=User.objects.get(pk=1), why="a bench"):
        Party.objects.filter(pk__in=list(parties)).update(incorporated="MX")


def edition_naming(parties: Iterable[int], day: date) -> None:
    """A new edition of 1260H with the entries of the last and a name for each of these parties."""
    last = Edition.objects.filter(key="1260H", state="released").latest("edition")
    edition = Edition.objects.create(key="1260H", edition=day, state=Edition.State.STAGED)
    names = list(last.listings.values_list("code", "name"))
    named = Party.objects.filter(pk__in=list(parties)).values_list("id", "name")
    names += [(f"new-{party}", name) for party, name in named]
    Listing.objects.bulk_create(
        [Listing(edition=edition, code=code, name=name) for code, name in names]
    )
    relay_all(Queue())
    edition_release(key="1260H", edition=day, by=User.objects.get(pk=1))


# --- naive ----------------------------------------------------------------------------------------
def naive(lines: Iterable[int]) -> int:
    """Each line by itself, read and written through the ORM, whether or not anything moved."""
    done = 0
    for pk in lines:
        line = Line.objects.select_related("bom__procurement", "part").get(pk=pk)
        (judged,) = bom_judge(line.bom, [pk])
        for (finding, proved), says in zip(judged.findings, judged.sentences, strict=True):
            proof, _ = Proof.objects.get_or_create(
                digest=proved.digest, defaults={"rule": finding.rule, "rest": proved.body}
            )
            determination = Determination.objects.create(
                organisation_id=line.bom.organisation_id, bom=line.bom, line=line,
                rule=finding.rule, rule_version=finding.version, verdict=finding.verdict.value,
                on=finding.on, sentence=says, because=list(finding.because),
                flags=list(finding.flags), proof=proof, derived_at=judged.at,
                own_sources={path: list(refs) for path, refs in judged.sources.items()},
            )  # fmt: skip
            Verdict.objects.update_or_create(
                line=line, rule=finding.rule,
                defaults={
                    "bom": line.bom, "rule_version": finding.version,
                    "verdict": finding.verdict.value, "rank": 0,
                    "proof_digest": proved.digest, "determination": determination,
                },
            )  # fmt: skip
        done += 1
    return done


# --- measuring ------------------------------------------------------------------------------------
def timed(work: Callable[[], object]) -> tuple[float, float]:
    """(seconds that processors worked, seconds by the clock). What was thrown away before is
    gathered before, and is no part of it."""
    gc.collect()
    begins, clock = worked(), time.perf_counter()
    work()
    return worked() - begins, time.perf_counter() - clock


@contextmanager
def transactions_timed(seconds: list[tuple[float, float]]) -> Iterator[None]:
    """Note how long each transaction held the database, on SQLite the one writer: (seconds by the
    clock, those of them that its own thread worked)."""
    begins: list[tuple[float, float]] = []
    set_autocommit = BaseDatabaseWrapper.set_autocommit

    def noted(self: BaseDatabaseWrapper, autocommit: bool, *args: Any, **options: Any) -> None:
        set_autocommit(self, autocommit, *args, **options)
        if autocommit and begins:
            clock, worked_then = begins.pop()
            seconds.append((time.perf_counter() - clock, time.thread_time() - worked_then))
        elif not autocommit:
            begins[:] = [(time.perf_counter(), time.thread_time())]

    BaseDatabaseWrapper.set_autocommit = noted  # type: ignore[method-assign]
    try:
        yield
    finally:
        BaseDatabaseWrapper.set_autocommit = set_autocommit  # type: ignore[method-assign]


WORKER = """
import sys, django
django.setup()
from compliance.benches.recheck_ways import worker
worker(int(sys.argv[1]), int(sys.argv[2]))
"""


def workers_judge(lines: list[int], workers: int) -> float:
    """Seconds by the clock until as many processes have judged these lines, which are asked for and
    shared out beforehand; each is up and has read the lists before the clock starts.
    """
    with transaction.atomic():
        work_request(dict.fromkeys(lines, "a bench"), recheck=None, queue="bulk", now=NOW)
    work = list(Work.objects.order_by("id").values_list("id", flat=True))
    share = -(-len(work) // workers)
    started = [
        subprocess.Popen(  # noqa: S603 - this Python, these words
            [sys.executable, "-c", WORKER, str(part[0]), str(part[-1])],
            env={**os.environ},
            cwd=settings.BASE_DIR,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for part in batches(work, share)
    ]
    for each in started:
        if each.stdout is not None:
            each.stdout.readline()  # it says that it is ready
    begins = time.perf_counter()
    for each in started:
        if each.stdin is not None:
            each.stdin.write("go\n")
            each.stdin.flush()
    for each in started:
        each.communicate()
    took = time.perf_counter() - begins
    if any(each.returncode for each in started):
        raise RuntimeError("a worker failed")
    return took


def worker(first: int, last: int) -> None:
    """Judge the work from `first` to `last`, once told to go."""
    work = Work.objects.filter(id__gte=first, id__lte=last).order_by("id")
    chunks = list(batches(list(work.values_list("id", flat=True)), LINES_A_BULK_CHUNK))
    line = Line.objects.filter(work__id=first).select_related("bom").get()
    bom_judge(line.bom, [line.pk])
    print("ready", flush=True)
    sys.stdin.readline()
    for chunk in chunks:
        work_judge(work_ids=chunk, now=NOW)
