"""FY2023 NDAA sec. 5949: semiconductor products designed, made or provided by SMIC, CXMT or YMTC.

From 23 December 2027, for every executive agency. What was acquired before may stay for life. The
implementing rule, FAR Case 2023-008, was proposed on 17 February 2026.
"""

from datetime import date

from compliance.law.answers import Answer
from compliance.law.asking import Gathered, executive_agency_buys
from compliance.law.categories import HOLD_CHIPS
from compliance.law.facts import Input, Missing, Unit
from compliance.law.materials import any_holds, ask_whether, holders, holds, maker_listed, name_of
from compliance.law.rule import Case, Clause, Hinge, Rest, Rule, Told, begins

NO, UNKNOWN, YES = Answer.NO, Answer.UNKNOWN, Answer.YES

FROM = date(2027, 12, 23)
WORDS = {"none": NO, "some": YES, "*": UNKNOWN}


def chips(thing: Unit | Input, into: Gathered) -> Answer:
    if thing.category == "ic":
        return YES
    return holds(thing, "semiconductors", HOLD_CHIPS, WORDS, into, "Are there semiconductors in")


def carries_chips(case: Case) -> Told:
    """covers a semiconductor product, or an item with one inside"""
    return any_holds(case, chips)


def chip_of_named_company(case: Case) -> Told:
    """the semiconductor product was designed, made or provided by SMIC, CXMT or YMTC, or an
    affiliate"""
    found = Gathered()
    answers = [NO]
    for unit in case.dossier.part.things:
        for thing in holders(unit, chips, frozenset({"ic"})):
            if thing.category == "ic":
                answers.append(maker_listed(case, thing, "5949", found))
                continue
            ask_whether(thing, chips, found)
            path = f"{thing.path}.semiconductors"
            question = f"Which companies designed and made the semiconductors in {name_of(thing)}?"
            found.add(UNKNOWN, Rest(path, UNKNOWN), (Missing(path, question),))
            answers.append(UNKNOWN)
    return found.told(max(answers))


RULE = Rule(
    id="ndaa-2023-5949",
    version="2026-11-22",
    cite="FY2023 NDAA sec. 5949",
    title="Semiconductor products of certain companies",
    href="https://www.congress.gov/117/plaws/publ263/PLAW-117publ263.pdf",
    enacted="Pub. L. 117-263, sec. 5949; FAR Case 2023-008, proposed 17 February 2026",
    read_on=date(2026, 11, 22),
    confidence="S",
    binds=Clause("(a)", executive_agency_buys, "S"),
    covers=Clause("(a)", carries_chips, "S"),
    starts=begins("(c)", FROM, "products bought", "begins on 23 December 2027", "S"),
    forbids=Clause("(a)(1)", chip_of_named_company, "S"),
    hinges=(Hinge("award", "award", required=True), Hinge("renewal or extension", "renewal")),
    not_modelled=(
        (
            "items acquired before 23 December 2027",
            "they may stay for life: what is held already is no purchase, and is not asked about",
        ),
    ),
)
