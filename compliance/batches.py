"""Long lists of ids in short pieces, for queries that must not grow without bound."""

from collections.abc import Iterator
from typing import TypeVar

Each = TypeVar("Each")


def batches(items: list[Each], size: int) -> Iterator[list[Each]]:
    """The items in order, `size` at a time; the last piece may be shorter, and of none there is
    none.
    """
    for start in range(0, len(items), size):
        yield items[start : start + size]
