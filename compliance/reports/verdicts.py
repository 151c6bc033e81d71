"""The nine verdicts as a reader meets them: in words, in order, with a shape and a colour.

Nothing is told by colour alone. Each shape is drawn by the PDF's template; `mark` is its stand-in
where only text is possible. Colours are of the U.S. Web Design System; each ink on its tint has a
contrast above 4.5 to 1.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from compliance.law.verdicts import BAD, OPEN, Verdict
from compliance.law.verdicts import worst as law_worst


@dataclass(frozen=True, slots=True)
class VerdictWords:
    """word: as shown. means: one sentence for the legend. shape, ink, tint: how it is drawn."""

    key: str
    word: str
    means: str
    shape: str
    ink: str
    tint: str

    @property
    def attention(self) -> bool:
        """A person has something to do."""
        return self.key in BAD | OPEN


_ALL = (
    VerdictWords(
        "prohibited",
        "Prohibited",
        "May not be bought on that day under that rule.",
        "octagon",
        "#8b0a03",
        "#fbe9e7",
    ),
    VerdictWords(
        "waiver_needed",
        "Waiver needed",
        "Prohibited, and a documented fact supports asking for a waiver.",
        "triangle",
        "#7d3a0b",
        "#fdeee2",
    ),
    VerdictWords(
        "insufficient_information",
        "Insufficient information",
        "A fact that decides the answer is missing. This is not a pass.",
        "question",
        "#6a5109",
        "#fbf3d3",
    ),
    VerdictWords(
        "review",
        "Review",
        "The text of the law is open on this point, or a person must decide.",
        "diamond",
        "#54278f",
        "#f3ecfa",
    ),
    VerdictWords(
        "not_yet_in_force",
        "Not yet in force",
        "The rule does not bind on that day. What it would say is shown.",
        "clock",
        "#1a4480",
        "#e6effa",
    ),
    VerdictWords(
        "permitted_by_waiver",
        "Permitted by waiver",
        "Prohibited, but a lawful waiver covers it on that day.",
        "shield",
        "#0f5b57",
        "#e0f4f2",
    ),
    VerdictWords(
        "permitted_by_exception",
        "Permitted by exception",
        "The rule reaches it, and one of its exceptions applies.",
        "fork",
        "#2c5f15",
        "#ebf5e3",
    ),
    VerdictWords(
        "permitted",
        "Permitted",
        "The rule reaches it, and every condition is met on the facts held.",
        "check",
        "#146947",
        "#e3f5eb",
    ),
    VerdictWords(
        "not_applicable",
        "Not applicable",
        "The rule does not reach this line.",
        "dash",
        "#494c4f",
        "#f0f0f0",
    ),
)

VERDICTS = {
    verdict.value: next(each for each in _ALL if each.key == verdict) for verdict in Verdict
}
"""Worst first, in the words and the order of `compliance.law.verdicts`."""


def rank(verdict: str) -> int:
    """0 is worst. ValueError for a word that is no verdict."""
    return Verdict(verdict).rank


def worst(verdicts: Iterable[str]) -> str:
    """Worst wins. Of none: insufficient information, for what was not checked is not cleared."""
    return law_worst(Verdict(each) for each in verdicts).value


def word(verdict: str) -> str:
    return VERDICTS[verdict].word


def needs_attention(verdict: str, would_be: str | None = None) -> bool:
    """Has a person something to do: now, or before a rule not yet in force begins to bind?"""
    return VERDICTS[verdict].attention or (would_be is not None and VERDICTS[would_be].attention)
