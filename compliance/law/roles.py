"""What the standing engine says of a party in a role, as the spells that a dossier keeps."""

from collections.abc import Callable, Iterator
from datetime import date

from compliance.law import facts
from compliance.law.circles import Circle, Circles, Made
from compliance.law.facts import Missing, Reason, Spell
from compliance.law.standing import Listed, Prong, Standing
from compliance.law.standing import Missing as StandingMissing
from compliance.law.world import World

LISTS = ("154", "1260H", "889", "5949", "UFLPA")
"""The lists that a rule or an advisory asks about in its own name."""

Key = Callable[[str], str]


class Roles:
    """Spells of every (party, item) of a world."""

    def __init__(self, world: World, circles: Circles) -> None:
        self.names = {party.ref: party.name for party in world.parties}
        self.circles = circles.of(world)

    def circle(self, ref: str) -> Circle:
        return self.circles.get(ref) or self.circles[""]

    def refs(self, ref: str) -> tuple[str, ...]:
        """Refs of the facts that the party's own standing rests on, on any day."""
        return self.circle(ref).refs(ref)

    def upstream(self, ref: str) -> set[str]:
        """The party, and whoever ever held or controlled it at any remove."""
        return self.circle(ref).index.shares.upstream(ref)

    def feoc(self, ref: str, made: Made | None, key: Key) -> tuple[Spell, ...]:
        """The party's standing for what it made or, with None, as an entity."""
        held = self.circle(ref).standings(ref, made)
        return merged(spell_of(since, each, key) for since, each in held)

    def item_fact(self, ref: str, made: Made, key: Key) -> facts.Item:
        """The same as a dossier keeps it."""
        item = self.circle(ref).item(ref, made)
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
        held = self.circle(ref).listed(ref, list_key)
        return merged(list_spell(since, each, key) for since, each in held)


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
