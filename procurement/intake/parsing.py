"""One row of cells as one line, by a layout that is settled."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from itertools import repeat
from operator import contains, itemgetter
from typing import Any, cast

from procurement.formats.workbook import Cell, Row, Sheet
from procurement.intake import cells, dates, makers, numbers
from procurement.intake.cells import Cost, Note, Notes
from procurement.intake.columns import (
    Found,
    Reader,
    Texts,
    Value,
    at,
    column,
    first_of,
    joined,
)
from procurement.intake.columnwise import holds
from procurement.intake.fields import Field
from procurement.intake.reading import Alternate, Layout, ParsedLine
from procurement.intake.texts import (
    as_written,
    is_blank,
    looks_like_formula,
    text_of,
    without_end,
)
from procurement.intake.tree import Branch
from procurement.intake.units import unit_of

EVIDENCE = 5_000  # rows looked at to learn how a column writes its numbers and dates
_TEXTS: dict[Field, tuple[str, int]] = {
    Field.POSITION: ("position", 50),
    Field.DESCRIPTION: ("description", 500),
    Field.SUPPLIER: ("supplier", 300),
    Field.UNIT: ("unit", 20),
    Field.CATEGORY: ("category_text", 200),
    Field.CHEMISTRY: ("chemistry_text", 200),
    Field.VALUE: ("value", 200),
    Field.FOOTPRINT: ("footprint", 300),
    Field.REFERENCES: ("references", 20_000),
    Field.HTS: ("hts", 20),
    Field.NSN: ("nsn", 16),
}
_MERGED_DOWN = frozenset(
    {
        *(Field.MAKER, Field.SUPPLIER, Field.CATEGORY, Field.COUNTRY, Field.CURRENCY),
        *(Field.UNIT, Field.PARENT, Field.LEVEL, Field.DESCRIPTION, Field.CHEMISTRY),
    }
)
"""Where a cell merged over several rows speaks for each; a merged quantity or cost does not."""
_BATTERY = re.compile(
    r"batter|bateri|akku|accu|\bcell|zelle|pile\b|аккум|батаре|电池|電池|배터리|전지|li-?ion|lithium",
    re.IGNORECASE,
)
SEVERAL = holds(r"[;|/,、，\n\r]| (?:or|oder|ou|или) ")
NO_COST = Cost(None)
LONGEST_MAKER, LONGEST_NUMBER = 300, 200  # characters
_LONG_ALTERNATE = Note(
    "text-too-long",
    f"An alternate is longer than {LONGEST_NUMBER} characters, and was cut.",
    "Shorten it, or give each alternate a row or column of its own.",
)
_BEGINNING = itemgetter(slice(1))
_KANA = re.compile("[\u3041-\u30ff]")
_HAN = re.compile("[\u4e00-\u9fff]")
_UNPAIRED = Note(
    "alternates-unpaired",
    "The row names several makers and part numbers, and not as many of one as of the other.",
    "Give each maker its part number, in the same order.",
)


class Parser:
    """Reads the rows of one sheet by one layout."""

    def __init__(self, sheet: Sheet, layout: Layout) -> None:
        self.sheet = sheet
        self.layout = layout
        body = sheet.rows[layout.header_row : layout.header_row + EVIDENCE]
        self.marks = self._marks(body)
        first = self._day_first(body)
        self.texts = [
            (_TEXTS[one.field][0], self._texts(one.field, _TEXTS[one.field][1]))
            for one in layout.columns
            if one.field in _TEXTS
        ]
        self.maker = self._texts(Field.MAKER, LONGEST_MAKER)
        self.part_number = self._reader(Field.PART_NUMBER, cells.part_number)
        self.parent = self._texts(Field.PARENT, 200)
        self.currency = self._reader(Field.CURRENCY, cells.currency)
        self.country = self._reader(Field.COUNTRY, lambda cell: cells.country(text_of(cell)))
        self.cost_date = self._reader(Field.COST_DATE, lambda cell: cells.cost_date(cell, first))
        self.quantity = self._numbers(Field.QUANTITY, cells.quantity)
        self.unit_cost = self._numbers(Field.UNIT_COST, cells.cost)
        self.total_cost = self._numbers(Field.TOTAL_COST, cells.cost)
        costs = [layout.column(field) for field in (Field.UNIT_COST, Field.TOTAL_COST)]
        self.header_currencies = next((one.currency for one in costs if one and one.currency), None)
        self.level = self._index(Field.LEVEL)
        self.own_numbers = self._indexes(Field.OWN_NUMBER)
        self.specifications = self._indexes(Field.SPECIFICATION)
        self.remarks = self._indexes(Field.NOTES)
        self.alternates = self._indexes(Field.ALTERNATES)
        self.alternate_makers = self._indexes(Field.ALTERNATE_MAKER)
        self.distributors = self._indexes(Field.DISTRIBUTOR_NUMBER)
        self.yen = self._yen()
        self.merged = self._merged_down()
        self.indexes = [column.index for column in layout.columns]
        fields = (Field.POSITION, Field.PART_NUMBER, Field.DESCRIPTION)
        self.indents = self._indented([one for one in map(self._index, fields) if one is not None])
        self.flat = self._flat()

    def _index(self, field: Field) -> int | None:
        column = self.layout.column(field)
        return None if column is None else column.index

    def _indexes(self, field: Field) -> list[int]:
        return [column.index for column in self.layout.all(field)]

    def _reader(
        self, field: Field, read: Callable[[Cell], tuple[Value, Notes]]
    ) -> Reader[Value] | None:
        index = self._index(field)
        return None if index is None else Reader(index, read)

    def _texts(self, field: Field, longest: int) -> Texts | None:
        index = self._index(field)
        return None if index is None else Texts(index, longest)

    def _numbers(
        self, field: Field, read: Callable[[Cell, numbers.Marks], tuple[Value, Notes]]
    ) -> Reader[Value] | None:
        index = self._index(field)
        if index is None:
            return None
        marks = self.marks[index]
        return Reader(index, lambda cell: read(cell, marks))

    # --- what the sheet as a whole tells ----------------------------------------------------------
    def _marks(self, body: tuple[Row, ...]) -> dict[int, numbers.Marks]:
        """How each column of numbers writes decimals; where it shows nothing, as the others do."""
        wanted = map(self._index, (Field.QUANTITY, Field.UNIT_COST, Field.TOTAL_COST))
        found = {
            index: numbers.marks_of(
                {cell for row in body if isinstance(cell := at(row, index), str) and cell}
            )
            for index in wanted
            if index is not None
        }
        seen = {one.decimal for one in found.values() if one.decimal}
        if len(seen) == 1:
            common = numbers.Marks(seen.pop())
            found = {index: one if one.decimal else common for index, one in found.items()}
        return found

    def _day_first(self, body: tuple[Row, ...]) -> bool | None:
        index = self._index(Field.COST_DATE)
        return None if index is None else dates.day_first(text_of(at(row, index)) for row in body)

    def _indented(self, columns: list[int]) -> list[int]:
        """Those columns in which any text begins with white space: they may show the tree."""
        return [index for index in columns if _begins_with_space(self._below(index))]

    def _below(self, index: int) -> list[Cell]:
        """The cells of a column below the header."""
        return column(self.sheet.rows[self.layout.header_row :], index)

    def _flat(self) -> bool:
        """Whether nothing in the sheet can show a tree."""
        if self.level is not None or self.parent or self.indents:
            return False
        index = self._index(Field.POSITION)
        if index is None:
            return True
        cells = self._below(index)
        try:
            return not any(map(contains, cast(list[str], cells), repeat(".")))
        except TypeError:  # not all of them are texts
            return not any("." in text_of(cell) for cell in cells)

    def _yen(self) -> str | None:
        """Whether "¥" is yen or yuan, by the writing of the headers."""
        headers = " ".join(column.header for column in self.layout.columns)
        return "JPY" if _KANA.search(headers) else "CNY" if _HAN.search(headers) else None

    def _merged_down(self) -> dict[tuple[int, int], Cell]:
        """(row, column) → the value of a merged cell that also speaks for this row."""
        speaking = {one.index for one in self.layout.columns if one.field in _MERGED_DOWN}
        found: dict[tuple[int, int], Cell] = {}
        rows = self.sheet.rows
        for merge in self.sheet.merged:
            index = merge.first_column - 1
            above_table = merge.first_row <= self.layout.header_row
            if index not in speaking or above_table or merge.first_row > len(rows):
                continue
            value = at(rows[merge.first_row - 1], index)
            for number in range(merge.first_row + 1, min(merge.last_row, len(rows)) + 1):
                if not is_blank(value) and rows[number - 1]:
                    found[number, index] = value
        return found

    def may_be_battery(self, text: str) -> bool:
        """Whether a bare text could name a battery: such a row is never taken for a heading."""
        return _BATTERY.search(text) is not None and not text.rstrip().endswith(":")

    # --- one row ----------------------------------------------------------------------------------
    def line(self, number: int, row: Row) -> tuple[ParsedLine, Found, Branch]:
        """The line of a row, its problems by column index, and what the tree needs of it."""
        notes: Found = []
        kept = self.written(row)
        if self.merged:
            row = self._with_merged(number, row)
        told: dict[str, Any] = {
            name: value
            for name, reader in self.texts
            if reader and (value := reader.of(row, notes))
        }
        maker, part, alternates = self._parts(row, notes)
        quantity, beside = self.quantity.of(row, notes) if self.quantity else (None, "")
        if beside or "unit" in told:
            told["unit"] = unit_of(told.get("unit", "")) or beside
        unit_cost, total_cost, currency = self._money(row, notes)
        line = ParsedLine(
            row=number,
            sheet=self.sheet.name,
            part_number=part,
            maker=maker,
            alternates=alternates,
            quantity=quantity,
            unit_cost=unit_cost,
            total_cost=total_cost,
            currency=currency,
            cost_date=self.cost_date.of(row, notes) if self.cost_date else None,
            country=self.country.of(row, notes) if self.country else None,
            own_number=first_of(row, self.own_numbers)[:200],
            specification=joined(row, self.specifications),
            notes=joined(row, self.remarks),
            cells=kept,
            **told,
        )
        branch = Branch(
            number,
            "" if self.level is None else at(row, self.level),
            line.position,
            self.parent.of(row, notes) if self.parent else "",
            (part, line.own_number),
            tuple(text_of(at(row, index)) for index in self.indents) if self.indents else (),
        )
        return line, notes, branch

    def _with_merged(self, number: int, row: Row) -> Row:
        """The row with what merged cells above say of it."""
        filled = list(row)
        for (at_row, index), value in self.merged.items():
            if at_row == number and is_blank(at(row, index)):
                filled += [""] * (index + 1 - len(filled))
                filled[index] = value
        return tuple(filled)

    def written(self, row: Row) -> tuple[str, ...]:
        """The row's cells as written, by the layout's columns."""
        texts = without_end(tuple(as_written(at(row, index)) for index in self.indexes))
        return row if texts == row else texts  # type: ignore[return-value]  # then all are texts

    def distributor_number(self, row: Row) -> str:
        return first_of(row, self.distributors)

    def _parts(self, row: Row, notes: Found) -> tuple[str, str, tuple[Alternate, ...]]:
        maker = self.maker.of(row, notes) if self.maker else ""
        part = self.part_number.of(row, notes) if self.part_number else ""
        more: tuple[Alternate, ...] = ()
        written = [
            text_of(at(row, reader.index)) if reader else ""
            for reader in (self.maker, self.part_number)
        ]
        if any(map(SEVERAL.may_be_in, written)) and not looks_like_formula(part):
            first, second, more, paired = makers.alternates(*written)
            if more:
                maker, part = first[:LONGEST_MAKER], second[:LONGEST_NUMBER]
            if not paired and self.part_number:
                notes.append((self.part_number.index, _UNPAIRED))
        more += self._other_columns(row, part)
        if any(
            len(one.part_number) > LONGEST_NUMBER or len(one.maker) > LONGEST_MAKER for one in more
        ):
            places = [one.index for one in (self.part_number, self.maker) if one]
            notes.append(([*places, *self.alternates, *self.alternate_makers][0], _LONG_ALTERNATE))
            more = tuple(
                Alternate(one.maker[:LONGEST_MAKER], one.part_number[:LONGEST_NUMBER])
                for one in more
            )
        return maker, part, more

    def _other_columns(self, row: Row, part: str) -> tuple[Alternate, ...]:
        """Second makers and second part numbers in columns of their own go together in order."""
        if not self.alternates and not self.alternate_makers:
            return ()
        others = [text_of(at(row, index)) for index in self.alternates]
        theirs = [text_of(at(row, index)) for index in self.alternate_makers]
        width = max(len(others), len(theirs))
        others += [""] * (width - len(others))
        theirs += [""] * (width - len(theirs))
        found: list[Alternate] = []
        for maker, written in zip(theirs, others, strict=True):
            first, second, rest, _ = makers.alternates(maker, written)
            if first or second:
                found += [Alternate(first, second or part), *rest]
        return tuple(found)

    def _money(self, row: Row, notes: Found) -> tuple[Decimal | None, Decimal | None, str | None]:
        unit, total = (
            reader.of(row, notes) if reader else NO_COST
            for reader in (self.unit_cost, self.total_cost)
        )
        code = self.currency.of(row, notes) if self.currency else None
        currency, unclear = self.currency_of(unit, total, code)
        if unclear is not None:
            place = next(one for one in (self.currency, self.unit_cost, self.total_cost) if one)
            notes.append((place.index, unclear))
        return unit.number, total.number, currency

    def currency_of(
        self, unit: Cost, total: Cost, code: str | None
    ) -> tuple[str | None, Note | None]:
        """The currency of a row's amounts, or what is unclear about it."""
        if unit.currency is None and total.currency is None and not unit.yen_sign | total.yen_sign:
            told = unit.number is not None or total.number is not None
            if self.header_currencies is None:
                return (code if told else None), None
        named: set[str] = {code} if code else set()
        for field, cost in ((Field.UNIT_COST, unit), (Field.TOTAL_COST, total)):
            if cost.number is not None and (said := self._said(cost, field)):
                named.add(said)
        if len(named) > 1 or ((unit.yen_sign or total.yen_sign) and not named):
            return None, _which_currency(named)
        told = unit.number is not None or total.number is not None
        return (named.pop() if named and told else None), None

    def _said(self, cost: Cost, field: Field) -> str | None:
        """The currency that the amount's own sign names, else its header; "¥" by the language."""
        if cost.currency or (cost.yen_sign and self.yen):
            return cost.currency or self.yen
        column = self.layout.column(field)
        return column.currency if column else None


def _is_text(cell: Cell) -> bool:
    return type(cell) is str


def _which_currency(named: set[str]) -> Note:
    if named:
        what = f"The row names more than one currency: {', '.join(sorted(named))}."
        return Note("currency-conflict", what, "Leave the one that is meant.")
    what = "“¥” can be yen or yuan, and nothing in the file says which."
    return Note("currency-ambiguous", what, "Write JPY or CNY.")


def _begins_with_space(cells: Sequence[Cell]) -> bool:
    """Whether any text among the cells does."""
    try:
        beginnings = set(map(_BEGINNING, cast(Sequence[str], cells)))
    except TypeError:  # not all of them are texts
        beginnings = {cell[:1] for cell in cells if isinstance(cell, str)}
    return any(map(str.isspace, beginnings))
