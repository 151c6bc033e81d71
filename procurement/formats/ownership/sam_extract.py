"""SAM.gov's public monthly extract of entities (.dat, version 2): UEI and CAGE with name and place.

Pipe-delimited and without a header: 142 fields by their order, the last of them "!end", between a
BOF line that says how many records there are and an EOF line. Days are YYYYMMDD, countries
alpha-3. It names no parents; SAM's JSON does. Layout: GSA, SAM Master Extract Mapping, public V2.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import BinaryIO

from procurement.formats.ownership.sam import NOTHING, government
from procurement.formats.ownership.statements import OwnershipFormat, PartySaid, Said, Unread
from procurement.formats.ownership.streams import AGAIN
from procurement.formats.problem import Problem

FIELDS = 142
END = "|!end"
LONGEST = 1 << 16
"""Characters of one record, over all of its lines. The longest real ones have a tenth of it."""
PLACES = {
    "uei": 1, "account": 3, "cage": 4, "code": 6, "registered": 8, "updated": 10, "name": 12,
    "also": 13, "line1": 16, "line2": 17, "city": 18, "state": 19, "zip": 20, "country": 22,
    "structure": 28, "incorporated": 30,
}  # fmt: skip
"""Fields by their number in GSA's layout, from 1."""
CODES = {"A": "new", "E": "new", "1": "closed", "2": "new", "3": "updated", "4": "new"}
"""SAM's extract code: active, expired; in daily files taken out, new, updated, expired."""
ADDRESS = ("line1", "line2", "city", "state", "zip", "country")
_EDGE = re.compile(r"(?P<edge>BOF|EOF) (?P<kind>[A-Z]+) (?P<version>V\d) \d+ \d{8} (?P<count>\d+)")


def read(stream: BinaryIO, name: str) -> Iterator[Said | Problem]:
    lines = _lines(stream, name)
    declared = _edge(next(lines, ""), "BOF", name)
    count = 0
    held = ""
    for line in lines:
        if not held and line.startswith("EOF "):
            if _edge(line, "EOF", name) != count or declared != count:
                what = f"It holds {count:,} records and says that it has {declared:,}."
                raise Unread(Problem("truncated", name, what, AGAIN))
            return
        held = f"{held} {line}" if held else line
        if held.endswith(END):
            count += 1
            yield _entity(held.split("|"), f"{name}, record {count:,}")
            held = ""
        elif len(held) > LONGEST:
            break
    what = f"After {count:,} records it ends without its EOF line."
    raise Unread(Problem("truncated", name, what, AGAIN))


def _lines(stream: BinaryIO, name: str) -> Iterator[str]:
    """Lines that say anything."""
    while raw := stream.readline(LONGEST):
        if len(raw) == LONGEST:
            what = f"A line of it has more than {LONGEST:,} characters; no record has."
            raise Unread(Problem("truncated", name, what, AGAIN))
        try:
            line = raw.decode("utf-8-sig").rstrip("\r\n")
        except UnicodeDecodeError as error:
            fix = "Take SAM's UTF-8 extract."
            raise Unread(Problem("encoding", name, "It is not UTF-8.", fix)) from error
        if line:
            yield line


def _edge(line: str, edge: str, name: str) -> int:
    """How many records the first or the last line says there are."""
    found = _EDGE.match(line)
    if found is None or found["edge"] != edge:
        what = f"Its {edge} line cannot be read: “{line[:80]}”."
        raise Unread(Problem("truncated", name, what, AGAIN))
    if (found["kind"], found["version"]) != ("PUBLIC", "V2"):
        what = f"It is SAM's {found['kind'].lower()} extract, {found['version']}."
        fix = "Take the public extract, version 2; its fields have another order."
        raise Unread(Problem("unknown-format", name, what, fix))
    return int(found["count"])


def _entity(fields: list[str], where: str) -> PartySaid | Problem:
    if len(fields) != FIELDS:
        what = f"It has {len(fields)} fields where the public extract has {FIELDS}."
        return Problem("ragged-row", where, what, "Take the file as SAM.gov gives it.")
    told = {key: fields[place - 1].strip() for key, place in PLACES.items()}
    told = {key: "" if value.casefold() in NOTHING else value for key, value in told.items()}
    uei, name, status = told["uei"], told["name"], CODES.get(told["code"])
    if not uei or not name:
        what = "It has no Unique Entity ID or no legal business name."
        return Problem("statement-incomplete", where, what, "Take the file as SAM.gov gives it.")
    if status is None:
        what = f"“{told['code']}” is no extract code of SAM."
        return Problem("unknown-kind", where, what, "Have a developer add it to the reader.")
    stated = _day(told["updated"] or told["registered"], where)
    if isinstance(stated, Problem):
        return stated
    kind, government_of = government(told["structure"], told["country"])
    # One entity has a row for each of its bank accounts; only the entity's own row has its CAGE.
    cage = told["cage"] if not told["account"] else ""
    return PartySaid(
        where=where,
        record=uei,
        statement=f"{uei} {stated or ''}".strip(),
        stated=stated,
        status="closed" if status == "closed" else "new",
        name=name,
        aliases=(told["also"],) if told["also"] and told["also"] != name else (),
        kind=kind,
        incorporated=told["incorporated"],
        business=told["country"],
        government_of=government_of,
        address=", ".join(told[each] for each in ADDRESS if told[each])[:500],
        identifiers=(("UEI", uei), *((("CAGE", cage),) if cage else ())),
    )


def _day(text: str, where: str) -> date | Problem | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        what = f"“{text}” is no day."
        return Problem("not-a-date", where, what, "Take the file as SAM.gov gives it.")


def knows(start: bytes) -> bool:
    head = start.removeprefix(b"\xef\xbb\xbf").partition(b"\n")[0]
    return head.startswith(b"BOF ") and _EDGE.match(head.decode("ascii", "replace")) is not None


FORMAT = OwnershipFormat(
    "sam-extract", "SAM.gov entities, public extract (.dat)", knows, lambda _: "SAM.gov", read
)
