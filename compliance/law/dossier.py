"""From a world to dossiers: which facts each line's rules may see.

A line is a battery line when its part is a battery, a cell, or an item that contains one. The lines
below it are read as its composition, with a part's own recorded composition where the BOM says
less. Every other line stands for itself. The counterparty has a dossier of its own, once per
procurement.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from compliance.law.categories import BATTERIES, CELLS, CONTAINERS, KNOWN
from compliance.law.circles import Circles
from compliance.law.composition import Bill, LineBuilder, licence_order
from compliance.law.documents import Documents
from compliance.law.facts import (
    Dossier,
    Doubted,
    GroundFact,
    Kind,
    Missing,
    PartFacts,
    ProcurementFacts,
    Unsure,
    WaiverFact,
)
from compliance.law.roles import Roles
from compliance.law.world import Line, Part, Procurement, Waiver, World

__all__ = ["Assembled", "Dossier", "assemble"]

Provenance = Mapping[str, tuple[str, ...]]
"""Dossier path → refs of the world's facts it came from."""


class Bought(NamedTuple):
    """A purchase's own facts, and where they came from: the same for every line."""

    facts: ProcurementFacts
    provenance: dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Assembled:
    """Dossiers by line ref, the counterparty's (None where no counterparty is told), and where
    facts came from.

    provenance: line ref ("" for the counterparty) → path in that dossier → world refs.
    parties: line ref → key in that dossier → party ref. bought: of each purchase asked of besides.
    """

    lines: Mapping[str, Dossier]
    counterparty: Dossier
    provenance: Mapping[str, Provenance]
    parties: Mapping[str, Mapping[str, str]]
    bought: Mapping[str, Bought]

    def battery_lines(self) -> tuple[str, ...]:
        """Refs of the lines that face the battery rules in their own name."""
        kinds = (Kind.BATTERY, Kind.CELL, Kind.CONTAINS)
        return tuple(
            ref
            for ref, each in self.lines.items()
            if each.part.kind in kinds and not each.part.within
        )


def assemble(
    world: World, circles: Circles | None = None, besides: Iterable[Procurement] = ()
) -> Assembled:
    """Every dossier of a world. Pure: equal worlds give equal dossiers, whatever their refs.

    circles: of worlds assembled before, so that whoever is met again is not asked again. besides:
    other purchases of the same lines: of a dossier only the procurement is another then.
    """
    return Assembler(world, Circles() if circles is None else circles).run(besides)


class Assembler:
    """Indexes a world once and builds its dossiers line by line."""

    def __init__(self, told: World, circles: Circles, documents: Documents | None = None) -> None:
        self.documents = Documents(told) if documents is None else documents
        self.world = world = self.documents.feared if documents is None else told
        self.circles = circles
        self.roles = Roles(world, circles)
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
        self.procurement, self.bought = self.bought_in(world.procurement)
        self.readings = tuple(sorted(world.readings.items()))
        self.kinds = {line.ref: self.kind(line) for line in world.lines}
        self.sure: dict[date | None, Assembler] = {}

    def bought_in(self, purchase: Procurement) -> Bought:
        waivers = enumerate(in_order(purchase.waivers))
        sources = {f"procurement.waivers.{n}": (each.ref, *each.evidence) for n, each in waivers}
        return Bought(
            procurement_facts(purchase, self.parts, self.roles.names),
            {"procurement": (purchase.ref,), **sources},
        )

    def run(self, besides: Iterable[Procurement] = ()) -> Assembled:
        dossiers: dict[str, Dossier] = {}
        provenance: dict[str, Provenance] = {}
        parties: dict[str, Mapping[str, str]] = {}
        for line in self.world.lines:
            builder = LineBuilder(self.bill)
            part = builder.build(line, self.kinds[line.ref], self.within(line))
            if self.documents.doubts:
                part = replace(part, doubted=tuple(self.doubted(line, part, builder)))
            dossiers[line.ref] = Dossier(part, self.procurement, self.readings)
            provenance[line.ref] = self.bought | builder.provenance
            parties[line.ref] = builder.keys.by_key()
        builder = LineBuilder(self.bill)
        part = builder.build_counterparty()
        if self.documents.doubts:
            part = replace(part, doubted=tuple(self.doubted(None, part, builder)))
        counterparty = Dossier(part, self.procurement, self.readings)
        provenance[""], parties[""] = self.bought | builder.provenance, builder.keys.by_key()
        bought = {each.ref: self.bought_in(each) for each in besides}
        return Assembled(dossiers, counterparty, provenance, parties, bought)

    def doubted(
        self, line: Line | None, told: PartFacts, builder: LineBuilder
    ) -> Iterator[Doubted]:
        """What is told for certain of a line (None: of the counterparty), from each day on which
        that is less. Parties keep their keys."""
        paths = self.paths(line, builder)
        mine = [each for each in self.documents.doubts if each.about in paths]
        said = told
        for since in sorted({each.since for each in mine}, key=lambda day: day or date.min):
            if since not in self.sure:
                self.sure[since] = Assembler(
                    self.documents.sure(since), self.circles, self.documents
                )
            sure = self.sure[since]
            certain = LineBuilder(sure.bill)
            certain.keys.of = dict(builder.keys.of)
            if line is None:
                part = certain.build_counterparty()
            else:
                part = certain.build(sure.lines[line.ref], sure.kinds[line.ref], sure.within(line))
            if part == said:
                continue
            said = part
            known_on = self.world.known_on
            doubts = [
                Unsure(each.kind, Missing(f"{paths[each.about]}.document", each.says))
                for each in mine
                if each.since is None or (since is not None and each.since <= since)
            ]
            known = since is None or known_on is None or since <= known_on
            yield Doubted(since, known, part, tuple(dict.fromkeys(doubts)))

    def paths(self, line: Line | None, builder: LineBuilder) -> Mapping[str, str]:
        """Ref of each fact that a line's dossier may lean on → where in the dossier that is."""
        found: dict[str, str] = {}
        todo = [] if line is None else [line]
        while todo:
            each = todo.pop()
            part = self.parts[each.part]
            found.setdefault(part.ref, "part.units.0")
            for component in part.components or ():
                found.setdefault(component.ref, "part.units.0")
            todo.extend(self.below.get(each.ref, ()))
        parties = {ref: f"part.parties.{key}" for ref, key in builder.keys.of.items()}
        for ref, path in parties.items():
            for above in self.roles.upstream(ref):
                found.setdefault(above, path)
        for path, refs in builder.provenance.items():
            found |= {ref: path for ref in refs if path != "part" and ref not in parties}
        return found | parties

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
    facts: Procurement, parts: Mapping[str, Part], names: Mapping[str, str]
) -> ProcurementFacts:
    """The procurement's own facts, without refs."""
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
