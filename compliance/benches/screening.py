"""Names against a list: how fast, how often the right one is found, and what the index takes up.

Side by side in one run, on the same names and queries, by the seconds that one processor works:
rapidfuzz's token_sort over all names, a tf-idf index of three-letter pieces and SQLite's own index
of them (all as one would write them first), and ours.
"""

import resource
import sqlite3
import time
from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from rapidfuzz import fuzz, process, utils
from scipy import sparse

from compliance.benches.made_names import Query, Setup, make
from compliance.screening.index import Entry, NameIndex

SIZES = (25_000, 1_000_000)
QUERIES = 2_000
NAMES_COMPARED = 5_000_000
"""The slow ways are asked as often as makes so many names looked at; what they reach is estimated
from these queries.
"""
LEAST_QUERIES, MOST_SLOW_QUERIES = 20, 200
FALSE_POSITIVES = 0.01

Ask = Callable[[str], Sequence[tuple[int, float]]]
"""A name in; (number of a listed name, score), best first, out."""


Found = tuple[bool, bool, bool]


class Recall(NamedTuple):
    """How often the right one is first; is among five; is first and above what one stranger in a
    hundred reaches.
    """

    at_1: float
    at_5: float
    at_few_false: float


class Result(NamedTuple):
    """What one way came to. build: seconds. kept: MiB the index takes up. by_kind: kind of
    difference → recall.
    """

    way: str
    build: float
    kept: float
    asked: int
    a_second: float
    recall: Recall
    by_kind: dict[str, Recall]


def run(names: int, queries: int = QUERIES) -> Iterator[Result]:
    """One result for each way, the slowest last."""
    setup = make(names, queries)
    slow = min(queries, MOST_SLOW_QUERIES, max(LEAST_QUERIES, NAMES_COMPARED // names))
    middling = min(queries, max(MOST_SLOW_QUERIES, 10 * NAMES_COMPARED // names))
    yield measure("ours", lambda: ours(setup.names), setup, queries)
    yield measure("tf-idf of 3-letter pieces", lambda: tf_idf(setup.names), setup, middling)
    yield measure("SQLite FTS5 trigram", lambda: trigram(setup.names), setup, slow)
    yield measure("rapidfuzz token_sort", lambda: token_sort(setup.names), setup, slow)


def ours(names: Sequence[str]) -> Ask:
    index = NameIndex(Entry("list", str(number), (name,)) for number, name in enumerate(names))

    def ask(name: str) -> Sequence[tuple[int, float]]:
        return [(int(match.entry.code), match.score) for match in index.candidates([name])]

    return ask


def token_sort(names: Sequence[str]) -> Ask:
    prepared = [utils.default_process(name) for name in names]

    def ask(name: str) -> Sequence[tuple[int, float]]:
        found = process.extract(
            utils.default_process(name), prepared, scorer=fuzz.token_sort_ratio, limit=5
        )
        return [(number, score) for _, score, number in found]

    return ask


def tf_idf(names: Sequence[str]) -> Ask:
    columns: dict[str, int] = {}
    ends, column, count = array("i", [0]), array("i"), array("f")  # numbers, not objects: millions
    for name in names:
        for piece, times in Counter(pieces(name)).items():
            column.append(columns.setdefault(piece, len(columns)))
            count.append(times)
        ends.append(len(column))
    where = np.array(column)
    rarity = np.log(len(names) / np.bincount(where)) + 1
    spread = (np.array(count) * rarity[where], where, np.array(ends))
    matrix = sparse.csr_matrix(spread, (len(names), len(columns)), dtype=np.float32)
    length = np.sqrt(matrix.multiply(matrix).sum(axis=1)).A1
    by_piece = sparse.diags(1 / length).dot(matrix).T.tocsr()

    def ask(name: str) -> Sequence[tuple[int, float]]:
        row = [(columns[p], n) for p, n in Counter(pieces(name)).items() if p in columns]
        if not row:
            return []
        here = np.array([column for column, _ in row])
        weight = np.array([n for _, n in row]) * rarity[here]
        scores = (weight / np.sqrt((weight**2).sum())) @ by_piece[here]
        best = np.argpartition(-scores, min(5, len(scores) - 1))[:5]
        return [(int(n), float(scores[n])) for n in best[np.argsort(-scores[best])]]

    return ask


def trigram(names: Sequence[str]) -> Ask:
    table = sqlite3.connect(":memory:")
    table.execute("CREATE VIRTUAL TABLE listed USING fts5(name, tokenize='trigram')")
    rows = ((number, utils.default_process(name)) for number, name in enumerate(names))
    table.executemany("INSERT INTO listed (rowid, name) VALUES (?, ?)", rows)
    find = "SELECT rowid, -bm25(listed) FROM listed WHERE listed MATCH ? ORDER BY rank LIMIT 5"

    def ask(name: str) -> Sequence[tuple[int, float]]:
        told = {piece for piece in pieces(name) if len(piece.strip()) == 3}
        sought = " OR ".join(f'"{piece}"' for piece in sorted(told))
        return table.execute(find, (sought,)).fetchall() if sought else []

    return ask


def pieces(name: str) -> list[str]:
    text = f" {' '.join(utils.default_process(name).split())} "
    return [text[at : at + 3] for at in range(len(text) - 2)]


def measure(way: str, build: Callable[[], Ask], setup: Setup, count: int) -> Result:
    before, begins = _held(), time.process_time()
    ask = build()
    ask(setup.names[0])  # what is compiled or loaded at the first question is part of building
    built, kept = time.process_time() - begins, _held() - before
    queries, strangers = setup.queries[:count], setup.strangers[:count]
    begins = time.process_time()
    answers = [ask(query.text) for query in queries]
    seconds = time.process_time() - begins
    false = sorted((_best(ask(query.text)) for query in strangers), reverse=True)
    threshold = false[int(len(false) * FALSE_POSITIVES)]
    kinds: dict[str, list[Found]] = defaultdict(list)
    for query, answer in zip(queries, answers, strict=True):
        first = _is_first(query, answer)
        among = query.means in [number for number, _ in answer[:5]]
        kinds[query.kind].append((first, among, first and _best(answer) > threshold))
    every = [found for each in kinds.values() for found in each]
    by_kind = {kind: _recall(found) for kind, found in sorted(kinds.items())}
    return Result(way, built, kept, len(queries), count / seconds, _recall(every), by_kind)


def _held() -> float:
    """MiB of memory that this process has now."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 2**20


def _is_first(query: Query, answer: Sequence[tuple[int, float]]) -> bool:
    return bool(answer) and answer[0][0] == query.means


def _best(answer: Sequence[tuple[int, float]]) -> float:
    return answer[0][1] if answer else 0.0


def _recall(found: list[Found]) -> Recall:
    return Recall(*(sum(which) / len(found) for which in zip(*found, strict=True)))


def report(scale: float = 1.0) -> Iterator[str]:
    """Lines to print as each result comes. scale: of the numbers of names."""
    for size in SIZES:
        names, queries = max(100, int(size * scale)), max(20, int(QUERIES * min(1.0, scale)))
        yield f"{names:,} names; {queries:,} queries for one of them, as many for none of them"
        yield f"{'way':<26}{'build s':>9}{'MiB':>7}{'asked':>7}{'a second':>10}{'ratio':>7}{HEADS}"
        first = 0.0
        for result in run(names, queries):
            first = first or result.a_second
            yield (
                f"{result.way:<26}{result.build:>9.1f}{result.kept:>7,.0f}{result.asked:>7,}"
                f"{result.a_second:>10,.0f}{result.a_second / first:>7.2f}{_told(result.recall)}"
            )
            for kind, recall in result.by_kind.items():
                yield f"  {kind:<64}{_told(recall)}"
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        yield f"  most memory so far, the names themselves and every way: {most:,.0f} MiB"


HEADS = f"{'r@1':>7}{'r@5':>7}{'r@1%fp':>8}"


def _told(recall: Recall) -> str:
    return f"{recall.at_1:>7.3f}{recall.at_5:>7.3f}{recall.at_few_false:>8.3f}"
