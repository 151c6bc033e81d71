"""The filled cells of a row under their headers, without a dictionary for each row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, compress


class Filled(Mapping[str, str]):
    """A mapping of headers to what stands below them in one row, in the order of the columns.

    names: every header, one tuple for all rows. texts: a text for each, "" where the cell is blank,
    which is then no key.
    """

    __slots__ = ("names", "texts")

    def __init__(self, names: tuple[str, ...], texts: tuple[str, ...]) -> None:
        self.names = names
        self.texts = texts

    def __getitem__(self, name: str) -> str:
        for header, text in zip(self.names, self.texts, strict=True):
            if header == name and text:
                return text
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return compress(self.names, self.texts)

    def __len__(self) -> int:
        return len(self.texts) - self.texts.count("")

    def __repr__(self) -> str:
        return repr(dict(self))


def headers_of(rows: Iterable[Mapping[str, str]]) -> set[str]:
    """Every header that any of the rows has, filled or not."""
    shared: dict[int, Iterable[str]] = {}
    rest: set[str] = set()
    for row in rows:
        if type(row) is Filled:
            shared[id(row.names)] = row.names
        else:
            rest.update(row)
    return rest.union(chain.from_iterable(shared.values()))
