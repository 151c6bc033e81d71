"""The nine verdicts, worst first, and how they roll up."""

from collections.abc import Iterable
from enum import StrEnum


class Verdict(StrEnum):
    """What one rule says of one line on one day. Declared worst first: worst wins."""

    PROHIBITED = "prohibited"
    WAIVER_NEEDED = "waiver_needed"
    INSUFFICIENT_INFORMATION = "insufficient_information"
    REVIEW = "review"
    NOT_YET_IN_FORCE = "not_yet_in_force"
    PERMITTED_BY_WAIVER = "permitted_by_waiver"
    PERMITTED_BY_EXCEPTION = "permitted_by_exception"
    PERMITTED = "permitted"
    NOT_APPLICABLE = "not_applicable"

    @property
    def rank(self) -> int:
        """0 is worst."""
        return RANK[self]


RANK = {verdict: rank for rank, verdict in enumerate(Verdict)}

BAD = frozenset({Verdict.PROHIBITED, Verdict.WAIVER_NEEDED})
"""Settled against buying."""

OPEN = frozenset({Verdict.INSUFFICIENT_INFORMATION, Verdict.REVIEW})
"""Not settled: a fact is missing, or the law is open."""

GOOD = frozenset(Verdict) - BAD - OPEN
"""Nothing in the rule stands against buying on that day."""


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """The worst of them; of none, insufficient information: an empty BOM has not been cleared."""
    return min(verdicts, key=RANK.__getitem__, default=Verdict.INSUFFICIENT_INFORMATION)
