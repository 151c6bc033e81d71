"""Asking about another day: of the world, and of what we knew."""

from datetime import UTC, date, datetime, time, timedelta

from compliance.law.rules import RULES
from config.forms import Day, PlainForm


class AsOfForm(PlainForm):
    """A day of the world, and a day of our knowledge; either may be left out."""

    true_on = Day(label="Verdicts on", help_text="Every date of the purchase is taken as this day.")
    known_on = Day(
        label="With what we knew by the end of",
        help_text="Left out: with all that is known now. UTC.",
    )


def moment_of(day: date | None) -> datetime | None:
    """All of that day, in UTC; None where no day is asked."""
    if day is None or day == date.max:
        return None
    return datetime.combine(day + timedelta(days=1), time(), UTC)


def begin_days() -> list[tuple[date, list[str]]]:
    """Each day on which a rule begins, with what begins, in order."""
    dates: dict[date, list[str]] = {}
    for rule in RULES:
        for day, what in rule.starts.days:
            dates.setdefault(day, []).append(f"{rule.cite}: {what}")
    return sorted(dates.items())
