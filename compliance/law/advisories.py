"""What rides beside the verdicts and never decides one."""

from collections.abc import Callable
from datetime import date

from compliance.law.facts import Dossier
from compliance.law.rule import Advisory, Case

ADVISERS: tuple[Callable[[Case], tuple[Advisory, ...]], ...] = ()


def advise(dossier: Dossier, on: date | None) -> tuple[Advisory, ...]:
    """Every advisory that concerns this dossier on the day; without one, on the day of award."""
    raise NotImplementedError
