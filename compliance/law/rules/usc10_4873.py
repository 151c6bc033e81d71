"""10 U.S.C. 4873: printed circuit boards from covered nations.

From 1 January 2027 (a)(3), but by (e) only in contracts after a final implementing rule, and none
has been issued. When one is, it is a further rule with its own day.
"""

from datetime import date

from compliance.law.answers import Answer
from compliance.law.asking import Gathered, defense_buys
from compliance.law.categories import BOARDS
from compliance.law.facts import Input, Unit
from compliance.law.materials import (
    any_holds,
    ask_whether,
    holders,
    holds,
    worked_in_covered_nation,
)
from compliance.law.rule import Case, Clause, Hinge, Rule, Starts, Told

NO, UNKNOWN, YES = Answer.NO, Answer.UNKNOWN, Answer.YES

BOARDS_FROM = date(2027, 1, 1)
YES_NO = {"yes": YES, "no": NO, "*": UNKNOWN}
WORKED = frozenset({"manufacture", "assembly", "production"})
WHAT = "Is there a covered printed circuit board in"


def board(thing: Unit | Input, into: Gathered) -> Answer:
    return holds(thing, "covered_pcb", BOARDS, YES_NO, into, WHAT)


def carries_board(case: Case) -> Told:
    """covers an item with a covered printed circuit board"""
    return any_holds(case, board)


def waits_for_final_rule(case: Case) -> Told:
    """begins on 1 January 2027, in contracts after a final implementing rule, which was not issued
    on the day this was read"""
    return Told(NO, (("final rule", "not issued"),))


def board_from_covered_nation(case: Case) -> Told:
    """the printed circuit board was made in a covered nation"""
    found = Gathered()
    answers = [NO]
    for unit in case.dossier.part.things:
        for thing in holders(unit, board):
            ask_whether(thing, board, found)
            origin = worked_in_covered_nation(case, thing, WORKED, (WORKED,), found)
            answers.append(min(origin, board(thing, Gathered())))
    return found.told(max(answers))


RULE = Rule(
    id="10-usc-4873",
    version="2026-11-22",
    cite="10 U.S.C. 4873",
    title="Printed circuit boards from covered nations",
    href="https://uscode.house.gov/view.xhtml?req=granuleid:USC-prelim-title10-section4873",
    enacted="10 U.S.C. 4873",
    read_on=date(2026, 11, 22),
    confidence="T",
    binds=Clause("(a)", defense_buys, "T"),
    covers=Clause("(c)", carries_board, "T"),
    starts=Starts(
        "(e)",
        waits_for_final_rule,
        ((BOARDS_FROM, "contracts after a final implementing rule"),),
        "T",
    ),
    forbids=Clause("(a)", board_from_covered_nation, "T"),
    hinges=(Hinge("award", "award", required=True),),
    not_modelled=(
        (
            "purchases below the micro-purchase threshold",
            "they are exempt; the value of a purchase is not kept, as nothing is in force yet. "
            "Without it a board would be judged too strictly, never too mildly",
        ),
    ),
)
