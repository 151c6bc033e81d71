"""Every fact a rule may see about one line, as one frozen value: the Dossier.

Values only. A party is named by a key that is canonical within the dossier ("p1", in order of first
mention), never by a database id, so that equal facts give equal bytes. What the standing engine
says of a party is here as spells: answers with the days from which they hold.

`None` always means "nobody has told us", never "no".
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from compliance.law.answers import Answer
from compliance.law.categories import BATTERIES, CELLS

ITEM = "part.item"
"""Path of the item that contains the battery, in its own right."""


class Kind(StrEnum):
    """What a line is, where that decides which rules ask about it."""

    BATTERY = "battery"
    CELL = "cell"
    CONTAINS = "contains a battery"
    OTHER = "other"
    COUNTERPARTY = "counterparty"


class Missing(NamedTuple):
    """A fact to obtain: its path in the dossier, and the question in plain words."""

    fact: str
    question: str


def is_of_document(missing: Missing) -> bool:
    """Does it ask for a current document, or which of two to believe?"""
    return missing.fact.endswith(".document")


class Reason(NamedTuple):
    """One prong of a standing, with its arithmetic as exact text."""

    cite: str
    says: str
    answer: Answer
    detail: tuple[tuple[str, str], ...] = ()


class Spell(NamedTuple):
    """What holds of a party from `since` (None: ever) until the next spell begins.

    how: for lists, in which way the party is on it (`standing.Listed`); else "".
    premises: what the prongs of a standing need besides (a foreign entity).
    """

    since: date | None
    answer: Answer
    reasons: tuple[Reason, ...] = ()
    flags: tuple[str, ...] = ()
    missing: tuple[Missing, ...] = ()
    how: str = ""
    entry: str = ""
    premises: tuple[Reason, ...] = ()


class Use(NamedTuple):
    """A party in one role for one item, and whether it is a foreign entity of concern in it.

    item: key of the dossier's items; "" where the party is met as an entity, whatever it makes.
    """

    party: str
    feoc: tuple[Spell, ...]
    item: str = ""

    def on(self, day: date) -> Spell:
        return spell_on(self.feoc, day)


def spell_on(spells: tuple[Spell, ...], day: date) -> Spell:
    """The spell that holds on `day`. Spells are in order, the first without a beginning."""
    found = spells[0]
    for spell in spells:
        if spell.since is not None and spell.since > day:
            break
        found = spell
    return found


class Contract(NamedTuple):
    """A licence an item is made under, for the contract limb: what it reserves and what it gives
    away."""

    licensor: str
    licensee: str | None
    reserved: tuple[tuple[str, bool], ...]
    controls: tuple[tuple[str, bool], ...]
    true_from: date | None
    true_to: date | None


class Item(NamedTuple):
    """What the item-specific prongs were asked of: (kind, party, country) of each step, and
    licences."""

    steps: tuple[tuple[str, str | None, str | None], ...] | None
    contracts: tuple[Contract, ...]
    licences_complete: bool | None


class StepFact(NamedTuple):
    """A processing step: who did it (None: not told) and where (alpha-2, None: not told)."""

    kind: str
    by: Use | None
    country: str | None


class Input(NamedTuple):
    """Something a unit is made of. cost: for one unit of the line. via: makers of the assemblies
    it sits in."""

    path: str
    name: str
    category: str | None
    cost: Decimal | None = None
    currency: str | None = None
    basis: str | None = None
    quantity: Decimal | None = None
    source: Use | None = None
    steps: tuple[StepFact, ...] | None = None
    recycled: bool | None = None
    custody: bool | None = None
    material: str = ""
    attributes: tuple[tuple[str, str], ...] = ()
    via: tuple[str, ...] = ()


class LicenceFact(NamedTuple):
    """Technology licensed from `licensor`; component: the licensee makes a component, not the
    battery or cell."""

    path: str
    licensor: Use
    component: bool
    true_from: date | None = None
    true_to: date | None = None


class Unit(NamedTuple):
    """One battery or cell (or, on another line, the part itself) as bought or as contained.

    cells: who assembles its cells. embedded: it sits inside another maker's item on this line.
    """

    path: str
    label: str
    number: str
    category: str | None
    chemistry: str | None = None
    maker: Use | None = None
    assembler: Use | None = None
    assembled_in: str | None = None
    cells: tuple[Use, ...] | None = None
    inputs: tuple[Input, ...] | None = None
    complete: bool | None = None
    licences: tuple[LicenceFact, ...] = ()
    licences_complete: bool | None = None
    cots: bool | None = None
    embedded: bool = False
    material: str = ""
    attributes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class PartFacts:
    """What is bought: shared by every line that buys the same thing made by the same parties.

    within: the line sits below a battery line, which is judged with it as composition.
    item_maker: maker of the item that contains the battery (154(c) "final product"), where there
    is one. parties: key → name. lists: list key → party key → spells. item: that item itself, with
    all that is told inside it but its batteries; None where the line contains no battery. doubted:
    what is told for certain, from each day on which less is; in order.
    """

    label: str
    kind: Kind | None
    within: bool
    units: tuple[Unit, ...]
    item_maker: Use | None = None
    contained: bool = False
    parties: Mapping[str, str] = field(default_factory=dict)
    lists: Mapping[str, Mapping[str, tuple[Spell, ...]]] = field(default_factory=dict)
    items: Mapping[str, Item] = field(default_factory=dict)
    item: Unit | None = None
    doubted: tuple["Doubted", ...] = ()

    def sure(self, day: date) -> "Doubted | None":
        """What is told for certain on a day; None where nothing is in doubt."""
        found = None
        for each in self.doubted:
            if each.since is None or each.since <= day:
                found = each
        return found

    @property
    def things(self) -> tuple[Unit, ...]:
        """What the rules on what a thing holds inside must ask: the batteries, and the item itself.

        Where an item is told without its battery, what is told of that battery is of the item.
        """
        if self.item is None:
            return self.units
        known = tuple(unit for unit in self.units if unit.category in BATTERIES | CELLS)
        return (self.item, *known)


class Unsure(NamedTuple):
    """A fact in doubt. kind: why, as a flag says it. missing: the question that settles it."""

    kind: str
    missing: Missing


class Doubted(NamedTuple):
    """From `since` (None: ever) until the next begins, some facts are in doubt
    (`compliance.law.documents`).

    part: what is told for certain then. known: it is so by the day whose knowledge this is, so that
    the procurement's own days are judged on it too; else only a day that is asked for.
    """

    since: date | None
    known: bool
    part: PartFacts
    doubts: tuple[Unsure, ...]


class WaiverFact(NamedTuple):
    """A waiver as submitted. subject: a system's name, or "number|maker name" of a battery."""

    path: str
    rule: str
    grantor: str
    scope: str
    subject: str
    granted: date
    ends: date | None
    ground: str


class GroundFact(NamedTuple):
    """A documented fact that supports a waiver ground; subject "" is every part of the
    procurement."""

    rule: str
    ground: str
    subject: str


@dataclass(frozen=True, slots=True)
class ProcurementFacts:
    """Who buys, under which program, when and for what (`world.Procurement`, without its refs)."""

    agency: str | None = None
    program: str | None = None
    milestone_b: date | None = None
    reached_milestone_b: bool | None = None
    weapons_systems: int | None = None
    portfolio_executives: int | None = None
    award: date | None = None
    obligation: date | None = None
    payments: tuple[date, ...] | None = None
    delivery: date | None = None
    renewal: date | None = None
    contract_signed: date | None = None
    device: str | None = None
    setting: str | None = None
    maintenance: str | None = None
    rdte: bool | None = None
    fielded_from: date | None = None
    item: str | None = None
    systems: tuple[str, ...] = ()
    waivers: tuple[WaiverFact, ...] = ()
    grounds: tuple[GroundFact, ...] = ()


@dataclass(frozen=True, slots=True)
class Dossier:
    """Every fact a rule may see about one line. readings: key → the alternative counsel chose."""

    part: PartFacts
    procurement: ProcurementFacts
    readings: tuple[tuple[str, str], ...] = ()

    def as_known(self) -> "Dossier":
        """Less what is in doubt only on days yet to come: a future day uses today's knowledge."""
        if all(each.known for each in self.part.doubted):
            return self
        doubted = tuple(each for each in self.part.doubted if each.known)
        return replace(self, part=replace(self.part, doubted=doubted))

    def name(self, use: Use | None) -> str:
        return "an unnamed party" if use is None else self.part.parties[use.party]
