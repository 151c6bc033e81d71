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
from fractions import Fraction

from compliance.law.answers import Answer
from compliance.law.asking import (
    Gathered,
    battery_line,
    defense_buys,
    listed,
    listed_party,
    names_subject,
)
from compliance.law.facts import Input, Kind, Missing, Unit, Use
from compliance.law.readings.ndaa2024_154 import READINGS
from compliance.law.rule import AnyOf, Case, Clause, Hinge, Rest, Rule, Told, begins

NO, UNKNOWN, YES = Answer.NO, Answer.UNKNOWN, Answer.YES

FROM = date(2027, 10, 1)
HALF = Fraction(1, 2)
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
    if spell is None:
        return UNKNOWN
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
        if answer > battery and case.reading("154-final-product") == "either":
            found.rests.extend(item.rests)
            found.missing.extend(item.missing)
            found.flags.update(item.flags)
            battery = answer
    return found.told(battery)


def provider(case: Case, each: Input, into: Gathered) -> tuple[Answer, str]:
    """Does a listed entity provide this component, itself or inside a cell or module it makes; and
    which?"""
    best, who = NO, ""
    question = f"Which company supplies the {each.name}?"
    parties = [] if each.source is None else [each.source.party]
    if each.source is None and not each.via:
        return named(case, None, f"{each.path}.source", question, into), ""
    for party in (*parties, *each.via):
        spell = listed_party(case, LIST, party, f"{each.path}.source", into)
        answer = spell.answer
        if answer is NO and spell.how == "affiliate":
            into.flags.add("affiliate-of-listed")
            answer = YES if case.reading("154-affiliate") == "covered" else NO
        if answer > best:
            best, who = answer, spell.entry or party
    if each.source is None and best is NO:
        return named(case, None, f"{each.path}.source", question, into), ""
    return best, who


def majority(
    shares: dict[str, Decimal], unknown: Decimal, total: Decimal, together: bool
) -> Answer:
    """Is more than half of `total` from one listed entity (or from all together), with `unknown`
    undecided?"""
    held = [sum(shares.values(), Decimal(0))] if together else [*shares.values(), Decimal(0)]
    if max(held) * 2 > total:
        return YES
    return UNKNOWN if (max(held) + unknown) * 2 > total else NO


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
    shares: dict[str, dict[str, Decimal]] = {"count": {}, "cost": {}}
    unknown = {"count": Decimal(0), "cost": Decimal(0)}
    total = {"count": Decimal(0), "cost": Decimal(0)}
    any_listed = False
    costed = True
    for each in unit.inputs:
        answer, who = provider(case, each, into)
        any_listed = any_listed or answer is not NO
        amounts = {"count": Decimal(1), "cost": each.cost or Decimal(0)}
        costed = costed and each.cost is not None
        for base, amount in amounts.items():
            total[base] += amount
            if answer is YES:
                shares[base][who] = shares[base].get(who, Decimal(0)) + amount
            elif answer is UNKNOWN:
                unknown[base] += amount
    if not any_listed:
        return NO
    if not costed:
        path = f"{unit.path}.inputs"
        into.add(
            UNKNOWN,
            Rest(path, UNKNOWN),
            (Missing(path, f"What does each component of {unit.label} cost?"),),
        )
    by = {}
    for together in (True, False):
        for base in ("count", "cost"):
            answer = majority(shares[base], unknown[base], total[base], together)
            if base == "cost" and not costed:
                answer = UNKNOWN
            by[base, together] = answer
    for base in ("count", "cost"):
        for who, amount in sorted(shares[base].items()):
            into.detail.append((f"{unit.path}.{base}.{who}", f"{amount.normalize():f}"))
        into.detail.append((f"{unit.path}.{base}.undecided", f"{unknown[base].normalize():f}"))
        into.detail.append((f"{unit.path}.{base}.total", f"{total[base].normalize():f}"))
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
            wrong = None
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
            found.rests.append(Rest(waiver.path, YES if wrong is None else NO))
            if wrong is None:
                counts = YES
                found.flags.add("154-waiver-conditions-unread")
            else:
                found.detail.append((waiver.path, wrong))
        found.answers.append(counts)
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
    binds=Clause("(a)", defense_buys),
    covers=Clause("(a)", battery_of_any_kind),
    starts=begins(
        "(a)",
        FROM,
        "funds obligated or expended",
        "begins on 1 October 2027, for funds obligated or expended",
    ),
    forbids=AnyOf(
        "(c)",
        "the battery is produced by an entity that (b) names, or by its successor",
        (Clause("(c)(1)", makes_final_product), Clause("(c)(2)", most_components)),
    ),
    waived=Clause("(d)", waived),
    ground=Clause("(d)", ground_documented),
    waivers="The Secretary of Defense; the conditions of (d) were not readable",
    hinges=(
        Hinge("obligation", "obligation", required=True),
        Hinge("payment", "payments", required=True),
    ),
    readings=tuple(reading.key for reading in READINGS),
)
