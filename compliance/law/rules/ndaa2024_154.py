"""FY2024 NDAA sec. 154: no Department of Defense money for batteries produced by six named
companies.

(a) bars obligating or spending the Department's funds from 1 October 2027. (b) names the six, and
any successor. (c) says when such a company has produced a battery: it makes the final product, or
it provides most of the components. (d) lets the Secretary waive; its conditions were not readable,
so a waiver counts on its grantor alone.

The statute names no subsidiary. One held above 50 percent or consolidated is treated as the
company it belongs to; a lesser affiliate is an open reading.
"""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from compliance.law.answers import Answer
from compliance.law.asking import (
    Gathered,
    battery_line,
    defense_buys,
    exact,
    listed,
    listed_party,
    names_subject,
)
from compliance.law.facts import Input, Kind, Missing, Spell, Unit, Use
from compliance.law.readings.ndaa2024_154 import READINGS
from compliance.law.rule import AnyOf, Case, Clause, Hinge, Rest, Rule, Told, begins

NO, UNKNOWN, YES = Answer.NO, Answer.UNKNOWN, Answer.YES

FROM = date(2027, 10, 1)
LIST = "154"


def battery_of_any_kind(case: Case) -> Told:
    """covers a battery of any chemistry, or an item that contains one"""
    told = battery_line(case)
    only_inside = told.answer is YES and (
        case.dossier.part.kind is Kind.CONTAINS or case.dossier.procurement.item == "embedded"
    )
    if only_inside and case.reading("154-embedded") == "not-procured":
        return Told(
            NO, (("line", "an item that contains a battery, which is not procuring a battery"),)
        )
    return told


def named(case: Case, use: Use | None, path: str, question: str, into: Gathered) -> Answer:
    """Is the party in this role one of the listed entities, as itself, its successor or its
    subsidiary?"""
    spell = listed(case, LIST, use, path, question, into)
    return UNKNOWN if spell is None else counts_as_named(case, spell, into)


def counts_as_named(case: Case, spell: Spell, into: Gathered) -> Answer:
    """An affiliate, which the list does not name, as the reading has it."""
    if spell.answer is NO and spell.how == "affiliate":
        into.flags.add("affiliate-of-listed")
        return YES if case.reading("154-affiliate") == "covered" else NO
    return spell.answer


def makes_final_product(case: Case) -> Told:
    """a listed entity assembles or manufactures the final product"""
    part = case.dossier.part
    found = Gathered()
    answers = [NO]
    for unit in part.units:
        maker, assembler = f"{unit.path}.maker", f"{unit.path}.assembler"
        answers.append(named(case, unit.maker, maker, f"Which company makes {unit.label}?", found))
        answers.append(
            named(
                case,
                unit.assembler,
                assembler,
                f"Which company does final assembly of {unit.label}?",
                found,
            )
        )
    battery = max(answers)
    if part.contained and battery is not YES:
        item = Gathered()
        answer = named(
            case, part.item_maker, "part.item_maker", f"Which company makes {part.label}?", item
        )
        either = max(battery, answer)
        if either is not battery and case.reading("154-final-product") == "either":
            found.rests.extend(item.rests)
            found.missing.extend(item.missing)
            found.flags.update(item.flags)
            battery = either
    return found.told(battery)


class Provided(NamedTuple):
    """One component: the listed entities that provide it, whether another may, and its weight.

    An entity provides what it makes, and what is inside a cell or a module it makes.
    """

    by: frozenset[str]
    open: bool
    weight: dict[str, Decimal]


def provided(case: Case, each: Input, into: Gathered) -> Provided:
    path = f"{each.path}.source"
    by, is_open = set(), each.source is None
    for party in (*([each.source.party] if each.source else ()), *each.via):
        spell = listed_party(case, LIST, party, path, into)
        answer = counts_as_named(case, spell, into)
        by |= {spell.entry or party} if answer is YES else set()
        is_open = is_open or answer is UNKNOWN
    if each.source is None and not by:
        named(case, None, path, f"Which company supplies the {each.name}?", into)
    return Provided(frozenset(by), is_open, {"count": Decimal(1), "cost": each.cost or Decimal(0)})


class Share(NamedTuple):
    """What somebody provides of `total`, at least and at most: what is open may be anybody's."""

    least: Decimal
    most: Decimal
    total: Decimal

    @property
    def majority(self) -> Answer:
        """More than half."""
        if self.least * 2 > self.total:
            return YES
        return UNKNOWN if self.most * 2 > self.total else NO


def share(parts: list[Provided], base: str, who: str | None) -> Share:
    """The share of one listed entity or (None) of all of them together."""
    total = least = most = Decimal(0)
    for part in parts:
        theirs = bool(part.by) if who is None else who in part.by
        total += part.weight[base]
        least += part.weight[base] if theirs else 0
        most += part.weight[base] if theirs or part.open else 0
    return Share(least, most, total)


def most_components(case: Case) -> Told:
    """a listed entity creates or otherwise provides a majority of the components used in the
    battery"""
    found = Gathered()
    return found.told(
        max((unit_majority(case, unit, found) for unit in case.dossier.part.units), default=NO)
    )


def unit_majority(case: Case, unit: Unit, into: Gathered) -> Answer:
    """(c)(2) for one unit, by number and by cost."""
    if unit.inputs is None or unit.complete is not True or not unit.inputs:
        path = f"{unit.path}.complete" if unit.inputs else f"{unit.path}.inputs"
        question = (
            f"What are the components of {unit.label}, who provides each, and are they all told?"
        )
        into.add(UNKNOWN, Rest(path, UNKNOWN), (Missing(path, question),))
        return UNKNOWN
    parts = [provided(case, each, into) for each in unit.inputs]
    if not any(part.by or part.open for part in parts):
        return NO
    costed = all(each.cost is not None for each in unit.inputs)
    if not costed:
        path = f"{unit.path}.inputs"
        question = f"What does each component of {unit.label} cost?"
        into.add(UNKNOWN, Rest(path, UNKNOWN), (Missing(path, question),))
    entities = sorted({who for part in parts for who in part.by})
    by = {}
    for base in ("count", "cost"):
        alone = {who: share(parts, base, who) for who in (*entities, "")}
        joint = share(parts, base, None)
        by[base, True] = joint.majority
        by[base, False] = max(each.majority for each in alone.values())
        if base == "cost" and not costed:
            by[base, True] = by[base, False] = UNKNOWN
        told = [(who, alone[who].least) for who in entities]
        told += [("undecided", joint.most - joint.least), ("total", joint.total)]
        into.detail.extend((f"{unit.path}.{base}.{what}", exact(each)) for what, each in told)
    together = True
    if any(by[base, True] is not by[base, False] for base in ("count", "cost")):
        together = case.reading("154-such-entity") == "together"
    counted, costs = by["count", together], by["cost", together]
    if counted is costs:
        return counted
    base = case.reading("154-majority-base")
    return {"any": max(counted, costs), "count": counted, "cost": costs}[base]


def waived(case: Case) -> Told:
    """a waiver by the Secretary of Defense covers this battery or its system"""
    found = Gathered()
    waivers = [each for each in case.dossier.procurement.waivers if each.rule == "ndaa-2024-154"]
    for unit in case.dossier.part.units:
        counts = NO
        for waiver in waivers:
            wrong = ""
            if waiver.grantor != "secdef":
                wrong = "(d): only the Secretary may grant it"
            elif waiver.scope == "battery" and not names_subject(unit, case, waiver.subject):
                wrong = "(d): it names another battery"
            elif (
                waiver.scope != "battery" and waiver.subject not in case.dossier.procurement.systems
            ):
                wrong = "(d): it names another system"
            elif case.on < waiver.granted:
                wrong = "(d): not yet granted"
            elif waiver.ends is not None and case.on >= waiver.ends:
                wrong = "(d): it has ended"
            answer = NO if wrong else YES
            counts = max(counts, answer)
            found.rests.append(Rest(waiver.path, answer))
            found.detail.extend([(waiver.path, wrong)] if wrong else [])
        found.answers.append(counts)
        found.flags.update({"154-waiver-conditions-unread"} if counts is YES else ())
    return found.told(min(found.answers, default=NO))


def ground_documented(case: Case) -> Told:
    """a documented fact supports asking the Secretary for a waiver"""
    grounds = [each for each in case.dossier.procurement.grounds if each.rule == "ndaa-2024-154"]
    units = case.dossier.part.units
    held = all(
        any(not g.subject or names_subject(unit, case, g.subject) for g in grounds)
        for unit in units
    )
    return Told(YES if grounds and held else NO)


RULE = Rule(
    id="ndaa-2024-154",
    version="2026-11-22",
    cite="FY2024 NDAA sec. 154",
    title="Batteries produced by certain companies",
    href="https://www.congress.gov/118/plaws/publ31/PLAW-118publ31.pdf",
    enacted="Pub. L. 118-31, sec. 154, 22 December 2023",
    read_on=date(2026, 11, 22),
    confidence="P",
    binds=Clause("(a)", defense_buys, "S"),
    covers=Clause("(a)", battery_of_any_kind, "P"),
    starts=begins(
        "(a)",
        FROM,
        "funds obligated or expended",
        "begins on 1 October 2027, for funds obligated or expended",
        "S",
        "the day of the obligation and the day of each payment are both asked",
    ),
    forbids=AnyOf(
        "(c)",
        "the battery is produced by an entity that (b) names, or by its successor",
        (
            Clause("(c)(1)", makes_final_product, "P/T"),
            Clause(
                "(c)(2)",
                most_components,
                "P/T",
                "more than half, so that exactly half is no majority",
            ),
        ),
        "P/T",
        "a subsidiary held above 50 percent or consolidated is the company it belongs to",
    ),
    waived=Clause("(d)", waived, "S", "its conditions were not read: the grantor alone is asked"),
    ground=Clause("(d)", ground_documented, "M"),
    waivers="The Secretary of Defense; the conditions of (d) were not readable",
    hinges=(
        Hinge("obligation", "obligation", required=True),
        Hinge("payment", "payments", required=True),
    ),
    readings=tuple(reading.key for reading in READINGS),
)
