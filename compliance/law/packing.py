"""A pack of proofs, as `compliance/verifier.py` reads it, and a dossier read back from a proof."""

import json
import types
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import is_dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Any, NamedTuple, Union, get_args, get_origin, get_type_hints

from compliance.law.answers import Answer
from compliance.law.facts import Dossier
from compliance.law.proof import Proved, digest
from compliance.law.rules import RULES
from compliance.law.settled import texts

FORMAT = "cellgate-pack-2"
LEFT = "doubted"


class Packed(NamedTuple):
    """A proof with what it rests on.

    grounds: `grounds.ground` of the world it was derived from. parties: each key of its dossier →
    the party's ref in the grounds. sources: path in the dossier → refs of the facts it came from.
    """

    proof: Proved
    grounds: Proved
    parties: Mapping[str, str]
    sources: Mapping[str, Sequence[str]] | None = None


def pack(entries: Iterable[Packed]) -> str:
    """JSON of proofs, as `told_of` has them."""
    return json.dumps(told_of(entries), ensure_ascii=False, indent=1)


def told_of(entries: Iterable[Packed]) -> dict[str, Any]:
    """Proofs, each with its digest and grounds; each grounds once. Sealed as a whole.

    `confidence` says of every rule, clause by clause, how far its text is settled.
    """
    grounds: dict[str, str] = {}
    proofs: list[dict[str, Any]] = []
    for each in entries:
        grounds[each.grounds.digest] = each.grounds.body
        told = each.proof._asdict() | {"grounds": each.grounds.digest}
        told["parties"] = dict(each.parties)
        if each.sources is not None:
            told["sources"] = dict(each.sources)
        proofs.append(told)
    sections = {
        "format": FORMAT,
        "grounds": tuple({"digest": key, "body": grounds[key]} for key in sorted(grounds)),
        "proofs": tuple(proofs),
        "confidence": confidence(),
    }
    return {**sections, "seal": seal(sections)}


@cache
def confidence() -> dict[str, Any]:
    """Rule → its version, and the flag of law.md on each clause, with our reading of it."""
    return {
        rule.id: {
            "version": rule.version,
            "clauses": [each._asdict() for each in texts(rule.id, rule.version).values()],
        }
        for rule in RULES
    }


def seal(sections: Mapping[str, Any]) -> str:
    """The digest of all that a pack tells besides its seal."""
    text = json.dumps(sections, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return digest(text)


def dossier_of(body: str) -> Dossier:
    """The dossier that a proof's body carries, as the value it was written from."""
    dossier: Dossier = value(json.loads(body)["dossier"], Dossier)
    return dossier


def value(told: Any, wanted: Any) -> Any:
    """Plain JSON as the type that it was written from."""
    origin = get_origin(wanted)
    if origin in (Union, types.UnionType):
        inner = [each for each in get_args(wanted) if each is not type(None)]
        return None if told is None else value(told, inner[0])
    if origin is tuple:
        inner = list(get_args(wanted))
        if inner[1:] == [Ellipsis]:
            return tuple(value(each, inner[0]) for each in told)
        return tuple(value(each, kind) for each, kind in zip(told, inner, strict=True))
    if origin is not None:  # a mapping
        return {key: value(each, get_args(wanted)[1]) for key, each in told.items()}
    if is_dataclass(wanted) or hasattr(wanted, "_fields"):
        # What nobody doubts is left out of a proof (`proof._part`), and has its default here.
        mine = {name: kind for name, kind in hints(wanted).items() if name in told or name != LEFT}
        return wanted(**{name: value(told[name], kind) for name, kind in mine.items()})
    return scalar(told, wanted)


def scalar(told: Any, wanted: Any) -> Any:
    if wanted is Answer:
        return Answer[told.upper()]
    if wanted is date:
        return date.fromisoformat(told)
    if wanted is Decimal or issubclass(wanted, StrEnum):
        return wanted(told)
    return told


@cache
def hints(wanted: Any) -> dict[str, Any]:
    """Field types, by name."""
    return get_type_hints(wanted)
