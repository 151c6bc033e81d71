"""One row of cells as one line, by a layout that is settled."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any

from procurement.formats.workbook import Cell, Row, Sheet
from procurement.intake import cells, dates, makers, numbers
from procurement.intake.cells import Cost, Note
from procurement.intake.fields import Field
from procurement.intake.reading import Alternate, Column, Layout, ParsedLine
from procurement.intake.texts import (
    cleaned,
    is_blank,
    is_nothing,
    looks_like_formula,
    shown,
    text_of,
)
from procurement.intake.tree import Branch
from procurement.intake.units import unit_of

Found = list[tuple[int, Note]]

EVIDENCE = 5_000  # rows looked at to learn how a column writes its numbers and dates
LONGEST = 1_000
REMEMBERED = 50_000  # cells
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
_SEVERAL = re.compile(r"[;|/,、，]| (?:or|oder|ou|или) ", re.IGNORECASE)
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
        self.texts = [
            (one.index, *_TEXTS[one.field]) for one in layout.columns if one.field in _TEXTS
        ]
        self.part_number = self._index(Field.PART_NUMBER)
        self.maker = self._index(Field.MAKER)
        self.quantity = self._index(Field.QUANTITY)
        self.costs = tuple(map(layout.column, (Field.UNIT_COST, Field.TOTAL_COST)))
        self.currency = self._index(Field.CURRENCY)
        self.country = self._index(Field.COUNTRY)
        self.cost_date = self._index(Field.COST_DATE)
        self.level = self._index(Field.LEVEL)
        self.parent = self._index(Field.PARENT)
        self.own_number = self._index(Field.OWN_NUMBER)
        self.specifications = self._indexes(Field.SPECIFICATION)
        self.remarks = self._indexes(Field.NOTES)
        self.alternates = self._indexes(Field.ALTERNATES)
        self.alternate_makers = self._indexes(Field.ALTERNATE_MAKER)
        self.distributors = self._indexes(Field.DISTRIBUTOR_NUMBER)
        self.marks = self._marks(body)
        self.day_first = self._day_first(body)
        self.yen = self._yen()
        self.merged = self._merged_down()
        self.headers = _distinct(layout.columns)
        every = [index for index, _ in self.headers] == list(range(len(self.headers)))
        self.contiguous = [header for _, header in self.headers] if every else []
        indents = (self._index(Field.POSITION), self.part_number, self._index(Field.DESCRIPTION))
        self.indents = [index for index in indents if index is not None]
        self._known: dict[tuple[int, Cell], tuple[str, cells.Notes]] = {}  # cells repeat

    def _index(self, field: Field) -> int | None:
        column = self.layout.column(field)
        return None if column is None else column.index

    def _indexes(self, field: Field) -> list[int]:
        return [column.index for column in self.layout.all(field)]

    # --- what the sheet as a whole tells ----------------------------------------------------------
    def _marks(self, body: tuple[Row, ...]) -> dict[int, numbers.Marks]:
        """How each column of numbers writes decimals; where it shows nothing, as the others do."""
        wanted = [self.quantity, *(one.index for one in self.costs if one)]
        found = {
            index: numbers.marks_of(
                cell for row in body if isinstance(cell := at(row, index), str) and cell
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
        if self.cost_date is None:
            return None
        index = self.cost_date
        return dates.day_first(text_of(at(row, index)) for row in body)

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
        told: dict[str, Any] = {}
        for index, name, longest in self.texts:
            if value := self._text(index, number, row, longest, notes):
                told[name] = value
        maker, part, alternates = self._parts(number, row, notes)
        quantity, beside = self._quantity(row, notes)
        unit_cost, total_cost, currency = self._money(number, row, notes)
        country, cost_date = self._origin(number, row, notes)
        if beside or "unit" in told:
            told["unit"] = unit_of(told.get("unit", "")) or beside
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
            cost_date=cost_date,
            country=country,
            own_number=self._text(self.own_number, number, row, 200, notes),
            specification=_joined(row, self.specifications),
            notes=_joined(row, self.remarks),
            raw=self.raw(row),
            **told,
        )
        return line, notes, self._branch(line, number, row, notes)

    def raw(self, row: Row) -> dict[str, str]:
        """Every filled cell as written, by header."""
        width = len(row)
        if self.contiguous and all(map(_is_text, row)) and "".join(row).isprintable():  # type: ignore[arg-type]  # all are str
            pairs = zip(self.contiguous, row, strict=False)
            return {header: cell for header, cell in pairs if cell and not cell.isspace()}  # type: ignore[union-attr, misc]
        found: dict[str, str] = {}
        for index, header in self.headers:
            if index < width and (cell := row[index]) != "":
                if isinstance(cell, str):
                    if not cell.isspace():
                        found[header] = shown(cell)
                else:
                    found[header] = text_of(cell)
        return found

    def distributor_number(self, row: Row) -> str:
        told = (cleaned(text_of(at(row, index))) for index in self.distributors)
        return next((text for text in told if text and not is_nothing(text)), "")

    def _cell(self, number: int, row: Row, index: int) -> Cell:
        cell = row[index] if index < len(row) else ""
        return self.merged.get((number, index), cell) if self.merged and is_blank(cell) else cell

    def _text(self, index: int | None, number: int, row: Row, longest: int, notes: Found) -> str:
        if index is None or (cell := self._cell(number, row, index)) == "":
            return ""
        known = self._known.get((index, cell))
        if known is None:
            known = cells.text(cell, longest)
            if len(self._known) < REMEMBERED:
                self._known[index, cell] = known
        value, found = known
        if found:
            notes += [(index, note) for note in found]
        return value

    def _parts(self, number: int, row: Row, notes: Found) -> tuple[str, str, tuple[Alternate, ...]]:
        maker = self._text(self.maker, number, row, 300, notes)
        part = ""
        if self.part_number is not None:
            part, found = cells.part_number(self._cell(number, row, self.part_number))
            notes += [(self.part_number, note) for note in found]
        more: tuple[Alternate, ...] = ()
        several = _SEVERAL.search(part) or _SEVERAL.search(maker) or self._has_lines(row)
        if several and not looks_like_formula(part):
            written = [
                "" if index is None else text_of(self._cell(number, row, index))
                for index in (self.maker, self.part_number)
            ]
            first, second, more, paired = makers.alternates(*written)
            if more:
                maker, part = first, second
            if not paired and self.part_number is not None:
                notes.append((self.part_number, _UNPAIRED))
        return maker, part, more + self._other_columns(row, part)

    def _has_lines(self, row: Row) -> bool:
        """Whether the maker or part number was written in several lines of its cell."""
        for index in (self.maker, self.part_number):
            cell = row[index] if index is not None and index < len(row) else ""
            if isinstance(cell, str) and ("\n" in cell or "\r" in cell):
                return True
        return False

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

    def _quantity(self, row: Row, notes: Found) -> tuple[Decimal | None, str]:
        index = self.quantity
        if index is None or index >= len(row):
            return None, ""
        value, found = cells.quantity(row[index], self.marks[index])
        notes += [(index, note) for note in found]
        return value

    def _money(
        self, number: int, row: Row, notes: Found
    ) -> tuple[Decimal | None, Decimal | None, str | None]:
        amounts: list[Decimal | None] = []
        named: set[str] = set()
        yen_sign = False
        for column in self.costs:
            if column is None or column.index >= len(row):
                amounts.append(None)
                continue
            cost, found = cells.cost(row[column.index], self.marks[column.index])
            notes += [(column.index, note) for note in found]
            amounts.append(cost.number)
            yen_sign = yen_sign or cost.yen_sign
            if said := self._said(cost, column):
                named.add(said)
        if self.currency is not None:
            code, found = cells.currency(self._cell(number, row, self.currency))
            notes += [(self.currency, note) for note in found]
            if code:
                named.add(code)
        place = self.currency if self.currency is not None else _first(self.costs)
        if place is not None and (len(named) > 1 or (yen_sign and not named)):
            notes.append((place, _which_currency(named)))
            return amounts[0], amounts[1], None
        told = any(amount is not None for amount in amounts)
        return amounts[0], amounts[1], named.pop() if named and told else None

    def _said(self, cost: Cost, column: Column) -> str | None:
        """The currency that the amount's own sign names, else its header; "¥" by the language."""
        if cost.number is None:
            return None
        return cost.currency or (self.yen if cost.yen_sign else None) or column.currency

    def _origin(self, number: int, row: Row, notes: Found) -> tuple[str | None, date | None]:
        """The country, and the day of the cost, where the sheet has such columns."""
        country = day = None
        if self.country is not None:
            written = text_of(self._cell(number, row, self.country))
            country, found = cells.country(written)
            notes += [(self.country, note) for note in found]
        if self.cost_date is not None:
            day, found = cells.cost_date(at(row, self.cost_date), self.day_first)
            notes += [(self.cost_date, note) for note in found]
        return country, day

    def _branch(self, line: ParsedLine, number: int, row: Row, notes: Found) -> Branch:
        return Branch(
            number,
            "" if self.level is None else self._cell(number, row, self.level),
            line.position,
            self._text(self.parent, number, row, 200, notes),
            (line.part_number, line.own_number),
            tuple(text_of(at(row, index)) for index in self.indents),
        )


def _is_text(cell: Cell) -> bool:
    return type(cell) is str


def at(row: Row, index: int) -> Cell:
    """The cell of a row that may be shorter than the header."""
    return row[index] if index < len(row) else ""


def _first(columns: tuple[Column | None, ...]) -> int | None:
    return next((column.index for column in columns if column is not None), None)


def _joined(row: Row, indexes: list[int]) -> str:
    if not indexes:
        return ""
    told = (cleaned(text_of(at(row, index))) for index in indexes)
    return "; ".join(text for text in told if text and not is_nothing(text))[:LONGEST]


def _distinct(columns: tuple[Column, ...]) -> list[tuple[int, str]]:
    """(index, header) for every column, each header once: "Cost", "Cost (column E)"."""
    seen: set[str] = set()
    found: list[tuple[int, str]] = []
    for column in columns:
        header = shown(column.header) or f"column {column.letter}"
        if header in seen:
            header = f"{header} (column {column.letter})"
        seen.add(header)
        found.append((column.index, header))
    return found


def _which_currency(named: set[str]) -> Note:
    if named:
        what = f"The row names more than one currency: {', '.join(sorted(named))}."
        return Note("currency-conflict", what, "Leave the one that is meant.")
    what = "“¥” can be yen or yuan, and nothing in the file says which."
    return Note("currency-ambiguous", what, "Write JPY or CNY.")
