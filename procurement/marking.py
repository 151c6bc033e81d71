"""A person's own workbook given back with its problems marked: notes, a fill, and words beside.

Their XLSX stays theirs, as far as openpyxl can keep it. Any other format, and an XLSX that openpyxl
cannot open, comes back as a fresh workbook with the same cells in the same places, where nothing
runs.
"""

import io
import re
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

import openpyxl
import structlog
import xlsxwriter
from openpyxl.cell.cell import Cell as OwnCell
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from procurement.formats.problem import Problem
from procurement.formats.workbook import Cell, Workbook
from procurement.intake.texts import text_of

log = structlog.get_logger(__name__)

MOST_UNPACKED = 16_000_000
"""Bytes. Beyond, openpyxl would take more memory than one file may; then a fresh one is written."""
WIDEST = 16_383
LONGEST_NOTE = 2_000
LONGEST_CELL = 32_767
TITLE = "Problems found by Cellgate"
FILLS = {"error": "F9DEDE", "warning": "FAF3D1"}
WORDS = {"error": "Problem", "warning": "Check"}
_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,13})(?:\.\d{1,10})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Place:
    """What is to be said at a cell. row from 1, column from 0; None: of the row as a whole."""

    row: int
    column: int | None
    problems: tuple[Problem, ...] = ()
    sent: str | None = None
    """What the file had, where the cell was put right."""

    @property
    def severity(self) -> str:
        errors = any(problem.severity == "error" for problem in self.problems)
        return "error" if errors else "warning"

    @property
    def note(self) -> str:
        said = [f"{WORDS[one.severity]}: {one.what} {one.fix}" for one in self.problems]
        if self.sent is not None:
            said.append(f"Put right in Cellgate. The file had: {self.sent or '(blank)'}")
        return "\n".join(said)[:LONGEST_NOTE]


@dataclass(frozen=True, slots=True)
class Marked:
    """own: the person's workbook itself; else a fresh one of the same cells."""

    content: bytes
    own: bool


def marked(
    content: bytes,
    workbook: Workbook,
    sheet: str,
    header_row: int,
    places: Iterable[Place],
) -> Marked:
    """The file with what `places` say, on `sheet`. workbook: as read, its cells put right."""
    by_cell = list(places)
    beside = _beside(by_cell)
    if workbook.format == "xlsx" and _unpacked(content) <= MOST_UNPACKED:
        try:
            return Marked(_own(content, workbook, sheet, header_row, by_cell, beside), own=True)
        except Exception as error:  # openpyxl raises anything at all on a strange file
            log.warning("workbook_not_kept", error=repr(error)[:200])
    return Marked(_fresh(workbook, sheet, header_row, by_cell, beside), own=False)


def _beside(places: list[Place]) -> dict[int, str]:
    """Row → all its problems in words, each after its column."""
    said: dict[int, list[str]] = {}
    for place in sorted(places, key=lambda one: (one.row, one.column or 0)):
        for problem in place.problems:
            column = f" in {problem.column}" if problem.column else ""
            said.setdefault(place.row, []).append(
                f"{WORDS[problem.severity]}{column}: {problem.what} {problem.fix}"
            )
    return {row: "\n".join(texts)[:LONGEST_CELL] for row, texts in said.items()}


def _width(workbook: Workbook, name: str) -> int:
    sheet = next(each for each in workbook.sheets if each.name == name)
    return max((len(row) for row in sheet.rows), default=0)


def _unpacked(content: bytes) -> int:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return sum(one.file_size for one in packed.infolist())


# --- their own ----------------------------------------------------------------------------------
def _own(
    content: bytes,
    workbook: Workbook,
    name: str,
    header_row: int,
    places: list[Place],
    beside: Mapping[int, str],
) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        macros = any(one.endswith("vbaProject.bin") for one in packed.namelist())
    book = openpyxl.load_workbook(io.BytesIO(content), keep_vba=macros)
    page = book[name]
    sheet = next(each for each in workbook.sheets if each.name == name)
    for place in places:
        if place.column is None:
            continue
        cell = _top(page, place.row, place.column + 1)
        if place.sent is not None and isinstance(cell, OwnCell):
            row = sheet.rows[place.row - 1]
            _write(cell, text_of(row[place.column]) if place.column < len(row) else "")
        if place.problems:
            cell.fill = PatternFill("solid", fgColor=FILLS[place.severity])
        was = f"{cell.comment.text}\n" if cell.comment else ""
        cell.comment = Comment(was + place.note, "Cellgate", height=120, width=320)
    column = _width(workbook, name) + 1
    if beside and column <= WIDEST:
        _write(_top(page, max(header_row, 1), column), TITLE)
        for row_number, text in beside.items():
            _write(_top(page, row_number, column), text)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _top(page: Worksheet, row: int, column: int) -> OwnCell:
    """The cell; of a merged range the one that shows."""
    cell = page.cell(row, column)
    if isinstance(cell, OwnCell):
        return cell
    for merge in page.merged_cells.ranges:
        if cell.coordinate in merge:
            return page.cell(merge.min_row, merge.min_col)  # type: ignore[return-value]
    raise KeyError(cell.coordinate)


def _write(cell: OwnCell, text: str) -> None:
    """Text as text, never a formula; a number stays one where one stood."""
    if isinstance(cell.value, int | float) and _NUMBER.fullmatch(text):
        cell.value = float(text)
        return
    cell.value = text or None
    if text:
        cell.data_type = "s"
        cell.quotePrefix = text[0] in "=+-@"


# --- a fresh one --------------------------------------------------------------------------------
def _fresh(
    workbook: Workbook,
    name: str,
    header_row: int,
    places: list[Place],
    beside: Mapping[int, str],
) -> bytes:
    out = io.BytesIO()
    options = {
        "constant_memory": True,  # rows go to a file of their own as they come
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(out, options) as book:
        looks = {key: book.add_format({"bg_color": f"#{fill}"}) for key, fill in FILLS.items()}
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        instant = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        taken: set[str] = set()
        for sheet in workbook.sheets:
            page = book.add_worksheet(_sheet_name(sheet.name, taken))
            if sheet.hidden:
                page.hide()
            here = places if sheet.name == name else []
            filled = {(one.row, one.column): looks[one.severity] for one in here if one.problems}
            said: dict[int, str] = {}
            width = 0
            if sheet.name == name and beside and (width := _width(workbook, name)) < WIDEST:
                said = {max(header_row, 1): TITLE, **beside}
            noted: dict[int, list[Place]] = {}
            for place in here:
                noted.setdefault(place.row, []).append(place)
            for number, row in enumerate(sheet.rows, start=1):
                for index, cell in enumerate(row):
                    look = filled.get((number, index))
                    if isinstance(cell, datetime) and cell.tzinfo is None and cell.year >= 1900:
                        page.write_datetime(number - 1, index, cell, look or instant)
                    elif isinstance(cell, date) and cell.year >= 1900:
                        page.write_datetime(number - 1, index, cell, look or day)
                    elif isinstance(cell, Decimal) and _NUMBER.fullmatch(text_of(cell)):
                        page.write_number(number - 1, index, float(cell), look)
                    else:
                        _plain(page, number - 1, index, cell, look)
                for place in noted.get(number, ()):  # of a row that went already none is taken
                    if place.column is None:
                        continue
                    page.write_comment(
                        number - 1, place.column, place.note,
                        {"author": "Cellgate", "x_scale": 2.5, "y_scale": 1.2},
                    )  # fmt: skip
                    if place.column >= len(row) and place.problems:
                        page.write_blank(number - 1, place.column, None, looks[place.severity])
                if number in said:
                    page.write_string(number - 1, width, said[number])
    return out.getvalue()


def _plain(
    page: xlsxwriter.worksheet.Worksheet, row: int, column: int, cell: Cell, look: object
) -> None:
    text = text_of(cell).encode("utf-8", "replace").decode()[:LONGEST_CELL]
    if text:
        page.write_string(row, column, text, look)
    elif look is not None:
        page.write_blank(row, column, None, look)


def _sheet_name(name: str, taken: set[str]) -> str:
    """A name that Excel takes, and no other sheet has."""
    plain = re.sub(r"[\[\]:*?/\\\x00-\x1f]", " ", name).strip(" '")[:31] or "Sheet"
    if plain.casefold() == "history":
        plain = "History "[:7] + "_"
    found, count = plain, 2
    while found.casefold() in taken:
        found = f"{plain[:27]} {count}"
        count += 1
    taken.add(found.casefold())
    return found
