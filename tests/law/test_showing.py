"""Outlines, tables over time, what-if, and the small things around the rules."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from compliance.law import cases
from compliance.law.advisories import advise
from compliance.law.answers import Answer
from compliance.law.categories import KNOWN
from compliance.law.confidence import PRONGS, flags_of, unsettled
from compliance.law.days import breakpoints, months_after
from compliance.law.dossier import assemble
from compliance.law.engine import judge, judge_all
from compliance.law.feoc import FeocIndex
from compliance.law.grounds import ground
from compliance.law.outline import outline
from compliance.law.packing import Packed, pack
from compliance.law.proof import canonical, exact, prove, written
from compliance.law.readiness import readiness_all, statutory_days, table
from compliance.law.readings import READINGS
from compliance.law.rule import Case, Clause, Rule, Told, placed
from compliance.law.rules import BY_ID, RULES
from compliance.law.settled import texts, texts_of
from compliance.law.standing import Item
from compliance.law.verdicts import Verdict, worst
from compliance.law.what_if import what_if
from compliance.law.world import World
from procurement.categories import Category, Chemistry

DAY = date(2028, 6, 1)


def world(**case: Any) -> World:
    return cases.world_of({"name": "x", "on": DAY, **case})


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_an_outline_names_every_clause_day_and_reading(rule: Any) -> None:
    text = "\n".join(outline(rule))
    assert rule.cite in text
    assert rule.forbids.says in text
    assert all(reading.question in text for reading in READINGS if reading.key in rule.readings)
    assert rule.reread_by > rule.read_on


def test_the_outline_is_shown_by_a_command(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("rule_show", "10-usc-4865")
    shown = capsys.readouterr().out
    assert "30 January 2031 for existing acquisition programs [T]" in shown
    assert "[I] our reading: each year is a fresh waiver" in shown
    assert "[TC-18]: permitted_by_exception, because of (c)(1)(A)" in shown
    assert "cases decided by (c)(2)(C) (unless): " in shown
    call_command("rule_show")
    shown = capsys.readouterr().out
    header, *rows = shown[shown.index("What the cases cover") :].splitlines()[2:]
    assert header.split() == [verdict.value for verdict in Verdict]
    assert [row.split()[0] for row in rows] == [rule.id for rule in RULES]
    assert all(len(row.split()) == 1 + len(Verdict) for row in rows)
    assert "cases: " in shown
    assert "NOT AS EXPECTED" not in shown
    with pytest.raises(CommandError, match="No rule"):
        call_command("rule_show", "10-usc-4866")


def test_every_category_and_chemistry_is_known_to_the_law() -> None:
    assert {str(each) for each in Category} == KNOWN
    answers = {str(each): world(part={"chemistry": str(each)}) for each in Chemistry}
    assert len(answers) == len(Chemistry)


@pytest.mark.parametrize("key", ["10-usc-4875", "hr-1166"])
def test_a_rule_that_reaches_no_battery_forbids_nothing_whatever_is_asked(key: str) -> None:
    case = Case(assemble(world()).lines["1"], DAY)
    assert BY_ID[key].forbids.ask(case, "forbids").answer is Answer.NO


@pytest.mark.parametrize(
    ("key", "provision"),
    [
        ("10-usc-4873", "micro-purchase"),
        ("ndaa-2019-889", "(a)(1)(B)"),
        ("ndaa-2024-805-a", "(a)(3)(A)"),
        ("ndaa-2024-805-b", "(c), waiver"),
    ],
)
def test_what_a_rule_does_not_ask_is_told_with_the_reason(key: str, provision: str) -> None:
    (line,) = [line for line in outline(BY_ID[key]) if "not asked" in line and provision in line]
    assert len(line.partition(": ")[2]) > 40


def test_the_table_shows_each_line_on_each_statutory_day() -> None:
    assembled = assemble(world(part={"cells_by": "CATL"}))
    found = table(assembled)["1"]
    assert found[date(2028, 1, 1)] is Verdict.PROHIBITED
    assert set(found) == {day for day, _, _ in statutory_days()}
    assert set(readiness_all(assembled.counterparty)) == {"ndaa-2024-805-a"}


def test_what_if_tells_only_what_would_move() -> None:
    before, after = world(), world(part={"cells_by": "CATL"})
    moved = {each.rule: each for each in what_if(before, after, DAY)}
    assert moved["10-usc-4865"].after is Verdict.PROHIBITED
    assert moved["10-usc-4865"].before is Verdict.PERMITTED
    assert "10-usc-4872" not in moved
    assert what_if(before, before, DAY) == ()


def test_what_if_on_another_day_and_without_a_line() -> None:
    same = world(part={"cells_by": "CATL"})
    moved = what_if(same, same, date(2027, 12, 31), DAY)
    assert {each.rule for each in moved} == {"10-usc-4865"}
    gone = what_if(same, replace(same, lines=()), DAY)
    assert all(each.after is None for each in gone if each.line == "1")


def test_worst_of_nothing_is_insufficient() -> None:
    assert worst(()) is Verdict.INSUFFICIENT_INFORMATION
    assert Verdict.PROHIBITED.rank == 0


def test_a_clause_needs_a_docstring() -> None:
    def silent(case: Any) -> Told:
        return Told(Answer.NO)

    with pytest.raises(TypeError, match="needs a docstring"):
        Clause("(z)", silent, "T")


def test_a_clause_needs_a_flag_that_is_one() -> None:
    def told(case: Any) -> Told:
        """asks nothing"""
        return Told(Answer.NO)

    with pytest.raises(ValueError, match="'P/X' is no flag; there are T, P, S, M, I"):
        Clause("(z)", told, "P/X")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_clause_says_how_far_its_text_is_settled_and_the_outline_says_it_too(
    rule: Rule,
) -> None:
    text = "\n".join(outline(rule))
    for _, role, asks in placed(rule):
        assert flags_of(asks.confidence), asks.cite
        assert f"[{asks.confidence}]" in text
        assert texts(rule.id, rule.version)[role, asks.cite].confidence == asks.confidence
        if asks.reads:
            assert f"our reading: {asks.reads}" in text


def test_the_steps_of_a_proof_are_clauses_whose_flag_is_known() -> None:
    assembled = assemble(world(part={"cells_by": "CATL"}))
    found = [finding for each in assembled.lines.values() for finding in judge_all(each, DAY)]
    found += judge_all(assembled.counterparty, DAY)
    asked = [
        (f, step) for f in found for step in (*f.steps, *(i for s in f.steps for i in s.steps))
    ]
    assert {finding.rule for finding, _ in asked} == set(BY_ID)
    for finding, step in asked:
        assert (step.role, step.cite) in texts(finding.rule, finding.version)


def test_what_law_md_flags_is_flagged_so() -> None:
    flags = {
        (rule.id, role, asks.cite): asks.confidence
        for rule in RULES
        for _, role, asks in placed(rule)
    }
    assert flags["10-usc-4865", "and", "(c)(1)(A)(ii)"] == "T"
    assert flags["ndaa-2024-154", "begins", "(a)"] == "S"
    assert flags["ndaa-2024-154", "or", "(c)(2)"] == "P/T"
    assert flags["ndaa-2024-154", "ground", "(d)"] == "M"
    assert flags["ndaa-2024-805-b", "unless", "41 U.S.C. 105"] == "S/M"
    assert flags["10-usc-4872", "forbids", "(a)"] == "P"
    assert flags["ndaa-2019-889", "forbids", "(a)(1)(A)"] == "M"
    assert flags["ndaa-2023-5949", "forbids", "(a)(1)"] == "S"


def test_of_an_outline_that_was_replaced_no_flag_is_told() -> None:
    (text,) = texts_of("ndaa-2024-154", BY_ID["ndaa-2024-154"].version, ["(c)(1)"])
    assert text.words == "Text read in part, text read in full"
    assert texts_of("ndaa-2024-154", "1999-01-01", ["(c)(1)"]) == ()
    assert texts_of("no-such-rule", "1999-01-01", ["(c)(1)"]) == ()


def test_every_prong_of_a_standing_has_a_flag() -> None:
    standing = FeocIndex(world(part={"cells_by": "CATL"})).standing("CATL", DAY, Item())
    cites = {prong.cite for prong in (*standing.premises, *standing.prongs)}
    assert cites == set(PRONGS)
    assert unsettled("T") == ""
    assert unsettled(PRONGS["42 U.S.C. 18741(a)(5)(C); 89 FR 37079"]) == (
        "Secondary source, from memory; to be confirmed"
    )


def test_an_answer_is_no_bool() -> None:
    with pytest.raises(TypeError, match="is not a bool"):
        bool(Answer.YES)


def test_a_reading_refuses_an_alternative_it_has_not() -> None:
    with pytest.raises(ValueError, match="no alternative"):
        READINGS[0].chosen("maybe")


def test_months_end_where_the_month_does() -> None:
    assert months_after(date(2028, 2, 29), 12) == date(2029, 2, 28)
    assert months_after(date(2027, 11, 30), 36) == date(2030, 11, 30)


def test_exact_text_has_no_trailing_zeros() -> None:
    assert [exact(Decimal(text)) for text in ("95.010", "100", "0.0", "1E+2")] == [
        "95.01",
        "100",
        "0",
        "100",
    ]
    with pytest.raises(TypeError, match="no canonical form"):
        canonical(object())


def test_a_pack_may_say_where_facts_came_from() -> None:
    told = world()
    assembled = assemble(told)
    dossier = assembled.lines["1"]
    proof = prove(judge(RULES[0], dossier, DAY), written(dossier))
    entry = Packed(proof, ground(told), assembled.parties["1"], assembled.provenance["1"])
    assert "part.units.0" in json.loads(pack([entry]))["proofs"][0]["sources"]


def test_equal_worlds_give_equal_dossiers_whatever_their_refs_and_order() -> None:
    told = [{"cost": "60"}, {"name": "anode", "category": "anode_material", "cost": "40"}]
    first, second = world(part={"components": told}), world(part={"components": told[::-1]})
    assert written(assemble(first).lines["1"]) == written(assemble(second).lines["1"])


def test_a_dense_chinese_lfp_cathode_is_controlled_by_its_line() -> None:
    parts = [
        {"number": "CELL", "category": "cell", "chemistry": "lfp", "maker": "Acme"},
        {
            "number": "LFP",
            "category": "cathode_material",
            "maker": "Feoc",
            "assembled_in": "CN",
            "attributes": {"g_per_cm3": "2.5", "mah_per_g": "156"},
        },
    ]
    lines = [
        {"ref": "1", "part": "CELL"},
        {"ref": "2", "part": "LFP", "parent": "1", "quantity": 1},
    ]
    dossier = assemble(world(parts=parts, lines=lines)).lines["1"]
    assert "mofcom-58:verify" in {each.key for each in advise(dossier, date(2026, 11, 22))}


def test_an_item_of_which_only_the_item_is_told_has_an_unknown_battery() -> None:
    parts = [
        {"number": "RADIO", "category": "contains_battery", "maker": "Acme", "assembler": "Acme"}
    ]
    dossier = assemble(world(parts=parts, lines=[{"ref": "1", "part": "RADIO"}])).lines["1"]
    unit = dossier.part.units[0]
    assert (unit.maker, unit.assembler, unit.embedded) == (None, None, True)
    verdict = judge(BY_ID["ndaa-2024-154"], dossier, DAY).verdict
    assert verdict is Verdict.INSUFFICIENT_INFORMATION


def test_a_battery_two_levels_down_belongs_to_the_item_on_top() -> None:
    parts = [
        {"number": "DRONE", "category": "mechanical"},
        {"number": "BAY", "category": "housing"},
        {"number": "PACK", "category": "battery_pack", "chemistry": "nmc", "maker": "BYD"},
        {"number": "FRAME", "category": "module_frame"},
        {"number": "SUB", "category": "mechanical"},
        {"number": "CELL", "category": "cell", "maker": "CATL"},
        {"number": "ALT", "category": "cell", "maker": "EVE"},
    ]
    lines = [
        {"ref": "1", "part": "DRONE"},
        {"ref": "2", "part": "BAY", "parent": "1", "quantity": 1},
        {"ref": "3", "part": "PACK", "parent": "2", "quantity": 2},
        {"ref": "4", "part": "FRAME", "parent": "3", "quantity": 1},
        {"ref": "5", "part": "SUB", "parent": "3", "quantity": 1},
        {"ref": "6", "part": "CELL", "parent": "5", "quantity": 8},
        {"ref": "7", "part": "ALT", "parent": "5", "alternate_of": "6"},
    ]
    assembled = assemble(world(parts=parts, lines=lines))
    assert assembled.battery_lines() == ("1",)
    (unit,) = assembled.lines["1"].part.units
    assert unit.label == "PACK"
    assert [assembled.lines["1"].name(each) for each in unit.cells or ()] == ["CATL"]
    assert {each.name for each in unit.inputs or ()} == {"FRAME"}
    assert assembled.lines["6"].part.within


def test_breakpoints_are_exact() -> None:
    licence = {
        "licensor": "Hanguk",
        "licensee": "Acme",
        "true_from": date(2027, 1, 1),
        "true_to": date(2030, 1, 1),
    }
    waiver = {
        "rule": "10-usc-4865",
        "grantor": "usd_as",
        "scope": "battery",
        "subject": "PACK-1",
        "granted": date(2028, 3, 1),
        "ends": date(2028, 9, 1),
    }
    buy = {"waivers": [waiver], "fielded_from": date(2029, 3, 1)}
    dossier = assemble(world(licences=[licence], procurement=buy)).lines["1"]
    days = set(breakpoints(RULES[0], dossier))
    expected = {(2027, 1, 1), (2030, 1, 1), (2028, 3, 1), (2029, 3, 1), (2028, 9, 1), (2031, 1, 30)}
    assert {date(*each) for each in expected} <= days


def test_without_a_counterparty_the_question_is_asked() -> None:
    assembled = assemble(world(procurement={"untold": ["counterparty"]}))
    (finding,) = judge_all(assembled.counterparty, date(2026, 11, 22))
    assert finding.verdict is Verdict.INSUFFICIENT_INFORMATION
    assert not finding.same_under_every_reading or finding.decided_by == ()
