"""Rings of cross-holdings and the pass over everyone, compiled.

A ring is bounded from below and from above in floats, rounded outwards; where the two ends leave a
threshold open, it is left to the exact rationals of `fixed_point`.
"""

from typing import Any

import numpy as np

from compliance.law.ownership.arithmetic import (
    HALF,
    WHOLE,
    Floats,
    Graph,
    Places,
    Side,
    bound,
    compiled,
    place_given,
    settle_one,
)
from compliance.law.ownership.ordering import Order, rings

SWEEPS_BELOW, SWEEPS_ABOVE = 4_000, 4_000
"""Rounds over one ring, from either side, before it is handed to exact rationals."""
ROUNDING = 2.0**-52
SETTLED, MARGIN = 1e-13, 1e-11
"""In parts of a value: what no longer counts as moving, and the room left above the solution."""


@compiled
def ring_sum(graph: Graph, node: int, lowest: bool, side: Side, x: Floats, over: bool) -> float:
    """What the holders of one of a ring give it, rounded down (or, `over`, up); below zero: the
    shares lie between bounds. `x` has the values of the ring so far, and -1 for everyone else."""
    begin, end = graph.above.start[node], graph.above.stop[node]
    sure = 2 if lowest else 1
    total = 0.0
    if not lowest:
        part = graph.open[node]
        if graph.joint[node]:
            room = WHOLE
            for at in range(begin, end):
                if graph.low[at] < graph.high[at]:
                    return -1.0
                room -= graph.low[at]
            part = min(part, max(room, 0))
        total = 1.0 if part >= HALF else part / WHOLE
    for at in range(begin, end):
        above = graph.holder[at]
        share = graph.low[at] if lowest else graph.high[at]
        if side.up[above]:
            each = 1.0
        elif x[above] >= 0:
            each = x[above]
        else:
            each = (side.most[above] if over else side.least[above]) / WHOLE
        if share >= HALF or graph.control[at] >= sure:
            total += each
        else:
            total += share * each / WHOLE
    slack = (end - begin + 4) * ROUNDING  # a product, a quotient and a sum each may be off by one
    return float(total * (1 + slack) if over else total * (1 - slack))


@compiled
def groups(graph: Graph, members: Places, lowest: bool, side: Side, inside: Places) -> Any:
    """Loops of links that pass whole, among the members: by member, the number of its loop or -1.

    Whatever enters such a loop comes back undiminished, so that it grows to the whole. `inside`:
    by party, its place among the members plus one, or zero.
    """
    size = members.shape[0]
    start = np.zeros(size + 1, np.int32)
    count = 0
    for k in range(size):
        count += graph.above.stop[members[k]] - graph.above.start[members[k]]
    holder = np.empty(count, np.int32)
    count = 0
    sure = 2 if lowest else 1
    for k in range(size):
        for at in range(graph.above.start[members[k]], graph.above.stop[members[k]]):
            other = inside[graph.holder[at]]
            whole = graph.low[at] >= HALF or graph.control[at] >= sure
            free = side.given[graph.holder[at]] < 0 and side.given[members[k]] < 0
            if other and whole and free:
                holder[count] = other - 1
                count += 1
        start[k + 1] = count
    _, _, ring, loops = rings(start[:-1], start[1:], holder)
    for k in range(size):
        if not loops[ring[k]]:
            ring[k] = -1
    return ring


@compiled
def close(graph: Graph, members: Places, side: Side, inside: Places) -> None:
    """Put up those who own each other whole, with nobody behind them: they may be anybody's. As
    `fixed_point.closed_in`."""
    size = members.shape[0]
    alone = np.ones(size, np.int8)
    moved = True
    while moved:
        moved = False
        for k in range(size):
            if not alone[k]:
                continue
            held = 0
            others = side.given[members[k]] >= 0
            for at in range(graph.above.start[members[k]], graph.above.stop[members[k]]):
                place = inside[graph.holder[at]]
                if place and alone[place - 1]:
                    held += graph.low[at]
                elif graph.control[at] == 2:
                    others = True
            if others or held < WHOLE:
                alone[k] = 0
                moved = True
    for k in range(size):
        if alone[k]:
            side.up[members[k]] = 1


@compiled
def settle_ring(
    graph: Graph, members: Places, lowest: bool, side: Side, inside: Places, x: Floats
) -> bool:
    """Work out one ring whose other holders are settled. False: leave it to exact rationals.

    `inside` is zero and `x` is -1 for every party, before and after.
    """
    for k in range(members.shape[0]):
        inside[members[k]] = k + 1
        side.doubt[members[k]] = 0
    loop = groups(graph, members, lowest, side, inside)
    for node in members:
        if not place_given(side, node):
            side.up[node] = 0
            x[node] = 0.0
    if not lowest:
        close(graph, members, side, inside)
    settled = from_below(graph, members, lowest, side, loop, x) and from_above(
        graph, members, lowest, side, x
    )
    for node in members:
        inside[node] = 0
        x[node] = -1.0
    if settled:
        for node in members:
            if side.up[node]:
                side.least[node] = side.most[node] = WHOLE
            else:
                side.least[node], side.most[node] = side.under[node], side.over[node]
        for node in members:
            if side.given[node] < 0 and side.up[node]:
                side.under[node], side.over[node] = bound(graph, node, lowest, side)
    return bool(settled)


@compiled
def from_below(
    graph: Graph, members: Places, lowest: bool, side: Side, loop: Places, x: Floats
) -> bool:
    """Every round stays below the least solution. False: it goes on for too long."""
    moved = True
    sweeps = 0
    while moved:
        moved = False
        sweeps += 1
        if sweeps > SWEEPS_BELOW:
            return False
        for k in range(members.shape[0]):
            node = members[k]
            if side.given[node] >= 0 or side.up[node]:
                continue
            total = ring_sum(graph, node, lowest, side, x, False)
            if total < 0:
                return False
            if total <= x[node] * (1 + SETTLED):
                continue
            moved = True
            x[node] = total
            if total >= 0.5:
                side.up[node] = 1
            elif loop[k] >= 0:
                for other in range(members.shape[0]):
                    if loop[other] == loop[k] and side.given[members[other]] < 0:
                        side.up[members[other]] = 1
    for node in members:
        if side.given[node] < 0 and not side.up[node]:
            side.under[node] = np.int64(x[node] * WHOLE * (1 - 4 * ROUNDING))
    return True


@compiled
def from_above(graph: Graph, members: Places, lowest: bool, side: Side, x: Floats) -> bool:
    """Find values that give back no more than they are: those lie above the least solution. False:
    some come to one half, where it takes exact rationals to say."""
    moved = True
    sweeps = 0
    while moved:
        moved = False
        sweeps += 1
        if sweeps > SWEEPS_ABOVE:
            return False
        for node in members:
            if side.given[node] >= 0 or side.up[node]:
                continue
            total = ring_sum(graph, node, lowest, side, x, True)
            if total > x[node]:
                x[node] = total * (1 + MARGIN)
                moved = True
            if x[node] >= 0.5:
                return False
    for node in members:
        if side.given[node] < 0 and not side.up[node]:
            side.over[node] = np.int64(np.ceil(x[node] * WHOLE * (1 + 4 * ROUNDING)))
    return True


@compiled
def settle(
    graph: Graph, order: Order, lowest: bool, side: Side, ring: int, inside: Places, x: Floats
) -> int:
    """Work out every party from ring `ring` on. Returns the first ring that has to be settled by
    exact rationals, or the number of rings."""
    for each in range(ring, order.first.shape[0] - 1):
        begin, end = order.first[each], order.first[each + 1]
        if order.loops[each]:
            if not settle_ring(graph, order.nodes[begin:end], lowest, side, inside, x):
                return each
        elif not settle_one(graph, order.nodes[begin], lowest, side):
            return each
    return int(order.first.shape[0] - 1)
