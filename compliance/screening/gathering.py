"""Which readings share words with the one asked, from columns: a million of them as numbers.

Compiled, like `counting`; it holds the interpreter's lock and hands out copies.
"""

from array import array
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from compliance.screening.compare import CANDIDATE, NEARLY, ONE_SIDED, PLACE, SHORT, TRADE, WHO
from compliance.screening.counting import compiled
from compliance.screening.names import Name

Places = NDArray[np.int32]
Floats = NDArray[np.float64]
TRADE_SHARED, PLACE_SHARED = 0.2, 0.3
"""What a shared word of trade, and of place, adds to what sharing the words that say who comes to;
it only orders whom to compare."""
INITIALS_COUNT = 0.5
ROUNDING = 1e-9


class Gathering:
    """Word → readings that have it, with the words of trade and place that each has beside."""

    def __init__(self) -> None:
        self.words: dict[str, int] = {}
        self._word, self._reading = array("i"), array("i")
        self._kinds: dict[tuple[frozenset[str], frozenset[str]], int] = {}
        self._kind, self._joined = array("i"), array("q")
        self._shape = array("b")

    def add(self, name: Name) -> None:
        """One more reading; the first is number 0."""
        here = len(self._kind)
        for word in dict.fromkeys((*name.core, name.core_joined)):
            self._word.append(self.words.setdefault(word, len(self.words)))
            self._reading.append(here)
        self._kind.append(self._kinds.setdefault((name.trade, name.place), len(self._kinds)))
        self._joined.append(hash(name.joined))
        self._shape.append(_shape(name))

    def close(self) -> None:
        """Nothing is added from here on."""
        word = np.array(self._word, np.int32)
        readings = np.array(self._reading, np.int32)[np.argsort(word, kind="stable")]
        stops = np.zeros(len(self.words) + 1, np.int64)
        np.cumsum(np.bincount(word, minlength=len(self.words)), out=stops[1:])
        self._posted = stops, readings
        self._columns = (
            np.array(self._kind, np.int32),
            np.array(self._joined, np.int64),
            np.array(self._shape, np.int8),
        )
        self._beside: dict[str, int] = {}
        beside = [
            [self._beside.setdefault(word, len(self._beside)) for word in (*trade, *place)]
            for trade, place in self._kinds
        ]
        self._told = (
            np.cumsum([0, *map(len, beside)]).astype(np.int64),
            np.array([word for each in beside for word in each], np.int32),
            np.array([len(trade) for trade, _ in self._kinds], np.int32),
        )
        self._marks = np.zeros(len(self._beside), np.uint8)
        many = len(self._kind)
        self._counters = np.zeros(many), np.zeros(many), np.empty(many, np.int32)
        del self._word, self._reading, self._kind, self._joined, self._shape, self._kinds

    def of(self, word: str) -> list[int]:
        """Readings that have this word."""
        if (number := self.words.get(word)) is None:
            return []
        stops, readings = self._posted
        return list(readings[stops[number] : stops[number + 1]].tolist())

    def near(
        self, asked: Name, words: Sequence[tuple[str, float]], others: Sequence[int], most: int
    ) -> list[int]:
        """Readings worth comparing with the one asked: of those that have some of the words, by
        what each counts for, and of the others, the `most` who share most; without those that
        `compare.score` cannot find alike enough.
        """
        known = [(self.words[word], likeness) for word, likeness in words if word in self.words]
        beside = self._beside
        mine = (
            np.array([beside[word] for word in asked.trade if word in beside], np.int32),
            np.array([beside[word] for word in asked.place if word in beside], np.int32),
            len(asked.trade),
            len(asked.place),
            hash(asked.joined),
            _shape(asked),
        )
        found, total, could = _gather(
            np.array([word for word, _ in known], np.int64),
            np.array([likeness for _, likeness in known], np.float64),
            np.array(others, np.int32),
            mine,
            self._posted,
            self._columns,
            self._told,
            self._marks,
            self._counters,
        )
        if len(found) > most:
            may = np.flatnonzero(total >= np.partition(total, -most)[-most])
            may = may[np.lexsort((found[may], -total[may]))[:most]]
            found, could = found[may], could[may]
        return list(found[could + ROUNDING >= CANDIDATE].tolist())


ONE_WORD, MANY_WORDS, ONE_CORE, SHORT_CORE = 0, 1, 2, 3
"""Of two names with one word that says who, both longer than `SHORT` or both not, those words are
as alike as their spelling; else the one may be the other cut short."""


def _shape(name: Name) -> int:
    if len(name.words) == 1:
        return ONE_WORD
    if len(name.core) > 1:
        return MANY_WORDS
    return SHORT_CORE if len(name.core[0]) <= SHORT else ONE_CORE


@compiled
def _gather(
    words: NDArray[np.int64],
    counts: Floats,
    others: Places,
    mine: Any,
    posted: Any,
    columns: Any,
    told: Any,
    marks: NDArray[np.uint8],
    counters: Any,
) -> Any:
    """Readings as they are found; what they share, to order them by; how alike they could be at
    most. The counters and the marks are zero before and after.
    """
    trade, place, trades, places, joined, shape = mine
    stops, readings = posted
    kind_of, joined_of, shape_of = columns
    total, best, found = counters
    many = 0
    for nth in range(len(words)):
        for at in range(stops[words[nth]], stops[words[nth] + 1]):
            here = readings[at]
            if total[here] == 0.0:
                found[many] = here
                many += 1
            total[here] += counts[nth]
            best[here] = max(best[here], counts[nth])
    for here in others:
        if total[here] == 0.0:
            found[many] = here
            many += 1
            total[here] = INITIALS_COUNT
    for word in trade:
        marks[word] = 1
    for word in place:
        marks[word] = 1
    near, sums, could = found[:many].copy(), np.empty(many), np.empty(many)
    for at in range(many):
        here = near[at]
        kind = kind_of[here]
        begin, end = told[0][kind], told[0][kind + 1]
        theirs = told[2][kind]
        trades_shared = places_shared = 0
        for nth in range(begin, end):
            if marks[told[1][nth]] and nth - begin < theirs:
                trades_shared += 1
            elif marks[told[1][nth]]:
                places_shared += 1
        sums[at] = total[here] + (TRADE_SHARED * trades_shared + PLACE_SHARED * places_shared)
        if shape == ONE_WORD or shape_of[here] == ONE_WORD or joined_of[here] == joined:
            could[at] = 1.0  # they may be initials, or parted otherwise
            continue
        could[at] = TRADE * _could_agree(trades_shared, trades, theirs)
        could[at] += PLACE * _could_agree(places_shared, places, end - begin - theirs)
        if best[here] == 1.0:
            could[at] += WHO
        elif shape == shape_of[here] and shape >= ONE_CORE and best[here] > 0.0:
            could[at] += WHO * NEARLY * best[here]
        else:
            could[at] += WHO * NEARLY
    for at in range(many):
        total[near[at]] = best[near[at]] = 0.0
    for word in trade:
        marks[word] = 0
    for word in place:
        marks[word] = 0
    return near, sums, could


@compiled
def _could_agree(shared: int, mine: int, others: int) -> Any:
    """As `compare._kind`, of sets that share so many of so many words."""
    if shared == mine == others:
        return 1.0
    if mine == 0 or others == 0:
        return ONE_SIDED
    return shared / min(mine, others) * 0.5 + shared / max(mine, others) * 0.5
