"""Values laid by in a file, some thousands at a time, where there are too many to hold at once."""

import pickle
from collections.abc import Iterable, Iterator, Sequence
from typing import BinaryIO, Generic, TypeVar

Value = TypeVar("Value")
PIECE = 5_000


class Spool(Generic[Value]):
    """What was put into a file of our own, in order, to be read as often as wanted.

    Nobody else may write to the file. places, count: of one that was filled before, by us or by a
    process of ours.
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

    def add(self, values: Sequence[Value]) -> None:
        """Lay some by, in pieces of PIECE."""
        for start in range(0, len(values), PIECE):
            self.places.append(self._file.seek(0, 2))
            pickle.dump(values[start : start + PIECE], self._file, pickle.HIGHEST_PROTOCOL)
        self._count += len(values)

    def pieces(self) -> Iterator[Sequence[Value]]:
        for place in self.places:
            self._file.seek(place)
            yield pickle.load(self._file)  # noqa: S301 (a file of our own)
