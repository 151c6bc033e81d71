"""A picture of the person's own sheet, with our reading laid over it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.http import QueryDict

from procurement import formats
from procurement.formats.problem import Problem
from procurement.formats.workbook import Cell, Sheet
from procurement.intake.fields import LABELS, Field
from procurement.intake.reading import Column, Layout, Rows
from procurement.models import Upload
from procurement.services.submission import Mapping as Said

ROWS_ABOVE = 3
ROWS_SHOWN = 12
ROWS_WRONG = 20
MOST_COLUMNS = 60
NOT_USED = "-"
"""What a person chooses for a column that is to be left out."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A cell as written, and what is wrong with it."""

    text: str
    problems: tuple[Problem, ...] = ()

    @property
    def wrong(self) -> str:
        """ "problem", "warning" or ""."""
        if any(problem.severity == "error" for problem in self.problems):
            return "problem"
        return "warning" if self.problems else ""


@dataclass(frozen=True, slots=True)
class ShownRow:
    """kind: "header", "line", "above", "failed", or why it is no part. problems: of no one cell."""

    number: int
    kind: str
    cells: tuple[Shown, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    columns: tuple[Column, ...]
    rows: tuple[ShownRow, ...]
    more: int
    left_out: int
    """Columns beyond those shown: kept, and read, but not pictured."""


def said_of(query: QueryDict) -> Said | None:
    """The person's mapping as the address carries it: sheet=…, c0=part_number, c3=-."""
    said: Said = {}
    plain = {name: str(value) for name, value in query.dict().items()}
    if sheet := plain.get("sheet"):
        said["sheet"] = sheet
    columns: dict[int | str, str | None] = {}
    for name, value in plain.items():
        if name[:1] == "c" and name[1:].isdecimal() and len(name) < 7 and value:
            columns[int(name[1:])] = None if value == NOT_USED else value
    if columns:
        said["columns"] = columns
    return said or None


def only_corrections(said: Said | None, layout: Layout) -> Said | None:
    """The mapping without what we had recognised ourselves, so that equal readings are equal."""
    if said is None:
        return None
    recognised = {c.index: c.field.value if c.field else None for c in layout.columns}
    columns = {
        index: field
        for index, field in (said.get("columns") or {}).items()
        if recognised.get(int(index), "") != field
    }
    kept: Said = {}
    if said.get("sheet"):
        kept["sheet"] = said["sheet"]
    if columns:
        kept["columns"] = columns
    return kept or None


def picture_of(upload: Upload, layout: Layout, rows: Rows) -> Picture:
    """The rows around the header, the first lines, and every row that has a problem (some)."""
    workbook = formats.read(
        bytes(upload.content), upload.filename, (upload.reading or {}).get("encoding")
    )
    sheet = next(each for each in workbook.sheets if each.name == layout.sheet)
    problems = rows.problems_by_row()
    first = max(1, layout.header_row - ROWS_ABOVE)
    shown = set(range(first, min(len(sheet.rows), layout.header_row + ROWS_SHOWN) + 1))
    shown |= set(sorted(number for number in problems if number <= len(sheet.rows))[:ROWS_WRONG])
    columns = layout.columns[:MOST_COLUMNS]
    kinds = _kinds(rows)
    return Picture(
        columns=columns,
        rows=tuple(_rows(sheet, sorted(shown), layout, columns, kinds, problems)),
        more=len(sheet.rows) - len(shown),
        left_out=len(layout.columns) - len(columns),
    )


def _kinds(rows: Rows) -> dict[int, str]:
    kinds = {row.row: row.kind.value for row in rows.non_parts}
    kinds |= {row.row: "failed" for row in rows.failed}
    return kinds | {line.row: "line" for line in rows.lines}


def _rows(
    sheet: Sheet,
    numbers: list[int],
    layout: Layout,
    columns: tuple[Column, ...],
    kinds: Mapping[int, str],
    problems: Mapping[int, tuple[Problem, ...]],
) -> Iterator[ShownRow]:
    headers = {column.header: column.index for column in columns}
    for number in numbers:
        here = problems.get(number, ())
        by_column: dict[int, list[Problem]] = {}
        beside = []
        for problem in here:
            index = headers.get(problem.column or "")
            if index is None:
                beside.append(problem)
            else:
                by_column.setdefault(index, []).append(problem)
        row = sheet.rows[number - 1]
        kind = "header" if number == layout.header_row else kinds.get(number, "above")
        yield ShownRow(
            number,
            kind,
            tuple(
                Shown(
                    text_of(row[column.index]) if column.index < len(row) else "",
                    tuple(by_column.get(column.index, ())),
                )
                for column in columns
            ),
            tuple(beside),
        )


def text_of(cell: Cell) -> str:
    match cell:
        case Decimal():
            return f"{cell.normalize():f}"
        case datetime() if not (cell.hour or cell.minute or cell.second):
            return cell.date().isoformat()
        case bool():
            return "TRUE" if cell else "FALSE"
    text = str(cell)
    return text if len(text) <= 200 else f"{text[:199]}…"


FIELD_CHOICES = [(field.value, LABELS[field]) for field in Field]
