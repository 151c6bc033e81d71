"""The prongs that taint one item, not the company: where it is made, and under whose contract."""

from dataclasses import replace
from datetime import date

import pytest

from compliance.law.answers import Answer
from compliance.law.feoc import FeocIndex
from compliance.law.standing import Item, Prong, Standing
from compliance.law.world import (
    CONTROLLING_RIGHTS,
    RESERVED_RIGHTS,
    Control,
    ControlKind,
    Licence,
    Party,
    Stake,
    Step,
    World,
)
from tests.law.worlds import ON, company, everywhere, government, stake, world

NO, UNKNOWN, YES = Answer.NO, Answer.UNKNOWN, Answer.YES
JAPAN = company("X", "JP")
CATL = company("catl", "CN")
HARBOUR = dict.fromkeys(RESERVED_RIGHTS, True)
HANDS_OFF = dict.fromkeys(CONTROLLING_RIGHTS, False)
LICENCE = Licence("lic", "catl", "X", reserved=HARBOUR)


def made(*steps: Step, **more: object) -> Item:
    return replace(Item(steps, licences_complete=True), **more)  # type: ignore[arg-type]


def standing(item: Item, facts: World | None = None, on: date = ON) -> Standing:
    return FeocIndex(facts or world([JAPAN, CATL])).standing("X", on, item)


def plant(found: Standing) -> Prong:
    return found.prongs[-1]


def contract(found: Standing) -> Prong:
    return found.prongs[-2]


def licensed(licence: Licence, facts: World | None = None, on: date = ON) -> Standing:
    return standing(made(licences=(licence,)), facts, on)


@pytest.mark.parametrize(("country", "answer"), [("JP", NO), ("CN", YES), ("HK", YES), ("TW", NO)])
def test_a_japanese_maker_is_a_concern_for_what_its_chinese_plant_makes(
    country: str, answer: Answer
) -> None:
    found = standing(made(Step("coating", "X", country)))
    assert found.answer is answer
    assert plant(found).answer is answer
    assert plant(found).detail == {"step 1": f"coating in {country}"}


def test_the_company_is_not_tainted_by_one_item() -> None:
    index = FeocIndex(world([JAPAN, CATL]))
    assert index.standing("X", ON, made(Step("coating", "X", "CN"))).answer is YES
    assert index.standing("X", ON, made(Step("coating", "X", "JP"))).answer is NO
    assert index.entity("X", ON).answer is NO


def test_a_step_that_somebody_else_does_in_china_is_not_its_own() -> None:
    assert plant(standing(made(Step("refining", "catl", "CN")))).answer is NO


@pytest.mark.parametrize(
    ("step", "answer"),
    [
        (Step("coating", None, "CN"), UNKNOWN),
        (Step("coating", None, "JP"), NO),
        (Step("coating", None, None), UNKNOWN),
        (Step("coating", "X", None), UNKNOWN),
        (Step("coating", "X", "China (Taiwan)"), UNKNOWN),
    ],
)
def test_a_step_of_which_who_or_where_is_not_told(step: Step, answer: Answer) -> None:
    found = standing(made(step))
    assert plant(found).answer is answer
    asked = [each.fact for each in found.missing]
    assert asked == (["steps/X/coating"] if answer is UNKNOWN else [])


def test_steps_that_nobody_told_leave_the_item_open() -> None:
    found = standing(Item(licences_complete=True))
    assert found.answer is UNKNOWN
    assert [each.fact for each in found.missing] == ["steps/X"]
    assert standing(made()).answer is NO


def test_one_chinese_step_is_enough_whatever_else_is_unknown() -> None:
    steps = (Step("coating", None, None), Step("formation", "X", "CN"))
    assert standing(made(*steps)).answer is YES


# --- contracts --------------------------------------------------------------------------------
def test_ow_34_a_licence_that_reserves_all_five_rights_gives_no_control() -> None:
    found = licensed(LICENCE)
    assert (found.answer, contract(found).answer) == (NO, NO)
    assert "safe-harbour" in found.flags


def test_ow_35_a_licensor_that_fixes_the_annual_volume_controls_production() -> None:
    fixed = replace(LICENCE, reserved={}, controls={"quantity_or_timing": True})
    found = licensed(fixed)
    assert (found.answer, contract(found).answer) == (YES, YES)
    assert {"lic", "catl"} == set(contract(found).facts)


@pytest.mark.parametrize("right", CONTROLLING_RIGHTS)
def test_any_one_controlling_right_is_enough(right: str) -> None:
    held = replace(LICENCE, reserved={}, controls={**HANDS_OFF, right: True})
    assert licensed(held).answer is YES


@pytest.mark.parametrize("right", RESERVED_RIGHTS)
def test_four_of_five_reserved_rights_are_no_safe_harbour(right: str) -> None:
    partly = replace(LICENCE, reserved={**HARBOUR, right: False}, controls=HANDS_OFF)
    found = licensed(partly)
    assert found.answer is NO
    assert found.flags == ("safe-harbour-partial",)
    silent = licensed(replace(partly, controls={}))
    assert silent.answer is UNKNOWN
    assert f"licence/catl/{CONTROLLING_RIGHTS[0]}" in [each.fact for each in silent.missing]


def test_no_right_reserved_and_none_held_is_no_control() -> None:
    found = licensed(replace(LICENCE, reserved={}, controls=HANDS_OFF))
    assert (found.answer, found.flags) == (NO, ())


def test_a_contract_cannot_reserve_a_right_and_give_it_away() -> None:
    both = replace(LICENCE, controls={"customers": True})
    found = licensed(both)
    assert found.answer is UNKNOWN
    assert [each.fact for each in found.missing] == ["licence/catl"]


def test_a_licence_from_a_korean_firm_gives_no_concern_control() -> None:
    facts = world([JAPAN, company("catl", "KR")])
    found = licensed(replace(LICENCE, reserved={}, controls={"customers": True}), facts)
    assert (found.answer, found.flags) == (NO, ())


def test_a_licensor_whose_standing_is_unknown_leaves_it_open() -> None:
    facts = world([JAPAN, Party("catl", "Licensor")])
    fixed = replace(LICENCE, reserved={}, controls={"customers": True})
    found = contract(licensed(fixed, facts))
    assert found.answer is UNKNOWN
    assert [each.fact for each in found.missing] == ["standing/catl"]
    assert contract(licensed(LICENCE, facts)).answer is NO


@pytest.mark.parametrize(
    ("licensor", "stakes", "answer"),
    [
        (company("catl", "CN"), (), NO),
        (company("catl", "KR"), everywhere("G", "catl", "50"), YES),
        (company("catl", "KR"), everywhere("G", "catl", "49"), NO),
        (company("catl", "CN", of="CN"), (), YES),
    ],
)
def test_on_one_reading_only_a_governments_contract_counts(
    licensor: Party, stakes: tuple[Stake, ...], answer: Answer
) -> None:
    facts = world([JAPAN, government(), licensor], stakes, readings={"feoc-licensor": "government"})
    fixed = replace(LICENCE, reserved={}, controls={"customers": True})
    assert contract(licensed(fixed, facts)).answer is answer


@pytest.mark.parametrize(
    ("day", "answer"), [(date(2027, 12, 31), NO), (date(2028, 1, 1), YES), (date(2028, 7, 1), NO)]
)
def test_a_licence_counts_while_it_is_in_force(day: date, answer: Answer) -> None:
    fixed = replace(
        LICENCE,
        reserved={},
        controls={"customers": True},
        true_from=date(2028, 1, 1),
        true_to=date(2028, 7, 1),
    )
    assert licensed(fixed, on=day).answer is answer
    days = FeocIndex(world([JAPAN, CATL])).breakpoints("X", made(licences=(fixed,)))
    assert {date(2028, 1, 1), date(2028, 7, 1)} <= set(days)


def test_a_licence_for_all_that_a_company_makes_counts_for_each_item() -> None:
    fixed = replace(LICENCE, reserved={}, controls={"customers": True})
    facts = world([JAPAN, CATL], licences=(fixed,))
    assert standing(made(), facts).answer is YES
    assert FeocIndex(facts).entity("X", ON).answer is NO
    for other in (replace(fixed, licensee="catl"), replace(fixed, licensee=None)):
        assert standing(made(), world([JAPAN, CATL], licences=(other,))).answer is NO
    only = replace(fixed, part="pack")
    assert standing(made(), world([JAPAN, CATL], licences=(only,))).answer is NO


def test_a_licence_to_somebody_else_is_not_its_own() -> None:
    fixed = replace(LICENCE, licensee="other", reserved={}, controls={"customers": True})
    assert licensed(fixed).answer is NO
    whoever_makes_it = replace(fixed, licensee=None)
    assert licensed(whoever_makes_it).answer is YES


@pytest.mark.parametrize("complete", [None, False])
def test_licences_that_may_not_be_all_leave_the_item_open(complete: bool | None) -> None:
    found = standing(made(licences_complete=complete))
    assert found.answer is UNKNOWN
    assert [each.fact for each in found.missing] == ["licences/X"]


def test_licensors_days_are_breakpoints_of_the_item() -> None:
    day = date(2029, 1, 1)
    facts = world(
        [JAPAN, CATL, government()],
        [stake("G", "catl", "30", true_from=day)],
        controls=(Control("c", "G", "catl", ControlKind.FINDING),),
    )
    index = FeocIndex(facts)
    assert day in index.breakpoints("X", made(licences=(LICENCE,)))
    assert day not in index.breakpoints("X")
