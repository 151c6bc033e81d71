"""`/metrics` for Prometheus: numbers alone, nothing of any organisation.

For whoever brings METRICS_TOKEN as a bearer token; without one set, for METRICS_FROM's addresses.
"""

import ipaddress
import secrets
from collections.abc import Iterable, Iterator
from datetime import datetime, time

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.registry import Collector

from compliance.selectors.operations import Operations, Outbox, operations
from config.middleware import client_address


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    if not _may(request):
        return HttpResponse("Not for you.\n", status=403, content_type="text/plain")
    registry = CollectorRegistry()
    registry.register(Numbers(operations(), timezone.now()))
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_PLAIN_0_0_4)


def _may(request: HttpRequest) -> bool:
    if settings.METRICS_TOKEN:
        kind, _, token = request.headers.get("Authorization", "").partition(" ")
        given, wanted = token.encode(), settings.METRICS_TOKEN.encode()
        return kind == "Bearer" and secrets.compare_digest(given, wanted)
    try:
        address = ipaddress.ip_address(client_address(request) or "")
    except ValueError:
        return False
    return any(address in ipaddress.ip_network(each) for each in settings.METRICS_FROM)


class Numbers(Collector):
    """What the operator's page shows, as numbers at one moment."""

    def __init__(self, state: Operations, now: datetime) -> None:
        self.state, self.now = state, now

    def collect(self) -> Iterator[Metric]:
        state = self.state
        waiting = GaugeMetricFamily(
            "cellgate_work_waiting_lines", "Lines waiting to be judged.", labels=["queue"]
        )
        oldest = GaugeMetricFamily(
            "cellgate_work_oldest_seconds", "How long the oldest has waited.", labels=["queue"]
        )
        for row in state.backlog:
            waiting.add_metric([row.queue], row.lines)
            oldest.add_metric([row.queue], self.since(row.oldest))
        yield from (waiting, oldest)
        yield self.one("work_set_aside_lines", "Lines set aside.", state.set_aside_count)
        yield self.one("changes_unrelayed", "Changes not followed yet.", state.unrelayed)
        yield self.one(
            "changes_oldest_unrelayed_seconds",
            "How long the oldest of them has waited.",
            self.since(state.oldest_unrelayed),
        )
        yield self.one(
            "clock_ahead_seconds",
            "How far this host's clock is ahead of the database's.",
            (self.now - state.at).total_seconds(),
        )
        yield self.one("alarms_open", "Alarms nobody has looked at.", len(state.alarms))
        last = state.last_certificate
        finished = last.finished_at if last else None
        number = (last.number or 0) if last else 0
        yield self.one("certificates", "Certificates in the chain.", number)
        yield self.one(
            "certificate_last_timestamp_seconds",
            "When the last was given.",
            finished.timestamp() if finished else 0,
        )
        yield from self.outbox("mail", state.mail)
        yield from self.outbox("webhook_deliveries", state.deliveries)
        edition = GaugeMetricFamily(
            "cellgate_list_edition_timestamp_seconds", "Day of a list's edition.", labels=["list"]
        )
        due = GaugeMetricFamily(
            "cellgate_list_due", "1 where a list is to be read again by now.", labels=["list"]
        )
        for each in state.lists:
            day = datetime.combine(each.edition, time(), tzinfo=self.now.tzinfo)
            edition.add_metric([each.key], day.timestamp())
            due.add_metric([each.key], each.is_due(self.now.date()))
        yield from (edition, due)

    def outbox(self, name: str, rows: Iterable[Outbox]) -> Iterator[Metric]:
        count = GaugeMetricFamily(f"cellgate_{name}", "Messages, by state.", labels=["state"])
        oldest = GaugeMetricFamily(
            f"cellgate_{name}_oldest_seconds", "Age of the oldest waiting.", labels=["state"]
        )
        for row in rows:
            count.add_metric([row.state], row.messages)
            if row.state == "waiting":
                oldest.add_metric([row.state], self.since(row.oldest))
        yield from (count, oldest)

    def one(self, name: str, says: str, value: float) -> Metric:
        return GaugeMetricFamily(f"cellgate_{name}", says, value=value)

    def since(self, moment: datetime | None) -> float:
        return max(0.0, (self.now - moment).total_seconds()) if moment else 0.0
