"""OFAC's own CSV: sdn.csv or cons_prim.csv, with alt.csv, add.csv and comments beside it.

There is no header; `-0- ` means empty; byte 0x1A ends a file that came whole. Programs split the
non-SDN file into its lists, and FTO out of SDN.
"""

import re
from collections.abc import Sequence

from compliance.lists.readers.csl import beside_sdn, ofac_keys
from compliance.lists.readers.reader import File, Gathering, Reader, ReadList
from compliance.lists.readers.strict import (
    END_OF_FILE,
    Complaints,
    Unread,
    cells,
    numbers_in,
)
from procurement.formats.problem import Problem

EMPTY = "-0-"
PRIMARY, ALTERNATE, ADDRESS, COMMENT = 12, 5, 6, 2  # cells in a row of each kind of file
ALIAS_KINDS = frozenset({"aka", "fka", "nka"})
_AKA = re.compile(r"[afn]\.k\.a\. '([^']+)'")


def read(files: Sequence[File]) -> Sequence[ReadList]:
    found = Complaints()
    kinds = {file.name: _rows(file) for file in files}
    primary = [name for name, (kind, _) in kinds.items() if kind == PRIMARY]
    if len(primary) != 1:
        names = ", ".join(kinds)
        what = f"{len(primary)} of these are a main file (12 cells a row)."
        fix = "Give sdn.csv or cons_prim.csv, and its own alt.csv and comments beside it."
        raise Unread(Problem("no-main-file", names, what, fix))
    rows = kinds[primary[0]][1]
    numbers = {row[0] for row in rows}
    aliases: dict[str, list[str]] = {}
    remarks: dict[str, str] = {}
    for name, (kind, extra) in kinds.items():
        if kind == PRIMARY:
            continue
        strange = [row[0] for row in extra if row[0] not in numbers]
        if strange:
            what = f"{strange[0]} and {len(strange) - 1} more are not in {primary[0]}."
            fix = "Give files of one and the same day."
            found.say("refers-to-nothing", name, what, fix)
        for number, row in enumerate(extra, 1):
            if kind == ALTERNATE:
                if row[2] not in ALIAS_KINDS:
                    what = f"“{row[2]}” is no kind of other name."
                    found.say("unknown-kind", f"{name}, row {number}", what)
                aliases.setdefault(row[0], []).append(row[3])
            elif kind == COMMENT:
                remarks[row[0]] = remarks.get(row[0], "") + row[1]
    lists: dict[str, Gathering] = {}
    beside = beside_sdn(row[3] for row in rows)
    for number, row in enumerate(rows, 1):
        where = f"{primary[0]}, row {number}"
        if not row[3]:
            found.say("program-missing", where, "The entry names no program.")
        told = row[11] + remarks.get(row[0], "")
        for key in ofac_keys(row[3], beside=beside):
            lists.setdefault(key, Gathering(found)).add(
                where,
                row[1],
                code=row[0],
                aliases=[*aliases.get(row[0], ()), *_AKA.findall(told)],
                identifiers=numbers_in(told),
            )
    found.settle()
    return tuple(ReadList(key, each.listings()) for key, each in lists.items())


def _rows(file: File) -> tuple[int, list[list[str]]]:
    """How many cells a row has, and the rows, with the ends that OFAC gives taken off."""
    text = file.text
    if not text.endswith(END_OF_FILE) and not text.endswith("\n"):
        what = "The last line has no end: the file stops in the middle."
        fix = "It was not downloaded whole: download it again."
        raise Unread(Problem("truncated", file.name, what, fix))
    rows: list[list[str]] = []
    for number, row in enumerate(cells(text.rstrip(END_OF_FILE), file.name), 1):
        if not row:
            continue
        if rows and len(row) != len(rows[0]):
            what = f"It has {len(row)} cells, the first row {len(rows[0])}."
            fix = "It was probably not downloaded whole: download it again."
            raise Unread(Problem("ragged-row", f"{file.name}, row {number}", what, fix))
        rows.append(["" if cell.strip() == EMPTY else cell.strip() for cell in row])
    width = len(rows[0]) if rows else 0
    if width not in (PRIMARY, ALTERNATE, ADDRESS, COMMENT):
        what = f"Its rows have {width} cells; OFAC's have 12, 6, 5 or 2."
        raise Unread(Problem("not-ofac", file.name, what, "Give OFAC's own CSV files."))
    if width == PRIMARY and not text.endswith(END_OF_FILE):
        what = "OFAC ends its main file with a byte 0x1A; this one does not have it."
        fix = "It was probably not downloaded whole: download it again."
        raise Unread(Problem("truncated", file.name, what, fix))
    return width, rows


def knows(start: bytes) -> bool:
    """A number first, and no header."""
    first = start.partition(b"\n")[0]
    return re.match(rb'\d+,("|-0-|\d)', first) is not None


READER = Reader("ofac-csv", "OFAC SDN and non-SDN (CSV)", knows, read)
