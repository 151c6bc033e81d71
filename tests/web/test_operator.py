"""The operator's page: all that an operator must see is on it, and can be acted on."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from compliance.models import Alarm, Mail, Work
from compliance.recheck.certificate import heartbeat
from procurement.models import User
from tests import factory
from tests.services import CeleryProcess
from tests.web.places import Place, place
from tests.web.test_accessible import WIDTHS, sign_in


def in_trouble() -> tuple[Place, User]:
    """An installation with something in every part of the page, and its operator."""
    here, now = place(), timezone.now()
    line, second = here.bom.lines.all()[:2]
    early = now - timedelta(minutes=12)
    Work.objects.create(line=line, bom=here.bom, queue="bulk", asked_at=early)
    Work.objects.create(
        line=second, bom=here.bom, queue="changes", asked_at=now, set_aside=True, tries=3,
        error="ArithmeticError: no number",
    )  # fmt: skip
    Alarm.objects.create(kind="audit-difference", says="1 line came out otherwise", at=now)
    for number, error in (("1", ""), ("2", "SMTPDataError: come back later")):
        Mail.objects.create(
            organisation=here.office.organisation, to=here.office.officer, dedupe=number,
            message_id=f"<{number}>", subject="", text="", html="", written_at=early, due_at=now,
            error=error,
        )  # fmt: skip
    here.edition.read_by = now.date() - timedelta(days=2)
    here.edition.save()  # a change, which waits to be followed
    heartbeat(now=now)
    return here, factory.user(here.office.organisation, email="op@example.gov", is_staff=True)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_an_operator_sees_it_all_without_a_barrier_and_has_a_line_tried_again(
    page: Page, axe: Callable[[Page], None], worker_process: CeleryProcess
) -> None:
    worker_process.stop()  # of an earlier test; it would do what is to be seen waiting
    _, operator = in_trouble()
    sign_in(page, operator)
    page.get_by_role("link", name="Operator").click()
    for heading, shown in {
        "Alarms": "1 line came out otherwise",
        "Lines waiting to be judged": "12 minutes",
        "Set aside": "ArithmeticError: no number",
        "Mail": "SMTPDataError: come back later",
        "Lists": "due",
        "Last re-checks": "Last certificate: number 3, nothing moved",
    }.items():
        part = page.locator("section", has=page.get_by_role("heading", name=heading, exact=True))
        expect(part).to_contain_text(shown)
    expect(page.get_by_text("Changes not followed yet: 1, oldest of")).to_be_visible()
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
    page.get_by_role("button", name="Try again: line").click()
    expect(page.get_by_text("1 back to work.")).to_be_visible()
    page.get_by_role("button", name="Send again: mail").click()
    expect(page.get_by_text("The mail is due again.")).to_be_visible()
    page.get_by_role("button", name="I have looked at it").click()
    expect(page.get_by_text("The alarm is closed.")).to_be_visible()
    page.get_by_label("Why").fill("names are read otherwise")
    page.get_by_role("button", name="Derive everything anew").click()
    expect(page.get_by_text("lines are asked for, in bulk.")).to_be_visible()
    part = page.locator("section", has=page.get_by_role("heading", name="Derive everything anew"))
    expect(part).to_contain_text("Under way since")
    axe(page)


@pytest.mark.django_db
def test_a_clock_that_is_off_is_shown(client: Client) -> None:
    client.force_login(factory.user(factory.organisation(), is_staff=True))
    address = reverse("compliance:operator")
    assert "ahead of the database" not in client.get(address).content.decode()
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        client.force_login(User.objects.get())
        assert "ahead of the database" in client.get(address).content.decode()
