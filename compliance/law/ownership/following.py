"""The way of one change down through those who are held, compiled: earliest ring first."""

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
from compliance.law.ownership.kernels import Order, settle_ring


@compiled
def moved_from(side: Side, node: int, under: int, over: int, up: int) -> bool:
    """Whoever the party holds may have to be worked out again."""
    if up and side.up[node]:
        return False
    return bool(side.under[node] != under or side.over[node] != over or side.up[node] != up)


@compiled
def push(heap: Places, queued: Flags, ring: int) -> None:
    """Queue a ring, if it is not queued; heap[0] counts, the earliest ring lies at heap[1]."""
    if queued[ring]:
        return
    queued[ring] = 1
    heap[0] += 1
    at = heap[0]
    heap[at] = ring
    while at > 1 and heap[at // 2] > heap[at]:
        heap[at // 2], heap[at] = heap[at], heap[at // 2]
        at //= 2


@compiled
def pop(heap: Places, queued: Flags) -> int:
    """Take the earliest ring out of the queue."""
    found = heap[1]
    queued[found] = 0
    heap[1] = heap[heap[0]]
    heap[0] -= 1
    at = 1
    while 2 * at <= heap[0]:
        least = 2 * at
        if least < heap[0] and heap[least + 1] < heap[least]:
            least += 1
        if heap[at] <= heap[least]:
            break
        heap[least], heap[at] = heap[at], heap[least]
        at = least
    return int(found)


@compiled
def pass_on(graph: Graph, order: Order, node: int, heap: Places, queued: Flags) -> None:
    """Queue the rings of those whom the party holds."""
    for at in range(graph.out_start[node], graph.out_start[node + 1]):
        push(heap, queued, order.ring[graph.out[at]])


@compiled
def follow(
    graph: Graph,
    order: Order,
    lowest: bool,
    side: Side,
    heap: Places,
    queued: Flags,
    inside: Places,
    x: Floats,
    touched: Places,
) -> int:
    """Work out every queued ring and, where a value moved, whoever leans on it; a ring anew from
    nothing, because a cycle that lost its support must not live on its old values.

    touched[0] counts the parties whose value moved, which follow. Returns -1, or the ring to settle
    by exact rationals; it is then no longer queued.
    """
    while heap[0]:
        ring = pop(heap, queued)
        begin, end = order.first[ring], order.first[ring + 1]
        if order.loops[ring]:
            members = order.nodes[begin:end]
            under, over, up = side.under[members], side.over[members], side.up[members]
            if not settle_ring(graph, members, lowest, side, inside, x):
                for k in range(end - begin):  # as it was: exact rationals say what moved
                    node = members[k]
                    put(side, node, under[k], over[k], up[k] == 1)
                return int(ring)
            for k in range(end - begin):
                if moved_from(side, members[k], under[k], over[k], up[k]):
                    pass_on(graph, order, members[k], heap, queued)
                if side.under[members[k]] != under[k] or side.over[members[k]] != over[k]:
                    touched[0] += 1
                    touched[touched[0]] = members[k]
        else:
            node = order.nodes[begin]
            was_under, was_over, was_up = side.under[node], side.over[node], side.up[node]
            if not settle_one(graph, node, lowest, side):
                put(side, node, was_under, was_over, was_up == 1)
                return int(ring)
            if moved_from(side, node, was_under, was_over, was_up):
                pass_on(graph, order, node, heap, queued)
            if side.under[node] != was_under or side.over[node] != was_over:
                touched[0] += 1
                touched[touched[0]] = node
    return -1
