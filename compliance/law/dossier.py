"""From a world to dossiers: which facts each line's rules may see.

A line is a battery line when its part is a battery, a cell, or an item that contains one. The
lines below it are read as its composition, with a part's own recorded composition where the BOM
says less. Every other line stands for itself. The counterparty has a dossier of its own, once per
procurement.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from compliance.law.categories import BATTERIES, CELLS, CONTAINERS, KNOWN
from compliance.law.facts import (
    Dossier,
    GroundFact,
    Input,
    Kind,
    LicenceFact,
    PartFacts,
    ProcurementFacts,
    StepFact,
    Unit,
    Use,
    WaiverFact,
)
from compliance.law.roles import LISTS, Roles
from compliance.law.world import Component, Line, Part, Procurement, World

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
        self.procurement = procurement_facts(world, self.parts, self.roles.names)
        self.readings = tuple(sorted(world.readings.items()))
        self.kinds = {line.ref: self.kind(line) for line in world.lines}

    def run(self) -> Assembled:
        dossiers: dict[str, Dossier] = {}
        provenance: dict[str, Provenance] = {}
        parties: dict[str, Mapping[str, str]] = {}
        for line in self.world.lines:
            builder = LineBuilder(self)
            dossiers[line.ref] = Dossier(builder.build(line), self.procurement, self.readings)
            provenance[line.ref], parties[line.ref] = builder.provenance, builder.keys.by_key()
        builder = LineBuilder(self)
        counterparty = Dossier(builder.build_counterparty(), self.procurement, self.readings)
        provenance[""], parties[""] = builder.provenance, builder.keys.by_key()
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


class Keys:
    """Canonical party keys of one dossier, in order of first mention."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self.names = names
        self.of: dict[str, str] = {}

    def key(self, ref: str) -> str:
        return self.of.setdefault(ref, f"p{len(self.of) + 1}")

    def by_key(self) -> dict[str, str]:
        return {key: ref for ref, key in self.of.items()}


class LineBuilder:
    """Builds the dossier of one line."""

    def __init__(self, world: Assembler) -> None:
        self.all = world
        self.keys = Keys(world.roles.names)
        self.provenance: dict[str, tuple[str, ...]] = {}

    def build(self, line: Line) -> PartFacts:
        part = self.all.parts[line.part]
        kind = self.all.kinds[line.ref]
        within = self.all.within(line)
        units: tuple[Unit, ...]
        item_maker = None
        contained = kind is Kind.CONTAINS
        if contained:
            item_maker = self.use(part.maker, part, None)
            inner = self.batteries(line)
            units = tuple(
                self.unit(number, each, self.all.parts[each.part], embedded=True)
                for number, each in enumerate(inner)
            ) or (self.unit(0, line, part, embedded=True),)
        else:
            units = (self.unit(0, line, part, embedded=False),)
        self.provenance["part"] = (line.ref, part.ref)
        return self.facts(label(part), kind, within, units, item_maker, contained)

    def build_counterparty(self) -> PartFacts:
        ref = self.all.world.procurement.counterparty
        use = (
            None
            if ref is None
            else Use(self.keys.key(ref), self.all.roles.entity(ref, self.keys.key))
        )
        name = "the counterparty" if ref is None else self.all.roles.names.get(ref, ref)
        unit = Unit("part.units.0", name, "", None, maker=use)
        if ref is not None:
            self.provenance["part.units.0.maker"] = (ref,)
        return self.facts(name, Kind.COUNTERPARTY, False, (unit,), None, False)

    def facts(
        self,
        name: str,
        kind: Kind | None,
        within: bool,
        units: tuple[Unit, ...],
        item_maker: Use | None,
        contained: bool,
    ) -> PartFacts:
        named = dict(self.keys.of)
        lists = {
            key: {
                mine: self.all.roles.listed(ref, key, self.keys.key) for ref, mine in named.items()
            }
            for key in LISTS
        }
        parties = {mine: self.all.roles.names.get(ref, ref) for ref, mine in self.keys.of.items()}
        for ref, mine in named.items():
            self.provenance[f"part.parties.{mine}"] = (ref, *self.all.roles.refs(ref))
        return PartFacts(name, kind, within, units, item_maker, contained, parties, lists)

    def batteries(self, line: Line) -> list[Line]:
        """The batteries and cells below an item, the topmost of each branch."""
        found: list[Line] = []
        for below in self.all.below.get(line.ref, ()):
            if self.all.parts[below.part].category in BATTERIES | CELLS:
                found.append(below)
            else:
                found.extend(self.batteries(below))
        return found

    def use(self, ref: str | None, part: Part, component: Component | None) -> Use | None:
        """A party in a role for a component, or (None) for the part as a whole."""
        if ref is None:
            return None
        return Use(self.keys.key(ref), self.all.roles.feoc(ref, part, component, self.keys.key))

    def unit(self, number: int, line: Line, part: Part, *, embedded: bool) -> Unit:
        path = f"part.units.{number}"
        assembled: list[Part] = []
        inputs, complete = self.composition(line, part, (), Decimal(1), assembled)
        cells = self.cells(part, assembled)
        kept = (
            None
            if inputs is None
            else tuple(
                each._replace(path=f"{path}.inputs.{index}")
                for index, each in enumerate(sorted(inputs, key=order))
            )
        )
        makers = [part, *assembled]
        self.provenance[path] = (part.ref, line.ref)
        licences, all_told = self.licences(path, makers, inputs or [])
        return Unit(
            path,
            label(part),
            part.number,
            part.category,
            chemistry_of(makers),
            self.use(part.maker, part, None),
            self.use(part.assembler, part, None),
            part.assembled_in,
            cells,
            kept,
            complete,
            licences,
            all_told,
            part.cots,
            embedded,
            part.attributes.get("material", ""),
            tuple(sorted(part.attributes.items())),
        )

    def cells(self, part: Part, assembled: list[Part]) -> tuple[Use, ...] | None:
        """Who makes the cells; None where somebody of them is not told."""
        if part.category in CELLS:
            refs = [part.assembler or part.maker]
        elif part.cells_by is not None:
            refs = [part.cells_by]
        else:
            refs = [
                each.cells_by or each.assembler or each.maker
                for each in assembled
                if each.category in CELLS
            ]
        uses = [self.use(ref, part, None) for ref in dict.fromkeys(refs)]
        if not uses or None in uses:
            return None
        return tuple(use for use in uses if use is not None)

    def composition(
        self,
        line: Line | None,
        part: Part,
        via: tuple[str, ...],
        times: Decimal | None,
        assembled: list[Part],
    ) -> tuple[list[Input] | None, bool | None]:
        """What a part is made of, for one of the line: lines below first, then its recorded
        composition.

        assembled: collects the batteries and cells found inside. The second value: is it all there
        is?
        """
        found: list[Input] = []
        below = self.all.below.get(line.ref, ()) if line is not None else ()
        complete = part.complete
        inner_told: list[bool | None] = []
        for each in below:
            inner = self.all.parts[each.part]
            quantity = None if each.quantity is None or times is None else each.quantity * times
            if inner.category in BATTERIES | CELLS or self.all.below.get(each.ref):
                if inner.category in BATTERIES | CELLS:
                    assembled.append(inner)
                    mine = [ref for ref in (inner.assembler, inner.maker) if ref is not None]
                    deeper = (*via, *(self.keys.key(ref) for ref in dict.fromkeys(mine)))
                else:
                    deeper = via
                inputs, told = self.composition(each, inner, deeper, quantity, assembled)
                inner_told.append(told if inputs is not None else None)
                found.extend(inputs or ())
            else:
                found.append(self.line_input(each, inner, via, quantity))
        recorded = self.recorded(part, via, times)
        if not below:
            return recorded, complete
        if any(told is not None for told in inner_told):
            complete = True if all(told is True for told in inner_told) else None
        if recorded is not None and not inner_told:
            found.extend(recorded)
        return found, complete

    def recorded(
        self, part: Part, via: tuple[str, ...], times: Decimal | None
    ) -> list[Input] | None:
        """A part's own recorded composition."""
        if part.components is None:
            return None
        cells = part.cells_by if part.category not in CELLS else None
        through = via if cells is None else (*via, self.keys.key(cells))
        return [self.component(each, part, through, times) for each in part.components]

    def component(
        self, each: Component, part: Part, via: tuple[str, ...], times: Decimal | None
    ) -> Input:
        steps = None
        if each.steps is not None:
            steps = tuple(
                StepFact(step.kind, self.use(step.party, part, each), step.country)
                for step in each.steps
            )
        cost = None if each.cost is None or times is None else each.cost * times
        self.provenance[f"component:{each.name}"] = (each.ref, *each.evidence)
        return Input(
            "",
            each.name,
            each.category,
            cost,
            each.currency,
            each.cost_basis,
            each.quantity,
            self.use(each.source, part, each),
            steps,
            each.recycled,
            each.custody,
            each.material,
            (),
            via,
        )

    def line_input(
        self, line: Line, part: Part, via: tuple[str, ...], quantity: Decimal | None
    ) -> Input:
        """A line below, read as a component: its maker is the source, its price the cost."""
        cost = None if line.unit_cost is None or quantity is None else line.unit_cost * quantity
        steps = None
        if part.assembled_in is not None:
            by = part.assembler or part.maker
            steps = (StepFact("manufacture", self.use(by, part, None), part.assembled_in),)
        self.provenance[f"component:{label(part)}"] = (line.ref, part.ref)
        return Input(
            "",
            label(part),
            part.category,
            cost,
            line.currency,
            "unit_cost",
            quantity,
            self.use(part.maker, part, None),
            steps,
            None if steps is None else False,
            None,
            part.attributes.get("material", ""),
            tuple(sorted(part.attributes.items())),
            via,
        )

    def licences(
        self, path: str, makers: list[Part], inputs: list[Input]
    ) -> tuple[tuple[LicenceFact, ...], bool | None]:
        """Technology licences under which the unit, its cells or its components are made."""
        parts = {part.ref for part in makers}
        firms = {
            ref
            for part in makers
            for ref in (part.maker, part.assembler, part.cells_by)
            if ref is not None
        }
        by_key = self.keys.by_key()
        sources = {by_key[each.source.party] for each in inputs if each.source is not None}
        found: list[tuple[tuple[str, ...], LicenceFact]] = []
        for licence in self.all.world.licences:
            own = licence.part in parts or (licence.part is None and licence.licensee in firms)
            if not own and not (licence.part is None and licence.licensee in sources):
                continue
            licensor = licence.licensor
            use = Use(self.keys.key(licensor), self.all.roles.entity(licensor, self.keys.key))
            fact = LicenceFact("", use, not own, licence.true_from, licence.true_to)
            found.append(((licence.ref, *licence.evidence), fact))
        kept = []
        for number, (refs, fact) in enumerate(
            sorted(found, key=lambda each: licence_order(each[1], self.keys))
        ):
            kept.append(fact._replace(path=f"{path}.licences.{number}"))
            self.provenance[f"{path}.licences.{number}"] = refs
        told = [part.licences_complete for part in makers]
        return tuple(kept), False if False in told else None if None in told else True


def licence_order(fact: LicenceFact, keys: Keys) -> tuple[str, bool, date, date]:
    return (
        fact.licensor.party,
        fact.component,
        fact.true_from or date.min,
        fact.true_to or date.max,
    )


def order(each: Input) -> tuple[str, str, str, str]:
    """Composition has no order of its own: by category, name, cost, source."""
    return (
        each.category or "",
        each.name,
        "" if each.cost is None else f"{each.cost:f}",
        "" if each.source is None else each.source.party,
    )


def label(part: Part) -> str:
    """What a person calls the part."""
    return part.name or part.number


def chemistry_of(parts: list[Part]) -> str | None:
    """The unit's own chemistry, else that of the cells inside it."""
    return next((part.chemistry for part in parts if part.chemistry is not None), None)


def subject_of(
    scope: str, subject: str, parts: Mapping[str, Part], names: Mapping[str, str]
) -> str:
    if scope != "battery" or subject not in parts:
        return subject
    part = parts[subject]
    return f"{part.number}|{names.get(part.maker or '', 'an unnamed party')}"


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
        for number, each in enumerate(
            sorted(facts.waivers, key=lambda w: (w.rule, w.granted, w.grantor, w.ref))
        )
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
