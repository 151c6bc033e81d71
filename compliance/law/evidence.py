"""Documents, and the facts that each one backs, as a world tells them."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Grade(StrEnum):
    """Who says so, the least first."""

    SELF_DECLARED = "self_declared"
    THIRD_PARTY = "third_party"
    PRIMARY = "primary"


@dataclass(frozen=True, slots=True)
class Document:
    """What facts are known from. expires: the last day on which it is good, None: it never ends."""

    ref: str
    title: str
    grade: Grade = Grade.SELF_DECLARED
    issued: date | None = None
    expires: date | None = None


@dataclass(frozen=True, slots=True)
class Backing:
    """A document backs a fact (by ref), whole or one field of it ("steps.0.country").

    says: what the document says, where that is told: a code, digits, "yes" or "no". What differs
    from the fact, or from another document, contradicts it (`compliance.law.documents`).
    """

    ref: str
    document: str
    fact: str
    field: str = ""
    says: str | None = None
