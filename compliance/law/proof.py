"""A proof: what was asked of which facts, every clause's answer, and what it rests on.

Canonical JSON, so that equal questions give equal bytes, whatever the ids of the facts: keys
sorted, no blanks, days as ISO text, amounts as exact text without trailing zeros, answers as words.
The digest is the SHA-256 of those bytes. `compliance/verifier.py` reads nothing else.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from json.encoder import encode_basestring
from typing import Any, NamedTuple

from compliance.law.answers import Answer
from compliance.law.engine import Finding
from compliance.law.facts import Dossier, Item, Missing, PartFacts, ProcurementFacts, Spell
from compliance.law.rule import Rest, Step, Told

FORMAT = "cellgate-proof-1"

MOST_KEPT = 2_048
"""How many texts of one kind are remembered, a few kilobytes each."""


class Proved(NamedTuple):
    """digest: SHA-256 of body, in hexadecimal. body: canonical JSON."""

    digest: str
    body: str


@dataclass(frozen=True, slots=True)
class Written:
    """A dossier as canonical JSON: how every proof on it begins.

    hashed: SHA-256 so far, so that a proof adds no more than its finding. key: equal for equal
    questions, the digest of all that a rule may see.
    """

    text: str
    hashed: Any = field(compare=False, repr=False)
    key: str


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def written(dossier: Dossier) -> Written:
    """The dossier's values as text; write once, prove under every rule."""
    text = f'{{"dossier":{canonical(dossier)},"finding":'
    hashed = hashlib.sha256(text.encode())
    return Written(text, hashed, hashed.hexdigest())


def prove(finding: Finding, facts: Written) -> Proved:
    """The proof of a finding on the dossier that `facts` writes out."""
    rest = f'{canonical(finding)},"format":"{FORMAT}"}}'
    hashed = facts.hashed.copy()
    hashed.update(rest.encode())
    return Proved(hashed.hexdigest(), facts.text + rest)


def canonical(value: Any) -> str:
    """A value of the law as JSON says it, exactly."""
    return WRITERS[type(value)](value)


Writer = Callable[[Any], str]


class Writers(dict[type, Writer]):
    """How values of each type are written: found once, because a proof has thousands of them."""

    def __missing__(self, kind: type) -> Writer:
        self[kind] = writer = writer_of(kind)
        return writer


WRITERS = Writers()


def writer_of(kind: type) -> Writer:
    """How values of a type are written."""
    if kind in PLAIN:
        return PLAIN[kind]
    if issubclass(kind, Answer):
        return ANSWERS.__getitem__
    if issubclass(kind, Enum):
        return lambda told: canonical(told.value)
    if issubclass(kind, Decimal):
        return lambda told: f'"{exact(told)}"'
    if issubclass(kind, date):
        return lambda told: f'"{told.isoformat()}"'
    if issubclass(kind, Mapping):
        return _mapping
    if hasattr(kind, "_fields"):
        named = _by_place(kind._fields)
        return lru_cache(maxsize=MOST_KEPT)(named) if kind in AGAIN else named
    if issubclass(kind, tuple):
        return _row
    if is_dataclass(kind):
        named = _part if kind is PartFacts else _by_name([each.name for each in fields(kind)])
        return remembered(named) if kind is ProcurementFacts else named
    raise TypeError(f"no canonical form for {kind.__name__}")


AGAIN = frozenset({Spell, Item, Finding, Step, Told, Rest, Missing})
"""What is soon met again with the same values: of twenty findings nineteen say what another did."""
PLAIN: Mapping[type, Writer] = {
    str: encode_basestring,
    int: int.__repr__,
    bool: ("false", "true").__getitem__,
    type(None): lambda told: "null",
}
ANSWERS = tuple(f'"{answer.name.lower()}"' for answer in Answer)


def _mapping(told: Mapping[Any, Any]) -> str:
    texts = {str(key): canonical(each) for key, each in told.items()}
    return "{" + ",".join([f"{encode_basestring(key)}:{texts[key]}" for key in sorted(texts)]) + "}"


def _row(told: tuple[Any, ...]) -> str:
    if told and type(told[0]) is Spell:
        return _spells(told)
    return _list(told)


def _list(told: tuple[Any, ...]) -> str:
    return "[" + ",".join([WRITERS[type(each)](each) for each in told]) + "]"


def _object(names: Sequence[str]) -> str:
    """The object with these names, with a place for each value."""
    return "{" + ",".join([f'"{name}":%s' for name in names]) + "}"


def _by_place(names: Sequence[str]) -> Writer:
    """For a named tuple."""
    places = sorted(range(len(names)), key=names.__getitem__)
    template = _object(sorted(names))

    def named(told: tuple[Any, ...]) -> str:
        values = [told[place] for place in places]
        return template % tuple([WRITERS[type(each)](each) for each in values])

    return named


def _by_name(names: Sequence[str]) -> Writer:
    """For a dataclass."""
    names = sorted(names)
    template = _object(names)

    def named(told: object) -> str:
        values = [getattr(told, name) for name in names]
        return template % tuple([WRITERS[type(each)](each) for each in values])

    return named


def _part(told: PartFacts) -> str:
    """Where nothing is in doubt, nothing is said of it: such a proof's bytes are as ever."""
    return PARTS[bool(told.doubted)](told)


PART_FIELDS = [each.name for each in fields(PartFacts)]
PARTS = (_by_name([name for name in PART_FIELDS if name != "doubted"]), _by_name(PART_FIELDS))


def remembered(write: Writer) -> Writer:
    """The same for frozen values that many dossiers share: each object is written once.

    By identity, because to compare their contents takes as long as to write them. The object is
    kept with its text, so that no other object gets its id.
    """
    kept: dict[int, tuple[Any, str]] = {}

    def once(told: Any) -> str:
        held = kept.get(id(told))
        if held is None:
            if len(kept) >= MOST_KEPT:
                kept.clear()
            held = kept[id(told)] = (told, write(told))
        return held[1]

    return once


_spells = remembered(_list)


def exact(value: Decimal) -> str:
    """Without trailing zeros or an exponent: 95.010 is "95.01"."""
    text = f"{value:f}"
    return (text.rstrip("0").rstrip(".") or "0") if "." in text else text
