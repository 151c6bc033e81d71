"""The audit report as the PDF's template reads it: JSON values, in reading order, worst first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from compliance.law.confidence import CONFIDENCE
from compliance.reports.parts import ANSWERS, Finding, LineResult
from compliance.reports.verdicts import VERDICTS, word

if TYPE_CHECKING:
    from compliance.reports.audit import AuditReport

MOST_SECTIONS = 120
"""Sections with reasons in full. A BOM with more different reasons lists the rest in the table
below them; every clause of every line is in the attachment and the workbook."""


def page_of(report: AuditReport, *, statement: str, record_sha256: str) -> dict[str, Any]:
    groups = _grouped(line for line in report.worst_first() if line.needs_attention)
    told, beyond = groups[:MOST_SECTIONS], groups[MOST_SECTIONS:]
    rest = [line for lines in beyond for line in lines]
    rest += [line for line in report.worst_first() if not line.needs_attention]
    page: dict[str, Any] = {
        "title": report.title,
        "number": report.number,
        "organisation": report.organisation,
        "bom": report.bom,
        "revision": report.revision,
        "software": report.software,
        "generated_at": _instant(report.generated_at),
        "true_on": _day(report.true_on),
        "known_on": _day(report.known_on),
        "verdict": report.verdict,
        "verdicts": {key: asdict(each) for key, each in VERDICTS.items()},
        "sentence": _sentence(report),
        "line_count": len(report.lines),
        "lines_shown": f"{len(report.lines):,}",
        "totals": [
            {"verdict": key, "count": count} for key, count in report.totals().items() if count
        ],
        "by_rule": _by_rule(report),
        "file": {
            **_dated(report.file),
            "size_shown": f"{report.file.size:,}",
        },
        "rows": len(report.problems) + report.file.lines,
        "procurement": [{"label": fact.label, "value": fact.value} for fact in report.procurement],
        "groups": [_group(lines) for lines in told],
        "beyond": len(beyond),
        "rest": [_row(line) for line in rest],
        "changes": [_dated(each) for each in report.changes],
        "since": _instant(report.since) if report.since else None,
        "waivers": [_dated(each) for each in report.waivers],
        "problems": [asdict(each) for each in report.problems],
        "rules": [_dated(each) for each in report.rules],
        "editions": [_dated(each) for each in report.editions],
        "readings": [asdict(each) for each in report.readings],
        "confidence": dict(CONFIDENCE),
        "questions": _questions(report.lines),
        "marking": asdict(report.marking) if report.marking else None,
        "record_sha256": record_sha256,
        "statement": statement,
    }
    return page


def _sentence(report: AuditReport) -> str:
    needing = report.count()
    if not report.lines:
        return "No line of this file could be checked."
    if not needing:
        return "No line needs attention on that day."
    verb = "needs" if needing == 1 else "need"
    return f"{needing:,} of {len(report.lines):,} {_lines(len(report.lines))} {verb} attention."


def _lines(count: int) -> str:
    return "line" if count == 1 else "lines"


def _grouped(lines: Any) -> list[list[LineResult]]:
    """Lines with the same reasons together, in the order given."""
    groups: dict[object, list[LineResult]] = {}
    for line in lines:
        groups.setdefault(line.same_reasons(), []).append(line)
    return list(groups.values())


def _group(lines: Sequence[LineResult]) -> dict[str, Any]:
    first = lines[0]
    return {
        "heading": _heading(lines),
        "lines": [
            {
                "position": x.position,
                "part_number": x.part_number,
                "description": x.description,
                "maker": x.maker,
                "quantity": x.quantity,
            }
            for x in lines
        ],
        "findings": [_finding(each) for each in first.worst_first()],
        "proofs": [_proofs(lines, each.rule) for each in first.worst_first()],
    }


def _heading(lines: Sequence[LineResult], most: int = 3) -> str:
    if len(lines) == 1:
        at = lines[0].position
        return f"{'Line ' if at[:1].isdigit() else ''}{at}: {lines[0].part_number}"
    parts = list(dict.fromkeys(line.part_number for line in lines))
    named = f"Lines {_some([line.position for line in lines], most)}: {', '.join(parts[:most])}"
    return named if len(parts) <= most else f"{named} and others"


def _proofs(lines: Sequence[LineResult], rule: str) -> dict[str, Any]:
    findings = [f for line in lines for f in line.findings if f.rule == rule]
    return {
        "digests": list(dict.fromkeys(f.digest for f in findings if f.digest)),
        "determinations": _some([f.determination for f in findings if f.determination], 8),
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        **_dated(finding),
        "attention": finding.needs_attention,
        "steps": [{**asdict(step), "word": ANSWERS[step.answer]} for step in finding.steps],
    }


def _row(line: LineResult) -> list[str]:
    """Plain cells: long tables are what costs memory."""
    by_verdict: dict[str, list[str]] = {}
    for finding in line.worst_first():
        by_verdict.setdefault(finding.verdict, []).append(finding.cite)
    why = dict.fromkeys(f.sentence for f in line.worst_first() if f.verdict == line.verdict)
    unknown = "" if line.is_counterparty else "maker not told"
    return [
        line.position,
        line.part_number,
        ", ".join(filter(None, (line.description, line.maker or unknown))),
        "; ".join(f"{word(verdict)} ({', '.join(cites)})" for verdict, cites in by_verdict.items())
        or "Not checked",
        " ".join(why),
    ]


def _by_rule(report: AuditReport) -> list[dict[str, Any]]:
    counted = report.totals_by_rule()
    return [
        {
            "cite": each.cite,
            "title": each.title,
            "counts": [
                {"verdict": v, "count": f"{n:,}"} for v, n in counted[each.rule].items() if n
            ],
        }
        for each in report.rules
    ]


def _questions(lines: Sequence[LineResult]) -> list[dict[str, Any]]:
    """Each missing fact once, with the lines that wait for it, most lines first."""
    asked: dict[tuple[str, str], list[str]] = {}
    for line in lines:
        for question in dict.fromkeys(q for f in line.findings for q in f.missing):
            asked.setdefault((question.asks, question.whom), []).append(line.position)
    most_first = sorted(asked.items(), key=lambda each: -len(each[1]))
    return [{"asks": asks, "whom": whom, "lines": _some(at, 12)} for (asks, whom), at in most_first]


def _some(names: Sequence[str], most: int) -> str:
    if len(names) <= most:
        return ", ".join(names)
    return f"{', '.join(names[:most])} and {len(names) - most:,} more"


def _dated(value: Any) -> dict[str, Any]:
    """The fields of a value, its days and instants as the reader meets them."""
    return {key: _moment(each) for key, each in asdict(value).items()}


def _moment(value: Any) -> Any:
    if isinstance(value, datetime):
        return _instant(value)
    return _day(value) if isinstance(value, date) else value


def _day(day: date) -> str:
    return day.isoformat()


def _instant(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M UTC")
