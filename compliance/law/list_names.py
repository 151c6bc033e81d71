"""Names on lists: which edition speaks on a day, and whom it names: by decision, never by a name.

A list answers against a loaded edition. No edition, a party outside what the edition covers, a
party nobody searched for, a name nobody decided: each is UNKNOWN, and says so.
"""

from collections.abc import Iterator
from datetime import date

from compliance.law.answers import Answer
from compliance.law.editions import Editions
from compliance.law.standing import Listed, Missing
from compliance.law.world import Identity, ListEdition, ListEntry, PartyKind, World

NO, UNKNOWN, YES = Answer.NO, Answer.UNKNOWN, Answer.YES

OF_COMPANIES = frozenset({"154", "889", "1260H", "5949", "UFLPA"})
"""Lists that name companies only, so that a person or a government is not on them."""


UNREAD = (
    "If we cannot read the script of its name, give the name in Latin letters, or a registration "
    "number that a list has."
)


class Names:
    """The editions, entries and identity decisions of one world."""

    def __init__(self, world: World, editions: Editions | None = None) -> None:
        self.editions = Editions(world.lists) if editions is None else editions
        self.parties = {party.ref: party for party in world.parties}
        self.today = world.known_on
        self.identities: dict[tuple[str, str], list[Identity]] = {}
        for identity in world.identities:
            self.identities.setdefault((identity.party, identity.list_key), []).append(identity)

    def _asked_about(
        self, party: str, key: str, on: date
    ) -> Iterator[tuple[ListEdition, ListEntry]]:
        """The entries that somebody decided about, or that have the party's own name: the others
        are not the party, and a list may have twenty thousand of them.
        """
        entries = self.editions.entries_on(key, on)
        places = self.editions.places_on(key, on)
        names = {identity.entry for identity in self.identities.get((party, key), ())}
        names.add(self.name_of(party).casefold())
        found = {place for each in names for place in places.get(each, ())}
        yield from (entries[place] for place in sorted(found))

    def named(self, party: str, key: str, on: date, scope: str) -> Listed:
        """Is the party itself one of the names?"""
        undecided: Listed | None = None
        for edition, entry in self._asked_about(party, key, on):
            same, refs = self._same(party, key, entry)
            facts = tuple(sorted({edition.ref, entry.ref, *refs}))
            if same is YES:
                return Listed(YES, "named", entry.name, facts, self._flags(edition))
            if same is UNKNOWN:
                ask = Missing(
                    f"identity/{party}/{key}/{entry.name}",
                    f"Is {self.name_of(party)} the {entry.name} that list {key} names?",
                )
                undecided = Listed(UNKNOWN, "undecided", entry.name, facts, (), (ask,))
        return undecided or self._unnamed(party, key, on, scope)

    def _same(self, party: str, key: str, entry: ListEntry) -> tuple[Answer, tuple[str, ...]]:
        """Are they the same? A decision or an identifier settles it; an equal name only asks."""
        decisions = [
            identity
            for identity in self.identities.get((party, key), ())
            if identity.entry in (entry.ref, entry.name)
        ]
        refs = tuple(identity.ref for identity in decisions)
        told = {identity.same for identity in decisions if identity.same is not None}
        if len(told) == 1:
            return Answer.of(told.pop()), refs
        if decisions or self.name_of(party).casefold() == entry.name.casefold():
            return UNKNOWN, refs
        return NO, ()

    def _unnamed(self, party: str, key: str, on: date, scope: str) -> Listed:
        edition = self.editions.edition_on(key, on)
        if edition is None:
            ask = Missing(f"list/{key}", f"Load the edition of list {key} in force on that day.")
            return Listed(UNKNOWN, "no_edition", missing=(ask,))
        facts = (edition.ref,)
        who = self.parties.get(party)
        if key in OF_COMPANIES and not self.is_company(party):
            return Listed(NO, "not_listed", "", facts, self._flags(edition))
        if edition.covers not in ("all", scope):
            ask = Missing(
                f"list/{key}/all",
                f"Load a whole edition of list {key}: this one holds the {edition.covers} rows.",
            )
            return Listed(UNKNOWN, "out_of_scope", "", facts, (), (ask,))
        if who is None or not who.screened:
            search = f"Search the lists for {self.name_of(party)}. {UNREAD}"
            ask = Missing(f"screened/{party}", search)
            return Listed(UNKNOWN, "unscreened", "", facts, (), (ask,))
        if self._stale(edition):
            ask = Missing(f"list/{key}/read", f"Read list {key} again: this edition is too old.")
            return Listed(UNKNOWN, "stale", "", facts, ("list-stale",), (ask,))
        return Listed(NO, "not_listed", "", facts, self._flags(edition))

    def _stale(self, edition: ListEdition) -> bool:
        due = edition.read_by
        return self.today is not None and due is not None and due <= self.today

    def _flags(self, edition: ListEdition) -> tuple[str, ...]:
        doubtful = edition.confidence in ("S", "M")
        return ("list-verify",) * doubtful + ("list-stale",) * self._stale(edition)

    def name_of(self, party: str) -> str:
        who = self.parties.get(party)
        return who.name if who else party

    def is_company(self, party: str) -> bool:
        who = self.parties.get(party)
        return who is None or who.kind not in (PartyKind.GOVERNMENT, PartyKind.PERSON)
