"""Tables for intake tests, and the shortest way from one to its rows."""

from collections.abc import Sequence

from procurement import intake
from procurement.formats.workbook import Cell, Merge, Sheet, Workbook
from procurement.intake import Field, Layout, ParsedLine, Rows

Table = Sequence[Sequence[Cell]]


def workbook(table: Table, *merged: Merge, name: str = "parts") -> Workbook:
    rows = tuple(tuple(row) if any(cell != "" for cell in row) else () for row in table)
    return Workbook("test", (Sheet(name, rows, merged=merged),))


def layout(table: Table, *merged: Merge) -> Layout:
    reading = intake.recognise(workbook(table, *merged))
    assert reading.layout, reading.problems
    return reading.layout


def fields(table: Table, *merged: Merge) -> list[Field | None]:
    """What each column was taken for, in order."""
    return [column.field for column in layout(table, *merged).columns]


def rows(table: Table, *merged: Merge) -> Rows:
    """The rows of a table read as it is recognised. No row is ever lost."""
    book = workbook(table, *merged)
    found = intake.rows(book, layout(table, *merged))
    assert sorted(found.numbers()) == list(range(1, len(table) + 1))
    return found


def line(headers: str, *cells: Cell) -> tuple[ParsedLine, list[str]]:
    """One part under these headers ("Part number, Qty"), and the codes of its problems."""
    found = rows([list(headers.split(", ")), list(cells)])
    assert len(found.lines) == 1, (found.non_parts, found.failed)
    return found.lines[0], [problem.code for problem in found.problems]
