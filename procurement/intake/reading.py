"""The values intake speaks in: how a sheet is read, and what its rows came to."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple

from procurement.formats.problem import Problem
from procurement.intake.fields import Field
from procurement.intake.table import Table
from procurement.intake.texts import shown


@dataclass(frozen=True, slots=True)
class Column:
    """A column and what we take it to hold. `index` counts from 0; `letter` is what a sheet shows.

    `confidence` runs from 0 to 1, `why` is a phrase for the person, `samples` are cells as written.
    `currency` is what the header itself says, for a column of money.
    """

    index: int
    letter: str
    header: str
    field: Field | None
    confidence: float = 0.0
    why: str = ""
    samples: tuple[str, ...] = ()
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class Layout:
    """How one sheet is read: where its header is and what its columns hold.

    `header_row` counts from 1, as a spreadsheet does; 0 where no row names the columns.
    """

    sheet: str
    header_row: int
    columns: tuple[Column, ...]

    def column(self, wanted: Field) -> Column | None:
        return next((column for column in self.columns if column.field is wanted), None)

    def all(self, wanted: Field) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if column.field is wanted)

    def corrected(self, fields: Mapping[int, Field | None]) -> Layout:
        """The layout with what a person said of some columns (by index). What they say is sure."""
        return replace(
            self,
            columns=tuple(
                replace(column, field=fields[column.index], confidence=1.0, why="you said so")
                if column.index in fields
                else column
                for column in self.columns
            ),
        )

    @property
    def headers(self) -> tuple[str, ...]:
        """What names the columns, each name once: "Cost", "Cost (column E)"."""
        seen: dict[str, None] = {}
        for column in self.columns:
            header = shown(column.header) or f"column {column.letter}"
            while header in seen:  # a header may itself say "(column E)"
                header = f"{header} (column {column.letter})"
            seen[header] = None
        return tuple(seen)

    @property
    def shape(self) -> str:
        """The same for sheets with the same headers in the same order: to remember answers by."""
        headers = "\0".join(" ".join(column.header.casefold().split()) for column in self.columns)
        return hashlib.sha256(headers.encode()).hexdigest()

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Layout:
        """The layout that `as_dict` gave. KeyError, TypeError or ValueError on anything else."""
        columns = tuple(
            Column(
                **{
                    **column,
                    "field": None if column["field"] is None else Field(column["field"]),
                    "samples": tuple(column.get("samples", ())),
                }
            )
            for column in stored["columns"]
        )
        return cls(stored["sheet"], stored["header_row"], columns)


@dataclass(frozen=True, slots=True)
class SheetView:
    """One sheet of the file as we see it. `layout` is None where it is no bill of materials."""

    name: str
    hidden: bool
    rows: int
    score: float
    layout: Layout | None
    why: str


@dataclass(frozen=True, slots=True)
class Reading:
    """Which sheet to read and how, for a person to confirm once. `layout` None: none will do."""

    layout: Layout | None
    sheets: tuple[SheetView, ...]
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Alternate:
    """Another part that may be fitted in place of the line's own."""

    maker: str
    part_number: str


class ParsedLine(NamedTuple):
    """One line of the bill of materials.

    `row` counts from 1, as the person's sheet does; `parent_row` is the row of the line above it in
    the tree. Texts are cleaned and "" where not told; numbers, currency and country are None where
    not told or not readable (then there is a Problem). `cells` are the row's own as written, in the
    order of the layout's columns, "" where blank; the blank ones at the end are left out.
    `cost_date` is the day the cost was true.
    """

    row: int
    sheet: str
    level: int = 0
    parent_row: int | None = None
    position: str = ""
    part_number: str = ""
    description: str = ""
    maker: str = ""
    alternates: tuple[Alternate, ...] = ()
    supplier: str = ""
    quantity: Decimal | None = None
    unit: str = ""
    unit_cost: Decimal | None = None
    total_cost: Decimal | None = None
    currency: str | None = None
    cost_date: date | None = None
    country: str | None = None
    category_text: str = ""
    chemistry_text: str = ""
    value: str = ""
    footprint: str = ""
    references: str = ""
    hts: str = ""
    nsn: str = ""
    own_number: str = ""
    specification: str = ""
    notes: str = ""
    cells: tuple[str, ...] = ()


class NonPartKind(StrEnum):
    """Why a row is no part."""

    BLANK = "blank"
    TITLE = "title"
    HEADER = "header"
    SECTION = "section heading"
    TOTAL = "total"
    CHARGE = "charge"
    NOTE = "note"
    EMPTY_ITEM = "numbered but empty"
    NOT_FITTED = "not fitted"


@dataclass(frozen=True, slots=True)
class NonPart:
    """A row that is no part, and why. `text` is what it says."""

    row: int
    kind: NonPartKind
    text: str


@dataclass(frozen=True, slots=True)
class Failed:
    """A row that holds something and still cannot be a line; its problems say why. `cells`: as a
    line has them.
    """

    row: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rows:
    """What every row of a sheet came to: each row is in exactly one of lines, non_parts, failed.

    A line may have problems too: then the field they name is not told, and the line stands.
    headers: what the cells of lines stand under.
    """

    sheet: str
    headers: tuple[str, ...]
    lines: Table[ParsedLine]
    non_parts: tuple[NonPart, ...]
    failed: tuple[Failed, ...]
    problems: tuple[Problem, ...]

    def problems_by_row(self) -> dict[int, tuple[Problem, ...]]:
        found: dict[int, tuple[Problem, ...]] = {}
        for problem in self.problems:
            if problem.row is not None:
                found[problem.row] = (*found.get(problem.row, ()), problem)
        return found

    def __len__(self) -> int:
        return len(self.lines) + len(self.non_parts) + len(self.failed)

    def numbers(self) -> Iterator[int]:
        """Every row number, once."""
        yield from self.lines.told.row
        yield from (row.row for row in self.non_parts)
        yield from (row.row for row in self.failed)
