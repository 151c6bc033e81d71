"""What a coming day will move: a rule begins, a waiver or a document ends. Told 90, 60 and 30 days
ahead.

Nothing is judged each night for it. What a rule says of a dossier over all time is found once for
each proof, from the breakpoints of its dossier, and kept; each night only asks which of the kept
days come near. Each coming flip is told once for each of the three distances.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from compliance.law.packing import dossier_of
from compliance.law.readiness import readiness
from compliance.law.rules import BY_ID
from compliance.mail import compose
from compliance.mail.values import BomMoves, Digest, Move
from compliance.models import Foretold, Outlook, Proof, Verdict
from compliance.services.digests import CITES
from compliance.services.mailing import mail_write
from compliance.services.reporting import board_path, line_path, settings_path, totals_of
from compliance.services.telling import choice_of
from procurement.models import Bom, Line, Membership, not_superseded

AHEAD = (30, 60, 90)
PROOFS_A_PASS = 200


@dataclass(frozen=True)
class Flip:
    """On `day` the verdict on a line becomes another. ahead: the distance it is told for."""

    line: int
    rule: str
    day: date
    was: str
    becomes: str
    would_be: str | None
    because: tuple[str, ...]
    ahead: int
    documents: tuple[str, ...] = ()


def outlooks_find() -> int:
    """Keep what is to come for proofs that stand and were not looked at; returns how many."""
    standing = Verdict.objects.filter(not_superseded("bom")).values("proof_digest")
    proofs = Proof.objects.filter(digest__in=standing, outlook=None).select_related("dossier")
    made = []
    for proof in proofs.order_by("pk")[:PROOFS_A_PASS]:
        rule = BY_ID.get(proof.rule)
        stretches = readiness(rule, dossier_of(proof.body)) if rule else ()
        days = [each.since for each in stretches if each.since is not None]
        made.append(
            Outlook(
                proof=proof,
                stretches=[
                    {
                        "since": each.since.isoformat() if each.since else None,
                        "verdict": each.verdict.value,
                        "would_be": each.would_be.value if each.would_be else None,
                        "because": list(each.because),
                        "documents": list(each.documents),
                    }
                    for each in stretches
                ],
                last_day=max(days, default=None),
            )
        )
    Outlook.objects.bulk_create(made, ignore_conflicts=True)
    return len(made)


def warnings_write(*, now: datetime) -> int:
    """Write a mail to everybody who wants one about what comes near; returns how many mails."""
    today = now.date()
    near = Outlook.objects.filter(last_day__gt=today).values("proof")
    boms = (
        Verdict.objects.filter(not_superseded("bom"), proof_digest__in=near, line__isnull=False)
        .order_by("bom")
        .values_list("bom", flat=True)
        .distinct()
    )
    return sum(_warn(bom, today, now) for bom in list(boms))


def _warn(bom_id: int, today: date, now: datetime) -> int:
    bom = Bom.objects.select_related("organisation").get(pk=bom_id)
    flips = list(flips_of(bom, today))
    if not flips:
        return 0
    with transaction.atomic():
        Bom.objects.select_for_update().get(pk=bom_id)  # of two at once, the second sees the first
        new = [flip for flip in flips if not _is_told(flip)]
        Foretold.objects.bulk_create(
            Foretold(
                line_id=flip.line, rule=flip.rule, day=flip.day, becomes=flip.becomes,
                ahead=flip.ahead, at=now,
            )
            for flip in new
        )  # fmt: skip
        return _write(bom, new, today, now) if new else 0


def _is_told(flip: Flip) -> bool:
    return Foretold.objects.filter(
        line=flip.line, rule=flip.rule, day=flip.day, becomes=flip.becomes, ahead=flip.ahead
    ).exists()


def flips_of(bom: Bom, today: date) -> Iterator[Flip]:
    """Days within 90 of today on which a verdict on a line of the BOM becomes another."""
    rows = Verdict.objects.filter(
        bom=bom, line__isnull=False, determination__proof__outlook__last_day__gt=today
    ).select_related("determination__proof__outlook")
    for row in rows.iterator(chunk_size=500):
        before: dict[str, Any] = {}
        for stretch in row.determination.proof.outlook.stretches:
            day = date.fromisoformat(stretch["since"]) if stretch["since"] else date.min
            days = (day - today).days
            if 0 < days <= max(AHEAD) and before and before["verdict"] != stretch["verdict"]:
                yield Flip(
                    row.line_id or 0,
                    row.rule,
                    day,
                    before["verdict"],
                    stretch["verdict"],
                    stretch["would_be"],
                    tuple(stretch["because"]),
                    min(each for each in AHEAD if days <= each),
                    tuple(stretch.get("documents", ())),
                )
            before = stretch


def _write(bom: Bom, flips: list[Flip], today: date, now: datetime) -> int:
    lines = Line.objects.in_bulk([flip.line for flip in flips])
    totals = totals_of(bom)
    moves = tuple(_move(bom, flip, lines[flip.line], today) for flip in flips)
    people = Membership.objects.filter(
        organisation=bom.organisation_id, digest=True, user__is_active=True
    ).select_related("user")
    written = 0
    for person in people:
        if not choice_of(person.user).warnings:
            continue
        message = compose.ahead(
            Digest(
                person=str(person.user),
                organisation=bom.organisation.name,
                boms=(
                    BomMoves(
                        bom=bom.name,
                        revision=str(bom.revision),
                        path=board_path(bom),
                        true_on=today + timedelta(days=max(AHEAD)),
                        totals=totals,
                        moves=moves,
                    ),
                ),
                settings_path=settings_path(),
            ),
            base_url=settings.SITE_URL,
        )
        written += mail_write(
            organisation=bom.organisation,
            to=person.user,
            message=message,
            reports=[],
            dedupe=f"ahead:{person.user_id}:{bom.pk}:{today}",
            now=now,
        )
    return written


def _move(bom: Bom, flip: Flip, line: Line, today: date) -> Move:
    days = (flip.day - today).days
    decides = f": {', '.join(flip.because)} decides from that day" if flip.because else ""
    if flip.documents:
        decides = f": {' '.join(flip.documents)}".removesuffix(".")
    return Move(
        position=line.label,
        part_number=line.part_number,
        maker=line.maker,
        cite=CITES.get(flip.rule, flip.rule),
        was=flip.was,
        now=flip.becomes,
        cause=f"On {flip.day}, in {days} days{decides}.",
        path=line_path(bom, flip.line),
        would_be=flip.would_be,
    )
