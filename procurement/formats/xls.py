"""Excel 97 to 2003 workbooks (XLS): stored values of every sheet; nothing in it is ever run."""

from __future__ import annotations

import io
from dataclasses import replace

from python_calamine import (
    CalamineError,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from procurement.formats.support import biff, limits
from procurement.formats.support.biff import Book, Extent
from procurement.formats.support.limits import TooBig
from procurement.formats.support.zipped import Damaged
from procurement.formats.workbook import Format, Hints, Sheet, Workbook, refusal
from procurement.formats.xlsx import cells_of, merges_of, notes

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_AGAIN = "Open it in your spreadsheet program, save it as XLSX and send that."


def claims(data: bytes) -> bool:
    def named(name: str) -> bool:
        return name.encode("utf-16-le") in data

    return (
        data.startswith(_OLE)
        and not named("EncryptedPackage")
        and (named("Workbook") or named("Book"))
    )


def read(data: bytes, hints: Hints) -> Workbook:
    try:
        return _read(data)
    except TooBig as big:
        return refusal("xls", "too-big", big.what, big.fix)
    except Damaged as damaged:
        return refusal("xls", damaged.code, damaged.what, damaged.fix)
    except PasswordError:
        return refusal("xls", "password-protected", "It is protected by a password.", "Remove it.")
    except (CalamineError, ValueError) as error:
        what = f"It cannot be read as a workbook ({error})."
        return refusal("xls", "file-damaged", what, _AGAIN)


def _read(data: bytes) -> Workbook:
    measured = biff.measure(data)
    tally = limits.Tally()
    sheets: list[Sheet] = []
    with CalamineWorkbook.from_filelike(io.BytesIO(data)) as workbook:
        for index, listed in enumerate(workbook.sheets_metadata):
            if listed.typ is not SheetTypeEnum.WorkSheet:
                continue
            extent = measured.sheets[index] if index < len(measured.sheets) else Extent()
            _check(listed.name, extent, measured)
            found = workbook.get_sheet_by_index(index)
            hidden = listed.visible is not SheetVisibleEnum.Visible
            rows = cells_of(found, tally, extent.lost)
            sheets.append(Sheet(listed.name, rows, hidden, merges_of(found.merged_cell_ranges)))
    problems = notes(tuple(sheets), "_VBA_PROJECT".encode("utf-16-le") in data)
    if not any(sheet.rows for sheet in sheets):
        what = "Its sheets are empty."
        empty = refusal("xls", "empty-file", what, "Send the file that has the parts.")
        return replace(empty, problems=(*empty.problems, *problems))
    return Workbook("xls", tuple(sheets), problems)


def _check(name: str, extent: Extent, book: Book) -> None:
    if extent.last_row * extent.last_column > limits.MAX_AREA:
        raise TooBig(
            f"Sheet “{name}” reaches to row {extent.last_row:,}, column {extent.last_column:,}.",
            "Delete the stray cells far from the table, save it and send it again.",
        )
    if extent.cells > limits.MAX_CELLS:
        raise TooBig(f"Sheet “{name}” has more than {limits.MAX_CELLS:,} filled cells.")
    known = len(book.lengths)
    text = sum(times * book.lengths[at] for at, times in extent.shared.items() if at < known)
    if text > limits.MAX_TEXT * 2:
        raise TooBig(f"Sheet “{name}” repeats long texts over very many cells.")


FORMAT = Format("xls", "Excel 97-2003 workbook (XLS)", ("xls", "xlt"), claims, read)
