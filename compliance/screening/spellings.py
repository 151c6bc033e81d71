"""Words spelt nearly alike, found without comparing each with each.

Two words are compared where they share enough three-letter pieces, or, for short words, where both
become the same by dropping one letter. Words are compared as written and as they sound, so that
"xinhua" and "hsinhua", "nikel" and "nickel" meet.
"""

import re
from collections import defaultdict
from collections.abc import Iterable

import numpy as np
from rapidfuzz.distance import OSA

LEAST = 5
"""Shorter words are too near one another to be taken for misspellings."""
SHORT = 8
"""Up to this length one letter spoils most pieces, so that dropped letters are looked at too."""
MOST = 12
"""Spellings kept for one word, the nearest."""
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


def sound(word: str) -> str:
    """A rough spelling by sound: one for the several ways of writing it in Latin letters."""
    for spelt, written in _SOUNDS:
        word = spelt.sub(written, word)
    return word


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
        pieces: dict[str, list[int]] = defaultdict(list)
        self._dropped: dict[str, list[int]] = defaultdict(list)
        for number, word in enumerate(self._words):
            heard = sound(word)
            for piece in {*_pieces(word), *_pieces(heard)}:
                pieces[piece].append(number)
            if len(word) <= SHORT:
                for left in _dropping(word):
                    self._dropped[left].append(number)
        self._by_piece = {piece: np.array(these, np.int32) for piece, these in pieces.items()}
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

    def _like(self, word: str) -> tuple[tuple[str, float], ...]:
        near = set(self._sharing_pieces(word))
        if len(word) <= SHORT + 1:
            for left in _dropping(word):
                near.update(self._dropped.get(left, ()))
        found = []
        for number in near:
            other = self._words[number]
            if other != word and (same := alike(word, other)):
                found.append((other, same))
        return tuple(sorted(found, key=lambda each: (-each[1], each[0]))[:MOST])

    def _sharing_pieces(self, word: str) -> list[int]:
        pieces = {*_pieces(word), *_pieces(sound(word))}
        lists = [found for piece in pieces if (found := self._by_piece.get(piece)) is not None]
        if not lists:
            return []
        numbers, counts = np.unique(np.concatenate(lists), return_counts=True)
        near = numbers[counts >= max(2, (len(pieces) + 2) // 3)]
        if len(near) > 200:
            near = numbers[np.argsort(-counts, kind="stable")[:200]]
        return [int(number) for number in near]


def _pieces(word: str) -> list[str]:
    padded = f"^{word}$"
    return [padded[n : n + 3] for n in range(len(padded) - 2)]


def _dropping(word: str) -> set[str]:
    """The word, and what it becomes when one letter is dropped."""
    return {word, *(word[:n] + word[n + 1 :] for n in range(len(word)))}
