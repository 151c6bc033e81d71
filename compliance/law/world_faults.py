"""Facts that read well one by one and cannot be so together: named, so that they are corrected.

`world_checks` refuses what contradicts itself (shares over 100 percent, an end before a beginning),
and what is named here. Facts that come in by another road are judged all the same: a ring that owns
itself is carried as 0 to 100 percent anybody's, and flagged.
"""

from collections.abc import Iterable, Iterator
from datetime import date

from compliance.law.ownership.components import components
from compliance.law.ownership.fixed_point import closed_in
from compliance.law.ownership.shares import Shares
from compliance.law.world import Component, Metric, PartyKind, World
from procurement.formats.problem import Problem

RECYCLING = frozenset({"recycling", "reprocessing"})


def faults(world: World) -> Iterator[Problem]:
    """Everything that cannot be so together."""
    yield from ownership_faults(world)
    for part in world.parts:
        for each in part.components or ():
            yield from recycling_faults(each, f"part {part.ref}, {each.name}")


def recycling_faults(component: Component, where: str) -> Iterator[Problem]:
    """Told not to be recycled, with a step that recycled it."""
    if denies_its_steps(component.recycled, (step.kind for step in component.steps or ())):
        what = "It is told not to be recycled, and a step recycled it."
        yield Problem("recycled-differs", where, what, "Correct one of the two.")


def denies_its_steps(recycled: bool | None, kinds: Iterable[str]) -> bool:
    """`kinds`: of the steps that are told."""
    return recycled is False and not RECYCLING.isdisjoint(kinds)


def ownership_faults(world: World) -> Iterator[Problem]:
    """Rings that own themselves whole, by metric and from their first day; held governments and
    people."""
    shares = Shares(world)
    yield from _held_but_not_companies(world)
    above = {party: shares.upstream_once(party, None) for party in sorted(shares.parties())}
    seen: set[tuple[str, ...]] = set()
    for ring in components(above):
        if len(ring) == 1 and ring[0] not in above.get(ring[0], ()):
            continue
        for day in (date.min, *sorted(shares.breakpoints(ring))):
            for metric in Metric:
                helds = {party: shares.held(party, day, metric) for party in ring}
                closed = tuple(sorted(closed_in(ring, helds)))
                if closed and (*closed, metric) not in seen:
                    seen.add((*closed, metric))
                    yield _closed(world, closed, metric)


def _closed(world: World, ring: tuple[str, ...], metric: Metric) -> Problem:
    names = {party.ref: party.name for party in world.parties}
    told = ", ".join(names.get(ref, ref) for ref in ring)
    return Problem(
        "ownership-closed",
        f"party {ring[0]}",
        f"{told}: they hold 100 % of the {metric} of each other, and nobody stands behind them.",
        "Ask who owns them, and correct the stakes.",
    )


def _held_but_not_companies(world: World) -> Iterator[Problem]:
    kinds = {party.ref: party.kind for party in world.parties}
    for stake in world.stakes:
        kind = kinds.get(stake.held)
        if kind in (PartyKind.GOVERNMENT, PartyKind.PERSON):
            yield Problem(
                "held-not-a-company",
                f"stake {stake.ref}",
                f"Nobody holds a share of a {kind}.",
                "Correct the party that is held, or its kind.",
            )
