"""The casebook notices every small wrong in a rule."""

import pytest

from tests.law.mutants import Mutant, asked, mutants, survives, wrong

NEVER_ASKED = ("date(2026, 11, 22)", "date(2018, 8, 13)")
"""`read_on`, and a day before anything was bought."""

ALIKE = {
    "refined <= source: LtE to Lt": "equal answers: either is the same",
    "seller <= answer: LtE to Lt": "equal answers: either is the same",
    "cells > pack: Gt to GtE": "equal answers: either is the same",
    "answer > best: Gt to GtE": "equal answers: either is the same",
    "answer > battery: Gt to GtE": "equal answers: either is the same",
    "unit.inputs is None: Is to IsNot": "which of two questions is asked",
    "each.source is None: Is to IsNot": "which of two questions is asked",
    "counts is UNKNOWN: Is to IsNot": "one question more or less",
    "wrong is None: Is to IsNot": "what is shown of a waiver, not whether it counts",
}
"""Wrongs that change no verdict, no clause and no flag, and why: these alone may go unnoticed."""

EVERY = [each for each in mutants() if not any(day in each.what for day in NEVER_ASKED)]


def test_without_a_wrong_every_case_comes_out_as_written() -> None:
    assert not [each.case["name"] for each in asked() if wrong(each)]


@pytest.mark.parametrize(
    "mutant",
    [
        *EVERY[::12],
        *(
            pytest.param(each, marks=pytest.mark.long)
            for number, each in enumerate(EVERY)
            if number % 12
        ),
    ],
    ids=lambda mutant: mutant.what,
)
def test_a_wrong_in_a_rule_is_noticed(mutant: Mutant) -> None:
    assert not survives(mutant) or mutant.what.partition(": ")[2] in ALIKE
