"""Each verdict as a sentence for a person who does not read statutes."""

from datetime import date
from typing import Any

import pytest

from compliance.law import cases
from compliance.law.dossier import assemble
from compliance.law.engine import judge
from compliance.law.rules import BY_ID
from compliance.law.verdicts import Verdict
from compliance.law.words import day, sentence

BATTERIES, NAMED = "10-usc-4865", "ndaa-2024-154"
TELECOM, MAGNETS = "ndaa-2019-889", "10-usc-4872"
DAY = date(2028, 6, 1)
CATL = {"part": {"maker": "CATL"}}
WAIVER = {
    "rule": NAMED,
    "grantor": "secdef",
    "scope": "battery",
    "subject": "PACK-1",
    "granted": date(2028, 1, 1),
}
GROUND = {"rule": BATTERIES, "ground": "(c)(3)(A)(i)"}
MAGNET = {
    "name": "fan",
    "category": "motor",
    "material": "NdFeB",
    "steps": [{"kind": "melting", "country": "CN"}],
}
RADIO = [
    {"number": "RADIO", "name": "the radio", "category": "contains_battery", "maker": "Acme"},
    {"number": "PACK", "category": "battery_pack", "maker": "Acme"},
    {"number": "MODEM", "name": "modem", "category": "radio", "maker": "Huawei"},
]
LINES = [
    {"ref": "1", "part": "RADIO"},
    {"ref": "2", "part": "PACK", "parent": "1"},
    {"ref": "3", "part": "MODEM", "parent": "1"},
]


def said(rule: str, on: date, **case: Any) -> tuple[Verdict, str]:
    """The verdict on a line of the casebook's usual world, and its sentence."""
    dossier = assemble(cases.world_of({"name": "x", "on": on, **case})).lines["1"]
    finding = judge(BY_ID[rule], dossier, on)
    return finding.verdict, sentence(finding, dossier)


SAID: list[tuple[Verdict, str, dict[str, Any], str]] = [
    (
        Verdict.PROHIBITED,
        NAMED,
        CATL,
        "Prohibited on 1 June 2028 under FY2024 NDAA sec. 154(c): a listed entity assembles or "
        "manufactures the final product (made by CATL).",
    ),
    (
        Verdict.WAIVER_NEEDED,
        BATTERIES,
        {"part": {"cells_by": "CATL"}, "procurement": {"grounds": [GROUND]}},
        "Prohibited unless a waiver is granted on 1 June 2028 under 10 U.S.C. 4865",
    ),
    (
        Verdict.INSUFFICIENT_INFORMATION,
        TELECOM,
        {"part": {"untold": ["attributes"]}},
        "Undetermined on 1 June 2028 under FY2019 NDAA sec. 889(f)(3): a fact is missing. "
        "Is there a cellular, radio or video module in the pack?",
    ),
    (
        Verdict.REVIEW,
        BATTERIES,
        {"part": {"chemistry": "lead_acid", "cells_by": "CATL"}},
        "Review by counsel on 1 June 2028 under 10 U.S.C. 4865(a); read conservatively it is "
        "prohibited: ",
    ),
    (
        Verdict.PERMITTED_BY_WAIVER,
        NAMED,
        {**CATL, "procurement": {"waivers": [WAIVER]}},
        "Permitted by a waiver on 1 June 2028 under FY2024 NDAA sec. 154(d): ",
    ),
    (
        Verdict.PERMITTED_BY_EXCEPTION,
        MAGNETS,
        {"part": {"cots": True, "components": [MAGNET]}},
        "Permitted by an exception on 1 June 2028 under 10 U.S.C. 4872(c): a commercially "
        "available off-the-shelf item, that is not itself the magnet or the metal.",
    ),
    (
        Verdict.PERMITTED,
        NAMED,
        {},
        "Permitted on 1 June 2028 under FY2024 NDAA sec. 154(c): it is not the case that ",
    ),
    (
        Verdict.NOT_APPLICABLE,
        TELECOM,
        {},
        "FY2019 NDAA sec. 889 does not apply: it is not telecommunications or video surveillance "
        "equipment, or an item with some inside.",
    ),
]


@pytest.mark.parametrize(
    ("verdict", "rule", "case", "begins"), SAID, ids=[str(each[0]) for each in SAID]
)
def test_each_verdict_has_its_sentence(
    verdict: Verdict, rule: str, case: dict[str, Any], begins: str
) -> None:
    found, text = said(rule, DAY, **case)
    assert found is verdict
    assert text.startswith(begins)


@pytest.mark.parametrize("case", [each[2] for each in SAID], ids=[str(each[0]) for each in SAID])
@pytest.mark.parametrize("rule", [rule.id for rule in BY_ID.values() if rule.faces == "line"])
def test_every_sentence_ends_with_one_full_stop_or_its_question(
    rule: str, case: dict[str, Any]
) -> None:
    _, text = said(rule, DAY, **case)
    assert text[-1] in ".?"
    assert text[-2].isalnum() or text[-2] == ")"
    assert text == text.strip()
    assert "  " not in text
    assert text[0].isupper() or text[0].isdigit()


def test_before_a_rule_binds_it_says_why_it_would_be_prohibited() -> None:
    found, text = said(NAMED, date(2027, 9, 30), **CATL)
    assert found is Verdict.NOT_YET_IN_FORCE
    assert text == (
        "Not yet in force on 30 September 2027 under FY2024 NDAA sec. 154(a); once in force it "
        "would be prohibited: a listed entity assembles or manufactures the final product "
        "(made by CATL)."
    )


def test_before_a_rule_binds_what_would_be_permitted_has_nobody_to_blame() -> None:
    found, text = said(NAMED, date(2027, 9, 30))
    assert found is Verdict.NOT_YET_IN_FORCE
    assert text.endswith("once in force it would be permitted.")


def test_what_is_permitted_says_the_contrary_of_the_clause_that_forbids() -> None:
    _, text = said(NAMED, DAY)
    assert text.endswith(f": it is not the case that {BY_ID[NAMED].forbids.says}.")


def test_of_several_questions_the_first_is_put_and_the_others_are_counted() -> None:
    _, text = said(TELECOM, DAY, part={"untold": ["attributes"]})
    assert text.endswith("module in the pack? And 1 more to answer.")


def test_no_question_begins_with_a_blank_or_has_two_in_it() -> None:
    world = cases.world_of({"name": "x", "on": DAY, "part": {"untold": ["attributes", "category"]}})
    dossier = assemble(world).lines["1"]
    findings = [judge(rule, dossier, DAY) for rule in BY_ID.values() if rule.faces == "line"]
    asked = [each.question for finding in findings for each in finding.missing]
    assert any(question.startswith("Are there semiconductors in") for question in asked)
    assert all(question == " ".join(question.split()) for question in asked)


def test_a_thing_inside_the_item_is_named_with_its_maker() -> None:
    found, text = said(TELECOM, DAY, parts=RADIO, lines=LINES)
    assert found is Verdict.PROHIBITED
    assert text.endswith("(modem from Huawei).")


def test_a_day_is_written_without_a_leading_zero() -> None:
    assert day(date(2026, 6, 8)) == "8 June 2026"


def test_a_clause_of_another_law_stands_apart_from_the_statute() -> None:
    inside = [
        {"number": "RADIO", "category": "contains_battery", "maker": "Acme", "assembler": "Acme"},
        {
            "number": "PACK", "category": "battery_pack", "maker": "Acme", "assembler": "Acme",
            "cells_by": "CATL", "complete": True,
            "components": [{"cost": "10", "source": "CATL"}],
        },
    ]  # fmt: skip
    _, text = said("ndaa-2024-805-b", date(2027, 7, 1), parts=inside, lines=LINES[:2])

    assert text.startswith(
        "Permitted by an exception on 1 July 2027 under FY2024 NDAA sec. 805 and 41 U.S.C. 105"
    )
