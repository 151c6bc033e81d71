"""Every small wrong in the law is noticed: each day, threshold, comparison and reading."""

import pytest

from tests.law.mutants import Mutant, mutants, survives
from tests.law.noticed import asked, wrong

EVERY = list(mutants())


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
def test_a_wrong_in_the_law_is_noticed(mutant: Mutant) -> None:
    assert not survives(mutant)
