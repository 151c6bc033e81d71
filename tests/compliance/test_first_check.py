"""The mail that tells how a submitted bill of materials stands, short or very long."""

from dataclasses import replace

import pytest

from compliance.mail import compose
from compliance.models import Mail, Report
from compliance.services import reporting
from compliance.services.reporting import first_check_tell
from procurement.models import Bom
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
