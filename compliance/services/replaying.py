"""Derive a stored verdict again from what was known when it was derived, and compare bytes."""

from dataclasses import dataclass

from compliance.models import Determination
from compliance.services.judging import bom_judge


@dataclass(frozen=True)
class Replayed:
    """same: the proof derived again is the stored one, byte for byte. body: what came out."""

    determination: Determination
    same: bool
    body: str
    outdated: bool = False
    """The rule has since been read anew: an old verdict answers for the old reading of it."""


def determination_replay(*, determination: Determination) -> Replayed:
    """Rebuild the facts as known at `derived_at`, judge again, compare with the stored proof."""
    judged = bom_judge(
        determination.bom,
        [determination.line_id],
        known_on=determination.derived_at,
    )
    for finding, proved in judged[0].findings:
        if finding.rule == determination.rule:
            return Replayed(
                determination,
                proved.body == determination.proof.body,
                proved.body,
                finding.version != determination.rule_version,
            )
    return Replayed(determination, False, "", outdated=True)
