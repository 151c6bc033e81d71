"""What the standing engine says of a party in a role, as the spells that a dossier keeps."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import NamedTuple

from compliance.law import facts
from compliance.law.facts import Missing, Reason, Spell
from compliance.law.feoc import FeocIndex
from compliance.law.standing import Item, Listed, Prong, Standing
from compliance.law.standing import Missing as StandingMissing
from compliance.law.world import Step, World

LISTS = ("154", "1260H", "889", "5949", "UFLPA")
"""The lists that a rule or an advisory asks about in its own name."""

Key = Callable[[str], str]


class Made(NamedTuple):
    """Something a party made: the part it belongs to, the steps told of it, and its licences'
    closure."""

    part: str
    steps: tuple[Step, ...] | None
    licences_complete: bool | None


class Roles:
    """Spells of every (party, item) of a world, computed once each."""

    def __init__(self, world: World) -> None:
        self.index = FeocIndex(world)
        self.names = {party.ref: party.name for party in world.parties}
        self.licences = world.licences
        self._feoc: dict[tuple[str, Made | None], tuple[tuple[date | None, Standing], ...]] = {}
        self._listed: dict[tuple[str, str], tuple[tuple[date | None, Listed], ...]] = {}

    def refs(self, ref: str) -> tuple[str, ...]:
        """Refs of the facts that the party's own standing rests on, on any day."""
        found: dict[str, None] = {}
        for _, standing in self.standings(ref, None):
            found.update(dict.fromkeys(standing.facts))
        return tuple(found)

    def standings(self, ref: str, made: Made | None) -> tuple[tuple[date | None, Standing], ...]:
        """The party's standing for what it made, from each day on which it may change."""
        asked = (ref, made)
        held = self._feoc.get(asked)
        if held is None:
            item = None if made is None else self.item(ref, made)
            days = starts(set(self.index.breakpoints(ref, item)))
            held = tuple((day, self.index.standing(ref, day or date.min, item)) for day in days)
            self._feoc[asked] = held
        return held

    def feoc(self, ref: str, made: Made | None, key: Key) -> tuple[Spell, ...]:
        """The party's standing for what it made or, with None, as an entity."""
        return merged(spell_of(since, each, key) for since, each in self.standings(ref, made))

    def item(self, ref: str, made: Made) -> Item:
        """What the item-specific prongs are asked of: steps, and licences this party makes it
        under."""
        licences = tuple(
            each
            for each in self.licences
            if (each.licensee == ref and each.part in (None, made.part))
            or (each.licensee is None and each.part == made.part)
        )
        return Item(made.steps, licences, made.licences_complete)

    def item_fact(self, ref: str, made: Made, key: Key) -> facts.Item:
        """The same as a dossier keeps it."""
        item = self.item(ref, made)
        steps = None
        if item.steps is not None:
            steps = tuple(
                (step.kind, None if step.party is None else key(step.party), step.country)
                for step in item.steps
            )
        contracts = tuple(
            facts.Contract(
                key(each.licensor),
                None if each.licensee is None else key(each.licensee),
                tuple(sorted(each.reserved.items())),
                tuple(sorted(each.controls.items())),
                each.true_from,
                each.true_to,
            )
            for each in item.licences
        )
        return facts.Item(steps, contracts, item.licences_complete)

    def listed(self, ref: str, list_key: str, key: Key) -> tuple[Spell, ...]:
        """The party's membership of a list."""
        asked = (ref, list_key)
        held = self._listed.get(asked)
        if held is None:
            days = starts(set(self.index.breakpoints(ref)))
            held = tuple((day, self.index.listed(ref, list_key, day or date.min)) for day in days)
            self._listed[asked] = held
        return merged(list_spell(since, each, key) for since, each in held)


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
    return Spell(
        since,
        standing.answer,
        tuple(reason_of(prong) for prong in standing.prongs),
        standing.flags,
        canonical(standing.missing, key),
        premises=tuple(reason_of(prong) for prong in standing.premises),
    )


def reason_of(prong: Prong) -> Reason:
    return Reason(prong.cite, prong.says, prong.answer, tuple(sorted(prong.detail.items())))


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
