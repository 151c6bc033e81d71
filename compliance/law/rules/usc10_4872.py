"""10 U.S.C. 4872: certain magnets and metals from covered nations.

Samarium-cobalt and neodymium-iron-boron magnets, tungsten, tantalum and molybdenum (f)(1), at any
tier (b): in a battery, a magnet in a fan or tantalum capacitors on a board; never lithium, graphite
or nickel. The clause that carries it, DFARS 252.225-7052, widens on 1 January 2027 from melted or
produced to mined, refined, separated, melted or produced. Its dates are data here.

Of the exceptions in (c) only the gist was noted: each carries a flag to verify its limits.
"""

from datetime import date

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
    is_whole,
    told,
    touched,
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
    answers = [NO]
    for unit in case.dossier.part.things:
        for thing in holders(unit, sensitive):
            ask_whether(thing, sensitive, found)
            origin = one_from_covered_nation(case, thing, found)
            answers.append(min(origin, sensitive(thing, Gathered())))
    return found.told(max(answers))


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


def off_the_shelf(case: Case) -> Told:
    """a commercially available off-the-shelf item, that is not itself the magnet or the metal"""
    found = Gathered()
    for unit in touched(case, sensitive):
        bare = unit.category == "magnet"
        cots = NO if bare else Answer.of(unit.cots)
        path = f"{unit.path}.cots"
        question = f"Is {unit.label} a commercially available off-the-shelf item?"
        found.add(cots, Rest(path, cots), (Missing(path, question),))
    if YES in found.answers:
        found.flags.add("4872-exception-verify")
    return found.every()


def electronic_device(case: Case) -> Told:
    """an electronic device"""
    found = Gathered()
    for unit in touched(case, sensitive):
        path, word = f"{unit.path}.electronic_device", told(unit, "electronic_device")
        answer = Answer.of(None if word is None else word == "yes")
        question = f"Is {unit.label} an electronic device?"
        found.add(answer, Rest(path, answer), (Missing(path, question),))
    if YES in found.answers:
        found.flags.add("4872-exception-verify")
    return found.every()


def recycled_at_home(case: Case) -> Told:
    """recycled material, processed in the United States"""
    found = Gathered()
    for unit in case.dossier.part.things:
        for each in unit.inputs or ():
            if sensitive(each, Gathered()) is NO:
                continue
            done = [step.country for step in each.steps or () if step.kind == "reprocessing"]
            home = min((Answer.of(None if c is None else c == "US") for c in done), default=NO)
            recycled = each.recycled
            if recycled is None and each.steps is not None:
                recycled = bool(done)
            answer = min(Answer.of(recycled), home if each.steps is not None else UNKNOWN)
            path = f"{each.path}.recycled"
            question = f"Is the {each.name} recycled, and processed in the United States?"
            found.add(answer, Rest(path, answer), (Missing(path, question),))
    if not found.answers:
        return Told(NO)
    for unit in case.dossier.part.things:
        if is_whole(unit) and unit in holders(unit, sensitive):
            path, question = f"{unit.path}.inputs", f"What else in {unit.label} holds them?"
            found.add(UNKNOWN, Rest(path, UNKNOWN), (Missing(path, question),))
    if YES in found.answers:
        found.flags.add("4872-exception-verify")
    return found.every()


def stands(waiver: WaiverFact, on: date) -> bool:
    longest = months_after(waiver.granted, WAIVER_MONTHS)
    end = longest if waiver.ends is None else min(longest, waiver.ends)
    return waiver.granted <= on < end


def waived(case: Case) -> Told:
    """a waiver of at most 36 months, specific to the item, is in force"""
    found = Gathered()
    waivers = [each for each in case.dossier.procurement.waivers if each.rule == "10-usc-4872"]
    for unit in touched(case, sensitive):
        counts = NO
        for waiver in waivers:
            wrong = None
            if waiver.grantor not in MAY_WAIVE:
                wrong = "(d): not by an official who may grant it"
            elif waiver.scope != "battery" or not names_subject(unit, case, waiver.subject):
                wrong = "(c): it is not specific to this item"
            elif not stands(waiver, case.on):
                wrong = "(c): not in force; it stands for at most 36 months"
            found.rests.append(Rest(waiver.path, YES if wrong is None else NO))
            if wrong is None:
                counts = YES
            else:
                found.detail.append((waiver.path, wrong))
        found.answers.append(counts)
    return found.every()


RULE = Rule(
    id="10-usc-4872",
    version="2026-11-22",
    cite="10 U.S.C. 4872",
    title="Sensitive materials from covered nations",
    href="https://uscode.house.gov/view.xhtml?req=granuleid:USC-prelim-title10-section4872",
    enacted="10 U.S.C. 4872; DFARS 252.225-7052",
    read_on=date(2026, 11, 22),
    confidence="P",
    binds=Clause("(a)", defense_buys),
    covers=Clause("(f)(1)", holds_sensitive_material),
    starts=begins(
        "(a)", FROM, "the narrow wording", "is in force; its clause widens on 1 January 2027"
    ),
    forbids=Clause("(a)", from_covered_nation),
    unless=(
        AnyOf(
            "(c)",
            "an exception in (c) applies",
            (
                Clause("(c), off the shelf", off_the_shelf),
                Clause("(c), electronic device", electronic_device),
                Clause("(c), recycled", recycled_at_home),
            ),
        ),
    ),
    waived=Clause("(c), waiver", waived),
    waivers="The Secretary, or an official to whom (d) lets it be delegated; at most 36 months",
    hinges=(Hinge("delivery", "delivery", required=True),),
    readings=tuple(reading.key for reading in SECTION_4872),
    moments=(WIDER_FROM,),
)
