"""The released lists as known, and who is on them: by decision, by number, or only by name."""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache

from django.db.models import Max

from compliance.known import Known, Row
from compliance.law import world as law
from compliance.models import Edition, IdentityDecision, Listing
from compliance.refs import must_ref
from compliance.screening.names import readable
from compliance.screening.screen import Entry, screen
from procurement.models import Change, Identifier, Party

Lists = tuple[tuple[law.ListEdition, ...], tuple[Entry, ...]]
"""Editions for the law, and their entries for screening."""


def lists_known(known: Known, staged: frozenset[int] = frozenset()) -> Lists:
    """Released editions, and their entries for screening; read once per state of the lists.

    staged: editions to take as if they were released.
    """

    def read() -> Lists:
        tables = (Edition._meta.db_table, Listing._meta.db_table)
        newest = Change.objects.filter(table_name__in=tables).aggregate(newest=Max("id"))["newest"]
        return _lists_at(newest, known.on, staged)

    return known.once(("lists", staged), read, everyones=True)


@lru_cache(maxsize=8)
def _lists_at(newest_change: int | None, on: datetime | None, staged: frozenset[int]) -> Lists:
    known = Known(None, on)
    editions = [
        row
        for row in known.all(Edition)
        if row["state"] == Edition.State.RELEASED or row["id"] in staged
    ]
    listings = known.rows(Listing, "edition_id", [row["id"] for row in editions])
    return lists_read(editions, listings)


def lists_read(editions: Iterable[Row], listings: Iterable[Row]) -> Lists:
    """Rows of released editions and of their listings, as the law and as screening read them.

    Entries come by code, so that what they say of a party does not hang on who was stored first.
    One that was called otherwise before, or twice at once, is searched by each of its names.
    """
    of_edition: dict[int, list[Row]] = {}
    for row in listings:
        of_edition.setdefault(row["edition_id"], []).append(row)
    lists: list[law.ListEdition] = []
    of_code: dict[tuple[str, str], list[Row]] = {}
    for edition in sorted(editions, key=lambda row: (row["key"], row["edition"])):
        rows = of_edition.get(edition["id"], ())
        here = sorted(rows, key=lambda row: (row["code"], row["name"], row["id"]))
        lists.append(
            law.ListEdition(
                ref=must_ref(Edition, edition["id"]),
                key=edition["key"],
                edition=edition["edition"],
                covers=edition["covers"],
                read_by=edition["read_by"],
                confidence=edition["confidence"],
                entries=tuple(
                    law.ListEntry(
                        ref=row["code"],
                        name=row["name"],
                        true_from=row["true_from"],
                        true_to=row["true_to"],
                        rule=row["rule"],
                    )
                    for row in here
                ),
            )
        )
        for row in here:
            of_code.setdefault((edition["key"], row["code"]), []).append(row)
    return tuple(lists), tuple(_entry(*each, of_code[each]) for each in sorted(of_code))


def _entry(key: str, code: str, rows: list[Row]) -> Entry:
    """rows: of one entry, oldest edition first; the newest name comes first."""
    newest = rows[::-1]
    names = dict.fromkeys(name for row in newest for name in (row["name"], *row["aliases"]))
    numbers = {pair for row in rows for pair in row["identifiers"].items()}
    return Entry(key, code, tuple(names), tuple(sorted(numbers)))


def lists_forget() -> None:
    """Forget what was read in a transaction that is rolled back: its Change ids are given again."""
    _lists_at.cache_clear()


def names_of(party: Row) -> tuple[str, ...]:
    """Every name of a party, by each of which it is looked for on the lists."""
    return tuple(filter(None, (party["name"], party["name_local"], *party["aliases"])))


def is_searched(party: Row) -> bool:
    """Whether the lists can be searched for it: by a name in a script that can be sounded out."""
    return readable(names_of(party))


def identities_known(
    known: Known, parties: list[Row], entries: tuple[Entry, ...]
) -> Iterable[law.Identity]:
    """A person's decision; else an agreeing identifier; else a name, which only asks."""
    ids = [row["id"] for row in parties]
    decisions = known.rows(IdentityDecision, "party_id", ids)
    decisions.sort(key=lambda row: row["organisation_id"] is not None)  # one's own come last
    decided = {(row["party_id"], row["list_key"], row["code"]): row for row in decisions}
    numbers: dict[int, dict[str, str]] = {}
    for row in known.rows(Identifier, "party_id", ids):
        numbers.setdefault(row["party_id"], {})[row["scheme"]] = row["value"]
    for (party_id, list_key, code), row in decided.items():
        yield law.Identity(
            ref=must_ref(IdentityDecision, row["id"]),
            party=must_ref(Party, party_id),
            list_key=list_key,
            entry=code,
            same=_settled(row),
            basis="decision",
        )
    for row in parties:
        for candidate in screen(names_of(row), numbers.get(row["id"], {}), entries):
            key = (row["id"], candidate.list_key, candidate.entry_code)
            if key not in decided:
                yield law.Identity(
                    ref=f"match:{key[0]}:{key[1]}:{key[2]}",
                    party=must_ref(Party, row["id"]),
                    list_key=candidate.list_key,
                    entry=candidate.entry_code,
                    same=candidate.same,
                    basis=candidate.basis,
                )


def _settled(decision: Row) -> bool | None:
    """A "not the same" as a listed name counts once a second person has confirmed it."""
    if decision["same"] or decision["confirmed_by_id"] is not None:
        return bool(decision["same"])
    return None
