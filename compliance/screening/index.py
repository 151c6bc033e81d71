"""Every listed name, ready to be asked: which of them could a party's name mean?

A `NameIndex` is built once and asked many times. It is deterministic: the same entries and names
give the same matches in the same order.
"""

import csv
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import NamedTuple

from compliance.screening.compare import CANDIDATE, DISTINCTIVE, Likeness, likeness
from compliance.screening.names import Name, readings, weight

MOST = 200
"""Names compared in full for one reading asked; the likeliest by what they share."""
REMEMBERED = 50_000
"""Answers an index keeps, since the same parties stand behind many lines."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One party as one list names it. identifiers: (scheme, value) pairs."""

    list_key: str
    code: str
    names: tuple[str, ...]
    identifiers: tuple[tuple[str, str], ...] = ()


class Match(NamedTuple):
    """An entry that a name could mean, how alike (0 to 1), and the steps in words."""

    entry: Entry
    score: float
    steps: tuple[str, ...]


class Kin(NamedTuple):
    """A name that no spelling leads to a listed one, and that must be asked about all the same."""

    name: str
    asks_about: str
    why: str
    source: str


def _read_kin() -> tuple[Kin, ...]:
    text = resources.files(__package__).joinpath("kin.csv").read_text(encoding="utf-8")
    return tuple(Kin(**row) for row in csv.DictReader(text.splitlines()))


KIN = _read_kin()


class NameIndex:
    """Entries, ready to be asked by name or number."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.entries = tuple(entries)
        self._readings: list[tuple[Name, int]] = []
        self._by_word: dict[str, list[int]] = defaultdict(list)
        self._by_gram: dict[str, list[str]] = defaultdict(list)
        self._by_joined: dict[str, list[int]] = defaultdict(list)
        self._by_initials: dict[str, list[int]] = defaultdict(list)
        self._by_number: dict[tuple[str, str], list[int]] = defaultdict(list)
        self._kin: dict[tuple[str, ...], list[tuple[Kin, int]]] = defaultdict(list)
        self._answered: dict[tuple[str, ...], tuple[Match, ...]] = {}
        for at, entry in enumerate(self.entries):
            for name in entry.names:
                for reading in readings(name):
                    self._add(reading, at)
            for scheme, value in entry.identifiers:
                self._by_number[scheme, plain_number(value)].append(at)
        for word in self._by_word:
            for gram in set(_grams(word)):
                self._by_gram[gram].append(word)
        for kin in KIN:
            self._add_kin(kin)

    def _add(self, reading: Name, at: int) -> None:
        here = len(self._readings)
        self._readings.append((reading, at))
        for word in set(reading.words):
            self._by_word[word].append(here)
        self._by_joined[reading.joined].append(here)
        if len(reading.words) > 1:
            self._by_initials["".join(word[0] for word in reading.words)[:3]].append(here)

    def _add_kin(self, kin: Kin) -> None:
        near = {
            self._readings[here][1]
            for about in readings(kin.asks_about)
            for here in self._by_joined.get(about.joined, ())
        }
        for reading in readings(kin.name):
            self._kin[reading.words] += [(kin, at) for at in sorted(near)]

    def candidates(self, names: Sequence[str]) -> tuple[Match, ...]:
        """Entries that any of the names could mean, best first; one match for each entry."""
        asked = tuple(names)
        if (answer := self._answered.get(asked)) is not None:
            return answer
        if len(self._answered) >= REMEMBERED:
            self._answered.clear()
        answer = self._answered[asked] = self._candidates(asked)
        return answer

    def _candidates(self, names: tuple[str, ...]) -> tuple[Match, ...]:
        best: dict[int, Likeness] = {}
        for name in names:
            for asked in readings(name):
                for kin, at in self._kin.get(asked.words, ()):
                    told = (f"“{asked.written}”: {kin.why}", kin.source)
                    best.setdefault(at, Likeness(CANDIDATE, told))
                for here in self._near(asked):
                    listed, at = self._readings[here]
                    found = likeness(asked, listed, weight)
                    if found.score < CANDIDATE or (at in best and best[at].score >= found.score):
                        continue
                    steps = (f"“{asked.written}” beside “{listed.written}”", *found.steps)
                    best[at] = Likeness(found.score, tuple(dict.fromkeys(steps)))
        matches = (
            Match(self.entries[at], round(like.score, 4), like.steps) for at, like in best.items()
        )
        return tuple(sorted(matches, key=lambda m: (-m.score, m.entry.list_key, m.entry.code)))

    def with_number(self, scheme: str, value: str) -> tuple[Entry, ...]:
        """Entries that a list gives this very number for."""
        return tuple(
            self.entries[at] for at in self._by_number.get((scheme, plain_number(value)), ())
        )

    def _near(self, asked: Name) -> list[int]:
        """Readings worth comparing: those that share a word, nearly a word, or initials."""
        shared: dict[int, float] = defaultdict(float)
        told = [word for word in asked.words if weight(word) >= DISTINCTIVE] or list(asked.words)
        for word in dict.fromkeys(told):
            for like in (word, *self._spelt_like(word)):
                for here in self._by_word.get(like, ()):
                    shared[here] += 1.0
        for here in self._by_joined.get(asked.joined, ()):
            shared[here] += 9.0
        for like in self._spelt_like(asked.joined) if len(asked.words) > 1 else ():
            for here in self._by_word[like]:
                shared[here] += 2.0
        if len(asked.words) == 1 and 3 <= len(asked.joined) <= 6:
            for here in self._by_initials.get(asked.joined[:3], ()):
                shared[here] += 1.0
        if len(asked.words) > 1:
            initials = "".join(word[0] for word in asked.words)
            for here in self._by_word.get(initials, ()):
                shared[here] += 1.0
        return sorted(shared, key=lambda here: (-shared[here], here))[:MOST]

    def _spelt_like(self, word: str) -> list[str]:
        """Listed words that share at least half of the word's three-letter pieces."""
        if len(word) < 5:
            return []
        grams = set(_grams(word))
        met: dict[str, int] = defaultdict(int)
        for gram in grams:
            for other in self._by_gram.get(gram, ()):
                met[other] += 1
        return sorted(
            other
            for other, count in met.items()
            if other != word and 2 * count >= len(grams) - 1 and abs(len(other) - len(word)) <= 4
        )


def plain_number(value: str) -> str:
    """A register's number as it is compared: capital letters and digits only."""
    return "".join(c for c in value.upper() if c.isalnum())


def _grams(word: str) -> list[str]:
    padded = f"^{word}$"
    return [padded[n : n + 3] for n in range(len(padded) - 2)]
