"""Which holdings decide a standing: the fewest, largest first, that are enough by themselves."""

from dataclasses import replace
from datetime import timedelta

import pytest

from compliance.law.deciding import deciding
from compliance.law.feoc import FeocIndex
from compliance.law.world import Control, ControlKind, Metric, Stake, World
from tests.law.listed import NAMED, SAME, listing
from tests.law.worlds import ON, company, government, person, stake, told, world

G, H = government("G", "CN"), government("H", "CN")
X, A, B = company("X"), company("A"), company("B")


def pairs(facts: World) -> set[tuple[str, str]]:
    return set(deciding(FeocIndex(facts), "X", ON))


@pytest.mark.parametrize(
    ("percent", "found"), [("24.99", set()), ("25", {("G", "X")}), ("25.01", {("G", "X")})]
)
def test_a_link_decides_from_a_quarter_on(percent: str, found: set[tuple[str, str]]) -> None:
    assert pairs(world([G, X], [stake("G", "X", percent)])) == found


def test_of_two_that_are_enough_each_the_larger_decides() -> None:
    facts = world([G, H, X], [stake("G", "X", "26"), stake("H", "X", "40")])
    assert pairs(facts) == {("H", "X")}


def test_two_that_are_enough_only_together_both_decide() -> None:
    facts = world([G, H, X], [stake("G", "X", "20"), stake("H", "X", "5")])
    assert pairs(facts) == {("G", "X"), ("H", "X")}


def test_the_path_goes_on_up_to_the_government_and_leaves_out_who_adds_nothing() -> None:
    stakes = [
        stake("A", "X", "30"), stake("B", "X", "60"), stake("G", "A", "50"), stake("H", "A", "10"),
    ]  # fmt: skip
    assert pairs(world([G, H, X, A, B], stakes)) == {("A", "X"), ("G", "A")}


def test_through_a_minority_all_that_is_needed_above_it_decides() -> None:
    stakes = [stake("A", "X", "49"), stake("G", "A", "35"), stake("H", "A", "14.9")]
    assert pairs(world([G, H, X, A], stakes)) == set()  # 0.49 of 49.9 percent: 24.451
    stakes = [stake("A", "X", "60"), stake("G", "A", "20"), stake("H", "A", "10")]
    assert pairs(world([G, H, X, A], stakes)) == {("A", "X"), ("G", "A"), ("H", "A")}


def test_a_ring_above_ends() -> None:
    stakes = [
        stake("A", "X", "60"), stake("B", "A", "40"), stake("A", "B", "40"), stake("G", "B", "45"),
        stake("G", "A", "20"),
    ]  # fmt: skip
    found = pairs(world([G, X, A, B], stakes))
    assert ("A", "X") in found
    assert ("G", "A") in found or ("G", "B") in found


def test_a_stake_that_has_ended_decides_no_more() -> None:
    held = stake("G", "X", "60")
    for ends, found in ((ON, set()), (ON + timedelta(days=1), {("G", "X")})):
        assert pairs(world([G, X], [replace(held, true_to=ends)])) == found


def test_who_is_of_concern_by_itself_is_decided_by_no_owner_of_no_concern() -> None:
    facts = world([X, A], [stake("A", "X", "60")])
    native = replace(X, incorporated="CN", business="CN")
    assert pairs(replace(facts, parties=(native, A))) == set()


def test_a_holder_met_by_two_ways_is_shown_with_all_that_it_has() -> None:
    """Of A little is needed beside B, and more through B: G alone, or with H."""
    stakes = [
        stake("A", "X", "20"), stake("B", "X", "24"), stake("A", "B", "60"), stake("G", "A", "30"),
        stake("H", "A", "25"),
    ]  # fmt: skip
    assert pairs(world([G, H, X, A, B], stakes)) == {
        ("A", "X"), ("B", "X"), ("A", "B"), ("G", "A"), ("H", "A"),
    }  # fmt: skip


def test_the_path_ends_at_the_first_government() -> None:
    stakes = [stake("H", "X", "60"), stake("G", "H", "100")]
    assert pairs(world([G, H, X], stakes)) == {("H", "X")}


def test_who_holds_nothing_for_sure_decides_nothing() -> None:
    facts = world([G, H, X], [stake("G", "X", "20", most="60"), stake("H", "X", "5")])
    assert pairs(facts) == {("G", "X"), ("H", "X")}
    facts = world([G, H, X], [stake("G", "X", "20", most="60"), stake("H", "X", "4.99")])
    assert pairs(facts) == set()  # may be enough: the standing is unknown


def test_an_organ_of_the_government_is_decided_by_itself() -> None:
    facts = world([G, replace(X, government_of="CN")], [stake("G", "X", "60")])
    assert pairs(facts) == set()


# --- control without shares --------------------------------------------------------------------
@pytest.mark.parametrize("of", ["CN", "US"])
@pytest.mark.parametrize("holds", [True, False])
def test_family_decides_where_it_is_of_an_official_of_a_covered_nation(
    of: str, holds: bool
) -> None:
    official, wife = person("official", "CN", of=of), person("X", "SG")
    tie = Control("tie", "official", "X", ControlKind.FAMILY, holds)
    found = pairs(replace(world([official, wife]), controls=(tie,)))
    assert found == ({("official", "X")} if of == "CN" and holds else set())

    other = person("other", "CN", of="CN")
    also = Control("also", "other", "X", ControlKind.FAMILY, True)
    assert pairs(replace(world([official, wife, other]), controls=(tie, also))) == {
        *found, ("other", "X"),
    }  # fmt: skip


def test_a_contract_decides_from_its_first_day_where_its_other_side_is_of_concern() -> None:
    maker = company("maker", "CN")
    contract = Control("c", "maker", "X", ControlKind.CONTRACT, True, true_from=ON)
    for other, begins, found in (
        (maker, ON, {("maker", "X")}),
        (maker, ON + timedelta(days=1), set()),
        (company("maker", "KR"), ON, set()),
    ):
        facts = world([X, other])
        contract = replace(contract, true_from=begins)
        assert pairs(replace(facts, controls=(contract,))) == found


def test_control_by_a_government_without_a_share_is_a_link_like_a_majority() -> None:
    finding = Control("f", "G", "A", ControlKind.FINDING, True)
    facts = world([G, X, A], [stake("A", "X", "25")])
    assert pairs(facts) == set()
    assert pairs(replace(facts, controls=(finding,))) == {("A", "X"), ("G", "A")}
    direct = replace(finding, controlled="X")
    assert pairs(replace(facts, controls=(direct,))) == {("G", "X")}


# --- a name on a list above ----------------------------------------------------------------------
def listed_pairs(*stakes: Stake, controls: tuple[Control, ...] = ()) -> set[tuple[str, str]]:
    """Section 154 names CATL and, beside it, BYD; both are companies of Korea here."""
    parties = (company("X"), company("group"), company("A"), company("catl"), company("byd"))
    facts = listing("154", NAMED, replace(NAMED, ref="entry-2", name="BYD Company"))
    also = replace(SAME, ref="same-2", party="byd", entry="entry-2")
    facts = replace(facts, parties=parties, identities=(*facts.identities, also))
    told_of = told("X", "group", "A", "catl", "byd")
    return pairs(replace(facts, stakes=stakes, controls=controls, disclosures=told_of))


def test_the_shortest_way_up_to_a_listed_name_decides() -> None:
    long_way = (
        stake("byd", "X", "9"),
        stake("group", "X", "51"),
        stake("A", "group", "60"),
        stake("catl", "A", "60"),
    )
    assert listed_pairs(*long_way) == {("group", "X"), ("A", "group"), ("catl", "A")}
    found = listed_pairs(*long_way, stake("byd", "X", "51", Metric.VOTES))
    assert found == {("byd", "X")}


def test_a_half_of_a_listed_name_decides_nothing() -> None:
    assert listed_pairs(stake("catl", "X", "50")) == set()
    assert listed_pairs(stake("catl", "X", "50.01")) == {("catl", "X")}


@pytest.mark.parametrize("kind", [ControlKind.SUCCESSOR, ControlKind.SUBSIDIARY])
def test_a_successor_and_a_consolidated_subsidiary_lead_to_the_name(kind: ControlKind) -> None:
    tie = Control("tie", "catl", "group", kind, True)
    held = stake("group", "X", "60")
    veto = Control("veto", "byd", "group", ControlKind.VETO, True)
    assert listed_pairs(held, controls=(veto, tie)) == {("group", "X"), ("catl", "group")}
    assert listed_pairs(held, controls=(replace(tie, true_to=ON),)) == set()


def test_listed_names_that_have_a_majority_only_together_all_decide() -> None:
    both = (stake("catl", "group", "30"), stake("byd", "group", "30"))
    assert listed_pairs(*both, stake("group", "X", "60")) == {
        ("group", "X"), ("catl", "group"), ("byd", "group"),
    }  # fmt: skip
    assert listed_pairs(stake("catl", "X", "30"), stake("byd", "X", "20")) == set()


def test_listed_owners_of_each_other_end() -> None:
    ring = (
        stake("catl", "X", "30"), stake("byd", "X", "30"), stake("A", "X", "20"),
        stake("catl", "A", "30"), stake("X", "A", "40"),
    )  # fmt: skip
    found = listed_pairs(*ring)
    assert found >= {("catl", "X"), ("byd", "X")}
    assert all(held in ("X", "A") for _, held in found)


def test_the_name_itself_is_decided_by_nobody_above_it() -> None:
    facts = listing("154", controls=())
    assert set(deciding(FeocIndex(facts), "catl", ON)) == set()
