"""From levels, positions, parents or indentation to the tree: which row stands under which."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise

from procurement.formats.workbook import Cell
from procurement.intake.cells import Note
from procurement.intake.texts import cleaned, is_blank, text_of

_DOTTED = re.compile(r"^\d+(?:[.\-]\d+)*\.?$")
_LEADING = re.compile(r"^([.\s>+\-_]*)\s*(?:L|lvl|level|ebene)?\s*(\d{0,2})$", re.IGNORECASE)
DEEPEST = 60


@dataclass(slots=True)
class Branch:
    """What the tree needs of one line, and what it gives back: `level` from 0, and `parent_row`."""

    row: int
    level_cell: Cell = ""
    position: str = ""
    parent: str = ""
    names: tuple[str, ...] = ()
    indented: tuple[str, ...] = ()
    level: int = 0
    parent_row: int | None = None
    notes: list[tuple[str, Note]] = field(default_factory=list)


def grow(branches: Sequence[Branch], has_level: bool, has_parent: bool) -> None:
    """Sets each branch's level and parent, by the best evidence of the sheet; flat without any.

    Notes name the column that is at fault: "level", "parent" or "position".
    """
    if has_level and any(not is_blank(branch.level_cell) for branch in branches):
        _by_levels(branches, [_level_of(branch) for branch in branches])
        return
    if has_parent and _by_parents(branches):
        return
    if any("." in branch.position for branch in branches) and _by_positions(branches):
        return
    columns = min((len(branch.indented) for branch in branches), default=0)
    for column in range(columns):
        if widths := _indents([branch.indented[column] for branch in branches]):
            _by_levels(branches, list(widths))
            return


def level_of(cell: Cell) -> int | None:
    """0 for "0", 2 for "..2", ".." or "1.2.1" (its third level, from 0); None if it is no level."""
    if isinstance(cell, Decimal):
        whole = cell == cell.to_integral_value() and 0 <= cell <= DEEPEST
        return int(cell) if whole else None
    written = text_of(cell).strip()
    if re.fullmatch(r"\d+(?:\.\d+)+\.?", written):
        return written.strip(".").count(".")
    match = _LEADING.match(written)
    if match is None or not written:
        return None
    marks, digits = match.groups()
    return int(digits) if digits else len(re.sub(r"\s", "", marks)) or None


def _level_of(branch: Branch) -> int | None:
    level = level_of(branch.level_cell)
    if level is None:
        written = cleaned(text_of(branch.level_cell))
        what = f"“{written}” is not a level." if written else "No level is given."
        branch.notes.append(
            ("level", Note("level-unreadable", what, "Write the level as a number."))
        )
    return level


def _by_levels(branches: Sequence[Branch], levels: list[int | None]) -> None:
    base = min((level for level in levels if level is not None), default=0)
    above: list[tuple[int, Branch]] = []
    for branch, told in zip(branches, levels, strict=True):
        if told is None:
            above = []
            continue
        while above and above[-1][0] >= told:
            above.pop()
        if above:
            branch.parent_row = above[-1][1].row
            branch.level = above[-1][1].level + 1
            if told - above[-1][0] > 1:
                _jump(branch, above[-1][0], told)
        elif told > base:
            _jump(branch, base, told)
        above.append((told, branch))


def _jump(branch: Branch, before: int, level: int) -> None:
    what = f"The level goes from {before} to {level}; a level between them is missing."
    fix = "Add the missing row, or correct the level. It was put under the row above."
    branch.notes.append(("level", Note("level-jump", what, fix, "warning")))


def _by_parents(branches: Sequence[Branch]) -> bool:
    """Parents by position, part number or own number, the nearest row above first."""
    known: dict[str, list[int]] = {}
    by_row = {branch.row: branch for branch in branches}
    for branch in branches:
        for name in {branch.position, *branch.names} - {""}:
            known.setdefault(name.casefold(), []).append(branch.row)
    told = [branch for branch in branches if branch.parent]
    if not any(
        row != branch.row for branch in told for row in known.get(branch.parent.casefold(), ())
    ):
        return False  # as where every row names the one assembly that the whole list is of
    for branch in told:
        rows = [row for row in known.get(branch.parent.casefold(), ()) if row != branch.row]
        if not rows:
            itself = branch.parent.casefold() in known
            what = (
                "A part cannot be its own parent."
                if itself
                else (f"No row has the part number or position “{branch.parent}”.")
            )
            note = Note("parent-not-found", what, "Correct the parent, or add its row.")
            branch.notes.append(("parent", note))
            continue
        before = [row for row in rows if row < branch.row]
        branch.parent_row = before[-1] if before else rows[0]
    _open_circles(branches, by_row)
    _measure(branches, by_row)
    return True


def _open_circles(branches: Sequence[Branch], by_row: dict[int, Branch]) -> None:
    state: dict[int, int] = {}  # 1: on the way up, 2: known to end at the top
    for start in branches:
        path: list[Branch] = []
        branch: Branch | None = start
        while branch is not None and state.get(branch.row) is None:
            state[branch.row] = 1
            path.append(branch)
            branch = None if branch.parent_row is None else by_row[branch.parent_row]
        if branch is not None and state[branch.row] == 1:
            path[-1].parent_row = None
            what = f"Following the parents from “{path[-1].parent}” leads back to this row."
            note = Note("parent-circle", what, "Correct the parent of one row of the circle.")
            path[-1].notes.append(("parent", note))
        for done in path:
            state[done.row] = 2


def _measure(branches: Sequence[Branch], by_row: dict[int, Branch]) -> None:
    """Each level is its parent's and one; every branch is walked up from once."""
    done: set[int] = set()
    for start in branches:
        path = [start]
        while path[-1].row not in done and path[-1].parent_row is not None:
            path.append(by_row[path[-1].parent_row])
        for branch in reversed(path):
            if branch.row not in done and branch.parent_row is not None:
                branch.level = by_row[branch.parent_row].level + 1
            done.add(branch.row)


def _by_positions(branches: Sequence[Branch]) -> bool:
    """Positions like 1.2.1 stand under 1.2, where those rows exist."""
    dotted = [branch for branch in branches if "." in branch.position.strip(".")]
    rows: dict[str, Branch] = {}
    known = {branch.position.strip(".") for branch in branches}
    fitting = sum(
        _DOTTED.match(branch.position) is not None and _above(branch.position) in known
        for branch in dotted
    )
    if not dotted or fitting * 10 < len(dotted) * 7:
        return False
    for branch in branches:
        position = branch.position.strip(".")
        above = _above(position)
        while above and above not in rows:
            above = _above(above)
        if above:
            branch.parent_row, branch.level = rows[above].row, rows[above].level + 1
            if above != _above(position):
                _gap(branch, _above(position))
        elif "." in position:
            _gap(branch, _above(position))
        if position:
            rows[position] = branch
    return True


def _above(position: str) -> str:
    return position.strip(".").rpartition(".")[0]


def _gap(branch: Branch, missing: str) -> None:
    what = f"Position {branch.position} belongs under {missing}, which has no row above it."
    fix = f"Add the row {missing}, or correct the position."
    branch.notes.append(("position", Note("position-gap", what, fix, "warning")))


def _indents(texts: Sequence[str]) -> list[int] | None:
    """Levels by leading spaces, where the spaces rise by one step at a time from none."""
    if not any(text[:1].isspace() for text in texts):
        return None
    widths = [len(one) - len(one.lstrip()) for one in (text.expandtabs(4) for text in texts)]
    steps = sorted(set(widths))
    if len(steps) < 2 or len(steps) > 12 or widths[0] != 0:
        return None
    size = steps[1]
    if size < 1 or any(width % size for width in steps):
        return None
    levels = [width // size for width in widths]
    rises = (later - earlier for earlier, later in pairwise(levels))
    return levels if all(rise <= 1 for rise in rises) else None
