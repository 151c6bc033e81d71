"""OpenDocument spreadsheets (ODS): every sheet's stored values, streamed.

Repeated cells and rows are counted before they are made, since one of them may stand for a million.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from xml.parsers import expat

from procurement.formats.support import limits
from procurement.formats.support.limits import TooBig
from procurement.formats.support.markup import NO_DTD
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
from procurement.formats.xlsx import notes

_AGAIN = "Open it in your spreadsheet program, save it again and send that."
_MARK = b"application/vnd.oasis.opendocument.spreadsheet"


def claims(data: bytes) -> bool:
    if not data.startswith(b"PK\x03\x04"):
        return False
    return _MARK in data[:200] or (b"content.xml" in data and _MARK in data)


def read(data: bytes, hints: Hints) -> Workbook:
    try:
        package = Package(data)
        if "content.xml" not in package:
            raise Damaged("file-damaged", "Its content is missing.", _AGAIN)
        if "meta-inf/manifest.xml" in package and b"encryption-data" in package.whole(
            "META-INF/manifest.xml"
        ):
            raise Damaged(
                "password-protected",
                "It is protected by a password.",
                "Remove the password and send it again.",
            )
        sheets = _Reader().read(package.pieces("content.xml"))
    except TooBig as big:
        return refusal("ods", "too-big", big.what, big.fix)
    except Damaged as damaged:
        return refusal("ods", damaged.code, damaged.what, damaged.fix)
    problems = notes(sheets, any(name.startswith("basic/") for name in package.parts))
    if not any(sheet.rows for sheet in sheets):
        what = "Its sheets are empty."
        empty = refusal("ods", "empty-file", what, "Send the file that has the parts.")
        return replace(empty, problems=(*empty.problems, *problems))
    return Workbook("ods", sheets, problems)


@dataclass(slots=True)
class _Table:
    name: str
    hidden: bool
    rows: list[Row] = field(default_factory=list)
    merged: list[Merge] = field(default_factory=list)
    blank: int = 0  # blank rows met since the last filled one


class _Reader:
    """Follows the document's elements; names come as "namespace local"."""

    def __init__(self) -> None:
        self.tables: list[_Table] = []
        self.table: _Table | None = None
        self.tally = limits.Tally()
        self.hidden_styles: set[str] = set()
        self.style = ""
        self.row: list[Cell] = []
        self.row_repeat = 1
        self.blank = 0  # blank cells met since the last filled one
        self.attributes: dict[str, str] = {}
        self.text: list[str] = []
        self.paragraphs = 0
        self.in_cell = False
        self.in_paragraph = 0
        self.in_note = 0
        self.depth = 0

    def read(self, pieces: Iterable[bytes]) -> tuple[Sheet, ...]:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.StartDoctypeDeclHandler = self._doctype
        try:
            for piece in pieces:
                parser.Parse(piece, False)
            parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise Damaged(
                "file-damaged", f"It is damaged (line {error.lineno}).", _AGAIN
            ) from error
        except (LookupError, ValueError) as error:  # it names an encoding that there is not
            raise Damaged("file-damaged", f"It is damaged ({error}).", _AGAIN) from error
        return tuple(
            Sheet(table.name, trimmed(table.rows), table.hidden, tuple(table.merged))
            for table in self.tables
        )

    def _doctype(self, *_: object) -> None:
        raise NO_DTD

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(" ")[2]
        told = {key.rpartition(" ")[2]: value for key, value in attributes.items()}
        if local == "style":
            self.style = told.get("name", "")
        elif local == "table-properties" and told.get("display") == "false":
            self.hidden_styles.add(self.style)
        elif local == "table" and self.table is None:
            hidden = told.get("style-name", "") in self.hidden_styles
            self.table = _Table(told.get("name", f"Sheet {len(self.tables) + 1}"), hidden)
        elif local == "annotation":
            self.in_note += 1
        elif self.table is None or self.in_note:
            return
        elif local == "table-row":
            self.row, self.blank = [], 0
            self.row_repeat = _count(told.get("number-rows-repeated"))
        elif local in ("table-cell", "covered-table-cell"):
            self.in_cell, self.attributes, self.text, self.paragraphs = True, told, [], 0
            if local == "covered-table-cell":
                self.attributes = {
                    "number-columns-repeated": told.get("number-columns-repeated", "1")
                }
        elif self.in_cell:
            self._inside(local, told)

    def _inside(self, local: str, told: dict[str, str]) -> None:
        if local == "p":
            if self.paragraphs:
                self.text.append("\n")
            self.paragraphs += 1
            self.in_paragraph += 1
        elif local == "s":
            self.text.append(" " * min(_count(told.get("c")), 1_000))
        elif local == "tab":
            self.text.append("\t")
        elif local == "line-break":
            self.text.append("\n")

    def _characters(self, text: str) -> None:
        if self.in_cell and self.in_paragraph and not self.in_note:
            self.text.append(text)

    def _end(self, name: str) -> None:
        local = name.rpartition(" ")[2]
        if local == "annotation":
            self.in_note -= 1
        elif self.table is None or self.in_note:
            return
        elif local == "p" and self.in_paragraph:
            self.in_paragraph -= 1
        elif local in ("table-cell", "covered-table-cell"):
            self._cell(self.table)
            self.in_cell = False
        elif local == "table-row":
            self._row(self.table)
        elif local == "table":
            self.tables.append(self.table)
            self.table = None

    def _cell(self, table: _Table) -> None:
        cell = _value(self.attributes, "".join(self.text))
        repeat = _count(self.attributes.get("number-columns-repeated"))
        if cell == "":
            self.blank += repeat
            return
        width = len(self.row) + self.blank + repeat
        if width > limits.MAX_COLUMNS:
            raise TooBig(f"A row has more than {limits.MAX_COLUMNS:,} columns.")
        rows = self.row_repeat
        self.tally.add(repeat * rows, repeat * rows * (len(cell) if isinstance(cell, str) else 0))
        self.row += [""] * self.blank
        self.blank = 0
        columns = _count(self.attributes.get("number-columns-spanned"))
        down = _count(self.attributes.get("number-rows-spanned"))
        if columns > 1 or down > 1:
            top, left = len(table.rows) + table.blank + 1, len(self.row) + 1
            table.merged.append(Merge(top, left, top + down - 1, left + columns - 1))
        self.row += [cell] * repeat

    def _row(self, table: _Table) -> None:
        if not self.row:
            table.blank += self.row_repeat
            return
        if len(table.rows) + table.blank + self.row_repeat > limits.MAX_ROWS:
            raise TooBig(f"A sheet has more than {limits.MAX_ROWS:,} rows.")
        table.rows += [()] * table.blank
        table.blank = 0
        table.rows += [tuple(self.row)] * self.row_repeat


def _count(told: str | None) -> int:
    return int(told) if told and told.isdecimal() and len(told) < 10 else 1


def _value(attributes: dict[str, str], text: str) -> Cell:
    """The stored value: exact where it is a number; what is shown where the formula failed."""
    kind = attributes.get("value-type", "")
    if (text.startswith("#") and text.endswith(("!", "?", "A"))) or text.startswith("Err:"):
        return f"#{text}!" if text.startswith("Err:") else text
    try:
        if kind in ("float", "currency", "percentage"):
            number = Decimal(attributes["value"])
            return number.quantize(Decimal(1)) if number == number.to_integral_value() else number
        if kind == "date":
            told = attributes["date-value"]
            return datetime.fromisoformat(told) if "T" in told else date.fromisoformat(told)
        if kind == "boolean":
            return attributes["boolean-value"] == "true"
    except (KeyError, ValueError, InvalidOperation):
        return text
    return text or attributes.get("string-value", "")


FORMAT = Format("ods", "OpenDocument spreadsheet (ODS)", ("ods", "ots"), claims, read)
