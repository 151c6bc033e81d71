"""What the header of a column can mean, and what else it tells (a currency, a rank)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from procurement.intake import names
from procurement.intake.fields import Field
from procurement.intake.money import CURRENCY_WORDS, currency_of

LONGEST_HEADER = 120  # characters; anything longer is a sentence

_MARKS = {"#": " number ", "№": " number ", "%": " percent ", "&": " and "}
_NUMBER = re.compile(r"\b(?:no|nr|num|nbr|nummer|numero|número|numéro)\b")
_PREFIX = re.compile(r"^column\s*=\s*", re.IGNORECASE)
_BRACKETS = re.compile(r"[(\[（【].*?[)\]）】]")
_PARTS = re.compile(
    r"[/|\n\r（(【]|(?<=[^\x00-\x7f])\s+(?=[\x00-\x7f])|(?<=[\x00-\x7f])\s+(?=[^\x00-\x7f])"
)
_RANK = re.compile(r"^(.*\D)\s*([1-9])$")
_SECOND = {
    Field.MAKER: Field.ALTERNATE_MAKER,
    Field.PART_NUMBER: Field.ALTERNATES,
    Field.DESCRIPTION: Field.SPECIFICATION,
    Field.NOTES: Field.NOTES,
    Field.DISTRIBUTOR_NUMBER: Field.DISTRIBUTOR_NUMBER,
}


@dataclass(frozen=True, slots=True)
class Meaning:
    """The fields a header can mean, each with how surely (0 to 1), and the currency it names."""

    fields: dict[Field, float]
    currency: str | None = None

    @property
    def best(self) -> float:
        return max(self.fields.values(), default=0.0)


@cache
def known_names() -> dict[str, dict[Field, float]]:
    """Every known header in its plain form → the fields it can mean."""
    known: dict[str, dict[Field, float]] = {}
    for field, groups in names.read().items():
        for weight, listed in groups:
            for name in listed:
                fields = known.setdefault(plain(name), {})
                fields[field] = max(weight, fields.get(field, 0.0))
    return known


def plain(header: str) -> str:
    """A header as it is compared: one line, lower case, words parted by one space."""
    text = unicodedata.normalize("NFKC", _PREFIX.sub("", header.strip())).casefold()
    for mark, word in _MARKS.items():
        text = text.replace(mark, word)
    text = " ".join(re.findall(r"[^\W_]+", text))
    return _NUMBER.sub("number", text)


def meaning(header: str) -> Meaning:
    """What a header cell can mean. No field at all for text that is no header we know."""
    if not header.strip() or len(header) > LONGEST_HEADER:
        return Meaning({})
    return _meaning(_PREFIX.sub("", header.strip()))


@cache
def _meaning(header: str) -> Meaning:
    currency = currency_of(header)
    fields = _lookup(header)
    if not fields and (bare := _BRACKETS.sub(" ", header)) != header:
        fields = _lookup(bare)
    if not fields:
        for part in filter(None, map(str.strip, _PARTS.split(header))):
            for field, weight in _lookup(part).items():
                fields[field] = max(fields.get(field, 0.0), weight * 0.9)
    if not fields:
        fields = _contained(plain(header))
    return Meaning(fields, currency)


def _lookup(header: str) -> dict[Field, float]:
    key = plain(header)
    if found := known_names().get(key):
        return dict(found)
    words = [word for word in key.split() if word not in CURRENCY_WORDS]
    if len(words) < len(key.split()) and (found := known_names().get(" ".join(words))):
        return dict(found)
    if (ranked := _RANK.match(key)) and (found := known_names().get(ranked[1].strip())):
        if ranked[2] == "1":
            return dict(found)
        return {_SECOND[field]: weight for field, weight in found.items() if field in _SECOND}
    return {}


def _contained(key: str) -> dict[Field, float]:
    """Known names inside a longer header, the longer the surer."""
    words = key.split()
    fields: dict[Field, float] = {}
    if len(words) > 8:
        return fields
    for size in range(min(4, len(words)), 0, -1):
        for start in range(len(words) - size + 1):
            found = known_names().get(" ".join(words[start : start + size]), {})
            if size * 2 < len(words):
                continue  # a word or two of a long header say little
            share = (size / len(words)) ** 0.5
            for field, weight in found.items():
                fields[field] = max(fields.get(field, 0.0), weight * 0.75 * share)
        if fields:
            break
    return fields
