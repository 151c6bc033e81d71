"""What every format gives: sheets of plain cells, and what was wrong with the file.

A format says nothing about parts. Which sheet holds the bill of materials, where its header is and
what each column means is decided later, by `procurement.intake`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from procurement.formats.problem import Problem

Cell = str | Decimal | bool | datetime | date | time | timedelta
"""A blank cell is "". Numbers are exact: no float leaves a format."""

Row = tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Merge:
    """A merged range, its first cell holding the value. Counted from 1, both ends inclusive."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet. `rows[0]` is the row a spreadsheet numbers 1; a wholly blank row is ().

    Rows may differ in length. Blank rows at the end are not kept.
    """

    name: str
    rows: tuple[Row, ...]
    hidden: bool = False
    merged: tuple[Merge, ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """An encoding that could be right, with some of the file's text as it would read."""

    encoding: str
    title: str
    sample: str


@dataclass(frozen=True, slots=True)
class Workbook:
    """A file read. With an error in `problems` there may be no sheets.

    `encoding` is set for text. `choices` is filled only when we must ask which encoding was meant.
    """

    format: str
    sheets: tuple[Sheet, ...] = ()
    problems: tuple[Problem, ...] = ()
    encoding: str | None = None
    choices: tuple[Choice, ...] = ()

    @property
    def readable(self) -> bool:
        return bool(self.sheets)


@dataclass(frozen=True, slots=True)
class Hints:
    """What the sender told us about the file: its name, and the encoding where we had to ask."""

    filename: str = ""
    encoding: str | None = None


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file we read, recognised by what is in it and never by its name.

    `claims` looks at the bytes and answers quickly. `read` never raises on bad input: it answers
    with problems. `extensions` are lower case, without the dot; another one earns a warning.
    """

    key: str
    title: str
    extensions: tuple[str, ...]
    claims: Callable[[bytes], bool]
    read: Callable[[bytes, Hints], Workbook]


def trimmed(rows: list[Row]) -> tuple[Row, ...]:
    """The rows without the blank ones at the end."""
    while rows and not rows[-1]:
        rows.pop()
    return tuple(rows)


def refusal(format_key: str, code: str, what: str, fix: str) -> Workbook:
    """A workbook that could not be read at all, and why."""
    return Workbook(format_key, problems=(Problem(code, "the file", what, fix),))
