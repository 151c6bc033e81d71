"""Who is on a list: by decision, edition and day, and through successors, subsidiaries, control."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from compliance.law.answers import Answer
from compliance.law.feoc import FeocIndex
from compliance.law.standing import Listed
from compliance.law.world import (
    Control,
    ControlKind,
    Identity,
    ListEntry,
    Party,
    PartyKind,
    World,
)
from tests.law.worlds import (
    EDITIONS,
    ON,
    company,
    edition,
    everywhere,
    government,
    person,
    stake,
    told,
    world,
)

NO, UNKNOWN, YES = Answer.NO, Answer.UNKNOWN, Answer.YES
X, CATL, GROUP = company("X"), company("catl", "CN"), company("group", "KY")
NAMED = ListEntry("entry", "Contemporary Amperex Technology Company, Limited")
SAME = Identity("same", "catl", "154", "entry", True, "identifier")


def listing(key: str, *entries: ListEntry, **more: object) -> World:
    """X, CATL and a group; beside empty editions one of `key`, which names CATL by decision."""
    lists = [each for each in EDITIONS if each.key != key]
    facts = world(
        [X, CATL, GROUP],
        lists=(*lists, edition(key, *(entries or (NAMED,)))),
        identities=(replace(SAME, list_key=key),),
    )
    return replace(facts, **more)  # type: ignore[arg-type]


def listed(facts: World, party: str = "X", key: str = "154", on: date = ON) -> Listed:
    return FeocIndex(facts).listed(party, key, on)


def verdict(found: Listed) -> tuple[Answer, str]:
    return found.answer, found.how


def test_a_decided_party_is_named_as_the_list_prints_it() -> None:
    found = listed(listing("154"), "catl")
    assert verdict(found) == (YES, "named")
    assert found.entry == "Contemporary Amperex Technology Company, Limited"
    assert {"entry", "same", "154:2023-12-22"} == set(found.facts)


def test_every_section_154_name_is_a_concern_wherever_it_makes_its_cells() -> None:
    parties = [company("gotion", "DE")]
    facts = world(
        parties,
        lists=(*EDITIONS[1:], edition("154", ListEntry("g", "Gotion High tech Company, Limited"))),
        identities=(Identity("i", "gotion", "154", "g", True),),
    )
    found = FeocIndex(facts).standing("gotion", ON)
    assert found.answer is YES
    assert [each.cite for each in found.fired] == ["10 U.S.C. 4865(e)(4); FY2024 NDAA sec. 154(b)"]


def test_a_decision_holds_for_the_name_in_a_later_edition() -> None:
    renumbered = replace(NAMED, ref="another")
    by_name = replace(SAME, entry=NAMED.name)
    found = listed(listing("154", renumbered, identities=(by_name,)), "catl")
    assert found.answer is YES


def test_a_searched_party_without_a_hit_is_not_listed() -> None:
    assert verdict(listed(listing("154"))) == (NO, "not_listed")


def test_a_decision_that_they_differ_clears_the_party() -> None:
    other = Identity("not", "X", "154", "entry", False)
    assert verdict(listed(listing("154", identities=(SAME, other)))) == (NO, "not_listed")


def test_a_name_is_a_question_until_a_person_decides() -> None:
    open_ = Identity("open", "X", "154", "entry", None, "name")
    found = listed(listing("154", identities=(SAME, open_)))
    assert verdict(found) == (UNKNOWN, "undecided")
    assert [each.fact for each in found.missing] == [f"identity/X/154/{NAMED.name}"]


def test_an_equal_name_that_nobody_decided_is_a_question() -> None:
    twin = replace(X, name=NAMED.name.upper())
    facts = listing("154", parties=(twin, CATL))
    assert verdict(listed(facts)) == (UNKNOWN, "undecided")


def test_decisions_that_contradict_each_other_are_a_question() -> None:
    no = replace(SAME, ref="no", same=False)
    assert verdict(listed(listing("154", identities=(SAME, no)), "catl")) == (UNKNOWN, "undecided")


def test_no_edition_is_unknown() -> None:
    found = listed(world([X], lists=()))
    assert verdict(found) == (UNKNOWN, "no_edition")
    assert [each.fact for each in found.missing] == ["list/154"]


def test_a_party_nobody_searched_for_is_unknown() -> None:
    facts = world([replace(X, screened=False)])
    assert verdict(listed(facts)) == (UNKNOWN, "unscreened")
    assert FeocIndex(facts).standing("X", ON).answer is UNKNOWN
    assert verdict(listed(facts, "nobody")) == (UNKNOWN, "unscreened")


@pytest.mark.parametrize(
    ("covers", "scope", "expected"),
    [
        ("battery", "battery", (NO, "not_listed")),
        ("battery", "any", (UNKNOWN, "out_of_scope")),
        ("all", "any", (NO, "not_listed")),
    ],
)
def test_an_edition_clears_only_whom_it_covers(
    covers: str, scope: str, expected: tuple[Answer, str]
) -> None:
    facts = world([X], lists=(edition("1260H", covers=covers),))
    assert verdict(FeocIndex(facts).listed("X", "1260H", ON, scope)) == expected


@pytest.mark.parametrize(("key", "answer"), [("154", NO), ("1260H", NO), ("SDN", UNKNOWN)])
def test_people_and_governments_are_not_on_lists_of_companies(key: str, answer: Answer) -> None:
    facts = world([replace(person("owner"), screened=False)])
    assert listed(facts, "owner", key).answer is answer


@pytest.mark.parametrize(
    ("known_on", "expected"),
    [
        (date(2028, 5, 31), (NO, "not_listed")),
        (date(2028, 6, 1), (UNKNOWN, "stale")),
        (None, (NO, "not_listed")),
    ],
)
def test_a_list_that_was_to_be_read_again_clears_nobody(
    known_on: date | None, expected: tuple[Answer, str]
) -> None:
    old = replace(edition("154", NAMED), read_by=date(2028, 6, 1))
    facts = listing("154", lists=(old,), known_on=known_on)
    assert verdict(listed(facts)) == expected
    named = listed(facts, "catl")
    assert named.answer is YES
    assert ("list-stale" in named.flags) is (expected[0] is UNKNOWN)


@pytest.mark.parametrize(("confidence", "flags"), [("T", ()), ("S", ("list-verify",))])
def test_an_edition_from_a_secondary_source_asks_to_be_verified(
    confidence: str, flags: tuple[str, ...]
) -> None:
    doubtful = replace(edition("154", NAMED), confidence=confidence)
    facts = listing("154", lists=(doubtful,))
    assert listed(facts).flags == flags
    assert listed(facts, "catl").flags == flags


def test_our_own_registers_ask_to_be_verified() -> None:
    register = replace(edition("DOE-DETERMINED"), confidence="M")
    facts = world([X], lists=(*EDITIONS[:-1], register))
    assert "register-verify" in FeocIndex(facts).standing("X", ON).flags


@pytest.mark.parametrize(
    ("day", "answer"),
    [
        (date(2024, 12, 31), NO),
        (date(2025, 1, 1), YES),
        (date(2025, 12, 31), YES),
        (date(2026, 1, 1), NO),
        (date(2026, 2, 1), YES),
        (date(2028, 1, 1), YES),
    ],
)
def test_the_last_edition_by_a_day_speaks_and_a_removal_ends_it(day: date, answer: Answer) -> None:
    left = replace(NAMED, true_from=date(2025, 1, 1), true_to=date(2026, 1, 1))
    lists = (
        edition("1260H", day=date(2024, 1, 1)),
        edition("1260H", left, day=date(2025, 1, 1)),
        edition("1260H", replace(NAMED, ref="again"), day=date(2026, 2, 1)),
    )
    names = replace(SAME, list_key="1260H", entry=NAMED.name)
    facts = listing("1260H", lists=lists, identities=(names,))
    assert listed(facts, "catl", "1260H", day).answer is answer
    assert day in FeocIndex(facts).breakpoints("catl") or day.month == 12 or day.year == 2028


def test_before_the_first_edition_only_a_dated_entry_speaks() -> None:
    before = date(2023, 1, 1)
    facts = listing("154")
    assert verdict(listed(facts, "catl", on=before)) == (UNKNOWN, "no_edition")
    dated = listing("154", replace(NAMED, true_from=date(2022, 1, 1)))
    assert verdict(listed(dated, "catl", on=before)) == (YES, "named")


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


# --- the other prongs -------------------------------------------------------------------------
def test_ow_37_an_sdn_listed_trader_of_no_covered_nation_is_a_concern() -> None:
    sdn = edition("SDN", ListEntry("t", "Trader"))
    lists = (*[each for each in EDITIONS if each.key != "SDN"], sdn)
    identity = Identity("i", "X", "SDN", "t", True)
    facts = world([company("X", "AE")], lists=lists, identities=(identity,))
    found = FeocIndex(facts).standing("X", ON)
    assert [each.cite for each in found.fired] == ["42 U.S.C. 18741(a)(5)(B)"]
    us = world([company("X", "US")], lists=lists, identities=(identity,))
    assert FeocIndex(us).standing("X", ON).answer is NO  # (A) to (E) need a foreign entity
    silent = Party("X", "X", PartyKind.COMPANY, "US", None, screened=True)
    perhaps = FeocIndex(world([silent], lists=lists, identities=(identity,))).standing("X", ON)
    assert perhaps.answer is UNKNOWN
    assert "business/X" in [each.fact for each in perhaps.missing]


@pytest.mark.parametrize(("percent", "flagged"), [("24.99", False), ("25", True)])
def test_half_owned_by_sdn_listed_entities_asks_for_review(percent: str, flagged: bool) -> None:
    entry = ListEntry("t", "Trader")
    parties = [company(ref, "AE") for ref in ("X", "t1", "t2", "mid")]
    lists = (*[each for each in EDITIONS if each.key != "SDN"], edition("SDN", entry))
    identities = tuple(Identity(f"i{ref}", ref, "SDN", "t", True) for ref in ("t1", "t2"))
    stakes = [
        stake("t1", "X", percent),
        stake("t1", "mid", "25"),
        stake("t2", "mid", "25"),
        stake("mid", "X", "25"),
    ]
    facts = world(parties, stakes, lists=lists, identities=identities)
    found = FeocIndex(facts).standing("X", ON)
    assert found.answer is NO
    assert ("sdn-half-owned" in found.flags) is flagged


def test_every_prong_that_fires_is_recorded() -> None:
    parties = [government(), CATL]
    facts = listing("154", parties=tuple(parties), stakes=everywhere("G", "catl", "30"))
    found = FeocIndex(facts).standing("catl", ON)
    assert len(found.fired) == 5  # section 154, jurisdiction, and each of three metrics
    assert found.missing == ()


def test_listing_days_are_breakpoints() -> None:
    day = date(2026, 2, 17)
    entry = replace(NAMED, true_to=day)
    index = FeocIndex(listing("1260H", entry))
    assert {day, date(2023, 12, 22)} <= set(index.breakpoints("X"))
    assert index.listed("catl", "1260H", day - timedelta(1)).answer is YES
    assert index.listed("catl", "1260H", day).answer is NO


def test_stakes_of_another_day_do_not_make_a_subsidiary() -> None:
    facts = listing("154", stakes=(stake("catl", "X", "60", true_to=ON),))
    assert listed(facts).answer is NO
