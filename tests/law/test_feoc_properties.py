"""Random worlds: standing is a step function of the day, and learning never turns it round."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from compliance.law.answers import Answer
from compliance.law.feoc import FeocIndex
from compliance.law.standing import Item
from compliance.law.world import (
    Control,
    ControlKind,
    Disclosure,
    Identity,
    Licence,
    ListEntry,
    Metric,
    Nature,
    Party,
    PartyKind,
    Stake,
    Step,
    World,
)
from tests.law.worlds import EDITIONS, edition, government, person, world

NAMES = [f"c{k}" for k in range(5)]
HOLDERS = [*NAMES, "G", "R", "who", "stranger"]
DAYS = [date(2027, 12, 1) + timedelta(days) for days in range(0, 40, 4)]
COUNTRIES = ["KR", "US", "CN", "HK", "TW", None]


def a_day(dice: random.Random) -> date | None:
    return dice.choice(DAYS) if dice.random() < 0.3 else None


def term(dice: random.Random) -> tuple[date | None, date | None]:
    begins, ends = a_day(dice), a_day(dice)
    return (begins, ends) if not begins or not ends or begins < ends else (ends, begins)


def a_company(ref: str, dice: random.Random) -> Party:
    return Party(
        ref,
        f"{ref} Company",
        dice.choice([PartyKind.COMPANY] * 5 + [None]),
        dice.choice(COUNTRIES),
        dice.choice(COUNTRIES),
        dice.choice([None, "", "CN"]) if dice.random() < 0.2 else None,
        screened=dice.random() < 0.8,
    )


def stakes(dice: random.Random) -> list[Stake]:
    found = []
    left = {(held, metric): 100 for held in NAMES for metric in Metric}
    for number in range(dice.randint(0, 12)):
        held, metric = dice.choice(NAMES), dice.choice(list(Metric))
        most = dice.choice([10, 20, 24, 25, 26, 30, 49, 50, 51, 60, 100])
        most = min(most, left[held, metric])
        if not most:
            continue
        left[held, metric] -= most
        least = most if dice.random() < 0.7 else dice.randint(0, most)
        found.append(
            Stake(
                f"s{number}",
                dice.choice(HOLDERS),
                held,
                metric,
                Decimal(least),
                Decimal(most),
                dice.choice([Nature.PLAIN] * 8 + list(Nature)),
                *term(dice),
            )
        )
    return found


def a_world(dice: random.Random) -> World:
    parties = [a_company(name, dice) for name in NAMES]
    parties += [government(), government("R", "RU"), person("who", of=dice.choice(["", "CN"]))]
    disclosures = tuple(
        Disclosure(f"d{name}", name, Decimal(dice.choice([50, 75, 76, 100])), None, *term(dice))
        for name in NAMES
        if dice.random() < 0.7
    )
    controls = tuple(
        Control(
            f"k{number}",
            dice.choice(HOLDERS),
            dice.choice(NAMES),
            dice.choice(list(ControlKind)),
            dice.choice([True, None, False]),
            *term(dice),
        )
        for number in range(dice.randint(0, 3))
    )
    names = [ListEntry(f"e{k}", f"Listed {k}", *term(dice)) for k in range(2)]
    lists = [each for each in EDITIONS if dice.random() < 0.9 and each.key not in ("154", "1260H")]
    lists += [edition("154", *names), edition("1260H", *names, covers="battery")]
    lists.append(edition("154", names[0], day=DAYS[5]))
    identities = tuple(
        Identity(f"i{k}", dice.choice(NAMES), dice.choice(["154", "1260H"]), f"e{k}", same)
        for k, same in enumerate((dice.choice([True, None]), False))
    )
    return world(
        parties,
        stakes(dice),
        disclosures=disclosures,
        controls=controls,
        lists=tuple(lists),
        identities=identities,
    )


def an_item(dice: random.Random) -> Item:
    step = Step("coating", dice.choice([*NAMES, None]), dice.choice(COUNTRIES))
    licence = Licence("l", dice.choice(HOLDERS), None, controls={"customers": True})
    return Item(
        dice.choice([None, (), (step,)]),
        dice.choice([(), (replace(licence, true_from=a_day(dice)),)]),
        dice.choice([True, None]),
    )


def test_between_two_breakpoints_nothing_moves(scale: Callable[[int, int], int]) -> None:
    dice = random.Random(18741)
    for _ in range(scale(60, 2_000)):
        facts, item, party = a_world(dice), an_item(dice), dice.choice(NAMES)
        index = FeocIndex(facts)
        days = index.breakpoints(party, item)
        for day in (DAYS[0] + timedelta(each) for each in range(-2, 45)):
            since = max((each for each in days if each <= day), default=date.min)
            fresh = FeocIndex(facts)
            assert index.standing(party, day, item) == fresh.standing(party, since, item)
            for key in ("154", "1260H"):
                assert index.listed(party, key, day) == fresh.listed(party, key, since)


def learned(facts: World, dice: random.Random) -> World:
    """The same world with one thing more told: an unknown or bounds become a value inside."""
    what = dice.randrange(6)
    if what == 0:
        k = dice.randrange(len(facts.parties))
        told = facts.parties[k]
        if told.kind is None:
            told = replace(told, kind=PartyKind.COMPANY)
        elif told.incorporated is None:
            told = replace(told, incorporated=dice.choice(["KR", "US", "CN"]))
        elif told.business is None:
            told = replace(told, business=dice.choice(["KR", "US", "CN"]))
        else:
            told = replace(told, screened=True)
        return replace(facts, parties=(*facts.parties[:k], told, *facts.parties[k + 1 :]))
    if what == 1 and facts.stakes:
        k = dice.randrange(len(facts.stakes))
        each = facts.stakes[k]
        share = Decimal(dice.randint(int(each.low), int(each.high)))
        narrow = replace(each, low=share, high=share)
        return replace(facts, stakes=(*facts.stakes[:k], narrow, *facts.stakes[k + 1 :]))
    if what == 2 and facts.disclosures:
        k = dice.randrange(len(facts.disclosures))
        each_ = facts.disclosures[k]
        more = replace(each_, complete_to=Decimal(dice.randint(int(each_.complete_to), 100)))
        rest = (*facts.disclosures[:k], more, *facts.disclosures[k + 1 :])
        return replace(facts, disclosures=rest)
    if what == 3:
        new = Disclosure(f"n{dice.random()}", dice.choice(NAMES), Decimal(dice.randint(0, 100)))
        return replace(facts, disclosures=(*facts.disclosures, new))
    if what == 4 and facts.controls:
        k = dice.randrange(len(facts.controls))
        control = facts.controls[k]
        if control.holds is None:
            control = replace(control, holds=dice.choice([True, False]))
        return replace(facts, controls=(*facts.controls[:k], control, *facts.controls[k + 1 :]))
    if what == 5:
        identities = tuple(
            replace(each, same=dice.choice([True, False]) if each.same is None else each.same)
            for each in facts.identities
        )
        return replace(facts, identities=identities)
    return facts


def test_learning_more_never_turns_a_settled_standing_round(
    scale: Callable[[int, int], int],
) -> None:
    dice = random.Random(42)
    for _ in range(scale(150, 10_000)):
        facts, item, party, day = (
            a_world(dice),
            an_item(dice),
            dice.choice(NAMES),
            dice.choice(DAYS),
        )
        before = FeocIndex(facts).standing(party, day, item)
        for _ in range(4):
            facts = learned(facts, dice)
            after = FeocIndex(facts).standing(party, day, item)
            if before.answer is not Answer.UNKNOWN:
                assert after.answer is before.answer, (facts, party, day, before, after)
            before = after


def test_an_unknown_standing_says_what_to_ask(scale: Callable[[int, int], int]) -> None:
    dice = random.Random(7)
    for _ in range(scale(150, 5_000)):
        facts, item, party, day = (
            a_world(dice),
            an_item(dice),
            dice.choice(NAMES),
            dice.choice(DAYS),
        )
        found = FeocIndex(facts).standing(party, day, item)
        assert bool(found.missing) is (found.answer is Answer.UNKNOWN), (facts, party, day, found)
