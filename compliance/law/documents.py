"""Which facts documents no longer back, and of which two documents say different things.

Two worlds come of it, beside the world as told. The *feared* one has, of every fact that is
contradicted, the statement that tells most against buying: what it forbids is forbidden. The *sure*
one of a day is told nothing that is contradicted, and nothing of which every document has ended:
only what it allows is allowed. Where the feared world allows and the sure one does not, the
engine's answer is that of the sure one, and names what is in doubt.

A fact that no document backs stands as told. A document is good through the day it `expires`.
What the buyer records of its own purchase (days, waivers, grounds) is never in doubt here: a waiver
ends by its own day.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import Any, NamedTuple

from compliance.law.countries import COVERED_NATIONS
from compliance.law.evidence import Backing
from compliance.law.world import (
    Component,
    Control,
    Disclosure,
    Licence,
    Part,
    Party,
    Stake,
    World,
)

EXPIRED, CONTRADICTED = "evidence-expired", "evidence-contradicted"
FACTS = ("parties", "stakes", "disclosures", "controls", "licences", "parts")
OWNERS = "owners"
"""A statement about a party's owners as a whole, where no single stake is meant."""

WHOLE: Mapping[type, tuple[str, ...]] = {
    Party: ("incorporated", "business", "government_of", "us_person"),
    Stake: ("low",),
    Disclosure: ("complete_to",),
    Control: ("holds",),
    Licence: ("reserved", "controls"),
    Part: (
        "chemistry", "complete", "assembler", "assembled_in", "cells_by", "licences_complete",
        "contains_battery", "cots", "successor_checked", "attributes",
    ),
    Component: ("cost", "source", "steps", "recycled", "custody"),
}  # fmt: skip
"""What a document about a whole fact backs. What a part is called, by whom and as what, is which
part it is; that needs a document about that very field."""
MORE: Mapping[type, tuple[str, ...]] = {Part: ("maker", "category")}
STEP = ("party", "country")
EMPTY: Mapping[str, Any] = {"reserved": {}, "controls": {}, "attributes": {}, "low": Decimal(0)}
"""What a field is told as when nobody has told it; None for every other."""

COUNTRIES = frozenset({"incorporated", "business", "assembled_in", "country", "cells_in"})
WORSE_FALSE = frozenset(
    {"us_person", "complete", "licences_complete", "cots", "recycled", "custody"}
)
WORSE_TRUE = frozenset({"contains_battery", "holds", "covered_pcb", "telecom", "electronic_device"})
WORDS: Mapping[str, str] = {
    "incorporated": "where {} is incorporated",
    "business": "where {} has its principal place of business",
    "government_of": "whether {} is part of a government",
    "us_person": "whether {} is a United States person",
    OWNERS: "who owns {}",
    "assembled_in": "where {} is assembled",
    "assembler": "who assembles {}",
    "cells_by": "who makes the cells of {}",
    "maker": "who makes {}",
    "source": "where {} comes from",
    "chemistry": "the chemistry of {}",
    "category": "what {} is",
    "complete": "whether all of the composition of {} is told",
    "licences_complete": "whether all licences of {} are told",
    "cost": "the cost of {}",
    "steps": "where and by whom {} is processed",
    "recycled": "whether {} is recycled",
    "custody": "the chain of custody of {}",
    "reserved": "the rights reserved in {}",
    "controls": "the control given in {}",
}


class Doubt(NamedTuple):
    """A field of a fact that does not count in favour of buying, from `since` on (None: ever).

    fact: its ref. about: the ref of the party, part, component or licence it is said of. says: the
    question that settles it, naming the documents. sources: refs of these.
    """

    fact: str
    field: str
    since: date | None
    kind: str
    about: str
    says: str
    sources: tuple[str, ...] = ()


class Told(NamedTuple):
    """A fact as it stands in the world, what it is said of, and its words."""

    fact: Any
    about: str
    label: str


class Documents:
    """A world's documents, and what they leave in doubt. Empty and at no cost where there are
    none."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.titles = {each.ref: each.title for each in world.documents}
        self.expiry = {each.ref: each.expires for each in world.documents}

    @cached_property
    def facts(self) -> Mapping[str, Told]:
        """Every fact that a document can back, by ref."""
        world = self.world
        names = {each.ref: each.name for each in world.parties}
        found: dict[str, Told] = {}
        for party in world.parties:
            found[party.ref] = Told(party, party.ref, party.name)
        for part in world.parts:
            found.setdefault(part.ref, Told(part, part.ref, part.name or part.number))
            for each in part.components or ():
                label = f"{each.name} of {part.name or part.number}"
                found[each.ref] = Told(each, each.ref, label)
        for stake in world.stakes:
            holder, held = (names.get(ref, ref) for ref in (stake.holder, stake.held))
            words = f"the share of {holder} in {held}"
            found[stake.ref] = Told(stake, stake.held, words)
        for disclosure in world.disclosures:
            words = f"how far the owners of {names.get(disclosure.party)} are told"
            found[disclosure.ref] = Told(disclosure, disclosure.party, words)
        for control in world.controls:
            words = f"who controls {names.get(control.controlled)}"
            found[control.ref] = Told(control, control.controlled, words)
        for licence in world.licences:
            words = f"the licence of {names.get(licence.licensor)}"
            found[licence.ref] = Told(licence, licence.ref, words)
        return found

    @cached_property
    def doubts(self) -> tuple[Doubt, ...]:
        """Everything in doubt on some day, in the order of the world's facts."""
        by_fact: dict[str, list[Backing]] = {}
        for each in self.world.backings:
            if each.fact in self.facts and each.document in self.titles:
                by_fact.setdefault(each.fact, []).append(each)
        found: list[Doubt] = []
        for ref in (ref for ref in self.facts if ref in by_fact):
            disputed = [*self._contradicted(ref, by_fact[ref])]
            found += disputed
            found += self._ended(ref, by_fact[ref], {each.field for each in disputed})
        return tuple(found)

    def on(self, day: date | None) -> tuple[Doubt, ...]:
        """What is in doubt on a day; None: on any day."""
        return tuple(
            each
            for each in self.doubts
            if each.since is None or (day is not None and each.since <= day)
        )

    @cached_property
    def feared(self) -> World:
        """With the worst statement of each fact that is contradicted."""
        changes: dict[str, dict[str, Any]] = {}
        for each in self.doubts:
            if each.kind == CONTRADICTED and each.field != OWNERS:
                told = self.facts[each.fact].fact
                says = [b.says for b in self.world.backings if _is_on(b, each.fact, each.field)]
                worst_told = worst(told, each.field, [text for text in says if text is not None])
                changes.setdefault(each.fact, {})[each.field] = worst_told
        return changed(self.world, changes) if changes else self.world

    def sure(self, day: date | None) -> World:
        """With only what is told for certain on a day."""
        doubts = self.on(day)
        changes: dict[str, dict[str, Any]] = {}
        for each in doubts:
            changes.setdefault(each.fact, {})[each.field] = UNTOLD
        return without_disclosures(changed(self.feared, changes), doubts)

    def _contradicted(self, ref: str, backings: list[Backing]) -> Iterator[Doubt]:
        told = self.facts[ref]
        fields_said = [each.field for each in backings if each.says is not None]
        for name in dict.fromkeys(fields_said):
            said: dict[str, list[str]] = {}
            recorded = text_of(read(told.fact, name)) if name != OWNERS else "as recorded"
            if recorded is not None:
                agreeing = [
                    b.document for b in backings if b.says is None and b.field in ("", name)
                ]
                said[recorded] = agreeing
            for each in backings:
                if each.field == name and each.says is not None:
                    said.setdefault(plain(told.fact, name, each.says), []).append(each.document)
            if len(said) > 1:
                versions = " or ".join(
                    f"{self._named_value(value)} ({self._named(documents)})"
                    for value, documents in said.items()
                )
                words = f"Which is so of {self._what(told, name)}: {versions}?"
                refs = tuple(ref for documents in said.values() for ref in documents)
                yield Doubt(ref, name, None, CONTRADICTED, told.about, words, refs)

    def _ended(self, ref: str, backings: list[Backing], disputed: set[str]) -> Iterator[Doubt]:
        told = self.facts[ref]
        agree = [each for each in backings if each.says is None or self._agrees(told, each)]
        named = [each.field for each in agree if each.field]
        whole = WHOLE[type(told.fact)] if any(not each.field for each in agree) else ()
        for name in dict.fromkeys((*whole, *named)):
            if name in disputed or (name == OWNERS) or read(told.fact, name) in (None, {}, ()):
                continue
            mine = [each.document for each in agree if each.field in ("", name)]
            ends = [self.expiry[document] for document in mine]
            last = max((day for day in ends if day is not None), default=None)
            if last is None or None in ends:
                continue
            document = next(each for each in mine if self.expiry[each] == last)
            words = (
                f"A current document is needed for {self._what(told, name)}: "
                f"“{self.titles[document]}” is good through {last.isoformat()}."
            )
            since = last + timedelta(days=1)
            yield Doubt(ref, name, since, EXPIRED, told.about, words, tuple(mine))

    def _agrees(self, told: Told, backing: Backing) -> bool:
        if not backing.field or backing.field == OWNERS or backing.says is None:
            return False
        said = plain(told.fact, backing.field, backing.says)
        return said == text_of(read(told.fact, backing.field))

    def _named_value(self, value: str) -> str:
        return self.facts[value].label if value in self.facts else value or "none"

    def _named(self, documents: list[str]) -> str:
        titles = ", ".join(dict.fromkeys(f"“{self.titles[each]}”" for each in documents))
        return titles or "as recorded"

    def _what(self, told: Told, name: str) -> str:
        stem, _, rest = name.partition(".")
        if stem == "steps" and rest.endswith("country"):
            return f"the country in which {told.label} is processed"
        if stem == "attributes" and rest:
            return f"{rest.replace('_', ' ')} of {told.label}"
        words = WORDS.get(stem, "{}" if isinstance(told.fact, Stake | Disclosure | Control) else "")
        return words.format(told.label) if words else f"{stem.replace('_', ' ')} of {told.label}"


def _is_on(backing: Backing, fact: str, field: str) -> bool:
    return backing.fact == fact and backing.field == field


class Untold:
    """In the place of a value: as if nobody had told it."""


UNTOLD = Untold()


def has(fact: object, path: str) -> bool:
    """Does a fact have such a field, of which a document can speak?"""
    name, _, rest = path.partition(".")
    if path == OWNERS:
        return isinstance(fact, Party)
    if name not in (*WHOLE.get(type(fact), STEP), *MORE.get(type(fact), ())):
        return False
    place, _, inner = rest.partition(".")
    held = getattr(fact, name)
    if not rest or isinstance(held, Mapping):
        return True
    if not isinstance(held, tuple) or not place.isdigit() or int(place) >= len(held):
        return False
    return bool(inner) and has(held[int(place)], inner)


def read(fact: Any, path: str) -> Any:
    """A field of a fact: "assembled_in", "steps.0.country", "attributes.cells_in"."""
    for name in path.split("."):
        if fact is None:
            return None
        if isinstance(fact, Mapping):
            fact = fact.get(name)
        elif isinstance(fact, tuple):
            fact = fact[int(name)] if name.isdigit() and int(name) < len(fact) else None
        else:
            fact = getattr(fact, name, None)
    return fact


def put(fact: Any, path: str, value: Any) -> Any:
    """The fact with a field otherwise. UNTOLD: as if nobody had told it."""
    name, _, rest = path.partition(".")
    if isinstance(fact, Mapping):
        kept = {key: each for key, each in fact.items() if key != name}
        return kept if value is UNTOLD else {**kept, name: value}
    if isinstance(fact, tuple):
        at = int(name)
        return (*fact[:at], put(fact[at], rest, value), *fact[at + 1 :])
    if rest:
        value = put(getattr(fact, name), rest, value)
    elif value is UNTOLD:
        if name == "holds" and fact.holds is True:
            return fact  # what speaks against buying stays told
        value = EMPTY.get(name)
    return replace(fact, **{name: value})


def text_of(value: Any) -> str | None:
    """A value as documents say it: a code, digits, "yes" or "no"; None: nobody told."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return str(value)


def plain(fact: object, path: str, says: str) -> str:
    """What a document says, written as `text_of` would."""
    held = read(fact, path)
    if isinstance(held, Decimal):
        try:
            return f"{Decimal(says.strip()).normalize():f}"
        except InvalidOperation:
            return says.strip()
    return says.strip()


def worst(fact: Any, path: str, says: list[str]) -> Any:
    """Of a field as told and as documents say it, what tells most against buying; as told, where
    that cannot be said."""
    told, name = read(fact, path), path.rpartition(".")[2]
    if name in COUNTRIES or name == "government_of":
        named = [*([told] if told is not None else []), *(each.strip() for each in says)]
        home = "" if name == "government_of" else "US"
        return min(named, key=lambda each: (each not in COVERED_NATIONS, each == home))
    if name in WORSE_FALSE or name in WORSE_TRUE:
        answers = {text_of(told), *(each.strip() for each in says)}
        bad = "no" if name in WORSE_FALSE else "yes"
        if bad not in answers:
            return told
        return bad if "attributes" in path else bad == "yes"
    if name in ("low", "high"):
        shares = [told, *(Decimal(each) for each in says if _is_number(each))]
        return max(shares)
    return told


def _is_number(text: str) -> bool:
    try:
        return Decimal(text).is_finite()
    except InvalidOperation:
        return False


def changed(world: World, changes: Mapping[str, Mapping[str, Any]]) -> World:
    """The world with fields of some facts otherwise: fact → path → value."""

    def of(each: Any) -> Any:
        for path, value in changes.get(each.ref, {}).items():
            if path != OWNERS:
                each = put(each, path, value)
        if isinstance(each, Stake) and each.low > each.high:
            each = replace(each, high=each.low)
        if isinstance(each, Part) and each.components:
            each = replace(each, components=tuple(of(inner) for inner in each.components))
        return each

    tables: dict[str, Any] = {}
    for name in FACTS:
        rows: tuple[Any, ...] = getattr(world, name)
        if any(each.ref in changes for each in rows) or name == "parts":
            tables[name] = tuple(of(each) for each in rows)
    return replace(world, **tables)


def without_disclosures(world: World, doubts: Iterable[Doubt]) -> World:
    """Less the disclosures that are in doubt, and those of a party of whose owners one is: that
    owners are told up to a share rests on the owners told."""
    ended = {each.fact for each in doubts}
    kinds = {stake.ref: stake.held for stake in world.stakes if stake.ref in ended}
    closed = {*kinds.values(), *(each.fact for each in doubts if each.field == OWNERS)}
    kept = tuple(
        each for each in world.disclosures if each.ref not in ended and each.party not in closed
    )
    opened = {each.fact for each in doubts if each.field == OWNERS}
    stakes = tuple(
        replace(each, low=Decimal(0)) if each.held in opened else each for each in world.stakes
    )
    return replace(world, disclosures=kept, stakes=stakes)
