"""The rows of a sheet read column by column: each text that repeats in a column is read once.

What comes out is what reading each row by itself gives (`Parser.line`). Rows that ask for more,
as where something is wrong in a cell or several makers share one, are left to that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import repeat
from typing import Any, NamedTuple

from procurement.formats.workbook import Cell, Row
from procurement.intake.cells import Cost
from procurement.intake.columns import Reader
from procurement.intake.texts import shown, text_of

BLANK, NAMED, ODD = range(3)
"""Of a cell that may name a part: blank or no text; a name; one that may say something else."""


class Ready(NamedTuple):
    """What the cells of one row came to."""

    position: str
    part_number: str
    description: str
    maker: str
    supplier: str
    quantity: tuple[Decimal | None, str]
    unit: str
    unit_cost: Cost
    total_cost: Cost
    currency: str | None
    cost_date: date | None
    country: str | None
    category_text: str
    chemistry_text: str
    value: str
    footprint: str
    references: str
    hts: str
    nsn: str
    parent: str


class Columns:
    """The columns of the rows below a header."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.rows = rows
        self.noted: set[int] = set()
        """Places of rows, from 0, with a problem in some cell."""
        self._cells: dict[int, list[Cell]] = {}

    def ready(self, readers: Mapping[str, Reader[Any] | None], absent: Ready) -> Iterator[Ready]:
        """One for each row. readers: name of a field of `Ready` → its column's reader."""
        columns: list[Iterable[Any]] = []
        for name in Ready._fields:
            reader = readers.get(name)
            if reader is None:
                columns.append(repeat(getattr(absent, name), len(self.rows)))
            else:
                columns.append(self._read(reader))
        return map(Ready._make, zip(*columns, strict=True))

    def _read(self, reader: Reader[Any]) -> list[Any]:
        cells, read = self.cells(reader.index), reader.read
        known = {text: read(text) for text in _texts(cells)}
        found = [known[cell] if type(cell) is str else read(cell) for cell in cells]
        if len(known) < len(cells) or any(notes for _, notes in known.values()):
            self.noted.update(place for place, (_, notes) in enumerate(found) if notes)
        return [value for value, _ in found]

    def cells(self, index: int) -> list[Cell]:
        if index not in self._cells:
            self._cells[index] = [row[index] if index < len(row) else "" for row in self.rows]
        return self._cells[index]

    def matching(self, index: int, says: Callable[[str], object]) -> set[int]:
        """Places of the rows whose cell is a text of which `says` is true."""
        cells = self.cells(index)
        known = {text for text in _texts(cells) if says(text)}
        if not known:
            return set()
        return {place for place, cell in enumerate(cells) if type(cell) is str and cell in known}

    def plain_parts(
        self,
        quantity: int,
        naming: Sequence[int],
        counts: Callable[[str], object],
        special: Callable[[str], object],
    ) -> list[bool]:
        """For each row, whether it has a quantity, and names of a part that say nothing else."""
        amounts = self.cells(quantity)
        numbers = {text for text in _texts(amounts) if counts(text)}
        counted = [
            cell in numbers if type(cell) is str else isinstance(cell, Decimal) for cell in amounts
        ]
        codes = []
        for index in naming:
            cells = self.cells(index)
            known = {
                text: (ODD if len(text) < 4 or special(text) else NAMED) if text else BLANK
                for text in _texts(cells)
            }
            codes.append([known[cell] if type(cell) is str else BLANK for cell in cells])
        worst = map(max, zip(*codes, strict=True)) if codes else repeat(BLANK, len(counted))
        first = self.matching(0, special)
        return [
            count and code == NAMED and place not in first
            for place, (count, code) in enumerate(zip(counted, worst, strict=True))
        ]

    def raw(self, headers: Sequence[tuple[int, str]]) -> Iterator[dict[str, str]]:
        """Every filled cell of each row as written, by header."""
        names = [header for _, header in headers]
        for texts in zip(*(self._raw(index) for index, _ in headers), strict=True):
            if "" in texts:
                yield {name: text for name, text in zip(names, texts, strict=True) if text}
            else:
                yield dict(zip(names, texts, strict=True))

    def _raw(self, index: int) -> list[str]:
        cells = self.cells(index)
        known = {text: "" if text.isspace() else shown(text) for text in _texts(cells)}
        return [known[cell] if type(cell) is str else text_of(cell) for cell in cells]


def _texts(cells: Iterable[Cell]) -> set[str]:
    return {cell for cell in cells if type(cell) is str}
