"""What the standing engine says of a party in a role, as the spells that a dossier keeps."""

from collections.abc import Callable, Iterator
from datetime import date

from compliance.law.facts import Missing, Reason, Spell
from compliance.law.feoc import FeocIndex
from compliance.law.standing import Item, Listed, Standing
from compliance.law.standing import Missing as StandingMissing
from compliance.law.world import Component, Part, Step, World

LISTS = ("154", "1260H", "889", "5949", "UFLPA")
"""The lists that a rule or an advisory asks about in its own name."""

Key = Callable[[str], str]


class Roles:
    """Spells of every (party, item) of a world, computed once each."""

    def __init__(self, world: World) -> None:
        self.index = FeocIndex(world)
        self.names = {party.ref: party.name for party in world.parties}
        self.licences = world.licences
        self._feoc: dict[tuple[str, str, str], tuple[tuple[date | None, Standing], ...]] = {}
        self._listed: dict[tuple[str, str], tuple[tuple[date | None, Listed], ...]] = {}

    def refs(self, ref: str) -> tuple[str, ...]:
        """Refs of the facts that the party's own standing rests on, on any day."""
        found: dict[str, None] = {}
        for _, standing in self.standings(ref, None, None):
            found.update(dict.fromkeys(standing.facts))
        return tuple(found)

    def standings(
        self, ref: str, part: Part | None, component: Component | None
    ) -> tuple[tuple[date | None, Standing], ...]:
        """The party's standing for an item, from each day on which it may change."""
        asked = (ref, part.ref if part else "", component.ref if component else "")
        held = self._feoc.get(asked)
        if held is None:
            item = None if part is None else self.item(ref, part, component)
            days = set(self.index.breakpoints(ref, item))
            held = tuple(
                (day, self.index.standing(ref, day or date.min, item)) for day in starts(days)
            )
            self._feoc[asked] = held
        return held

    def entity(self, ref: str, key: Key) -> tuple[Spell, ...]:
        """The party's standing as an entity, whatever it makes."""
        return merged(spell_of(since, each, key) for since, each in self.standings(ref, None, None))

    def feoc(
        self, ref: str, part: Part, component: Component | None, key: Key
    ) -> tuple[Spell, ...]:
        """The party's standing for a component of a part, or (None) for the part as it assembles
        it."""
        return merged(
            spell_of(since, each, key) for since, each in self.standings(ref, part, component)
        )

    def item(self, ref: str, part: Part, component: Component | None) -> Item:
        """What the item-specific prongs are asked of: the steps, and the licences this party makes
        it under."""
        licences = tuple(
            each
            for each in self.licences
            if (each.licensee == ref and each.part in (None, part.ref))
            or (each.licensee is None and each.part == part.ref)
        )
        return Item(steps_of(ref, part, component), licences, part.licences_complete)

    def listed(self, ref: str, list_key: str, key: Key) -> tuple[Spell, ...]:
        """The party's membership of a list."""
        asked = (ref, list_key)
        held = self._listed.get(asked)
        if held is None:
            days = starts(set(self.index.breakpoints(ref)))
            held = tuple((day, self.index.listed(ref, list_key, day or date.min)) for day in days)
            self._listed[asked] = held
        return merged(list_spell(since, each, key) for since, each in held)


def steps_of(ref: str, part: Part, component: Component | None) -> tuple[Step, ...] | None:
    """The steps told of a component; of a part, its assembly, and that of its cells (attribute
    "cells_in")."""
    if component is not None:
        return component.steps
    if ref == part.cells_by and ref != part.assembler:
        return (Step("assembly", ref, part.attributes.get("cells_in")),)
    return (Step("assembly", part.assembler, part.assembled_in),)


def starts(days: set[date]) -> list[date | None]:
    return [None, *sorted(days)]


def merged(spells: Iterator[Spell]) -> tuple[Spell, ...]:
    """Without the spells that say the same as the one before."""
    kept: list[Spell] = []
    for spell in spells:
        if not kept or kept[-1]._replace(since=spell.since) != spell:
            kept.append(spell)
    return tuple(kept)


def canonical(missing: tuple[StandingMissing, ...], key: Key) -> tuple[Missing, ...]:
    """Facts to ask for, by the dossier's own path: `part.parties.<key>.<kind>`, or `lists.<list
    key>`."""
    found = []
    for each in missing:
        kind, _, rest = each.fact.partition("/")
        ref, _, more = rest.partition("/")
        path = (
            f"lists.{rest.replace('/', '.')}"
            if kind == "list"
            else f"part.parties.{key(ref)}.{kind}"
        )
        found.append(Missing(f"{path}.{more}" if more and kind == "identity" else path, each.says))
    return tuple(found)


def spell_of(since: date | None, standing: Standing, key: Key) -> Spell:
    reasons = tuple(
        Reason(prong.cite, prong.says, prong.answer, tuple(sorted(prong.detail.items())))
        for prong in standing.prongs
    )
    return Spell(since, standing.answer, reasons, standing.flags, canonical(standing.missing, key))


def list_spell(since: date | None, listed: Listed, key: Key) -> Spell:
    return Spell(
        since,
        listed.answer,
        (),
        listed.flags,
        canonical(listed.missing, key),
        listed.how,
        listed.entry,
    )
