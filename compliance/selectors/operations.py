"""What the operator watches: waiting work, what was set aside, mail, changes not followed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min

from compliance.models import Mail, Recheck, Work
from procurement.models import Change


@dataclass(frozen=True, slots=True)
class Backlog:
    """Of one queue: lines that wait, and since when the oldest has."""

    queue: str
    lines: int
    oldest: datetime | None


@dataclass(frozen=True, slots=True)
class Operations:
    backlog: Sequence[Backlog]
    set_aside: Sequence[Work]
    set_aside_count: int
    unrelayed: int
    oldest_unrelayed: datetime | None
    mail: Sequence[tuple[str, int]]
    mail_failing: Sequence[Mail]
    rechecks: Sequence[Recheck]


def operations() -> Operations:
    """Across all organisations: for the operator of the installation, who sees no facts here."""
    waiting = Work.objects.filter(set_aside=False).values("queue")
    aside = Work.objects.filter(set_aside=True).select_related("line", "bom").order_by("-id")
    changes = Change.objects.filter(relayed_at=None)
    states = dict(Mail.State.choices)
    counted = Mail.objects.order_by().values("state").annotate(mails=Count("pk"))
    return Operations(
        backlog=[
            Backlog(row["queue"], row["lines"], row["oldest"])
            for row in waiting.annotate(lines=Count("pk"), oldest=Min("asked_at")).order_by("queue")
        ],
        set_aside=list(aside[:100]),
        set_aside_count=aside.count(),
        unrelayed=changes.count(),
        oldest_unrelayed=changes.aggregate(oldest=Min("at"))["oldest"],
        mail=[(str(states[row["state"]]), row["mails"]) for row in counted],
        mail_failing=list(
            Mail.objects.exclude(error="").exclude(state=Mail.State.SENT).order_by("-id")[:50]
        ),
        rechecks=list(Recheck.objects.order_by("-id")[:10]),
    )
