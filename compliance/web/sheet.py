"""A person's own sheet with our reading laid over it: rows told apart, problems at their cells."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from procurement.formats.problem import Problem
from procurement.formats.workbook import Sheet
from procurement.intake.columns import at
from procurement.intake.fields import LABELS, Field
from procurement.intake.reading import Column, Rows
from procurement.intake.rows import rows as read_rows
from procurement.intake.texts import text_of
from procurement.models import Draft, Upload
from procurement.services.drafts import mapping_of
from procurement.services.mappings import laid_out, workbook_shown

ROWS_ABOVE = 4
ROWS_SHOWN = 12
ROWS_WRONG = 20
ROWS_RAW = 30
MOST_COLUMNS = 60
NOT_USED = "-"
"""What a person chooses for a column that is to be left out."""
FIELD_CHOICES = [(field.value, LABELS[field]) for field in Field]
WORDS = {"line": "part", "failed": "not readable", "above": "above the table"}
"""Kinds of rows in the words of the page, where they differ."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A cell as it stands, what is wrong with it, and, where it was put right, what was sent."""

    column: Column
    text: str
    problems: tuple[Problem, ...] = ()
    sent: str | None = None

    @property
    def wrong(self) -> str:
        """ "problem", "warning" or ""."""
        return severity_of(self.problems)

    @property
    def short(self) -> str:
        return self.text if len(self.text) <= 200 else f"{self.text[:199]}…"


@dataclass(frozen=True, slots=True)
class ShownRow:
    """kind: "header", "line", "above", "failed", or why it is no part. problems: of no one cell."""

    number: int
    kind: str
    cells: tuple[Shown, ...]
    problems: tuple[Problem, ...]

    @property
    def words(self) -> str:
        return WORDS.get(self.kind, self.kind)

    @property
    def is_part(self) -> bool:
        return self.kind in ("line", "failed")

    @property
    def wrong(self) -> str:
        return severity_of([*self.problems, *(one for cell in self.cells for one in cell.problems)])

    @property
    def mark(self) -> str:
        """The same for rows that show the same."""
        return hashlib.sha256(repr(self).encode()).hexdigest()[:12]


class Seen:
    """A draft's sheet as it reads now. Raises Refused where it cannot be read so.

    first_rows: of a file too long to be read now, what was pictured will do.
    """

    def __init__(self, draft: Draft, *, first_rows: bool = False) -> None:
        said = mapping_of(draft)
        self.workbook, self.layout = laid_out(draft.upload, said, first_rows=first_rows)
        self.put_right = sorted(int(row) for row in (said or {}).get("cells", {}))
        self.sheet = self._named(self.workbook.sheets)
        self.sent = self._named(workbook_shown(draft.upload).sheets)
        self.rows: Rows = read_rows(self.workbook, self.layout)
        self.by_row = self.rows.problems_by_row()
        self.columns = self.layout.columns[:MOST_COLUMNS]
        self.left_out = len(self.layout.columns) - len(self.columns)
        self.rows_total = self._rows_total(draft.upload)

    def _named(self, sheets: Iterable[Sheet]) -> Sheet:
        return next(sheet for sheet in sheets if sheet.name == self.layout.sheet)

    def _rows_total(self, upload: Upload) -> int:
        """Of the sheet, where only its first rows are here."""
        told = (upload.reading or {}).get("sheets") or ()
        rows = next((each["rows"] for each in told if each["name"] == self.layout.sheet), 0)
        return max(rows, len(self.sheet.rows))

    @property
    def is_part(self) -> bool:
        """Whether there are rows that are not here."""
        return self.rows_total > len(self.sheet.rows)

    @cached_property
    def errors(self) -> list[int]:
        """Rows with a problem that is no mere warning, in order."""
        return [row for row in sorted(self.by_row) if severity_of(self.by_row[row]) == "problem"]

    @cached_property
    def doubts(self) -> list[int]:
        """Rows with a problem or a warning, in order."""
        return sorted(self.by_row)

    @property
    def told_rows(self) -> list[int]:
        """Rows with a problem, a warning, or a cell put right."""
        return sorted({*self.by_row, *self.put_right})

    @property
    def heads(self) -> list[tuple[Column, str]]:
        """The columns, with what they hold in words."""
        return [(one, LABELS[one.field] if one.field else "not used") for one in self.columns]

    @property
    def all_rows(self) -> range:
        """Every row below the header."""
        return range(self.layout.header_row + 1, len(self.sheet.rows) + 1)

    @cached_property
    def _kinds(self) -> dict[int, str]:
        kinds = {row.row: row.kind.value for row in self.rows.non_parts}
        kinds |= {row.row: "failed" for row in self.rows.failed}
        return kinds | {line.row: "line" for line in self.rows.lines}

    @cached_property
    def _titles(self) -> dict[str, int]:
        """What a problem calls a column → its index; of two of one name, the one that is used."""
        used_last = sorted(self.layout.columns, key=lambda one: one.field is not None)
        return {_title(column): column.index for column in used_last}

    def shown(self, numbers: Iterable[int]) -> Iterator[ShownRow]:
        here = {column.index for column in self.columns}
        for number in numbers:
            by_column: dict[int, list[Problem]] = {}
            beside = []
            for problem in self.by_row.get(number, ()):
                index = self._titles.get(problem.column or "")
                if index is None or index not in here:
                    beside.append(problem)
                else:
                    by_column.setdefault(index, []).append(problem)
            header = number == self.layout.header_row
            kind = "header" if header else self._kinds.get(number, "above")
            row, sent = self.sheet.rows[number - 1], self.sent.rows[number - 1]
            cells = []
            for column in self.columns:
                text, was = text_of(at(row, column.index)), text_of(at(sent, column.index))
                problems = tuple(by_column.get(column.index, ()))
                cells.append(Shown(column, text, problems, was if was != text else None))
            yield ShownRow(number, kind, tuple(cells), tuple(beside))

    def picture(self) -> tuple[ShownRow, ...]:
        """The rows around the header, the first lines, and some of those with a problem."""
        count, header = len(self.sheet.rows), self.layout.header_row
        shown = set(range(max(1, header - ROWS_ABOVE), min(count, header + ROWS_SHOWN) + 1))
        shown |= set((self.errors or self.doubts)[:ROWS_WRONG])
        return tuple(self.shown(sorted(number for number in shown if number <= count)))


def raw_rows(upload: Upload, name: str) -> list[tuple[int, list[str]]]:
    """The first rows of a sheet as sent, where no row is known to name its columns."""
    sheet = next(sheet for sheet in workbook_shown(upload).sheets if sheet.name == name)
    rows = enumerate(sheet.rows[:ROWS_RAW], start=1)
    return [(n, [text_of(cell)[:200] for cell in row[:MOST_COLUMNS]]) for n, row in rows if row]


def severity_of(problems: Iterable[Problem]) -> str:
    severities = {problem.severity for problem in problems}
    if "error" in severities:
        return "problem"
    return "warning" if severities else ""


def _title(column: Column) -> str:
    return column.header or f"column {column.letter}"
