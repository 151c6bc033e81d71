"""What cases seldom ask: counterparties repaired, days of steps nobody is named for, mismatches."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from compliance.law import cases
from compliance.law.casebook import run
from compliance.law.days import breakpoints
from compliance.law.dossier import assemble
from compliance.law.engine import judge
from compliance.law.facts import Dossier
from compliance.law.proof import MOST_KEPT, remembered
from compliance.law.readiness import readiness
from compliance.law.repairs import repairs
from compliance.law.rules import BY_ID
from compliance.law.verdicts import Verdict
from compliance.law.words import sentence
from tests.law.listed import NAMED, SAME, listed, listing

DAY = date(2028, 6, 1)


def line(**case: Any) -> Dossier:
    return assemble(cases.world_of({"name": "x", "on": DAY, **case})).lines["1"]


def counterparty(**procurement: Any) -> Dossier:
    told = {"name": "x", "on": DAY, "procurement": procurement}
    return assemble(cases.world_of(told)).counterparty


def steps_to_repair(rule: str, dossier: Dossier, on: date = DAY) -> list[list[str]]:
    advice = repairs(BY_ID[rule], dossier, on)
    return [[step.path for step in repair.steps] for repair in advice.repairs]


def test_a_listed_counterparty_is_repaired_by_another_and_by_nothing_else() -> None:
    dossier = counterparty(counterparty="EVE")
    assert steps_to_repair("ndaa-2024-805-a", dossier) == [["part.units.0.maker"]]


def test_a_radio_of_a_named_company_is_repaired_by_another_maker() -> None:
    dossier = line(part={"category": "radio", "maker": "Huawei", "untold": ["components"]})
    assert steps_to_repair("ndaa-2019-889", dossier) == [["part.units.0.maker"]]


def test_before_its_day_a_repair_is_of_what_the_verdict_would_be() -> None:
    on = date(2027, 9, 30)
    dossier = line(part={"maker": "CATL"})
    assert judge(BY_ID["ndaa-2024-154"], dossier, on).verdict is Verdict.NOT_YET_IN_FORCE
    assert steps_to_repair("ndaa-2024-154", dossier, on) == [["part.units.0.maker"]]
    assert steps_to_repair("ndaa-2024-154", line(), on) == []


def test_a_step_nobody_is_named_for_moves_no_day() -> None:
    told = {"components": [{"cost": "10", "steps": [{"kind": "refining", "country": "US"}]}]}
    stretches = readiness(BY_ID["10-usc-4865"], line(part=told))
    assert [each.since for each in stretches][-1] == date(2028, 1, 1)
    assert stretches[-1].because[0] == "(c)(1)(A)"


def test_a_licence_to_somebody_else_is_none_of_this_battery() -> None:
    dossier = line(licences=[{"licensor": "CATL", "licensee": "Osaka"}])
    assert dossier.part.units[0].licences == ()


def test_a_sentence_names_the_day_of_the_procurement_that_was_asked() -> None:
    dossier = line(part={"maker": "CATL"}, procurement={"obligation": date(2027, 10, 1)})
    assert "(obligation)" in sentence(judge(BY_ID["ndaa-2024-154"], dossier, None), dossier)


def test_a_sentence_names_whose_technology_it_is() -> None:
    dossier = line(licences=[{"licensor": "CATL", "licensee": "Acme", "part": "PACK-1"}])
    found = judge(BY_ID["10-usc-4865"], dossier, DAY)
    assert found.verdict is Verdict.PROHIBITED
    assert "technology licensed from CATL" in sentence(found, dossier)


PARTY = {"name": "x", "on": DAY, "party": "Feoc"}
RULE = {"name": "x", "on": DAY, "rule": "10-usc-4865"}


@pytest.mark.parametrize(
    ("case", "wrong"),
    [
        ({**PARTY, "concern": "no"}, "concern: expected no, found yes"),
        ({**PARTY, "concern": "yes", "cites": "(A)"}, "cites: expected '(A)'"),
        ({**PARTY, "flags": "golden-share"}, "flags: expected 'golden-share'"),
        ({**PARTY, "listed": {"154": "yes"}}, "listed 154: expected yes, found no"),
        ({**PARTY, "attributed": {"votes": "1"}}, "votes: expected 1, found 0"),
        (
            {**RULE, "rule": "ndaa-2024-154", "part": {"untold": ["maker"]}}
            | {"verdict": "insufficient_information", "no_missing": "part.units.0.maker"},
            "missing: 'part.units.0.maker' was not expected",
        ),
        (
            {**RULE, "part": {"maker": "Feoc"}, "verdict": "prohibited"}
            | {"no_flags": "reading:4865-assembler"},
            "flags: 'reading:4865-assembler' was not expected",
        ),
        (
            {**RULE, "part": {"assembled_in": "KR"}, "advisories": ["buy-american"]}
            | {"advised": "zebra", "not_advised": "domestic content"},
            "advised: expected 'zebra'",
        ),
        (
            {**RULE, "part": {"assembled_in": "KR"}, "advisories": ["buy-american"]}
            | {"not_advised": "domestic content"},
            "advised: 'domestic content' was not expected",
        ),
        ({**RULE, "parts": [], "lines": [], "verdict": "permitted"}, "there is no line to judge"),
        (
            {**RULE, "expects": [{"on": DAY, "verdit": "review"}]},
            "unknown key 'verdit'; did you mean 'verdict'?",
        ),
        ({**RULE, "overall": "prohibited"}, "overall: expected prohibited, found"),
        (
            {"name": "x", "on": DAY, "parts": [], "lines": [], "overall": "permitted"},
            "overall: expected permitted, found insufficient_information",
        ),
    ],
)
def test_each_expectation_that_is_not_met_is_told(case: dict[str, Any], wrong: str) -> None:
    told = run(case)
    assert any(wrong in each for each in told.wrong), told.wrong


def test_a_third_is_told_as_a_fraction() -> None:
    ring = {
        "parties": [{"name": "B", "kind": "company", "incorporated": "KR", "business": "KR"}],
        "stakes": [
            {"holder": "G", "held": "B", "metric": "equity", "percent": "10"},
            {"holder": "B", "held": "B", "metric": "equity", "percent": "40"},
        ],
        "disclosures": [{"party": "B", "complete_to": 100}],
    }
    told = run({**PARTY, "party": "B", **ring, "attributed": {"equity": "50/3"}})
    assert told.wrong == ()


def test_two_births_of_one_company_are_refused_by_name() -> None:
    twice = [{"name": "B", "incorporated": "KR"}, {"name": "B", "incorporated": "CN"}]
    (wrong,) = run({**RULE, "verdict": "permitted", "parties": twice}).wrong
    assert "parties B" in wrong
    assert "told twice" in wrong


def test_a_decision_about_another_spelling_of_an_entry_decides_nothing() -> None:
    shouted = replace(SAME, entry=NAMED.name.upper())
    by_the_party = replace(SAME, party="X", entry=NAMED.name.lower())
    for identity, party in ((shouted, "catl"), (by_the_party, "X")):
        facts = replace(listing("154"), identities=(identity,))
        assert listed(facts, party).how == "not_listed"


def test_what_dossiers_share_is_written_once_and_alike() -> None:
    written: list[object] = []

    def write(told: object) -> str:
        written.append(told)
        return f"{told}"

    once, shared = remembered(write), [1]
    assert [once(shared), once(shared), once([1])] == ["[1]"] * 3
    assert len(written) == 2  # an equal value that is another object is written by itself
    for number in range(MOST_KEPT):
        once((number,))
    assert once(shared) == "[1]"
    assert len(written) == MOST_KEPT + 3  # forgotten in between, and written again


def test_a_day_of_the_radios_own_maker_counts_though_a_component_has_no_source() -> None:
    moved = date(2029, 3, 3)
    dossier = line(
        parties=[{"name": "Maker"}],
        stakes=[
            {"holder": "G", "held": "Maker", "metric": "equity", "percent": 40, "true_from": moved}
        ],
        parts=[
            {"number": "RADIO", "name": "the radio", "category": "contains_battery",
             "contains_battery": True, "maker": "Maker", "assembler": "Acme"},
            {"number": "PACK", "category": "battery_pack", "chemistry": "nmc", "maker": "Acme",
             "components": [{"cost": "10", "untold": ["source"]}]},
        ],
        lines=[
            {"ref": "1", "part": "RADIO", "quantity": 1},
            {"ref": "2", "part": "PACK", "parent": "1", "quantity": 1},
        ],
    )  # fmt: skip
    assert dossier.part.item_maker is not None
    assert dossier.part.units[0].inputs is not None
    assert dossier.part.units[0].inputs[0].source is None
    assert moved in breakpoints(BY_ID["10-usc-4865"], dossier)
