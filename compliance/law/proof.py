"""A proof: what was asked of which facts, every clause's answer, and what it rests on.

Canonical JSON, so that equal questions give equal bytes, whatever the ids of the facts: keys
sorted, no blanks, days as ISO text, amounts as exact text without trailing zeros, answers as words.
The digest is the SHA-256 of those bytes. `compliance/verifier.py` reads nothing else.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from typing import Any, NamedTuple

from compliance.law.answers import Answer
from compliance.law.engine import Finding
from compliance.law.facts import Dossier, Item, Spell

FORMAT = "cellgate-proof-1"
ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


class Proved(NamedTuple):
    """digest: SHA-256 of body, in hexadecimal. body: canonical JSON."""

    digest: str
    body: str


class Written(NamedTuple):
    """A dossier as canonical JSON, in its parts, with the digest of each part."""

    part: str
    procurement: str
    readings: str

    @property
    def key(self) -> str:
        """Equal for equal questions: the digest of all that a rule may see."""
        return digest("\n".join(self))


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def written(dossier: Dossier) -> Written:
    """The dossier's values as text; write once, prove under every rule."""
    return Written(
        canonical(dossier.part), canonical(dossier.procurement), canonical(dossier.readings)
    )


def prove(finding: Finding, facts: Written) -> Proved:
    """The proof of a finding on the dossier that `facts` writes out."""
    body = (
        f'{{"dossier":{{"part":{facts.part},"procurement":{facts.procurement},'
        f'"readings":{facts.readings}}},"finding":{canonical(finding)},"format":"{FORMAT}"}}'
    )
    return Proved(digest(body), body)


def canonical(value: object) -> str:
    return ENCODER.encode(plain(value))


def plain(value: Any) -> Any:
    """A value of the law as JSON can say it, exactly."""
    kind = type(value)
    if kind is str:
        return value
    writer = WRITERS.get(kind)
    if writer is None:
        writer = WRITERS[kind] = writer_of(kind)
    return writer(value)


Writer = Callable[[Any], Any]

WRITERS: dict[type, Writer] = {}
"""How values of each type are written: found once, because a proof has thousands of them."""


def writer_of(kind: type) -> Writer:
    """How values of a type are written."""
    if kind in (type(None), bool, int):
        return _itself
    if issubclass(kind, Answer):
        return ANSWERS.__getitem__
    if issubclass(kind, Enum):
        return _value
    if issubclass(kind, Decimal):
        return exact
    if issubclass(kind, date):
        return date.isoformat
    if issubclass(kind, Mapping):
        return lambda told: {str(key): plain(each) for key, each in told.items()}
    if hasattr(kind, "_fields"):
        names = kind._fields

        def named(told: Any) -> Any:
            return dict(zip(names, map(plain, told), strict=True))

        # Many lines meet the same parties: what is said of one is written once.
        return lru_cache(maxsize=100_000)(named) if kind in (Spell, Item) else named
    if issubclass(kind, tuple):
        return lambda told: [*map(plain, told)]
    if is_dataclass(kind):
        found = [each.name for each in fields(kind)]
        return lambda told: {name: plain(getattr(told, name)) for name in found}
    raise TypeError(f"no canonical form for {kind.__name__}")


ANSWERS = {answer: answer.name.lower() for answer in Answer}


def _itself(told: Any) -> Any:
    return told


def _value(told: Enum) -> Any:
    return told.value


def exact(value: Decimal) -> str:
    """Without trailing zeros or an exponent: 95.010 is "95.01"."""
    text = f"{value:f}"
    return (text.rstrip("0").rstrip(".") or "0") if "." in text else text
