"""From a world to dossiers: which facts each line's rules may see.

A line is a battery line when its part is a battery, a cell, or an item that contains one. The lines
below it are read as its composition, with a part's own recorded composition where the BOM says
less. Every other line stands for itself. The counterparty has a dossier of its own, once per
procurement.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from compliance.law.categories import BATTERIES, CELLS, CONTAINERS, KNOWN
from compliance.law.composition import Bill, LineBuilder, licence_order
from compliance.law.facts import Dossier, GroundFact, Kind, ProcurementFacts, WaiverFact
from compliance.law.roles import Roles
from compliance.law.world import Line, Part, Procurement, Waiver, World

__all__ = ["Assembled", "Dossier", "assemble"]

Provenance = Mapping[str, tuple[str, ...]]
"""Dossier path → refs of the world's facts it came from."""


@dataclass(frozen=True, slots=True)
class Assembled:
    """Dossiers by line ref, the counterparty's (None where no counterparty is told), and where
    facts came from.

    provenance: line ref ("" for the counterparty) → path in that dossier → world refs.
    parties: line ref → key in that dossier → party ref.
    """

    lines: Mapping[str, Dossier]
    counterparty: Dossier
    provenance: Mapping[str, Provenance]
    parties: Mapping[str, Mapping[str, str]]

    def battery_lines(self) -> tuple[str, ...]:
        """Refs of the lines that face the battery rules in their own name."""
        kinds = (Kind.BATTERY, Kind.CELL, Kind.CONTAINS)
        return tuple(
            ref
            for ref, each in self.lines.items()
            if each.part.kind in kinds and not each.part.within
        )


def assemble(world: World) -> Assembled:
    """Every dossier of a world. Pure: equal worlds give equal dossiers, whatever their refs."""
    return Assembler(world).run()


class Assembler:
    """Indexes a world once and builds its dossiers line by line."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.roles = Roles(world)
        self.parts = {part.ref: part for part in world.parts}
        self.lines = {line.ref: line for line in world.lines}
        self.below: dict[str, list[Line]] = {}
        for line in world.lines:
            if line.parent is not None and line.alternate_of is None:
                self.below.setdefault(line.parent, []).append(line)
        self.bill = Bill(
            self.parts,
            self.below,
            sorted(world.licences, key=lambda each: licence_order(each, self.roles.names)),
            world.procurement.counterparty,
            self.roles,
        )
        self.procurement = procurement_facts(world, self.parts, self.roles.names)
        self.bought = {
            "procurement": (world.procurement.ref,),
            **{
                f"procurement.waivers.{number}": (each.ref, *each.evidence)
                for number, each in enumerate(in_order(world.procurement.waivers))
            },
        }
        """Where the procurement's facts came from: the same for every line."""
        self.readings = tuple(sorted(world.readings.items()))
        self.kinds = {line.ref: self.kind(line) for line in world.lines}

    def run(self) -> Assembled:
        dossiers: dict[str, Dossier] = {}
        provenance: dict[str, Provenance] = {}
        parties: dict[str, Mapping[str, str]] = {}
        for line in self.world.lines:
            builder = LineBuilder(self.bill)
            dossiers[line.ref] = Dossier(
                builder.build(line, self.kinds[line.ref], self.within(line)),
                self.procurement,
                self.readings,
            )
            provenance[line.ref] = self.bought | builder.provenance
            parties[line.ref] = builder.keys.by_key()
        builder = LineBuilder(self.bill)
        counterparty = Dossier(builder.build_counterparty(), self.procurement, self.readings)
        provenance[""], parties[""] = self.bought | builder.provenance, builder.keys.by_key()
        return Assembled(dossiers, counterparty, provenance, parties)

    def kind(self, line: Line) -> Kind | None:
        """What a line is. One that has a battery or a cell below it contains a battery, whatever
        it is called."""
        part = self.parts[line.part]
        if part.category in CELLS:
            return Kind.CELL
        if part.category in BATTERIES:
            return Kind.BATTERY
        if part.category in CONTAINERS or part.contains_battery is True or self.holds_battery(line):
            return Kind.CONTAINS
        return Kind.OTHER if part.category in KNOWN else None

    def holds_battery(self, line: Line) -> bool:
        todo = list(self.below.get(line.ref, ()))
        while todo:
            below = todo.pop()
            if self.parts[below.part].category in BATTERIES | CELLS:
                return True
            todo.extend(self.below.get(below.ref, ()))
        return False

    def within(self, line: Line) -> bool:
        """Does it sit below a battery line?"""
        above = line.parent
        while above is not None:
            if self.kinds[above] in (Kind.BATTERY, Kind.CELL, Kind.CONTAINS):
                return True
            above = self.lines[above].parent
        return False


def subject_of(
    scope: str, subject: str, parts: Mapping[str, Part], names: Mapping[str, str]
) -> str:
    if scope != "battery" or subject not in parts:
        return subject
    part = parts[subject]
    return f"{part.number}|{names.get(part.maker or '', 'an unnamed party')}"


def in_order(waivers: tuple[Waiver, ...]) -> list[Waiver]:
    """Waivers have no order of their own: by rule, day, grantor."""
    return sorted(waivers, key=lambda w: (w.rule, w.granted, w.grantor, w.ref))


def procurement_facts(
    world: World, parts: Mapping[str, Part], names: Mapping[str, str]
) -> ProcurementFacts:
    """The procurement's own facts, without refs."""
    facts: Procurement = world.procurement
    waivers = tuple(
        WaiverFact(
            f"procurement.waivers.{number}",
            each.rule,
            each.grantor,
            each.scope,
            subject_of(each.scope, each.subject, parts, names),
            each.granted,
            each.ends,
            each.ground,
        )
        for number, each in enumerate(in_order(facts.waivers))
    )
    grounds = tuple(
        sorted(
            GroundFact(
                each.rule,
                each.ground,
                "" if each.part is None else subject_of("battery", each.part, parts, names),
            )
            for each in facts.grounds
        )
    )
    return ProcurementFacts(
        facts.agency,
        facts.program,
        facts.milestone_b,
        facts.reached_milestone_b,
        facts.weapons_systems,
        facts.portfolio_executives,
        facts.award,
        facts.obligation,
        facts.payments,
        facts.delivery,
        facts.renewal,
        facts.contract_signed,
        facts.device,
        facts.setting,
        facts.maintenance,
        facts.rdte,
        facts.fielded_from,
        facts.item,
        tuple(sorted(facts.systems)),
        waivers,
        grounds,
    )
