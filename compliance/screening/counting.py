"""Which words share pieces with the one asked, counted without a column as long as all words are.

Plain Python, compiled. It holds the interpreter's lock, so that askers do not share the counters.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

Places = NDArray[np.int32]
MOST_PIECES = 250
"""A counter is a byte, and counts one for each piece: no word is asked with more."""


class Counting:
    """Piece → places of the words that have it, to be asked which places are met often."""

    def __init__(self, pieces: Mapping[str, Sequence[int]], words: int) -> None:
        stops = np.cumsum([0, *map(len, pieces.values())])
        spans = zip(pieces, stops[:-1].tolist(), stops[1:].tolist(), strict=True)
        self._span = {piece: (start, stop) for piece, start, stop in spans}
        self._places = np.empty(int(stops[-1]), np.int32)
        for piece, places in pieces.items():
            start, stop = self._span[piece]
            self._places[start:stop] = places
        self._met = np.zeros(words, np.uint8)
        self._found = np.empty(words, np.int32)
        self._times = np.empty(words, np.uint8)

    def met(self, pieces: set[str], least: int) -> tuple[Places, NDArray[np.uint8]]:
        """Places that have at least so many of the pieces, in order, and how many each has."""
        asked = sorted(pieces)[:MOST_PIECES]
        spans = [span for piece in asked if (span := self._span.get(piece)) is not None]
        if len(spans) < least:
            return self._found[:0], self._times[:0]
        many = _count(
            self._places, np.array(spans, np.int64), least, self._met, self._found, self._times
        )
        order = np.argsort(self._found[:many])
        return self._found[:many][order], self._times[:many][order]


def _counting(
    places: Places,
    spans: NDArray[np.int64],
    least: int,
    met: NDArray[np.uint8],
    found: Places,
    times: NDArray[np.uint8],
) -> int:
    many = 0
    for here in range(len(spans)):
        for at in range(spans[here, 0], spans[here, 1]):
            place = places[at]
            met[place] += 1
            if met[place] == least:
                found[many] = place
                many += 1
    for at in range(many):
        times[at] = met[found[at]]
    for here in range(len(spans)):
        for at in range(spans[here, 0], spans[here, 1]):
            met[places[at]] = 0
    return many


_count: Any = numba.njit(cache=True)(_counting)
