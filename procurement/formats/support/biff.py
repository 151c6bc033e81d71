"""What the XLS reader would do to us, found out beforehand from the file's own records.

As for XLSX: calamine holds a sheet as one block and gives failed formulas as blank. So we find the
workbook inside its container, and walk its records for the last cell and the errors of each sheet.
"""

from __future__ import annotations

import struct
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from procurement.formats.support.zipped import Damaged

_AGAIN = "Open it in your spreadsheet program, save it as XLSX and send that."
_FREE = 0xFFFFFFFA  # from here on a sector number means none
_ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}
_BOF, _EOF, _FILEPASS, _BOUNDSHEET = 0x0809, 0x000A, 0x002F, 0x0085
_SST, _CONTINUE = 0x00FC, 0x003C
_LABELSST, _BOOLERR, _FORMULA, _MULRK = 0x00FD, 0x0205, 0x0006, 0x00BD
_SINGLE = frozenset({_LABELSST, _BOOLERR, _FORMULA, 0x0204, 0x0203, 0x027E, 0x00D6})


@dataclass(slots=True)
class Extent:
    """A sheet's last row and column (counts), its cells, and the errors calamine would lose."""

    last_row: int = 0
    last_column: int = 0
    cells: int = 0
    lost: dict[tuple[int, int], str] = field(default_factory=dict)
    shared: Counter[int] = field(default_factory=Counter)

    def take(self, row: int, column: int, width: int = 1) -> None:
        self.last_row = max(self.last_row, row + 1)
        self.last_column = max(self.last_column, column + width)
        self.cells += width


@dataclass(slots=True)
class Book:
    """The extents of the sheets in order, and the length of every shared text."""

    sheets: list[Extent] = field(default_factory=list)
    lengths: list[int] = field(default_factory=list)


def measure(data: bytes) -> Book:
    """What the workbook in an OLE file holds. Raises Damaged."""
    try:
        return _walk(_stream(data))
    except (struct.error, IndexError, ValueError) as error:
        raise Damaged("file-damaged", "It is cut short or damaged.", _AGAIN) from error


def _stream(data: bytes) -> bytes:
    """The stream named Workbook (or Book) of a compound file."""
    size = 1 << struct.unpack_from("<H", data, 30)[0]
    small = 1 << struct.unpack_from("<H", data, 32)[0]
    if size not in (512, 4096) or small > size:
        raise ValueError("sector size")
    first_directory, _, cutoff, first_small = struct.unpack_from("<IIII", data, 48)
    table = _allocation(data, size)
    directory = _chain(data, table, first_directory, size)
    entries: dict[str, tuple[int, int]] = {}
    for place in range(0, len(directory) - 127, 128):
        length = struct.unpack_from("<H", directory, place + 64)[0]
        name = directory[place : place + max(length - 2, 0)].decode("utf-16-le", "replace")
        start, count = struct.unpack_from("<II", directory, place + 116)
        entries.setdefault(name, (start, count))
    found = entries.get("Workbook") or entries.get("Book")
    if found is None:
        raise Damaged("not-a-spreadsheet", "It is an old Office file without a workbook.", _AGAIN)
    start, count = found
    if count >= cutoff:
        return _chain(data, table, start, size)[:count]
    inner = _chain(data, table, entries["Root Entry"][0], size)
    raw = _chain(data, table, first_small, size)
    return _chain(inner, struct.unpack(f"<{len(raw) // 4}I", raw), start, small, offset=0)[:count]


def _allocation(data: bytes, size: int) -> tuple[int, ...]:
    """The file allocation table: for each sector, the next of its chain."""
    sectors = list(struct.unpack_from("<109I", data, 76))
    more, count = struct.unpack_from("<II", data, 68)
    for _ in range(min(count, len(data) // size)):
        if more >= _FREE:
            break
        block = struct.unpack_from(f"<{size // 4}I", data, (more + 1) * size)
        sectors += block[:-1]
        more = block[-1]
    used = [sector for sector in sectors if sector < _FREE]
    if len(used) * size > len(data) + size:
        raise ValueError("allocation table")
    raw = b"".join(data[(one + 1) * size : (one + 2) * size] for one in used)
    return struct.unpack(f"<{len(raw) // 4}I", raw[: len(raw) // 4 * 4])


def _chain(data: bytes, table: tuple[int, ...], start: int, size: int, offset: int = 1) -> bytes:
    found: list[bytes] = []
    for _ in range(len(data) // size + 1):
        if start >= _FREE:
            return b"".join(found)
        place = (start + offset) * size
        found.append(data[place : place + size])
        start = table[start]
    raise ValueError("a chain of sectors that never ends")


def _records(stream: bytes) -> Iterator[tuple[int, int, bytes]]:
    """(place, type, content) of every record."""
    place = 0
    while place + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, place)
        yield place, kind, stream[place + 4 : place + 4 + length]
        place += 4 + length


def _walk(stream: bytes) -> Book:
    starts: list[int] = []
    by_start: dict[int, Extent] = {}
    texts: list[bytes] = []
    here: Extent | None = None
    in_texts = False
    depth = 0
    for place, kind, content in _records(stream):
        in_texts = in_texts and kind == _CONTINUE
        if kind == _SST or in_texts:
            texts.append(content)
            in_texts = True
        elif kind == _BOF:
            depth += 1
            if depth == 1:  # charts inside a sheet begin their own
                here = by_start.setdefault(place, Extent())
        elif kind == _EOF:
            depth = max(depth - 1, 0)
        elif kind == _FILEPASS:
            raise Damaged(
                "password-protected",
                "It is protected by a password.",
                "Remove the password and send it again.",
            )
        elif kind == _BOUNDSHEET:
            starts.append(struct.unpack_from("<I", content)[0])
        elif here is not None and depth == 1:
            _cell(here, kind, content)
    sheets = [by_start.get(start, Extent()) for start in starts]
    return Book(sheets, _lengths(texts))


def _cell(here: Extent, kind: int, content: bytes) -> None:
    if kind == _MULRK:
        row, first = struct.unpack_from("<HH", content)
        here.take(row, first, (len(content) - 6) // 6)
    elif kind in _SINGLE:
        row, column = struct.unpack_from("<HH", content)
        here.take(row, column)
        if kind == _LABELSST:
            here.shared[struct.unpack_from("<I", content, 6)[0]] += 1
        elif kind == _BOOLERR and content[7]:
            here.lost[row, column] = _ERRORS.get(content[6], "#ERROR!")
        elif kind == _FORMULA and content[12:14] == b"\xff\xff" and content[6] == 2:
            here.lost[row, column] = _ERRORS.get(content[8], "#ERROR!")


def _lengths(parts: list[bytes]) -> list[int]:
    """The length of every shared text. One may go on in the next record, after a flag byte."""
    if not parts:
        return []
    found: list[int] = []
    block, place = 0, 8

    def need(count: int) -> bytes:
        nonlocal block, place
        while place >= len(parts[block]):
            block, place = block + 1, 0
        taken = parts[block][place : place + count]
        place += count
        return taken

    total = struct.unpack_from("<I", parts[0], 4)[0]
    while len(found) < total:
        length, flags = struct.unpack("<HB", need(3))
        runs = struct.unpack("<H", need(2))[0] if flags & 8 else 0
        extra = struct.unpack("<I", need(4))[0] if flags & 4 else 0
        found.append(length)
        left, wide = length, 2 if flags & 1 else 1
        while left:
            if place >= len(parts[block]):
                block, place = block + 1, 1
                wide = 2 if parts[block][0] & 1 else 1
            here = min(left, (len(parts[block]) - place) // wide)
            if here <= 0:
                place = len(parts[block])
                continue
            place += here * wide
            left -= here
        skip = runs * 4 + extra
        while skip:
            step = min(skip, max(len(parts[block]) - place, 0))
            place, skip = place + step, skip - step
            if skip:
                block, place = block + 1, 0
    return found
