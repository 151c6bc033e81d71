"""The audit report: what was checked, on which day, against what, and why each answer is what it
is.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, ClassVar, Self

from compliance.reports import audit_example
from compliance.reports.audit_page import page_of
from compliance.reports.audit_sheets import sheets_of
from compliance.reports.base import Report, file_stem
from compliance.reports.parts import (
    EditionRead,
    Fact,
    LineResult,
    Marking,
    ReadingChosen,
    RuleVersion,
    SubmittedFile,
    VerdictMoved,
    WaiverRecord,
)
from compliance.reports.pdf import pdf_of
from compliance.reports.sheet import workbook_of
from compliance.reports.verdicts import VERDICTS, worst
from procurement.formats.problem import Problem

STATEMENT = (
    "This report supports a decision; it does not make one. It states what the facts held by"
    " Cellgate lead to under the rules as Cellgate reads them. It is not legal advice, and a"
    " contracting officer, with counsel, decides."
)


@dataclass(frozen=True, slots=True)
class AuditReport(Report):
    """Everything an auditor needs to follow each verdict on one revision of a BOM to its law and
    its facts.

    true_on: the day asked about. known_on: the day whose knowledge was used. generated_at: aware,
    UTC. rules: those the lines were put before, in the order of the report. changes: since the
    report of `since` (`None`: this is the first). problems: the rows of the file that are not
    lines. lines: in BOM order.
    """

    key: ClassVar[str] = "audit"
    title: ClassVar[str] = "Battery sourcing audit report"
    audience: ClassVar[str] = "contracting officers, counsel and auditors"
    says: ClassVar[str] = "lines need attention."
    kinds: ClassVar[Mapping[str, str]] = {
        "pdf": "application/pdf",
        "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "json": "application/json",
    }

    number: str
    organisation: str
    bom: str
    revision: str
    file: SubmittedFile
    generated_at: datetime
    true_on: date
    known_on: date
    procurement: tuple[Fact, ...]
    rules: tuple[RuleVersion, ...]
    editions: tuple[EditionRead, ...]
    lines: tuple[LineResult, ...]
    readings: tuple[ReadingChosen, ...] = ()
    waivers: tuple[WaiverRecord, ...] = ()
    changes: tuple[VerdictMoved, ...] = ()
    since: datetime | None = None
    problems: tuple[Problem, ...] = ()
    marking: Marking | None = None
    software: str = "Cellgate"

    @property
    def verdict(self) -> str:
        """Of the whole BOM: worst wins."""
        return worst(line.verdict for line in self.lines)

    def count(self) -> int:
        return sum(line.needs_attention for line in self.lines)

    def totals(self) -> dict[str, int]:
        """Verdict → number of lines whose worst it is; every verdict is a key, worst first."""
        counted = Counter(line.verdict for line in self.lines)
        return {verdict: counted[verdict] for verdict in VERDICTS}

    def totals_by_rule(self) -> dict[str, dict[str, int]]:
        """Rule key → verdict → number of lines."""
        counted = {each.rule: dict.fromkeys(VERDICTS, 0) for each in self.rules}
        for line in self.lines:
            for finding in line.findings:
                counted[finding.rule][finding.verdict] += 1
        return counted

    def worst_first(self) -> Iterator[LineResult]:
        """Lines by verdict, and within one in BOM order."""
        by_verdict: dict[str, list[LineResult]] = {verdict: [] for verdict in VERDICTS}
        for line in self.lines:
            by_verdict[line.verdict].append(line)
        for lines in by_verdict.values():
            yield from lines

    def file_name(self, kind: str) -> str:
        return f"{file_stem('audit', self.bom, self.revision, self.true_on.isoformat())}.{kind}"

    def record(self) -> Iterator[bytes]:
        """The report for machines: JSON with sorted keys, ISO days, text as it was recorded. Each
        line of the BOM is a line of it, told by itself: a thousand take twelve megabytes.
        """
        told = {"report": self.key, "statement": STATEMENT, "totals": self.totals()}
        whole = _json({**told, **asdict(replace(self, lines=()))}, indent=1)
        above, below = whole.split(b'\n "lines": []', 1)
        yield above + b'\n "lines": ['
        for number, line in enumerate(self.lines):
            yield (b",\n" if number else b"\n") + _json(asdict(line))
        yield b"\n ]" + below

    def write(self, kind: str) -> bytes:
        return {"pdf": self.pdf, "xlsx": self.xlsx, "json": lambda: b"".join(self.record())}[kind]()

    def pdf(self) -> bytes:
        """PDF/A-3a and PDF/UA-1, the record attached. Raises pdf.NotSet."""
        digest = hashlib.sha256()
        with TemporaryDirectory() as folder:
            with Path(folder, "report.json").open("wb") as file:
                for piece in self.record():
                    digest.update(piece)
                    file.write(piece)
            page = page_of(self, statement=STATEMENT, record_sha256=digest.hexdigest())
            return pdf_of("audit.typ", page, folder=Path(folder), timestamp=self.generated_at)

    def xlsx(self) -> bytes:
        tints = {each.word: (each.ink, each.tint) for each in VERDICTS.values()}
        title = f"{self.title}: {self.bom}, revision {self.revision}"
        return workbook_of(
            sheets_of(self, statement=STATEMENT),
            title=title,
            created=self.generated_at,
            tints=tints,
        )

    @classmethod
    def example(cls) -> Self:
        return cls(**audit_example.parts())


def _json(value: dict[str, Any], indent: int | None = None) -> bytes:
    text = json.dumps(value, default=_plain, ensure_ascii=False, indent=indent, sort_keys=True)
    return text.encode("utf-8", "replace")


def _plain(value: Any) -> str:
    if isinstance(value, date):  # a datetime is a date
        return value.isoformat()
    raise TypeError(f"no place in a record for {type(value).__name__}")


REPORT = AuditReport
