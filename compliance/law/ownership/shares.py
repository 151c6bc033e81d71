"""A world's stakes, disclosures and controls, read on one day as links between parties."""

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Protocol, TypeVar

from compliance.law.answers import Answer
from compliance.law.ownership.fixed_point import ONE, ZERO, Held, Link
from compliance.law.world import Control, ControlKind, Metric, Nature, Stake, World

HELD_FOR_OTHERS = frozenset({Nature.NOMINEE, Nature.VIE})
UNEXERCISED = frozenset({Nature.OPTION, Nature.CONVERTIBLE})
PASSES_ALL = frozenset({ControlKind.FINDING, ControlKind.CONTRACT, ControlKind.SUBSIDIARY})
"""Control that makes holder and held one, as a majority does (law.md 3.3(e), (f); our reading)."""


Fact = TypeVar("Fact")


class Dated(Protocol):
    @property
    def true_from(self) -> date | None: ...
    @property
    def true_to(self) -> date | None: ...


def in_force(fact: Dated, on: date) -> bool:
    """The fact is so on that day; its last day is the one before `true_to`."""
    return (fact.true_from is None or fact.true_from <= on) and (
        fact.true_to is None or on < fact.true_to
    )


class Shares:
    """Who holds whom in one world; ask for a day. Facts are looked up by the party held."""

    def __init__(self, world: World) -> None:
        self.stakes = _by(world.stakes, lambda stake: stake.held)
        self.disclosures = _by(world.disclosures, lambda each: each.party)
        self.controls = _by(world.controls, lambda control: control.controlled)

    def parties(self) -> set[str]:
        """Every party that someone is said to hold, or to control, or whose holders are told."""
        return {*self.stakes, *self.disclosures, *self.controls}

    def holders(self) -> set[str]:
        """Every party that is said to hold or control someone."""
        stakes = {each.holder for stakes in self.stakes.values() for each in stakes}
        return stakes | {each.controller for found in self.controls.values() for each in found}

    def upstream(self, party: str, on: date | None = None) -> set[str]:
        """The party and whoever holds or controls it at any remove on a day. Without a day: ever,
        and whomever it succeeds."""
        seen, frontier = {party}, [party]
        while frontier:
            above = self.upstream_once(frontier.pop(), on) - seen
            frontier.extend(above)
            seen |= above
        return seen

    def upstream_once(self, party: str, on: date | None = None) -> set[str]:
        """As `upstream`, one step up, without the party."""
        stakes: Iterable[Stake] = self.stakes.get(party, ())
        controls: Iterable[Control] = self.controls.get(party, ())
        if on is None:
            return {each.holder for each in stakes} | {each.controller for each in controls}
        return {each.holder for each in stakes if in_force(each, on)} | {
            each.controller
            for each in controls
            if each.kind is not ControlKind.SUCCESSOR and in_force(each, on)
        }

    def facts(self, parties: Iterable[str], on: date, metric: Metric | None) -> set[str]:
        """Refs of what is said on that day of who holds these parties; `None`: on any metric."""
        found = set()
        for party in parties:
            for stake in self.stakes.get(party, ()):
                if in_force(stake, on) and metric in (None, stake.metric):
                    found.add(stake.ref)
            for each in self.disclosures.get(party, ()):
                if in_force(each, on) and (metric is None or each.metric in (None, metric)):
                    found.add(each.ref)
            for control in self.controls.get(party, ()):
                if in_force(control, on):
                    found.add(control.ref)
        return found

    def breakpoints(self, parties: Iterable[str]) -> set[date]:
        """Every day on which something said of who holds these parties begins or ends."""
        days: set[date | None] = set()
        for party in parties:
            facts: list[Dated] = [
                *self.stakes.get(party, ()),
                *self.disclosures.get(party, ()),
                *self.controls.get(party, ()),
            ]
            for fact in facts:
                days |= {fact.true_from, fact.true_to}
        return {day for day in days if day is not None}

    def held(self, party: str, on: date, metric: Metric) -> Held:
        """Who holds the party on one metric. What no stake and no disclosure covers is open."""
        low: dict[str, Fraction] = {}
        high: dict[str, Fraction] = {}
        hidden = ZERO
        joint = True
        for stake in self.stakes.get(party, ()):
            if stake.metric is not metric or not in_force(stake, on):
                continue
            if stake.nature in HELD_FOR_OTHERS:
                hidden += part(stake.high)
                continue
            if stake.nature is Nature.NON_VOTING and metric is not Metric.EQUITY:
                continue
            unexercised = stake.nature in UNEXERCISED
            joint = joint and not unexercised
            least = ZERO if unexercised else part(stake.low)
            low[stake.holder] = low.get(stake.holder, ZERO) + least
            high[stake.holder] = high.get(stake.holder, ZERO) + part(stake.high)
        told = [
            part(each.complete_to)
            for each in self.disclosures.get(party, ())
            if each.metric in (None, metric) and in_force(each, on)
        ]
        left = ONE - sum(low.values(), ZERO)
        undisclosed = ONE - max(told, default=ZERO) + hidden
        control = self.control(party, on)
        return Held(
            links=tuple(
                Link(
                    holder,
                    low.get(holder, ZERO),
                    min(ONE, high.get(holder, ZERO)),
                    control.get(holder, Answer.NO),
                )
                for holder in {**high, **control}
                if high.get(holder) or holder in control
            ),
            open=max(ZERO, min(left, undisclosed)),
            joint=joint,
        )

    def widest(self, party: str, on: date) -> Held:
        """The largest share of each holder on any metric, as one conservative reading has it."""
        on_each = [self.held(party, on, metric) for metric in Metric]
        links: dict[str, Link] = {}
        for link in (link for held in on_each for link in held.links):
            other = links.get(link.holder, link)
            links[link.holder] = Link(
                link.holder,
                max(link.low, other.low),
                max(link.high, other.high),
                link.control,
            )
        return Held(tuple(links.values()), max(held.open for held in on_each), joint=False)

    def control(self, party: str, on: date) -> dict[str, Answer]:
        """Who controls the party otherwise than by shares; those who do not are left out."""
        found: dict[str, Answer] = {}
        for control in self.controls.get(party, ()):
            if control.kind in PASSES_ALL and in_force(control, on) and control.holds is not False:
                answer = Answer.of(control.holds)
                found[control.controller] = max(answer, found.get(control.controller, answer))
        return found


def part(percent: Decimal) -> Fraction:
    """A percentage as a part of one, exactly."""
    return Fraction(percent) / 100


def _by(facts: Iterable[Fact], key: Callable[[Fact], str]) -> dict[str, list[Fact]]:
    found: dict[str, list[Fact]] = {}
    for fact in facts:
        found.setdefault(key(fact), []).append(fact)
    return found
