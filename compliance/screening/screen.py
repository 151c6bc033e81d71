"""Which entries of which lists a party could be, by number or by name.

A name alone never decides; an agreeing number of a register does.
"""

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

from compliance.screening.index import Entry, NameIndex, plain_number

__all__ = ["Candidate", "Entry", "screen"]

DECIDING = ("LEI", "UEI", "USCC")
"""Schemes whose number belongs to one legal person, so that agreement decides alone."""


class Candidate(NamedTuple):
    """An entry that a party could be. same: True when a number agrees; None: a person must decide.

    score: 0 to 1, to order questions by. steps: what agrees and what differs, in words.
    """

    entry_code: str
    list_key: str
    basis: Literal["identifier", "name"]
    same: bool | None
    score: float
    steps: tuple[str, ...]


def screen(
    party_names: Sequence[str],
    identifiers: Mapping[str, str],
    entries: NameIndex | tuple[Entry, ...],
) -> tuple[Candidate, ...]:
    """Every entry this party could be, best first. Where a number agrees, no name is asked about.

    identifiers: scheme → value. entries: an index, or the entries, whose index is then kept.
    """
    index = entries if isinstance(entries, NameIndex) else index_of(entries)
    found: dict[tuple[str, str], Candidate] = {}
    for scheme in DECIDING:
        if value := identifiers.get(scheme):
            for entry in index.with_number(scheme, value):
                found.setdefault(
                    (entry.list_key, entry.code),
                    Candidate(
                        entry.code,
                        entry.list_key,
                        "identifier",
                        True,
                        1.0,
                        (f"the list gives the same {scheme}: {plain_number(value)}",),
                    ),
                )
    for entry, score, steps in index.candidates(party_names):
        told = (*steps, *_differing(entry, identifiers))
        found.setdefault(
            (entry.list_key, entry.code),
            Candidate(entry.code, entry.list_key, "name", None, score, told),
        )
    return tuple(sorted(found.values(), key=lambda c: (-c.score, c.list_key, c.entry_code)))


def _differing(entry: Entry, identifiers: Mapping[str, str]) -> list[str]:
    return [
        f"the {scheme} differs: {plain_number(mine)}, the list has {plain_number(listed)}"
        for scheme, listed in entry.identifiers
        if (mine := identifiers.get(scheme)) and plain_number(mine) != plain_number(listed)
    ]


_kept: list[tuple[tuple[Entry, ...], NameIndex]] = []
MOST_KEPT = 8


def index_of(entries: tuple[Entry, ...]) -> NameIndex:
    """The index of these entries, built once for each set of them in this process."""
    for at, (known, index) in enumerate(_kept):
        if known is entries or known == entries:
            _kept.insert(0, _kept.pop(at))
            return index
    index = NameIndex(entries)
    _kept.insert(0, (entries, index))
    del _kept[MOST_KEPT:]
    return index
