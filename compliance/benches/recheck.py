"""A re-check with a portfolio present: all of it, one supplier, a list's edition; and what a person
waits meanwhile (`recheck_waiting`).

Side by side in one run, on SQLite and on PostgreSQL. Ours is beside a naive loop that judges every
line by itself through the ORM, and beside the floor: the same rows read, and as many written, by
the bare driver. Ratios are of seconds that processors work, here and in the database's server;
what a person waits for is by the clock. The portfolio is whole (a million lines at scale 1); what
takes too long to be done with all of it is done with a sample, and says so: the floor is then that
of the very same rows. The sample is all lines of some parts, walked part by part, as the product
itself walks everything. So lines have in it as much in common, and lie in as many purchases and
organisations, as in the whole: some forty are of one part, and rest on the same companies.
"""

import json
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
from django.core.management import call_command
from django.db import connection
from django.db.models import Sum

from compliance.batches import batches
from compliance.benches import recheck_floor as floors
from compliance.benches import recheck_waiting
from compliance.benches import recheck_ways as ways
from compliance.benches.apart import measured_apart
from compliance.benches.intake import goal
from compliance.benches.made_portfolio import LINES, Portfolio, database_settle, portfolio_load
from compliance.models import Piece, Work
from compliance.recheck.asking import LINES as OF_LINES
from config.embedded import postgres

Found = dict[str, Any]
NAIVE_LINES, SUPPLIERS = 20, 1_000
"""Lines of the naive loop, and suppliers changed, at most."""
TAKES = 3
"""Of a floor."""
TURN = 2_000
"""Lines of which ours and the floor take turns: now and again a machine is slower by a third."""
SUPPLIER_SECONDS, EDITION_SECONDS = 60.0, 30.0
"""At scale 1; a tenth of that at 0.1, but a quarter at least."""
SMALL = 0.01
"""Of the portfolio: what a supplier's change is compared with. There its lines lie in as many
organisations and, as far as there are bills of materials, in as many purchases: like with like."""
COLD, WARM, WORKERS, WRITER, PERSON, FLAT = 10.0, 4.0, 1.5, 0.1, 0.3, 1.5


def report(scale: float = 1.0) -> Iterator[str]:
    """Lines to print as each database is done. scale: of the million lines."""
    made = Portfolio.of(scale)
    yield (
        f"{made.lines:,} lines in {made.boms:,} BOMs, {made.parts:,} parts, {made.parties:,} "
        "parties; processor seconds, unless by the clock"
    )
    with tempfile.TemporaryDirectory(prefix="cellgate-bench-") as folder:
        for name in ("small", "whole"):
            Path(folder, name).mkdir()
        yield from one("SQLite", lambda n: f"sqlite:///{folder}/{n}/db", folder, scale)
        binaries = postgres.find()
        if binaries is None:
            yield "PostgreSQL: there is none here, so it was not measured"
            return
        server = postgres.start(binaries, Path(folder) / "postgres.log")
        try:
            yield from one("PostgreSQL", lambda n: database(server.url, n), folder, scale)
        finally:
            server.stop()


def database(url: str, name: str) -> str:
    """A new database on the server; its URL."""
    with psycopg.connect(url, autocommit=True) as opened:
        opened.execute(f'CREATE DATABASE "{name}"')
    return urlsplit(url)._replace(path=f"/{name}").geturl()


def one(name: str, url: Callable[[str], str], folder: str, scale: float) -> Iterator[str]:
    """What one database came to, with a small portfolio present and with the whole one; then what a
    person waits for with the whole one."""
    small, whole = measured(url("small"), folder, scale * SMALL, "small"), url("whole")
    yield from shown(name, small, measured(whole, folder, scale, "whole"))
    yield from recheck_waiting.shown(measured_apart("recheck_waiting", whole, folder, scale))


def measured(url: str, folder: str, scale: float, part: str) -> Found:
    """One portfolio in one database, in a process of its own. part "small": only the supplier."""
    found: Found = measured_apart("recheck", url, folder, scale, part == "whole")
    return found


def here(scale: float, whole: bool) -> None:
    """Measure this process's database; the last line printed is the result."""
    call_command("migrate", verbosity=0)
    begins = time.perf_counter()
    made = portfolio_load(scale, ways.NOW, None if whole else Portfolio.of(scale / SMALL))
    found: Found = {"lines": made.lines, "load": time.perf_counter() - begins}
    if whole:
        found |= full(made)
        if connection.vendor == "postgresql":
            found |= workers(made)
    found |= suppliers(made)
    if whole:
        found |= edition(made)
    print(json.dumps(found))


def seconds_for(most: float, made: Portfolio) -> float:
    return most * max(0.25, min(1.0, made.lines / LINES))


def suppliers(made: Portfolio) -> Found:
    """One supplier after another moves to another country; how long until all lines that lean on it
    are judged and committed. Each line has been judged before, which is not timed.
    """
    draw = random.Random(2)  # noqa: S311 - made-up data
    chosen = draw.sample(range(1, made.suppliers + 1), min(SUPPLIERS, made.suppliers))
    reach: list[int] = []
    clock: list[float] = []
    worked: list[float] = []
    begins = time.perf_counter()
    for party in chosen:
        if reach and time.perf_counter() - begins > seconds_for(SUPPLIER_SECONDS, made):
            break
        ways.lines_judge(ways.lines_leaning_on(party))
        done: list[int] = []
        seconds, by_clock = ways.timed(lambda: done.append(ways.supplier_change(party)))  # noqa: B023
        if done[0]:
            reach.append(done[0])
            clock.append(by_clock)
            worked.append(seconds)
    return {
        "suppliers": len(reach),
        "reach": statistics.median(reach),
        "reach most": max(reach),
        "supplier": statistics.median(clock),
        "supplier worst": max(clock),
        "supplier worked": statistics.mean(worked),
        "reaches": reach,
        "worked": worked,
    }


def full(made: Portfolio) -> Found:
    """The sample: derived anew; then 1 % of it moved and all of it confirmed; then naive. The
    process is up and has judged a BOM before, and the database knows its tables.
    """
    boms = made.sample
    lines = ways.lines_of_boms(boms)
    ways.others_wait(boms)
    ways.lines_judge(ways.lines_of_boms([1]))
    settled()
    with floors.boms_listed(boms):
        read = floor_of(floors.floor_read)
    cold, floor = 0.0, read
    held: list[tuple[float, float]] = []
    for some in batches(ways.part_by_part(lines), TURN):
        written = floors.Written()
        with ways.transactions_timed(held):
            cold += ways.timed(lambda: ways.lines_judge(some))[0]  # noqa: B023 - called at once
        rows = floors.plain(written.rows())
        floor += ways.timed(lambda: floors.floor_write(rows))[0]  # noqa: B023
    found = {
        "sample": len(lines),
        "cold": cold,
        "cold floor": floor,
        "held": max(clock for clock, _ in held),
        "held worked": max(worked for _, worked in held),
    }
    settled()
    ways.everything_check(boms)  # each line has its verdicts; nothing waits
    ways.suppliers_move(ways.suppliers_of(lines, share=0.01))
    written = floors.Written()
    moved: list[int] = []
    found["warm"], _ = ways.timed(lambda: moved.append(ways.everything_check(boms)))
    rows = floors.plain(written.rows())
    write = floor_of(lambda: floors.floor_write(rows))
    found |= {"warm floor": read + write, "warm moved": moved[0]}
    some = lines[:NAIVE_LINES]
    seconds, _ = ways.timed(lambda: ways.naive(some))
    return found | {"naive a line": seconds / len(some)}


def floor_of(work: Callable[[], object]) -> float:
    """Seconds that processors worked, the median of a few takes: one moves by a third."""
    return statistics.median(ways.timed(work)[0] for _ in range(TAKES))


def settled() -> None:
    """The database knows its tables, and the connection none of the plans from before."""
    database_settle()
    connection.close()


def edition(made: Portfolio) -> Found:
    """An edition of 1260H that names 1 % of the suppliers: until the lines it touches are known,
    and what judging them costs, by as many as fit into EDITION_SECONDS.
    """
    named = range(1, max(2, made.suppliers // 100) + 1)
    queue = ways.Queue()
    ways.edition_naming(named, date(2026, 11, 20))
    relayed, by_clock = ways.timed(lambda: ways.relay_all(queue))
    in_pieces = Piece.objects.filter(what=OF_LINES).aggregate(lines=Sum("count"))["lines"] or 0
    asked = Work.objects.exclude(line=None).count() + in_pieces
    begins = time.perf_counter()
    judged: list[int] = []
    seconds, _ = ways.timed(
        lambda: judged.append(
            queue.work_off(
                lambda: time.perf_counter() - begins > seconds_for(EDITION_SECONDS, made)
            )
        )
    )
    return {
        "edition parties": len(named),
        "edition relayed": relayed,
        "edition relayed clock": by_clock,
        "edition asked": asked,
        "edition judged": judged[0],
        "edition a line": seconds / max(1, judged[0]),
    }


def workers(made: Portfolio) -> Found:
    """The same lines by one process, and by two at once; nothing of them is judged before."""
    every = ways.part_by_part(ways.lines_of_boms(made.sample))
    lines = every[-len(every) // 4 :]  # all of the sample would take twice over
    ways.verdicts_forget(lines)
    one = ways.workers_judge(lines, 1)
    ways.verdicts_forget(lines)
    return {"one": one, "two": ways.workers_judge(lines, 2)}


def shown(database: str, small: Found, found: Found) -> Iterator[str]:
    """What one database came to, and the goals."""
    lines, sample = found["lines"], found["sample"]
    part = "" if sample == lines else f", from {sample:,} lines"
    yield ""
    yield f"{database}: {lines:,} lines loaded in {found['load']:.0f} s by the clock"
    yield f"  {'all lines' + part:<46}{'seconds':>10}{'of floor':>10}{'lines/s':>10}"
    naive = found["naive a line"] * sample
    for way, seconds, floor in (
        ("cold, with proofs", found["cold"], found["cold floor"]),
        (f"warm, {found['warm moved']:,} touched", found["warm"], found["warm floor"]),
        (f"naive loop, from {NAIVE_LINES} lines", naive, found["cold floor"]),
        ("floor: read, and write as many", found["cold floor"], found["cold floor"]),
    ):
        whole = seconds * lines / sample
        yield f"  {way:<46}{whole:>10.1f}{seconds / floor:>10.1f}{sample / seconds:>10,.0f}"
    yield (
        f"  one supplier of {found['suppliers']}, by the clock: median {found['supplier']:.3f} s "
        f"({found['reach']:,.0f} lines), worst {found['supplier worst']:.3f} s "
        f"({found['reach most']:,} lines); naive, all lines: {naive * lines / sample:,.0f} s"
    )
    yield (
        f"  an edition that names {found['edition parties']:,} suppliers: "
        f"{found['edition asked']:,} lines known to be touched after "
        f"{found['edition relayed clock']:.1f} s by the clock; judged at "
        f"{1 / found['edition a line']:,.0f} lines a second"
    )
    cold, warm = found["cold"] / found["cold floor"], found["warm"] / found["warm floor"]
    yield goal(f"cold at most {COLD:.0f} x the floor", cold, cold <= COLD)
    yield goal(f"warm at most {WARM:.0f} x the floor", warm, warm <= WARM)
    if "two" in found:
        faster = found["one"] / found["two"]
        yield goal(f"two workers at least {WORKERS} x as fast", faster, faster >= WORKERS)
    else:
        held = found["held"]
        own = f"{found['held worked'] * 1000:.0f} ms of its own work at most"
        yield goal(f"no transaction over {WRITER * 1000:.0f} ms; {own}", held * 1000, held < WRITER)
    median = found["supplier"]
    yield goal(f"one supplier under {PERSON * 1000:.0f} ms", median * 1000, median < PERSON)
    flat = found["supplier worked"] / likely(small, found)
    what = f"as many lines of one, {lines:,} lines present against {small['lines']:,}"
    yield goal(f"{what}: {FLAT} x", flat, flat <= FLAT)


def likely(small: Found, found: Found) -> float:
    """What the changes of `found` would have cost with the small portfolio, on average: each so
    much, whatever it touches, and so much for each line. There they touch more lines.
    """
    reaches, worked = small["reaches"], small["worked"]
    if len(set(reaches)) > 1:
        a_line, each = statistics.linear_regression(reaches, worked)
    else:
        a_line, each = sum(worked) / sum(reaches), 0.0
    return each + a_line * statistics.mean(found["reaches"])
