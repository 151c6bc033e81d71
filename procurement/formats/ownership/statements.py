"""What an ownership file says, whatever its format: dated statements about parties and links.

A statement is about a record; a later statement about the same record corrects or ends what the
earlier one said. Nothing here knows a database.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import BinaryIO, Literal

from procurement.formats.problem import Problem

Status = Literal["new", "updated", "closed"]
HUNDRED = Decimal(100)
LONGEST_NAME = 300


class Unread(Exception):
    """A file that cannot be read on. What was read of it must not be kept."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(str(problem))


@dataclass(frozen=True, slots=True)
class PartySaid:
    """A company, government body or person. Countries as the file writes them, not yet recognised.

    kind: "company", "government", "person" or None. identifiers: (scheme, value) pairs; schemes are
    ours (LEI, UEI, CAGE, USCC, DUNS) or the file's own. bare: only its number is known; `name`
    says so. named_only: the file knows it by its name alone.
    """

    where: str
    record: str
    statement: str
    stated: date | None
    status: Status
    name: str
    aliases: tuple[str, ...] = ()
    kind: str | None = None
    incorporated: str = ""
    business: str = ""
    government_of: str = ""
    address: str = ""
    identifiers: tuple[tuple[str, str], ...] = ()
    bare: bool = False
    named_only: bool = False


@dataclass(frozen=True, slots=True)
class LinkSaid:
    """Who holds, or controls, what of whom. holder, held: records of parties.

    metric with low and high (percent) is a stake; kind is control by other means: a value of
    `procurement.models.Control.Kind`, `holds` None where it is only alleged. Neither: something
    said that is no fact by itself (an indirect interest that follows from others, an exemption, an
    unknown holder); kept as a statement. `said`: in the file's words.
    """

    where: str
    record: str
    statement: str
    stated: date | None
    status: Status
    holder: str
    held: str
    said: str
    metric: str | None = None
    low: Decimal = Decimal(0)
    high: Decimal = HUNDRED
    nature: str = "plain"
    kind: str | None = None
    holds: bool | None = True
    true_from: date | None = None
    true_to: date | None = None


Said = PartySaid | LinkSaid


@dataclass(frozen=True, slots=True)
class OwnershipFormat:
    """One way in which ownership is written. `knows`: from the first bytes. `register`: from them,
    whose record numbers they are. `read`: the file and its name → statements and Problems as they
    come, in bounded memory; raises Unread where it cannot go on.
    """

    name: str
    title: str
    knows: Callable[[bytes], bool]
    register: Callable[[bytes], str]
    read: Callable[[BinaryIO, str], Iterator[Said | Problem]]


def day(text: object) -> date | None:
    """The day of an ISO date or time; a year or a month alone is no day: None."""
    try:
        return date.fromisoformat(str(text)[:10]) if text else None
    except ValueError:
        return None


def percent(value: object, where: str) -> Decimal | Problem:
    """0 to 100, exact to six decimals."""
    try:
        number = Decimal(str(value).strip().removesuffix("%").strip())
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or not 0 <= number <= HUNDRED:
        what = f"“{value}” is no share of a whole."
        return Problem("not-a-percent", where, what, "Give a percentage from 0 to 100.")
    return round(number, 6)


def name_problem(name: str, where: str) -> Problem | None:
    """What makes a name unusable: none, too long, or with characters that cannot be seen."""
    if not name.strip():
        return Problem("name-missing", where, "The party has no name.", "Give its name.")
    if len(name) > LONGEST_NAME:
        what = f"The name has {len(name):,} characters; we keep {LONGEST_NAME}."
        return Problem("name-too-long", where, what, "Give the name alone.")
    if any(not each.isprintable() for each in name):
        what = "The name holds characters that cannot be seen."
        return Problem("hidden-characters", where, what, "Type the name anew.")
    return None
