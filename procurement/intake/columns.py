"""The columns of one sheet, cell by cell: what repeats is read once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from operator import itemgetter
from typing import Generic, TypeVar

from procurement.formats.workbook import Cell, Row
from procurement.intake import cells
from procurement.intake.cells import Note, Notes
from procurement.intake.texts import cleaned, is_nothing, text_of

Found = list[tuple[int, Note]]
"""Problems of a row, each with the index of its column."""

Value = TypeVar("Value")

LONGEST = 1_000  # characters of texts that are only kept beside the line
REMEMBERED = 50_000  # texts a column


class Reader(Generic[Value]):
    """Reads the cells of one column, and remembers the texts it has met: they repeat."""

    __slots__ = ("blank", "index", "known", "numbers", "read", "values", "wrong")

    def __init__(self, index: int, read: Callable[[Cell], tuple[Value, Notes]]) -> None:
        self.index = index
        self.read = read
        self.known: dict[str, tuple[Value, Notes]] = {}
        self.numbers: dict[str, tuple[Value, Notes]] = {}
        self.blank: tuple[Value, Notes] = read("")
        self.values: dict[str, Value] = {}
        """What the texts met in whole columns came to; in those of `wrong` something is."""
        self.wrong: set[str] = set()

    def of(self, row: Row, notes: Found) -> Value:
        cell = row[self.index] if self.index < len(row) else ""
        if not isinstance(cell, str):  # a number may equal a boolean: only texts are remembered
            value, found = self.read(cell)
        elif not cell:
            return self.blank[0]
        else:
            value, found = self.once(cell)
        if found:
            notes += [(self.index, note) for note in found]
        return value

    def once(self, cell: Cell) -> tuple[Value, Notes]:
        """The same, and texts and numbers are remembered, numbers by how they are written."""
        if isinstance(cell, str):
            remembered, key = self.known, cell
        elif isinstance(cell, Decimal):
            remembered, key = self.numbers, str(cell)
        else:
            return self.read(cell)
        known = remembered.get(key)
        if known is None:
            known = self.read(cell)
            if len(remembered) < REMEMBERED:
                remembered[key] = known
        return known


class Texts(Reader[str]):
    """Reads a column of plain texts; longer ones are cut."""

    __slots__ = ("longest",)

    def __init__(self, index: int, longest: int) -> None:
        super().__init__(index, lambda cell: cells.text(cell, longest))
        self.longest = longest


def at(row: Row, index: int) -> Cell:
    """The cell of a row that may be shorter than the header."""
    return row[index] if index < len(row) else ""


def column(rows: Sequence[Row], index: int) -> list[Cell]:
    """That cell of every row."""
    try:
        return list(map(itemgetter(index), rows))
    except IndexError:
        return [at(row, index) for row in rows]


def first_of(row: Row, indexes: list[int]) -> str:
    """The first of the columns that says anything."""
    if not indexes:
        return ""
    told = (cleaned(text_of(at(row, index))) for index in indexes)
    return next((text for text in told if text and not is_nothing(text)), "")


def joined(row: Row, indexes: list[int]) -> str:
    """What the columns say, together."""
    if not indexes:
        return ""
    told = (cleaned(text_of(at(row, index))) for index in indexes)
    return "; ".join(text for text in told if text and not is_nothing(text))[:LONGEST]
