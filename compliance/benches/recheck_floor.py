"""The floor of `bench recheck`: the same rows read, and as many written, by the bare driver."""

import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.db import connection, models

from compliance.benches.intake_floors import bare_insert, bare_table
from compliance.models import (
    Determination,
    DossierText,
    Leaning,
    Proof,
    Provenance,
    Verdict,
    VerdictChange,
)

WRITTEN: tuple[type[models.Model], ...] = (
    DossierText, Proof, Provenance, Determination, Verdict, Leaning, VerdictChange,
)  # fmt: skip
Rows = dict[type[models.Model], list[tuple[Any, ...]]]

READ = (
    "SELECT l.id, l.bom_id, l.part_id, l.parent_id, l.quantity, l.unit_cost, p.maker_id, "
    "p.category, p.chemistry, p.cells_by_id, p.attributes FROM procurement_line l "
    "JOIN procurement_part p ON p.id = l.part_id WHERE l.bom_id IN (SELECT bom FROM bench_boms)",
    "SELECT c.* FROM procurement_component c WHERE c.part_id IN (SELECT part_id FROM "
    "procurement_line WHERE bom_id IN (SELECT bom FROM bench_boms))",
    "SELECT y.* FROM procurement_party y WHERE y.id IN (SELECT p.maker_id FROM procurement_line l "
    "JOIN procurement_part p ON p.id = l.part_id WHERE l.bom_id IN (SELECT bom FROM bench_boms))",
    "SELECT s.* FROM procurement_stake s WHERE s.held_id IN (SELECT p.maker_id FROM "
    "procurement_line l JOIN procurement_part p ON p.id = l.part_id "
    "WHERE l.bom_id IN (SELECT bom FROM bench_boms))",
)
"""The lines with their parts, in eleven columns, and what stands behind the parts."""


@contextmanager
def boms_listed(boms: Iterable[int]) -> Iterator[None]:
    """A table of what the floor is to read."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE bench_boms (bom bigint PRIMARY KEY)")
        cursor.executemany("INSERT INTO bench_boms VALUES (%s)", [(bom,) for bom in boms])
        cursor.execute("ANALYZE bench_boms")
        yield
        cursor.execute("DROP TABLE bench_boms")


def floor_read() -> int:
    """Read the rows of the BOMs listed by the bare driver, once."""
    rows = 0
    driver = connection.connection
    for query in READ:
        if connection.vendor == "postgresql":
            with psycopg.Cursor(driver) as cursor:
                cursor.execute(query, binary=True)
                rows += sum(1 for _ in cursor)
        else:
            rows += sum(1 for _ in driver.execute(query))
    return rows


class Written:
    """The rows that ours has written since it was made."""

    def __init__(self) -> None:
        self.before = {model: _count(model) for model in WRITTEN}

    def rows(self) -> Rows:
        """As many rows of each table as were added to it, its newest."""
        found = {}
        for model in WRITTEN:
            added = _count(model) - self.before[model]
            fields = [field.column for field in model._meta.concrete_fields]
            columns = ", ".join(f'"{column}"' for column in fields)
            order = "rowid" if connection.vendor == "sqlite" else "ctid"
            with connection.cursor() as cursor:
                cursor.execute(
                    f'SELECT {columns} FROM "{model._meta.db_table}" '  # noqa: S608 - our own names
                    f"ORDER BY {order} DESC LIMIT %s",
                    [added],
                )
                found[model] = cursor.fetchall()
        return found


def floor_write(rows: Rows) -> None:
    """Write as many rows by the bare driver, into tables without any index."""
    if connection.vendor == "sqlite":
        _write_to_file(rows)
        return
    for model, values in rows.items():
        bare_insert(len(model._meta.concrete_fields), values)


def _write_to_file(rows: Rows) -> None:
    """Into a file of their own, kept as Django's is: neither ours nor the floor meets pages that
    the other has left."""
    with tempfile.TemporaryDirectory(prefix="cellgate-floor-") as folder:
        driver = sqlite3.connect(Path(folder) / "floor", isolation_level=None)
        driver.executescript(settings.DATABASES["default"]["OPTIONS"]["init_command"])
        for model, values in rows.items():
            width = len(model._meta.concrete_fields)
            driver.execute("BEGIN IMMEDIATE")
            driver.execute(bare_table(width))
            marks = ", ".join("?" * width)
            driver.executemany(f"INSERT INTO bench_floor VALUES ({marks})", values)  # noqa: S608
            driver.execute("COMMIT")
            driver.execute("DROP TABLE bench_floor")
        driver.close()


def plain(rows: Rows) -> Rows:
    """Every value as text, which is no part of the floor's time."""
    return {
        model: [tuple(None if v is None else str(v) for v in row) for row in values]
        for model, values in rows.items()
    }


def _count(model: type[models.Model]) -> int:
    return model._default_manager.count()
