"""A world's parties in circles: all who hold, control or license one another, at any remove.

Nobody outside a circle has a part in a standing inside it: each is put before the law by itself.
A circle that is met again with the same facts, be it in another bill of materials, is not asked
again: `Circles` keeps what was worked out of those met last.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple

from compliance.law.editions import Editions
from compliance.law.feoc import FeocIndex
from compliance.law.standing import Item, Listed, Standing
from compliance.law.world import ListEdition, Procurement, Step, World

MOST_KEPT = 1_000
"""Circles kept, some 60 kB each; a bill of materials of fifty lines has some fifty."""
MOST_MADE = 2_000
"""Standings for something made that are kept, in all circles together, some 25 kB each. A maker of
ten thousand parts is one circle.
"""
NOTHING_BOUGHT = Procurement(ref="")


class Made(NamedTuple):
    """Something a party made: the part it belongs to, the steps told of it, and its licences'
    closure."""

    part: str
    steps: tuple[Step, ...] | None
    licences_complete: bool | None


class Circle:
    """Standings of every (party, item) of one circle, computed once each.

    world: all that it is told, and so all that a standing in it can rest on. made: how many of the
    standings kept are for something made.
    """

    def __init__(self, world: World, editions: Editions) -> None:
        self.world = world
        self.made = 0
        self.index = FeocIndex(world, editions)
        self._feoc: dict[tuple[str, Made | None], tuple[tuple[date | None, Standing], ...]] = {}
        self._listed: dict[tuple[str, str], tuple[tuple[date | None, Listed], ...]] = {}
        self._refs: dict[str, tuple[str, ...]] = {}

    def refs(self, ref: str) -> tuple[str, ...]:
        """Refs of the facts that the party's own standing rests on, on any day."""
        if ref not in self._refs:
            facts = (fact for _, each in self.standings(ref, None) for fact in each.facts)
            self._refs[ref] = tuple(dict.fromkeys(facts))
        return self._refs[ref]

    def standings(self, ref: str, made: Made | None) -> tuple[tuple[date | None, Standing], ...]:
        """The party's standing for what it made, from each day on which it may change."""
        asked = (ref, made)
        held = self._feoc.get(asked)
        if held is None:
            item = None if made is None else self.item(ref, made)
            days = [None, *self.index.breakpoints(ref, item)]
            held = tuple((day, self.index.standing(ref, day or date.min, item)) for day in days)
            self._feoc[asked] = held
            self.made += made is not None
        return held

    def forget_made(self) -> None:
        """Keep standings for nothing made: they are worked out anew when asked for."""
        self._feoc = {asked: held for asked, held in self._feoc.items() if asked[1] is None}
        self.made = 0

    def item(self, ref: str, made: Made) -> Item:
        """What the item-specific prongs are asked of: steps, and licences this party makes it
        under."""
        licences = tuple(
            each
            for each in self.world.licences
            if (each.licensee == ref and each.part in (None, made.part))
            or (each.licensee is None and each.part == made.part)
        )
        return Item(made.steps, licences, made.licences_complete)

    def listed(self, ref: str, list_key: str) -> tuple[tuple[date | None, Listed], ...]:
        """Is the party on a list, from each day on which that may change."""
        asked = (ref, list_key)
        held = self._listed.get(asked)
        if held is None:
            days = [None, *self.index.breakpoints(ref)]
            held = tuple((day, self.index.listed(ref, list_key, day or date.min)) for day in days)
            self._listed[asked] = held
        return held


class Circles:
    """The circles met last, and the index of the lists that they were held against.

    A circle is found again by all of its facts, never by a digest or a date of them: whatever is
    told otherwise is another circle. Not for two threads at once.
    """

    def __init__(self, most: int = MOST_KEPT, most_made: int = MOST_MADE) -> None:
        self.most, self.most_made = most, most_made
        self._editions = Editions(())
        self._kept: OrderedDict[str, Circle] = OrderedDict()

    def of(self, world: World) -> dict[str, Circle]:
        """Each party of a world, and each that some fact of it names → its circle; "" → a circle
        of nobody, for whoever is not named at all."""
        self._forget_made()
        found = {"": self._circle("", alone(world))}
        for members, told in apart(world):
            circle = self._circle(min(members), told)
            found |= dict.fromkeys(members, circle)
        return found

    def _circle(self, name: str, world: World) -> Circle:
        editions = self._editions_of(world.lists)
        kept = self._kept.get(name)
        # lists have many entries: they are the same only where they are the very same object
        if kept is None or kept.world.lists is not world.lists or kept.world != world:
            kept = self._kept[name] = Circle(world, editions)
        self._kept.move_to_end(name)
        while len(self._kept) > self.most:
            self._kept.popitem(last=False)
        return kept

    def _forget_made(self) -> None:
        """Of the circles met longest ago first, until no more is kept than may be."""
        left = sum(circle.made for circle in self._kept.values())
        for circle in self._kept.values():
            if left > self.most_made:
                left -= circle.made
                circle.forget_made()

    def _editions_of(self, lists: tuple[ListEdition, ...]) -> Editions:
        if self._editions.lists is not lists:
            self._editions = Editions(lists)
        return self._editions


def alone(world: World) -> World:
    """A world without what was bought, and without anybody: its lists, readings and day."""
    return replace(
        world, procurement=NOTHING_BOUGHT, lines=(), parts=(), parties=(), stakes=(),
        disclosures=(), controls=(), licences=(), identities=(), documents=(), backings=(),
    )  # fmt: skip


def apart(world: World) -> Iterator[tuple[frozenset[str], World]]:
    """The members of each circle of a world, and what the world tells of them.

    A licence for whoever makes a part ties its licensor to somebody whom no fact here names: then
    all are one circle, and who is not named at all is in it too.
    """
    circle = _joined(world)
    if any(each.licensee is None for each in world.licences):
        circle = dict.fromkeys((*circle, ""), "")
    nobody = alone(world)
    parties = _by(world.parties, lambda each: circle[each.ref])
    stakes = _by(world.stakes, lambda each: circle[each.held])
    disclosures = _by(world.disclosures, lambda each: circle[each.party])
    controls = _by(world.controls, lambda each: circle[each.controlled])
    licences = _by(world.licences, lambda each: circle[each.licensor])
    identities = _by(world.identities, lambda each: circle[each.party])
    for name, members in _by(circle, circle.__getitem__).items():
        yield (
            frozenset(members),
            replace(
                nobody,
                parties=parties.get(name, ()),
                stakes=stakes.get(name, ()),
                disclosures=disclosures.get(name, ()),
                controls=controls.get(name, ()),
                licences=licences.get(name, ()),
                identities=identities.get(name, ()),
            ),
        )


def _joined(world: World) -> Mapping[str, str]:
    """Each party → the one its circle goes by."""
    leader: dict[str, str] = {}

    def lead(ref: str) -> str:
        found = leader.setdefault(ref, ref)
        while leader[found] != found:
            found = leader[found]
        while leader[ref] != found:
            leader[ref], ref = found, leader[ref]
        return found

    for party in world.parties:
        lead(party.ref)
    for identity in world.identities:
        lead(identity.party)
    for disclosure in world.disclosures:
        lead(disclosure.party)
    for stake in world.stakes:
        leader[lead(stake.holder)] = lead(stake.held)
    for control in world.controls:
        leader[lead(control.controller)] = lead(control.controlled)
    for licence in world.licences:
        leader[lead(licence.licensor)] = lead(licence.licensee or licence.licensor)
    return {ref: lead(ref) for ref in tuple(leader)}


def _by(facts: Iterable[Any], name: Callable[[Any], str]) -> dict[str, tuple[Any, ...]]:
    found: dict[str, list[Any]] = {}
    for fact in facts:
        found.setdefault(name(fact), []).append(fact)
    return {each: tuple(facts) for each, facts in found.items()}
