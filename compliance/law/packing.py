"""A pack of proofs, as `compliance/verifier.py` reads it, and a dossier read back from a proof."""

import json
import types
from collections.abc import Iterable, Mapping
from dataclasses import is_dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from compliance.law.answers import Answer
from compliance.law.facts import Dossier
from compliance.law.proof import Proved

FORMAT = "cellgate-pack-1"


def pack(proofs: Iterable[Proved], sources: Iterable[Mapping[str, tuple[str, ...]]] = ()) -> str:
    """JSON of proofs, each with its digest; sources: where each proof's facts came from, by
    path."""
    told = [{"digest": proof.digest, "body": proof.body} for proof in proofs]
    for proof, source in zip(told, sources, strict=False):
        proof["sources"] = json.dumps(source, ensure_ascii=False)
    return json.dumps({"format": FORMAT, "proofs": told}, ensure_ascii=False, indent=1)


def dossier_of(body: str) -> Dossier:
    """The dossier that a proof's body carries, as the value it was written from."""
    dossier = value(json.loads(body)["dossier"], Dossier)
    if not isinstance(dossier, Dossier):
        raise TypeError("a proof's body carries no dossier")
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
        return wanted(**{name: value(told[name], kind) for name, kind in hints(wanted).items()})
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
