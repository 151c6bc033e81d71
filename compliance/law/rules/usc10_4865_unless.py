"""The ways out of 10 U.S.C. 4865(a): compliant sourcing (c)(1), excluded uses (c)(2), the waiver
(c)(3)."""

from datetime import date
from decimal import Decimal

from compliance.law.answers import Answer
from compliance.law.asking import Gathered, exact, feoc, names_subject
from compliance.law.categories import FUNCTIONAL, KNOWN, READ_FUNCTIONAL
from compliance.law.days import anniversary
from compliance.law.facts import Input, Missing, Unit, WaiverFact
from compliance.law.rule import Case, Clause, Rest, Told

NO, UNKNOWN, YES = Answer.NO, Answer.UNKNOWN, Answer.YES

MORE_THAN_PERCENT = 95  # (c)(1)(A)(ii)
MAY_WAIVE = frozenset({"secdef", "usd_as"})  # (c)(3)(B)
QUALITY = "(c)(3)(A)(i)"
NOT_AN_ENABLER = "(c)(3)(A)(ii)"
DEVICES = frozenset({"cell_phone", "laptop", "personal_electronic", "medical"})  # (c)(2)(A)
SETTINGS = frozenset({"office", "administrative", "hospital", "non_combat"})
RECYCLING = frozenset({"recycling", "reprocessing"})
COSTS = (
    "exact costs, never rounded, in one currency and on one basis; what comes from an unknown "
    "source is counted both ways"
)


def counted(case: Case, each: Input) -> Answer:
    """Is an input a functional cell component? (e)(3)"""
    if each.category is None or each.category not in KNOWN:
        return UNKNOWN
    if each.category in READ_FUNCTIONAL:
        return YES if case.reading("4865-functional") == "other" else NO
    return YES if each.category in FUNCTIONAL else NO


def technology_feoc(case: Case, unit: Unit, into: Gathered) -> Answer:
    """Is technology licensed from a foreign entity of concern? Licences not told to be all are
    unknown."""
    answers = [NO]
    for licence in unit.licences:
        if licence.true_from is not None and case.on < licence.true_from:
            continue
        if licence.true_to is not None and case.on >= licence.true_to:
            continue
        inner = Gathered()
        answer = feoc(case, licence.licensor, f"{licence.path}.licensor", "", inner)
        if licence.component and answer is not NO and case.reading("4865-technology") == "battery":
            continue
        answers.append(answer)
        into.rests.extend(inner.rests)
        into.missing.extend(inner.missing)
        into.flags.update(inner.flags)
    if unit.licences_complete is not True:
        path = f"{unit.path}.licences_complete"
        question = f"Which technology licences is {unit.label} made under, and are these all?"
        into.add(UNKNOWN, Rest(path, UNKNOWN), (Missing(path, question),))
        answers.append(UNKNOWN)
    return max(answers)


def no_feoc_licence(case: Case, units: list[Unit]) -> Told:
    found = Gathered()
    return found.told(min((~technology_feoc(case, unit, found) for unit in units), default=YES))


def final_assembly_outside_feoc(case: Case, units: list[Unit]) -> Told:
    found = Gathered()
    answer = YES
    for unit in units:
        question = f"Which company does final assembly of {unit.label}?"
        pack = feoc(case, unit.assembler, f"{unit.path}.assembler", question, found)
        inner = Gathered()
        if unit.cells is None:
            cells = feoc(
                case,
                None,
                f"{unit.path}.cells",
                f"Which company makes the cells of {unit.label}?",
                inner,
            )
        else:
            cells = max(
                (feoc(case, use, f"{unit.path}.cells", "", inner) for use in unit.cells), default=NO
            )
        both = max(pack, cells)
        if both is not pack and case.reading("4865-final-assembly") == "both":
            pack = both
            found.rests.extend(inner.rests)
            found.missing.extend(inner.missing)
            found.flags.update(inner.flags)
        answer = min(answer, ~pack)
    return found.told(answer)


def recycled_credit(case: Case, each: Input, into: Gathered) -> Answer:
    """(c)(1)(B): is an input from a concern taken to come from its domestic recycler instead?

    Both steps in the United States, a reprocessor that is no concern itself, and custody evidence
    held.
    """
    steps = each.steps
    recycled = each.recycled
    if recycled is None and steps is not None:
        recycled = any(step.kind in RECYCLING for step in steps)
    if recycled is False:
        return NO
    inner = Gathered()
    answer = Answer.of(recycled)
    path = f"{each.path}.recycled"
    inner.add(
        answer, Rest(path, answer), (Missing(path, f"Is the {each.name} recycled material?"),)
    )
    for kind in sorted(RECYCLING):
        done = [step for step in steps or () if step.kind == kind]
        domestic = min(
            (Answer.of(None if step.country is None else step.country == "US") for step in done),
            default=UNKNOWN,
        )
        if steps is not None and not done and recycled:
            domestic = NO
        question = f"In which country was the {kind} of the {each.name} done?"
        inner.add(
            domestic,
            Rest(f"{each.path}.steps", domestic),
            (Missing(f"{each.path}.steps", question),),
        )
        if kind == "reprocessing":
            for step in done:
                by = Gathered()
                by_concern = feoc(
                    case,
                    step.by,
                    f"{each.path}.steps",
                    f"Which company reprocessed the {each.name}?",
                    by,
                )
                inner.add(~by_concern, None, by.missing)
                inner.rests.extend(by.rests)
                inner.flags.update(by.flags)
    custody = Answer.of(each.custody)
    question = f"Is there chain-of-custody evidence for the recycled {each.name}?"
    inner.add(
        custody, Rest(f"{each.path}.custody", custody), (Missing(f"{each.path}.custody", question),)
    )
    answer = min(inner.answers)
    if answer is not NO and case.reading("4865-recycled") == "origin":
        return NO
    into.rests.extend(inner.rests)
    into.flags.update(inner.flags)
    if answer is UNKNOWN:
        into.missing.extend(inner.missing)
    return answer


def outside(case: Case, each: Input, into: Gathered) -> Answer:
    """Does the cost of this component count as from a source that is no concern?"""
    concern = feoc(
        case, each.source, f"{each.path}.source", f"Which company supplies the {each.name}?", into
    )
    if concern is NO:
        return YES
    return max(~concern, recycled_credit(case, each, into))


def share_outside(case: Case, unit: Unit, into: Gathered) -> Answer:
    """(c)(1)(A)(ii) for one unit: exact, strictly more than 95, unknown parts carried as bounds."""
    if unit.inputs is None or unit.complete is not True:
        path = f"{unit.path}.inputs" if unit.inputs is None else f"{unit.path}.complete"
        question = (
            f"Are the functional cell components of {unit.label} all told, each with its cost?"
        )
        into.add(UNKNOWN, Rest(path, UNKNOWN), (Missing(path, question),))
        return UNKNOWN
    low = high = total = Decimal(0)
    units_of_cost = set()
    settled = True
    for each in unit.inputs:
        is_counted = counted(case, each)
        if is_counted is NO:
            continue
        question = f"What is {each.name} in the cell?"
        if is_counted is UNKNOWN:
            path = f"{each.path}.category"
            into.add(UNKNOWN, Rest(path, UNKNOWN), (Missing(path, question),))
            settled = False
        answer = outside(case, each, into)
        units_of_cost.add((each.currency, each.basis))
        if each.cost is None:
            path = f"{each.path}.cost"
            into.add(
                UNKNOWN,
                Rest(path, UNKNOWN),
                (Missing(path, f"What does the {each.name} cost in {unit.label}?"),),
            )
            settled = False
            continue
        total += each.cost
        if answer is YES:
            low += each.cost
        if answer is not NO:
            high += each.cost
    if len(units_of_cost) != 1 or any(None in pair for pair in units_of_cost):
        path = f"{unit.path}.inputs"
        question = (
            f"Are the component costs of {unit.label} in one currency and on one basis, "
            "and on which?"
        )
        into.add(UNKNOWN, Rest(path, UNKNOWN), (Missing(path, question),))
        settled = False
    into.detail.append((f"{unit.path}.outside_low", exact(low)))
    into.detail.append((f"{unit.path}.outside_high", exact(high)))
    into.detail.append((f"{unit.path}.total", exact(total)))
    if not settled or not total:
        return UNKNOWN
    if low * 100 > total * MORE_THAN_PERCENT:
        return YES
    return UNKNOWN if high * 100 > total * MORE_THAN_PERCENT else NO


def over_95_percent_outside_feoc(case: Case, units: list[Unit]) -> Told:
    found = Gathered()
    return found.told(min((share_outside(case, unit, found) for unit in units), default=YES))


def office_electronics(case: Case) -> Told:
    """for a cell phone, laptop, personal electronic device or medical equipment intended for an
    office, administrative, hospital or non-combat setting"""
    facts = case.dossier.procurement
    found = Gathered()
    device = Answer.of(None if facts.device is None else facts.device in DEVICES)
    question = (
        "Is the battery for a cell phone, laptop, personal electronic device, medical "
        "equipment, or another thing?"
    )
    found.add(
        device, Rest("procurement.device", device), (Missing("procurement.device", question),)
    )
    if device is NO:
        return found.every()
    setting = Answer.of(None if facts.setting is None else facts.setting in SETTINGS)
    if setting is YES or facts.device == "medical" or case.reading("4865-setting") == "all":
        question = (
            "In which setting will it be used: office, administrative, hospital, "
            "non-combat, combat or other?"
        )
        found.add(
            setting,
            Rest("procurement.setting", setting),
            (Missing("procurement.setting", question),),
        )
    return found.every()


def maintenance_cots(case: Case) -> Told:
    """a commercially available off-the-shelf item for use only in maintenance of equipment"""
    facts = case.dossier.procurement
    found = Gathered()
    only = Answer.of(None if facts.maintenance is None else facts.maintenance == "only")
    question = "Is it used only to maintain equipment, partly, or not?"
    found.add(
        only, Rest("procurement.maintenance", only), (Missing("procurement.maintenance", question),)
    )
    if only is not NO:
        for unit in case.dossier.part.units:
            path, cots = f"{unit.path}.cots", Answer.of(unit.cots)
            question = f"Is {unit.label} a commercially available off-the-shelf item?"
            found.add(cots, Rest(path, cots), (Missing(path, question),))
    return found.every()


def rdte(case: Case) -> Told:
    """acquired for research, development, testing and evaluation by the Department of Defense"""
    facts = case.dossier.procurement
    answer = Answer.of(facts.rdte)
    rests = (Rest("procurement.rdte", answer),)
    if answer is UNKNOWN:
        question = (
            "Is it acquired for research, development, testing and evaluation by the "
            "Department of Defense?"
        )
        return Told(answer, (), rests, (Missing("procurement.rdte", question),))
    if answer is YES and facts.fielded_from is not None and case.on >= facts.fielded_from:
        ended = case.reading("4865-rdte-fielded") == "ends"
        return Told(NO if ended else YES, (("fielded", facts.fielded_from.isoformat()),), rests)
    return Told(answer, (), rests)


def ends(waiver: WaiverFact) -> date:
    """The first day on which a waiver no longer stands: its first anniversary, or sooner if it
    says so."""
    year = anniversary(waiver.granted)
    return year if waiver.ends is None else min(year, waiver.ends)


def fault(case: Case, waiver: WaiverFact, unit: Unit) -> str:
    """The clause that keeps a waiver from counting for a unit on the day, or "" where it
    counts."""
    if waiver.grantor not in MAY_WAIVE:
        return (
            "(c)(3)(B): only the Secretary or the Under Secretary for Acquisition and "
            "Sustainment may grant it"
        )
    if waiver.ground not in (QUALITY, NOT_AN_ENABLER):
        return "(c)(3)(A): it states neither ground"
    if waiver.scope == "battery":
        if not names_subject(unit, case, waiver.subject):
            return "(c)(3): it names another battery"
    elif waiver.subject not in case.dossier.procurement.systems:
        return "(c)(3): it names another system"
    if waiver.ground == NOT_AN_ENABLER and not is_component(case, unit):
        return "(c)(3)(A)(ii): the battery is not told to be a component of a system"
    if case.on < waiver.granted:
        return "(c)(3): not yet granted"
    if case.on >= ends(waiver):
        return "(c)(3): its one year has ended"
    return ""


def is_component(case: Case, unit: Unit) -> bool:
    return unit.embedded or case.dossier.procurement.item == "embedded"


def waived(case: Case) -> Told:
    """a waiver in force, granted by the Secretary of Defense or the Under Secretary for
    Acquisition and Sustainment, covers this battery or its system"""
    found = Gathered()
    waivers = [each for each in case.dossier.procurement.waivers if each.rule == "10-usc-4865"]
    for unit in case.dossier.part.units:
        counts = NO
        for waiver in waivers:
            wrong = fault(case, waiver, unit)
            answer = NO if wrong else YES
            counts = max(counts, answer)
            found.rests.append(Rest(waiver.path, answer))
            found.detail.extend([(waiver.path, wrong)] if wrong else [])
        found.answers.append(counts)
    return found.told(min(found.answers, default=NO))


def ground_documented(case: Case) -> Told:
    """a documented fact supports a ground for a waiver"""
    grounds = [each for each in case.dossier.procurement.grounds if each.rule == "10-usc-4865"]
    found = Gathered()
    for unit in case.dossier.part.units:
        usable = [
            each.ground
            for each in grounds
            if (not each.subject or names_subject(unit, case, each.subject))
            and (
                each.ground == QUALITY
                or (each.ground == NOT_AN_ENABLER and is_component(case, unit))
            )
        ]
        found.answers.append(Answer.of(bool(usable)))
        found.detail.extend((unit.path, ground) for ground in usable)
    return found.told(min(found.answers, default=NO))


EXCLUDED = (
    Clause("(c)(2)(A)", office_electronics, "T"),
    Clause(
        "(c)(2)(B)",
        maintenance_cots,
        "T",
        "off the shelf as in 41 U.S.C. 104, which the text does not name",
    ),
    Clause(
        "(c)(2)(C)",
        rdte,
        "T",
        "bought with money for research, development, testing and evaluation, and documented so",
    ),
)
WAIVED = Clause(
    "(c)(3)",
    waived,
    "T",
    "each year is a fresh waiver, which stands through the day before its first anniversary",
)
GROUND = Clause("(c)(3)(A)", ground_documented, "T")
WAIVERS = (
    "The Secretary of Defense or, by the only delegation allowed, the Under Secretary for "
    "Acquisition and Sustainment"
)
