"""Columns in which each party's rows lie side by side, that rows can be added to and taken from."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from compliance.law.ownership.arithmetic import Places

SPARE = 1 << 10
"""Free rows at the end, at the least; and one for every eight in use."""


class Rows:
    """Rows of party `p`: start[p] up to stop[p] of every column. What lies elsewhere means nothing.

    A further row goes behind the party's last. Where another party's begins, all of the party's
    move to the end of the columns, with half as much room again: so most rows never move.
    """

    def __init__(self, start: Places, columns: Sequence[NDArray[Any]]) -> None:
        self.start, self.stop, self.room = start[:-1].copy(), start[1:].copy(), start[1:].copy()
        self.columns = tuple(columns)
        self.used = len(columns[0])
        self._grow(0)

    def add(self, party: int, values: Sequence[int]) -> bool:
        """A further row for the party. True: the columns are new arrays now."""
        row = int(self.stop[party])
        grown = False
        if row == self.room[party]:
            row, grown = self._move(party, row)
        for column, value in zip(self.columns, values, strict=True):
            column[row] = value
        self.stop[party] = row + 1
        return grown

    def find(self, party: int, value: int) -> int:
        """Where the party's row with this value in the first column lies; -1: it has none."""
        start = self.start[party]
        (found,) = (self.columns[0][start : self.stop[party]] == value).nonzero()
        return int(start + found[0]) if len(found) else -1

    def remove(self, party: int, row: int) -> None:
        """The party's last row takes the place of this one."""
        last = self.stop[party] - 1
        for column in self.columns:
            column[row] = column[last]
        self.stop[party] = last

    def _move(self, party: int, end: int) -> tuple[int, bool]:
        """To the end of the columns. Where its rows stop then, and whether these are new arrays."""
        begin = int(self.start[party])
        size = end - begin
        room = size + size // 2 + 1
        grown = self.used + room > len(self.columns[0])
        if grown:
            self._grow(room)
        at, stop = self.used, self.used + size
        for column in self.columns:
            column[at:stop] = column[begin:end]
        self.start[party], self.room[party] = at, at + room
        self.used += room
        return stop, grown

    def _grow(self, needed: int) -> None:
        spare = needed + self.used // 8 + SPARE
        self.columns = tuple(
            np.concatenate([column[: self.used], np.zeros(spare, column.dtype)])
            for column in self.columns
        )
