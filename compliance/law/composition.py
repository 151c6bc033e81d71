"""How one line's dossier is built: its units, what is in them, and who stands in which role."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from compliance.law.categories import BATTERIES, CELLS
from compliance.law.circles import Made
from compliance.law.facts import (
    ITEM,
    Input,
    Item,
    Kind,
    LicenceFact,
    PartFacts,
    StepFact,
    Unit,
    Use,
)
from compliance.law.roles import LISTS, Roles
from compliance.law.world import Component, Licence, Line, Part, Step

Traced = tuple[Input, tuple[str, ...]]
"""An input, and the world's facts it came from."""

NONE: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Bill:
    """A world indexed for building: parts by ref, lines below each line, licences in canonical
    order."""

    parts: Mapping[str, Part]
    below: Mapping[str, list[Line]]
    licences: list[Licence]
    counterparty: str | None
    roles: Roles


class Keys:
    """Canonical keys of one dossier's parties and items, in order of first mention."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self.names = names
        self.of: dict[str, str] = {}
        self.items: dict[Item, str] = {}

    def key(self, ref: str) -> str:
        return self.of.setdefault(ref, f"p{len(self.of) + 1}")

    def item(self, item: Item) -> str:
        return self.items.setdefault(item, f"i{len(self.items) + 1}")

    def by_key(self) -> dict[str, str]:
        return {key: ref for ref, key in self.of.items()}


class LineBuilder:
    """Builds the dossier of one line."""

    def __init__(self, bill: Bill) -> None:
        self.all = bill
        self.keys = Keys(bill.roles.names)
        self.provenance: dict[str, tuple[str, ...]] = {}

    def build(self, line: Line, kind: Kind | None, within: bool) -> PartFacts:
        part = self.all.parts[line.part]
        units: tuple[Unit, ...]
        item_maker, item = None, None
        contained = kind is Kind.CONTAINS
        if contained:
            item_maker = self.entity(part.maker)
            inner = self.batteries(line)
            units = tuple(
                self.unit(number, each, self.all.parts[each.part], embedded=True)
                for number, each in enumerate(inner)
            ) or (self.unknown_battery(line, part),)
            item = self.item(line, part)
        else:
            units = (self.unit(0, line, part, embedded=False),)
        self.provenance["part"] = (line.ref, part.ref)
        return self.facts(label(part), kind, within, units, item_maker, contained, item)

    def build_counterparty(self) -> PartFacts:
        ref = self.all.counterparty
        use = self.entity(ref)
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
        item: Unit | None = None,
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
        items = {key: item for item, key in self.keys.items.items()}
        return PartFacts(
            name, kind, within, units, item_maker, contained, parties, lists, items, item
        )

    def item(self, line: Line, part: Part) -> Unit:
        """The item that contains the batteries, in its own right: its makers, what is told of it,
        and all inside it that is neither a battery nor in one."""
        self.provenance[ITEM] = (part.ref, line.ref)
        inside = [*self.inside(line), *(self.recorded(part, (), Decimal(1)) or ())]
        kept = []
        for number, (each, refs) in enumerate(inside):
            path = f"{ITEM}.inputs.{number}"
            self.provenance[path] = refs
            kept.append(each._replace(path=path))
        return Unit(
            ITEM,
            label(part),
            part.number,
            part.category,
            maker=self.entity(part.maker),
            assembler=self.entity(part.assembler),
            assembled_in=part.assembled_in,
            inputs=tuple(kept) if kept or part.components is not None else None,
            complete=part.complete,
            cots=part.cots,
            material=part.attributes.get("material", ""),
            attributes=tuple(sorted(part.attributes.items())),
        )

    def inside(self, line: Line) -> list[Traced]:
        """Every line below an item, at any depth, with what is recorded of its part; a battery and
        what is below it are told elsewhere.

        An assembly is kept beside its own parts: a module and the chips on it may have different
        makers.
        """
        found: list[Traced] = []
        for each in self.all.below.get(line.ref, ()):
            inner = self.all.parts[each.part]
            if inner.category not in BATTERIES | CELLS:
                found.append(self.line_input(each, inner, (), each.quantity))
                found.extend(self.recorded(inner, (), None) or ())
                found.extend(self.inside(each))
        return found

    def batteries(self, line: Line) -> list[Line]:
        """The batteries and cells below an item, the topmost of each branch."""
        found: list[Line] = []
        for below in self.all.below.get(line.ref, ()):
            if self.all.parts[below.part].category in BATTERIES | CELLS:
                found.append(below)
            else:
                found.extend(self.batteries(below))
        return found

    def entity(self, ref: str | None) -> Use | None:
        """A party as an entity, whatever it makes."""
        return None if ref is None else self.known(ref)

    def known(self, ref: str) -> Use:
        return Use(self.keys.key(ref), self.all.roles.feoc(ref, None, self.keys.key))

    def use(self, ref: str | None, made: Made) -> Use | None:
        """A party in a role for something it made."""
        if ref is None:
            return None
        key = self.keys.key(ref)
        item = self.keys.item(self.all.roles.item_fact(ref, made, self.keys.key))
        return Use(key, self.all.roles.feoc(ref, made, self.keys.key), item)

    def unknown_battery(self, line: Line, part: Part) -> Unit:
        """The battery in an item of which only the item is told, with what is told of it there."""
        unit = self.unit(0, line, part, embedded=True)
        return unit._replace(maker=None, assembler=None, assembled_in=None)

    def unit(self, number: int, line: Line, part: Part, *, embedded: bool) -> Unit:
        path = f"part.units.{number}"
        self.provenance[path] = (part.ref, line.ref)
        maker, assembler = self.use(part.maker, made(part)), self.use(part.assembler, made(part))
        assembled: list[Part] = []
        inputs, complete = self.composition(line, part, (), Decimal(1), assembled)
        kept = None
        if inputs is not None:
            kept = tuple(
                each._replace(path=f"{path}.inputs.{index}")
                for index, (each, _) in enumerate(inputs)
            )
            for index, (_, refs) in enumerate(inputs):
                self.provenance[f"{path}.inputs.{index}"] = refs
        makers = [part, *assembled]
        cells = self.cells(part, assembled)
        licences, all_told = self.licences(path, makers, kept or ())
        return Unit(
            path,
            label(part),
            part.number,
            part.category,
            next((each.chemistry for each in makers if each.chemistry is not None), None),
            maker,
            assembler,
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
            uses = [self.use(part.assembler or part.maker, made(part))]
        elif part.cells_by is not None:
            step = Step("assembly", part.cells_by, part.attributes.get("cells_in"))
            uses = [self.use(part.cells_by, Made(part.ref, (step,), part.licences_complete))]
        else:
            cells = [each for each in assembled if each.category in CELLS]
            uses = [self.use(each.assembler or each.maker, made(each)) for each in cells]
        if not uses or None in uses:
            return None
        return tuple(dict.fromkeys(use for use in uses if use is not None))

    def composition(
        self,
        line: Line | None,
        part: Part,
        via: tuple[str, ...],
        times: Decimal | None,
        assembled: list[Part],
    ) -> tuple[list[Traced] | None, bool | None]:
        """What a part is made of, for one of the line: lines below first, then its recorded
        composition.

        assembled: collects the batteries and cells found inside. The second value: is it all there
        is?
        """
        found: list[Traced] = []
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
        if inner_told:
            complete = True if all(told is True for told in inner_told) else None
        elif recorded is not None:
            found.extend(recorded)
        return found, complete

    def recorded(
        self, part: Part, via: tuple[str, ...], times: Decimal | None
    ) -> list[Traced] | None:
        """A part's own recorded composition, in an order that depends on nothing but its
        content."""
        if part.components is None:
            return None
        if part.cells_by is not None and part.category not in CELLS:
            via = (*via, self.keys.key(part.cells_by))
        names = self.all.roles.names
        ordered = sorted(
            part.components,
            key=lambda each: (
                each.category,
                each.name,
                str(each.cost),
                names.get(each.source or "", ""),
            ),
        )
        return [self.component(each, part, via, times) for each in ordered]

    def component(
        self,
        each: Component,
        part: Part,
        via: tuple[str, ...],
        times: Decimal | None,
        attributes: Mapping[str, str] = NONE,
    ) -> Traced:
        how = Made(part.ref, each.steps, part.licences_complete)
        source = self.use(each.source, how)
        steps = None
        if each.steps is not None:
            steps = tuple(
                StepFact(step.kind, self.use(step.party, how), step.country) for step in each.steps
            )
        cost = None if each.cost is None or times is None else each.cost * times
        found = Input(
            "",
            each.name,
            each.category or None,
            cost,
            each.currency or None,
            each.cost_basis,
            each.quantity,
            source,
            steps,
            each.recycled,
            each.custody,
            each.material,
            tuple(sorted(attributes.items())),
            via,
        )
        return found, (each.ref, *each.evidence)

    def line_input(
        self, line: Line, part: Part, via: tuple[str, ...], quantity: Decimal | None
    ) -> Traced:
        """A line below, read as a component: its maker is the source, its price the cost."""
        by = part.assembler or part.maker
        as_component = Component(
            line.ref,
            label(part),
            part.category or "",
            line.unit_cost,
            line.currency or "",
            "unit cost",
            quantity,
            part.maker,
            None if part.assembled_in is None else (Step("assembly", by, part.assembled_in),),
            None,
            None,
            part.attributes.get("material", ""),
            (part.ref,),
        )
        return self.component(as_component, part, via, quantity, part.attributes)

    def licences(
        self, path: str, makers: list[Part], inputs: tuple[Input, ...]
    ) -> tuple[tuple[LicenceFact, ...], bool | None]:
        """Technology licences under which the unit, its cells or its components are made."""
        parts = {part.ref for part in makers}
        firms = {
            ref for part in makers for ref in (part.maker, part.assembler, part.cells_by) if ref
        }
        by_key = self.keys.by_key()
        sources = {by_key[each.source.party] for each in inputs if each.source is not None}
        kept: list[LicenceFact] = []
        for licence in self.all.licences:
            own = licence.part in parts or (licence.part is None and licence.licensee in firms)
            if not own and not (licence.part is None and licence.licensee in sources):
                continue
            where = f"{path}.licences.{len(kept)}"
            self.provenance[where] = (licence.ref, *licence.evidence)
            days = licence.true_from, licence.true_to
            kept.append(LicenceFact(where, self.known(licence.licensor), not own, *days))
        told = [part.licences_complete for part in makers]
        return tuple(kept), False if False in told else None if None in told else True


def made(part: Part) -> Made:
    """A part as its assembler made it."""
    step = Step("assembly", part.assembler, part.assembled_in)
    return Made(part.ref, (step,), part.licences_complete)


def licence_order(licence: Licence, names: Mapping[str, str]) -> tuple[str, str, date, date]:
    """By content, never by ref."""
    days = licence.true_from or date.min, licence.true_to or date.max
    return (names.get(licence.licensor, ""), names.get(licence.licensee or "", ""), *days)


def label(part: Part) -> str:
    """What a person calls the part."""
    return part.name or part.number
