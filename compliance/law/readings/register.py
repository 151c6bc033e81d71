"""What an open reading is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

CONSERVATIVE = "conservative"
REVIEW = "review"


@dataclass(frozen=True, slots=True)
class Reading:
    """An open point of the law.

    alternatives: key → what it would mean, in words. conservative: the key we apply unless counsel
    chose. mode: "conservative" applies that alternative and flags the verdict where another would
    change it; "review" makes the verdict `review` there. confidence: the flag of law.md on what
    the point rests on.
    """

    key: str
    cite: str
    question: str
    alternatives: Mapping[str, str]
    conservative: str
    mode: Literal["conservative", "review"] = "conservative"
    confidence: str = "I"

    def chosen(self, choice: str | None) -> tuple[str, bool]:
        """The alternative to apply for counsel's choice, and whether a difference asks for review.

        A choice is an alternative (settled by counsel: no review), a mode, or None: the default
        mode.
        """
        if choice is not None and choice in self.alternatives:
            return choice, False
        if choice not in (None, CONSERVATIVE, REVIEW):
            raise ValueError(
                f"{self.key}: no alternative {choice!r}; there are {', '.join(self.alternatives)}"
            )
        return self.conservative, (choice or self.mode) == REVIEW
