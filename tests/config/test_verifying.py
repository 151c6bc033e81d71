import sys

import pytest

from config.verifying import CLOSING_LINE, Verification


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def verification(said: list[str]) -> Verification:
    return Verification(said.append)


def python(code: str) -> tuple[str, str, str]:
    return sys.executable, "-c", code


def test_a_step_shows_what_it_prints_and_keeps_pytests_last_line(
    verification: Verification, said: list[str]
) -> None:
    verification.step("tests", *python("print('....'); print('4 passed, 1 skipped in 0.12s')"))
    (step,) = verification.steps
    assert (step.code, step.closing) == (0, "4 passed, 1 skipped in 0.12s")
    assert "...." in said


def test_one_failed_step_is_named_at_the_end_and_the_others_still_ran(
    verification: Verification, said: list[str]
) -> None:
    verification.step("lint", *python("raise SystemExit(1)"))
    verification.step("types", *python("pass"))
    verification.summarise(1.0)
    assert any("FAILED" in line and "lint" in line for line in said)
    assert any("ok" in line and "types" in line for line in said)
    assert said[-1] == "1 steps ok, 1 failed, 1.0 s"


def test_what_runs_beside_is_shown_whole_at_the_end_and_may_fail(
    verification: Verification, said: list[str]
) -> None:
    wrong = python("print('one'); print('two'); raise SystemExit(3)")
    with verification.beside(lambda it: it.step("types", *wrong)):
        verification.step("lint", *python("print('three')"))
        assert "one" not in said
    assert said.index("two") == said.index("one") + 1
    assert [(step.name, step.code) for step in verification.steps] == [("lint", 0), ("types", 3)]


def test_a_server_that_cannot_be_started_is_a_failure_not_a_skip(
    verification: Verification, said: list[str]
) -> None:
    verification.missing("Chromium", "needs root with apt, or npm")
    assert verification.steps[0].code != 0
    assert said == ["Chromium: NOT STARTED: needs root with apt, or npm"]


def test_nothing_to_run_is_a_failure_unless_tests_were_chosen_or_passed_before(
    said: list[str],
) -> None:
    nothing_collected = python("raise SystemExit(5)")
    for options, code in (({"only": "name"}, 0), ({"long": True}, 0), ({}, 5)):
        verification = Verification(said.append, **options)  # type: ignore[arg-type]
        verification.step("tests", *nothing_collected)
        assert verification.steps[0].code == code


@pytest.mark.parametrize(
    "line",
    [
        "12 passed in 3.21s",
        "1 failed, 2 passed, 1 warning in 0.50s",
        "3 deselected in 0.02s",
        "= 2 errors in 1.00s =",
    ],
)
def test_pytests_closing_line_is_known(line: str) -> None:
    assert CLOSING_LINE.search(line)
