"""Holders before those they hold: rings of cross-holdings in an order that stakes may be added to.

A ring is placed by a label. Labels lie far apart, so that a stake against the order moves only
those between its two ends, and nobody else is numbered anew.
"""

from typing import Any, NamedTuple

import numpy as np

from compliance.law.ownership.arithmetic import Flags, Graph, Ints, Places, compiled

ROOM, HIGHEST = 1 << 36, 1 << 62
"""Between two labels at first; and the label from which on all are numbered anew."""


class Order(NamedTuple):
    """Rings and single parties: ring r is nodes[first[r]:first[r + 1]]. ring: by party, the one it
    is in. loops: by ring, whether it is one or a single party.

    label: by ring, lower for holders than for those they hold. after, before: by ring, its
    neighbours in that order; one place more than there are rings stands for both of its ends.
    """

    nodes: Places
    first: Places
    ring: Places
    loops: Flags
    label: Ints
    after: Places
    before: Places


def find(graph: Graph) -> Order:
    """The rings of a graph in their order, from nothing."""
    nodes, first, ring, loops = rings(graph.above.start, graph.above.stop, graph.holder)
    count = len(loops)
    places = np.arange(count + 1, dtype=np.int32)
    after, before = np.roll(places, -1), np.roll(places, 1)
    return Order(nodes, first, ring, loops, places * np.int64(ROOM), after, before)


@compiled
def rings(start: Places, stop: Places, holder: Places) -> Any:
    """Strongly connected components, holders first (Tarjan, without recursion)."""
    size = start.shape[0]
    number = np.full(size, -1, np.int32)
    lowest = np.zeros(size, np.int32)
    on_path = np.zeros(size, np.int8)
    path = np.empty(size, np.int32)
    work = np.empty(size, np.int32)
    place = np.empty(size, np.int32)
    nodes = np.empty(size, np.int32)
    first = np.empty(size + 1, np.int32)
    ring = np.empty(size, np.int32)
    loops = np.zeros(size, np.int8)
    numbered = path_top = done = found = 0
    for root in range(size):
        if number[root] >= 0:
            continue
        number[root] = lowest[root] = numbered
        numbered += 1
        path[path_top] = root
        path_top += 1
        on_path[root] = 1
        work[0] = root
        place[0] = start[root]
        depth = 1
        while depth:
            node = work[depth - 1]
            at = place[depth - 1]
            if at < stop[node]:
                place[depth - 1] = at + 1
                above = holder[at]
                if number[above] < 0:
                    number[above] = lowest[above] = numbered
                    numbered += 1
                    path[path_top] = above
                    path_top += 1
                    on_path[above] = 1
                    work[depth] = above
                    place[depth] = start[above]
                    depth += 1
                elif on_path[above]:
                    lowest[node] = min(lowest[node], number[above])
                    if above == node:
                        loops[node] = 1  # by party for now
                continue
            depth -= 1
            if depth:
                below = work[depth - 1]
                lowest[below] = min(lowest[below], lowest[node])
            if lowest[node] == number[node]:
                first[found] = done
                member = -1
                while member != node:
                    path_top -= 1
                    member = path[path_top]
                    on_path[member] = 0
                    nodes[done] = member
                    ring[member] = found
                    done += 1
                found += 1
    first[found] = done
    by_ring = np.zeros(found, np.int8)
    for r in range(found):
        if first[r + 1] - first[r] > 1 or loops[nodes[first[r]]]:
            by_ring[r] = 1
    return nodes, first[: found + 1].copy(), ring, by_ring


@compiled
def admit(graph: Graph, order: Order, holder: int, held: int, seen: Flags, found: Places) -> bool:
    """Make the order fit a stake, new in the graph, of whose two ends the holder does not lie
    first. False: it closes a ring that is not one yet. `seen` is zero for every ring before and
    after; `found` is for any use.

    Who leans on the party held, and lies before its new holder, moves to right behind that holder.
    """
    above, below = order.ring[holder], order.ring[held]
    if above == below:
        order.loops[above] = 1
        return True
    count = leaning(graph, order, above, below, seen, found)
    for k in range(count):
        seen[found[k]] = 0
    if count == 0:
        return False
    put_behind(order, above, found[:count])
    return True


@compiled
def leaning(graph: Graph, order: Order, above: int, below: int, seen: Flags, found: Places) -> int:
    """Gather `below` and whoever leans on it and lies before `above`. Returns how many; none where
    `above` itself leans on it."""
    found[0] = below
    seen[below] = 1
    count = 1
    at = 0
    closes = False
    while at < count and not closes:
        ring = found[at]
        at += 1
        for k in range(order.first[ring], order.first[ring + 1]):
            node = order.nodes[k]
            for each in range(graph.below.start[node], graph.below.stop[node]):
                other = order.ring[graph.out[each]]
                closes = closes or other == above
                if not seen[other] and order.label[other] < order.label[above]:
                    seen[other] = 1
                    found[count] = other
                    count += 1
    if closes:
        for k in range(count):
            seen[found[k]] = 0
        return 0
    return count


@compiled
def put_behind(order: Order, above: int, moving: Places) -> None:
    """Move rings to right behind another one, in the order they have among themselves."""
    moving = moving[np.argsort(order.label[moving])]
    for ring in moving:
        order.after[order.before[ring]] = order.after[ring]
        order.before[order.after[ring]] = order.before[ring]
    step = step_behind(order, above, len(moving))
    if step == 0:
        number_anew(order)
        step = step_behind(order, above, len(moving))
    end = order.after[above]
    label = label_behind(order, above) - step * len(moving)
    last = above
    for ring in moving:
        order.label[ring] = label
        order.after[last], order.before[ring] = ring, last
        label += step
        last = ring
    order.after[last], order.before[end] = end, last


@compiled
def label_behind(order: Order, ring: int) -> int:
    """The label of the ring's neighbour; behind the last, one that is free."""
    other = order.after[ring]
    is_last = other == len(order.loops)
    return int(order.label[ring] + ROOM if is_last else order.label[other])


@compiled
def step_behind(order: Order, ring: int, count: int) -> int:
    """How far apart so many labels are put behind the ring, up to its neighbour's; 0: no room.

    Of the room, its root: some is left before them, and some between them.
    """
    if order.label[ring] >= HIGHEST:
        return 0
    room = label_behind(order, ring) - order.label[ring]
    return int(min(np.int64(np.sqrt(room)), (room - 1) // count))


@compiled
def number_anew(order: Order) -> None:
    """Labels as far apart as at first, in the same order."""
    end = len(order.loops)
    ring = order.after[end]
    label = 0
    while ring != end:
        order.label[ring] = label
        label += ROOM
        ring = order.after[ring]


@compiled
def sort_by(key: Places, size: int) -> Any:
    """Where each key's rows begin, and the rows in the order of their keys (a counting sort)."""
    start = np.zeros(size + 1, np.int32)
    for each in key:
        start[each + 1] += 1
    for party in range(size):
        start[party + 1] += start[party]
    at = start[:size].copy()
    rows = np.empty(key.shape[0], np.int32)
    for row in range(key.shape[0]):
        rows[at[key[row]]] = row
        at[key[row]] += 1
    return start, rows
