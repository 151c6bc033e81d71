import json
from collections.abc import Iterator
from typing import Any

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from procurement.triggers import AppendOnly, NeverDeleted, NoTruncate, append_only_sql, drop_sql

ROWS = 2_000
"""Of lines read or written together."""


class Migration(migrations.Migration):
    """A line keeps its cells as a list, and its BOM the headers that each line kept before."""

    dependencies = [("procurement", "0015_bytes_of_uploads_apart")]

    operations = [
        migrations.AddField("bom", "headers", models.JSONField(default=list)),
        NeverDeleted("Bom"),  # SQLite made the table anew, without its triggers
        NoTruncate("Bom"),
        migrations.RenameField("line", "raw", "cells"),
        migrations.AlterField("line", "cells", models.JSONField(default=list)),
        migrations.RunPython(
            lambda apps, editor: moved(apps, editor, listed),
            lambda apps, editor: moved(apps, editor, named),
        ),
        AppendOnly("Line"),
    ]


def moved(apps: Apps, editor: BaseDatabaseSchemaEditor, how: Any) -> None:
    """Each BOM's lines written otherwise, which nothing but a migration may do."""
    line, vendor = apps.get_model("procurement", "Line"), editor.connection.vendor
    with editor.connection.cursor() as cursor:
        for name, _ in append_only_sql(vendor, line):
            cursor.execute(drop_sql(line._meta.db_table, name, vendor))
        how(apps, cursor)


def listed(apps: Apps, cursor: Any) -> None:
    bom = apps.get_model("procurement", "Bom")
    for pk, lines in _lines(apps):
        kept = list(lines)
        headers = list(dict.fromkeys(header for _, cells in kept for header in cells))
        bom.objects.filter(pk=pk).update(headers=headers)
        _write(cursor, ((_cells(headers, cells), key) for key, cells in kept))


def _cells(headers: list[str], told: dict[str, str]) -> list[str]:
    texts = [told.get(header, "") for header in headers]
    while texts and not texts[-1]:
        texts.pop()
    return texts


def named(apps: Apps, cursor: Any) -> None:
    bom = apps.get_model("procurement", "Bom")
    for pk, lines in _lines(apps):
        headers = bom.objects.values_list("headers", flat=True).get(pk=pk)
        _write(
            cursor,
            (
                ({header: text for header, text in zip(headers, cells, strict=False) if text}, key)
                for key, cells in list(lines)
            ),
        )


def _lines(apps: Apps) -> Iterator[tuple[int, Iterator[tuple[int, Any]]]]:
    """Each BOM with (id, cells) of its lines."""
    rows = apps.get_model("procurement", "Line").objects.order_by("bom", "sequence")
    for pk in apps.get_model("procurement", "Bom").objects.values_list("pk", flat=True):
        found = rows.filter(bom=pk).values_list("pk", "cells").iterator(ROWS)
        yield pk, ((key, cells) for key, cells in found)


def _write(cursor: Any, rows: Iterator[tuple[Any, int]]) -> None:
    cursor.executemany(
        "UPDATE procurement_line SET cells = %s WHERE id = %s",
        ((json.dumps(cells), key) for cells, key in rows),
    )
