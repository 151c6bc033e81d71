"""FY2019 NDAA sec. 889(a)(1)(A): telecommunications and video equipment of five named companies.

And of their affiliates: a cellular module in a smart battery or the controller of a storage system.
(a)(1)(B), what a contractor itself uses, is asked of contractors and not of parts.
"""

from datetime import date

from compliance.law.answers import Answer
from compliance.law.asking import Gathered, executive_agency_buys
from compliance.law.categories import HOLD_TELECOM
from compliance.law.facts import Input, Missing, Unit
from compliance.law.materials import (
    any_holds,
    ask_whether,
    holders,
    holds,
    is_whole,
    maker_listed,
    name_of,
)
from compliance.law.rule import Case, Clause, Hinge, Rest, Rule, Told, begins

NO, UNKNOWN, YES = Answer.NO, Answer.UNKNOWN, Answer.YES

FROM = date(2019, 8, 13)
YES_NO = {"yes": YES, "no": NO, "*": UNKNOWN}
TELECOM_KINDS = frozenset({"radio", "camera"})


def telecom(thing: Unit | Input, into: Gathered) -> Answer:
    if thing.category in TELECOM_KINDS:
        return YES
    what = "Is there a cellular, radio or video module in"
    return holds(thing, "telecom", HOLD_TELECOM, YES_NO, into, what)


def carries_telecom(case: Case) -> Told:
    """covers telecommunications or video surveillance equipment, or an item with some inside"""
    return any_holds(case, telecom)


def telecom_of_named_company(case: Case) -> Told:
    """the equipment is of a company that section 889(f)(3) names, or its affiliate"""
    found = Gathered()
    answers = [NO]
    for unit in case.dossier.part.things:
        for thing in holders(unit, telecom, TELECOM_KINDS):
            ask_whether(thing, telecom, found)
            module = isinstance(thing, Input) and not is_whole(thing)
            if thing.category in TELECOM_KINDS or module:
                listed = maker_listed(case, thing, "889", found)
                answers.append(min(listed, telecom(thing, Gathered())))
                continue
            answers.append(UNKNOWN)
            name = name_of(thing)
            question = f"Which company makes the cellular, radio or video module in {name}?"
            path = f"{thing.path}.inputs" if isinstance(thing, Unit) else f"{thing.path}.telecom"
            found.add(UNKNOWN, Rest(path, UNKNOWN), (Missing(path, question),))
    return found.told(max(answers))


RULE = Rule(
    id="ndaa-2019-889",
    version="2026-11-22",
    cite="FY2019 NDAA sec. 889",
    title="Telecommunications and video equipment of certain companies",
    href="https://www.congress.gov/115/plaws/publ232/PLAW-115publ232.pdf",
    enacted="Pub. L. 115-232, sec. 889; FAR 52.204-24, -25 and -26",
    read_on=date(2026, 11, 22),
    confidence="M",
    binds=Clause("(a)(1)", executive_agency_buys, "M"),
    covers=Clause("(f)(3)", carries_telecom, "M"),
    starts=begins("(a)(1)(A)", FROM, "equipment bought", "begins on 13 August 2019", "M"),
    forbids=Clause("(a)(1)(A)", telecom_of_named_company, "M"),
    hinges=(Hinge("award", "award", required=True), Hinge("renewal or extension", "renewal")),
    not_modelled=(
        (
            "(a)(1)(B)",
            "from 13 August 2020, contracts with those who themselves use such equipment: a fact "
            "of the contractor's own house, attested in SAM (FAR 52.204-26), and of no part",
        ),
    ),
)
