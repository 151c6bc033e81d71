"""Checks that several nouns share: countries by their codes."""

from collections.abc import Iterator

from procurement import countries
from procurement.formats.problem import Problem


def country_problems(field: str, code: str | None) -> Iterator[Problem]:
    """A code is asked for here. Words are the edge's to recognise, with the person there to answer.

    None (not told) and "" (told: none) pass; whether the field allows "" the model says.
    """
    if code and not countries.is_code(code):
        meant = countries.country(str(code), field)
        if isinstance(meant, Problem):
            yield meant
        else:
            what = f"“{code}” is not the two-letter code of a country."
            yield Problem("country-not-a-code", field, what, f"Write {meant}.")
