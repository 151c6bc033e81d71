"""What the XLSX reader would do to us, found out beforehand from the sheet's own XML.

Calamine holds a sheet as one block from its first filled cell to its last, and gives cells with an
error, and formulas whose result was never stored, as blank. So we measure the block first, and
collect those cells, whose text must not be lost.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from procurement.formats.support import limits
from procurement.formats.support.limits import TooBig
from procurement.formats.support.zipped import Damaged

LONGEST_TAG = 4 * 1024 * 1024

_CELL = re.compile(rb'<c r="[A-Z]{1,4}(\d{1,9})"')
_WIDE = re.compile(rb'<c r="([A-Z]{2,4})\d')
_UNKEPT = re.compile(rb"(?:</f>|<f [^<>]*/>|<f/>)\s*(?:<v\s*/>|<v></v>|</c>)")
_REFERENCE = re.compile(r"([A-Z]{1,3})(\d{1,7})$")
_DTD = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)

_AGAIN = "Open it in your spreadsheet program, save it again and send that."
NO_DTD = Damaged(
    "xml-not-allowed",
    "It declares XML entities, which spreadsheets never need and attacks do.",
    "Open it in your spreadsheet program, save it again and send that.",
)


@dataclass(slots=True)
class Measure:
    """The last row and column of a sheet, its cells, and those whose text calamine would lose.

    `lost` maps (row, column), both from 0, to the error ("#DIV/0!") or the formula ("=A1*B1").
    `shared` counts how often each shared string is used.
    """

    last_row: int = 0
    last_column: int = 0
    cells: int = 0
    strings: int = 0
    lost: dict[tuple[int, int], str] = field(default_factory=dict)
    shared: Counter[int] = field(default_factory=Counter)

    @property
    def area(self) -> int:
        return self.last_row * self.last_column


def column_number(letters: str) -> int:
    """1 for "A", 27 for "AA"."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def quick(pieces: Iterable[bytes]) -> Measure | None:
    """The measure by looking for what programs write; None where only a real parse can tell."""
    found = Measure()
    rows: set[bytes] = set()
    wide: set[bytes] = set()
    for number, chunk in enumerate(_whole_cells(pieces)):
        if number == 0:
            if b"\0" in chunk[:200] or b":worksheet" in chunk[:2000]:
                return None  # another encoding, or prefixed names
            if _DTD.search(chunk):
                raise NO_DTD
        numbers = _CELL.findall(chunk)
        if len(numbers) != chunk.count(b"<c ") or b"<c>" in chunk or b"<c/>" in chunk:
            return None
        if b't="e"' in chunk or _UNKEPT.search(chunk):
            return None
        found.cells += len(numbers)
        found.strings += chunk.count(b't="s"')
        rows.update(numbers)
        wide.update(_WIDE.findall(chunk))
    found.last_row = max(map(int, rows), default=0)
    found.last_column = max((column_number(letters.decode()) for letters in wide), default=26)
    return found


def _whole_cells(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes, cut where no cell is divided."""
    rest = b""
    for piece in pieces:
        chunk = rest + piece
        cut = chunk.rfind(b"<c ")
        if cut < 0:
            cut = chunk.rfind(b"<")
        if cut <= 0 and len(chunk) > LONGEST_TAG:
            cut = len(chunk)
        yield chunk[: max(cut, 0)]
        rest = chunk[max(cut, 0) :]
    yield rest


def full(pieces: Iterable[bytes]) -> Measure:
    """The measure by parsing: exact, and slower. Only cells that hold something count."""
    reader = _Reader()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.StartDoctypeDeclHandler = reader.doctype
    try:
        for piece in pieces:
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise Damaged(
            "file-damaged", f"One of its sheets is damaged (line {error.lineno}).", _AGAIN
        ) from error
    except (LookupError, ValueError) as error:  # it names an encoding that there is not
        raise Damaged("file-damaged", f"One of its sheets is damaged ({error}).", _AGAIN) from error
    return reader.found


class _Reader:
    def __init__(self) -> None:
        self.found = Measure()
        self.row = self.column = -1
        self.kind = ""
        self.value: list[str] | None = None
        self.formula: list[str] | None = None
        self.parts: dict[str, str] = {}

    def doctype(self, *_: object) -> None:
        raise NO_DTD

    def start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        if local == "row":
            told = attributes.get("r", "")
            self.row = int(told) - 1 if told.isdecimal() and len(told) < 9 else self.row + 1
            self.column = -1
        elif local == "c":
            reference = _REFERENCE.match(attributes.get("r", ""))
            if reference:
                self.column = column_number(reference[1]) - 1
                self.row = int(reference[2]) - 1
            else:
                self.column += 1
            self.kind = attributes.get("t", "")
            self.parts = {}
        elif local in ("v", "f", "t"):
            self.value = []

    def text(self, text: str) -> None:
        if self.value is not None:
            self.value.append(text)

    def end(self, name: str) -> None:
        local = name.rpartition(":")[2]
        if local in ("v", "f", "t") and self.value is not None:
            self.parts[local] = self.parts.get(local, "") + "".join(self.value)
            self.value = None
        elif local == "c":
            self._cell()

    def _cell(self) -> None:
        value = self.parts.get("v", "") or self.parts.get("t", "")
        if not value and "f" not in self.parts:
            return
        found = self.found
        found.cells += 1
        found.last_row = max(found.last_row, self.row + 1)
        found.last_column = max(found.last_column, self.column + 1)
        if self.row >= limits.MAX_ROWS or self.column >= limits.MAX_COLUMNS:
            raise TooBig("It has cells outside what a spreadsheet can hold.", "Save it again.")
        if self.kind == "e":
            found.lost[self.row, self.column] = value or "#ERROR!"
        elif not value:
            found.lost[self.row, self.column] = "=" + self.parts["f"]
        elif self.kind == "s":
            found.strings += 1
            if value.strip().isdecimal():
                found.shared[int(value)] += 1
