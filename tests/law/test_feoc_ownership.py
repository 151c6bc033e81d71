"""The ownership cases of law.md 3.5, and the edges around them."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest

from compliance.law.answers import Answer
from compliance.law.feoc import FeocIndex
from compliance.law.world import (
    Control,
    ControlKind,
    Metric,
    Nature,
    Party,
    PartyKind,
    Stake,
)
from tests.law.worlds import (
    company,
    everywhere,
    government,
    person,
    prong,
    share,
    stake,
    standing,
    told,
    world,
)

NO, UNKNOWN, YES = Answer.NO, Answer.UNKNOWN, Answer.YES
G, X = government(), company("X")


def percent(text: str) -> str:
    return str(Fraction(Decimal(text)) / 100)


@pytest.mark.parametrize(
    ("votes", "answer"), [("24.99", NO), ("25", YES), ("25.00", YES), ("25.01", YES)]
)
def test_ow_01_to_03_a_government_with_25_percent_of_the_votes_or_more(
    votes: str, answer: Answer
) -> None:
    found = standing(world([G, X], [stake("G", "X", votes, Metric.VOTES)]))
    assert found.answer is answer
    assert share(found, "voting rights") == percent(votes)
    assert prong(found, "equity").answer is NO


def test_ow_05_one_seat_of_four_is_enough_whatever_the_equity() -> None:
    facts = [stake("G", "X", "25", Metric.BOARD), stake("G", "X", "5")]
    found = standing(world([G, X], facts))
    assert found.answer is YES
    assert [each.says for each in found.fired] == [
        "covered governments hold 25 percent or more of its board seats"
    ]
    assert share(found) == percent("5")


def test_metrics_are_never_summed() -> None:
    found = standing(world([G, X], everywhere("G", "X", "24.99")))
    assert found.answer is NO


def test_ow_07_government_holders_of_one_nation_add_up() -> None:
    bodies = [company("sasac", "CN", of="CN"), company("fund", "CN", of="CN"), X]
    facts = [stake("sasac", "X", "15"), stake("fund", "X", "10")]
    found = standing(world(bodies, facts))
    assert (found.answer, share(found)) == (YES, "1/4")
    assert "cross-nation-sum" not in found.flags


@pytest.mark.parametrize(
    ("case", "holdings", "asked", "attributed", "answer"),
    [
        ("OW-09", ["G A 50", "A B 25"], "B", "25", YES),
        ("OW-10", ["G A 49.99", "A B 25"], "B", "12.4975", NO),
        ("OW-13", ["G A 30", "A B 40"], "B", "12", NO),
        ("OW-13 and 13 direct", ["G A 30", "A B 40", "G B 13"], "B", "25", YES),
        ("OW-15", ["G A 40", "A B 60", "B C 60"], "C", "40", YES),
        ("OW-19", ["G A 24.99", "A B 100"], "B", "24.99", NO),
        ("just below half passes by multiplying", ["G A 30", "A B 49.99"], "B", "14.997", NO),
        ("half passes whole", ["G A 30", "A B 50"], "B", "30", YES),
        ("half of a half passes whole", ["G A 50", "A B 50", "B C 25"], "C", "25", YES),
        ("a majority parent and a minority holder", ["G A 20", "A B 60", "G B 5"], "B", "25", YES),
        ("two halves pass in full", ["G A 15", "G C 10", "A B 50", "C B 50"], "B", "25", YES),
        ("governments that hold half together", ["G A 30", "F A 20", "A B 25"], "B", "25", YES),
    ],
)
def test_tiers(case: str, holdings: list[str], asked: str, attributed: str, answer: Answer) -> None:
    companies = [company(ref) for ref in "ABC"]
    facts = [stake(a, b, part) for a, b, part in map(str.split, holdings)]
    found = standing(world([G, government("F"), *companies], facts), asked)
    assert (share(found), found.answer) == (percent(attributed), answer), case


def test_ow_22_a_private_chinese_parent_is_a_concern_and_its_hungarian_subsidiary_is_not() -> None:
    parent, maker = company("parent", "CN"), company("X", "HU")
    facts = world([parent, maker, person("founder", "CN")], everywhere("parent", "X", "100"))
    assert standing(facts, "parent").answer is YES
    found = standing(facts)
    assert found.answer is NO
    assert "covered-nation-parent" in found.flags


@pytest.mark.parametrize(("held", "flagged"), [("24.99", False), ("25", True)])
def test_a_parent_in_a_covered_nation_asks_for_review_from_25_percent(
    held: str, flagged: bool
) -> None:
    found = standing(world([company("parent", "CN"), X], [stake("parent", "X", held)]))
    assert found.answer is NO
    assert ("covered-nation-parent" in found.flags) is flagged


def test_ow_23_a_subsidiary_incorporated_in_china_is_a_concern_whoever_owns_it() -> None:
    facts = [company("tokyo", "JP"), company("X", "CN")]
    found = standing(world(facts, everywhere("tokyo", "X", "100")))
    assert found.answer is YES
    assert [each.says for each in found.fired] == [
        "is incorporated or domiciled in a covered nation, or has its main business there"
    ]


def test_ow_25_a_us_subsidiary_of_a_private_chinese_firm_is_foreign_and_no_concern() -> None:
    facts = world([company("parent", "CN"), company("X", "US")], everywhere("parent", "X", "100"))
    found = standing(facts)
    assert found.answer is NO
    assert found.premises[0].answer is YES
    assert "covered-nation-parent" in found.flags


def test_ow_26_a_us_subsidiary_of_a_state_owned_firm_is_a_concern() -> None:
    parties = [G, company("soe", "CN"), company("X", "US")]
    facts = [*everywhere("G", "soe", "100"), *everywhere("soe", "X", "100")]
    found = standing(world(parties, facts))
    assert (found.answer, share(found)) == (YES, "1")


def test_ow_27_a_joint_venture_with_a_quarter_of_the_board() -> None:
    parties = [G, company("soe", "CN"), company("seoul"), X]
    facts = [
        *everywhere("G", "soe", "100"),
        stake("soe", "X", "24"),
        stake("seoul", "X", "76"),
        stake("soe", "X", "25", Metric.BOARD),
        stake("seoul", "X", "75", Metric.BOARD),
    ]
    found = standing(world(parties, facts))
    assert found.answer is YES
    assert prong(found, "equity").answer is NO
    assert prong(found, "board").answer is YES


def test_ow_29_a_principal_place_of_business_in_china_counts() -> None:
    assert standing(world([company("X", "KY", "CN")])).answer is YES


def test_ow_31_taiwan_is_no_covered_nation() -> None:
    found = standing(world([company("X", "TW")]))
    assert (found.answer, found.flags) == (NO, ())


def test_ow_33_nominees_nobody_knows_leave_it_open() -> None:
    facts = [stake("G", "X", "10"), stake("shell", "X", "30", nature=Nature.NOMINEE)]
    found = standing(world([G, company("shell", "KY"), X], facts))
    assert (found.answer, share(found)) == (UNKNOWN, "1/10 to 2/5")
    assert "stakes/X" in [each.fact for each in found.missing]


@pytest.mark.parametrize(("complete", "answer"), [("75", UNKNOWN), ("75.01", NO), ("80", NO)])
def test_what_is_not_disclosed_may_be_a_governments(complete: str, answer: Answer) -> None:
    found = standing(world([X], disclosures=told("X", percent=complete)))
    assert found.answer is answer


def test_a_party_that_nobody_looked_into_is_never_clean() -> None:
    found = standing(world([X], disclosures=()))
    assert (found.answer, share(found)) == (UNKNOWN, "0 to 1")


def test_a_party_that_is_not_in_the_world_is_unknown() -> None:
    assert standing(world([]), "nobody").answer is UNKNOWN


def test_a_holder_that_is_not_in_the_world_may_be_a_government() -> None:
    found = standing(world([X], [stake("who", "X", "25")]))
    assert (found.answer, share(found)) == (UNKNOWN, "0 to 1/4")
    assert "party/who" in [each.fact for each in found.missing]


def test_a_share_between_bounds_is_unknown_only_where_it_straddles_25() -> None:
    for low, high, answer in (("10", "24.99", NO), ("10", "25", UNKNOWN), ("25", "30", YES)):
        found = standing(world([G, X], [stake("G", "X", low, most=high)]))
        assert found.answer is answer, (low, high)


def test_a_share_of_unknown_size_and_the_rest_do_not_add_up_beyond_the_whole() -> None:
    facts = [stake("G", "X", "0", most="20"), stake("owner", "X", "80", most="100")]
    found = standing(world([G, person("owner"), X], facts, disclosures=()))
    assert share(found) == "0 to 1/5"
    assert prong(found, "equity").answer is NO


def test_a_private_holder_settles_what_it_holds() -> None:
    found = standing(world([person("owner"), X], everywhere("owner", "X", "76"), disclosures=()))
    assert found.answer is NO


def test_a_person_of_whom_nobody_says_that_he_is_no_official_leaves_it_open() -> None:
    silent = Party("owner", "Mr Owner", PartyKind.PERSON, "KR", us_person=False, screened=True)
    found = standing(world([silent, X], everywhere("owner", "X", "25")))
    assert found.answer is UNKNOWN
    assert "government_of/owner" in [each.fact for each in found.missing]


def test_an_official_and_the_family_of_an_official_are_the_government() -> None:
    parties = [person("official", "CN", of="CN"), person("spouse", "SG"), X]
    kin = Control("kin", "official", "spouse", ControlKind.FAMILY)
    facts = world(parties, [stake("spouse", "X", "25")], controls=(kin,))
    assert standing(facts).answer is YES
    assert standing(facts, "spouse").answer is YES
    alleged = Control("kin", "official", "spouse", ControlKind.FAMILY, holds=None)
    found = standing(world(parties, [stake("spouse", "X", "25")], controls=(alleged,)))
    assert found.answer is UNKNOWN


def test_family_of_a_private_person_is_private() -> None:
    parties = [person("friend"), person("spouse"), X]
    kin = Control("kin", "friend", "spouse", ControlKind.FAMILY)
    found = standing(world(parties, [stake("spouse", "X", "25")], controls=(kin,)))
    assert found.answer is NO


@pytest.mark.parametrize(
    ("day", "answer"),
    [(date(2027, 12, 31), NO), (date(2028, 1, 1), YES), (date(2028, 6, 30), YES)],
)
def test_a_stake_counts_from_the_day_it_begins(day: date, answer: Answer) -> None:
    begins, ends = date(2028, 1, 1), date(2028, 7, 1)
    facts = world([G, X], [stake("G", "X", "25", true_from=begins, true_to=ends)])
    index = FeocIndex(facts)
    assert index.standing("X", day).answer is answer
    assert index.standing("X", ends - timedelta(1)).answer is YES
    assert index.standing("X", ends).answer is NO
    assert {begins, ends} <= set(index.breakpoints("X"))


def test_breakpoints_reach_up_the_tiers() -> None:
    day = date(2028, 1, 1)
    facts = [stake("G", "A", "30", true_from=day), stake("A", "X", "60")]
    index = FeocIndex(world([G, company("A"), X], facts))
    assert day in index.breakpoints("X")
    assert day not in index.breakpoints("G")


def test_options_and_convertibles_may_count_and_ask_for_review() -> None:
    facts = [stake("G", "X", "25", nature=Nature.OPTION), *everywhere("owner", "X", "100")]
    found = standing(world([G, person("owner"), X], facts))
    assert (found.answer, share(found)) == (UNKNOWN, "0 to 1/4")
    assert "unexercised-rights" in found.flags


def test_shares_without_votes_are_equity_only() -> None:
    facts = [
        stake("G", "X", "25", metric, nature=Nature.NON_VOTING)
        for metric in (Metric.EQUITY, Metric.VOTES)
    ]
    found = standing(world([G, X], facts))
    assert [share(found), share(found, "voting rights")] == ["1/4", "0"]


def test_several_stakes_of_one_holder_are_one_link() -> None:
    half = Stake("more", "A", "X", Metric.EQUITY, Decimal(20), Decimal(20))
    facts = [stake("G", "A", "25"), stake("A", "X", "30"), half]
    found = standing(world([G, company("A"), X], facts))
    assert share(found) == "1/4"


def test_different_covered_nations_add_up_and_ask_for_review() -> None:
    facts = [stake("G", "X", "15"), stake("R", "X", "10")]
    parties = [G, government("R", "RU"), X]
    found = standing(world(parties, facts))
    assert found.answer is YES
    assert "cross-nation-sum" in found.flags
    each = standing(world(parties, facts, readings={"feoc-nations-summed": "each"}))
    assert (each.answer, each.flags) == (NO, ())
    assert prong(each, "equity").detail["held by RU"] == "1/10"
    together = standing(world(parties, facts, readings={"feoc-nations-summed": "together"}))
    assert (together.answer, together.flags) == (YES, ())


def test_a_government_that_holds_nothing_of_a_party_changes_nothing_of_its_standing() -> None:
    parties, readings = [company("X"), government()], {"feoc-nations-summed": "each"}
    facts = everywhere("G", "X", "30")
    alone = standing(world(parties, facts, readings=readings))
    beside = standing(world([*parties, government("R", "RU")], facts, readings=readings))
    assert beside == alone


def test_one_nation_that_reaches_25_alone_needs_no_sum() -> None:
    facts = [stake("G", "X", "25"), stake("R", "X", "10")]
    found = standing(world([G, government("R", "RU"), X], facts))
    assert (found.answer, found.flags) == (YES, ())


def test_a_government_of_no_covered_nation_holds_nothing_that_counts() -> None:
    found = standing(world([government("G", "KR"), X], everywhere("G", "X", "100")))
    assert found.answer is NO


def test_the_kind_of_share_may_change_from_tier_to_tier_on_one_reading() -> None:
    facts = [stake("G", "A", "60", Metric.VOTES), stake("A", "X", "25")]
    parties = [G, company("A"), X]
    assert standing(world(parties, facts)).answer is NO
    found = standing(world(parties, facts, readings={"feoc-tier-metric": "largest"}))
    assert (found.answer, share(found)) == (YES, "1/4")


def test_cross_holdings_below_half_are_solved_and_ask_for_review() -> None:
    facts = [stake("G", "X", "20"), stake("A", "X", "40"), stake("X", "A", "40")]
    found = standing(world([G, company("A"), X], facts))
    assert share(found) == str(Fraction(20, 84))
    assert (found.answer, found.flags) == (NO, ("ownership-cycle",))
    facts[0] = stake("G", "X", "21")
    assert standing(world([G, company("A"), X], facts)).answer is YES


def test_cross_holdings_through_a_majority_pass_whole() -> None:
    facts = [stake("G", "X", "10"), stake("A", "X", "20"), stake("X", "A", "60")]
    found = standing(world([G, company("A"), X], facts))
    assert (found.answer, share(found), found.flags) == (NO, "1/8", ("ownership-ring",))


def test_companies_that_own_each_other_whole_may_be_anybodys() -> None:
    facts = [*everywhere("A", "X", "100"), *everywhere("X", "A", "100")]
    found = standing(world([company("A"), X], facts))
    assert (found.answer, share(found)) == (UNKNOWN, "0 to 1")
    assert "ownership-closed" in found.flags


def test_a_company_that_owns_itself_whole_may_be_anybodys() -> None:
    found = standing(world([X], everywhere("X", "X", "100")))
    assert found.answer is UNKNOWN


def test_depth_has_no_limit() -> None:
    names = [f"c{k}" for k in range(3000)]
    facts = [stake("G", "c0", "25")]
    facts += [stake(a, b, "60") for a, b in pairwise(names)]
    found = standing(world([G, *map(company, names)], facts), names[-1])
    assert (found.answer, share(found)) == (YES, "1/4")


def test_a_ring_that_is_too_large_is_unknown_and_says_so() -> None:
    names = [f"c{k}" for k in range(600)]
    facts = [stake("G", "c0", "1")]
    facts += [stake(a, b, "40") for a, b in zip(names, [*names[1:], "c0"], strict=True)]
    found = standing(world([G, *map(company, names)], facts), "c5")
    assert found.answer is UNKNOWN
    assert "ownership-unsettled" in found.flags


@pytest.mark.parametrize(("day", "answer"), [(date(2027, 12, 31), UNKNOWN), (date(2028, 1, 1), NO)])
def test_a_disclosure_counts_while_it_is_in_force_and_for_its_metric(
    day: date, answer: Answer
) -> None:
    begins = date(2028, 1, 1)
    each = [replace(told("X", metric=metric)[0], true_from=begins) for metric in Metric]
    index = FeocIndex(world([X], disclosures=tuple(each)))
    assert index.standing("X", day).answer is answer
    assert begins in index.breakpoints("X")
    votes = FeocIndex(world([X], disclosures=(each[1],))).standing("X", begins)
    assert prong(votes, "voting").answer is NO
    assert prong(votes, "equity").answer is UNKNOWN
