"""Which words share pieces with the one asked or are one dropped letter away, and how alike they
are: told from packed letters, so that a million words take little room and no question walks
through the pieces that everybody has.

Plain Python, compiled. It holds the interpreter's lock and hands out copies, so that askers in
several threads do not share the counters.
"""

import string
from collections.abc import Callable, Sequence
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

Places = NDArray[np.int32]
Letters = NDArray[np.uint8]
MOST_PIECES = 250
"""A counter is a byte, and counts one for each piece: no word is asked with more."""
BASE = 40
"""Letters, digits, what is neither, and the marks of a word's two ends, with room to spare: nine
letters are one whole number, and three one of 64,000."""
OTHER, START, END = 37, 38, 39
PIECES = BASE**3
_CODES = np.full(256, OTHER, np.uint8)
for _code, _letter in enumerate(string.ascii_lowercase + string.digits, 1):
    _CODES[ord(_letter)] = _code
LONG = 16
"""A list of places so many times as long as there are candidates is looked into for each of them,
not walked through."""


def compiled(function: Callable[..., Any]) -> Any:
    """A function made fast that calls only others of its own file: by that file it is kept."""
    return numba.njit(cache=True)(function)


def packed(words: Sequence[str]) -> tuple[Letters, NDArray[np.int64]]:
    """The codes of all letters in a row, and where each word begins (one more: where they end)."""
    text = "".join(words).encode("ascii", "replace")
    starts = np.zeros(len(words) + 1, np.int64)
    np.cumsum(np.fromiter(map(len, words), np.int64, len(words)), out=starts[1:])
    return _CODES[np.frombuffer(text, np.uint8)], starts


class Counting:
    """Words as written and as they sound, to be asked for those nearly like another.

    least: of a likeness that counts. by_sound: what likeness by sound counts, of one. compared:
    how many that share pieces are looked at. dropped: letters of the longest words (nine at most)
    that are also found by what they become when one letter is dropped.
    """

    def __init__(
        self,
        words: Sequence[str],
        sounds: Sequence[str],
        *,
        least: float,
        by_sound: float,
        compared: int,
        dropped: int,
    ) -> None:
        self._letters = (*packed(words), *packed(sounds))
        self._posted = _post(*self._letters[2:])
        keys, places = _drop(*self._letters[:2], dropped)
        order = np.argsort(keys, kind="stable")
        self._dropped = keys[order], places[order]
        self._counters = np.zeros(len(words), np.uint8), np.empty(len(words), np.int32)
        self._least, self._by_sound, self._compared = least, by_sound, compared
        self._longest = dropped + 1

    def near(self, word: str, sound: str) -> list[int]:
        """Places of words that by sound have a third of this one's pieces, and two; where they are
        many, those that share most, and among them the first. Then of those that it is, or
        becomes, or that become it or what it becomes, by dropping one letter of either.
        """
        return list(self._near(packed([word])[0], packed([sound])[0]).tolist())

    def like(self, word: str, sound: str) -> list[tuple[int, float]]:
        """(place, likeness) of the near ones that are alike enough, in no order."""
        one, heard = packed([word])[0], packed([sound])[0]
        near = self._near(one, heard)
        same = _like(one, heard, near, *self._letters, self._least, self._by_sound)
        may = np.flatnonzero(same)
        return list(zip(near[may].tolist(), same[may].tolist(), strict=True))

    def _near(self, word: Letters, sound: Letters) -> Places:
        near, shared = _meet(sound, *self._posted, self._compared, *self._counters)
        if len(near) > self._compared:
            near = near[np.lexsort((near, -shared.astype(np.int16)))[: self._compared]]
        if len(word) <= self._longest:
            near = np.unique(_with_dropped(near, word, *self._dropped))
        return np.asarray(near)


@compiled
def _pieces(letters: Letters, begin: int, end: int, out: Places) -> int:
    """Write the different pieces of one word to `out`; how many."""
    count = 0
    for at in range(begin, end):
        before = letters[at - 1] if at > begin else START
        after = letters[at + 1] if at + 1 < end else END
        piece = (np.int32(before) * BASE + letters[at]) * BASE + after
        new = True
        for other in range(count):
            if out[other] == piece:
                new = False
                break
        if new:
            out[count] = piece
            count += 1
    return count


@compiled
def _post(letters: Letters, starts: NDArray[np.int64]) -> Any:
    """Piece → places of the words that have it, growing: where each piece's end, and all places."""
    out = np.empty(len(letters) + 1, np.int32)
    stops = np.zeros(PIECES + 1, np.int64)
    for place in range(len(starts) - 1):
        for at in range(_pieces(letters, starts[place], starts[place + 1], out)):
            stops[out[at] + 1] += 1
    for piece in range(PIECES):
        stops[piece + 1] += stops[piece]
    places = np.empty(stops[-1], np.int32)
    next_ = stops[:-1].copy()
    for place in range(len(starts) - 1):
        for at in range(_pieces(letters, starts[place], starts[place + 1], out)):
            places[next_[out[at]]] = place
            next_[out[at]] += 1
    return stops, places


@compiled
def _many(stops: NDArray[np.int64], piece: int) -> Any:
    return stops[piece + 1] - stops[piece]


@compiled
def _first(sorted_: Any, value: Any) -> int:
    """Where the first lies that is no less."""
    low, high = 0, len(sorted_)
    while low < high:
        middle = (low + high) // 2
        if sorted_[middle] < value:
            low = middle + 1
        else:
            high = middle
    return low


@compiled
def _meet(
    letters: Letters,
    stops: NDArray[np.int64],
    places: Places,
    most: int,
    met: Letters,
    found: Places,
) -> Any:
    """Places that share enough, with how many pieces; cut at the count that leaves `most` or more.

    Who shares `least` of n pieces shares one of the rarest n - least + 1: only their places are
    walked through, and the rest counted for those found there. `met` is zero before and after.
    """
    asked = np.empty(len(letters) + 1, np.int32)
    count = _pieces(letters, 0, len(letters), asked)
    least = max(2, (count + 2) // 3)
    for nth in range(1, count):  # the rarest first
        piece, at = asked[nth], nth
        while at and _many(stops, asked[at - 1]) > _many(stops, piece):
            asked[at] = asked[at - 1]
            at -= 1
        asked[at] = piece
    count = min(count, MOST_PIECES)
    many = 0
    for nth in range(count - least + 1):
        piece = asked[nth]
        for at in range(stops[piece], stops[piece + 1]):
            place = places[at]
            if met[place] == 0:
                found[many] = place
                many += 1
            met[place] += 1
    for nth in range(max(count - least + 1, 0), count):
        piece = asked[nth]
        begin, end = stops[piece], stops[piece + 1]
        if end - begin < LONG * many:
            for at in range(begin, end):
                if met[places[at]]:
                    met[places[at]] += 1
        else:
            here = places[begin:end]
            for at in range(many):
                if met[found[at]] + count - nth >= least:
                    place = _first(here, found[at])
                    if place < len(here) and here[place] == found[at]:
                        met[found[at]] += 1
    met_by = np.zeros(MOST_PIECES + 1, np.int64)
    for at in range(many):
        met_by[met[found[at]]] += 1
    cut, over = MOST_PIECES, met_by[MOST_PIECES]
    while cut > least and over < most:
        cut -= 1
        over += met_by[cut]
    cut = max(cut, least)
    kept = np.empty(over if count >= least else 0, np.int32)
    shared = np.empty(len(kept), np.uint8)
    here_ = 0
    for at in range(many):
        place = found[at]
        if met[place] >= cut:
            kept[here_] = place
            shared[here_] = met[place]
            here_ += 1
        met[place] = 0
    return kept[:here_], shared[:here_]


@compiled
def _keys(letters: Letters, begin: int, end: int, out: NDArray[np.uint64]) -> int:
    """The word as one whole number, and as each that it becomes when one letter is dropped."""
    count = 0
    for left_out in range(begin - 1, end):
        key = np.uint64(0)
        for at in range(begin, end):
            if at != left_out:
                key = key * np.uint64(BASE) + np.uint64(letters[at])
        new = True
        for other in range(count):
            if out[other] == key:
                new = False
                break
        if new:
            out[count] = key
            count += 1
    return count


@compiled
def _drop(letters: Letters, starts: NDArray[np.int64], longest: int) -> Any:
    out = np.empty(longest + 1, np.uint64)
    size = 0
    for place in range(len(starts) - 1):
        width = starts[place + 1] - starts[place]
        if width <= longest:
            size += width + 1
    keys, places = np.empty(size, np.uint64), np.empty(size, np.int32)
    size = 0
    for place in range(len(starts) - 1):
        if starts[place + 1] - starts[place] <= longest:
            count = _keys(letters, starts[place], starts[place + 1], out)
            keys[size : size + count] = out[:count]
            places[size : size + count] = place
            size += count
    return keys[:size], places[:size]


@compiled
def _with_dropped(
    near: Places, letters: Letters, keys: NDArray[np.uint64], places: Places
) -> Places:
    """The places, and those found by a dropped letter; some may come twice."""
    out = np.empty(len(letters) + 1, np.uint64)
    count = _keys(letters, 0, len(letters), out)
    begins, size = np.empty(count, np.int64), len(near)
    for nth in range(count):
        begins[nth] = _first(keys, out[nth])
        at = begins[nth]
        while at < len(keys) and keys[at] == out[nth]:
            at += 1
        size += at - begins[nth]
    met = np.empty(size, np.int32)
    size = len(near)
    met[:size] = near
    for nth in range(count):
        at = begins[nth]
        while at < len(keys) and keys[at] == out[nth]:
            met[size] = places[at]
            size += 1
            at += 1
    return met[:size]


@compiled
def _like(
    word: Letters,
    sound: Letters,
    near: Places,
    letters: Letters,
    starts: NDArray[np.int64],
    sounds: Letters,
    sound_starts: NDArray[np.int64],
    least: float,
    by_sound: float,
) -> NDArray[np.float64]:
    """How alike each is, as written or as it sounds; 0 where that is too little."""
    same = np.zeros(len(near), np.float64)
    width = max(len(word), len(sound)) + 1
    rows = np.empty((3, width), np.int64)
    for at in range(len(near)):
        place = near[at]
        written = _likeness(word, letters[starts[place] : starts[place + 1]], rows)
        heard = _likeness(sound, sounds[sound_starts[place] : sound_starts[place + 1]], rows)
        if written >= least:
            same[at] = written
        if heard >= least:
            same[at] = max(same[at], by_sound * heard)
    return same


@compiled
def _likeness(one: Letters, other: Letters, rows: NDArray[np.int64]) -> float:
    """One less the share of letters to change, drop, add or swap (no letter twice)."""
    longer = max(len(one), len(other))
    if longer == 0:
        return 1.0
    before, last, now = 0, 1, 2
    for column in range(len(one) + 1):
        rows[last, column] = column
    for row in range(len(other)):
        rows[now, 0] = row + 1
        for column in range(len(one)):
            differ = one[column] != other[row]
            steps = min(
                rows[last, column] + differ, rows[last, column + 1] + 1, rows[now, column] + 1
            )
            swapped = row and column and one[column] == other[row - 1]
            if swapped and one[column - 1] == other[row]:
                steps = min(steps, rows[before, column - 1] + 1)
            rows[now, column + 1] = steps
        before, last, now = last, now, before
    return float(1.0 - rows[last, len(one)] / longer)
