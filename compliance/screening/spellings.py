"""Words spelt nearly alike, found without comparing each with each.

Two words are compared where they share enough three-letter pieces, or, for short words, where both
become the same by dropping one letter. Words are compared as written and as they sound, so that
"xinhua" and "hsinhua", "nikel" and "nickel" meet.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

from rapidfuzz.distance import OSA

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
        self._counting = Counting(
            self._words,
            [sound(word) for word in self._words],
            least=ALIKE,
            by_sound=BY_SOUND,
            compared=COMPARED,
            dropped=SHORT,
        )
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

    def near(self, word: str) -> list[int]:
        """Places of known words worth comparing with this one, letter by letter."""
        return self._counting.near(word, sound(word))

    def _like(self, word: str) -> tuple[tuple[str, float], ...]:
        found = [
            (self._words[place], likeness)
            for place, likeness in self._counting.like(word, sound(word))
            if (other := self._words[place]) != word and len(word) + len(other) > 2 * LEAST
        ]
        return tuple(sorted(found, key=lambda each: (-each[1], each[0]))[:MOST])
