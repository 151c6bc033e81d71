"""The least that taking a file in can cost: two floors, both by the bare driver, both without
Python's search for circles of garbage, as intake itself works.

`bare` parses the file and inserts its cells as text into a table that has nothing: no key, no
index, no check. `same` parses the file and inserts the very rows that intake stored of it (makers,
parts, the file, its bytes, the BOM, its lines) into the very tables, whose indexes, checks and
triggers work as ever; nobody reads, recognises, matches or tells anything, since the rows are
given.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any

from django.db import connection, models, transaction
from python_calamine import CalamineWorkbook

from compliance.benches.made_boms import HEADER
from procurement.collector import collector_paused
from procurement.models import Bom, Line, Part, Party, Upload, UploadContent

FAR = 10_000_000
TOGETHER = 100
"""Rows a statement on SQLite: twice as quick as one where triggers write too."""
Values = list[Any]


def parsed(kind: str, content: bytes) -> Sequence[Sequence[Any]]:
    """Every row of the file, by the quickest parser at hand."""
    if kind == "csv":
        return list(csv.reader(io.StringIO(content.decode(), newline="")))
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()


def bare(kind: str, content: bytes) -> None:
    """Parse, and insert as many rows into a table without any index."""
    with collector_paused():
        bare_insert(len(HEADER), parsed(kind, content))


def bare_table(width: int) -> str:
    """What makes a table of so many columns that has nothing else."""
    return f"CREATE TABLE bench_floor ({', '.join(f'c{n} text' for n in range(width))})"


def bare_insert(width: int, rows: Sequence[Sequence[Any]]) -> None:
    """Insert rows into such a table, and take it away."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(bare_table(width))
        insert("bench_floor", [f"c{n}" for n in range(width)], rows)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE bench_floor")


def insert(table: str, names: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Rows into a table, as quickly as the driver can."""
    quoted = ", ".join(f'"{name}"' for name in names)
    if connection.vendor == "postgresql":
        with (
            connection.cursor() as cursor,
            cursor.copy(f"COPY {table} ({quoted}) FROM STDIN") as copy,
        ):
            for row in rows:
                copy.write_row(row)
    else:
        every = f"INSERT INTO {table} ({quoted}) VALUES "  # noqa: S608 - our own names
        marks = f"({', '.join('?' * len(names))})"
        whole = len(rows) - len(rows) % TOGETHER
        pieces = (rows[start : start + TOGETHER] for start in range(0, whole, TOGETHER))
        driver = connection.connection
        driver.executemany(
            every + ", ".join([marks] * TOGETHER), (list(chain(*piece)) for piece in pieces)
        )
        driver.executemany(every + marks, rows[whole:])


Table = tuple[str, list[str], list[Values]]


def stored(bom: Bom) -> list[Table]:
    """What intake stored of a file: for each table its name, its columns and its rows, under ids
    that are still free, of the organisation that has them already.
    """
    own: Mapping[type[models.Model], models.QuerySet[Any]] = {
        Party: Party.objects.filter(organisation=bom.organisation),
        Part: Part.objects.filter(organisation=bom.organisation),
        Upload: Upload.objects.filter(boms=bom),
        UploadContent: UploadContent.objects.filter(upload__boms=bom),
        Bom: Bom.objects.filter(pk=bom.pk),
        Line: Line.objects.filter(bom=bom),
    }
    moved = {model: _free(model) - _first(found) for model, found in own.items()}
    return [_table(model, found, moved) for model, found in own.items()]


def same(kind: str, content: bytes, tables: Sequence[Table]) -> None:
    """Parse, and insert what `stored` gave, in one transaction. Its ids are good once."""
    with collector_paused(), transaction.atomic():
        parsed(kind, content)
        for table, names, rows in tables:
            insert(table, names, rows)


def _table(
    model: type[models.Model],
    found: models.QuerySet[Any],
    moved: Mapping[type[models.Model], int],
) -> Table:
    fields = model._meta.concrete_fields
    names = [str(field.column) for field in fields if field.column != "known_from"]
    quoted = ", ".join(f'"{name}"' for name in names)
    ids = list(found.order_by("pk").values_list("pk", flat=True))
    key = model._meta.pk.column
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {quoted} FROM {model._meta.db_table} "  # noqa: S608 - our own names
            f"WHERE {key} BETWEEN %s AND %s ORDER BY {key}",
            [ids[0], ids[-1]],
        )
        rows = [list(row) for row in cursor.fetchall()]
    for place, name in enumerate(names):
        field = next(one for one in fields if one.column == name)
        of = field.related_model or (model if field.primary_key else None)
        if isinstance(of, type) and of in moved:
            for row in rows:
                row[place] = None if row[place] is None else row[place] + moved[of]
    return model._meta.db_table, names, rows


def _first(found: models.QuerySet[Any]) -> int:
    return found.order_by("pk").values_list("pk", flat=True)[0] or 0


def _free(model: type[models.Model]) -> int:
    """An id far above those that the database will give out meanwhile."""
    last = model._default_manager.order_by("-pk").values_list("pk", flat=True).first()
    return (last or 0) + FAR
