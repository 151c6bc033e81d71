"""An organisation's own programs, told of every answer that moves, by Standard Webhooks.

Messages are rows before they are sent, in the order of `VerdictChange.number`, each with a key that
stays the same on every try. A crash between sending and marking sends again, under the same key.
"""

import base64
import http.client
import json
import secrets
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import F, Max
from standardwebhooks import Webhook as Signer

from compliance.models import Delivery, VerdictChange, Webhook
from compliance.outgoing import AddressRefusedError, place_of, post
from procurement.access import require
from procurement.formats.problem import Problem
from procurement.models import User
from procurement.problems import Refused

log = structlog.get_logger(__name__)

MOST_WEBHOOKS = 20
CHANGES_A_MESSAGE = 100
DELIVERIES_A_PASS = 50
LEASE = timedelta(minutes=2)
"""For how long a message belongs to the worker that took it to send."""
TRIES = 12
LONGEST_WAIT = timedelta(hours=6)
GONE = 410


def webhook_create(*, url: str, by: User, now: datetime) -> tuple[Webhook, str]:
    """A new address of the person's organisation, and its secret, to be shown this once.

    It is told of what moves from now on.
    """
    organisation = require(by, "administer")
    _check(url)
    with transaction.atomic():
        if Webhook.objects.filter(organisation=organisation).count() >= MOST_WEBHOOKS:
            what = f"There are {MOST_WEBHOOKS} already."
            raise Refused(Problem("too-many", "url", what, "Remove one that is no longer used."))
        secret = _secret()
        last = VerdictChange.objects.aggregate(last=Max("number"))["last"] or 0
        made = Webhook.objects.create(
            organisation=organisation, url=url, secret=secret, told=last, made_at=now, made_by=by
        )
        return made, secret


def webhook_update(
    *, webhook: Webhook, by: User, url: str | None = None, active: bool | None = None
) -> Webhook:
    """Another address, or a rest. What moves while it rests is sent once it is active again."""
    _own(webhook, by)
    if url is not None and url != webhook.url:
        _check(url)
        webhook.url = url
    if active is not None:
        webhook.active = active
    webhook.save(update_fields=["url", "active"])
    return webhook


def webhook_renew_secret(*, webhook: Webhook, by: User) -> str:
    """Another secret, shown this once; the old one signs nothing more."""
    _own(webhook, by)
    webhook.secret = _secret()
    webhook.save(update_fields=["secret"])
    return webhook.secret


def webhook_remove(*, webhook: Webhook, by: User) -> None:
    _own(webhook, by)
    webhook.delete()


def delivery_replay(*, delivery: Delivery, by: User, now: datetime) -> None:
    """Send a message again, under its own key, whether it was taken before or given up."""
    _own(delivery.webhook, by)
    Delivery.objects.filter(pk=delivery.pk).update(
        state=Delivery.State.WAITING, tries=0, due_at=now, error="", status=None
    )


def _own(webhook: Webhook, by: User) -> None:
    if require(by, "administer").pk != webhook.organisation_id:
        raise LookupError("a webhook of another organisation is not found")


def _check(url: str) -> None:
    try:
        place_of(url, settings.WEBHOOK_NETWORKS)
    except AddressRefusedError as error:
        raise Refused(
            Problem("address-refused", "url", str(error), "Give another address.")
        ) from error
    except OSError as error:
        what = "No such name is known on the network."
        raise Refused(Problem("not-resolved", "url", what, "Check its spelling.")) from error


def _secret() -> str:
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


def deliveries_write(*, now: datetime) -> int:
    """Put what moved into the outbox of every active webhook; returns how many messages."""
    written = 0
    for pk in Webhook.objects.filter(active=True).order_by("pk").values_list("pk", flat=True):
        while _write(pk, now):
            written += 1
    return written


def _write(pk: int, now: datetime) -> bool:
    with transaction.atomic():
        webhook = Webhook.objects.select_for_update().filter(pk=pk, active=True).first()
        if webhook is None:
            return False
        moved = VerdictChange.objects.filter(
            organisation=webhook.organisation_id, number__gt=webhook.told
        ).order_by("number")
        changes = list(moved.select_related("after", "before")[:CHANGES_A_MESSAGE])
        if not changes:
            return False
        last = changes[-1].number
        Delivery.objects.create(
            webhook=webhook,
            key=f"msg_{webhook.pk}_{last}",
            body=_body(changes, now),
            written_at=now,
            due_at=now,
        )
        Webhook.objects.filter(pk=pk).update(told=last)
        return True


def _body(changes: Sequence[VerdictChange], now: datetime) -> str:
    """cursor: ask `GET /api/v1/changes` with it for what comes after."""
    told = [
        {
            "id": change.pk,
            "bom": change.bom_id,
            "line": change.line_id,
            "rule": change.rule,
            "was": change.was,
            "became": change.became,
            "would_be": change.after.would_be or None,
            "before": change.before_id,
            "after": change.after_id,
            "cause": change.cause,
            "recheck": change.recheck_id,
            "at": change.at.isoformat(),
        }
        for change in changes
    ]
    data = {"changes": told, "cursor": str(changes[-1].number)}
    body = {"type": "verdicts.moved", "timestamp": now.isoformat(), "data": data}
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def deliveries_send_due(*, now: datetime, clock: Callable[[], datetime] | None = None) -> int:
    """Send what is due; returns how many were taken. A failure waits longer each time.

    clock: read for each signature, which a receiver compares with its own; else `now` stands in it.
    """
    taken = 0
    due = Delivery.objects.filter(
        state=Delivery.State.WAITING, due_at__lte=now, webhook__active=True
    ).order_by("due_at", "id")
    for pk, due_at in list(due.values_list("pk", "due_at")[:DELIVERIES_A_PASS]):
        # Whoever moves the due moment first has the message: a second sender updates no row.
        mine = Delivery.objects.filter(pk=pk, state=Delivery.State.WAITING, due_at=due_at)
        if mine.update(due_at=now + LEASE, tries=F("tries") + 1):
            delivery = Delivery.objects.select_related("webhook").get(pk=pk)
            taken += _send(delivery, now, clock() if clock else now)
    return taken


def _send(delivery: Delivery, now: datetime, sent_at: datetime) -> bool:
    webhook, status, error = delivery.webhook, None, ""
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Cellgate",
        "webhook-id": delivery.key,
        "webhook-timestamp": str(int(sent_at.timestamp())),
        "webhook-signature": Signer(webhook.secret).sign(delivery.key, sent_at, delivery.body),
    }
    try:
        place = place_of(webhook.url, settings.WEBHOOK_NETWORKS)
        status = post(place, delivery.body.encode(), headers)
        error = "" if 200 <= status < 300 else f"It answered {status}."
    except (OSError, http.client.HTTPException, AddressRefusedError) as failure:
        error = f"{type(failure).__name__}: {failure}"
    row = Delivery.objects.filter(pk=delivery.pk)
    if not error:
        row.update(state=Delivery.State.TAKEN, status=status, error="", taken_at=now)
        return True
    given_up = delivery.tries >= TRIES or status == GONE
    row.update(
        state=Delivery.State.FAILED if given_up else Delivery.State.WAITING,
        status=status,
        error=error[:500],
        due_at=now + min(timedelta(seconds=30 * 2**delivery.tries), LONGEST_WAIT),
    )
    if status == GONE:  # the receiver asks for no more
        Webhook.objects.filter(pk=webhook.pk).update(active=False)
    log.warning("webhook_not_taken", delivery=delivery.pk, tries=delivery.tries, given_up=given_up)
    return False
