"""H.R. 1166 and S. 450 of the 119th Congress: a bill, which on the day it was read was not law.

It would bind the Department of Homeland Security to the six names of section 154, their
subsidiaries and further lists, by funds obligated from 1 October 2027.
"""

from datetime import date

from compliance.law.answers import Answer
from compliance.law.rule import Case, Clause, Hinge, Rule, Told, begins

NO = Answer.NO


def nothing(case: Case) -> Told:
    """nothing here is forbidden"""
    return Told(NO)


def is_law(case: Case) -> Told:
    """binds the Department of Homeland Security, once enacted"""
    return Told(NO, (("line", "not enacted on the day this was read"),))


RULE = Rule(
    id="hr-1166",
    version="2026-11-22",
    cite="H.R. 1166 (119th Congress)",
    title="Batteries bought by the Department of Homeland Security: a bill",
    href="https://www.congress.gov/bill/119th-congress/house-bill/1166",
    enacted="Not enacted: passed the House in March 2025, in committee in the Senate",
    read_on=date(2026, 11, 22),
    confidence="S",
    binds=Clause("(a)", is_law, "S"),
    covers=Clause("(b)", nothing, "T"),
    starts=begins(
        "(a)",
        date(2027, 10, 1),
        "funds obligated, if it becomes law",
        "would begin on 1 October 2027",
        "T",
    ),
    forbids=Clause("(a)", nothing, "T"),
    hinges=(Hinge("award", "award", required=True),),
)
