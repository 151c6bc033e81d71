"""A plain CSV that a supplier can write: one row for each stake or control. Also what we write out.

Columns are taken by name. `what` is equity, votes or board (with `percent`, or `at_least` and
`at_most`), or a kind of control: board_appointment, contract, golden_share, veto, nominee,
family_of_official, control_finding, successor, consolidated_subsidiary.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import BinaryIO

from procurement.formats.ownership.statements import (
    LinkSaid,
    OwnershipFormat,
    PartySaid,
    Said,
    percent,
)
from procurement.formats.problem import Problem

NEEDS = ("holder", "held", "what")
KNOWS = (
    "holder_kind", "holder_country", "holder_government_of", "holder_numbers", "held_country",
    "held_numbers", "percent", "at_least", "at_most", "nature", "holds", "from", "to", "stated",
)  # fmt: skip
COLUMNS = (
    "holder", "holder_kind", "holder_country", "holder_government_of", "holder_numbers", "held",
    "held_country", "held_numbers", "what", "at_least", "at_most", "nature", "holds", "from", "to",
)  # fmt: skip
METRICS = frozenset({"equity", "votes", "board"})
NATURES = frozenset({"plain", "nominee", "vie", "convertible", "option", "non_voting"})
CONTROLS = frozenset({
    "golden_share", "veto", "board_appointment", "contract", "family_of_official",
    "control_finding", "successor", "consolidated_subsidiary",
})  # fmt: skip
HOLDS = {"": True, "yes": True, "no": False, "alleged": None}
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def read(stream: BinaryIO, name: str) -> Iterator[Said | Problem]:
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="")
    try:
        rows = csv.DictReader(text, strict=True)
        header = [each.strip().casefold() for each in rows.fieldnames or ()]
        problems = list(_header(header, name))
        if problems:
            yield from problems
            return
        rows.fieldnames = header
        for number, row in enumerate(rows, 2):
            where = f"{name}, row {number}"
            if None in row or None in row.values():
                what = "It has not as many cells as the header."
                yield Problem("ragged-row", where, what, "Give every row the same columns.")
            elif any(value.strip() for value in row.values()):
                told = {key: _inert(value) for key, value in row.items()}
                yield from _row(told, where)
    except csv.Error as error:
        what = f"It cannot be read on: {error}."
        yield Problem("truncated", name, what, "Save it again as CSV.")
    except UnicodeDecodeError:
        yield Problem("encoding", name, "It is not UTF-8.", "Save it as CSV UTF-8.")
    finally:
        text.detach()


def _header(header: list[str], name: str) -> Iterator[Problem]:
    where = f"{name}, row 1"
    for each in NEEDS:
        if each not in header:
            what = f"There is no column “{each}”."
            yield Problem("missing-column", where, what, f"Columns are: {', '.join(COLUMNS)}.")
    for each in sorted(set(header)):
        if each not in (*NEEDS, *KNOWS):
            what = f"“{each}” is no column that is known here."
            yield Problem("unknown-column", where, what, f"Columns are: {', '.join(COLUMNS)}.")
        elif header.count(each) > 1:
            what = f"Column “{each}” is there more than once."
            yield Problem("column-twice", where, what, "Take one away.")


def _inert(value: str) -> str:
    """Our own files put an apostrophe before what a spreadsheet would run."""
    value = value.strip()
    return value[1:] if value.startswith("'") and value[1:].startswith(FORMULA) else value


def _row(row: dict[str, str], where: str) -> Iterator[Said | Problem]:
    what, held, holder = row["what"].casefold(), row["held"], row["holder"]
    days: list[date | None] = []
    for column in ("from", "to", "stated"):
        try:
            days.append(date.fromisoformat(row[column]) if row.get(column) else None)
        except ValueError:
            said = f"“{row[column]}” is no day."
            fix = "Write days as 2028-01-31."
            yield Problem("not-a-date", f"{where}, column {column}", said, fix)
            return
    start, end, stated = days
    sides = [
        _party(row, where, "holder", stated, row.get("holder_kind", "")),
        _party(row, where, "held", stated, "company"),
    ]
    yield from sides
    if any(isinstance(side, Problem) for side in sides):
        return
    holder, held = (side.record for side in sides if isinstance(side, PartySaid))
    record = f"{holder} {what} {held} {row.get('nature') or 'plain'}"
    said = ", ".join(f"{key} {value}" for key, value in row.items() if value)
    ident = sha256(said.encode()).hexdigest()[:32]
    link = LinkSaid(
        where, record, ident, stated or start, "new", holder, held, said[:500],
        true_from=start, true_to=end,
    )  # fmt: skip
    if what in METRICS:
        low = percent(row.get("percent") or row.get("at_least") or "0", f"{where}, percent")
        high = percent(row.get("percent") or row.get("at_most") or "100", f"{where}, percent")
        for bound in (low, high):
            if isinstance(bound, Problem):
                yield bound
                return
        nature = row.get("nature") or "plain"
        if nature not in NATURES:
            text = f"“{nature}” is no way to hold a stake."
            fix = f"Use one of: {', '.join(sorted(NATURES))}."
            yield Problem("unknown-kind", f"{where}, column nature", text, fix)
        elif isinstance(low, Decimal) and isinstance(high, Decimal) and low <= high:
            yield replace(link, metric=what, low=low, high=high, nature=nature)
        else:
            text = f"At least {low} % and at most {high} % cannot both be."
            yield Problem("low-over-high", where, text, "Correct the percentages.")
    elif what in CONTROLS and row.get("holds", "").casefold() in HOLDS:
        holds = HOLDS[row.get("holds", "").casefold()]
        yield replace(link, kind=what, holds=holds)
    else:
        text = f"“{row['what']}” is nothing that one can hold of another."
        fix = f"Use one of: {', '.join(sorted(METRICS | CONTROLS))}; `holds`: yes, no or alleged."
        yield Problem("unknown-kind", f"{where}, column what", text, fix)


def _party(
    row: dict[str, str], where: str, side: str, stated: date | None, kind: str
) -> PartySaid | Problem:
    name = row[side]
    if not name:
        return Problem("name-missing", f"{where}, column {side}", "No name.", "Give its name.")
    if kind not in ("", "company", "government", "person"):
        what = f"“{kind}” is no kind of party."
        fix = "Use company, government or person."
        return Problem("unknown-kind", f"{where}, column {side}_kind", what, fix)
    numbers = []
    for number in filter(
        None, (each.strip() for each in row.get(f"{side}_numbers", "").split(";"))
    ):
        scheme, _, value = number.partition(" ")
        if not value.strip():
            what = f"“{number}” is no number of a register."
            fix = "Write the register and the number, such as “LEI 5493001KJTIIGC8Y1R12”."
            return Problem("identifier-shape", f"{where}, column {side}_numbers", what, fix)
        numbers.append((scheme.upper(), value.strip()))
    country = row.get(f"{side}_country", "")
    told = "|".join((name, country, *(" ".join(number) for number in numbers)))
    return PartySaid(
        where=where,
        record=name.casefold()[:200],
        statement=sha256(told.encode()).hexdigest()[:32],
        stated=stated,
        status="new",
        name=name,
        kind=kind or None,
        incorporated="" if kind == "person" else country,
        government_of=row.get(f"{side}_government_of", ""),
        identifiers=tuple(numbers),
        named_only=not numbers,
    )


def write(rows: Iterable[dict[str, str]]) -> Iterator[str]:
    """Lines of CSV; a value that a spreadsheet would take for a formula gets an apostrophe."""
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({k: f"'{v}" if v.startswith(FORMULA) else v for k, v in row.items()})
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue()


def knows(start: bytes) -> bool:
    header = start.partition(b"\n")[0].decode("utf-8-sig", "replace").casefold()
    cells = {each.strip().strip('"') for each in header.split(",")}
    return {"holder", "held"} <= cells


FORMAT = OwnershipFormat(
    "csv", "Cellgate's ownership table (CSV)", knows, lambda _: "supplier", read
)
