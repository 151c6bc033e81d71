"""What moved, told: one mail per person and BOM, once the re-check of that BOM is complete."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import transaction

from compliance.law.rules import RULES
from compliance.mail import compose
from compliance.mail.values import BomMoves, Digest, Move
from compliance.models import Report, VerdictChange, Work
from compliance.reports.audit import AuditReport
from compliance.services.auditing import audit_report
from compliance.services.mailing import mail_write
from compliance.services.reporting import board_path, line_path, reports_of, settings_path
from procurement.models import Bom, Membership

CITES = {rule.id: rule.cite for rule in RULES}


def digests_write(*, now: datetime) -> int:
    """Write a digest for every BOM whose verdicts moved and which waits for nothing more.

    Returns how many mails were written. A verdict that moved and moved back tells nobody anything.
    """
    busy = Work.objects.filter(set_aside=False).values("bom")
    boms = (
        VerdictChange.objects.filter(told_at=None)
        .exclude(bom__in=busy)
        .values_list("bom", flat=True)
        .distinct()
    )
    return sum(_digest(bom, now) for bom in sorted(set(boms)))


def _digest(bom_id: int, now: datetime) -> int:
    bom = Bom.objects.select_related("organisation", "procurement", "upload", "submitted_by").get(
        pk=bom_id
    )
    waiting = VerdictChange.objects.filter(bom=bom, told_at=None).order_by("pk")
    seen = list(waiting.select_related("line", "after"))
    if not seen:
        return 0
    moves = _net(bom, seen)
    people = list(
        Membership.objects.filter(
            organisation=bom.organisation_id, digest=True, user__is_active=True
        ).select_related("user")
    )
    # Written before the transaction: a long report takes seconds.
    audit = audit_report(bom=bom, now=now, since=min(change.at for change in seen))
    reports = reports_of(bom, audit, now) if moves and people else []
    with transaction.atomic():
        mine = VerdictChange.objects.select_for_update().filter(
            pk__in=[change.pk for change in seen], told_at=None
        )
        if mine.update(told_at=now) != len(seen):
            transaction.set_rollback(True)  # another teller was here first; the next pass sees
            return 0
        return _write(bom, people, audit, moves, reports, seen[-1].pk, now) if moves else 0


def _write(
    bom: Bom,
    people: Sequence[Membership],
    audit: AuditReport,
    moves: tuple[Move, ...],
    reports: list[Report],
    last: int,
    now: datetime,
) -> int:
    written = 0
    for membership in people:
        message = compose.digest(
            Digest(
                person=str(membership.user),
                organisation=bom.organisation.name,
                boms=(
                    BomMoves(
                        bom=bom.name,
                        revision=str(bom.revision),
                        path=board_path(bom),
                        true_on=audit.true_on,
                        totals=audit.totals(),
                        moves=moves,
                    ),
                ),
                settings_path=settings_path(),
            ),
            base_url=settings.SITE_URL,
        )
        written += mail_write(
            organisation=bom.organisation,
            to=membership.user,
            message=message,
            reports=reports,
            dedupe=f"digest:{bom.pk}:{last}:{membership.user_id}",
            now=now,
        )
    return written


def _net(bom: Bom, changes: Sequence[VerdictChange]) -> tuple[Move, ...]:
    """From where each answer stood at first to where it stands now."""
    first: dict[tuple[int | None, str], VerdictChange] = {}
    last: dict[tuple[int | None, str], VerdictChange] = {}
    for change in changes:
        first.setdefault((change.line_id, change.rule), change)
        last[change.line_id, change.rule] = change
    moves = []
    for key, change in last.items():
        before = first[key]
        if before.before.verdict == change.became and (
            before.before.would_be == change.after.would_be
        ):
            continue
        line = change.line
        moves.append(
            Move(
                position=line.position or str(line.sequence) if line else "Counterparty",
                part_number=line.part_number if line else "",
                maker=line.maker if line else "",
                cite=CITES.get(change.rule, change.rule),
                was=before.was,
                now=change.became,
                cause=change.cause,
                path=line_path(bom, change.line_id),
                would_be=change.after.would_be or None,
            )
        )
    return tuple(moves)
