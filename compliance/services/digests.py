"""What moved, told: a mail to each person, with what moved on each BOM since they were last told.

A BOM is told of once its re-check is complete; when, is each person's choice. How far each has been
told is kept in the transaction that writes the mail: a crash repeats nothing and drops nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.conf import settings
from django.db import transaction

from compliance.law.rules import RULES
from compliance.mail import compose
from compliance.mail.values import BomMoves, Digest, Move
from compliance.models import BomWatch, MailChoice, Report, Told, VerdictChange, Work
from compliance.recheck.numbers import changes_number
from compliance.services.auditing import audit_report
from compliance.services.mailing import mail_write
from compliance.services.reporting import (
    board_path,
    is_reported,
    line_path,
    reports_of,
    settings_path,
    totals_of,
)
from compliance.services.telling import When, when_to_tell
from procurement.models import Bom, Membership

CITES = {rule.id: rule.cite for rule in RULES}
MOST_REPORTS = 3
"""BOMs whose reports go with one mail; those of more are a click away."""


@dataclass(frozen=True)
class Due:
    """What one person is to be told of one BOM. told: the number they were told up to before."""

    bom: Bom
    told: int
    changes: tuple[VerdictChange, ...]

    @property
    def last(self) -> int:
        return max(change.number or 0 for change in self.changes)


def digests_write(*, now: datetime) -> int:
    """Write what is due to everybody whose BOMs moved and wait for nothing more.

    Returns how many mails were written. A verdict that moved and moved back tells nobody anything.
    """
    changes_number()
    busy = Work.objects.filter(set_aside=False).values("bom")
    untold = VerdictChange.objects.filter(told_at=None, number__isnull=False)
    asked = untold.filter(recheck__pieces__isnull=False).values("bom")
    told_of = untold.exclude(bom__in=busy).exclude(bom__in=asked)
    ids = set(told_of.order_by().values_list("bom", flat=True).distinct())
    boms = Bom.objects.select_related("organisation", "procurement", "upload", "submitted_by")
    due: dict[Membership, list[Due]] = {}
    done: dict[int, int] = {}
    for bom in boms.filter(pk__in=ids).order_by("pk"):
        changes = list(
            untold.filter(bom=bom).select_related("line", "before", "after").order_by("number")
        )
        if not changes:  # another teller has told of them since
            continue
        done[bom.pk] = changes[-1].number or 0
        for membership, told in _people(bom):
            waiting = tuple(change for change in changes if (change.number or 0) > told)
            if not waiting:
                continue
            when = _when(membership, bom, waiting[0].at, now)
            if when is When.NOW:
                due.setdefault(membership, []).append(Due(bom, told, waiting))
            elif when is When.LATER:
                done[bom.pk] = min(done[bom.pk], told)
    reports = _Reports(now)
    written = sum(_tell(membership, each, reports, now) for membership, each in due.items())
    for bom_id, number in done.items():
        untold.filter(bom=bom_id, number__lte=number).update(told_at=now)
    return written


def _people(bom: Bom) -> list[tuple[Membership, int]]:
    """Everybody who may be told of a BOM, and up to which number they were."""
    told = dict(Told.objects.filter(bom=bom).values_list("user", "number"))
    rows = Membership.objects.filter(
        organisation=bom.organisation_id, digest=True, user__is_active=True
    ).select_related("user", "user__mail_choice")
    return [(membership, told.get(membership.user_id, 0)) for membership in rows.order_by("pk")]


def _when(membership: Membership, bom: Bom, since: datetime, now: datetime) -> When:
    user = membership.user
    choice = getattr(user, "mail_choice", None) or MailChoice(user=user)
    watch = BomWatch.objects.filter(user=user, bom=bom).first()
    return when_to_tell(choice=choice, watch=watch, since=since, now=now)


class _Reports:
    """Audit reports by BOM and since when, made once for all who get them.

    Made before any transaction: a long one takes seconds.
    """

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.made: dict[tuple[int, datetime], list[Report]] = {}

    def files(self, due: Due) -> list[Report]:
        """None of a bill too long for a report."""
        if not is_reported(due.bom):
            return []
        key = due.bom.pk, due.changes[0].at
        if key not in self.made:
            audit = audit_report(bom=due.bom, now=self.now, since=key[1])
            self.made[key] = reports_of(due.bom, audit, self.now)
        return self.made[key]


def _tell(membership: Membership, due: Sequence[Due], reports: _Reports, now: datetime) -> bool:
    """One mail of all that is due to one person; says whether one was written."""
    told = [(each, moves) for each in due if (moves := _net(each.bom, each.changes))]
    boms = tuple(
        BomMoves(
            bom=each.bom.name,
            revision=str(each.bom.revision),
            path=board_path(each.bom),
            true_on=now.date(),
            totals=totals_of(each.bom),
            moves=moves,
        )
        for each, moves in told
    )
    made = list(islice(filter(None, (reports.files(each) for each, _ in told)), MOST_REPORTS))
    files = [file for each in made for file in each]
    with transaction.atomic():
        # Of two tellers at once, the second finds that the person has been told.
        locked = Membership.objects.select_for_update().select_related("user", "organisation")
        person = locked.filter(pk=membership.pk).first()
        if person is None or _since_told(person, due):
            return False
        for each in due:
            Told.objects.update_or_create(
                user=person.user, bom=each.bom, defaults={"number": each.last, "at": now}
            )
        if not boms:
            return False
        message = compose.digest(
            Digest(
                person=str(person.user),
                organisation=person.organisation.name,
                boms=boms,
                settings_path=settings_path(),
            ),
            base_url=settings.SITE_URL,
            attached=[file.filename for file in files],
            left_out=len(told) - len(made),
        )
        last = max(each.last for each in due)
        return mail_write(
            organisation=person.organisation,
            to=person.user,
            message=message,
            reports=files,
            dedupe=f"digest:{person.user_id}:{due[0].bom.pk}:{last}",
            now=now,
            request=_request(due),
        )


def _request(due: Sequence[Due]) -> str:
    """The latest request that a mail tells the consequences of; "" where none is known."""
    changes = [change for each in due for change in each.changes if change.request]
    return max(changes, key=lambda change: change.number or 0).request if changes else ""


def _since_told(person: Membership, due: Sequence[Due]) -> bool:
    boms = [each.bom.pk for each in due]
    stands = dict(
        Told.objects.filter(user=person.user_id, bom__in=boms).values_list("bom", "number")
    )
    return any(stands.get(each.bom.pk, 0) != each.told for each in due)


def _contractor(bom: Bom) -> str:
    party = bom.procurement.counterparty
    return party.name if party else ""


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
                position=line.label if line else "",
                part_number=line.part_number if line else "",
                maker=line.maker if line else _contractor(bom),
                cite=CITES.get(change.rule, change.rule),
                was=before.was,
                now=change.became,
                cause=change.cause,
                path=line_path(bom, change.line_id),
                would_be=change.after.would_be or None,
            )
        )
    return tuple(moves)
