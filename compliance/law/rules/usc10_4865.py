"""10 U.S.C. 4865: what advanced batteries the Department of Defense may buy.

(a) sets the duty: no functional cell component and no technology from a foreign entity of concern,
with no tolerance at all. (b) sets the days it begins, by kind of program. (c) opens three ways
out: sourcing of which more than 95 percent by cost is clean, uses that are excluded, and a waiver
for one year. (e) defines five terms.

Not in it: a dollar threshold, a test of geography, a general exception for off-the-shelf items,
and the 25 percent test, which is the Department of Energy's reading of who is a foreign entity of
concern.

The clauses of the ways out stand in `usc10_4865_unless`.
"""

from collections.abc import Callable
from datetime import date
from itertools import product

from compliance.law.answers import Answer
from compliance.law.asking import Gathered, battery_line, defense_buys, feoc
from compliance.law.categories import (
    ADVANCED_CHEMISTRIES,
    FUNCTIONAL,
    KNOWN,
    MINERAL,
    NAMED_FUNCTIONAL,
    OPEN_CHEMISTRIES,
)
from compliance.law.facts import Input, Kind, Missing, ProcurementFacts, Unit
from compliance.law.readings.usc10_4865 import READINGS
from compliance.law.rule import (
    NEVER,
    Advisory,
    AllOf,
    Case,
    Clause,
    Hinge,
    Rest,
    Rule,
    Starts,
    Told,
)
from compliance.law.rules import usc10_4865_unless as unless

NO, UNKNOWN, YES = Answer.NO, Answer.UNKNOWN, Answer.YES

ENACTED = date(2025, 12, 18)
NEW_FROM = date(2028, 1, 1)
STANDARD_FROM = date(2029, 1, 1)
EXISTING_FROM = date(2031, 1, 30)  # the 30th, not the 1st: as enacted
"""(b)"""


def advanced(case: Case, unit: Unit, into: Gathered) -> Answer:
    """Is the unit an advanced battery or a cell of one?"""
    chemistry, path = unit.chemistry, f"{unit.path}.chemistry"
    if chemistry in ADVANCED_CHEMISTRIES:
        into.add(YES, Rest(path, YES))
        return YES
    if chemistry in OPEN_CHEMISTRIES:
        answer = YES if case.reading("4865-advanced-battery") == "any" else NO
        into.add(answer, Rest(path, answer))
        return answer
    into.add(
        UNKNOWN, Rest(path, UNKNOWN), (Missing(path, f"What is the chemistry of {unit.label}?"),)
    )
    return UNKNOWN


def advanced_battery_or_cell(case: Case) -> Told:
    """covers an advanced battery or a cell, bought as such or inside a system"""
    line = battery_line(case)
    if line.answer is not YES:
        return line
    found = Gathered()
    for unit in case.dossier.part.units:
        advanced(case, unit, found)
    return found.some()


def units_covered(case: Case) -> list[Unit]:
    """The units of the line that (a) may cover."""
    return [unit for unit in case.dossier.part.units if advanced(case, unit, Gathered()) is not NO]


def programs(facts: ProcurementFacts) -> set[str]:
    """Every kind of program this procurement may serve: "new", "existing", "none". (e)(1),
    (e)(2)"""
    if facts.program == "none":
        return {"none"}
    if facts.milestone_b is not None:
        kinds = {"existing" if facts.milestone_b < ENACTED else "new"}
    elif facts.reached_milestone_b is False:
        kinds = {"new"}
    else:
        kinds = {"new", "existing"}
    return kinds if facts.program is not None else kinds | {"none"}


def standard(facts: ProcurementFacts) -> Answer:
    """Used in more than one weapons system and not managed by one portfolio executive. (e)(5)"""
    many = Answer.of(None if facts.weapons_systems is None else facts.weapons_systems > 1)
    apart = Answer.of(
        None if facts.portfolio_executives is None else facts.portfolio_executives != 1
    )
    return min(many, apart)


FROM = {"new": (NEW_FROM,), "existing": (EXISTING_FROM,), "none": ()}


def begun_for(
    kinds: set[str], shared: Answer, on: date, take: Callable[[list[date]], date]
) -> set[bool]:
    """Has (b) begun, for each category that the battery may be of? Empty where none ever binds.

    take: of several days that fit, the earliest (min) or the latest (max).
    """
    may_be_standard = {YES: (True,), NO: (False,), UNKNOWN: (True, False)}[shared]
    fitting = [
        [*FROM[kind], *([STANDARD_FROM] if is_standard else ())]
        for kind, is_standard in product(sorted(kinds), may_be_standard)
    ]
    return {bool(days) and on >= take(days) for days in fitting} if any(fitting) else set()


def begun_for_its_category(case: Case) -> Told:
    """begins on 1 January 2028 for new acquisition programs, on 1 January 2029 for standard
    batteries and on 30 January 2031 for existing acquisition programs"""
    facts = case.dossier.procurement
    kinds, shared = programs(facts), standard(facts)
    begun, latest = (begun_for(kinds, shared, case.on, take) for take in (min, max))
    if not begun:
        return Told(NO, ((NEVER, "outside any acquisition program, and not a standard battery"),))
    if begun != latest and case.reading("4865-overlap") == "latest":
        begun = latest
    names = (
        " or ".join(sorted(kinds))
        + {YES: ", standard battery", NO: "", UNKNOWN: ", standard battery or not"}[shared]
    )
    detail = (("program", names),)
    if len(begun) == 1:
        answer = YES if begun == {True} else NO
        return Told(answer, detail, (Rest("procurement.program", answer),))
    missing = []
    if facts.program is None:
        missing.append(
            Missing("procurement.program", "Is this bought for a defense acquisition program?")
        )
    if len(kinds - {"none"}) > 1:
        missing.append(
            Missing(
                "procurement.milestone_b",
                "On which day did the program reach engineering and manufacturing development "
                "or Milestone B, if it has?",
            )
        )
    if facts.weapons_systems is None and shared is UNKNOWN:
        missing.append(
            Missing("procurement.weapons_systems", "How many weapons systems use this battery?")
        )
    if facts.portfolio_executives is None and shared is UNKNOWN:
        missing.append(
            Missing(
                "procurement.portfolio_executives",
                "How many portfolio acquisition executives manage this battery?",
            )
        )
    return Told(UNKNOWN, detail, (Rest("procurement.program", UNKNOWN),), tuple(missing))


def functional(case: Case, each: Input) -> Answer:
    """Does (a) reach this input: as a functional cell component (e)(3), or as a mineral refined
    into one?"""
    if each.category == MINERAL:
        return YES if case.reading("4865-refined") == "trace" else NO
    return unless.counted(case, each)


def input_from_feoc(case: Case, each: Input, into: Gathered) -> Answer:
    """Is a functional cell component owned, sourced, refined or produced from a foreign entity of
    concern?"""
    path = f"{each.path}.source"
    source = feoc(case, each.source, path, f"Which company supplies the {each.name}?", into)
    if source is YES:
        return YES
    upstream = Gathered()
    if each.steps is None:
        question = f"Who refined and processed the {each.name}, and in which countries?"
        upstream.add(
            UNKNOWN, Rest(f"{each.path}.steps", UNKNOWN), (Missing(f"{each.path}.steps", question),)
        )
    for number, step in enumerate(each.steps or ()):
        question = f"Which company did the {step.kind} of the {each.name}?"
        feoc(case, step.by, f"{each.path}.steps.{number}", question, upstream)
    refined = max((source, *upstream.answers))
    if refined is source or case.reading("4865-refined") == "component":
        return source
    into.rests.extend(upstream.rests)
    into.missing.extend(upstream.missing)
    into.flags.update(upstream.flags)
    return refined


def components_from_feoc(case: Case, unit: Unit, into: Gathered) -> Answer:
    """Is any functional cell component of the unit from a foreign entity of concern? None told is
    unknown."""
    answers = [NO]
    if unit.inputs is None or unit.complete is not True:
        what = f"the functional cell components of {unit.label}"
        missing = (
            Missing(f"{unit.path}.inputs", f"What are {what}, and who supplies each?")
            if unit.inputs is None
            else Missing(f"{unit.path}.complete", f"Are these all {what}?")
        )
        into.add(UNKNOWN, Rest(missing.fact, UNKNOWN), (missing,))
        answers.append(UNKNOWN)
    found_one = False
    for each in unit.inputs or ():
        category = each.category
        if category in KNOWN and category not in FUNCTIONAL and category != MINERAL:
            continue
        inner = Gathered()
        answer = input_from_feoc(case, each, inner)
        found_one = found_one or category in NAMED_FUNCTIONAL
        if answer is not NO:
            counts = functional(case, each)
            if counts is NO:
                continue
            if counts is UNKNOWN:
                inner.missing.append(
                    Missing(f"{each.path}.category", f"What is {each.name} in the cell?")
                )
            answers.append(min(answer, counts))
        into.rests.extend(inner.rests)
        into.missing.extend(inner.missing)
        into.flags.update(inner.flags)
    if unit.inputs is not None and not found_one:
        path, question = (
            f"{unit.path}.inputs",
            f"What are the functional cell components of {unit.label}?",
        )
        into.add(UNKNOWN, Rest(path, UNKNOWN), (Missing(path, question),))
        answers.append(UNKNOWN)
    return max(answers)


def cell_makers_feoc(case: Case, unit: Unit, into: Gathered) -> Answer:
    """Are the functional cell components sourced from a foreign entity of concern that makes the
    cells?"""
    if unit.cells is None:
        return feoc(
            case,
            None,
            f"{unit.path}.cells",
            f"Which company makes the cells of {unit.label}?",
            into,
        )
    return max((feoc(case, use, f"{unit.path}.cells", "", into) for use in unit.cells), default=NO)


def sellers_feoc(case: Case, unit: Unit, into: Gathered) -> Answer:
    """The same of whoever sells or assembles the battery."""
    return max(
        feoc(case, unit.maker, f"{unit.path}.maker", f"Which company makes {unit.label}?", into),
        feoc(
            case,
            unit.assembler,
            f"{unit.path}.assembler",
            f"Which company does final assembly of {unit.label}?",
            into,
        ),
    )


def unit_from_feoc(case: Case, unit: Unit, into: Gathered) -> Answer:
    """(a) for one unit: its components, the makers of its cells, and its technology."""
    answer = max(
        components_from_feoc(case, unit, into),
        cell_makers_feoc(case, unit, into),
        unless.technology_feoc(case, unit, into),
    )
    if answer is YES:
        return YES
    sellers = Gathered()
    seller = max(answer, sellers_feoc(case, unit, sellers))
    if seller is answer or case.reading("4865-assembler") == "cells":
        return answer
    into.rests.extend(sellers.rests)
    into.missing.extend(sellers.missing)
    into.flags.update(sellers.flags)
    return seller


def touched_by_feoc(case: Case) -> Told:
    """a functional cell component or technology is owned, sourced, refined or produced from a
    foreign entity of concern"""
    found = Gathered()
    return found.told(
        max((unit_from_feoc(case, unit, found) for unit in units_covered(case)), default=NO)
    )


def units_touched(case: Case) -> list[Unit]:
    """The units that (a) may condemn: only these need a way out."""
    if case.touched is None:
        case.touched = [
            unit for unit in units_covered(case) if unit_from_feoc(case, unit, Gathered()) is not NO
        ]
    return case.touched


def outside_any_category(case: Case) -> tuple[Advisory, ...]:
    """A battery bought outside any program fits none of the three categories of (b)."""
    facts = case.dossier.procurement
    if (
        case.dossier.part.kind in (None, Kind.OTHER)
        or programs(facts) != {"none"}
        or standard(facts) is not NO
    ):
        return ()
    return (
        Advisory(
            "4865-outside-categories",
            "10 U.S.C. 4865(b)",
            "Bought outside any acquisition program and not a standard battery: no day in (b) "
            "fits. Sections 154 and 805 still apply.",
        ),
    )


def final_assembly_outside_feoc(case: Case) -> Told:
    """final assembly is by an entity other than a foreign entity of concern"""
    return unless.final_assembly_outside_feoc(case, units_touched(case))


def over_95_percent_outside_feoc(case: Case) -> Told:
    """functional cell components making up more than 95 percent of the costs of all of them are
    from sources that are not foreign entities of concern"""
    return unless.over_95_percent_outside_feoc(case, units_touched(case))


def no_feoc_licence(case: Case) -> Told:
    """produced without technology licensed from a foreign entity of concern"""
    return unless.no_feoc_licence(case, units_touched(case))


RULE = Rule(
    id="10-usc-4865",
    version="2026-11-23",
    cite="10 U.S.C. 4865",
    title="Advanced batteries composed of materials from certain foreign sources",
    href="https://uscode.house.gov/view.xhtml?req=granuleid:USC-prelim-title10-section4865",
    enacted="Pub. L. 119-60, sec. 842, 18 December 2025",
    read_on=date(2026, 11, 22),
    confidence="T",
    binds=Clause("(a)", defense_buys, "T"),
    covers=Clause(
        "(a)",
        advanced_battery_or_cell,
        "T",
        "a battery inside a system that is bought counts, at whatever tier of supply",
    ),
    starts=Starts(
        "(b)",
        begun_for_its_category,
        (
            (NEW_FROM, "new acquisition programs"),
            (STANDARD_FROM, "standard batteries"),
            (EXISTING_FROM, "existing acquisition programs"),
        ),
        "T",
        "the text names no step of a procurement: each award, order, option or added quantity of "
        "that day or later is reached",
    ),
    forbids=Clause("(a)", touched_by_feoc, "T"),
    unless=(
        *unless.EXCLUDED,
        AllOf(
            "(c)(1)(A)",
            "sourced and produced in compliance",
            (
                Clause("(c)(1)(A)(i)", final_assembly_outside_feoc, "T"),
                Clause("(c)(1)(A)(ii)", over_95_percent_outside_feoc, "T", unless.COSTS),
                Clause("(c)(1)(A)(iii)", no_feoc_licence, "T"),
            ),
            "T",
        ),
    ),
    waived=unless.WAIVED,
    ground=unless.GROUND,
    waivers=unless.WAIVERS,
    hinges=(
        Hinge("award", "award", required=True),
        Hinge("renewal or option", "renewal"),
        Hinge("delivery", "delivery", review="4865-delivery"),
    ),
    advises=(outside_any_category,),
    readings=tuple(reading.key for reading in READINGS),
)
