"""Every row of a sheet as a line, a named row that is no part, or a row with problems."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal

from procurement.formats.problem import Problem
from procurement.formats.workbook import Cell, Row, Sheet, Workbook
from procurement.intake import makers, numbers, plainly
from procurement.intake.cells import Note
from procurement.intake.columns import Found, at
from procurement.intake.columnwise import Columns, begins
from procurement.intake.fields import Field
from procurement.intake.nonparts import (
    not_fitted,
    says_charge,
    says_not_fitted,
    says_note,
    says_total,
)
from procurement.intake.parsing import Parser
from procurement.intake.reading import (
    Failed,
    Layout,
    NonPart,
    NonPartKind,
    ParsedLine,
    Rows,
)
from procurement.intake.table import Table
from procurement.intake.texts import (
    cleaned,
    is_blank,
    is_nothing,
    is_placeholder,
    shown,
    text_of,
)
from procurement.intake.tree import Branch, grow

__all__ = ["rows"]

_NAMING = (
    *(Field.PART_NUMBER, Field.DESCRIPTION, Field.VALUE, Field.OWN_NUMBER, Field.SPECIFICATION),
    *(Field.DISTRIBUTOR_NUMBER, Field.NSN, Field.REFERENCES),
)
_COUNT = re.compile(r"\s*\d{1,9}(?:\.\d+)?\s*\Z", re.ASCII)
# What may begin a total, a charge, a note, a heading, "DNP", a mark of nothing, or a header again.
_SPECIAL = begins(
    r"(?![0-9])\s*(?:\W|(?:[a-z]+[\s-]+)?(?:total|sum)|sub|grand|gesamt|zwischen|somme|suma|importe"
    r"|price for|shipping|freight|postage|deliver"
    r"|handling|custom|import|dut|vat|sales|tax|discount|labo|assembly|setup|nre|tooling|stencil|versand|fracht|mwst|rabatt|frais"
    r"|livraison|tva|env|iva|d\.?n|not? |nf|np|unfit|no ?pop|do not|nicht|non |component"
    r"|manufact|part|descr|field|column|n/?a|none|null|tb|unknown"
    r"|[^\x00-\x7f])"
)
_ZERO = Decimal(0)
LONG_SENTENCE = 60  # characters; alone in its row, a text this long is a note


WATCHED = 10_000  # rows read together, from one telling to the next: a second's work at most
CELLS_TOGETHER = 1_000_000  # then fewer rows, of a very wide sheet


def rows(
    workbook: Workbook, layout: Layout, watch: Callable[[int, int], None] | None = None
) -> Rows:
    """What every row of the layout's sheet came to. Raises KeyError where that sheet is not.

    watch: told how many rows were read, of how many, every WATCHED rows and at the end; what it
    raises ends the reading.
    """
    sheet = next((one for one in workbook.sheets if one.name == layout.sheet), None)
    if sheet is None:
        raise KeyError(layout.sheet)
    return _Reader(sheet, layout).read(workbook.problems, watch)


class _Reader:
    def __init__(self, sheet: Sheet, layout: Layout) -> None:
        self.sheet = sheet
        self.layout = layout
        self.parser = Parser(sheet, layout)
        self.headers = {column.index: cleaned(column.header) for column in layout.columns}
        self.titles = {one.index: one.header or f"column {one.letter}" for one in layout.columns}
        costs = [self._index(field) for field in (Field.UNIT_COST, Field.TOTAL_COST)]
        self.unit_cost, self.total_cost = costs
        self.position = self._index(Field.POSITION)
        self.quantity = self._index(Field.QUANTITY)
        self.fitted = layout.column(Field.FITTED)
        self.naming = [column.index for field in _NAMING for column in layout.all(field)]
        self.last = max((n for n, row in enumerate(sheet.rows, start=1) if row), default=0)
        self.sums: dict[int, Decimal] = {}
        self.summed = 0  # lines, so far
        self.lost_quotes: dict[int, Problem] = {}
        self.with_quantity = self._share_with_quantity()
        self.lines = Table(ParsedLine)
        self.non_parts: list[NonPart] = []
        self.failed: list[Failed] = []
        self.problems: list[Problem] = []
        self.branches: list[Branch] = []

    def _index(self, field: Field) -> int | None:
        column = self.layout.column(field)
        return None if column is None else column.index

    def _share_with_quantity(self) -> float:
        body = [row for row in self.sheet.rows[self.layout.header_row :][:500] if row]
        if self.quantity is None or not body:
            return 0.0
        return sum(not is_blank(at(row, self.quantity)) for row in body) / len(body)

    def read(
        self, file_problems: Iterable[Problem], watch: Callable[[int, int], None] | None
    ) -> Rows:
        self.lost_quotes = {one.row: one for one in file_problems if one.row is not None}
        total = len(self.sheet.rows)
        together = max(1, min(WATCHED, CELLS_TOGETHER // max(1, len(self.layout.columns))))
        for before in range(0, total, together):
            until = min(before + together, total)
            self._read_some(before, until)
            if watch:
                watch(until, total)
        self._tree()
        self._spellings()
        if not self.lines:
            self.problems.append(self._no_lines())
        self.problems.sort(key=lambda problem: problem.row or 0)
        return Rows(
            self.sheet.name,
            self.layout.headers,
            self.lines,
            tuple(self.non_parts),
            tuple(self.failed),
            tuple(self.problems),
        )

    def _read_some(self, before: int, until: int) -> None:
        """The rows after one up to another."""
        header = self.layout.header_row
        for number in range(before + 1, min(header, until) + 1):
            self._row(number, None, is_part=False)
        done = max(before, header)
        if done >= until:
            return
        columns = Columns(self.sheet.rows[done:until])
        plain = plainly.read(self.parser, columns, done + 1)
        unclear = self._unclear_parts(columns)
        odd = plain.odd | unclear
        odd |= {row - done - 1 for row in self.lost_quotes if done < row <= until}
        begins = 0
        for place in sorted(odd):
            self._keep_plain(plain.lines[begins:place])
            line = None if place in plain.odd else plain.lines[place]
            self._row(done + 1 + place, line, is_part=place not in unclear)
            begins = place + 1
        self._keep_plain(plain.lines[begins:])

    def _row(self, number: int, line: ParsedLine | None, *, is_part: bool) -> None:
        """A row that may be no part, or has something to be said of it. line: what its columns came
        to, where that is all.
        """
        row = self.sheet.rows[number - 1]
        if number in self.lost_quotes:
            self.problems.append(self.lost_quotes[number])
        if not is_part:
            kind, words = self._kind(number, row)
            if kind is not None:
                self.non_parts.append(NonPart(number, kind, shown(words)[:500]))
                return
        if line is None:
            self._keep(*self.parser.line(number, row), row)
        else:
            self._keep_plain(Table.of(ParsedLine, [line]))

    def _keep_plain(self, lines: Table[ParsedLine]) -> None:
        """Lines of which nothing is to be said."""
        self.lines.add(lines)
        if not self.parser.flat:
            rows = self.sheet.rows
            self.branches += [
                plainly.branch_of(self.parser, line, rows[line.row - 1]) for line in lines
            ]

    def _no_lines(self) -> Problem:
        texts = (cleaned(cell) for row in self.sheet.rows for cell in row if isinstance(cell, str))
        template = sum(map(is_placeholder, texts)) > 2
        what = "It has a header, and no row below it that is a part."
        if template:
            what = "It is a template whose fields were never filled in: no row is a part."
        fix = "Send the file that lists the parts."
        return Problem("no-lines", f"sheet “{self.sheet.name}”", what, fix)

    # --- is it a part at all? --------------------------------------------------------------------
    def _kind(self, number: int, row: Row) -> tuple[NonPartKind | None, str]:
        if not row:
            return NonPartKind.BLANK, ""
        filled = [(index, cell) for index, cell in enumerate(row) if not is_blank(cell)]
        if not filled:
            return NonPartKind.BLANK, ""
        if number < self.layout.header_row:
            return NonPartKind.TITLE, _words(filled)
        if number == self.layout.header_row:
            return NonPartKind.HEADER, _words(filled)
        texts = [cleaned(cell) for _, cell in filled if isinstance(cell, str)]
        told = [text for text in texts if not is_nothing(text) and not is_placeholder(text)]
        if self._repeats_header(filled) or self._counts_columns(number, filled):
            return NonPartKind.HEADER, _words(filled)
        kind = self._kind_by_words(number, row, filled, told)
        if kind is None and self._left_out(row):
            kind = NonPartKind.NOT_FITTED
        return kind, _words(filled) if kind else ""

    def _unclear_parts(self, columns: Columns) -> set[int]:
        """Places of the rows but for the common case: a name that says nothing else, a quantity."""
        if self.quantity is None or self.fitted is not None:
            return set(range(len(columns.rows)))
        return columns.unclear_parts(self.quantity, self.naming, _COUNT.match, _SPECIAL)

    def _kind_by_words(
        self, number: int, row: Row, filled: list[tuple[int, Cell]], told: list[str]
    ) -> NonPartKind | None:
        named = any(self._tells(row, index) for index in self.naming)
        numbers_only = all(self._is_number(index, cell) for index, cell in filled)
        if numbers_only and not named:
            return self._kind_of_numbers(number, filled)
        if not told:
            return NonPartKind.NOTE  # marks of nothing, or a template's own fields
        first = told[0]
        quantity = self._quantity(row)
        if says_total(first) and not self._has_part_number(row, first):
            return NonPartKind.TOTAL
        if quantity is None:
            if any(map(says_charge, told[:2])):
                return NonPartKind.CHARGE
            if any(map(says_total, told)) and not self._has_part_number(row, ""):
                return NonPartKind.TOTAL
            if says_note(first) or first.endswith(":"):
                return NonPartKind.NOTE
            if len(filled) == 1:
                return self._kind_alone(filled[0][0], first)
        return None

    def _kind_of_numbers(self, number: int, filled: list[tuple[int, Cell]]) -> NonPartKind | None:
        """A row of numbers without a name: a total, an unused numbered row, or a part unnamed."""
        if [index for index, _ in filled] == [self.position]:
            return NonPartKind.EMPTY_ITEM
        sums = [(index, self._amount(index, cell)) for index, cell in filled]
        above = self._sums()
        in_total = [index in above and above[index] == found for index, found in sums]
        zero = all(found == 0 for _, found in sums)
        return NonPartKind.TOTAL if number == self.last or any(in_total) or zero else None

    def _sums(self) -> dict[int, Decimal]:
        """Column of amounts → their sum in the rows above, where any has one."""
        self._add(self.lines[self.summed :])
        self.summed = len(self.lines)
        return self.sums

    def _add(self, lines: Table[ParsedLine]) -> None:
        amounts = (lines.told.quantity, lines.told.unit_cost, lines.told.total_cost)
        columns = (self.quantity, self.unit_cost, self.total_cost)
        for index, column in zip(columns, amounts, strict=True):
            told = [amount for amount in column if amount is not None]
            if index is not None and told:
                self.sums[index] = sum(told, self.sums.get(index, _ZERO))

    def _kind_alone(self, index: int, text: str) -> NonPartKind | None:
        """A text alone in its row: a note, a heading, or a part without anything else told."""
        if len(text) > LONG_SENTENCE or text.startswith(("*", "(", "※", "注")):
            return NonPartKind.NOTE
        if self.with_quantity < 0.6 or self.parser.may_be_battery(text):
            return None
        if " " not in text and any(map(str.isdigit, text)):
            return None  # a part number, and nothing else told
        heads = index not in self.naming or index == min(self.naming, default=-1)
        return NonPartKind.SECTION if heads or text.endswith(":") else None

    def _repeats_header(self, filled: list[tuple[int, Cell]]) -> bool:
        texts = [(index, cell) for index, cell in filled if isinstance(cell, str)]
        return len(texts) >= 2 and all(
            cleaned(cell).casefold() == self.headers.get(index, "").casefold()
            for index, cell in texts
        )

    def _counts_columns(self, number: int, filled: list[tuple[int, Cell]]) -> bool:
        """The row "1 2 3 4 5" that some put under their header."""
        if not self.layout.header_row or number > self.layout.header_row + 2 or len(filled) < 4:
            return False
        written = [text_of(cell).strip("() ") for _, cell in filled]
        return written == [str(place) for place in range(1, len(filled) + 1)]

    def _left_out(self, row: Row) -> bool:
        if self.fitted is not None:
            told = cleaned(text_of(at(row, self.fitted.index)))
            if told and not_fitted(self.fitted.header, told):
                return True
        return any(says_not_fitted(cleaned(text_of(at(row, index)))) for index in self.naming)

    def _has_part_number(self, row: Row, but: str) -> bool:
        column = self.layout.column(Field.PART_NUMBER)
        text = cleaned(text_of(at(row, column.index))) if column else ""
        return bool(text) and text != but and not is_nothing(text) and not is_placeholder(text)

    def _tells(self, row: Row, index: int) -> bool:
        text = cleaned(text_of(at(row, index)))
        return bool(text) and not is_nothing(text) and not is_placeholder(text)

    def _is_number(self, index: int, cell: Cell) -> bool:
        return not isinstance(cell, str) or self._amount(index, cell) is not None

    def _quantity(self, row: Row) -> Decimal | None:
        return (
            None if self.quantity is None else self._amount(self.quantity, at(row, self.quantity))
        )

    def _amount(self, index: int, cell: Cell) -> Decimal | None:
        if isinstance(cell, Decimal):
            return cell
        if not isinstance(cell, str) or not any(map(str.isdigit, cell)):
            return None
        found = numbers.read(cleaned(cell), self.parser.marks.get(index, numbers.Marks()))
        return found.number if isinstance(found, numbers.Amount) else None

    # --- a line ----------------------------------------------------------------------------------
    def _keep(self, line: ParsedLine, notes: Found, branch: Branch, row: Row) -> None:
        number = line.row
        if notes:
            self.problems += [note.at(number, self.titles[index]) for index, note in notes]
        named = line.part_number or line.description or line.value or line.own_number
        named = named or line.specification or line.nsn or line.references
        if not named and not self.parser.distributor_number(row):
            place = f"row {number}"
            what = "The row has entries, and nothing that says which part it is."
            fix = "Give a part number or a description, or remove the row."
            self.problems.append(Problem("part-not-named", place, what, fix, number))
            self.failed.append(Failed(number, line.cells))
            self._add(Table.of(ParsedLine, [line]))
            return
        self.lines.append(line)
        self.branches.append(branch)

    def _tree(self) -> None:
        if self.parser.flat:
            return
        has_level = self.layout.column(Field.LEVEL) is not None
        has_parent = self.layout.column(Field.PARENT) is not None
        grow(self.branches, has_level, has_parent)
        told = self.lines.told
        for place, branch in enumerate(self.branches):
            for field, note in branch.notes:
                column = self.layout.column(Field(field))
                title = self.titles[column.index] if column else field
                self.problems.append(note.at(branch.row, title))
            told.level[place], told.parent_row[place] = branch.level, branch.parent_row

    def _spellings(self) -> None:
        """One maker spelt in several ways is said once for each rarer spelling."""
        told = self.lines.told
        other = makers.spelt_differently(told.maker)
        column = self.layout.column(Field.MAKER)
        if not other or column is None:
            return
        for row, maker in zip(told.row, told.maker, strict=True):
            if common := other.pop(maker, None):
                note = Note(
                    "maker-spelt-differently",
                    f"“{maker}” is elsewhere spelt “{common}”; both are kept as written.",
                    "If they are one maker, spell it the same way.",
                    "warning",
                )
                self.problems.append(note.at(row, self.titles[column.index]))


def _words(filled: Sequence[tuple[int, Cell]]) -> str:
    return " · ".join(cleaned(text_of(cell)) for _, cell in filled)
