"""Rings of cross-holdings: the strongly connected components of who holds whom."""

from collections.abc import Iterable, Iterator, Mapping


def components(edges: Mapping[str, Iterable[str]]) -> Iterator[list[str]]:
    """Every party of `edges` (party → its holders), in rings, holders before those they hold.

    A party that is in no ring comes alone. Without recursion, so that depth has no limit (Tarjan).
    """
    number: dict[str, int] = {}
    lowest: dict[str, int] = {}
    path: list[str] = []
    on_path: set[str] = set()
    for root in edges:
        if root in number:
            continue
        number[root] = lowest[root] = len(number)
        path.append(root)
        on_path.add(root)
        work = [(root, iter(edges[root]))]
        while work:
            party, holders = work[-1]
            for holder in holders:
                if holder not in number:
                    number[holder] = lowest[holder] = len(number)
                    path.append(holder)
                    on_path.add(holder)
                    work.append((holder, iter(edges.get(holder, ()))))
                    break
                if holder in on_path:
                    lowest[party] = min(lowest[party], number[holder])
            else:
                work.pop()
                if work:
                    lowest[work[-1][0]] = min(lowest[work[-1][0]], lowest[party])
                if lowest[party] == number[party]:
                    ring = [path.pop()]
                    while ring[-1] != party:
                        ring.append(path.pop())
                    on_path.difference_update(ring)
                    yield ring
