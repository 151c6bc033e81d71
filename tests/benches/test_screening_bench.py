"""What the benchmark measures, small: recall only, for speed is no matter of right or wrong."""

from compliance.benches.made_names import CHINESE_KINDS, KINDS, make
from compliance.benches.screening import measure, ours, report, run, token_sort


def test_names_are_the_same_on_every_machine() -> None:
    assert make(50, 20) == make(50, 20)
    assert make(50, 20).names != make(50, 20, seed=2).names


def test_every_listed_name_is_met_once_and_no_stranger_is_listed() -> None:
    setup = make(500, 200)
    assert len(set(setup.names)) == len(setup.names)
    assert all(query.means is None for query in setup.strangers)
    assert {query.kind for query in setup.queries} == {*KINDS, *CHINESE_KINDS}


def test_the_right_name_is_found_first_however_it_is_written() -> None:
    setup = make(2_000, 500)
    result = measure("ours", lambda: ours(setup.names), setup, 500)
    assert result.recall.at_1 >= 0.98, result.by_kind
    assert result.recall.at_few_false >= 0.85
    assert result.by_kind["Chinese script"].at_1 >= 0.95


def test_a_plain_way_loses_chinese_script() -> None:
    setup = make(500, 200)
    result = measure("token_sort", lambda: token_sort(setup.names), setup, 200)
    assert result.by_kind["Chinese script"].at_5 == 0
    assert result.by_kind["capitals"].at_1 == 1


def test_all_ways_are_measured_side_by_side() -> None:
    assert [result.way for result in run(200, 40)] == [
        "ours",
        "tf-idf of 3-letter pieces",
        "SQLite FTS5 trigram",
        "rapidfuzz token_sort",
    ]
    lines = list(report(0.001))
    assert [line for line in lines if line.endswith("for none of them")] == [
        "100 names; 20 queries for one of them, as many for none of them",
        "1,000 names; 20 queries for one of them, as many for none of them",
    ]
    assert sum(line.startswith("ours ") for line in lines) == 2
    assert sum(line.startswith("  Chinese script ") for line in lines) == 2 * 4
