"""Excel workbooks (XLSX, XLSM): stored values of every sheet. Formulas and macros are never run."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import chain, islice
from posixpath import normpath
from typing import Protocol
from xml.etree.ElementTree import Element, ParseError

from defusedxml import ElementTree, common
from python_calamine import CalamineError, CalamineWorkbook

from procurement.formats.problem import Problem
from procurement.formats.support import limits, sheetxml
from procurement.formats.support.limits import TooBig
from procurement.formats.support.sheetxml import Measure
from procurement.formats.support.zipped import Damaged, Package
from procurement.formats.workbook import (
    Cell,
    Format,
    Hints,
    Merge,
    Row,
    Sheet,
    Workbook,
    refusal,
    trimmed,
)

_AGAIN = "Open it in your spreadsheet program, save it again and send that."

Found = int | float | str | bool | time | date | datetime | timedelta


class Reader(Protocol):
    """The part of a calamine sheet that we use."""

    @property
    def start(self) -> tuple[int, int] | None: ...

    def iter_rows(self) -> Iterator[list[Found]]: ...


@dataclass(frozen=True, slots=True)
class Listed:
    """A sheet as the workbook lists it. `index` is its place among all sheets."""

    index: int
    name: str
    part: str
    hidden: bool


def claims(data: bytes) -> bool:
    return data.startswith(b"PK\x03\x04") and b"xl/workbook.xml" in data


def read(data: bytes, hints: Hints) -> Workbook:
    """Every worksheet, hidden ones marked."""
    try:
        return _read(data)
    except TooBig as big:
        return refusal("xlsx", "too-big", big.what, big.fix)
    except Damaged as damaged:
        return refusal("xlsx", damaged.code, damaged.what, damaged.fix)
    except (CalamineError, ParseError, LookupError, ValueError) as error:
        return refusal(
            "xlsx", "file-damaged", f"It cannot be read as a workbook ({error}).", _AGAIN
        )


def _read(data: bytes) -> Workbook:
    package = Package(data)
    listed = _listed(package)
    tally = limits.Tally()
    longest = _check_other_parts(package)
    measures = {sheet.index: _measured(package, sheet, longest) for sheet in listed}
    sheets: list[Sheet] = []
    with CalamineWorkbook.from_filelike(io.BytesIO(data)) as workbook:
        for sheet in listed:
            found = workbook.get_sheet_by_index(sheet.index)
            if found.name != sheet.name:
                raise Damaged("file-damaged", "Its list of sheets contradicts itself.", _AGAIN)
            rows = cells_of(found, tally, measures[sheet.index].lost)
            merged = merges_of(found.merged_cell_ranges)
            sheets.append(Sheet(sheet.name, rows, sheet.hidden, merged))
    problems = notes(tuple(sheets), "xl/vbaproject.bin" in package.parts)
    if not any(sheet.rows for sheet in sheets):
        empty = refusal(
            "xlsx", "empty-file", "Its sheets are empty.", "Send the file that has the parts."
        )
        return replace(empty, problems=(*empty.problems, *problems))
    return Workbook("xlsx", tuple(sheets), problems)


def _listed(package: Package) -> list[Listed]:
    book = _xml(package, "xl/workbook.xml")
    relations = {
        one.get("Id", ""): one.get("Target", "")
        for one in _xml(package, "xl/_rels/workbook.xml.rels")
    }
    listed = []
    found = [one for one in book.iter() if one.tag.rpartition("}")[2] == "sheet"]
    for index, one in enumerate(found):
        key = next((v for k, v in one.attrib.items() if k.endswith("}id")), "")
        target = relations.get(key, "").replace("\\", "/")
        part = target.lstrip("/") if target.startswith("/") else normpath(f"xl/{target}")
        if "worksheet" in part.lower() or part in package:
            hidden = one.get("state", "visible") != "visible"
            listed.append(Listed(index, one.get("name", f"Sheet {index + 1}"), part, hidden))
    if not listed:
        raise Damaged("file-damaged", "It lists no worksheets.", _AGAIN)
    return [sheet for sheet in listed if "chartsheet" not in sheet.part.lower()]


def _xml(package: Package, part: str) -> Element:
    if part not in package:
        raise Damaged("file-damaged", f"Its part {part} is missing.", _AGAIN)
    try:
        root: Element = ElementTree.fromstring(package.whole(part), forbid_dtd=True)
    except common.DefusedXmlException as error:
        raise sheetxml.NO_DTD from error
    return root


def _check_other_parts(package: Package) -> int:
    """Unpacks, to count them, the parts read beside the sheets. The longest shared string."""
    longest = run = 0
    for part in ("xl/sharedStrings.xml", "xl/styles.xml"):
        if part not in package:
            continue
        for piece in package.pieces(part):
            if b"<!DOCTYPE" in piece or b"<!ENTITY" in piece:
                raise sheetxml.NO_DTD
            if part.endswith("sharedStrings.xml"):
                ends = piece.split(b"</si>") if b"</si>" in piece else piece.split(b":si>")
                longest = max(longest, run + len(ends[0]), *map(len, ends))
                run = len(ends[-1]) if len(ends) > 1 else run + len(piece)
    return longest


def _measured(package: Package, sheet: Listed, longest: int) -> Measure:
    if sheet.part not in package:
        raise Damaged("file-damaged", f"Its part {sheet.part} is missing.", _AGAIN)
    found = sheetxml.quick(package.pieces(sheet.part))
    if found is None or found.area > limits.MAX_AREA or found.strings * longest > limits.MAX_TEXT:
        found = sheetxml.full(package.pieces(sheet.part))
        _check_shared(package, found)
    if found.area > limits.MAX_AREA:
        raise TooBig(
            f"Sheet “{sheet.name}” reaches to row {found.last_row:,}, "
            f"column {found.last_column:,}.",
            "Delete the stray cells far from the table, save it and send it again.",
        )
    if found.cells > limits.MAX_CELLS:
        raise TooBig(f"Sheet “{sheet.name}” has more than {limits.MAX_CELLS:,} filled cells.")
    return found


def _check_shared(package: Package, found: Measure) -> None:
    """A long text may be stored once and used in every cell; we hold it each time."""
    if not found.shared or "xl/sharedStrings.xml" not in package:
        return
    text = place = 0
    left = b""
    for piece in package.pieces("xl/sharedStrings.xml"):
        *whole, left = (left + piece).split(b"</si>")
        for one in whole:
            text += len(one) * found.shared.get(place, 0)
            place += 1
        if text > limits.MAX_TEXT * 2:
            raise TooBig("It repeats long texts over very many cells.")


def cells_of(
    found: Reader, tally: limits.Tally, lost: dict[tuple[int, int], str] | None = None
) -> tuple[Row, ...]:
    """The cells of a calamine sheet from A1 on, with `lost` texts put back where they stood."""
    left = found.start[1] if found.start else 0
    rows: list[Row] = []  # calamine gives the blank rows above, and not the blank columns before
    before: Row = ("",) * left
    known = _Known()
    records = found.iter_rows()
    while piece := list(islice(records, PIECE)):
        kinds = set(map(type, chain.from_iterable(piece)))
        for record in piece:
            filled = len(record) - record.count("")
            if not filled:
                rows.append(())
                continue
            texts = "".join([cell for cell in record if isinstance(cell, str)])
            tally.add(filled, limits.weight(texts))
            # Truth equals one: where both may come, each cell is looked at by itself.
            cells = map(known.__getitem__ if kinds <= PLAIN else cell_of, record)
            rows.append((*before, *cells))
    if lost:
        rows = _put_back(rows, lost)
    return trimmed(rows)


PIECE = 25  # rows looked at together: few, for they may be very wide
KEPT = 50_000  # cells of which one copy serves every place
PLAIN = {str, float}


class _Known(dict[Found, Cell]):
    """Cells by what calamine gives: the same few numbers and texts come again and again."""

    def __missing__(self, found: Found) -> Cell:
        cell = cell_of(found)
        if len(self) < KEPT:
            self[found] = cell
        return cell


def cell_of(found: Found) -> Cell:
    if isinstance(found, float):
        return exact(found)
    if isinstance(found, int) and not isinstance(found, bool):
        return Decimal(found)
    return found


def exact(number: float) -> Decimal:
    """The shortest decimal that is this number: what the person typed, not its binary shadow."""
    whole = number.is_integer() and abs(number) < 1e15
    return Decimal(int(number)) if whole else Decimal(repr(number))


def _put_back(rows: list[Row], lost: dict[tuple[int, int], str]) -> list[Row]:
    by_row: dict[int, dict[int, str]] = {}
    for (row, column), text in lost.items():
        by_row.setdefault(row, {})[column] = text
    last = max(by_row)
    rows += [()] * (last + 1 - len(rows))
    for number, texts in by_row.items():
        cells = list(rows[number])
        cells += [""] * (max(texts) + 1 - len(cells))
        for column, text in texts.items():
            if cells[column] == "":
                cells[column] = text
        rows[number] = tuple(cells)
    return rows


def merges_of(ranges: list[tuple[tuple[int, int], tuple[int, int]]] | None) -> tuple[Merge, ...]:
    return tuple(
        Merge(top + 1, left + 1, bottom + 1, right + 1)
        for (top, left), (bottom, right) in (ranges or [])[:50_000]
    )


def notes(sheets: tuple[Sheet, ...], macros: bool) -> tuple[Problem, ...]:
    """Warnings about what is in the file that a person may not see."""
    problems: list[Problem] = []
    if macros:
        problems.append(
            Problem(
                "macros-not-run",
                "the file",
                "It holds macros. They were not run.",
                "Nothing to do, unless a macro fills in cells: then send it with them filled in.",
                severity="warning",
            )
        )
    for sheet in sheets:
        if sheet.hidden and sheet.rows:
            problems.append(
                Problem(
                    "hidden-sheet",
                    f"sheet “{sheet.name}”",
                    "It is hidden. It was read, and is not used unless you choose it.",
                    "Choose it if it holds the parts.",
                    severity="warning",
                )
            )
    return tuple(problems)


FORMAT = Format("xlsx", "Excel workbook (XLSX)", ("xlsx", "xlsm", "xltx", "xltm"), claims, read)
