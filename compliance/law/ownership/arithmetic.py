"""The tier arithmetic over columns, compiled: whole numbers of a billionth, and rigorous bounds.

A value is carried as two whole numbers it lies between: sums are exact, a product is rounded down
in one and up in the other. Where the two lie on both sides of a threshold the kernel stops and
says so, and `holdings` settles that party with exact rationals. So nothing is ever rounded over a
threshold. `fixed_point` has the same rule in words a reader follows; tests hold the two together.

Plain Python, compiled when numba is asked to: no closures, no objects.
"""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Places = NDArray[np.int32]
Flags = NDArray[np.int8]
Floats = NDArray[np.float64]

WHOLE = 1_000_000_000
HALF = WHOLE // 2

HERE = Path(__file__).parent
SOURCES = sha256(b"".join(each.read_bytes() for each in sorted(HERE.glob("*.py"))))
KEPT = str(HERE / "__pycache__" / SOURCES.hexdigest()[:16])
"""A compiled function holds those it calls, but numba compiles it anew only when its own file has
changed. So what is kept is kept by what all these files say."""


def compiled(function: Callable[..., Any], **options: Any) -> Any:
    """numba asks where to keep it when it is made. Others' functions keep their own place, whoever
    is imported first: kept in two places they would be compiled twice."""
    before = numba.config.CACHE_DIR  # type: ignore[attr-defined]  # numba sets its options at run time
    numba.config.CACHE_DIR = KEPT  # type: ignore[attr-defined]
    try:
        return numba.njit(cache=True, nogil=True, **options)(function)
    finally:
        numba.config.CACHE_DIR = before  # type: ignore[attr-defined]


def inlined(function: Callable[..., Any]) -> Any:
    """For what is asked of every party: a call hands over each array, at a cost."""
    return compiled(function, inline="always")


class Rows(NamedTuple):
    """Where each party's rows lie in columns: start[p] up to stop[p], and free ones up to room[p].

    What lies elsewhere means nothing. used: the row from which on no party has any, in one place.
    """

    start: Places
    stop: Places
    room: Places
    used: Places


class Graph(NamedTuple):
    """Who holds whom. above: the rows of each party held, of `holder` to `control`; below: those of
    each holder, of `out`, whom it holds.

    control: 0 no, 1 perhaps, 2 yes. open, joint: for each party, as in `fixed_point.Held`.
    """

    above: Rows
    holder: Places
    low: Ints
    high: Ints
    control: Flags
    open: Ints
    joint: Flags
    below: Rows
    out: Places


class Side(NamedTuple):
    """One of the two ends of every party's bounds, itself between `under` and `over`.

    least, most: the same as it counts for those below: whole from one half on. up: whether it is
    one half or more. given: -1, or a value that stands from the start. doubt: not settled exactly,
    so that the widest value stands in its place.
    """

    under: Ints
    over: Ints
    least: Ints
    most: Ints
    up: Flags
    given: Ints
    doubt: Flags


@compiled
def fill(graph: Graph, node: int, one: int, two: int, room: int, value: Ints) -> Any:
    """What the party's holders give when links `one` and `two` (-1: none) are at one half and what
    room is left goes to whoever makes most of it: whole units, and parts of a unit."""
    begin, end = graph.above.start[node], graph.above.stop[node]
    part = min(graph.open[node], room)
    room -= part
    units = WHOLE if part >= HALF else part
    parts = 0
    taken = np.zeros(end - begin, np.int8)
    for _ in range(end - begin):
        best = -1
        best_value = -1
        for at in range(begin, end):
            if not taken[at - begin]:
                each = value[graph.holder[at]]
                if each > best_value:
                    best, best_value = at, each
        taken[best - begin] = 1
        share = graph.low[best]
        if best == one or best == two:  # noqa: SIM109 (numba wants one type in a tuple)
            share = WHOLE
        elif graph.control[best] == 0 and share < HALF:
            more = min(graph.high[best] - share, room)
            room -= more
            share += more
        if graph.control[best] >= 1 or share >= HALF:
            units += best_value
        else:
            product = share * best_value
            units += product // WHOLE
            parts += product % WHOLE
    return units + parts // WHOLE, parts % WHOLE


@compiled
def most(graph: Graph, node: int, value: Ints) -> Any:
    """As `fill`, for the choice of shares within their bounds that gives most."""
    begin, end = graph.above.start[node], graph.above.stop[node]
    room = WHOLE
    for at in range(begin, end):
        room -= graph.low[at]
    room = max(room, 0)
    units, parts = fill(graph, node, -1, -1, room, value)
    for one in range(begin, end):
        left = room - (HALF - graph.low[one])
        if left < 0 or not can_lift(graph, one):
            continue
        for two in range(one, end):  # `two` at `one`: that one alone
            other, last = -1, left
            if two > one:
                last = left - (HALF - graph.low[two])
                if last < 0 or not can_lift(graph, two):
                    continue
                other = two
            more, bits = fill(graph, node, one, other, last, value)
            if more > units or (more == units and bits > parts):
                units, parts = more, bits
    return units, parts


@compiled
def can_lift(graph: Graph, at: int) -> bool:
    """The link is below one half, and may be there."""
    return bool(graph.control[at] == 0 and graph.low[at] < HALF and graph.high[at] >= HALF)


@inlined
def gives(graph: Graph, node: int, lowest: bool, value: Ints) -> Any:
    """What the party's holders give it, theirs being `value`: whole units, and parts of a unit."""
    begin, end = graph.above.start[node], graph.above.stop[node]
    units = 0
    sure = 2
    if not lowest:
        sure = 1
        constant = graph.open[node]
        if graph.joint[node]:
            room = WHOLE
            for at in range(begin, end):
                if graph.low[at] < graph.high[at]:
                    return most(graph, node, value)
                room -= graph.low[at]
            constant = min(constant, max(room, 0))
        units = WHOLE if constant >= HALF else constant
    parts = 0
    for at in range(begin, end):
        each = value[graph.holder[at]]
        if each == 0:
            continue
        share = graph.low[at] if lowest else graph.high[at]
        if share >= HALF or each == WHOLE or graph.control[at] >= sure:
            units += each if share >= HALF or graph.control[at] >= sure else share
        else:
            product = share * each
            quotient = product // WHOLE
            units += quotient
            parts += product - quotient * WHOLE
    quotient = parts // WHOLE
    return units + quotient, parts - quotient * WHOLE


@inlined
def is_exact(graph: Graph, node: int, side: Side) -> bool:
    """Every holder's value is one whole number, or counts as whole."""
    for at in range(graph.above.start[node], graph.above.stop[node]):
        above = graph.holder[at]
        if side.least[above] != side.most[above]:
            return False
    return True


@inlined
def bound(graph: Graph, node: int, lowest: bool, side: Side) -> Any:
    """The whole numbers that the party's value lies between."""
    units, parts = gives(graph, node, lowest, side.least)
    under = min(units, WHOLE)
    if not is_exact(graph, node, side):
        units, parts = gives(graph, node, lowest, side.most)
    return under, min(units + (1 if parts else 0), WHOLE)


@inlined
def put(side: Side, node: int, under: int, over: int, up: bool) -> None:
    """Set the value of a party."""
    side.under[node], side.over[node] = under, over
    if up:
        side.up[node] = 1
        side.least[node] = side.most[node] = WHOLE
    else:
        side.up[node] = 0
        side.least[node], side.most[node] = under, over


@inlined
def place_given(side: Side, node: int) -> bool:
    """Put the value that stands from the start, if there is one."""
    if side.given[node] < 0:
        return False
    put(side, node, side.given[node], side.given[node], side.given[node] >= HALF)
    return True


@inlined
def settle_one(graph: Graph, node: int, lowest: bool, side: Side) -> bool:
    """Work out one party whose holders are settled. False: too near one half to say."""
    side.doubt[node] = 0
    if place_given(side, node):
        return True
    under, over = bound(graph, node, lowest, side)
    put(side, node, under, over, under >= HALF)
    return bool(under >= HALF or over < HALF)
