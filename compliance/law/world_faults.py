"""Ownership that cannot be so: named, so that it is corrected or asked about, never passed over.

`world_checks` refuses what contradicts itself (shares over 100 percent, an end before a beginning).
Here is what reads well, share by share, and has nobody behind it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from compliance.law.ownership.components import components
from compliance.law.ownership.fixed_point import closed_in
from compliance.law.ownership.shares import Shares
from compliance.law.world import Metric, PartyKind, World


@dataclass(frozen=True, slots=True)
class Fault:
    """The code to test by, where it is, what is wrong, and how to put it right."""

    code: str
    where: str
    what: str
    fix: str


def ownership_faults(world: World) -> Iterator[Fault]:
    """Rings that own themselves whole, by metric and from their first day; held governments and
    people. The law carries such a ring as 0 to 100 percent anybody's."""
    shares = Shares(world)
    yield from _held_but_not_companies(world)
    seen: set[tuple[str, ...]] = set()
    for day in [date.min, *sorted(shares.breakpoints(shares.parties()))]:
        for metric in Metric:
            helds = {party: shares.held(party, day, metric) for party in sorted(shares.parties())}
            edges = {party: [link.holder for link in held.links] for party, held in helds.items()}
            for ring in components(edges):
                inside = [party for party in ring if party in helds]
                closed = tuple(sorted(closed_in(inside, helds)))
                if closed and (*closed, metric) not in seen:
                    seen.add((*closed, metric))
                    yield _closed(world, closed, metric)


def _closed(world: World, ring: tuple[str, ...], metric: Metric) -> Fault:
    names = {party.ref: party.name for party in world.parties}
    told = ", ".join(names.get(ref, ref) for ref in ring)
    return Fault(
        "ownership-closed",
        f"party {ring[0]}",
        f"{told}: they hold 100 % of the {metric} of each other, and nobody stands behind them.",
        "Ask who owns them, and correct the stakes.",
    )


def _held_but_not_companies(world: World) -> Iterator[Fault]:
    kinds = {party.ref: party.kind for party in world.parties}
    for stake in world.stakes:
        kind = kinds.get(stake.held)
        if kind in (PartyKind.GOVERNMENT, PartyKind.PERSON):
            yield Fault(
                "held-not-a-company",
                f"stake {stake.ref}",
                f"Nobody holds a share of a {kind}.",
                "Correct the party that is held, or its kind.",
            )
