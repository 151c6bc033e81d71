"""How settled the text behind an answer is, for each clause that a proof names.

Looked up in the rule as it stands, for proofs of that version of it alone: of an outline that has
since been replaced nothing is said, because its flags are not kept.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from types import MappingProxyType
from typing import NamedTuple

from compliance.law.confidence import in_words
from compliance.law.rule import placed
from compliance.law.rules import BY_ID


class Text(NamedTuple):
    """The text of a clause at its place in an outline. confidence: its flag ("P/T"), words: what
    the flag means, our_reading: of what it leaves open, "" where there is none beside the register
    of readings."""

    role: str
    cite: str
    confidence: str
    words: str
    our_reading: str


@cache
def texts(rule: str, version: str) -> Mapping[tuple[str, str], Text]:
    """Each clause of a rule by role and citation. Empty where the rule has another version now."""
    known = BY_ID.get(rule)
    if known is None or known.version != version:
        return MappingProxyType({})
    return MappingProxyType(
        {
            (role, asks.cite): Text(
                role, asks.cite, asks.confidence, in_words(asks.confidence), asks.reads
            )
            for _, role, asks in placed(known)
        }
    )


def texts_of(rule: str, version: str, cites: Iterable[str]) -> tuple[Text, ...]:
    """Of the clauses with these citations, in the statute's order."""
    wanted = set(cites)
    return tuple(each for each in texts(rule, version).values() if each.cite in wanted)
