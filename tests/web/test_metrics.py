"""/metrics: the operator's numbers, for those it is meant for."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from compliance.models import Alarm, Mail, Work
from compliance.recheck.certificate import heartbeat
from procurement.models import Change
from tests import factory

pytestmark = pytest.mark.django_db


def told(**headers: str) -> dict[str, float]:
    answer = Client().get("/metrics", **headers)  # type: ignore[arg-type]
    assert answer.status_code == 200, answer.content
    rows = [row for row in answer.content.decode().splitlines() if not row.startswith("#")]
    return {name: float(value) for name, _, value in (row.rpartition(" ") for row in rows)}


def test_the_numbers_are_those_of_the_database() -> None:
    organisation = factory.organisation()
    now = timezone.now()
    factory.edition("1260H", now.date(), read_by=now.date())
    part = factory.part(organisation=organisation)
    bom = factory.bom(factory.procurement(organisation), [part, part, part])
    one, two, three = bom.lines.all()
    early = now - timedelta(minutes=10)
    Work.objects.create(line=one, bom=bom, queue="bulk", asked_at=early)
    Work.objects.create(line=two, bom=bom, queue="bulk", asked_at=now)
    Work.objects.create(line=three, bom=bom, queue="bulk", asked_at=now, set_aside=True)
    Alarm.objects.create(kind="audit-difference", says="one line", at=now)
    Mail.objects.create(
        organisation=organisation, to=factory.user(organisation), dedupe="1", message_id="<1>",
        subject="", text="", html="", written_at=now, due_at=now,
    )  # fmt: skip
    heartbeat(now=now)
    numbers = told()
    assert numbers['cellgate_work_waiting_lines{queue="bulk"}'] == 2
    assert 600 <= numbers['cellgate_work_oldest_seconds{queue="bulk"}'] < 660
    assert numbers["cellgate_work_set_aside_lines"] == 1
    assert numbers["cellgate_changes_unrelayed"] == Change.objects.count() > 0
    assert numbers["cellgate_alarms_open"] == 1
    assert abs(numbers["cellgate_clock_ahead_seconds"]) < 60
    assert numbers['cellgate_mail{state="waiting"}'] == 1
    assert numbers["cellgate_certificates"] == 1
    assert numbers['cellgate_list_due{list="1260H"}'] == 1


@pytest.mark.parametrize(
    ("address", "opens"), [("127.0.0.1", True), ("::1", True), ("10.0.0.7", False), ("", False)]
)
def test_without_a_token_only_named_networks_read_it(address: str, opens: bool) -> None:
    assert (Client().get("/metrics", REMOTE_ADDR=address).status_code == 200) is opens


@pytest.mark.parametrize(
    ("given", "opens"),
    [("Bearer right", True), ("Bearer wrong", False), ("right", False), ("", False)],
)
def test_with_a_token_set_nothing_else_opens_it(given: str, opens: bool, settings: Any) -> None:
    settings.METRICS_TOKEN = "right"
    answer = Client().get("/metrics", HTTP_AUTHORIZATION=given, REMOTE_ADDR="127.0.0.1")
    assert (answer.status_code == 200) is opens
