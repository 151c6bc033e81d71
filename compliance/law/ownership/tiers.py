"""The parameters of the ownership test, as dated data.

From DOE's interpretive rule, 89 FR 37079 (2024-05-06). The 25 percent test is confirmed by
secondary sources; the arithmetic of tiers is from memory and must be verified (law.md 3.4).
"""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from compliance.law.ownership.fixed_point import HALF


@dataclass(frozen=True, slots=True)
class Tiers:
    """`threshold`: this part or more makes a foreign entity of concern. `whole`: a holding of this
    part or more passes the interest above it in full. `confidence`: as law.md flags it."""

    cite: str
    true_from: date
    threshold: Fraction
    whole: Fraction
    confidence: str


TIERS: tuple[Tiers, ...] = (
    Tiers(
        cite="89 FR 37079",
        true_from=date(2024, 5, 6),
        threshold=Fraction(1, 4),
        whole=HALF,
        confidence="M",
    ),
)


def tiers_on(on: date, known: tuple[Tiers, ...] = TIERS) -> Tiers:
    """The parameters as of a day; before their first day too, as the only reading known."""
    return next((each for each in reversed(known) if each.true_from <= on), known[0])
