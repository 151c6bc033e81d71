"""What governments, foreigners and covered-nation companies hold of each party of one world.

Worked out once for each stretch of days on which no holding begins or ends.
"""

from bisect import bisect_right
from collections.abc import Mapping
from datetime import date

from compliance.law.answers import Answer
from compliance.law.ownership.components import components
from compliance.law.ownership.fixed_point import (
    LARGEST_RING,
    ONE,
    ZERO,
    Bounds,
    Held,
    Link,
    attributed,
    closed_in,
    weigh,
)
from compliance.law.ownership.shares import Shares
from compliance.law.ownership.sources import (
    Nation,
    Sources,
    foreigners,
    governments,
    jurisdiction,
)
from compliance.law.world import Metric, Party, PartyKind

ANYONE = Bounds(ZERO, ONE)
NATURAL = (PartyKind.GOVERNMENT, PartyKind.PERSON)


class Ledger:
    """Bounds for the parties of a world. `largest`: one graph with the largest share at each link
    instead of one graph for each metric (reading `feoc-tier-metric`)."""

    def __init__(
        self, parties: Mapping[str, Party], shares: Shares, nation: Nation, *, largest: bool
    ) -> None:
        self.parties = parties
        self.shares = shares
        self.nation = nation
        self.largest = largest
        self.held = shares.parties()
        self.strangers = (self.held | shares.holders()) - parties.keys()
        self.days = sorted(shares.breakpoints(self.held))
        self._helds: dict[tuple[int, Metric], dict[str, Held]] = {}
        self._sources: dict[tuple[int, str], Sources] = {}
        self._bounds: dict[tuple[int, Metric, str], dict[str, Bounds]] = {}

    def helds(self, on: date, metric: Metric) -> dict[str, Held]:
        """Who holds each party of whom something is told."""
        asked = (bisect_right(self.days, on), Metric.EQUITY if self.largest else metric)
        if asked not in self._helds:
            self._helds[asked] = {
                party: self.shares.widest(party, on)
                if self.largest
                else self.shares.held(party, on, metric)
                for party in self.held
            }
        return self._helds[asked]

    def _source(self, on: date, whose: str) -> Sources:
        asked = (bisect_right(self.days, on), whose)
        if asked not in self._sources:
            self._sources[asked] = self._work_out(on, whose)
        return self._sources[asked]

    def _work_out(self, on: date, whose: str) -> Sources:
        """`whose`: "foreign", "covered" (whoever is subject to a covered nation's jurisdiction),
        "governments" (of all covered nations) or one covered nation's code."""
        if whose == "foreign":
            answers = foreigners(self.parties, self.shares, on)
        elif whose == "covered":
            answers = {ref: jurisdiction(each, self.nation) for ref, each in self.parties.items()}
        else:
            answers = governments(self.parties, self.shares, self._one_nation(whose), on)
        strangers = dict.fromkeys(self.strangers, Answer.UNKNOWN)
        companies = {ref for ref, party in self.parties.items() if party.kind not in NATURAL}
        return Sources.of({**answers, **strangers}, companies | self.strangers)

    def _one_nation(self, whose: str) -> Nation:
        def nation(country: str) -> str | None:
            found = self.nation(country)
            return found if whose in ("governments", found) else None

        return nation

    def bounds(self, on: date, metric: Metric, whose: str) -> dict[str, Bounds]:
        """Bounds of everyone who holds or is held. See `of` for one party."""
        asked = (bisect_right(self.days, on), Metric.EQUITY if self.largest else metric, whose)
        if asked not in self._bounds:
            low, high = self._source(on, whose)
            self._bounds[asked] = attributed(self.helds(on, metric), low, high)
        return self._bounds[asked]

    def of(self, party: str, on: date, metric: Metric, whose: str) -> Bounds:
        """What they hold of the party; all of it where the party is one of them itself."""
        return self.bounds(on, metric, whose).get(party, ANYONE)

    def government(self, party: str, on: date) -> Answer:
        """Is the party itself a covered-nation government person?"""
        return self._itself(party, on, "governments")

    def foreign(self, party: str, on: date) -> Answer:
        """Is the party foreign by itself, whoever holds it?"""
        return self._itself(party, on, "foreign")

    def _itself(self, party: str, on: date, whose: str) -> Answer:
        low, high = self._source(on, whose)
        if low.get(party) == ONE:
            return Answer.YES
        unknown = party not in self.parties or high.get(party) == ONE
        return Answer.UNKNOWN if unknown else Answer.NO

    def nations(self, party: str, on: date) -> set[str]:
        """The covered nations whose governments stand behind the party: nobody else in the world
        has a part in its standing."""
        behind = (self.parties.get(each) for each in self.shares.upstream(party, on))
        told = {each.government_of for each in behind if each is not None}
        return {found for each in told if each and (found := self.nation(each))}

    def by_shares(self, party: str, on: date, metric: Metric, whose: str = "governments") -> Bounds:
        """What the party's own holders give it by shares alone, control left out."""
        held = self.helds(on, metric).get(party)
        if held is None:
            return ANYONE
        bounds = self.bounds(on, metric, whose)
        plain = Held(
            tuple(Link(each.holder, each.low, each.high) for each in held.links),
            held.open,
            held.joint,
        )
        low = {link.holder: bounds[link.holder].low for link in held.links}
        high = {link.holder: bounds[link.holder].high for link in held.links}
        return Bounds(weigh(plain, low, lowest=True), weigh(plain, high, lowest=False))

    def rings(self, party: str, on: date, metric: Metric) -> set[str]:
        """Review flags for the cross-holdings among those who stand behind the party."""
        helds = self.helds(on, metric)
        low = self._source(on, "governments").low
        edges = {
            each: [link.holder for link in helds[each].links]
            for each in self.shares.upstream(party, on)
            if each in helds and each not in low
        }
        flags = set()
        for ring in components(edges):
            if len(ring) == 1 and ring[0] not in edges.get(ring[0], ()):
                continue
            if len(ring) > LARGEST_RING:
                flags.add("ownership-unsettled")
            if closed_in(ring, helds):
                flags.add("ownership-closed")
            flags.add("ownership-cycle" if _has_minority_cycle(ring, helds) else "ownership-ring")
        return flags


def _has_minority_cycle(ring: list[str], helds: Mapping[str, Held]) -> bool:
    """Some cycle in the ring runs through links below one half only."""
    members = set(ring)
    small = {
        party: [link.holder for link in helds[party].links if link.holder in members and link.grows]
        for party in ring
    }
    return any(len(each) > 1 or each[0] in small[each[0]] for each in components(small))
