"""What a revision changed, line by line.

Two lists of lines are paired in passes, each among what the passes before left over, equal keys in
the order of the lists:

1. everything the same
2. the same part (maker and part number) at the same position
3. the same part, wherever it stands now
4. the same place by reference designators, most shared first: another part is fitted there
5. the same part number, of another maker
6. the same position

What is left of the earlier list was removed, what is left of the later one was added. Alternates
are paired with alternates only. The same lists always give the same pairs.
"""

import re
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

_DESIGNATOR = re.compile(r"[A-Z]{1,4}\d{1,5}[A-Z]?", re.ASCII)
MOST_DESIGNATORS = 500
"""Of one line. More are no way to find it by."""


class Kind(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class Told:
    """A line as far as revisions are compared. cells: what each column says, by its title."""

    number: str
    maker: str = ""
    position: str = ""
    references: str = ""
    alternate: bool = False
    cells: Mapping[str, str] = field(default_factory=dict)

    @property
    def part(self) -> tuple[bool, str, str] | None:
        return (self.alternate, plain(self.number), plain(self.maker)) if self.number else None

    @property
    def designators(self) -> frozenset[str]:
        found = _DESIGNATOR.findall(self.references.upper())
        return frozenset(found) if len(found) <= MOST_DESIGNATORS else frozenset()


@dataclass(frozen=True, slots=True)
class Changed:
    """One cell: its column, what it said, what it says."""

    column: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Pair:
    """before, after: places in the two lists, from 0; None where the line is only in one."""

    before: int | None
    after: int | None
    changes: tuple[Changed, ...] = ()

    @property
    def kind(self) -> Kind:
        if self.before is None:
            return Kind.ADDED
        if self.after is None:
            return Kind.REMOVED
        return Kind.CHANGED if self.changes else Kind.SAME


def difference(before: Sequence[Told], after: Sequence[Told]) -> list[Pair]:
    """Every line of both lists in exactly one pair, in the order of the later list; a removed line
    stands where it stood, after the line that it followed.
    """
    match = paired(before, after)
    by_before = {old: new for new, old in match.items()}
    gone: dict[int | None, list[int]] = {}
    follows: int | None = None
    for old in range(len(before)):
        if old in by_before:
            follows = by_before[old]
        else:
            gone.setdefault(follows, []).append(old)
    found = [Pair(old, None) for old in gone.get(None, ())]
    for new in range(len(after)):
        was = match.get(new)
        if was is None:
            found.append(Pair(None, new))
        else:
            found.append(Pair(was, new, changes(before[was], after[new])))
        found += [Pair(old, None) for old in gone.get(new, ())]
    return found


def paired(before: Sequence[Told], after: Sequence[Told]) -> dict[int, int]:
    """Place in `after` → place in `before`, each at most once."""
    match: dict[int, int] = {}
    left = list(range(len(before)))
    right = list(range(len(after)))

    def by(key: Callable[[Told], Hashable]) -> None:
        nonlocal left, right
        waiting: dict[Hashable, list[int]] = {}
        for old in reversed(left):
            if (found := key(before[old])) is not None:
                waiting.setdefault(found, []).append(old)
        for new in right:
            found = key(after[new])
            if found is not None and waiting.get(found):
                match[new] = waiting[found].pop()
        settle()

    def settle() -> None:
        nonlocal left, right
        taken = set(match.values())
        left = [old for old in left if old not in taken]
        right = [new for new in right if new not in match]

    by(_whole)
    by(lambda line: (line.part, plain(line.position)) if line.part and line.position else None)
    by(lambda line: line.part)
    free = set(left)
    for _, old, new in _sharing(before, left, after, right):
        if new not in match and old in free:
            match[new] = old
            free.remove(old)
    settle()
    by(lambda line: (line.alternate, plain(line.number)) if line.number else None)
    by(lambda line: (line.alternate, plain(line.position)) if line.position else None)
    return match


def changes(before: Told, after: Told) -> tuple[Changed, ...]:
    """The columns that both have and that say something else, in the order of the later line."""
    return tuple(
        Changed(column, before.cells[column], text)
        for column, text in after.cells.items()
        if column in before.cells and before.cells[column] != text
    )


def plain(text: str) -> str:
    return " ".join(text.split()).casefold()


def _whole(line: Told) -> Hashable:
    return (line.alternate, line.number, line.maker, line.position, line.references,
            tuple(sorted(line.cells.items())))  # fmt: skip


def _sharing(
    before: Sequence[Told], left: Sequence[int], after: Sequence[Told], right: Sequence[int]
) -> list[tuple[int, int, int]]:
    """(- designators shared, place before, place after), the most shared first."""
    places: dict[tuple[bool, str], list[int]] = {}
    for old in left:
        for name in before[old].designators:
            places.setdefault((before[old].alternate, name), []).append(old)
    counted: dict[tuple[int, int], int] = {}
    for new in right:
        for name in after[new].designators:
            # Where half the list claims one designator, it says nothing of any line.
            for old in places.get((after[new].alternate, name), ())[:20]:
                counted[old, new] = counted.get((old, new), 0) + 1
    return sorted((-count, old, new) for (old, new), count in counted.items())
