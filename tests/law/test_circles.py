"""A circle of parties by itself is what it is in the whole world, and is kept while it is that."""

import random
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import date, timedelta
from typing import Any

import pytest

from compliance.law.circles import Circles, Made, apart
from compliance.law.feoc import FeocIndex
from compliance.law.standing import Item
from compliance.law.world import Control, ControlKind, Identity, Licence, ListEntry, World
from tests.law.test_feoc_properties import DAYS, HOLDERS, NAMES, a_world, term
from tests.law.worlds import EDITIONS, company, edition, everywhere, person, stake, told, world

LISTS = ("154", "1260H", "889")


def licensed(dice: random.Random) -> World:
    """A random world with licences, some for whoever makes a part."""
    licences = (
        Licence(
            f"l{k}",
            dice.choice(HOLDERS),
            dice.choice([*NAMES, None]),
            dice.choice(["pack", None]),
            controls={"customers": True},
            true_from=term(dice)[0],
        )
        for k in range(2)
    )
    kept = tuple(each for each in licences if each.licensee or each.part)
    return replace(a_world(dice), licences=kept[: dice.randint(0, 2)])


def test_a_standing_in_a_circle_is_the_one_in_the_whole_world(
    scale: Callable[[int, int], int],
) -> None:
    dice = random.Random(4865)
    circles, several = Circles(), 0
    made = Made("pack", (), True)
    for _ in range(scale(40, 2_000)):
        facts = licensed(dice)
        index, found = FeocIndex(facts), circles.of(facts)
        several += len({id(each) for each in found.values()}) > 3
        for party in (*HOLDERS, "never heard of"):
            circle = found.get(party, found[""])
            licences = tuple(
                each
                for each in facts.licences
                if (each.licensee == party and each.part in (None, "pack"))
                or (each.licensee is None and each.part == "pack")
            )
            for item, of in ((None, None), (made, Item((), licences, True))):
                days = index.breakpoints(party, of)
                assert circle.standings(party, item) == tuple(
                    (day, index.standing(party, day or date.min, of)) for day in (None, *days)
                )
            for key in LISTS:
                days = index.breakpoints(party)
                assert circle.listed(party, key) == tuple(
                    (day, index.listed(party, key, day or date.min)) for day in (None, *days)
                )
    assert several


TWO = world(
    [company("X"), company("Y"), company("Z"), person("A"), person("B"), company("L")],
    (*everywhere("A", "X", "60"), *everywhere("B", "Y", "100")),
    controls=(Control("k", "Z", "X", ControlKind.VETO),),
    identities=(Identity("i", "X", "154", "e", same=False),),
    licences=(Licence("l", "L", "X"),),
    known_on=date(2026, 11, 23),
)
DAY = DAYS[0] + timedelta(1)
MOVED: dict[str, tuple[Any, ...]] = {
    "parties": (
        (replace(TWO.parties[0], business="CN"), *TWO.parties[1:]),
        (*TWO.parties[:3], replace(TWO.parties[3], us_person=True), *TWO.parties[4:]),
    ),
    "stakes": (
        TWO.stakes[1:],
        (*TWO.stakes, stake("Z", "X", "1")),
        (replace(TWO.stakes[0], true_to=DAY), *TWO.stakes[1:]),
        (replace(TWO.stakes[0], ref="another"), *TWO.stakes[1:]),
    ),
    "disclosures": (TWO.disclosures[1:], (*told("X", percent="90"), *TWO.disclosures[1:])),
    "controls": ((), (replace(TWO.controls[0], holds=None),)),
    "licences": ((), (replace(TWO.licences[0], controls={"customers": True}),)),
    "lists": ((*EDITIONS, edition("154", ListEntry("e", "X Company"), day=DAY)),),
    "identities": ((), (replace(TWO.identities[0], same=True),)),
    "readings": ({"feoc-nations-summed": "each"},),
    "known_on": (date(2026, 11, 24), None),
}


@pytest.mark.parametrize(
    ("field", "value"), [(name, value) for name, values in MOVED.items() for value in values]
)
def test_whoever_is_told_of_otherwise_is_asked_again(field: str, value: Any) -> None:
    circles = Circles()
    before, after = circles.of(TWO), circles.of(replace(TWO, **{field: value}))
    assert after["X"] is not before["X"]
    of_everybody = field in ("lists", "readings", "known_on")
    assert (after["B"] is before["B"]) is not of_everybody
    assert circles.of(TWO)["X"] is not after["X"]


def test_every_kind_of_fact_that_a_circle_is_told_is_tried() -> None:
    circle = next(facts for members, facts in apart(TWO) if "X" in members)
    told_of = {each.name for each in fields(World) if getattr(circle, each.name)}
    assert told_of - {"procurement"} <= MOVED.keys()
    assert MOVED.keys() == {
        "parties", "stakes", "disclosures", "controls", "licences", "lists", "identities",
        "readings", "known_on",
    }  # fmt: skip


def test_what_is_bought_and_whoever_else_is_in_the_world_makes_no_difference() -> None:
    circles = Circles()
    before = circles.of(TWO)
    other = replace(
        TWO, procurement=replace(TWO.procurement, ref="other"), parties=(*TWO.parties, company("N"))
    )
    assert circles.of(other)["X"] is before["X"]
    assert before["X"] is before["A"] is before["Z"] is before["L"]
    assert before["X"] is not before["Y"] is before["B"]


def test_the_circles_kept_are_those_met_last() -> None:
    circles = Circles(most=3)
    first = circles.of(world([company("X")]))["X"]
    assert circles.of(world([company("X")]))["X"] is first
    circles.of(world([company("Y"), company("Z")]))
    assert circles.of(world([company("X")]))["X"] is not first


def test_of_what_parties_made_only_so_much_is_kept_and_the_rest_worked_out_again() -> None:
    circles = Circles(most_made=3)
    facts = world([company("X"), company("Y")])
    for number in range(20):
        for maker in ("X", "Y"):
            circle = circles.of(facts)[maker]
            own, made = circle.standings(maker, None), Made(f"part {number}", None, None)
            fresh = Circles().of(facts)[maker]
            assert circle.standings(maker, made) == fresh.standings(maker, made)
            assert circle.standings(maker, made) is circle.standings(maker, made)
            assert circle.standings(maker, None) is own
            assert sum(circles.of(facts)[each].made for each in ("X", "Y")) <= 3


def test_of_what_parties_made_that_of_the_circle_met_longest_ago_goes_first() -> None:
    circles = Circles(most_made=1)
    older, newer = (circles.of(world([company(name)]))[name] for name in ("X", "Y"))
    made = Made("part", None, None)
    kept = newer.standings("Y", made)
    older.standings("X", made)
    circles.of(world([company("Y")]))
    assert (older.made, newer.made) == (0, 1)
    assert newer.standings("Y", made) is kept
