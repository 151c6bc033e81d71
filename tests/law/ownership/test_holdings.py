"""The columns against the exact engine: the same answers, bounds around the same values."""

import random
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from compliance.law.answers import Answer
from compliance.law.ownership import holdings
from compliance.law.ownership.arithmetic import WHOLE
from compliance.law.ownership.holdings import Holdings, units
from tests.law.ownership.facts import (
    QUARTER,
    Row,
    chance,
    change,
    columns,
    compare,
    exactly,
    use_plain_python,
)


def test_everyone_as_the_exact_engine_says(way: str, scale: Callable[[int, int], int]) -> None:
    dice = random.Random(4865)
    for _ in range(scale(400, 20_000) if way == "compiled" else 400):
        rows, open_, options = chance(dice)
        facts, place = columns(rows, open_=open_, options=options)
        found = Holdings(facts, QUARTER)
        found.settle()
        compare(found, place, exactly(rows, open_, options))
        assert found.unsettled == 0


def test_one_change_after_another_equals_all_anew(
    way: str, scale: Callable[[int, int], int]
) -> None:
    dice = random.Random(805)
    for _ in range(scale(100, 5_000) if way == "compiled" else 100):
        rows, open_, options = chance(dice)
        if not rows:
            continue
        facts, place = columns(rows, open_=open_, options=options)
        found = Holdings(facts, QUARTER)
        found.settle()
        for _ in range(8):
            k = dice.randrange(len(rows))
            holder, held, _, high, control = rows[k]
            share = dice.randint(0, 8) * WHOLE // 8
            least, most = (share, share) if dice.random() < 0.7 else (min(share, high), high)
            rows[k] = (holder, held, least, most, control)
            before = found.answers.copy()
            moved = change(found, place, rows[k])
            exact = exactly(rows, open_, options)
            compare(found, place, exact)
            assert moved == np.flatnonzero(before != found.answers).tolist()


def test_a_ring_that_loses_its_support_falls_back(way: str) -> None:
    rows: list[Row] = [
        ("G", "A", WHOLE // 10, WHOLE // 10, 0),
        ("B", "A", WHOLE // 2, WHOLE // 2, 0),
        ("A", "B", WHOLE // 2, WHOLE // 2, 0),
        ("B", "X", WHOLE // 2, WHOLE // 2, 0),
    ]
    facts, place = columns(rows)
    found = Holdings(facts, QUARTER)
    assert [found.settle()[place[name]] for name in "ABX"] == [Answer.YES] * 3
    assert change(found, place, ("G", "A", 0, 0, 0)) == [place[name] for name in "ABX"]
    assert [found.answers[place[name]] for name in "ABX"] == [Answer.NO] * 3
    assert found.looked_at == 6


@pytest.mark.parametrize(("share", "answer"), [(249_999_999, Answer.NO), (250_000_000, Answer.YES)])
def test_the_threshold_is_met_exactly(way: str, share: int, answer: Answer) -> None:
    facts, place = columns([("G", "A", share, share, 0)])
    found = Holdings(facts, QUARTER)
    assert found.settle()[place["A"]] == answer
    assert found.bounds(place["A"]).low == Fraction(share, WHOLE)


def test_a_value_nearer_to_a_threshold_than_a_billionth_is_settled_exactly(way: str) -> None:
    """1/3 of 1/3 … cannot be written in billionths; the ring's own value is exactly 1/4."""
    rows: list[Row] = [
        ("G", "A", 200_000_000, 200_000_000, 0),
        ("B", "A", 400_000_000, 400_000_000, 0),
        ("A", "B", 500_000_000, 500_000_000, 0),
        ("A", "B2", 333_333_333, 333_333_333, 0),
        ("B2", "C", 333_333_333, 333_333_333, 0),
        ("C", "D", 333_333_333, 333_333_333, 0),
    ]
    facts, place = columns(rows)
    found = Holdings(facts, QUARTER)
    found.settle()
    compare(found, place, exactly(rows, {}))
    creeping: list[Row] = [
        ("G", "A", 375_000_000, 375_000_000, 0),
        (
            "A",
            "A",
            250_000_000,
            250_000_000,
            0,
        ),  # 3/8 + 1/4 a: exactly one half, so that it is whole
        ("A", "B", 250_000_000, 250_000_000, 0),
    ]
    facts, place = columns(creeping)
    found = Holdings(facts, QUARTER)
    found.settle()
    assert found.answers[place["B"]] == Answer.YES
    compare(found, place, exactly(creeping, {}))
    assert change(found, place, ("G", "A", 374_999_999, 374_999_999, 0)) == [place["B"]]
    creeping[0] = ("G", "A", 374_999_999, 374_999_999, 0)
    compare(found, place, exactly(creeping, {}))


def test_products_around_one_half_are_settled_exactly(way: str) -> None:
    """A sum of products that a billionth cannot tell from one half, alone and after a change."""
    third = 333_333_333
    rows: list[Row] = [
        ("G", "A", third, third, 0),
        ("A", "B", third, third, 0),
        ("B", "C", 300_000_001, 300_000_001, 0),
        ("G", "C", 466_666_666, 466_666_666, 0),
    ]
    facts, place = columns(rows)
    found = Holdings(facts, QUARTER)
    found.settle()
    compare(found, place, exactly(rows, {}))
    for share in range(466_666_660, 466_666_672):
        rows[3] = ("G", "C", share, share, 0)
        change(found, place, rows[3])
        compare(found, place, exactly(rows, {}))


def near_half() -> tuple[list[Row], int]:
    """Two tiers of minority shares whose product falls between two billionths; and the direct share
    with which the sum lies just below one half: exactly 499,999,999.9… billionths."""
    one, two = 111_111_111, 333_333_333
    product = one * two
    direct = WHOLE // 2 - product // WHOLE - 1
    rows: list[Row] = [
        ("G", "A", one, one, 0),
        ("A", "C", two, two, 0),
        ("G", "C", direct, direct, 0),
        ("C", "D", 250_000_000, 250_000_000, 0),
    ]
    return rows, direct


def test_a_sum_within_the_last_billionth_below_one_half_is_below(way: str) -> None:
    rows, direct = near_half()
    facts, place = columns(rows)
    found = Holdings(facts, QUARTER)
    found.settle()
    compare(found, place, exactly(rows, {}))
    assert found.answers[place["D"]] == Answer.NO
    assert change(found, place, ("G", "C", direct + 1, direct + 1, 0)) == [place["D"]]
    assert found.answers[place["D"]] == Answer.YES
    assert change(found, place, ("G", "C", direct, direct, 0)) == [place["D"]]
    compare(found, place, exactly(rows, {}))


def test_a_value_within_the_last_billionth_below_a_quarter_is_below(way: str) -> None:
    one, two = 111_111_111, 333_333_333
    direct = WHOLE // 4 - (one * two) // WHOLE - 1
    rows: list[Row] = [
        ("G", "A", one, one, 0),
        ("A", "C", two, two, 0),
        ("G", "C", direct, direct, 0),
    ]
    facts, place = columns(rows)
    found = Holdings(facts, QUARTER)
    assert found.settle()[place["C"]] == Answer.NO
    assert change(found, place, ("G", "C", direct + 1, direct + 1, 0)) == [place["C"]]


def test_what_lies_just_below_a_quarter_and_may_be_more_is_unknown(way: str) -> None:
    one, two = 111_111_111, 333_333_333
    direct = WHOLE // 4 - (one * two) // WHOLE - 1
    rows: list[Row] = [
        ("G", "A", one, one, 0),
        ("A", "C", two, two, 0),
        ("G", "C", direct, direct, 0),
    ]
    facts, place = columns(rows, open_={"C": WHOLE // 4})
    assert Holdings(facts, QUARTER).settle()[place["C"]] == Answer.UNKNOWN


def test_a_very_wide_ring_is_settled(way: str) -> None:
    names = [f"r{k}" for k in range(2_000)]
    share = 400_000_000
    rows: list[Row] = [
        (a, b, share, share, 0) for a, b in zip(names, [*names[1:], names[0]], strict=True)
    ]
    rows.append(("G", "r0", share, share, 0))
    facts, place = columns(rows)
    found = Holdings(facts, QUARTER)
    answers = found.settle()
    assert found.unsettled == 0
    assert [answers[place[name]] for name in ("r0", "r1999", "r1998")] == [
        Answer.YES,
        Answer.NO,
        Answer.NO,
    ]


def test_a_very_wide_ring_at_a_threshold_is_unknown_and_counted(
    way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """3/8 + 1/4 a creeps up to one half for ever, in a ring too large for exact rationals."""
    monkeypatch.setattr(holdings, "LARGEST_RING", 1)
    rows: list[Row] = [
        ("G", "A", 375_000_000, 375_000_000, 0),
        ("B", "A", 250_000_000, 250_000_000, 0),
        ("A", "B", 400_000_000, 400_000_000, 0),
        ("G", "B", 300_000_000, 300_000_000, 0),  # 0.3 + 0.4 a and 0.375 + 0.25 b: both one half
        ("A", "X", 250_000_000, 250_000_000, 0),
    ]
    facts, place = columns(rows)
    found = Holdings(facts, QUARTER)
    answers = found.settle()
    assert found.unsettled == 2
    assert [answers[place[name]] for name in "ABX"] == [Answer.UNKNOWN] * 3
    assert change(found, place, ("G", "A", 500_000_000, 500_000_000, 0)) == [
        place[name] for name in "ABX"
    ]
    assert found.unsettled == 0


def test_too_many_behind_a_value_at_the_threshold_is_unknown(
    way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(holdings, "MOST_EXACT", 0)
    rows, _ = near_half()
    facts, place = columns(rows)
    found = Holdings(facts, QUARTER)
    assert found.settle()[place["D"]] == Answer.UNKNOWN
    assert found.unsettled == 1


def test_a_loop_of_majorities_inside_a_wider_ring_grows_to_the_whole(way: str) -> None:
    rows: list[Row] = [
        ("G", "A", 10_000_000, 10_000_000, 0),
        ("B", "A", 500_000_000, 500_000_000, 0),
        ("C", "A", 100_000_000, 100_000_000, 0),
        ("A", "B", 500_000_000, 500_000_000, 0),
        ("A", "C", 200_000_000, 200_000_000, 0),
    ]
    facts, place = columns(rows)
    found = Holdings(facts, QUARTER)
    found.settle()
    compare(found, place, exactly(rows, {}))
    assert found.bounds(place["B"]).low == 1


@pytest.mark.parametrize("limit", ["SWEEPS_BELOW", "SWEEPS_ABOVE"])
def test_a_ring_that_takes_too_many_rounds_is_settled_exactly(
    limit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(use_plain_python(monkeypatch), limit, 0)
    rows: list[Row] = [
        ("G", "A", 200_000_000, 200_000_000, 0),
        ("B", "A", 400_000_000, 400_000_000, 0),
        ("A", "B", 400_000_000, 400_000_000, 0),
    ]
    facts, place = columns(rows)
    found = Holdings(facts, QUARTER)
    found.settle()
    compare(found, place, exactly(rows, {}))
    assert found.unsettled == 0


@pytest.mark.parametrize(
    ("outside", "answer"),
    [
        (("P", "A", 0, 0, 0), Answer.UNKNOWN),
        (("P", "A", 250_000_000, 250_000_000, 0), Answer.UNKNOWN),  # more than the whole
        (("P", "A", 0, 0, 2), Answer.NO),  # somebody does stand behind it
    ],
)
def test_who_owns_itself_whole_may_be_anybodys(way: str, outside: Row, answer: Answer) -> None:
    for ring in (["A"], ["A", "B"]):
        below = zip(ring, [*ring[1:], ring[0]], strict=True)
        rows: list[Row] = [(holder, held, WHOLE, WHOLE, 0) for holder, held in below]
        rows += [("A", "X", WHOLE // 4, WHOLE // 4, 0), outside]
        facts, place = columns(rows)
        found = Holdings(facts, QUARTER)
        assert [found.settle()[place[name]] for name in (*ring, "X")] == [answer] * (len(ring) + 1)
        compare(found, place, exactly(rows, {}))


def test_options_in_a_ring_count_beside_the_shares(way: str) -> None:
    """A holds seven eighths of itself, P the rest; one eighth more may be anybody's if exercised,
    and what comes in grows to the whole."""
    eighth = WHOLE // 8
    rows: list[Row] = [("A", "A", 7 * eighth, 7 * eighth, 0), ("P", "A", eighth, eighth, 0)]
    for options, answer in (((), Answer.NO), (("A",), Answer.UNKNOWN)):
        facts, place = columns(rows, open_={"A": eighth}, options=options)
        found = Holdings(facts, QUARTER)
        assert found.settle()[place["A"]] == answer
        compare(found, place, exactly(rows, {"A": eighth}, options))


def test_a_source_that_is_held_itself_stays_a_source(way: str) -> None:
    rows: list[Row] = [
        ("G", "A", 300_000_000, 300_000_000, 0),
        ("A", "G", 600_000_000, 600_000_000, 0),
    ]
    facts, place = columns(rows)
    found = Holdings(facts, QUARTER)
    assert found.settle()[place["A"]] == Answer.YES
    compare(found, place, exactly(rows, {}))
    assert change(found, place, ("G", "A", 100_000_000, 100_000_000, 0)) == [place["A"]]


def test_a_change_with_many_below_tells_them_apart(way: str) -> None:
    names = [f"c{k}" for k in range(300)]
    rows: list[Row] = [("G", "A", 600_000_000, 600_000_000, 0)]
    rows += [("A", name, 250_000_000, 250_000_000, 0) for name in names]
    facts, place = columns(rows)
    found = Holdings(facts, QUARTER)
    found.settle()
    moved = change(found, place, ("G", "A", 100_000_000, 100_000_000, 0))
    assert sorted(moved) == sorted(place[name] for name in ("A", *names))
    assert change(found, place, ("G", "A", 100_000_001, 100_000_001, 0)) == []


def test_percentages_become_billionths_exactly() -> None:
    assert units(Decimal("24.99")) == 249_900_000
    assert units(Decimal("0.0000001")) == 1
    with pytest.raises(ValueError, match="seven decimals"):
        units(Decimal("24.99999999"))
