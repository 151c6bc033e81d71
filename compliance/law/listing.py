"""Is a party on a list: itself, or through another that the list's own words bring in.

What a list says beside its names ("any successor", "any subsidiary") is followed through the
world's controls and stakes. What its statute leaves open comes back as a flag.
"""

from bisect import bisect_right
from collections.abc import Iterable
from datetime import date
from functools import cached_property

from compliance.law.answers import Answer
from compliance.law.editions import Editions
from compliance.law.list_names import Names
from compliance.law.ownership.fixed_point import HALF, ONE, ZERO, Held
from compliance.law.ownership.shares import Shares, in_force
from compliance.law.standing import Listed, Missing
from compliance.law.world import ControlKind, Metric, World

NO, UNKNOWN, YES = Answer.NO, Answer.UNKNOWN, Answer.YES

SECTION_154 = "154"
BY_CONTROL = frozenset({"1260H"})
"""Lists whose statute adds whoever is subject to a listed entity's control, where percentages never
decide (31 CFR 800.208; law.md 4.2)."""


class Lists(Names):
    """Who is on a list, with its successors, subsidiaries and controlled entities."""

    def __init__(self, world: World, shares: Shares, editions: Editions | None = None) -> None:
        super().__init__(world, editions)
        self.shares = shares
        self.share_days = sorted(shares.breakpoints(shares.parties()))
        self._memo: dict[tuple[str, str, int, int, str], Listed] = {}
        self._helds: dict[tuple[str, int, Metric], Held] = {}

    def listed(self, party: str, key: str, on: date, scope: str = "battery") -> Listed:
        """Is the party on the list on that day, itself or through another?

        scope: the trade in which the party is met. An edition answers for a party it does not name
        only where it covers "all" or that scope.
        """
        stretch = self.editions.stretch(key, on)
        asked = (party, key, stretch, bisect_right(self.share_days, on), scope)
        if asked not in self._memo:
            self._memo[asked] = self._listed(party, key, on, scope)
        return self._memo[asked]

    def _listed(self, party: str, key: str, on: date, scope: str) -> Listed:
        own = self.named(party, key, on, scope)
        if own.answer is YES:
            return own
        held = self._controlled if key in BY_CONTROL else self._subsidiary
        through = [self._successor(party, key, on, scope), held(party, key, on, scope)]
        best = max(through, key=lambda each: each.answer)
        if best.answer > own.answer:
            return best
        if own.answer is UNKNOWN:
            return own
        flags = {flag for each in (own, *through) for flag in each.flags}
        told = [each for each in through if each.flags]
        how, entry = (told[0].how, told[0].entry) if told else (own.how, own.entry)
        facts = {fact for each in (own, *through) for fact in each.facts}
        return Listed(NO, how, entry, tuple(sorted(facts)), tuple(sorted(flags)))

    def _successor(self, party: str, key: str, on: date, scope: str) -> Listed:
        """Does the party follow one of the names? It does so as surely as its surest way says."""
        best = Listed(NO, "not_listed")
        reached: dict[str, Answer] = {party: YES}
        frontier: list[tuple[str, Answer, tuple[str, ...]]] = [(party, YES, ())]
        while frontier:
            later, sure, refs = frontier.pop()
            for control in self.shares.controls.get(later, ()):
                earlier, so_far = control.controller, min(sure, Answer.of(control.holds))
                if (
                    control.kind is not ControlKind.SUCCESSOR
                    or so_far <= reached.get(earlier, NO)
                    or not in_force(control, on)
                ):
                    continue
                reached[earlier] = so_far
                facts = (*refs, control.ref)
                frontier.append((earlier, so_far, facts))
                name = self.named(earlier, key, on, scope)
                answer = min(so_far, name.answer)
                if answer > best.answer:
                    best = Listed(
                        answer,
                        "successor" if answer is YES else "undecided",
                        name.entry,
                        tuple(sorted({*facts, *name.facts})),
                        name.flags,
                        name.missing or (self._ask_successor(party, earlier),),
                    )
        if best.answer is NO or key == SECTION_154 or self.editions.says(key, on, "successor"):
            return best
        flags = (*best.flags, "successor-of-listed") if best.answer is YES else ()
        return Listed(NO, "follows" if flags else "not_listed", best.entry, best.facts, flags)

    def _ask_successor(self, party: str, earlier: str) -> Missing:
        says = f"Is {self.name_of(party)} the successor of {self.name_of(earlier)}?"
        return Missing(f"successor/{party}/{earlier}", says)

    def _held(self, party: str, on: date, metric: Metric) -> Held:
        asked = (party, bisect_right(self.share_days, on), metric)
        if asked not in self._helds:
            self._helds[asked] = self.shares.held(party, on, metric)
        return self._helds[asked]

    def half_owned(self, party: str, key: str, on: date) -> bool:
        """Do names hold half or more of the party together, at each step up (OFAC's own rule)?"""
        above = self.shares.upstream(party, on) - {party}
        members = {each for each in above if self.named(each, key, on, "battery").answer is YES}
        moved = bool(members)
        while moved and party not in members:
            moved = False
            for each in (above | {party}) - members:
                if any(
                    sum((k.low for k in self._held(each, on, m).links if k.holder in members), ZERO)
                    >= HALF
                    for m in Metric
                ):
                    members.add(each)
                    moved = True
        return party in members

    def _members(
        self, parties: Iterable[str], key: str, on: date, scope: str
    ) -> tuple[dict[str, Listed], dict[str, Listed]]:
        """Of these parties: those the list names or whom a named one holds above one half; and
        those who may be so."""
        own = {
            party: max(
                self.named(party, key, on, scope),
                self._successor(party, key, on, scope),
                key=lambda each: each.answer,
            )
            for party in parties
        }
        sure = {party: each for party, each in own.items() if each.answer is YES}
        perhaps = {party: each for party, each in own.items() if each.answer is not NO}
        for members, least in ((sure, YES), (perhaps, UNKNOWN)):
            more = members
            while more:  # in rounds: who joins does not depend on who is looked at first
                more = {
                    party: members[parent]
                    for party in own
                    if party not in members
                    and (parent := self._majority(party, members.keys(), on, least)) is not None
                }
                members.update(more)
        return sure, perhaps

    def _majority(self, party: str, members: Iterable[str], on: date, least: Answer) -> str | None:
        """One of the members, if together they hold (`least` UNKNOWN: may hold) over half."""
        inside = set(members)
        for control in self.shares.controls.get(party, ()):
            if (
                control.kind is ControlKind.SUBSIDIARY
                and control.controller in inside
                and in_force(control, on)
                and Answer.of(control.holds) >= least
            ):
                return control.controller
        for metric in Metric:
            held = self._held(party, on, metric)
            theirs = [link for link in held.links if link.holder in inside]
            if least is YES:
                total = sum((link.low for link in theirs), ZERO)
            else:
                others = sum((link.low for link in held.links if link.holder not in inside), ZERO)
                total = min(sum((link.high for link in theirs), ZERO), ONE - others)
            if theirs and total > HALF:
                return max(theirs, key=lambda link: link.high).holder
        return None

    def _is_open(self, party: str, on: date) -> bool:
        """More than half of the party may be anybody's, in equity and in votes."""
        return self.is_company(party) and all(
            self._held(party, on, metric).open > HALF for metric in (Metric.EQUITY, Metric.VOTES)
        )

    def _subsidiary(self, party: str, key: str, on: date, scope: str) -> Listed:
        """Is the party held above one half by a name, or consolidated (law.md 2.4)?"""
        above = sorted(self.shares.upstream(party, on))
        companies = [each for each in above if self.is_company(each)]
        sure, perhaps = self._members(companies, key, on, scope)
        by_rule = self.editions.says(key, on, "subsidiar")
        extends = by_rule or key == SECTION_154
        links = self.shares.facts(above, on, None)
        if party in sure and extends:
            parent = sure[party]
            flags = parent.flags if by_rule else (*parent.flags, "subsidiary-of-listed")
            facts = tuple(sorted({*parent.facts, *links}))
            return Listed(YES, "subsidiary", parent.entry, facts, flags)
        if extends and (party in perhaps or any(self._is_open(each, on) for each in above)):
            return self._open(party, above, perhaps, on)
        kin = [each for each in sure.values() if each.entry] or self._sisters(party, key, on, scope)
        if kin:
            named = min(kin, key=lambda each: each.entry)
            facts = tuple(sorted({*named.facts, *links}))
            return Listed(NO, "affiliate", named.entry, facts, ("affiliate-of-listed",))
        return Listed(NO, "not_listed")

    def _open(
        self, party: str, above: Iterable[str], perhaps: dict[str, Listed], on: date
    ) -> Listed:
        asks = [
            Missing(f"stakes/{each}", f"Who holds the majority of {self.name_of(each)}?")
            for each in sorted(above)
            if self._is_open(each, on)
        ]
        asks += [ask for each in perhaps.values() for ask in each.missing]
        facts = tuple(sorted(self.shares.facts(above, on, None)))
        how = "ownership_open" if party not in perhaps else perhaps[party].how
        return Listed(UNKNOWN, how, "", facts, (), tuple(dict.fromkeys(asks)))

    @cached_property
    def kin(self) -> tuple[frozenset[str], ...]:
        """Everyone behind each party that some list may name, on whatever day."""
        who = sorted({party for party, _ in self.identities})
        return tuple(frozenset(self.shares.upstream(each)) for each in who)

    def _sisters(self, party: str, key: str, on: date, scope: str) -> list[Listed]:
        """Names that share a majority parent with the party."""
        others = sorted({who for who, which in self.identities if which == key})
        asked = [(other, self.named(other, key, on, scope)) for other in others]
        named = [(other, name) for other, name in asked if name.answer is YES]
        if not named:
            return []
        parents = self._parents(party, on)
        return [name for other, name in named if parents & self._parents(other, on)]

    def _parents(self, party: str, on: date) -> set[str]:
        """Everyone who holds more than half of the party at each step up, or consolidates it."""
        seen: set[str] = set()
        frontier = [party]
        while frontier:
            below = frontier.pop()
            for above in self.shares.upstream_once(below, on) - seen:
                if self._majority(below, (above,), on, YES) is not None:
                    seen.add(above)
                    frontier.append(above)
        return seen

    def _controlled(self, party: str, key: str, on: date, scope: str) -> Listed:
        """Is the party subject to the control of a name? A finding says so; shares only ask."""
        above = self.shares.upstream(party, on) - {party}
        findings = self._findings(party, on)
        asks: list[Missing] = []
        facts = self.shares.facts({party, *above}, on, None)
        entry = ""
        for other in sorted(each for each in above if self.is_company(each)):
            name = max(
                self.named(other, key, on, scope),
                self._successor(other, key, on, scope),
                key=lambda each: each.answer,
            )
            if name.answer is NO or findings.get(other) is NO:
                continue
            facts |= set(name.facts)
            found = findings.get(other)
            if name.answer is YES and found is YES:
                return Listed(YES, "controlled", name.entry, tuple(sorted(facts)), name.flags)
            if name.answer is YES:
                entry = name.entry
                says = f"Does {self.name_of(other)} control {self.name_of(party)} (31 CFR 800.208)?"
                asks.append(Missing(f"control/{party}/{other}", says))
            elif other in self._parents(party, on) or found is not None:
                asks.extend(name.missing)
        if asks:
            how = "control_open"
        else:
            how = "ownership_open"
            asks = [
                Missing(f"stakes/{each}", f"Who holds the majority of {self.name_of(each)}?")
                for each in sorted({party, *above})
                if self._is_open(each, on)
            ]
        if asks:
            unique = tuple(dict.fromkeys(asks))
            return Listed(UNKNOWN, how, entry, tuple(sorted(facts)), (), unique)
        return Listed(NO, "not_listed")

    def _findings(self, party: str, on: date) -> dict[str, Answer]:
        """Who was found to control the party, or not to, directly or through those found to."""
        found: dict[str, Answer] = {}
        frontier = [(party, YES)]
        while frontier:
            below, sure = frontier.pop()
            for control in self.shares.controls.get(below, ()):
                if control.kind is not ControlKind.FINDING or not in_force(control, on):
                    continue
                who, answer = control.controller, min(sure, Answer.of(control.holds))
                if who not in found or answer > found[who]:
                    found[who] = answer
                    if answer is not NO:
                        frontier.append((who, answer))
        return found
