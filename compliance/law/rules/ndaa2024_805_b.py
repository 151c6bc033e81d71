"""FY2024 NDAA sec. 805(a)(1)(B): no goods that include those of a Chinese military company.

Components (41 U.S.C. 105) are outside it, on secondary sources: a listed company's cell in another
firm's battery is not reached; its battery bought as such is.
"""

from datetime import date

from compliance.law.answers import Answer
from compliance.law.asking import Gathered, battery_line, defense_buys, listed, listed_party
from compliance.law.facts import Kind, Missing
from compliance.law.readings.neighbours import SECTION_805
from compliance.law.rule import Case, Clause, Hinge, Rest, Rule, Told, begins
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

NO, UNKNOWN, YES = Answer.NO, Answer.UNKNOWN, Answer.YES
FROM = date(2027, 6, 30)


def existing_contract_for_goods(case: Case) -> Told:
    """a contract that existed when the prohibition began, renewed or extended"""
    return existing(case, FROM)


def battery_as_goods(case: Case) -> Told:
    """covers goods: a battery, a cell, or an item that contains one"""
    return battery_line(case)


def end_item(case: Case, into: Gathered) -> Answer:
    """Did a listed entity make what is bought as such, and not only something inside it?"""
    part = case.dossier.part
    if part.kind is Kind.CONTAINS:
        question = f"Which company makes {part.label}?"
        spell = listed(case, LIST, part.item_maker, "part.item_maker", question, into)
        return UNKNOWN if spell is None else spell.answer
    answers = [NO]
    for unit in part.units:
        for use, role, what in (
            (unit.maker, "maker", "makes"),
            (unit.assembler, "assembler", "does final assembly of"),
        ):
            question = f"Which company {what} {unit.label}?"
            spell = listed(case, LIST, use, f"{unit.path}.{role}", question, into)
            answers.append(UNKNOWN if spell is None else spell.answer)
    return max(answers)


def inside(case: Case, into: Gathered) -> Answer:
    """Did a listed entity make something inside what is bought?"""
    answers = [NO]
    for unit in case.dossier.part.units:
        parties: list[tuple[str, str]] = []
        if case.dossier.part.kind is Kind.CONTAINS:
            for use, role in ((unit.maker, "maker"), (unit.assembler, "assembler")):
                if use is not None:
                    parties.append((use.party, f"{unit.path}.{role}"))
        parties += [(use.party, f"{unit.path}.cells") for use in unit.cells or ()]
        for each in unit.inputs or ():
            if each.source is not None:
                parties.append((each.source.party, f"{each.path}.source"))
            parties += [(party, f"{each.path}.source") for party in each.via]
        for party, path in dict.fromkeys(parties):
            answers.append(listed_party(case, LIST, party, path, into).answer)
        if unit.inputs is None or unit.complete is not True:
            question = f"What is {unit.label} made of, and by whom?"
            into.add(UNKNOWN, None, (Missing(f"{unit.path}.inputs", question),))
            answers.append(UNKNOWN)
    return max(answers)


def goods_of_listed_entity(case: Case) -> Told:
    """the goods include goods produced or developed by an entity on the section 1260H list, or one
    under its control"""
    found = Gathered()
    return found.told(max(end_item(case, found), inside(case, found)))


def only_a_component(case: Case) -> Told:
    """what the listed entity made is only a component of what is bought"""
    found = Gathered()
    made_whole = end_item(case, found)
    if made_whole is NO or case.dossier.part.kind is Kind.CONTAINS:
        return found.told(~made_whole)
    item = case.dossier.procurement.item
    embedded = Answer.of(None if item is None else item == "embedded")
    question = "Is the battery bought as an end item, as a spare, or embedded in another item?"
    found.add(
        embedded, Rest("procurement.item", embedded), (Missing("procurement.item", question),)
    )
    return found.told(max(~made_whole, embedded))


RULE = Rule(
    id="ndaa-2024-805-b",
    version="2026-11-22",
    cite="FY2024 NDAA sec. 805",
    title="Goods that include those of Chinese military companies",
    href=HREF,
    enacted=ENACTED,
    read_on=date(2026, 11, 22),
    confidence="P",
    binds=Clause("(a)(1)", defense_buys, "P"),
    covers=Clause("(a)(1)(B)", battery_as_goods, "P"),
    starts=begins(
        "(a)(1)(B)",
        FROM,
        "contracts entered into, renewed or extended",
        "begins on 30 June 2027, for contracts entered into, renewed or extended",
        "P",
    ),
    forbids=Clause("(a)(1)(B)", goods_of_listed_entity, "P", CONTROL),
    unless=(
        Clause("41 U.S.C. 105", only_a_component, "S/M"),
        Clause("(a)(3)(B)", existing_contract_for_goods, "P", CUT_OFF),
    ),
    waivers=WAIVERS,
    hinges=(Hinge("award", "award", required=True), Hinge("renewal or extension", "renewal")),
    readings=tuple(reading.key for reading in SECTION_805),
    not_modelled=(CONNECTIONS, WAIVER),
)
