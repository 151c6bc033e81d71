"""The rows of a sheet read column by column: what repeats in a column is read once.

What comes out is what reading each row by itself gives (`Parser.line`). Rows that ask for more,
as where something is wrong in a cell or several makers share one, are left to that.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from decimal import Decimal
from itertools import compress, count
from typing import TypeVar, cast

from procurement.formats.workbook import Cell, Row
from procurement.intake.columns import REMEMBERED, Reader, Texts, column
from procurement.intake.texts import NOTHING, as_written, without_end

Value = TypeVar("Value")


class Sign:
    """What texts may hold or begin with, told of one, or of many plain ones at once.

    among: a pattern in lower case.
    """

    def __init__(self, one: Callable[[str], object], among: str) -> None:
        self.may_be_in = one
        self._among = re.compile(rf"\0({among}[^\0]*)")

    def among(self, texts: Iterable[str]) -> set[str]:
        """Those that have it. All are ASCII, and none holds NUL."""
        every = "\0" + "\0".join(filter(None, texts))
        # Half the time of ignoring case in the pattern.
        return {every[slice(*one.span(1))] for one in self._among.finditer(every.lower())}


def begins(pattern: str) -> Sign:
    return Sign(re.compile(pattern, re.IGNORECASE).match, f"(?:{pattern})")


def holds(pattern: str) -> Sign:
    return Sign(re.compile(pattern, re.IGNORECASE).search, rf"[^\0]*?(?:{pattern})")


_ODD_TEXT = begins(
    r"[^a-z0-9]"
    r"|[fc][^\0]*="  # as a template's own fields are
    rf"|(?:{'|'.join(map(re.escape, sorted(filter(str.isascii, NOTHING))))})(?![^\0])"
)
"""What may stand for another text than itself, or for none."""


class Columns:
    """The columns of the rows below a header."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.rows = rows
        self.noted: set[int] = set()
        """Places of rows, from 0, with a problem in some cell."""
        alike = len(set(map(len, rows))) == 1  # then all columns are had at a stroke
        self._whole = list(zip(*rows, strict=True)) if alike else None
        self._cells: dict[int, Sequence[Cell]] = {}
        self._once: dict[int, set[Cell] | None] = {}
        self._tidy: dict[int, bool] = {}

    def cells(self, index: int) -> Sequence[Cell]:
        if self._whole is not None and index < len(self._whole):
            return self._whole[index]
        if index not in self._cells:
            self._cells[index] = column(self.rows, index)
        return self._cells[index]

    def once(self, index: int) -> set[Cell] | None:
        """Every cell of the column once; None where cells may be equal and not the same."""
        if index not in self._once:
            self._once[index] = _once(self.cells(index))
        return self._once[index]

    def read(self, reader: Reader[Value]) -> list[Value]:
        """The column's values. Where something is wrong in a cell, its row is `noted`."""
        cells, once = self.cells(reader.index), self.once(reader.index)
        if self.tidy(reader.index):
            if isinstance(reader, Texts):
                return cast(list[Value], self._read_texts(reader))
            return self._read_again(reader, cast(set[str], once))
        if once is None:
            found = list(map(reader.read, cells))
            self.noted.update(place for place, (_, notes) in enumerate(found) if notes)
            return [value for value, _ in found]
        known = {cell: reader.once(cell) for cell in once}
        if wrong := {cell for cell, (_, notes) in known.items() if notes}:
            self.noted.update(_places(wrong, cells))
        values = {cell: value for cell, (value, _) in known.items()}
        return list(map(values.__getitem__, cells))

    def _read_again(self, reader: Reader[Value], once: set[str]) -> list[Value]:
        """Of a tidy column, whose texts mostly stood in the rows above too."""
        if len(reader.values) + len(once) > REMEMBERED:
            reader.values.clear()
            reader.wrong.clear()
        for text in once - reader.values.keys():
            reader.values[text], notes = reader.read(text)
            if notes:
                reader.wrong.add(text)
        cells = self.cells(reader.index)
        if wrong := reader.wrong & once:
            self.noted.update(_places(wrong, cells))
        return list(map(reader.values.__getitem__, cast(list[str], cells)))

    def tidy(self, index: int) -> bool:
        """Whether the column is all texts, in which nothing is hidden and no blank is too many."""
        if index not in self._tidy:
            once = self.once(index)
            self._tidy[index] = once is not None and _tidy(once)
        return self._tidy[index]

    def _read_texts(self, reader: Texts) -> list[str]:
        """Of a tidy column, where nearly every text stands for itself."""
        once = self._texts(reader.index)
        may = _ODD_TEXT.among(once)
        if max(map(len, once), default=0) > reader.longest:
            may.update(text for text in once if len(text) > reader.longest)
        odd = {text: reader.read(text) for text in may}
        texts = cast(list[str], self.cells(reader.index))
        if wrong := {text for text, (_, notes) in odd.items() if notes}:
            self.noted.update(_places(wrong, texts))
        values = {text: value for text, (value, _) in odd.items()}
        return list(map(values.get, texts, texts)) if values else texts

    def matching(
        self, index: int, sign: Sign, has: Callable[[str], object] | None = None
    ) -> set[int]:
        """Places of the rows whose cell is a text that may have the sign. has: and that is so."""
        known = self._having(index, sign)
        if has is not None:
            known = set(filter(has, known))
        return set(_places(known, self.cells(index))) if known else set()

    def _having(self, index: int, sign: Sign) -> set[str]:
        texts = self._texts(index)
        if self.tidy(index):
            return sign.among(texts)
        return {text for text in texts if sign.may_be_in(text)}

    def unclear_parts(
        self,
        quantity: int,
        naming: Sequence[int],
        counts: Callable[[str], object],
        special: Sign,
    ) -> set[int]:
        """Places of the rows that lack a quantity, or a name of a part that says nothing else.

        special: of a text that may say something else.
        """
        amounts = self.cells(quantity)
        found = self.matching(0, special)
        found.update(_places({text for text in self._texts(quantity) if not counts(text)}, amounts))
        if not self.tidy(quantity):
            found.update(n for n, cell in enumerate(amounts) if not isinstance(cell, str | Decimal))
        unnamed = set(range(len(amounts)))
        for index in naming:
            texts, cells = self._texts(index), self.cells(index)
            odd = self._having(index, special)
            odd.update(text for text in texts if 0 < len(text) < 4)
            found.update(_places(odd, cells))
            if self.tidy(index) and "" not in texts:
                unnamed.clear()
            elif unnamed:
                unnamed = {n for n in unnamed if type(cells[n]) is not str or not cells[n]}
        return found | unnamed

    def written(self, indexes: Sequence[int]) -> Sequence[tuple[str, ...]]:
        """Each row's cells as written, by the columns of `indexes`, without the blanks that end it.

        Where a row holds nothing else, it is the very row, so that nothing is held twice.
        """
        if (
            list(indexes) == list(range(len(indexes)))
            and max(map(len, self.rows)) <= len(indexes)
            and all(map(self.tidy, indexes))
        ):
            whole = cast(Sequence[tuple[str, ...]], self.rows)
            return list(map(without_end, whole)) if "" in self.cells(indexes[-1]) else whole
        columns = map(self._written, indexes)
        return [
            row if texts == row else texts  # type: ignore[misc]  # then all its cells are texts
            for texts, row in zip(
                map(without_end, zip(*columns, strict=True)), self.rows, strict=True
            )
        ]

    def _written(self, index: int) -> list[str]:
        cells, once = self.cells(index), self.once(index)
        if self.tidy(index):
            return cast(list[str], cells)
        if once is None:
            return list(map(as_written, cells))
        known = {cell: as_written(cell) for cell in once}
        return list(map(known.__getitem__, cells))

    def _texts(self, index: int) -> set[str]:
        once = self.once(index)
        if self.tidy(index):
            return cast(set[str], once)
        return {cell for cell in (self.cells(index) if once is None else once) if type(cell) is str}


def _once(cells: Sequence[Cell]) -> set[Cell] | None:
    """Truth equals one, 1.50 equals 1.5, and each is written otherwise."""
    once = set(cells)
    if set(map(type, once)) <= {str}:  # no text equals anything else
        return once
    if not set(map(type, cells)) <= {str, Decimal}:
        return None
    numbers = [cell for cell in cells if type(cell) is Decimal]
    same = len(set(numbers)) == len(set(map(str, numbers)))
    return once if same else None


def _tidy(once: set[Cell]) -> bool:
    try:
        every = f"|{'|'.join(cast(set[str], once))}|"
    except TypeError:  # not all of them are texts
        return False
    # A blank beside a "|" of a text's own is taken for one too many, and costs only time.
    return (
        every.isascii()
        and every.isprintable()
        and not any(blank in every for blank in ("  ", "| ", " |"))
    )


def _places(wanted: Collection[Cell], cells: Iterable[Cell]) -> Iterable[int]:
    return compress(count(), map(wanted.__contains__, cells)) if wanted else ()
