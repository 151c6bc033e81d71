"""FY2024 NDAA sec. 805(a)(1)(A): no contract with a Chinese military company or one it controls."""

from datetime import date

from compliance.law.answers import Answer
from compliance.law.asking import Gathered, defense_buys, listed
from compliance.law.readings.neighbours import SECTION_805
from compliance.law.rule import Case, Clause, Hinge, Rule, Told, begins
from compliance.law.rules.ndaa2024_805 import (
    CONNECTIONS,
    CONTROL,
    CUT_OFF,
    ENACTED,
    HREF,
    LIST,
    WAIVER,
    WAIVERS,
    existing,
)

YES = Answer.YES
FROM = date(2026, 6, 30)


def a_contract(case: Case) -> Told:
    """covers a contract for goods, services or technology"""
    return Told(YES)


def with_listed_entity(case: Case) -> Told:
    """the contract is with an entity on the section 1260H list, or one under its control"""
    found = Gathered()
    path = "part.units.0.maker"
    listed(case, LIST, case.dossier.part.units[0].maker, path, "Who is the contract with?", found)
    return found.some()


def existing_contract(case: Case) -> Told:
    """a contract that existed when the prohibition began, renewed or extended"""
    return existing(case, FROM)


RULE = Rule(
    id="ndaa-2024-805-a",
    version="2026-11-22",
    cite="FY2024 NDAA sec. 805",
    title="Contracts with Chinese military companies",
    href=HREF,
    enacted=ENACTED,
    read_on=date(2026, 11, 22),
    confidence="P",
    binds=Clause("(a)(1)", defense_buys, "P"),
    covers=Clause("(a)(1)(A)", a_contract, "P"),
    starts=begins(
        "(a)(1)(A)",
        FROM,
        "contracts entered into, renewed or extended",
        "begins on 30 June 2026, for contracts entered into, renewed or extended",
        "P",
    ),
    forbids=Clause("(a)(1)(A)", with_listed_entity, "P", CONTROL),
    unless=(Clause("(a)(3)(B)", existing_contract, "P", CUT_OFF),),
    waivers=WAIVERS,
    hinges=(Hinge("award", "award", required=True), Hinge("renewal or extension", "renewal")),
    faces="counterparty",
    readings=tuple(reading.key for reading in SECTION_805),
    not_modelled=(CONNECTIONS, WAIVER),
)
