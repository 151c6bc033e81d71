"""What the benchmark measures, small: that every way does its work, not how fast."""

import random
from datetime import date

import pytest

from compliance.benches import (
    made_portfolio,
    recheck,
    recheck_floor,
    recheck_waiting,
    recheck_ways,
)
from compliance.benches.made_portfolio import Portfolio, portfolio_load
from compliance.models import Determination, Leaning, Verdict, Work
from procurement.models import Change, Line, Part, Party
from tests.factory import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.database]
SCALE = 0.0002


@pytest.fixture
def made() -> Portfolio:
    return portfolio_load(SCALE, NOW)


def test_a_portfolio_has_the_size_it_says_and_leaves_no_change(made: Portfolio) -> None:
    assert Line.objects.count() == made.lines == 200
    assert Party.objects.count() == made.parties
    assert not Change.objects.exists()


def test_in_a_small_portfolio_a_supplier_is_spread_as_in_the_great_one_beside_it() -> None:
    great = Portfolio.of(1)
    small = Portfolio.of(0.01, great)
    assert (great.purchases, great.organisations) == (1_000, 20)
    assert (small.boms, small.purchases, small.organisations) == (200, 200, 20)
    assert Portfolio.of(0.01).organisations == 1
    assert Portfolio.of(0.0001, great).organisations == 4, "no more than there are BOMs"


def test_the_sample_is_whole_bills_with_all_lines_of_their_parts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole = Portfolio.of(1)
    assert (whole.each, len(whole.sample)) == (49, 408)
    assert Portfolio.of(0.0002).sample == [2, 3, 4], "all but the first, where there are few"
    monkeypatch.setattr(made_portfolio, "SAMPLE", 1)
    made = portfolio_load(SCALE, NOW)
    assert (made.boms, made.each, made.sample) == (4, 3, [3])
    sampled = set(Line.objects.filter(bom=3).values_list("part", flat=True))
    others = set(Line.objects.exclude(bom=3).values_list("part", flat=True))
    assert {part % 3 for part in sampled} == {0}
    assert {part % 3 for part in others} == {1, 2}


def test_triggers_are_back_once_it_is_loaded(made: Portfolio) -> None:
    Party.objects.filter(pk=1).update(incorporated="MX")
    assert Change.objects.count() == 1


def test_what_the_portfolio_says_is_leaned_on_is_what_judging_finds(made: Portfolio) -> None:
    def leaned() -> set[tuple[int, int, str, str]]:
        return set(Leaning.objects.values_list("organisation_id", "part_id", "kind", "key"))

    before = leaned()
    recheck_ways.lines_judge(recheck_ways.lines_of_boms([1]))
    assert leaned() == before


def test_a_supplier_that_moves_has_all_its_lines_judged(made: Portfolio) -> None:
    party = Line.objects.get(pk=1).part.maker_id
    assert party is not None
    lines = recheck_ways.lines_leaning_on(party)
    assert recheck_ways.supplier_change(party) == len(lines) > 0
    assert not Work.objects.exists()
    assert set(Verdict.objects.values_list("line_id", flat=True)) == lines


def test_the_floor_reads_every_line_and_writes_as_many_rows(made: Portfolio) -> None:
    written = recheck_floor.Written()
    assert recheck_ways.lines_judge(recheck_ways.lines_of_boms([1])) == 50
    with recheck_floor.boms_listed([1]):
        assert recheck_floor.floor_read() > 50
    rows = recheck_floor.plain(written.rows())
    assert len(rows[Determination]) == Determination.objects.count() > 50
    recheck_floor.floor_write(rows)


def test_the_naive_loop_writes_what_ours_does(made: Portfolio) -> None:
    assert recheck_ways.naive([1, 2]) == 2
    naively = set(Verdict.objects.values_list("line_id", "rule", "proof_digest"))
    Verdict.objects.all().delete()
    recheck_ways.lines_judge([1, 2])
    assert set(Verdict.objects.values_list("line_id", "rule", "proof_digest")) == naively


def test_an_edition_asks_for_the_lines_of_those_it_names(made: Portfolio) -> None:
    recheck_ways.edition_naming([1], date(2026, 11, 20))
    recheck_ways.relay_all(recheck_ways.Queue())
    asked = set(Work.objects.values_list("line_id", flat=True))
    assert recheck_ways.lines_leaning_on(1) <= asked


def test_goals_say_whether_they_are_met() -> None:
    found = {
        "lines": 1_000, "load": 1.0, "sample": 500, "cold": 20.0, "cold floor": 1.0, "warm": 3.0,
        "warm floor": 1.0, "warm moved": 5, "naive a line": 0.1, "suppliers": 3, "supplier": 0.2,
        "supplier worst": 0.9, "reach": 4, "reach most": 9, "held": 0.2, "held worked": 0.05,
        "supplier worked": 0.05, "reaches": [4, 4],
        "edition parties": 1, "edition asked": 9, "edition relayed clock": 0.1,
        "edition a line": 0.01,
    }  # fmt: skip
    small = {"lines": 10, "reaches": [2, 6], "worked": [0.03, 0.05]}
    said = list(recheck.shown("SQLite", small, found))
    goals = [line for line in said if "goal" in line]
    assert [line.endswith("NOT met") for line in goals] == [True, False, True, False, False]
    said = list(recheck.shown("x", small, found | {"one": 3.0, "two": 1.5}))
    assert any("two workers" in line and line.endswith(" met") for line in said)


def test_a_change_is_compared_with_one_that_touches_as_many_lines() -> None:
    of_two_lines_or_six = {"reaches": [2, 6], "worked": [0.03, 0.05]}
    assert recheck.likely(of_two_lines_or_six, {"reaches": [4, 4]}) == pytest.approx(0.04)
    assert recheck.likely(of_two_lines_or_six, {"reaches": [1, 1]}) == pytest.approx(0.025)
    of_four_lines = {"reaches": [4, 4], "worked": [0.03, 0.05]}
    assert recheck.likely(of_four_lines, {"reaches": [8]}) == pytest.approx(0.08)


def test_what_a_person_waits_is_shown_beside_the_goals() -> None:
    found = {
        "idle": [(0.1, 0.2)] * 100, "loaded": [(0.2, 0.3)] * 98 + [(0.9, 0.39), (1.2, 2.0)],
        "asked": 9_000, "asked after": 2.5, "bulk a second": 100.0,
    }  # fmt: skip
    assert [
        line.endswith("NOT met") for line in recheck_waiting.shown(found) if "goal" in line
    ] == [
        False,
        True,
    ]


def test_a_bill_that_is_submitted_to_be_timed_is_one_of_the_portfolios_parts(
    made: Portfolio,
) -> None:
    sheet = recheck_waiting.sheet(random.Random(1), made)
    numbers = [row.split(",")[1] for row in sheet.splitlines()[1:]]
    assert len(numbers) == recheck_waiting.LINES_SUBMITTED
    assert Part.objects.filter(number__in=numbers).count() == len(numbers)
    recheck_waiting.everything_moves(made)
    assert Change.objects.count() == made.suppliers
