"""Counsel's casebook: every case comes out as written, and the format is strict."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from compliance.law.casebook import OURS, read, run, run_files
from compliance.law.rules import RULES
from compliance.law.verdicts import Verdict

BOOKS = {file: read(file) for file in sorted(OURS.rglob("*.toml"))}
CASES = [(file, case) for file, book in BOOKS.items() for case in book.cases]


@pytest.mark.parametrize(
    ("file", "case"), CASES, ids=[f"{file.stem}: {case.get('name')}" for file, case in CASES]
)
def test_case(file: Path, case: Mapping[str, Any]) -> None:
    assert run(case, str(file)).wrong == ()


def test_every_file_is_a_casebook() -> None:
    assert not [(file, book.wrong) for file, book in BOOKS.items() if book.wrong]
    assert BOOKS


def test_every_case_has_its_own_name() -> None:
    names = [(file, case["name"]) for file, case in CASES]
    assert len(names) == len(set(names))


def test_every_rule_has_cases() -> None:
    assert {case.get("rule") for _, case in CASES} >= {rule.id for rule in RULES}


@pytest.mark.parametrize(
    ("rule", "verdicts"),
    [
        ("10-usc-4865", set(Verdict)),
        ("ndaa-2024-154", set(Verdict) - {Verdict.PERMITTED_BY_EXCEPTION}),
        (
            "ndaa-2024-805-a",
            set(Verdict) - {Verdict.WAIVER_NEEDED, Verdict.PERMITTED_BY_WAIVER},
        ),
        (
            "ndaa-2024-805-b",
            set(Verdict) - {Verdict.WAIVER_NEEDED, Verdict.PERMITTED_BY_WAIVER},
        ),
        (
            "10-usc-4872",
            set(Verdict) - {Verdict.WAIVER_NEEDED, Verdict.REVIEW, Verdict.NOT_YET_IN_FORCE},
        ),
    ],
)
def test_a_case_shows_each_verdict_a_rule_can_give(rule: str, verdicts: set[Verdict]) -> None:
    """As the cases are written: `test_case` holds each to what is written."""
    shown = {case.get("verdict") for _, case in CASES if case.get("rule") == rule}
    assert shown >= {str(verdict) for verdict in verdicts}


def test_an_unknown_key_is_an_error_with_a_suggestion() -> None:
    told = run({"name": "x", "on": "own", "rule": "10-usc-4865", "verdcit": "permitted"})
    assert told.wrong == ("unknown key 'verdcit'; did you mean 'verdict'?",)


WELL = {
    "name": "x", "on": "own", "rule": "10-usc-4865", "verdict": "review",
    "parties": [{"name": "Q"}, {"name": "R"}],
}  # fmt: skip
WHOLE = {"holder": "R", "held": "Q", "metric": "equity", "percent": 100}
ENDED = {
    "key": "154",
    "edition": "2023-12-22",
    "entries": [{"name": "x", "true_from": "2028-01-02", "true_to": "2028-01-01"}],
}


@pytest.mark.parametrize(
    ("case", "wrong"),
    [
        ({"name": "x"}, "'on' is missing"),
        ({"name": "x", "on": "own"}, "it expects nothing"),
        (
            {"name": "x", "on": "today", "rule": "10-usc-4865", "verdict": "review"},
            "'on' is 'today'",
        ),
        ({"name": "x", "on": "own", "rule": "10-usc-4866", "verdict": "review"}, "no rule"),
        (
            {"name": "x", "on": "own", "rule": "10-usc-4865", "verdict": "review", "line": "9"},
            "no line '9'",
        ),
        (
            {"name": "x", "on": "own", "verdict": "review", "part": {"untold": ["colour"]}},
            "there is no 'colour' to take away",
        ),
        (
            {"name": "x", "on": "own", "verdict": "review", "part": {"maker": "Akme"}},
            "Did you mean 'Acme'?",
        ),
        ({"name": "x", "on": "own", "party": "Acme"}, "a case about a party needs a day"),
        ({**WELL, "stakes": [{**WHOLE, "percent": 92}, {**WHOLE, "percent": 20}]}, "112 percent"),
        ({**WELL, "stakes": [{**WHOLE, "percent": "about a third"}]}, "is no number"),
        ({**WELL, "stakes": [WHOLE, {**WHOLE, "holder": "Q", "held": "R"}]}, "100 %"),
        ({**WELL, "parties": [{"name": "Q"}, {"name": "Q", "incorporated": "CN"}]}, "twice"),
        ({**WELL, "parties": [{"name": "Q", "incorporated": "Korea"}]}, "Korea"),
        ({**WELL, "lists": [ENDED]}, "2028-01-01"),
    ],
)
def test_a_case_that_cannot_be_run_says_why(case: dict[str, object], wrong: str) -> None:
    told = run(case)
    assert any(wrong in each for each in told.wrong), told.wrong


def test_a_mismatch_says_what_was_found(tmp_path: Path) -> None:
    book = tmp_path / "book.toml"
    book.write_text(
        '[[case]]\nname = "wrong"\nrule = "10-usc-4865"\non = 2028-06-01\nverdict = "prohibited"\n'
        'would_be = "review"\nbecause = "(z)"\nflags = "none"\nmissing = "x"\n'
    )
    (told,) = run_files([book])
    assert told.wrong[0] == "verdict: expected prohibited, found permitted"
    assert len(told.wrong) == 5


@pytest.mark.parametrize("text", ["", "[[case]", 'colour = "red"\n[[case]]\nname = "x"\n', "\xff"])
def test_a_file_that_is_no_casebook_is_told(tmp_path: Path, text: str) -> None:
    book = tmp_path / "book.toml"
    book.write_bytes(text.encode("latin-1"))
    told = list(run_files([book]))
    assert told[0].wrong


def test_the_command_exits_1_on_a_mismatch(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = tmp_path / "book.toml"
    book.write_text(
        '[[case]]\nname = "wrong"\nrule = "10-usc-4865"\non = 2028-06-01\nverdict = "prohibited"\n'
    )
    with pytest.raises(SystemExit) as ended:
        call_command("casebook", str(book))
    assert ended.value.code == 1
    assert "expected prohibited, found permitted" in capsys.readouterr().out


def test_the_command_writes_json_lines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    book = tmp_path / "book.toml"
    book.write_text(
        '[[case]]\nname = "right"\nrule = "10-usc-4865"\non = 2028-06-01\nverdict = "permitted"\n'
    )
    call_command("casebook", str(book), "--json")
    assert json.loads(capsys.readouterr().out)["wrong"] == []
