"""Reports made, kept and mailed: after a first check, on demand, and as a person scheduled them."""

import calendar
import hashlib
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse

from compliance.law.rules import BY_ID
from compliance.mail import compose
from compliance.mail.compose import MOST_TOLD
from compliance.mail.values import FirstCheck, LineToRead, ReportReady
from compliance.models import Report, ReportSchedule, Verdict
from compliance.reports.audit import AuditReport
from compliance.reports.verdicts import VERDICTS
from compliance.selectors.tallies import BY_RANK, tallies
from compliance.services.auditing import audit_report
from compliance.services.mailing import mail_write
from procurement.formats.problem import Problem
from procurement.models import Bom, Membership, User
from procurement.problems import Refused

FORMATS = (Report.Format.PDF, Report.Format.XLSX)
MOST_REPORTED = 5_000
"""Lines of a bill of which there is an audit report. So many take 100 MB where it is asked for, and
1.4 GB for half a minute in the process that sets the PDF: a row of its tables takes 200 kB there.
"""


def not_reported(bom: Bom) -> Problem | None:
    """Why there is no audit report of it: it is too long for one."""
    if bom.lines_total <= MOST_REPORTED:
        return None
    what = f"This bill of materials has {bom.lines_total:,} lines; an audit report is made of at"
    fix = "Take its lines and verdicts as CSV from the board, or submit it in parts."
    return Problem("too-many-lines", "bom", f"{what} most {MOST_REPORTED:,}.", fix)


def is_reported(bom: Bom) -> bool:
    """Whether it is short enough for an audit report."""
    return not_reported(bom) is None


def must_be_reported(bom: Bom) -> None:
    """Refused where it is too long for an audit report."""
    if problem := not_reported(bom):
        raise Refused(problem)


def totals_of(bom: Bom) -> dict[str, int]:
    """Verdict → lines, the contractor counted too, as the report counts them; by the database."""
    tally = tallies([bom.pk])[bom.pk]
    totals = {share.words.key: share.lines for share in tally.shares}
    if party := Verdict.objects.filter(bom=bom, line=None).order_by("rank").first():
        totals[party.verdict] = totals.get(party.verdict, 0) + 1
    return totals


def report_write(*, bom: Bom, audit: AuditReport, format: str, now: datetime) -> Report:
    """The report as a file, not yet kept: writing a long one takes seconds, and no transaction
    may be held open for it.
    """
    content = audit.write(format)
    return Report(
        organisation_id=bom.organisation_id,
        bom=bom,
        format=format,
        filename=audit.file_name(format),
        on=audit.true_on,
        made_at=now,
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
    )


def report_make(*, bom: Bom, format: str, now: datetime, since: datetime | None = None) -> Report:
    """The audit report of what stands now, kept. Refused where the bill is too long for one."""
    must_be_reported(bom)
    audit = audit_report(bom=bom, now=now, since=since)
    report = report_write(bom=bom, audit=audit, format=format, now=now)
    report.save()
    return report


def reports_of(bom: Bom, audit: AuditReport, now: datetime) -> list[Report]:
    """The report in each format that goes with a mail, not yet kept."""
    return [report_write(bom=bom, audit=audit, format=each, now=now) for each in FORMATS]


def first_check_tell(*, bom_id: int, now: datetime) -> bool:
    """Tell who submitted a BOM that it has been checked, once; says whether a mail was written."""
    boms = Bom.objects.select_related("organisation", "procurement", "upload", "submitted_by")
    bom = boms.get(pk=bom_id)
    person = bom.submitted_by
    if person is None or not _belongs(person, bom):
        return False
    if is_reported(bom):
        audit = audit_report(bom=bom, now=now)
        told, files = _first_check(bom, person, audit), reports_of(bom, audit, now)
    else:
        told, files = _first_check_of_many(bom, person, now), []
    message = compose.first_check(
        told, base_url=settings.SITE_URL, attached=[file.filename for file in files]
    )
    return mail_write(
        organisation=bom.organisation,
        to=person,
        message=message,
        reports=files,
        dedupe=f"first:{bom.pk}:{person.pk}",
        now=now,
    )


def _first_check(bom: Bom, person: User, audit: AuditReport) -> FirstCheck:
    line_pages = {line.label: line.pk for line in bom.lines.only("position", "sequence")}
    questions: dict[str, int] = {}
    for line in audit.lines:
        for asked in {each.asks for finding in line.findings for each in finding.missing}:
            questions[asked] = questions.get(asked, 0) + 1
    return FirstCheck(
        **_named(bom, person),
        file_name=audit.file.name,
        sha256=audit.file.sha256,
        true_on=audit.true_on,
        totals=audit.totals(),
        lines=tuple(
            LineToRead(
                position="" if line.is_counterparty else line.position,
                part_number=line.part_number,
                maker=line.part_number if line.is_counterparty else line.maker,
                cite=finding.cite,
                verdict=finding.verdict,
                sentence=finding.sentence,
                path=line_path(bom, line_pages.get(line.position)),
            )
            for line in audit.worst_first()
            if line.needs_attention
            for finding in line.worst_first()[:1]
        ),
        questions=tuple(sorted(questions, key=lambda asked: (-questions[asked], asked))),
        problems=len(audit.problems),
    )


def _named(bom: Bom, person: User) -> dict[str, Any]:
    """What every mail about a bill says of it and of its reader."""
    return {
        "person": str(person),
        "organisation": bom.organisation.name,
        "bom": bom.name,
        "revision": str(bom.revision),
        "path": board_path(bom),
        "settings_path": settings_path(),
    }


def _first_check_of_many(bom: Bom, person: User, now: datetime) -> FirstCheck:
    """Counted by the database, with the worst lines alone."""
    worst = [rank for rank, words in enumerate(BY_RANK) if words.attention]
    found: dict[int, Verdict] = {}
    verdicts = Verdict.objects.filter(bom=bom, line__isnull=False, rank__in=worst)
    chosen = verdicts.select_related("line", "determination").order_by("rank", "line__sequence")
    place = {rule: place for place, rule in enumerate(BY_ID)}
    those = list(chosen[: MOST_TOLD * len(BY_ID)])
    those.sort(
        key=lambda one: (
            one.rank,
            one.line.sequence if one.line else 0,
            place.get(one.rule, len(place)),
        )
    )
    for verdict in those:
        found.setdefault(verdict.line_id or 0, verdict)
    told = list(found.values())[:MOST_TOLD]
    totals = totals_of(bom)
    attention = sum(lines for key, lines in totals.items() if VERDICTS[key].attention)
    return FirstCheck(
        **_named(bom, person),
        file_name=bom.upload.filename if bom.upload else "rows sent by a program",
        sha256=bom.upload.sha256 if bom.upload else "",
        true_on=now.date(),
        totals=totals,
        lines=tuple(_to_read(bom, verdict) for verdict in told),
        questions=(),
        problems=len(bom.problems),
        more=max(0, attention - len(told)),
        reported=False,
    )


def _to_read(bom: Bom, verdict: Verdict) -> LineToRead:
    line, rule = verdict.line, BY_ID.get(verdict.rule)
    assert line is not None  # noqa: S101 (only lines are asked for)
    return LineToRead(
        position=line.label,
        part_number=line.part_number,
        maker=line.maker,
        cite=rule.cite if rule else verdict.rule,
        verdict=verdict.verdict,
        sentence=verdict.determination.sentence,
        path=line_path(bom, line.pk),
    )


def report_send(
    *, bom_id: int, user_id: int, now: datetime, why: str = "you asked for it.", dedupe: str = ""
) -> bool:
    """Mail a BOM's report to one person of its organisation; says whether a mail was written.
    Refused where it is too long for one.
    """
    bom = Bom.objects.select_related("organisation", "procurement", "upload", "submitted_by").get(
        pk=bom_id
    )
    person = User.objects.get(pk=user_id)
    if not _belongs(person, bom):
        return False
    must_be_reported(bom)
    audit = audit_report(bom=bom, now=now)
    files = reports_of(bom, audit, now)
    message = compose.report_ready(
        ReportReady(
            **_named(bom, person),
            true_on=audit.true_on,
            known_on=audit.known_on,
            totals=audit.totals(),
            attention=audit.count(),
            why=why,
        ),
        base_url=settings.SITE_URL,
        attached=[file.filename for file in files],
    )
    return mail_write(
        organisation=bom.organisation,
        to=person,
        message=message,
        reports=files,
        dedupe=dedupe or f"asked:{bom.pk}:{person.pk}:{now.isoformat()}",
        now=now,
    )


def scheduled_write(*, now: datetime) -> int:
    """Write the mails of every schedule that is due, and move each to its next day."""
    written = 0
    today = now.date()
    due = ReportSchedule.objects.filter(next_on__lte=today, bom__lines_total__lte=MOST_REPORTED)
    for schedule in due.select_related("bom"):
        words = {"day": "every day", "week": "every week", "month": "every month"}
        written += report_send(
            bom_id=schedule.bom_id,
            user_id=schedule.user_id,
            now=now,
            why=f"you asked for this report {words[schedule.every]}.",
            dedupe=f"schedule:{schedule.pk}:{schedule.next_on}",
        )
        following = schedule.next_on
        while following <= today:
            following = _next(following, schedule.every)
        ReportSchedule.objects.filter(pk=schedule.pk).update(next_on=following)
    return written


def _next(day: date, every: str) -> date:
    if every == ReportSchedule.Every.DAY:
        return day + timedelta(days=1)
    if every == ReportSchedule.Every.WEEK:
        return day + timedelta(days=7)
    year, month = (day.year + day.month // 12, day.month % 12 + 1)
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def _belongs(person: User, bom: Bom) -> bool:
    """People who left the organisation, or whose account is closed, get nothing more."""
    return (
        person.is_active
        and Membership.objects.filter(user=person, organisation=bom.organisation_id).exists()
    )


def board_path(bom: Bom) -> str:
    return reverse("compliance:bom-board", args=[bom.pk])


def line_path(bom: Bom, line_id: int | None) -> str:
    return board_path(bom) if line_id is None else reverse("compliance:line", args=[line_id])


def settings_path() -> str:
    return reverse("procurement:settings")
