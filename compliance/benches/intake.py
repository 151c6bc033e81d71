"""A hundred thousand lines from bytes to stored lines, beside what one would write first.

Side by side in one run, on SQLite and on PostgreSQL, by the seconds that processors work, here and
in the database's server, so that what else the machine does matters little: the floor (parse the
file, insert as many rows through the driver into a bare table), ours (recognised, read, classified,
matched, stored with triggers, raw cells and problems), a DRF serializer with bulk_create, and
django-import-export's bulk mode. The last two read the good rows of the CSV into lines of one part
that is there already: they recognise, match and keep nothing.

django-import-export is no dependency; without it its row is left out. To have it:

    .venv-tools/bin/uv pip install --no-deps --target .var/bench/peers \\
        django-import-export tablib diff-match-patch
"""

import csv
import importlib.util
import io
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from python_calamine import CalamineWorkbook
from rest_framework import serializers

from compliance.benches.apart import measured_apart
from compliance.benches.made_boms import HEADER, csv_bytes, table, xlsx_bytes
from compliance.recheck.relay import hand_over
from compliance.selectors.checks import progress
from compliance.services.judging import work_judge
from compliance.services.submission import bom_judge_request
from config.embedded import postgres
from procurement.models import (
    Bom,
    Line,
    Membership,
    Organisation,
    Part,
    Procurement,
    Role,
    User,
)
from procurement.services.submission import bom_submit, upload_keep, upload_receive

NOW = datetime(2026, 11, 22, tzinfo=UTC)  # the day is no matter here
LINES = 100_000
SHORT = 1_000
MOST_FLOORS, LEAST_DRF, MOST_SECONDS = 3, 10, 3.0
PEERS = Path(settings.BASE_DIR) / ".var" / "bench" / "peers"

Seconds = dict[str, float]


def report(scale: float = 1.0) -> Iterator[str]:
    """Lines to print as each database is done. scale: of the number of lines."""
    lines = max(20, int(LINES * scale))
    yield f"{lines:,} lines, 0.5 % of them bad, an eighth of them distinct parts; processor seconds"
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
    yield f"{database:<34}{'csv':>9}{'xlsx':>9}{'of floor':>10}"
    for way in ("floor", "ours", "drf", "import-export"):
        if (told := found.get(f"{way} csv")) is None:
            yield f"  {way:<32} not installed"
            continue
        other = found.get(f"{way} xlsx")
        yield (
            f"  {WAYS[way]:<32}{told:>9.2f}{'' if other is None else f'{other:.2f}':>9}"
            f"{told / found['floor csv']:>10.1f}"
        )
    for kind in ("csv", "xlsx"):
        ratio = found[f"ours {kind}"] / found[f"floor {kind}"]
        yield goal(f"{kind}: at most {MOST_FLOORS} x the floor", ratio, ratio <= MOST_FLOORS)
    ratio = found["drf csv"] / found["ours csv"]
    yield goal(f"at least {LEAST_DRF} x as fast as DRF", ratio, ratio >= LEAST_DRF)
    short = found["short"]
    what = f"{SHORT:,} lines, XLSX to all verdicts, under {MOST_SECONDS:.0f} s"
    yield goal(what, short, short < MOST_SECONDS)


WAYS = {
    "floor": "floor: parse and raw insert",
    "ours": "ours, whole",
    "drf": "DRF serializer and bulk_create",
    "import-export": "django-import-export, bulk",
}


def goal(what: str, found: float, met: bool) -> str:
    return f"  goal: {what:<50}{found:>8.1f}  {'met' if met else 'NOT met'}"


def here(lines: int) -> None:
    """Measure every way on this process's database; the last line printed is the result."""
    call_command("migrate", verbosity=0)
    call_command("lists_load", stdout=io.StringIO())
    rows = table(lines)
    files = {"csv": csv_bytes(rows), "xlsx": xlsx_bytes(rows)}
    Office("warm").submit("bom.csv", csv_bytes(table(200, seed=3)), 200)  # a worker lives on
    found: Seconds = {}
    for kind, content in files.items():
        found[f"floor {kind}"] = min(timed(lambda: floor(kind, content)) for _ in range(2))  # noqa: B023
        office = Office(kind)
        found[f"ours {kind}"] = timed(lambda: office.submit(f"bom.{kind}", content, lines))  # noqa: B023
    good = [row for row in rows if is_good(row)]
    office = Office("peers")
    found["drf csv"] = timed(lambda: drf(csv_bytes(good), office))
    if PEERS.is_dir():
        sys.path.append(str(PEERS))
    if importlib.util.find_spec("import_export"):
        found["import-export csv"] = timed(lambda: import_export(csv_bytes(good), office))
    short = xlsx_bytes(table(SHORT, seed=2))
    office = Office("short")
    found["short"] = timed(lambda: office.judged("short.xlsx", short))
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


# --- the floor ----------------------------------------------------------------------------------
def floor(kind: str, content: bytes) -> None:
    """Parse, and insert as many rows into a table without any index, by the bare driver."""
    rows: Sequence[Sequence[Any]]
    if kind == "csv":
        rows = list(csv.reader(io.StringIO(content.decode(), newline="")))
    else:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        rows = book.get_sheet_by_index(0).to_python()
    names = [f"c{n}" for n in range(len(HEADER))]
    columns = ", ".join(f"{name} text" for name in names)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE bench_floor ({columns})")
        if connection.vendor == "postgresql":
            with cursor.copy("COPY bench_floor FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            marks = ", ".join("?" * len(names))
            connection.connection.executemany(f"INSERT INTO bench_floor VALUES ({marks})", rows)  # noqa: S608 - our own names
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE bench_floor")


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

    def submit(self, name: str, content: bytes, lines: int) -> None:
        """As a worker does it: kept, read, stored."""
        told: dict[str, Any] = {"user": self.officer, "now": NOW}
        upload = upload_keep(organisation=self.organisation, filename=name, content=content, **told)
        bom = bom_submit(upload=upload, procurement=self.purchase, name=name, **told)
        if bom.lines_total != lines:
            raise ValueError(f"{bom.lines_total} lines of {lines}")

    def judged(self, name: str, content: bytes) -> None:
        """From the bytes to verdicts of every line that can be shown."""
        handed: list[tuple[int, list[int]]] = []

        def take(queue: str, bom: int, work: list[int]) -> bool:
            handed.append((bom, work))
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
        for bom_id, work in handed:
            work_judge(bom_id=bom_id, work_ids=work, now=now)
        if not progress(bom=bom, seconds_since=1).done:
            raise ValueError("some lines have no verdict")


def nobody(queue: str, bom: int, work: list[int]) -> bool:
    """No queue: the work waits."""
    return False


# --- peers --------------------------------------------------------------------------------------
def is_good(row: Sequence[str]) -> bool:
    with suppress(ArithmeticError):
        return Decimal(row[4]) >= 0 and Decimal(row[6]) >= 0
    return False


class LineIn(serializers.Serializer[Any]):
    item = serializers.CharField(max_length=50)
    number = serializers.CharField(max_length=200)
    maker = serializers.CharField(max_length=300)
    description = serializers.CharField(max_length=500)
    quantity = serializers.DecimalField(15, 6, min_value=Decimal(0))
    unit = serializers.CharField(max_length=20)
    unit_cost = serializers.DecimalField(15, 6, min_value=Decimal(0))
    currency = serializers.CharField(max_length=3)
    country = serializers.CharField(max_length=100, allow_blank=True)
    references = serializers.CharField(max_length=500, allow_blank=True)


def bare_bom(office: Office, name: str) -> tuple[Bom, Part]:
    part = Part.objects.create(organisation=office.organisation, number=name)
    bom = Bom.objects.create(
        organisation=office.organisation,
        procurement=office.purchase,
        name=name,
        submitted_at=NOW,
    )
    return bom, part


def drf(content: bytes, office: Office) -> None:
    bom, part = bare_bom(office, "drf")
    records = [
        dict(zip(LineIn().fields, row, strict=True))
        for row in list(csv.reader(io.StringIO(content.decode(), newline="")))[1:]
    ]
    read = LineIn(data=records, many=True)
    read.is_valid(raise_exception=True)
    Line.objects.bulk_create(
        (
            Line(
                bom=bom,
                part=part,
                sequence=place,
                position=one["item"],
                part_number=one["number"],
                maker=one["maker"],
                description=one["description"],
                quantity=one["quantity"],
                unit=one["unit"],
                unit_cost=one["unit_cost"],
                currency=one["currency"],
            )
            for place, one in enumerate(read.validated_data, start=1)
        ),
        batch_size=1_000,
    )


def import_export(content: bytes, office: Office) -> None:
    resources = importlib.import_module("import_export.resources")
    tablib = importlib.import_module("tablib")
    bom, part = bare_bom(office, "import-export")
    names = ("position", "part_number", "maker", "description", "quantity", "unit", "unit_cost")

    class Lines(resources.ModelResource):  # type: ignore[misc, name-defined] # of no known type
        class Meta:
            model = Line
            fields = (*names, "currency", "sequence", "bom", "part")
            import_id_fields = ()
            force_init_instance = True
            use_bulk = True
            batch_size = 1_000
            skip_diff = True
            use_transactions = True

    rows = list(csv.reader(io.StringIO(content.decode(), newline="")))[1:]
    sheet = tablib.Dataset(
        *((*row[:8], place, bom.pk, part.pk) for place, row in enumerate(rows, start=1)),
        headers=[*names, "currency", "sequence", "bom", "part"],
    )
    Lines().import_data(sheet, raise_errors=True)
