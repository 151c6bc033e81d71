"""Who is on a list: by decision, edition and day, never by a name."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from compliance.law.answers import Answer
from compliance.law.feoc import FeocIndex
from compliance.law.world import (
    Identity,
    ListEntry,
    Party,
    PartyKind,
)
from tests.law.listed import CATL, NAMED, SAME, X, listed, listing, verdict
from tests.law.worlds import (
    EDITIONS,
    ON,
    company,
    edition,
    everywhere,
    government,
    person,
    stake,
    world,
)

NO, UNKNOWN, YES = Answer.NO, Answer.UNKNOWN, Answer.YES


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
