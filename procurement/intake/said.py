"""What a person says of a sheet where they see it better than we did: its header, and its cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from procurement.formats.workbook import Cell, Row, Sheet, Workbook
from procurement.intake.reading import Layout
from procurement.intake.recognise import Header, layout_of
from procurement.intake.texts import text_of

Cells = Mapping[int, Mapping[int, str]]
"""Row (from 1) → column (from 0) → the text that stands there now."""


def layout_at(sheet: Sheet, header_row: int) -> Layout:
    """The layout of a sheet whose columns are named by `header_row` (from 1), or, for 0, by no row.

    Raises IndexError for a row that the sheet has not.
    """
    if header_row == 0:
        width = max((len(row) for row in sheet.rows), default=0)
        return layout_of(sheet, Header(-1, ("",) * width, 0.0))
    if not 0 < header_row <= len(sheet.rows):
        raise IndexError(header_row)
    texts = tuple(text_of(cell) for cell in sheet.rows[header_row - 1])
    return layout_of(sheet, Header(header_row - 1, texts, 1.0))


def with_cells(workbook: Workbook, name: str, cells: Cells) -> Workbook:
    """The workbook with these cells of the sheet `name` put right; the rest is the file's own.

    A cell beyond the end of its row lengthens the row. Rows that the sheet has not are left out.
    """
    if not cells:
        return workbook
    return replace(
        workbook,
        sheets=tuple(
            _put_right(sheet, cells) if sheet.name == name else sheet for sheet in workbook.sheets
        ),
    )


def _put_right(sheet: Sheet, cells: Cells) -> Sheet:
    rows = list(sheet.rows)
    for number, row_cells in cells.items():
        if 0 < number <= len(rows):
            rows[number - 1] = _row(rows[number - 1], row_cells)
    return replace(sheet, rows=tuple(rows))


def _row(row: Row, cells: Mapping[int, str]) -> Row:
    width = max([len(row), *(index + 1 for index in cells)])
    found: list[Cell] = [*row, *[""] * (width - len(row))]
    for index, text in cells.items():
        found[index] = text
    return tuple(found) if any(cell != "" for cell in found) else ()
