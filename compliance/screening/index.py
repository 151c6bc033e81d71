"""Every listed name, ready to be asked: which of them could a party's name mean?

A `NameIndex` is built once and asked many times. It is deterministic: the same entries and names
give the same matches in the same order.
"""

import csv
from array import array
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import NamedTuple

from compliance.screening.compare import CANDIDATE, SHORT, score, steps
from compliance.screening.gathering import Gathering
from compliance.screening.names import Name, readings, same_words, says_who
from compliance.screening.spellings import COMPARED, Spellings
from compliance.screening.words import BESIDE

MOST = 100
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


BESIDE_SPELLINGS = Spellings(BESIDE)
SURE = 0.8
"""A word of trade or place is taken for misspelt from this likeness on."""


class NameIndex:
    """Entries, ready to be asked by name or number."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.entries = tuple(entries)
        self._readings: list[Name] = []
        self._entry_of = array("i")
        self._gathering = Gathering()
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
        self._gathering.close()
        self._by_word = self._gathering.words
        self._spellings = Spellings(self._by_word)
        self._beside: dict[str, str] = {}
        for kin in KIN:
            self._add_kin(kin)

    def _add(self, reading: Name, at: int) -> None:
        if len(reading.words) > 1:
            self._by_initials[reading.initials[:3]].append(len(self._readings))
        self._readings.append(reading)
        self._entry_of.append(at)
        self._gathering.add(reading)

    def _add_kin(self, kin: Kin) -> None:
        near = {
            self._entry_of[here]
            for about in readings(kin.asks_about)
            for here in self._gathering.of(about.core_joined)
            if self._readings[here].words == about.words
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
        best: dict[int, tuple[float, Name, Name]] = {}
        kin: dict[int, tuple[str, ...]] = {}
        for name in names:
            for asked in readings(name):
                for each, at in self._kin.get(asked.words, ()):
                    kin.setdefault(at, (f"“{asked.written}”: {each.why}", each.source))
                near = self._near(asked)
                if (respelt := self._respelt(asked)) is not None:
                    near = [*near, *self._near(respelt)]
                    asked = respelt
                for here in near:
                    listed, at = self._readings[here], self._entry_of[here]
                    found = score(asked, listed)
                    if found >= CANDIDATE and (at not in best or best[at][0] < found):
                        best[at] = found, asked, listed
        matches = [
            Match(self.entries[at], round(found, 4), steps(asked, listed))
            for at, (found, asked, listed) in best.items()
        ]
        matches += [
            Match(self.entries[at], CANDIDATE, told) for at, told in kin.items() if at not in best
        ]
        return tuple(sorted(matches, key=lambda m: (-m.score, m.entry.list_key, m.entry.code)))

    def with_number(self, scheme: str, value: str) -> tuple[Entry, ...]:
        """Entries that a list gives this very number for."""
        return tuple(
            self.entries[at] for at in self._by_number.get((scheme, plain_number(value)), ())
        )

    def numbers(self, scheme: str) -> tuple[str, ...]:
        """Every number of a register that a list gives, as numbers are compared."""
        return tuple(value for of, value in self._by_number if of == scheme)

    def could_move(self, names: Sequence[str], whole: "NameIndex") -> bool:
        """Could these entries, added to a larger index or taken out of it, move what it answers?

        whole: the larger index, with them or without: a word is taken for misspelt where nobody
        in it bears it. No is certain; yes is worth asking both.
        """
        for name in names:
            for asked in readings(name):
                if asked.words in self._kin or self._is_near(asked, whole):
                    return True
                respelt = whole._respelt(asked)
                if respelt is not None and self._is_near(respelt, whole):
                    return True
        return False

    def _is_near(self, asked: Name, whole: "NameIndex") -> bool:
        """As `_near`, for any index that holds these entries and what `whole` has."""
        return (
            any(self._has_like(word, whole) for word in {*asked.core, asked.core_joined})
            or asked.joined[:3] in self._by_initials
            or asked.initials in self._by_word
        )

    def _has_like(self, word: str, whole: "NameIndex") -> bool:
        """Has it the word, or one spelt alike, or one that may crowd out such a one of `whole`?"""
        if word in self._by_word or self._spellings.like(word):
            return True
        near = self._spellings.near(word)
        return bool(near) and len(near) + len(whole._spellings.near(word)) > COMPARED

    def _respelt(self, asked: Name) -> Name | None:
        """The name with misspelt words of trade and place put right, where it has any: words that
        nobody listed bears and that are nearly such a word.
        """
        right = tuple(
            self._right(word) if word in asked.core and word not in self._by_word else word
            for word in asked.words
        )
        if right == asked.words or not any(map(says_who, right)):
            return None
        changed = " ".join(
            f"“{new}” for “{old}”,"
            for old, new in zip(asked.words, right, strict=True)
            if old != new
        )
        steps = (*asked.steps, f"read {changed.rstrip(',')} as misspelt")
        return Name(asked.written, same_words(right), asked.forms, asked.han, steps)

    def _right(self, word: str) -> str:
        if word not in self._beside:
            self._beside[word] = next(
                (other for other, same in BESIDE_SPELLINGS.like(word) if same >= SURE), word
            )
        return self._beside[word]

    def _near(self, asked: Name) -> list[int]:
        """Readings worth comparing: those that share a word that says who, or nearly share it, or
        could be initials; the likeliest `MOST` of them, but for those that cannot be alike enough.
        """
        words = dict.fromkeys((*asked.core, asked.core_joined))
        told = [(word, 1.0) for word in words]
        told += [like for word in words for like in self._spellings.like(word)]
        others: list[int] = []
        if len(asked.words) == 1 and SHORT <= len(asked.joined) <= 6:
            others += self._by_initials.get(asked.joined[:3], ())
        if len(asked.words) > 1 and asked.initials in self._by_word:
            others += self._gathering.of(asked.initials)
        return self._gathering.near(asked, told, others, MOST)


def plain_number(value: str) -> str:
    """A register's number as it is compared: capital letters and digits only."""
    return "".join(c for c in value.upper() if c.isalnum())
