"""A proof: what was asked of which facts, every clause's answer, and what it rests on.

Canonical JSON, so that equal questions give equal bytes, whatever the ids of the facts: keys
sorted, no blanks, days as ISO text, amounts as exact text without trailing zeros, answers as words.
The digest is the SHA-256 of those bytes. `compliance/verifier.py` reads nothing else.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any, NamedTuple

from compliance.law.answers import Answer
from compliance.law.engine import Finding
from compliance.law.facts import Dossier

FORMAT = "cellgate-proof-1"


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
    return json.dumps(plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def plain(value: Any) -> Any:
    """A value of the law as JSON can say it, exactly."""
    if value is None or (isinstance(value, bool | str) and not isinstance(value, Enum)):
        return value
    if isinstance(value, Answer):
        return value.name.lower()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, int):
        return value
    if isinstance(value, Decimal):
        return exact(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if hasattr(value, "_asdict"):
        return {name: plain(getattr(value, name)) for name in value._fields}
    if isinstance(value, tuple):
        return [plain(each) for each in value]
    if is_dataclass(value):
        return {each.name: plain(getattr(value, each.name)) for each in fields(value)}
    raise TypeError(f"no canonical form for {type(value).__name__}")


def exact(value: Decimal) -> str:
    """Without trailing zeros or an exponent: 95.010 is "95.01"."""
    text = f"{value:f}"
    return (text.rstrip("0").rstrip(".") or "0") if "." in text else text
