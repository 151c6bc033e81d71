"""10 U.S.C. 4875: personal protective equipment, wipes and swabs. It reaches no battery."""

from datetime import date

from compliance.law.answers import Answer
from compliance.law.asking import defense_buys
from compliance.law.rule import Case, Clause, Hinge, Rule, Told, begins

NO = Answer.NO


def protective_equipment(case: Case) -> Told:
    """covers personal protective equipment and like goods, and no battery part"""
    return Told(NO, (("line", "about protective equipment, wipes and swabs, not batteries"),))


def nothing(case: Case) -> Told:
    """nothing here is forbidden"""
    return Told(NO)


RULE = Rule(
    id="10-usc-4875",
    version="2026-11-22",
    cite="10 U.S.C. 4875",
    title="Personal protective equipment from covered nations",
    href="https://uscode.house.gov/view.xhtml?req=granuleid:USC-prelim-title10-section4875",
    enacted="10 U.S.C. 4875",
    read_on=date(2026, 11, 22),
    confidence="T",
    binds=Clause("(a)", defense_buys, "T"),
    covers=Clause("(d)", protective_equipment, "T"),
    starts=begins("(a)", date(2022, 12, 27), "protective equipment", "is in force", "T"),
    forbids=Clause("(a)", nothing, "T"),
    hinges=(Hinge("award", "award", required=True),),
)
