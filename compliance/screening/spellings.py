"""Words spelt nearly alike, found without comparing each with each.

Two words are compared where they share enough three-letter pieces, or, for short words, where both
become the same by dropping one letter. Words are compared as written and as they sound, so that
"xinhua" and "hsinhua", "nikel" and "nickel" meet.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache

import numpy as np
from rapidfuzz.distance import OSA
from rapidfuzz.process import cdist

from compliance.screening.counting import Counting

LEAST = 4
"""Shorter words are too near one another to be taken for misspellings; of this length, from one
another too.
"""
SHORT = 8
"""Up to this length one letter spoils most pieces, so that dropped letters are looked at too."""
MOST = 24
"""Spellings kept for one word, the nearest."""
COMPARED = 60
"""Known words compared letter by letter with one asked: those that share most pieces."""
ALIKE = 0.7
BY_SOUND = 0.97
"""What likeness by sound counts, of one."""

_SOUNDS = tuple(
    (re.compile(spelt), sound)
    for spelt, sound in (
        ("hs(?=[aeiou])|sh|x(?=[aeiou])", "s"),
        ("tch|ch|zh|j|q(?!u)", "c"),
        ("ks|x", "ks"),
        ("qu|ck|k|c(?=[aoulrt]|$)", "k"),
        ("ph", "f"),
        ("w|v", "v"),
        ("ts|tz|z", "s"),
        ("y|ie", "i"),
        ("ng", "n"),
        ("oo|ou", "u"),
        ("(.)\\1", "\\1"),
    )
)


@lru_cache(maxsize=500_000)
def sound(word: str) -> str:
    """A rough spelling by sound: one for the several ways of writing it in Latin letters."""
    for spelt, written in _SOUNDS:
        word = spelt.sub(written, word)
    return word


@lru_cache(maxsize=500_000)
def alike(one: str, other: str) -> float:
    """How alike two different words are, as written or as they sound; 0 below `ALIKE`."""
    same = OSA.normalized_similarity(one, other, score_cutoff=ALIKE)
    if same >= 0.9:
        return float(same)
    heard = OSA.normalized_similarity(sound(one), sound(other), score_cutoff=ALIKE)
    return max(float(same), BY_SOUND * float(heard))


class Spellings:
    """Known words, to be asked for those spelt like another."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = sorted(word for word in words if len(word) >= LEAST)
        self._sounds = [sound(word) for word in self._words]
        pieces: dict[str, list[int]] = defaultdict(list)
        self._dropped: dict[str, list[int]] = defaultdict(list)
        for number, word in enumerate(self._words):
            for piece in set(_pieces(self._sounds[number])):
                pieces[piece].append(number)
            if len(word) <= SHORT:
                for left in _dropping(word):
                    self._dropped[left].append(number)
        self._counting = Counting(pieces, len(self._words))
        self._asked: dict[str, tuple[tuple[str, float], ...]] = {}

    def like(self, word: str) -> tuple[tuple[str, float], ...]:
        """(word, likeness) of known words spelt like this one, itself left out, nearest first."""
        if len(word) < LEAST:
            return ()
        if word not in self._asked:
            if len(self._asked) > 100_000:
                self._asked.clear()
            self._asked[word] = self._like(word)
        return self._asked[word]

    def near(self, word: str) -> set[int]:
        """Places of known words worth comparing with this one, letter by letter."""
        near = set(self._sharing_pieces(word))
        if len(word) <= SHORT + 1:
            for left in _dropping(word):
                near.update(self._dropped.get(left, ()))
        return near

    def _like(self, word: str) -> tuple[tuple[str, float], ...]:
        near = self.near(word)
        if not near:
            return ()
        numbers = sorted(near)
        written = _likeness(word, [self._words[number] for number in numbers])
        heard = _likeness(sound(word), [self._sounds[number] for number in numbers])
        same = np.maximum(written, BY_SOUND * heard)
        found = [
            (self._words[numbers[at]], float(same[at]))
            for at in np.flatnonzero(same >= BY_SOUND * ALIKE).tolist()
            if (other := self._words[numbers[at]]) != word and len(word) + len(other) > 2 * LEAST
        ]
        return tuple(sorted(found, key=lambda each: (-each[1], each[0]))[:MOST])

    def _sharing_pieces(self, word: str) -> list[int]:
        """Places of words that share a third of the pieces, those that share most first where they
        are many. What it costs depends on how many share a piece, not on how many are known.
        """
        pieces = set(_pieces(sound(word)))
        near, shared = self._counting.met(pieces, max(2, (len(pieces) + 2) // 3))
        if len(near) > COMPARED:
            near = near[np.argsort(-shared.astype(np.int16), kind="stable")[:COMPARED]]
        return list(near.tolist())


def _likeness(word: str, others: list[str]) -> "np.ndarray[tuple[int], np.dtype[np.float32]]":
    rows = cdist([word], others, scorer=OSA.normalized_similarity, score_cutoff=ALIKE)
    return np.asarray(rows[0], dtype=np.float32)


def _pieces(word: str) -> list[str]:
    padded = f"^{word}$"
    return [padded[n : n + 3] for n in range(len(padded) - 2)]


def _dropping(word: str) -> set[str]:
    """The word, and what it becomes when one letter is dropped."""
    return {word, *(word[:n] + word[n + 1 :] for n in range(len(word)))}
