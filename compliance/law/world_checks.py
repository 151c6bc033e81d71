"""What a world may not say: refused by name, so that it is corrected and not carried along."""

import difflib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal

from compliance.law.categories import ADVANCED_CHEMISTRIES, KNOWN, OPEN_CHEMISTRIES
from compliance.law.countries import ALPHA2
from compliance.law.documents import COUNTRIES, Documents, has
from compliance.law.ownership.shares import UNEXERCISED
from compliance.law.readings import BY_KEY
from compliance.law.readings.register import CONSERVATIVE, REVIEW
from compliance.law.world import (
    CONTROLLING_RIGHTS,
    RESERVED_RIGHTS,
    Metric,
    Nature,
    Stake,
    World,
)
from compliance.law.world_faults import faults
from procurement.formats.problem import Problem

HUNDRED = Decimal(100)
WORDS: Mapping[str, frozenset[str]] = {
    "program": frozenset({"acquisition", "none"}),
    "device": frozenset({"cell_phone", "laptop", "personal_electronic", "medical", "other"}),
    "setting": frozenset({"office", "administrative", "hospital", "non_combat", "combat", "other"}),
    "maintenance": frozenset({"only", "partly", "no"}),
    "item": frozenset({"end_item", "spare", "embedded"}),
}
GRANTORS = frozenset({"secdef", "usd_as", "sae", "hca", "contracting_officer", "other"})


def check(world: World) -> Iterator[Problem]:
    """Every problem of a world that reads well and cannot be so."""
    yield from duplicates(world)
    yield from strangers(world)
    yield from words(world)
    yield from shares(world)
    yield from days(world)
    yield from trees(world)
    yield from evidence(world)
    yield from readings(world)
    yield from faults(world)


def duplicates(world: World) -> Iterator[Problem]:
    """One ref, one fact."""
    for kind in ("lines", "parts", "parties", "stakes", "lists", "identities", "licences"):
        seen: set[str] = set()
        for each in getattr(world, kind):
            if each.ref in seen:
                fix = "Give each its own ref, or keep one of them."
                yield Problem("told-twice", f"{kind} {each.ref}", "It is told twice.", fix)
            seen.add(each.ref)


def unknown(where: str, told: str, known: Iterable[str], what: str) -> Problem:
    near = difflib.get_close_matches(told, list(known), 1)
    fix = f"Did you mean {near[0]!r}?" if near else f"Add the {what}, or correct the ref."
    return Problem("unknown-ref", where, f"No {what} {told!r} is told.", fix)


def strangers(world: World) -> Iterator[Problem]:
    """Every ref leads somewhere."""
    parties = {each.ref for each in world.parties}
    parts = {each.ref for each in world.parts}
    lines = {each.ref for each in world.lines}
    for where, ref in party_refs(world):
        if ref is not None and ref not in parties:
            yield unknown(where, ref, parties, "party")
    for line in world.lines:
        if line.part not in parts:
            yield unknown(f"line {line.ref}", line.part, parts, "part")
        for ref in (line.parent, line.alternate_of):
            if ref is not None and ref not in lines:
                yield unknown(f"line {line.ref}", ref, lines, "line")
    for licence in world.licences:
        if licence.part is not None and licence.part not in parts:
            yield unknown(f"licence {licence.ref}", licence.part, parts, "part")
    for waiver in world.procurement.waivers:
        if waiver.scope == "battery" and waiver.subject not in parts:
            yield unknown(f"waiver {waiver.ref}", waiver.subject, parts, "part")
    for ground in world.procurement.grounds:
        if ground.part is not None and ground.part not in parts:
            yield unknown(f"ground {ground.ref}", ground.part, parts, "part")


def party_refs(world: World) -> Iterator[tuple[str, str | None]]:
    """Each place where a party is named."""
    yield "procurement.counterparty", world.procurement.counterparty
    for stake in world.stakes:
        yield f"stake {stake.ref}", stake.holder
        yield f"stake {stake.ref}", stake.held
    for disclosure in world.disclosures:
        yield f"disclosure {disclosure.ref}", disclosure.party
    for control in world.controls:
        yield f"control {control.ref}", control.controller
        yield f"control {control.ref}", control.controlled
    for licence in world.licences:
        yield f"licence {licence.ref}", licence.licensor
        yield f"licence {licence.ref}", licence.licensee
    for identity in world.identities:
        yield f"identity {identity.ref}", identity.party
    for part in world.parts:
        for ref in (part.maker, part.assembler, part.cells_by):
            yield f"part {part.ref}", ref
        for component in part.components or ():
            yield f"part {part.ref}, {component.name}", component.source
            for step in component.steps or ():
                yield f"part {part.ref}, {component.name}, {step.kind}", step.party


def evidence(world: World) -> Iterator[Problem]:
    """What a document backs is told, and so is the document."""
    documents = Documents(world)
    for each in world.documents:
        if each.issued and each.expires and each.expires < each.issued:
            where, fix = f"document {each.ref}", "Correct one of the days."
            what = f"It ends on {each.expires}, before it was issued on {each.issued}."
            yield Problem("ends-before-it-begins", where, what, fix)
    for backing in world.backings:
        where = f"backing {backing.ref}"
        if backing.document not in documents.titles:
            yield unknown(where, backing.document, documents.titles, "document")
        if backing.fact not in documents.facts:
            yield unknown(where, backing.fact, documents.facts, "fact")
        elif backing.field and not has(documents.facts[backing.fact].fact, backing.field):
            what = f"{backing.fact} has no {backing.field!r} that a document can speak of."
            yield Problem("unknown-field", where, what, "Name one of its fields, or none.")
        elif (
            backing.says
            and backing.field.rpartition(".")[2] in COUNTRIES | {"government_of"}
            and backing.says not in ALPHA2
        ):
            yield unknown_word(f"{where}.says", backing.says, ALPHA2)


def words(world: World) -> Iterator[Problem]:
    """Codes are codes."""
    for name, known in WORDS.items():
        told = getattr(world.procurement, name)
        if told is not None and told not in known:
            yield unknown_word(f"procurement.{name}", told, known)
    for waiver in world.procurement.waivers:
        if waiver.grantor not in GRANTORS:
            yield unknown_word(f"waiver {waiver.ref}.grantor", waiver.grantor, GRANTORS)
        if waiver.scope not in ("battery", "system"):
            yield unknown_word(f"waiver {waiver.ref}.scope", waiver.scope, ("battery", "system"))
    for part in world.parts:
        if part.category is not None and part.category not in KNOWN:
            yield unknown_word(f"part {part.ref}.category", part.category, KNOWN)
        chemistries = ADVANCED_CHEMISTRIES | OPEN_CHEMISTRIES
        if part.chemistry is not None and part.chemistry not in chemistries:
            yield unknown_word(f"part {part.ref}.chemistry", part.chemistry, chemistries)
        for component in part.components or ():
            if component.category not in KNOWN:
                where = f"part {part.ref}, {component.name}.category"
                yield unknown_word(where, component.category, KNOWN)
    for licence in world.licences:
        for name, rights, allowed in (
            ("reserved", licence.reserved, RESERVED_RIGHTS),
            ("controls", licence.controls, CONTROLLING_RIGHTS),
        ):
            for key in sorted(rights.keys() - set(allowed)):
                yield unknown_word(f"licence {licence.ref}.{name}", key, allowed)


def unknown_word(where: str, told: str, known: Iterable[str]) -> Problem:
    near = difflib.get_close_matches(told, sorted(known), 1)
    fix = f"Did you mean {near[0]!r}?" if near else f"Use {', '.join(sorted(known))}."
    return Problem("unknown-word", where, f"{told!r} is not known here.", fix)


def shares(world: World) -> Iterator[Problem]:
    """Shares lie between 0 and 100, low before high, and do not add up to more than a whole."""
    sums: dict[tuple[str, str], list[Stake]] = {}
    for stake in world.stakes:
        where = f"stake {stake.ref}"
        if not 0 <= stake.low <= stake.high <= HUNDRED:
            what = f"{stake.low} to {stake.high} percent is no share."
            yield Problem("share-out-of-range", where, what, "Write 0 to 100, the lower first.")
        if stake.nature not in (Nature.VIE, *UNEXERCISED) and not (
            stake.nature is Nature.NON_VOTING and stake.metric is not Metric.EQUITY
        ):
            sums.setdefault((stake.held, stake.metric), []).append(stake)
    for (held, metric), stakes in sums.items():
        for day in {stake.true_from or date.min for stake in stakes}:
            told = [each for each in stakes if in_force(each.true_from, each.true_to, day)]
            total = sum((each.low for each in told), Decimal(0))
            if total > HUNDRED:
                what = f"Holders of {metric} add up to {total} percent."
                fix = "Correct a stake or end an older one."
                yield Problem("percent-over-100", f"party {held}", what, fix)
                break
    for disclosure in world.disclosures:
        if not 0 <= disclosure.complete_to <= HUNDRED:
            where = f"disclosure {disclosure.ref}"
            what = f"{disclosure.complete_to} percent is no share."
            yield Problem("share-out-of-range", where, what, "Write 0 to 100.")
    for part in world.parts:
        for component in part.components or ():
            if component.cost is not None and component.cost < 0:
                where = f"part {part.ref}, {component.name}"
                yield Problem("negative-cost", where, "A cost is below zero.", "Correct it.")
    for line in world.lines:
        if line.quantity is not None and line.quantity <= 0:
            what = f"A quantity of {line.quantity} buys nothing."
            yield Problem("quantity-not-positive", f"line {line.ref}", what, "Correct it.")
        if line.unit_cost is not None and line.unit_cost < 0:
            where = f"line {line.ref}"
            yield Problem("negative-cost", where, "A cost is below zero.", "Correct it.")


def in_force(true_from: date | None, true_to: date | None, day: date) -> bool:
    return (true_from is None or true_from <= day) and (true_to is None or day < true_to)


def days(world: World) -> Iterator[Problem]:
    """Nothing ends before it begins."""
    dated: list[tuple[str, date | None, date | None]] = []
    for kind in ("stakes", "disclosures", "controls", "licences"):
        for each in getattr(world, kind):
            dated.append((f"{kind} {each.ref}", each.true_from, each.true_to))
    for edition in world.lists:
        for entry in edition.entries:
            dated.append((f"list {edition.key}, {entry.name}", entry.true_from, entry.true_to))
    for waiver in world.procurement.waivers:
        dated.append((f"waiver {waiver.ref}", waiver.granted, waiver.ends))
    for where, begins, ends in dated:
        if begins is not None and ends is not None and ends <= begins:
            what = f"It ends on {ends}, before it begins on {begins}."
            yield Problem("ends-before-it-begins", where, what, "Correct one of the days.")


def trees(world: World) -> Iterator[Problem]:
    """No line stands below itself."""
    parents = {line.ref: line.parent for line in world.lines}
    for line in world.lines:
        seen = {line.ref}
        above = line.parent
        while above is not None and above not in seen:
            seen.add(above)
            above = parents.get(above)
        if above is not None:
            what = "It stands below itself."
            yield Problem("line-cycle", f"line {line.ref}", what, "Correct its parent.")


def readings(world: World) -> Iterator[Problem]:
    """A choice is one the register knows."""
    for key, chosen in sorted(world.readings.items()):
        if key not in BY_KEY:
            yield unknown_word(f"readings.{key}", key, BY_KEY)
        elif chosen not in (*BY_KEY[key].alternatives, CONSERVATIVE, REVIEW):
            known = (*BY_KEY[key].alternatives, CONSERVATIVE, REVIEW)
            yield unknown_word(f"readings.{key}", chosen, known)
