"""The audit report as a workbook: every line, every clause, nothing left out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from compliance.law.confidence import CONFIDENCE
from compliance.reports.parts import ANSWERS
from compliance.reports.sheet import Cell, Column, Sheet
from compliance.reports.verdicts import VERDICTS, word

if TYPE_CHECKING:
    from compliance.reports.audit import AuditReport

Rows = Iterator[tuple[Cell, ...]]

_LINE = (Column("Line", 9, wrap=False), Column("Part number", 24, wrap=False))


def sheets_of(report: AuditReport, *, statement: str) -> tuple[Sheet, ...]:
    return (
        Sheet(
            "Summary",
            (Column("What", 34), Column("Value", 90)),
            _summary(report, statement),
            (report.title,),
        ),
        Sheet(
            "Verdicts",
            (
                *_LINE,
                Column("Description", 36),
                Column("Maker", 28),
                Column("Quantity", 12),
                Column("Rule", 26),
                Column("Verdict", 25),
                Column("Would be", 22),
                Column("On", 12),
                Column("Day that binds", 16),
                Column("From", 12),
                Column("Why", 70),
                Column("Flags", 40),
                Column("Advisories", 40),
                Column("Determination", 20),
                Column("Proof SHA-256", 68, wrap=False),
            ),
            _verdicts(report),
        ),
        Sheet(
            "Clauses",
            (
                *_LINE,
                Column("Rule", 26),
                Column("Clause", 24),
                Column("What it asks", 60),
                Column("Answer", 11),
                Column("What was found", 60),
                Column("Proof SHA-256", 68, wrap=False),
            ),
            _clauses(report),
        ),
        Sheet(
            "Missing facts",
            (
                *_LINE,
                Column("Rule", 26),
                Column("Fact", 28),
                Column("Question", 70),
                Column("Ask", 30),
            ),
            _missing(report),
        ),
        Sheet(
            "Sources",
            (
                Column("Kind", 16),
                Column("Source", 30),
                Column("Title", 50),
                Column("Version or edition", 18),
                Column("Published", 12),
                Column("Known to us", 12),
                Column("Read again by", 14),
                Column("Confidence", 30),
                Column("Detail", 60),
            ),
            _sources(report),
        ),
    )


def _summary(report: AuditReport, statement: str) -> Rows:
    yield "Report", report.number
    yield "Organisation", report.organisation
    yield "Bill of materials", report.bom
    yield "Revision", report.revision
    yield "Verdict of the whole", word(report.verdict)
    yield "True on", report.true_on
    yield "As known on", report.known_on
    yield "Generated", report.generated_at
    yield "Submitted file", report.file.name
    yield "SHA-256 of the file", report.file.sha256
    yield "Size in bytes", report.file.size
    yield "Submitted by", report.file.submitted_by
    yield "Submitted", report.file.submitted_at
    yield "Lines", len(report.lines)
    yield "Rows that are not lines", len(report.problems)
    for verdict, count in report.totals().items():
        yield f"Lines: {word(verdict)}", count
    for fact in report.procurement:
        yield f"Procurement: {fact.label}", fact.value if fact.value is not None else "Not told"
    if report.marking:
        yield "Marking", report.marking.banner
    yield "Statement", statement


def _verdicts(report: AuditReport) -> Rows:
    for line in report.worst_first():
        for f in line.worst_first():
            yield (
                line.position,
                line.part_number,
                line.description,
                line.maker or "Not told",
                line.quantity,
                f.cite,
                word(f.verdict),
                word(f.would_be) if f.would_be else None,
                f.on,
                f.hinge,
                f.from_day,
                f.sentence,
                "\n".join(f.flags),
                "\n".join(f.advisories),
                f.determination,
                f.digest,
            )


def _clauses(report: AuditReport) -> Rows:
    """Each proof once, at the first line it is about: the Verdicts sheet says who shares it."""
    shown: set[str] = set()
    for line in report.worst_first():
        for f in line.worst_first():
            if f.digest and f.digest in shown:
                continue
            shown.add(f.digest)
            for step in f.steps:
                says = "    " * step.depth + step.says
                yield (
                    line.position,
                    line.part_number,
                    f.cite,
                    step.cite,
                    says,
                    ANSWERS[step.answer],
                    step.detail,
                    f.digest,
                )


def _missing(report: AuditReport) -> Rows:
    for line in report.worst_first():
        for f in line.worst_first():
            for question in f.missing:
                yield (
                    line.position,
                    line.part_number,
                    f.cite,
                    question.fact,
                    question.asks,
                    question.whom,
                )


def _sources(report: AuditReport) -> Rows:
    for rule in report.rules:
        yield (
            "Rule",
            rule.cite,
            rule.title,
            rule.version,
            None,
            None,
            rule.read_by,
            _confidence(rule.confidence),
            None,
        )
    for each in report.editions:
        yield (
            "List",
            each.key,
            each.title,
            each.edition,
            each.published,
            each.known,
            each.read_by,
            _confidence(each.confidence),
            f"{each.source} Covers: {each.covers}. Entries: {each.entries:,}.",
        )
    for reading in report.readings:
        yield (
            "Reading",
            reading.cite,
            reading.point,
            reading.chosen,
            None,
            None,
            None,
            None,
            f"Chosen by: {reading.by}",
        )
    for waiver in report.waivers:
        counts = "Counts" if waiver.counts else "Does not count"
        yield (
            "Waiver",
            waiver.number,
            f"{waiver.cite}: {waiver.subject}",
            waiver.grantor,
            waiver.granted,
            None,
            waiver.ends,
            None,
            f"{counts}. {waiver.why} Ground: {waiver.ground}",
        )
    for problem in report.problems:
        yield (
            "Problem",
            problem.where,
            problem.what,
            problem.code,
            None,
            None,
            None,
            None,
            problem.fix,
        )
    for moved in report.changes:
        was = VERDICTS[moved.was].word if moved.was else "New line"
        yield (
            "Change",
            f"{moved.position} {moved.part_number}",
            f"{moved.cite}: {was} to {word(moved.now)}",
            None,
            None,
            moved.at,
            None,
            None,
            moved.cause,
        )


def _confidence(flag: str) -> str:
    return f"{flag}: {CONFIDENCE[flag]}"
