"""What each list says on each day: the edition that speaks, its entries and the words beside them.

Worked out once for as long as the lists stand, whoever is asked about.
"""

from bisect import bisect_right
from collections.abc import Mapping
from datetime import date

from compliance.law.ownership.shares import in_force
from compliance.law.world import ListEdition, ListEntry

Entry = tuple[ListEdition, ListEntry]


class Editions:
    """The released editions of all lists. What is worked out for a day is kept."""

    def __init__(self, lists: tuple[ListEdition, ...]) -> None:
        self.lists = lists
        self.by_key: dict[str, list[ListEdition]] = {}
        for edition in sorted(lists, key=lambda each: each.edition):
            self.by_key.setdefault(edition.key, []).append(edition)
        self.days = {key: _days(editions) for key, editions in self.by_key.items()}
        self._on: dict[tuple[str, int], list[Entry]] = {}
        self._places: dict[tuple[str, int], dict[str, list[int]]] = {}
        self._says: dict[tuple[str, int, str], bool] = {}

    def stretch(self, key: str, on: date) -> int:
        """The place of a day among those on which the list moves; nothing does between two."""
        return bisect_right(self.days.get(key, ()), on)

    def breakpoints(self) -> set[date]:
        """Every day on which an edition or one of its entries begins or ends."""
        return {day for days in self.days.values() for day in days}

    def edition_on(self, key: str, on: date) -> ListEdition | None:
        """The last edition published by that day; a future day has the last one known."""
        found = None
        for edition in self.by_key.get(key, ()):
            if edition.edition <= on:
                found = edition
        return found

    def entries_on(self, key: str, on: date) -> list[Entry]:
        """Who was on the list that day. A later edition may say that one had been on it before."""
        asked = (key, self.stretch(key, on))
        if asked not in self._on:
            self._on[asked] = self._entries_on(key, on)
        return self._on[asked]

    def _entries_on(self, key: str, on: date) -> list[Entry]:
        governing = self.edition_on(key, on)
        editions = [governing] if governing else self.by_key.get(key, [])
        return [
            (edition, entry)
            for edition in editions
            for entry in edition.entries
            if in_force(entry, on) and (governing or entry.true_from)
        ]

    def places_on(self, key: str, on: date) -> Mapping[str, list[int]]:
        """Ref, name and casefolded name of an entry → its places among `entries_on`."""
        asked = (key, self.stretch(key, on))
        if asked not in self._places:
            places: dict[str, list[int]] = {}
            for place, (_, entry) in enumerate(self.entries_on(key, on)):
                for called in {entry.ref, entry.name, entry.name.casefold()}:
                    places.setdefault(called, []).append(place)
            self._places[asked] = places
        return self._places[asked]

    def says(self, key: str, on: date, word: str) -> bool:
        """Some rule that the list keeps beside its names has the word."""
        asked = (key, self.stretch(key, on), word)
        if asked not in self._says:
            entries = self.entries_on(key, on)
            self._says[asked] = any(word in entry.rule.casefold() for _, entry in entries)
        return self._says[asked]


def _days(editions: list[ListEdition]) -> list[date]:
    """The days on which what one list says may move, in order."""
    days: set[date | None] = set()
    for edition in editions:
        days.add(edition.edition)
        for entry in edition.entries:
            days |= {entry.true_from, entry.true_to}
    return sorted(day for day in days if day is not None)
