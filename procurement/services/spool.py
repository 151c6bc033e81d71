"""Records put by a piece at a time, to be read as often as wanted: in memory, or in a file where
there are too many to hold at once.
"""

import pickle
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO, Generic, TypeVar

from procurement.intake.table import Table

Record = TypeVar("Record", bound=tuple[Any, ...])
PIECE = 5_000
"""Records of a piece in a file."""


class Held(Generic[Record]):
    """In memory, each piece as it was put by."""

    def __init__(self) -> None:
        self._pieces: list[Table[Record]] = []

    def __len__(self) -> int:
        return sum(map(len, self._pieces))

    def add(self, records: Table[Record]) -> None:
        self._pieces.append(records)

    def pieces(self) -> Iterator[Table[Record]]:
        return iter(self._pieces)


class Spool(Generic[Record]):
    """In a file of our own, to which nobody else may write.

    places, count: of one that was filled before, by us or by a process of ours.
    """

    def __init__(self, file: BinaryIO, places: Iterable[int] = (), count: int = 0) -> None:
        self._file = file
        self.places = list(places)
        """Where in the file each piece begins."""
        self._count = count

    def __len__(self) -> int:
        return self._count

    @property
    def file(self) -> BinaryIO:
        return self._file

    def add(self, records: Table[Record]) -> None:
        """Put some by, in pieces of PIECE."""
        for start in range(0, len(records), PIECE):
            self.places.append(self._file.seek(0, 2))
            pickle.dump(records[start : start + PIECE], self._file, pickle.HIGHEST_PROTOCOL)
        self._count += len(records)

    def pieces(self) -> Iterator[Table[Record]]:
        for place in self.places:
            self._file.seek(place)
            yield pickle.load(self._file)  # noqa: S301 (a file of our own)
