"""The way of one change down through those who are held, compiled: earliest ring first."""

from typing import NamedTuple

import numpy as np

from compliance.law.ownership.arithmetic import (
    Flags,
    Floats,
    Graph,
    Places,
    Side,
    compiled,
    put,
    settle_one,
)
from compliance.law.ownership.kernels import settle_ring
from compliance.law.ownership.ordering import Order, admit
from compliance.law.ownership.rows import add, drop, find

DONE, NO_ROOM, NEW_ORDER = -1, -2, -3
"""In place of a ring that is to be settled by exact rationals."""


class Work(NamedTuple):
    """What the way of a change keeps in hand; each list has its length at 0.

    heap: the rings to work out, the earliest at 1. queued: by ring, whether it is in the heap.
    inside, x: see `kernels.settle_ring`. looked: what was worked out: twice the ring, and one more
    for the upper end. touched: parties whose value moved, once for each end. moved: those whose
    answer moved, and as ~party those too near the threshold to say. lowest: in one place, whether
    it is at the lower end of bounds, which comes first.
    """

    heap: Places
    queued: Flags
    inside: Places
    x: Floats
    looked: Places
    touched: Places
    moved: Places
    lowest: Flags


def prepared(size: int) -> Work:
    """For so many parties, who are as many rings at most."""
    heap, looked, touched, moved = (np.zeros(ends * size + 1, np.int32) for ends in (1, 2, 2, 2))
    inside, x = np.zeros(size, np.int32), np.full(size, -1.0)
    queued, lowest = np.zeros(size, np.int8), np.zeros(1, np.int8)
    return Work(heap, queued, inside, x, looked, touched, moved, lowest)


@compiled
def note(rows: Places, value: int) -> None:
    """Add to a list."""
    rows[0] += 1
    rows[rows[0]] = value


@compiled
def moved_from(side: Side, node: int, under: int, over: int, up: int) -> bool:
    """Whoever the party holds may have to be worked out again."""
    if up and side.up[node]:
        return False
    return bool(side.under[node] != under or side.over[node] != over or side.up[node] != up)


@compiled
def push(order: Order, work: Work, ring: int) -> None:
    """Queue a ring, if it is not queued."""
    if work.queued[ring]:
        return
    work.queued[ring] = 1
    heap, label = work.heap, order.label
    heap[0] += 1
    at = heap[0]
    heap[at] = ring
    while at > 1 and label[heap[at // 2]] > label[heap[at]]:
        heap[at // 2], heap[at] = heap[at], heap[at // 2]
        at //= 2


@compiled
def pop(order: Order, work: Work) -> int:
    """Take the earliest ring out of the queue."""
    heap, label = work.heap, order.label
    found = heap[1]
    work.queued[found] = 0
    heap[1] = heap[heap[0]]
    heap[0] -= 1
    at = 1
    while 2 * at <= heap[0]:
        least = 2 * at
        if least < heap[0] and label[heap[least + 1]] < label[heap[least]]:
            least += 1
        if label[heap[at]] <= label[heap[least]]:
            break
        heap[least], heap[at] = heap[at], heap[least]
        at = least
    return int(found)


@compiled
def pass_on(graph: Graph, order: Order, work: Work, node: int) -> None:
    """Queue the rings of those whom the party holds."""
    for at in range(graph.below.start[node], graph.below.stop[node]):
        push(order, work, order.ring[graph.out[at]])


@compiled
def follow(graph: Graph, order: Order, lowest: bool, side: Side, work: Work) -> int:
    """Work out every queued ring and, where a value moved, whoever leans on it; a ring anew from
    nothing, because a cycle that lost its support must not live on its old values.

    Returns DONE, or the ring to settle by exact rationals; it is then no longer queued.
    """
    while work.heap[0]:
        ring = pop(order, work)
        note(work.looked, 2 * ring + (0 if lowest else 1))
        begin, end = order.first[ring], order.first[ring + 1]
        if order.loops[ring]:
            members = order.nodes[begin:end]
            under, over, up = side.under[members], side.over[members], side.up[members]
            if not settle_ring(graph, members, lowest, side, work.inside, work.x):
                for k in range(end - begin):  # as it was: exact rationals say what moved
                    node = members[k]
                    put(side, node, under[k], over[k], up[k] == 1)
                return int(ring)
            for k in range(end - begin):
                if moved_from(side, members[k], under[k], over[k], up[k]):
                    pass_on(graph, order, work, members[k])
                if side.under[members[k]] != under[k] or side.over[members[k]] != over[k]:
                    note(work.touched, members[k])
        else:
            node = order.nodes[begin]
            was_under, was_over, was_up = side.under[node], side.over[node], side.up[node]
            if not settle_one(graph, node, lowest, side):
                put(side, node, was_under, was_over, was_up == 1)
                return int(ring)
            if moved_from(side, node, was_under, was_over, was_up):
                pass_on(graph, order, work, node)
            if side.under[node] != was_under or side.over[node] != was_over:
                note(work.touched, node)
    return DONE


@compiled
def tell(least: Side, most: Side, line: int, answers: Flags, work: Work) -> None:
    """Whose answer moved, of those whose value did?"""
    for k in range(1, work.touched[0] + 1):
        party = work.touched[k]
        if least.under[party] >= line:
            answer = 2
        elif most.over[party] < line:
            answer = 0
        elif least.over[party] < line and most.under[party] >= line:
            answer = 1
        else:
            note(work.moved, ~party)
            continue
        if answer != answers[party]:
            answers[party] = answer
            note(work.moved, party)


@compiled
def change(
    graph: Graph,
    order: Order,
    least: Side,
    most: Side,
    line: int,
    answers: Flags,
    work: Work,
    holder: int,
    held: int,
    low: int,
    high: int,
    control: int,
) -> int:
    """Write down what `holder` has of `held` from now on, and follow what that moves, as `go_on`.

    Returns what that does. Or NO_ROOM: nothing is done, the columns must grow. Or NEW_ORDER: it is
    written down and closes a ring, so that all rings are to be found anew. Then the same is asked
    once more.
    """
    row = find(graph.above, graph.holder, held, holder)
    if row >= 0 and not (high or control):
        drop(graph, holder, held, row)
    elif row >= 0:
        graph.low[row], graph.high[row], graph.control[row] = low, high, control
    elif high or control:
        if not add(graph, holder, held, low, high, control):
            return NO_ROOM
        if order.label[order.ring[holder]] >= order.label[order.ring[held]]:
            in_order = admit(graph, order, holder, held, work.queued, work.heap)  # both at rest
            work.heap[0] = 0
            if not in_order:
                return NEW_ORDER
    work.looked[0] = work.touched[0] = work.moved[0] = 0
    work.lowest[0] = 1
    push(order, work, order.ring[held])
    return int(go_on(graph, order, least, most, line, answers, work, held))


@compiled
def go_on(
    graph: Graph,
    order: Order,
    least: Side,
    most: Side,
    line: int,
    answers: Flags,
    work: Work,
    party: int,
) -> int:
    """Follow what is queued at one end and, after the lower, at the upper; then `tell`.

    Returns the ring to settle by exact rationals, or DONE. One call for all of it: to hand over so
    many columns takes longer than most changes do.
    """
    while True:
        lowest = work.lowest[0] == 1
        stopped = follow(graph, order, lowest, least if lowest else most, work)
        if stopped >= 0:
            return int(stopped)
        if not lowest:
            tell(least, most, line, answers, work)
            return DONE
        work.lowest[0] = 0
        push(order, work, order.ring[party])
