"""What is mailed and reported of a bill of materials, short or very long."""

from dataclasses import replace

import pytest
from django.test import Client
from django.urls import reverse

from compliance.mail import compose
from compliance.models import Mail, Report
from compliance.services import reporting
from compliance.services.reporting import first_check_tell
from compliance.services.scheduling import report_schedule
from procurement.models import Bom
from procurement.problems import Refused
from tests import factory
from tests.compliance.worlds import Office, office
from tests.factory import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> Office:
    return office()


@pytest.fixture
def bom(here: Office) -> Bom:
    parts = [factory.part(f"PACK-{n}", maker=here.acme, category="battery_pack") for n in "123"]
    bom = here.bom(*parts)
    here.judge(bom)
    return bom


def test_it_comes_with_its_report_in_both_forms(bom: Bom) -> None:
    assert first_check_tell(bom_id=bom.pk, now=NOW)
    mail = Mail.objects.get()
    assert {each.format for each in Report.objects.filter(bom=bom)} == set(reporting.FORMATS)
    assert "too long to send" not in mail.text


def test_a_line_is_named_alike_in_mail_and_report_and_on_its_board(here: Office) -> None:
    bom = factory.bom(here.procurement, submitted_by=here.officer)
    line = factory.line(bom, factory.part("PACK", category="battery_pack"), row=7)
    here.judge(bom)
    assert bom.submitted_by
    report = reporting.audit_report(bom=bom, now=NOW)
    assert report.lines[-1].position == line.label == "1"
    short = reporting._first_check(bom, bom.submitted_by, report).lines
    long = reporting._first_check_of_many(bom, bom.submitted_by, NOW).lines
    told = [each for each in (*short, *long) if each.part_number == "PACK"]
    assert {each.position for each in told} == {"1"}
    assert {each.path for each in told} == {reporting.line_path(bom, line.pk)}


def test_of_very_many_lines_it_comes_without_and_says_so(
    bom: Bom, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert bom.submitted_by
    report = reporting.audit_report(bom=bom, now=NOW)
    whole = reporting._first_check(bom, bom.submitted_by, report)
    monkeypatch.setattr(reporting, "MOST_REPORTED", 2)
    monkeypatch.setattr(reporting, "MOST_TOLD", 2)
    assert first_check_tell(bom_id=bom.pk, now=NOW)
    mail = Mail.objects.get()
    assert not Report.objects.exists()
    assert "too long to send" in mail.text
    told = reporting._first_check_of_many(bom, bom.submitted_by, NOW)
    assert told.totals == {verdict: lines for verdict, lines in whole.totals.items() if lines}
    assert [line.part_number for line in told.lines] == ["PACK-1", "PACK-2"]
    said = {(line.part_number, line.verdict, line.sentence) for line in whole.lines}
    assert {(line.part_number, line.verdict, line.sentence) for line in told.lines} < said
    assert len(told.lines) + told.more == len(whole.lines)


def test_what_is_left_out_of_a_long_mail_is_counted(bom: Bom) -> None:
    assert bom.submitted_by
    told = reporting._first_check_of_many(bom, bom.submitted_by, NOW)
    many = compose.first_check(
        replace(told, more=40_000),
        base_url="https://cellgate.example.gov",
    )
    assert "And 39,978 more, on the page." in many.text


def test_a_bill_too_long_for_a_report_has_none_by_any_way_and_its_pages_say_so(
    here: Office, bom: Bom, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = reporting.audit_report(bom=bom, now=NOW).totals()
    assert reporting.totals_of(bom) == {verdict: lines for verdict, lines in whole.items() if lines}
    monkeypatch.setattr(reporting, "MOST_REPORTED", 2)
    assert bom.submitted_by
    for asked in (
        lambda: reporting.report_make(bom=bom, format="pdf", now=NOW),
        lambda: reporting.report_send(bom_id=bom.pk, user_id=here.officer.pk, now=NOW),
        lambda: report_schedule(bom=bom, user=here.officer, every="day", today=NOW.date()),
    ):
        with pytest.raises(Refused, match="3 lines; an audit report is made of at most 2"):
            asked()
    client.force_login(here.officer)
    for address in (
        reverse("compliance:report-new", args=[bom.pk, "pdf"]),
        reverse("compliance:report-mail", args=[bom.pk]),
    ):
        page = client.post(address, follow=True)
        assert "3 lines; an audit report is made of at most 2" in page.content.decode()
        assert "Download PDF" not in page.content.decode()
    assert not Report.objects.exists()
    assert not Mail.objects.exists()


def test_a_schedule_of_a_bill_too_long_for_a_report_holds_up_no_other(
    here: Office, bom: Bom, monkeypatch: pytest.MonkeyPatch
) -> None:
    short = here.bom(factory.part("PACK-9", maker=here.acme, category="battery_pack"))
    here.judge(short)
    for each in (bom, short):
        report_schedule(bom=each, user=here.officer, every="day", today=NOW.date())
    monkeypatch.setattr(reporting, "MOST_REPORTED", 2)
    assert reporting.scheduled_write(now=NOW) == 1
    assert {each.bom_id for each in Report.objects.all()} == {short.pk}
