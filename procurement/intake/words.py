"""Finding the vocabulary in a text: which phrases stand in it, in order, the longest first."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from procurement.categories import Category
from procurement.intake import vocabulary
from procurement.intake.vocabulary import Kind

LONGEST_PHRASE = 4  # words
_WORD = re.compile(r"[^\W_]+")
_COMPOUNDS = ("batterie", "akku", "zellen", "batteri", "accu")


@dataclass(frozen=True, slots=True)
class Hit:
    """A known phrase: where it starts and how many words it has."""

    start: int
    words: int
    kind: Kind
    category: Category | None
    text: str

    @property
    def end(self) -> int:
        return self.start + self.words


Entry = tuple[Kind, Category | None]


@cache
def lexicon() -> dict[str, Entry]:
    """Phrase → what it says. A phrase listed twice keeps its first meaning."""
    found: dict[str, Entry] = {}
    for phrase, kind, category in vocabulary.read():
        found.setdefault(" ".join(words_of(phrase)), (kind, category))
    return found


@cache
def _eastern() -> re.Pattern[str]:
    """Chinese, Japanese and Korean phrases, which stand in a text without spaces."""
    phrases = [phrase for phrase in lexicon() if _is_eastern(phrase) and " " not in phrase]
    longest_first = sorted(map(re.escape, phrases), key=len, reverse=True)
    return re.compile(f"(?=({'|'.join(longest_first)}))")


def _is_eastern(text: str) -> bool:
    return any(ord(char) > 0x2E80 for char in text)


def words_of(text: str) -> list[str]:
    """Lower-case words; "Li-Ion" is two, "18650" one."""
    return _WORD.findall(unicodedata.normalize("NFKC", text).casefold())


def hits(words: list[str]) -> list[Hit]:
    """Every known phrase among the words, without overlaps, from left to right."""
    found: list[Hit] = []
    known = lexicon()
    place = 0
    while place < len(words):
        for size in range(min(LONGEST_PHRASE, len(words) - place), 0, -1):
            phrase = " ".join(words[place : place + size])
            entry = known.get(phrase) or (known.get(phrase[:-1]) if phrase[-1] == "s" else None)
            if entry:
                found.append(Hit(place, size, *entry, phrase))
                place += size
                break
        else:
            word = words[place]
            if _is_eastern(word):
                found += _inside(word, place)
            elif hit := _compound(word, place):
                found.append(hit)
            place += 1
    return found


def _inside(word: str, place: int) -> list[Hit]:
    """Phrases inside a run of eastern writing. They may overlap; one inside another is left out."""
    found: list[Hit] = []
    reach = 0
    for match in _eastern().finditer(word):
        phrase = match[1]
        if match.start() + len(phrase) > reach:
            reach = match.start() + len(phrase)
            found.append(Hit(place, 1, *lexicon()[phrase], phrase))
    return found


def _compound(word: str, place: int) -> Hit | None:
    """German and Dutch put words together: the last one is what the thing is."""
    start = next((one for one in _COMPOUNDS if word.startswith(one) and len(word) > len(one)), None)
    if start is None:
        return None
    for cut in range(len(start), len(word) - 2):
        if entry := lexicon().get(word[cut:]):
            return Hit(place, 1, *entry, word)
    return None
