"""What an audit report is made of: frozen values, as the reader meets them.

Text is shown as it is given: never markup, never trimmed off. Days are `date`; instants are aware
datetimes in UTC. Verdicts are the keys of `compliance.reports.verdicts.VERDICTS`. "" and `None`
are shown as not told, never as a pass.
"""

from dataclasses import dataclass
from datetime import date, datetime

from compliance.reports.verdicts import needs_attention, rank, worst

ANSWERS = {"yes": "Yes", "no": "No", "unknown": "Unknown", "not_asked": "Not asked"}


@dataclass(frozen=True, slots=True)
class Marking:
    """A control marking such as CUI: the banner on every page, and the block on the first."""

    banner: str
    controlled_by: str = ""
    category: str = ""
    dissemination: str = ""
    contact: str = ""


@dataclass(frozen=True, slots=True)
class SubmittedFile:
    """The file as a person gave it, kept byte for byte. lines + problems account for every row."""

    name: str
    sha256: str
    size: int
    submitted_by: str
    submitted_at: datetime
    lines: int


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact of the procurement. value `None`: nobody has told us."""

    label: str
    value: str | None


@dataclass(frozen=True, slots=True)
class Step:
    """One clause of the outline. depth 0 is the rule's own; answer is a key of ANSWERS.

    role: how it stands to what is above it: "binds", "covers", "begins", "forbids", "unless",
    "waiver", "ground", "and", "or"; shown as it is.
    """

    cite: str
    says: str
    answer: str
    detail: str = ""
    depth: int = 0
    role: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """A missing fact. fact: its name in the facts; asks: the question in words; whom: who can
    answer.
    """

    fact: str
    asks: str
    whom: str = ""


@dataclass(frozen=True, slots=True)
class Citation:
    cite: str
    title: str
    confidence: str = "T"


@dataclass(frozen=True, slots=True)
class Alternative:
    """What the verdict would be if an open point were read otherwise."""

    point: str
    reading: str
    verdict: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule's verdict on one line, with its proof.

    rule: the rule's key; cite: how it is cited ("10 U.S.C. 4865"). hinge and on: which day bound
    ("award", 2028-02-15). from_day: the first day on which the verdict, or the would_be one, holds.
    determination and digest: its id here, and the SHA-256 of the proof that was written with it.
    """

    rule: str
    cite: str
    verdict: str
    sentence: str
    would_be: str | None = None
    hinge: str = ""
    on: date | None = None
    from_day: date | None = None
    steps: tuple[Step, ...] = ()
    missing: tuple[Question, ...] = ()
    citations: tuple[Citation, ...] = ()
    flags: tuple[str, ...] = ()
    advisories: tuple[str, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    determination: str = ""
    digest: str = ""

    @property
    def needs_attention(self) -> bool:
        return needs_attention(self.verdict, self.would_be)


COUNTERPARTY = "Counterparty"


@dataclass(frozen=True, slots=True)
class LineResult:
    """One line before every rule. position: "3.1.2", as the BOM counts. maker "": not told.

    A counterparty, asked about once per procurement, is a line with the position "Counterparty" and
    its name as the part number.
    """

    position: str
    part_number: str
    description: str
    maker: str
    quantity: str
    findings: tuple[Finding, ...]

    @property
    def is_counterparty(self) -> bool:
        return self.position == COUNTERPARTY

    @property
    def verdict(self) -> str:
        """Worst wins."""
        return worst(each.verdict for each in self.findings)

    @property
    def needs_attention(self) -> bool:
        return any(each.needs_attention for each in self.findings)

    def worst_first(self) -> tuple[Finding, ...]:
        return tuple(sorted(self.findings, key=lambda each: rank(each.verdict)))

    def same_reasons(self) -> tuple[object, ...]:
        """Lines that agree on this are told about together: each keeps its own determination and
        proof.
        """
        return tuple(
            (
                f.rule,
                f.verdict,
                f.would_be,
                f.on,
                f.sentence,
                f.steps,
                f.missing,
                f.flags,
                f.advisories,
                f.alternatives,
            )
            for f in self.findings
        )


@dataclass(frozen=True, slots=True)
class WaiverRecord:
    """A waiver as submitted, and whether it counts. why: the clause it meets or breaks."""

    number: str
    cite: str
    grantor: str
    subject: str
    granted: date
    ends: date | None
    ground: str
    counts: bool
    why: str


@dataclass(frozen=True, slots=True)
class EditionRead:
    """A list as checked against. Three days are kept apart: its own, the Federal Register's, and
    when we knew.
    """

    key: str
    title: str
    edition: date
    published: date | None
    known: date | None
    source: str
    confidence: str
    covers: str
    entries: int
    read_by: date | None = None


@dataclass(frozen=True, slots=True)
class RuleVersion:
    """A rule as applied. version: of our outline of it; read_by: the day it must be read again."""

    rule: str
    cite: str
    title: str
    version: str
    confidence: str
    read_by: date | None = None


@dataclass(frozen=True, slots=True)
class ReadingChosen:
    """An open point of law and the reading that counsel chose (or left at its default)."""

    cite: str
    point: str
    chosen: str
    by: str = "default"


@dataclass(frozen=True, slots=True)
class VerdictMoved:
    """What moved since the report before. was `None`: the line is new. cause: one sentence, with
    names.
    """

    position: str
    part_number: str
    cite: str
    was: str | None
    now: str
    cause: str
    at: datetime
