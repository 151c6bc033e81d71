"""10 U.S.C. 4872: certain magnets and metals from covered nations.

Samarium-cobalt and neodymium-iron-boron magnets, tungsten, tantalum and molybdenum (f)(1), at any
tier (b): in a battery, a magnet in a fan or tantalum capacitors on a board; never lithium, graphite
or nickel. The clause that carries it, DFARS 252.225-7052, widens on 1 January 2027 from melted or
produced to mined, refined, separated, melted or produced. Its dates are data here.

Of the exceptions in (c) only the gist was noted: each carries a flag to verify its limits.
"""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from compliance.law.answers import Answer
from compliance.law.asking import Gathered, defense_buys, names_subject
from compliance.law.categories import MAY_HOLD_SENSITIVE
from compliance.law.days import months_after
from compliance.law.facts import Input, Missing, Unit, WaiverFact
from compliance.law.materials import (
    any_holds,
    ask_whether,
    holders,
    holds,
    told,
    worked_in_covered_nation,
)
from compliance.law.readings.neighbours import SECTION_4872
from compliance.law.rule import AnyOf, Case, Clause, Hinge, Rest, Rule, Told, begins

NO, UNKNOWN, YES = Answer.NO, Answer.UNKNOWN, Answer.YES

FROM = date(2018, 8, 13)  # enactment of the provision now codified here; from memory
WIDER_FROM = date(2027, 1, 1)
SENSITIVE = frozenset({"NdFeB", "SmCo", "tungsten", "tantalum", "molybdenum"})  # (f)(1)
MELTED = frozenset({"melting", "production"})
MADE = MELTED | {"manufacture", "assembly"}
"""Of a bare magnet; where a fan is put together says nothing of the magnet in it."""
UPSTREAM = frozenset({"mining", "refining", "separation"})
WAIVER_MONTHS = 36
MAY_WAIVE = frozenset({"secdef", "usd_as", "sae", "hca", "contracting_officer"})  # (d)
WORDS = {"none": NO, "*": UNKNOWN, **dict.fromkeys(SENSITIVE, YES)}
GIST = "only the gist of the exception was noted: its limits are to be verified"
WHAT = "Is there a magnet, tungsten, tantalum or molybdenum in"


def sensitive(thing: Unit | Input, into: Gathered) -> Answer:
    return holds(thing, "material", MAY_HOLD_SENSITIVE, WORDS, into, WHAT)


def holds_sensitive_material(case: Case) -> Told:
    """covers an item that holds a samarium-cobalt or neodymium-iron-boron magnet, tungsten,
    tantalum or molybdenum"""
    return any_holds(case, sensitive)


def from_covered_nation(case: Case) -> Told:
    """the material was melted or produced in a covered nation or, from 1 January 2027, also mined,
    refined or separated there"""
    found = Gathered()
    answers = [unit_condemned(case, unit, found) for unit in case.dossier.part.things]
    return found.told(max(answers))


def unit_condemned(case: Case, unit: Unit, into: Gathered) -> Answer:
    """Does a battery or an item hold, itself or in a thing inside it, what (a) forbids?"""
    answers = [NO]
    for thing in holders(unit, sensitive):
        ask_whether(thing, sensitive, into)
        answers.append(condemned(case, thing, into))
    return max(answers)


def condemned(case: Case, thing: Unit | Input, into: Gathered) -> Answer:
    """Does one thing hold it, and is it from a covered nation?"""
    return min(one_from_covered_nation(case, thing, into), sensitive(thing, Gathered()))


class Need(NamedTuple):
    """What (a) forbids, or may forbid: it needs a way out.

    needless: UNKNOWN where it is open whether (a) forbids it at all. Then, without a way out of its
    own, it does not close the way of another; `missing` says what would tell.
    """

    needless: Answer
    missing: tuple[Missing, ...]


def need(answer: Answer, found: Gathered) -> Need | None:
    return None if answer is NO else Need(~answer, tuple(found.missing))


def units_in_need(case: Case) -> Iterator[tuple[Unit, Need]]:
    for unit in case.dossier.part.things:
        found = Gathered()
        if needs := need(unit_condemned(case, unit, found), found):
            yield unit, needs


def one_from_covered_nation(case: Case, thing: Unit | Input, into: Gathered) -> Answer:
    """One thing, under the wording of the day."""
    narrow = Gathered()
    made = MADE if thing.category == "magnet" else MELTED
    melted = worked_in_covered_nation(case, thing, made, (made,), narrow)
    if case.on < WIDER_FROM:
        into.rests.extend(narrow.rests)
        into.missing.extend(narrow.missing)
        return melted
    wide = Gathered()
    needed = (made, frozenset({"mining"}), frozenset({"refining", "separation"}))
    mined = worked_in_covered_nation(case, thing, made | UPSTREAM, needed, wide)
    taken, answer = wide, mined
    if thing.material == "NdFeB" and mined is not melted and case.reading("4872-ndfeb") == "melted":
        taken, answer = narrow, melted
    into.rests.extend(taken.rests)
    into.missing.extend(taken.missing)
    return answer


def way_out(answer: Answer, needs: Need, missing: Missing, into: Gathered) -> None:
    """One way out for one thing. missing: asks whether it is open to it."""
    asks = (missing,) if answer is UNKNOWN else needs.missing
    into.add(max(answer, needs.needless), Rest(missing.fact, answer), asks)


def excepted(found: Gathered) -> Told:
    if any(rest.answer is YES for rest in found.rests):
        found.flags.add("4872-exception-verify")
    return found.told(min(found.answers, default=NO))


def off_the_shelf(case: Case) -> Told:
    """a commercially available off-the-shelf item, that is not itself the magnet or the metal"""
    found = Gathered()
    for unit, needs in units_in_need(case):
        cots = NO if unit.category == "magnet" else Answer.of(unit.cots)
        question = f"Is {unit.label} a commercially available off-the-shelf item?"
        way_out(cots, needs, Missing(f"{unit.path}.cots", question), found)
    return excepted(found)


def electronic_device(case: Case) -> Told:
    """an electronic device"""
    found = Gathered()
    for unit, needs in units_in_need(case):
        word = told(unit, "electronic_device")
        answer = Answer.of(None if word is None else word == "yes")
        missing = Missing(
            f"{unit.path}.electronic_device", f"Is {unit.label} an electronic device?"
        )
        way_out(answer, needs, missing, found)
    return excepted(found)


def recycled_at_home(case: Case) -> Told:
    """recycled material, processed in the United States"""
    found = Gathered()
    for unit, _ in units_in_need(case):
        things = holders(unit, sensitive)
        for thing in things:
            origin = Gathered()
            needs = need(condemned(case, thing, origin), origin)
            if needs is None:
                continue
            if isinstance(thing, Input):
                question = f"Is the {thing.name} recycled, and processed in the United States?"
                way_out(recycled(thing), needs, Missing(f"{thing.path}.recycled", question), found)
            else:  # of a whole, recycling is told of what is in it
                question = f"What in {unit.label} holds them, and is it recycled?"
                answer = UNKNOWN if things[1:] else NO
                way_out(answer, needs, Missing(f"{unit.path}.inputs", question), found)
    return excepted(found)


def recycled(each: Input) -> Answer:
    done = [step.country for step in each.steps or () if step.kind == "reprocessing"]
    home = min((Answer.of(None if c is None else c == "US") for c in done), default=NO)
    told_so = each.recycled
    if told_so is None and each.steps is not None:
        told_so = bool(done)
    return min(Answer.of(told_so), home if each.steps is not None else UNKNOWN)


def stands(waiver: WaiverFact, on: date) -> bool:
    longest = months_after(waiver.granted, WAIVER_MONTHS)
    end = longest if waiver.ends is None else min(longest, waiver.ends)
    return waiver.granted <= on < end


def waived(case: Case) -> Told:
    """a waiver of at most 36 months, specific to the item, is in force"""
    found = Gathered()
    waivers = [each for each in case.dossier.procurement.waivers if each.rule == "10-usc-4872"]
    for unit, needs in units_in_need(case):
        counts = NO
        for waiver in waivers:
            wrong = ""
            if waiver.grantor not in MAY_WAIVE:
                wrong = "(d): not by an official who may grant it"
            elif waiver.scope != "battery" or not names_subject(unit, case, waiver.subject):
                wrong = "(c): it is not specific to this item"
            elif not stands(waiver, case.on):
                wrong = "(c): not in force; it stands for at most 36 months"
            answer = NO if wrong else YES
            counts = max(counts, answer)
            found.rests.append(Rest(waiver.path, answer))
            found.detail.extend([(waiver.path, wrong)] if wrong else [])
        found.add(max(counts, needs.needless), None, needs.missing)
    return found.told(min(found.answers, default=NO))


RULE = Rule(
    id="10-usc-4872",
    version="2026-11-22",
    cite="10 U.S.C. 4872",
    title="Sensitive materials from covered nations",
    href="https://uscode.house.gov/view.xhtml?req=granuleid:USC-prelim-title10-section4872",
    enacted="10 U.S.C. 4872; DFARS 252.225-7052",
    read_on=date(2026, 11, 22),
    confidence="P",
    binds=Clause("(a)", defense_buys, "T"),
    covers=Clause("(f)(1)", holds_sensitive_material, "T"),
    starts=begins(
        "(a)",
        FROM,
        "the narrow wording",
        "is in force; its clause widens on 1 January 2027",
        "P",
        "the day on which it began is from memory",
    ),
    forbids=Clause("(a)", from_covered_nation, "P"),
    unless=(
        AnyOf(
            "(c)",
            "an exception in (c) applies",
            (
                Clause("(c), off the shelf", off_the_shelf, "T", GIST),
                Clause("(c), electronic device", electronic_device, "T", GIST),
                Clause("(c), recycled", recycled_at_home, "T", GIST),
            ),
            "T",
        ),
    ),
    waived=Clause("(c), waiver", waived, "T"),
    waivers="The Secretary, or an official to whom (d) lets it be delegated; at most 36 months",
    hinges=(Hinge("delivery", "delivery", required=True),),
    readings=tuple(reading.key for reading in SECTION_4872),
    moments=(WIDER_FROM,),
)
