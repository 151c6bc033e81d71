"""Company identifiers: their shape, their check digits, and one normal form of each."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from stdnum import lei
from stdnum.cn import uscc

from procurement.formats.problem import Problem


class Scheme(StrEnum):
    """Who numbers companies. Values are what is stored."""

    UEI = "UEI"  # Unique Entity Identifier (SAM.gov)
    CAGE = "CAGE"  # Commercial and Government Entity code, and NATO's NCAGE
    LEI = "LEI"  # Legal Entity Identifier, ISO 17442
    USCC = "USCC"  # China's Unified Social Credit Identifier, GB 32100-2015
    DUNS = "DUNS"  # D-U-N-S number: shape only, it has no public check digit


def check(
    scheme: str, text: str, where: str = "identifier"
) -> tuple[str | None, tuple[Problem, ...]]:
    """The identifier's normal form, and what is wrong with it.

    The form is None where there is an error. Codes: identifier-scheme, identifier-shape,
    identifier-check-digit; the last is only a warning for UEI, whose algorithm is not published.
    """
    try:
        rule = _RULES[Scheme(scheme.strip().upper().replace("-", ""))]
    except ValueError:
        known = ", ".join(Scheme)
        what = f"“{scheme}” is not a kind of identifier known here."
        return None, (Problem("identifier-scheme", where, what, f"Use one of: {known}."),)
    normal = _normal(text)
    if not rule.shape.fullmatch(normal):
        what = f"“{text}” does not have the shape of a {rule.title}."
        return None, (Problem("identifier-shape", where, what, rule.fix),)
    if rule.check is None or rule.check(normal):
        return normal, ()
    problem = Problem(
        "identifier-check-digit",
        where,
        f"The check digit of {rule.title} “{normal}” does not agree with the rest.",
        "Compare it with the source; one character is probably wrong.",
        severity="error" if rule.certain else "warning",
    )
    return (None if rule.certain else normal), (problem,)


@dataclass(frozen=True, slots=True)
class _Rule:
    title: str
    shape: re.Pattern[str]
    fix: str
    check: Callable[[str], bool] | None = None
    certain: bool = True


def _normal(text: str) -> str:
    """Capitals and digits; spaces, dashes and dots that people put between are dropped."""
    return re.sub(r"[\s.\-‐-―]+", "", unicodedata.normalize("NFKC", text)).upper()


def _uei_holds(uei: str) -> bool:
    """Sum of the last digits of character code times place; the same of that sum's own digits.

    Not an official algorithm: found to hold for every genuine UEI it was tried on.
    """
    total = _weighted(map(ord, uei[:-1]))
    while total > 9:
        total = _weighted(map(int, str(total)))
    return uei[-1] == str(total)


def _weighted(numbers: Iterable[int]) -> int:
    return sum(number * place % 10 for place, number in enumerate(numbers, start=1))


_RULES: dict[Scheme, _Rule] = {
    Scheme.UEI: _Rule(
        "UEI",
        re.compile(r"[1-9A-HJ-NP-Z][0-9A-HJ-NP-Z]{11}"),
        "Give 12 letters and digits, without the letters O and I, not beginning with 0.",
        _uei_holds,
        certain=False,
    ),
    Scheme.CAGE: _Rule(
        "CAGE code",
        re.compile(r"[0-9A-HJ-NP-Z]{5}"),
        "Give 5 letters and digits, without the letters O and I.",
    ),
    Scheme.LEI: _Rule(
        "LEI",
        re.compile(r"[0-9A-Z]{18}[0-9]{2}"),
        "Give 20 letters and digits, the last two digits.",
        lei.is_valid,
    ),
    Scheme.USCC: _Rule(
        "Unified Social Credit Identifier",
        re.compile(r"[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}"),
        "Give 18 digits and letters, without I, O, S, V and Z; places 3 to 8 are digits.",
        uscc.is_valid,
    ),
    Scheme.DUNS: _Rule("D-U-N-S number", re.compile(r"[0-9]{9}"), "Give 9 digits."),
}
