"""Records kept as columns, where there are too many to hold an object for each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar, overload

Record = TypeVar("Record", bound=tuple[Any, ...])


class Table(Sequence[Record]):
    """Named tuples of one kind in their order, each made when it is asked for.

    told: the same kind of tuple with a list for each field, all of one length. Slices share no
    list with the whole.
    """

    __slots__ = ("_make", "told")

    def __init__(self, kind: type[Record], columns: Iterable[list[Any]] | None = None) -> None:
        make: Any = kind
        self._make: Any = make._make
        self.told: Any = make._make([[] for _ in make._fields] if columns is None else columns)

    @classmethod
    def of(cls, kind: type[Record], records: Iterable[Record]) -> Table[Record]:
        columns = list(map(list, zip(*records, strict=True)))
        return cls(kind, columns or None)

    def __len__(self) -> int:
        return len(self.told[0])

    def __iter__(self) -> Iterator[Record]:
        return map(self._make, zip(*self.told, strict=True))

    @overload
    def __getitem__(self, place: int) -> Record: ...
    @overload
    def __getitem__(self, place: slice) -> Table[Record]: ...
    def __getitem__(self, place: int | slice) -> Record | Table[Record]:
        if isinstance(place, slice):
            return Table(type(self.told), [column[place] for column in self.told])
        return self._make(column[place] for column in self.told)  # type: ignore[no-any-return]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]

    def add(self, others: Table[Record]) -> None:
        for column, more in zip(self.told, others.told, strict=True):
            column += more

    def append(self, record: Record) -> None:
        for column, value in zip(self.told, record, strict=True):
            column.append(value)

    def __reduce__(self) -> tuple[Any, ...]:
        return Table, (type(self.told), list(self.told))
