"""A hundred thousand lines from bytes to stored lines, beside what one would write first.

Side by side in one run, on SQLite and on PostgreSQL, by the seconds that processors work, here and
in the database's server, so that what else the machine does matters little: two floors
(`intake_floors`), ours (recognised, read, classified, matched, stored with triggers, raw cells and
problems), and two peers (`intake_peers`), a DRF serializer with bulk_create and
django-import-export's bulk mode. The peers work row by row at an even pace, so they get a part of
the lines, and what they took is told for all of them. All take turns, each the same file for an
organisation that has nothing yet, and the median of ROUNDS is told.

django-import-export is no dependency; without it its row is left out. To have it:

    .venv-tools/bin/uv pip install --no-deps --target .var/bench/peers \\
        django-import-export tablib diff-match-patch
"""

import importlib.util
import io
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from compliance.benches import intake_floors as floors
from compliance.benches import intake_peers as peers
from compliance.benches.apart import measured_apart
from compliance.benches.made_boms import csv_bytes, table, xlsx_bytes
from compliance.recheck.relay import hand_over
from compliance.selectors.checks import progress
from compliance.services.judging import work_judge
from compliance.services.submission import bom_judge_request
from config.embedded import postgres
from procurement.models import Bom, Membership, Organisation, Procurement, Role, User
from procurement.services.submission import bom_submit, upload_keep, upload_receive

NOW = datetime(2026, 11, 22, tzinfo=UTC)  # the day is no matter here
LINES = 100_000
SHORT = 1_000
MOST_FLOORS, LEAST_DRF, MOST_SECONDS = 3, 10, 3.0
PART_OF_PEERS = 10
ROUNDS = 3
LEAST = 20
PEERS = Path(settings.BASE_DIR) / ".var" / "bench" / "peers"

Seconds = dict[str, float]


def report(scale: float = 1.0) -> Iterator[str]:
    """Lines to print as each database is done. scale: of the number of lines."""
    lines = max(LEAST, int(LINES * scale))
    some = max(LEAST, lines // PART_OF_PEERS)
    yield f"{lines:,} lines, 0.5 % of them bad, an eighth of them distinct parts; processor seconds"
    yield f"the peers: told for all lines by their pace over the good ones of {some:,} like them"
    yield f"medians of {ROUNDS}, taken in turns"
    with tempfile.TemporaryDirectory(prefix="cellgate-bench-") as folder:
        yield from shown("SQLite", measured(f"sqlite:///{folder}/bench.sqlite3", folder, lines))
        binaries = postgres.find()
        if binaries is None:
            yield "PostgreSQL: there is none here, so it was not measured"
            return
        server = postgres.start(binaries, Path(folder) / "postgres.log")
        try:
            yield from shown("PostgreSQL", measured(server.url, folder, lines))
        finally:
            server.stop()


def measured(url: str, folder: str, lines: int) -> Seconds:
    """Every way on one database, in a process of its own: Django has one for each."""
    found: Seconds = measured_apart("intake", url, folder, lines)
    return found


def shown(database: str, found: Seconds) -> Iterator[str]:
    yield ""
    yield f"{database:<46}{'csv':>8}{'xlsx':>8}{'of bare':>9}{'of same':>9}"
    for way, title in WAYS.items():
        if (told := found.get(f"{way} csv")) is None:
            yield f"  {title:<44} not installed"
            continue
        other = found.get(f"{way} xlsx")
        of_bare, of_same = (told / found[f"{floor} csv"] for floor in ("bare", "same"))
        yield (
            f"  {title:<44}{told:>8.2f}{'' if other is None else f'{other:.2f}':>8}"
            f"{of_bare:>9.1f}{of_same:>9.1f}"
        )
    yield from WHICH_FLOOR
    for floor in ("same", "bare"):
        for kind in ("csv", "xlsx"):
            ratio = found[f"ours {kind}"] / found[f"{floor} {kind}"]
            what = f"{kind}: at most {MOST_FLOORS} x the floor, {FLOORS[floor]}"
            yield goal(what, ratio, ratio <= MOST_FLOORS)
    ratio = found["drf csv"] / found["ours csv"]
    yield goal(f"csv: at least {LEAST_DRF} x as fast as DRF", ratio, ratio >= LEAST_DRF)
    short = found["short"]
    what = f"{SHORT:,} lines, XLSX to all verdicts, under {MOST_SECONDS:.0f} s"
    yield goal(what, short, short < MOST_SECONDS)


WAYS = {
    "bare": "floor: parse, raw insert into a bare table",
    "same": "floor: parse, raw insert of the same rows",
    "ours": "ours, whole",
    "drf": "DRF serializer and bulk_create",
    "import-export": "django-import-export, bulk",
}
FLOORS = {"same": "same rows and tables", "bare": "bare table"}
WHICH_FLOOR = (
    "  Both floors are held to. The one of the same rows and tables is the least work for what",
    "  intake must keep: makers, parts, lines, the cells as written, under the indexes, checks and",
    "  triggers that stand. The bare table keeps nothing that could be asked for again.",
)


def goal(what: str, found: float, met: bool) -> str:
    return f"  goal: {what:<55}{found:>8.1f}  {'met' if met else 'NOT met'}"


def here(lines: int) -> None:
    """Measure every way on this process's database; the last line printed is the result."""
    call_command("migrate", verbosity=0)
    call_command("lists_load", stdout=io.StringIO())
    rows = table(lines)
    files = {"csv": csv_bytes(rows), "xlsx": xlsx_bytes(rows)}
    Office("warm").submit("bom.csv", csv_bytes(table(200, seed=3)), 200)  # a worker lives on
    some = [row for row in table(max(LEAST, lines // PART_OF_PEERS)) if peers.is_good(row)]
    if PEERS.is_dir():
        sys.path.append(str(PEERS))
    ways: dict[str, Callable[..., object]] = {"drf": peers.drf}
    if importlib.util.find_spec("import_export"):
        ways["import-export"] = peers.import_export
    took: dict[str, list[float]] = {}
    for turn in range(ROUNDS):
        for kind, content in files.items():
            _took(took, kind, content, Office(f"{kind} {turn}"), lines)
        for name, way in ways.items():
            office, content = Office(f"{name} {turn}"), csv_bytes(some)
            told = content, office.organisation, office.purchase, NOW
            seconds = timed(lambda: way(*told)) * lines / len(some)  # noqa: B023
            took.setdefault(f"{name} csv", []).append(seconds)
    found = {way: statistics.median(each) for way, each in took.items()}
    short = xlsx_bytes(table(SHORT, seed=2))
    found["short"] = min(
        timed(lambda: office.judged("short.xlsx", short))  # noqa: B023
        for office in (Office("short"), Office("short again"))
    )
    print(json.dumps(found))


def timed(work: Callable[[], object]) -> float:
    begins = worked()
    work()
    return worked() - begins


def worked() -> float:
    """Seconds that processors worked for this process so far, its database connection included."""
    here = time.process_time()
    if connection.vendor != "postgresql":
        return here
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        stat = Path(f"/proc/{cursor.fetchone()[0]}/stat").read_text()
    user, system = stat.rpartition(")")[2].split()[11:13]
    return here + (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


# --- ours ---------------------------------------------------------------------------------------
class Office:
    """An organisation of its own with a purchase and an officer."""

    def __init__(self, name: str) -> None:
        self.organisation = Organisation.objects.create(name=name)
        self.officer = User.objects.create(email=f"{name}@example.gov")
        Membership.objects.create(
            user=self.officer, organisation=self.organisation, role=Role.OFFICER
        )
        self.purchase = Procurement.objects.create(organisation=self.organisation, name=name)

    def submit(self, name: str, content: bytes, lines: int) -> Bom:
        """As a worker does it: kept, read, stored."""
        told: dict[str, Any] = {"user": self.officer, "now": NOW}
        upload = upload_keep(organisation=self.organisation, filename=name, content=content, **told)
        bom = bom_submit(upload=upload, procurement=self.purchase, name=name, **told)
        if bom.lines_total != lines:
            raise ValueError(f"{bom.lines_total} lines of {lines}")
        return bom

    def judged(self, name: str, content: bytes) -> None:
        """From the bytes to verdicts of every line that can be shown."""
        handed: list[list[int]] = []

        def take(queue: str, work: list[int]) -> bool:
            handed.append(work)
            return True

        now = NOW
        upload = upload_receive(
            organisation=self.organisation,
            user=self.officer,
            filename=name,
            content=content,
            now=now,
        )
        bom = bom_submit(
            upload=upload, procurement=self.purchase, name=name, user=self.officer, now=now
        )
        bom_judge_request(bom=bom, cause="submitted", now=now, enqueue=nobody)
        hand_over(now=now, enqueue=take, bom=bom.pk)
        for work in handed:
            work_judge(work_ids=work, now=now)
        if not progress(bom=bom, seconds_since=1).done:
            raise ValueError("some lines have no verdict")


def _took(
    took: dict[str, list[float]], kind: str, content: bytes, office: Office, lines: int
) -> None:
    """One turn of ours and of both floors, by an office that has nothing yet."""
    boms: list[Bom] = []
    bare = timed(lambda: floors.bare(kind, content))
    ours = timed(lambda: boms.append(office.submit(f"bom.{kind}", content, lines)))
    stored = floors.stored(boms[0])
    same = timed(lambda: floors.same(kind, content, stored))
    for name, seconds in (("bare", bare), ("ours", ours), ("same", same)):
        took.setdefault(f"{name} {kind}", []).append(seconds)


def nobody(queue: str, work: list[int]) -> bool:
    """No queue: the work waits."""
    return False
