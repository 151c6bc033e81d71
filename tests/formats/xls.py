"""XLS files made by hand, record by record: as small as the format allows, and broken as wanted."""

import struct
from collections.abc import Sequence

Placed = tuple[int, int, str | float]
ERROR = {"#DIV/0!": 0x07, "#REF!": 0x17, "#N/A": 0x2A}


def record(kind: int, content: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


def bof(kind: int) -> bytes:
    return record(0x0809, struct.pack("<HHHHII", 0x0600, kind, 0, 0, 0, 6))


def text(written: str) -> bytes:
    return struct.pack("<HB", len(written), 1) + written.encode("utf-16-le")


def cell(row: int, column: int, value: str | float, shared: list[str]) -> bytes:
    if isinstance(value, str) and value in ERROR:
        return record(0x0205, struct.pack("<HHHBB", row, column, 0, ERROR[value], 1))
    if isinstance(value, str):
        if value not in shared:
            shared.append(value)
        return record(0x00FD, struct.pack("<HHHI", row, column, 0, shared.index(value)))
    return record(0x0203, struct.pack("<HHHd", row, column, 0, value))


def xls(cells: Sequence[Placed], *, password: bool = False, again: int = 1) -> bytes:
    """A workbook of one sheet, "parts". `again`: how often its last cell is repeated downwards."""
    shared: list[str] = []
    row, column, value = cells[-1]
    more = [(row + n, column, value) for n in range(1, again)]
    body = b"".join(cell(*one, shared) for one in [*cells, *more])
    sheet = bof(0x0010) + body + record(0x000A)
    strings = b"".join(map(text, shared))
    table = record(0x00FC, struct.pack("<II", len(shared), len(shared)) + strings)
    lock = record(0x002F, b"\0" * 6) if password else b""
    name = b"\x05\0parts"
    size = len(bof(5)) + len(lock) + 4 + 6 + len(name) + len(table) + 4
    listed = record(0x0085, struct.pack("<IBB", size, 0, 0) + name)
    return ole(bof(0x0005) + lock + listed + table + record(0x000A) + sheet)


def ole(stream: bytes, name: str = "Workbook") -> bytes:
    """A compound file with one stream, padded to be stored in whole sectors."""
    stream = stream.ljust(4096, b"\0")
    stream += b"\0" * (-len(stream) % 512)
    sectors = len(stream) // 512
    tables = (sectors + 1 + 127) // 127 + 1
    chain = [0xFFFFFFFD] * tables + [0xFFFFFFFE]
    chain += [tables + 2 + n for n in range(sectors - 1)] + [0xFFFFFFFE]
    chain += [0xFFFFFFFF] * (tables * 128 - len(chain))
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16
    head += struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 6
    head += struct.pack("<IIIIIIIII", 0, tables, tables, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    head += struct.pack("<109I", *range(tables), *[0xFFFFFFFF] * (109 - tables))
    entries = entry("Root Entry", 5, 0xFFFFFFFE, 0, 1) + entry(name, 2, tables + 1, len(stream))
    table = struct.pack(f"<{len(chain)}I", *chain)
    return head + table + entries.ljust(512, b"\0") + stream


def entry(name: str, kind: int, start: int, size: int, child: int = 0xFFFFFFFF) -> bytes:
    raw = (name + "\0").encode("utf-16-le")
    links = struct.pack("<III", 0xFFFFFFFF, 0xFFFFFFFF, child)
    return (
        raw.ljust(64, b"\0")
        + struct.pack("<HBB", len(raw), kind, 1)
        + links
        + b"\0" * 36
        + struct.pack("<IQ", start, size)
    )
