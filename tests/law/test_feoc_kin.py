"""Who is on a list through another: as successor, subsidiary, affiliate or by control."""

from dataclasses import replace
from datetime import timedelta

import pytest

from compliance.law.answers import Answer
from compliance.law.feoc import FeocIndex
from compliance.law.world import (
    Control,
    ControlKind,
)
from tests.law.listed import CATL, GROUP, NAMED, SAME, X, listed, listing, verdict
from tests.law.worlds import (
    ON,
    everywhere,
    government,
    person,
    stake,
    told,
)

NO, UNKNOWN, YES = Answer.NO, Answer.UNKNOWN, Answer.YES


# --- successors -------------------------------------------------------------------------------
def follows(earlier: str, later: str, holds: bool | None = True) -> Control:
    return Control(f"{earlier}>{later}", earlier, later, ControlKind.SUCCESSOR, holds)


def test_a_successor_of_a_section_154_name_is_listed() -> None:
    found = listed(listing("154", controls=(follows("catl", "X"),)))
    assert verdict(found) == (YES, "successor")
    assert {"catl>X", "same"} <= set(found.facts)
    standing = FeocIndex(listing("154", controls=(follows("catl", "X"),))).standing("X", ON)
    assert {"catl>X", "same", "X"} <= set(standing.facts)


def test_a_successor_of_a_successor_is_listed_and_a_circle_ends() -> None:
    chain = (follows("catl", "group"), follows("group", "X"), follows("X", "group"))
    assert verdict(listed(listing("154", controls=chain))) == (YES, "successor")


def test_whoever_may_be_a_successor_is_a_question() -> None:
    found = listed(listing("154", controls=(follows("catl", "X", None),)))
    assert verdict(found) == (UNKNOWN, "undecided")
    assert [each.fact for each in found.missing] == ["successor/X/catl"]


def test_whoever_is_told_not_to_be_a_successor_is_none() -> None:
    over = replace(follows("catl", "X"), true_to=ON)
    ended = listing("154", controls=(over,), stakes=(stake("catl", "X", "9", true_to=ON),))
    assert verdict(listed(ended)) == (NO, "not_listed")
    assert listed(listing("154", controls=(follows("catl", "X", False),))).answer is NO
    assert listed(listing("154", controls=(over,))).answer is NO


def test_the_successor_of_an_undecided_party_is_undecided() -> None:
    open_ = replace(SAME, same=None)
    found = listed(listing("154", identities=(open_,), controls=(follows("catl", "X"),)))
    assert verdict(found) == (UNKNOWN, "undecided")


def test_another_list_says_itself_whether_successors_are_on_it() -> None:
    facts = listing("889", controls=(follows("catl", "X"),))
    found = listed(facts, key="889")
    assert (verdict(found), found.flags) == ((NO, "follows"), ("successor-of-listed",))
    with_rule = replace(NAMED, rule="any successor")
    facts = listing("889", with_rule, controls=(follows("catl", "X"),))
    assert verdict(listed(facts, key="889")) == (YES, "successor")


def test_an_unsure_successor_is_nobody_on_a_list_without_successors() -> None:
    facts = listing("889", controls=(follows("catl", "X", None),))
    assert verdict(listed(facts, key="889")) == (NO, "not_listed")


# --- subsidiaries and affiliates --------------------------------------------------------------
@pytest.mark.parametrize(
    ("percent", "expected"), [("50", (NO, "affiliate")), ("50.01", (YES, "subsidiary"))]
)
def test_ow_38_a_subsidiary_held_above_half_is_treated_as_the_entity(
    percent: str, expected: tuple[Answer, str]
) -> None:
    facts = listing("154", stakes=everywhere("catl", "X", percent))
    found = listed(facts)
    assert verdict(found) == expected
    flag = "subsidiary-of-listed" if expected[0] is YES else "affiliate-of-listed"
    assert found.flags == (flag,)
    assert found.entry == NAMED.name
    standing = FeocIndex(facts).standing("X", ON)
    assert standing.answer is expected[0]
    assert flag in standing.flags


def test_shares_of_listed_entities_add_up_through_their_subsidiaries() -> None:
    stakes = [stake("catl", "group", "60"), stake("catl", "X", "30"), stake("group", "X", "21")]
    assert verdict(listed(listing("154", stakes=tuple(stakes)))) == (YES, "subsidiary")


def test_a_consolidated_subsidiary_is_treated_as_the_entity() -> None:
    control = Control("c", "catl", "X", ControlKind.SUBSIDIARY)
    assert verdict(listed(listing("154", controls=(control,)))) == (YES, "subsidiary")
    alleged = replace(control, holds=None)
    assert listed(listing("154", controls=(alleged,))).answer is UNKNOWN


def test_a_share_that_may_be_above_half_is_a_question() -> None:
    perhaps = (stake("catl", "X", "40", most="60"),)
    assert listed(listing("154", stakes=perhaps)).answer is UNKNOWN
    rest = (*perhaps, stake("group", "X", "55"))
    assert verdict(listed(listing("154", stakes=rest))) == (NO, "affiliate")


def test_a_majority_that_nobody_disclosed_may_be_a_listed_entitys() -> None:
    facts = listing("154", disclosures=told("X", "catl", "group", percent="49.99"))
    found = listed(facts)
    assert verdict(found) == (UNKNOWN, "ownership_open")
    assert [each.fact for each in found.missing] == ["stakes/X"]
    facts = listing("154", disclosures=told("X", "catl", "group", percent="50"))
    assert listed(facts).answer is NO


def test_a_majority_holder_nobody_searched_for_leaves_it_open() -> None:
    parties = (X, CATL, replace(GROUP, screened=False))
    facts = listing("154", parties=parties, stakes=everywhere("group", "X", "60"))
    found = listed(facts)
    assert verdict(found) == (UNKNOWN, "unscreened")
    assert [each.fact for each in found.missing] == ["screened/group"]
    minority = listing("154", parties=parties, stakes=everywhere("group", "X", "40"))
    assert listed(minority).answer is NO


def test_a_list_with_a_rule_for_subsidiaries_needs_no_flag() -> None:
    rule = replace(NAMED, rule="and any subsidiary or affiliate")
    facts = listing("889", rule, stakes=everywhere("catl", "X", "60"))
    found = listed(facts, key="889")
    assert (verdict(found), found.flags) == ((YES, "subsidiary"), ())


def test_a_list_without_one_has_affiliates_only() -> None:
    facts = listing("UFLPA", stakes=everywhere("catl", "X", "60"))
    assert verdict(listed(facts, key="UFLPA")) == (NO, "affiliate")


def test_a_company_with_the_same_majority_parent_is_an_affiliate() -> None:
    stakes = (stake("group", "catl", "60"), stake("group", "X", "60"))
    found = listed(listing("154", stakes=stakes))
    assert (verdict(found), found.entry) == ((NO, "affiliate"), NAMED.name)
    apart = (stake("group", "catl", "60"), stake("group", "X", "50"))
    assert verdict(listed(listing("154", stakes=apart))) == (NO, "not_listed")


def test_a_listed_holder_further_up_makes_an_affiliate() -> None:
    stakes = (stake("catl", "group", "10"), stake("group", "X", "10"))
    assert verdict(listed(listing("154", stakes=stakes))) == (NO, "affiliate")


# --- 1260H: control, never percentages --------------------------------------------------------
def finds(controller: str, controlled: str, holds: bool | None = True) -> Control:
    return Control(f"{controller}!{controlled}", controller, controlled, ControlKind.FINDING, holds)


@pytest.mark.parametrize("percent", ["1", "30", "60", "100"])
def test_tc_72_own_percentages_never_decide_control(percent: str) -> None:
    found = listed(listing("1260H", stakes=everywhere("catl", "X", percent)), key="1260H")
    assert verdict(found) == (UNKNOWN, "control_open")
    assert [each.fact for each in found.missing] == ["control/X/catl"]


@pytest.mark.parametrize(
    ("holds", "expected"),
    [
        (True, (YES, "controlled")),
        (None, (UNKNOWN, "control_open")),
        (False, (NO, "not_listed")),
    ],
)
def test_a_control_finding_decides(holds: bool | None, expected: tuple[Answer, str]) -> None:
    facts = listing(
        "1260H", stakes=everywhere("catl", "X", "60"), controls=(finds("catl", "X", holds),)
    )
    assert verdict(listed(facts, key="1260H")) == expected


def test_control_findings_chain() -> None:
    chain = (finds("catl", "group"), finds("group", "X"))
    assert verdict(listed(listing("1260H", controls=chain), key="1260H")) == (YES, "controlled")
    broken = (finds("catl", "group", False), finds("group", "X"))
    assert verdict(listed(listing("1260H", controls=broken), key="1260H")) == (NO, "not_listed")
    over = (replace(finds("catl", "X"), true_to=ON), finds("X", "X"))
    assert verdict(listed(listing("1260H", controls=over), key="1260H")) == (NO, "not_listed")


def test_two_findings_about_one_pair_count_as_the_stronger() -> None:
    both = (finds("catl", "X", False), replace(finds("catl", "X"), ref="later"))
    assert verdict(listed(listing("1260H", controls=both), key="1260H")) == (YES, "controlled")
    both = (both[1], both[0])
    assert verdict(listed(listing("1260H", controls=both), key="1260H")) == (YES, "controlled")


def test_a_parent_nobody_searched_for_may_be_listed() -> None:
    parties = (X, CATL, replace(GROUP, screened=False))
    facts = listing("1260H", parties=parties, stakes=everywhere("group", "X", "60"))
    found = listed(facts, key="1260H")
    assert verdict(found) == (UNKNOWN, "control_open")
    assert [each.fact for each in found.missing] == ["screened/group"]
    minority = listing("1260H", parties=parties, stakes=everywhere("group", "X", "40"))
    assert listed(minority, key="1260H").answer is NO


def test_a_majority_that_nobody_disclosed_may_bring_control() -> None:
    facts = listing("1260H", disclosures=())
    found = listed(facts, key="1260H")
    assert verdict(found) == (UNKNOWN, "ownership_open")
    assert [each.fact for each in found.missing] == ["stakes/X"]


def test_tc_67_a_company_that_the_edition_does_not_name_is_not_on_it() -> None:
    assert verdict(listed(listing("1260H"), key="1260H")) == (NO, "not_listed")


def test_people_and_governments_behind_a_company_are_not_asked_for_control() -> None:
    parties = (X, CATL, GROUP, replace(person("owner"), screened=False), government())
    stakes = (*everywhere("owner", "X", "60"), *everywhere("G", "X", "10"))
    assert listed(listing("1260H", parties=parties, stakes=stakes), key="1260H").answer is NO


def test_stakes_of_another_day_do_not_make_a_subsidiary() -> None:
    facts = listing("154", stakes=(stake("catl", "X", "60", true_to=ON),))
    assert listed(facts).answer is NO


def test_a_sister_on_a_list_counts_from_the_day_their_common_parent_takes_her() -> None:
    facts = listing(
        "154",
        stakes=(
            stake("group", "X", "60"),
            stake("group", "catl", "60", true_from=ON),
        ),
    )
    index = FeocIndex(facts)

    assert ON in index.breakpoints("X")
    assert verdict(index.listed("X", "154", ON)) == (NO, "affiliate")
    assert verdict(index.listed("X", "154", ON - timedelta(days=1))) == (NO, "not_listed")
