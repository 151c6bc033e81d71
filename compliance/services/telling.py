"""When a person wants to hear of a BOM: their choices, their quiet hours, their own clock."""

from datetime import datetime, timedelta
from enum import Enum
from zoneinfo import ZoneInfo, available_timezones

from compliance.models import BomWatch, Digest, MailChoice
from procurement.access import organisation_of
from procurement.formats.problem import Problem
from procurement.models import Bom, Membership, User
from procurement.problems import Refused, refuse_if


class When(Enum):
    NOW = "now"
    LATER = "later"
    NEVER = "never"


def when_to_tell(
    *, choice: MailChoice, watch: BomWatch | None, since: datetime, now: datetime
) -> When:
    """Whether what moved at `since` is told at `now`, later, or not at all.

    Urgent is at once, in quiet hours too. Daily is due from the first of the person's daily hours
    after it moved. Nothing else goes out in quiet hours: it waits for their end.
    """
    wanted = watch.digest if watch is not None else choice.digest
    if watch is not None and watch.urgent:
        return When.NOW
    if wanted == Digest.OFF:
        return When.NEVER
    local = now.astimezone(ZoneInfo(choice.zone))
    if _is_quiet(choice, local):
        return When.LATER
    if wanted == Digest.DAILY and since >= _last_slot(choice, local):
        return When.LATER
    return When.NOW


def _is_quiet(choice: MailChoice, local: datetime) -> bool:
    begins, ends, hour = choice.quiet_from, choice.quiet_to, local.hour
    if begins <= ends:
        return begins <= hour < ends
    return hour >= begins or hour < ends


def _last_slot(choice: MailChoice, local: datetime) -> datetime:
    """The latest of the person's daily hours that has come."""
    slot = local.replace(hour=choice.daily_at, minute=0, second=0, microsecond=0)
    return slot if slot <= local else slot - timedelta(days=1)


def choice_of(user: User) -> MailChoice:
    """What the person chose; at once and never quiet where they chose nothing."""
    return MailChoice.objects.filter(user=user).first() or MailChoice(user=user)


def choice_keep(
    *,
    user: User,
    digest: str,
    zone: str,
    quiet_from: int,
    quiet_to: int,
    daily_at: int,
    warnings: bool,
) -> MailChoice:
    """Keep what a person chose. Refused where the zone or an hour does not exist."""
    problems = []
    if digest not in Digest.values:
        problems.append(
            Problem("invalid-choice", "digest", "There is no such choice.", "Choose one of these.")
        )
    if zone not in available_timezones():
        what = f"There is no time zone called {zone}."
        problems.append(Problem("no-such-zone", "zone", what, "Give one such as America/New_York."))
    for name, hour in (("quiet_from", quiet_from), ("quiet_to", quiet_to), ("daily_at", daily_at)):
        if not 0 <= hour <= 23:
            what = f"{hour} is no hour of the day."
            problems.append(Problem("out-of-range", name, what, "Give a whole hour, 0 to 23."))
    refuse_if(problems)
    kept, _ = MailChoice.objects.update_or_create(
        user=user,
        defaults={
            "digest": digest,
            "zone": zone,
            "quiet_from": quiet_from,
            "quiet_to": quiet_to,
            "daily_at": daily_at,
            "warnings": warnings,
        },
    )
    Membership.objects.filter(user=user).update(digest=digest != Digest.OFF)
    return kept


def bom_watch(*, user: User, bom: Bom, digest: str, urgent: bool = False) -> BomWatch | None:
    """For this BOM, otherwise than for the rest; digest "": like the rest again (None)."""
    if organisation_of(user).pk != bom.organisation_id:
        raise LookupError("a BOM of another organisation is not found")
    if not digest:
        BomWatch.objects.filter(user=user, bom=bom).delete()
        return None
    if digest not in Digest.values:
        what = "There is no such choice."
        raise Refused(Problem("invalid-choice", "digest", what, "Choose one of these."))
    watch, _ = BomWatch.objects.update_or_create(
        user=user, bom=bom, defaults={"digest": digest, "urgent": urgent}
    )
    return watch
