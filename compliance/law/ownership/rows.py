"""A party's stakes side by side in columns, that stakes can be added to and taken from, compiled.

A further row goes behind the party's last. Where another party's begins, all of the party's move to
the end of the columns, with half as much room again: so most rows never move.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from compliance.law.ownership.arithmetic import Graph, Places, Rows, compiled

SPARE = 1 << 10
"""Free rows at the end, at the least; and one for every eight in use."""


def interleaved(columns: Mapping[str, NDArray[Any]], spare: int = 0) -> dict[str, NDArray[Any]]:
    """The same columns, with each row's values side by side in memory and so many free rows behind:
    of a million parties a change looks at few, and whoever reads one value of theirs has them all.
    """
    kinds = np.dtype([(name, column.dtype) for name, column in columns.items()], align=True)
    size = max(map(len, columns.values()))
    table = np.zeros(size + spare, kinds)
    for name, column in columns.items():
        table[name][:size] = column
    return {name: table[name] for name in columns}


@compiled
def wanted(rows: Rows, party: int) -> int:
    """The room that a party's rows, and a further one, would be given at the end."""
    size = rows.stop[party] - rows.start[party]
    return int(size + size // 2 + 1)


@compiled
def find(rows: Rows, column: Places, party: int, value: int) -> int:
    """Where the party's row with this value in a column lies; -1: it has none."""
    for row in range(rows.start[party], rows.stop[party]):
        if column[row] == value:
            return int(row)
    return -1


@compiled
def add(graph: Graph, holder: int, held: int, low: int, high: int, control: int) -> bool:
    """Write down a stake that was not there. False: the columns have no room, and nothing is
    done."""
    above, below = graph.above, graph.below
    if not (fits(above, graph.holder, held) and fits(below, graph.out, holder)):
        return False
    begin = make_room(above, held)
    row = above.stop[held]
    if begin >= 0:
        at = above.start[held]
        follow_on(graph.holder, begin, at, row)
        follow_on(graph.low, begin, at, row)
        follow_on(graph.high, begin, at, row)
        follow_on(graph.control, begin, at, row)
    graph.holder[row], graph.control[row] = holder, control
    graph.low[row], graph.high[row] = low, high
    above.stop[held] += 1
    begin = make_room(below, holder)
    row = below.stop[holder]
    if begin >= 0:
        follow_on(graph.out, begin, below.start[holder], row)
    graph.out[row] = held
    below.stop[holder] += 1
    return True


@compiled
def drop(graph: Graph, holder: int, held: int, row: int) -> None:
    """Take away a stake, whose row above the party held this is. Its last takes the place."""
    above, below = graph.above, graph.below
    last = above.stop[held] - 1
    graph.holder[row], graph.control[row] = graph.holder[last], graph.control[last]
    graph.low[row], graph.high[row] = graph.low[last], graph.high[last]
    above.stop[held] = last
    last = below.stop[holder] - 1
    graph.out[find(below, graph.out, holder, held)] = graph.out[last]
    below.stop[holder] = last


@compiled
def fits(rows: Rows, column: Places, party: int) -> bool:
    """Is there room for a further row of the party, behind its last or at the end?"""
    if rows.stop[party] < rows.room[party]:
        return True
    return bool(rows.used[0] + wanted(rows, party) <= column.shape[0])


@compiled
def make_room(rows: Rows, party: int) -> int:
    """Where nothing is free behind the party's last row, place its rows at the end. Returns where
    they lay before, for `follow_on`; -1: where they are."""
    if rows.stop[party] < rows.room[party]:
        return -1
    begin, at, room = rows.start[party], rows.used[0], wanted(rows, party)
    rows.start[party], rows.stop[party] = at, at + rows.stop[party] - begin
    rows.room[party] = at + room
    rows.used[0] += room
    return int(begin)


@compiled
def follow_on(column: NDArray[Any], begin: int, at: int, stop: int) -> None:
    """The values of rows that lay at `begin` come to `at`, up to `stop`."""
    for k in range(stop - at):
        column[at + k] = column[begin + k]
