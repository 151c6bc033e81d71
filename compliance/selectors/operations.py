"""What the operator watches: waiting work, what was set aside, alarms, mail, lists."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Min, Sum

from compliance.clock import database_now
from compliance.models import Alarm, Delivery, Edition, Mail, Piece, Recheck, Work
from procurement.models import Change


@dataclass(frozen=True, slots=True)
class Backlog:
    """Of one queue: lines that wait, and since when the oldest has."""

    queue: str
    lines: int
    oldest: datetime | None


@dataclass(frozen=True, slots=True)
class Outbox:
    """Messages in one state, and since when the oldest is written."""

    state: str
    words: str
    messages: int
    oldest: datetime | None


@dataclass(frozen=True, slots=True)
class ListState:
    """The latest released edition of a list, and by when it is to be read again."""

    key: str
    edition: date
    read_by: date | None

    def is_due(self, today: date) -> bool:
        return self.read_by is not None and self.read_by <= today


@dataclass(frozen=True, slots=True)
class Operations:
    backlog: Sequence[Backlog]
    set_aside: Sequence[Work]
    set_aside_count: int
    unrelayed: int
    oldest_unrelayed: datetime | None
    alarms: Sequence[Alarm]
    mail: Sequence[Outbox]
    mail_failing: Sequence[Mail]
    deliveries: Sequence[Outbox]
    lists: Sequence[ListState]
    rechecks: Sequence[Recheck]
    last_certificate: Recheck | None
    all_anew: Recheck | None
    """The re-check of everything that is under way."""
    at: datetime
    """The moment, by the database's clock."""


def operations() -> Operations:
    """Across all organisations: for the operator of the installation, who sees no facts here."""
    aside = Work.objects.filter(set_aside=True).select_related("line", "bom").order_by("-id")
    changes = Change.objects.filter(relayed_at=None)
    latest = {
        each.key: ListState(each.key, each.edition, each.read_by)
        for each in Edition.objects.filter(state=Edition.State.RELEASED).order_by("edition")
    }
    return Operations(
        backlog=_backlog(),
        set_aside=list(aside[:100]),
        set_aside_count=aside.count(),
        unrelayed=changes.count(),
        oldest_unrelayed=changes.aggregate(oldest=Min("at"))["oldest"],
        alarms=list(Alarm.objects.filter(settled_at=None).order_by("-id")[:50]),
        mail=_outbox(Mail),
        mail_failing=list(
            Mail.objects.exclude(error="").exclude(state=Mail.State.SENT).order_by("-id")[:50]
        ),
        deliveries=_outbox(Delivery),
        lists=[latest[key] for key in sorted(latest)],
        rechecks=list(Recheck.objects.order_by("-id")[:10]),
        last_certificate=Recheck.objects.filter(number__isnull=False).order_by("-number").first(),
        all_anew=Recheck.objects.filter(kind=Recheck.Kind.ALL, state=Recheck.State.OPEN).first(),
        at=database_now(),
    )


def _backlog() -> list[Backlog]:
    """Of what is asked for, and of what a re-check is still to ask for."""
    found: dict[str, Backlog] = {}
    work = Work.objects.filter(set_aside=False).values("queue").order_by("queue")
    pieces = Piece.objects.values("queue").order_by("queue")
    for rows, lines in ((work, Count("pk")), (pieces, Sum("count"))):
        for row in rows.annotate(lines=lines, oldest=Min("asked_at")):
            queue, oldest = row["queue"], row["oldest"]
            if met := found.get(queue):
                oldest = min(oldest, met.oldest or oldest)
            found[queue] = Backlog(queue, row["lines"] + (met.lines if met else 0), oldest)
    return [found[queue] for queue in sorted(found)]


def _outbox(model: type[Mail] | type[Delivery]) -> list[Outbox]:
    states = dict(model.State.choices)
    rows = model._default_manager.order_by().values("state")
    counted = rows.annotate(messages=Count("pk"), oldest=Min("written_at")).order_by("state")
    return [
        Outbox(row["state"], str(states[row["state"]]), row["messages"], row["oldest"])
        for row in counted
    ]
