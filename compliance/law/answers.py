"""Yes, no, or not known: the only answers a legal test may give.

A missing fact is never a "no": whoever falls back to a default for a fact that
nobody supplied calls an unresearched supplier clean.
"""

from collections.abc import Iterable
from enum import IntEnum
from typing import NoReturn


class Answer(IntEnum):
    """Ordered NO < UNKNOWN < YES, so that *and* is min, *or* is max and *not* swaps the ends."""

    NO = 0
    UNKNOWN = 1
    YES = 2

    @classmethod
    def of(cls, fact: bool | None) -> "Answer":
        """The answer to a recorded fact; `None` is "nobody has told us"."""
        return cls.UNKNOWN if fact is None else cls.YES if fact else cls.NO

    def __invert__(self) -> "Answer":
        return Answer(2 - self.value)

    def __bool__(self) -> NoReturn:
        raise TypeError(f"{self!r} is not a bool; write `is Answer.YES`")


def every(answers: Iterable[Answer]) -> Answer:
    """YES when all are YES (also of none), NO when any is NO."""
    return min(answers, default=Answer.YES)


def some(answers: Iterable[Answer]) -> Answer:
    """YES when any is YES, NO when all are NO (also of none)."""
    return max(answers, default=Answer.NO)
