"""How an upload is read where the person saw it better than we did: a `Mapping`.

{"sheet": name, "header_row": the row that names the columns, from 1, or 0 for none,
"columns": {index of the column, from 0: field or None},
"cells": {row, from 1: {column, from 0: the text put right}}}. Left out: as recognised, as sent.
"""

from collections.abc import Mapping as AnyMapping
from functools import lru_cache
from typing import Any, TypedDict

from procurement import formats
from procurement.formats.problem import Problem
from procurement.formats.workbook import Workbook
from procurement.intake.fields import Field
from procurement.intake.reading import Layout
from procurement.intake.said import layout_at, with_cells
from procurement.models import Upload
from procurement.problems import Refused
from procurement.services.pictures import workbook_pictured
from procurement.services.reading import (
    upload_bytes,
    upload_is_too_long_to_show,
    upload_read_first,
)

LONGEST_CELL = 5_000  # characters of a cell put right
WIDEST = 16_384  # columns
SMALL = 3_000_000
"""Bytes. A file no larger is read once and kept in memory while a person works on its cells."""


class Mapping(TypedDict, total=False):
    sheet: str
    header_row: int
    columns: AnyMapping[int | str, str | None]
    cells: AnyMapping[int | str, AnyMapping[int | str, str]]


def plain_mapping(mapping: Mapping | None) -> dict[str, Any] | None:
    """A mapping as JSON keeps it, so that equal ones compare equal. None where it says nothing."""
    said: dict[str, Any] = {}
    if mapping and mapping.get("sheet"):
        said["sheet"] = str(mapping["sheet"])
    if mapping and mapping.get("columns"):
        said["columns"] = _sorted(mapping["columns"])
    if mapping and mapping.get("header_row") is not None:
        said["header_row"] = int(mapping["header_row"])
    if mapping and mapping.get("cells"):
        said["cells"] = {row: _sorted(cells) for row, cells in _sorted(mapping["cells"]).items()}
    return said or None


def _sorted(told: AnyMapping[int | str, Any]) -> dict[str, Any]:
    """By number; what is no number is told of later, by whoever reads the file."""
    by_text = {str(key): value for key, value in told.items()}
    return dict(sorted(by_text.items(), key=lambda item: (len(item[0]), item[0])))


def _within(key: int | str, first: int, last: int) -> bool:
    text = str(key)
    return text.isdecimal() and len(text) < 10 and first <= int(text) <= last


def laid_out(
    upload: Upload,
    mapping: Mapping | None,
    workbook: Workbook | None = None,
    *,
    first_rows: bool = False,
) -> tuple[Workbook, Layout]:
    """The file, its cells put right, and how to read it. Raises Refused where it cannot be.

    workbook: the file as read, where that is at hand; a file too heavy to be read beside other
    work is refused without. first_rows: of such a file the rows that were pictured will do.
    """
    if workbook is None and first_rows and not is_shown(upload):
        workbook = workbook_shown(upload)
    if workbook is None:
        check_shown(upload)
    if upload.state == Upload.State.RECEIVED:
        workbook = upload_read_first(upload)
    reading, mapping = upload.reading or {}, mapping or {}
    helped = mapping.get("header_row") is not None and bool(reading.get("sheets"))
    if upload.state == Upload.State.REFUSED and not helped:
        raise Refused(*(Problem(**problem) for problem in upload.problems))
    if not reading.get("sheets"):
        what = "We do not know its encoding yet."
        fix = "Choose the encoding whose sample reads right."
        raise Refused(Problem("encoding-unclear", "the file", what, fix))
    workbook = workbook or workbook_read(upload)
    layout = _layout(reading, mapping, workbook)
    return _with_cells(workbook, layout, mapping.get("cells") or {}), layout


def is_shown(upload: Upload) -> bool:
    """Whether reading the file takes no more memory than a web process may spare."""
    return not _is_too_long_once(_Bytes(upload))


TOO_LONG = Problem(
    "too-long-to-show",
    "the file",
    "It is too long to be read whole while you wait. A worker reads it once it is submitted.",
    "Submit it as it is, or split it into smaller files to see and correct all its rows.",
)


def check_shown(upload: Upload) -> None:
    """Raise Refused where reading the file takes more."""
    if not is_shown(upload):
        raise Refused(TOO_LONG)


def workbook_shown(upload: Upload) -> Workbook:
    """As `workbook_read`, where that is little work; else the rows that were pictured. Raises
    Refused where they were not.
    """
    if is_shown(upload):
        return workbook_read(upload)
    if (workbook := workbook_pictured(upload)) is None:
        raise Refused(TOO_LONG)
    return workbook


def workbook_read(upload: Upload) -> Workbook:
    """The sheets of an upload as sent. A small one is read once, and then found in memory."""
    encoding = (upload.reading or {}).get("encoding")
    if upload.size > SMALL:
        return formats.read(upload_bytes(upload), upload.filename, encoding)
    return _read_once(_Bytes(upload), upload.filename, encoding)


class _Bytes:
    """The bytes of an upload: equal where their hashes are, and fetched only when first read."""

    def __init__(self, upload: Upload) -> None:
        self.upload = upload
        self.sha256 = upload.sha256

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Bytes) and self.sha256 == other.sha256

    def __hash__(self) -> int:
        return hash(self.sha256)


@lru_cache(maxsize=4)
def _is_too_long_once(same: _Bytes) -> bool:
    return upload_is_too_long_to_show(same.upload)


@lru_cache(maxsize=4)
def _read_once(same: _Bytes, filename: str, encoding: str | None) -> Workbook:
    return formats.read(upload_bytes(same.upload), filename, encoding)


def _with_cells(
    workbook: Workbook, layout: Layout, told: AnyMapping[int | str, AnyMapping[int | str, str]]
) -> Workbook:
    rows = next(len(sheet.rows) for sheet in workbook.sheets if sheet.name == layout.sheet)
    columns = {column.index for column in layout.columns}
    for row, cells in told.items():
        for index, text in cells.items():
            where = f"cells.{row}.{index}"
            if not _within(row, 1, rows):
                fix = f"Count rows from 1; there are {rows:,}."
                raise Refused(Problem("does-not-exist", where, "There is no such row.", fix))
            if not (_within(index, 0, WIDEST) and int(index) in columns):
                fix = "Count columns from 0."
                raise Refused(Problem("does-not-exist", where, "There is no such column.", fix))
            if len(text) > LONGEST_CELL:
                what = f"The text has {len(text):,} characters; a cell keeps {LONGEST_CELL:,}."
                raise Refused(Problem("text-too-long", where, what, "Shorten it."))
    cells_by_row = {
        int(row): {int(index): text for index, text in cells.items()} for row, cells in told.items()
    }
    return with_cells(workbook, layout.sheet, cells_by_row)


def _layout(reading: AnyMapping[str, Any], mapping: Mapping, workbook: Workbook) -> Layout:
    name = mapping.get("sheet")
    layouts = {view["name"]: view["layout"] for view in reading["sheets"]}
    if name and name not in layouts:
        what = f"There is no sheet “{name}”."
        fix = f"Choose one of: {', '.join(layouts)}."
        raise Refused(Problem("does-not-exist", "sheet", what, fix))
    stored: AnyMapping[str, Any] | None = layouts[name] if name else reading["layout"]
    header_row = mapping.get("header_row")
    if header_row is not None and (stored is None or header_row != stored["header_row"]):
        proposed = (reading["layout"] or {}).get("sheet")
        layout = _layout_at(workbook, name or proposed or workbook.sheets[0].name, header_row)
    elif stored is None:
        what = f"“{name}” has no row that names its columns." if name else "No sheet will do."
        raise Refused(Problem("no-header", "sheet", what, "Choose another sheet."))
    else:
        layout = Layout.from_dict(stored)
    columns = {column.index for column in layout.columns}
    wrong: list[Problem] = []
    said: dict[int, Field | None] = {}
    for index, field in (mapping.get("columns") or {}).items():
        where = f"columns.{index}"
        if not _within(index, 0, WIDEST) or int(index) not in columns:
            what = "There is no such column."
            fix = f"Count from 0; there are {len(columns)}."
            wrong.append(Problem("does-not-exist", where, what, fix))
        elif field is not None and field not in set(Field):
            fix = f"Use one of: {', '.join(Field)}."
            wrong.append(Problem("invalid-choice", where, f"“{field}” is no field.", fix))
        else:
            said[int(index)] = None if field is None else Field(field)
    if wrong:
        raise Refused(*wrong)
    return layout.corrected(said)


def _layout_at(workbook: Workbook, name: str, header_row: int) -> Layout:
    sheet = next(each for each in workbook.sheets if each.name == name)
    try:
        return layout_at(sheet, header_row)
    except IndexError as error:
        what = f"“{name}” has no row {header_row}."
        fix = f"Give a row from 1 to {len(sheet.rows):,}, or 0 where no row names the columns."
        raise Refused(Problem("does-not-exist", "header_row", what, fix)) from error
