"""The one error value: what is wrong, where, and what the person can do about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with something a person gave us.

    `code` is stable and kebab-case: tests and scripts rely on it. `where` reads as a place
    ("row 14, column Percent"), `what` as one sentence, `fix` as one instruction. `row` (counted
    from 1, as a spreadsheet shows it) and `column` (the header as written) are set where the
    problem belongs to one cell, so that it can be shown there. A warning leaves the value usable;
    an error does not.
    """

    code: str
    where: str
    what: str
    fix: str
    row: int | None = None
    column: str | None = None
    severity: Severity = "error"

    def __str__(self) -> str:
        return f"{self.where}: {self.what} {self.fix}"
