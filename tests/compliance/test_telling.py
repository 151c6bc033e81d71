"""Who is told what and when: at once, daily, never; quiet hours; and what a coming day moves."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from compliance.models import BomWatch, Foretold, Mail, MailChoice, Outlook, Told, VerdictChange
from compliance.services import digests, reporting
from compliance.services.digests import digests_write
from compliance.services.foretelling import outlooks_find, warnings_write
from compliance.services.telling import When, bom_watch, choice_keep, when_to_tell
from procurement.models import Bom, Membership, User
from procurement.problems import Refused
from tests import factory
from tests.compliance.worlds import Office, every_list, office, same
from tests.factory import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def at(hour: int, minute: int = 0, day: int = 22) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


def chosen(**values: Any) -> MailChoice:
    return MailChoice(user=User(), **values)


@pytest.mark.parametrize(
    ("now", "told"),
    [
        (at(21, 59), When.NOW), (at(22, 0), When.LATER), (at(23, 59), When.LATER),
        (at(5, 59), When.LATER), (at(6, 0), When.NOW),
    ],
)  # fmt: skip
def test_quiet_hours_pass_over_midnight(now: datetime, told: When) -> None:
    choice = chosen(quiet_from=22, quiet_to=6)
    assert when_to_tell(choice=choice, watch=None, since=at(1), now=now) is told


def test_quiet_hours_are_the_persons_own() -> None:
    """16:30 UTC is 01:30 in Tokyo, and 11:30 in New York."""
    for zone, told in (("Asia/Tokyo", When.LATER), ("America/New_York", When.NOW)):
        choice = chosen(quiet_from=22, quiet_to=6, zone=zone)
        assert when_to_tell(choice=choice, watch=None, since=at(1), now=at(16, 30)) is told


def test_what_is_urgent_is_told_in_quiet_hours_too_and_off_is_off() -> None:
    choice = chosen(quiet_from=22, quiet_to=6, digest="off")
    urgent = BomWatch(digest="at_once", urgent=True)
    assert when_to_tell(choice=choice, watch=urgent, since=at(1), now=at(23)) is When.NOW
    assert when_to_tell(choice=choice, watch=None, since=at(1), now=at(12)) is When.NEVER


@pytest.mark.parametrize(
    ("since", "now", "told"),
    [
        (at(7), at(7, 59), When.LATER), (at(7), at(8), When.NOW), (at(8), at(9), When.LATER),
        (at(8), at(7, 59, 23), When.LATER), (at(8), at(8, 0, 23), When.NOW),
        (at(9), at(23, 0, 23), When.NOW),
    ],
)  # fmt: skip
def test_a_daily_mail_comes_at_its_hour_and_later_where_nobody_sent_then(
    since: datetime, now: datetime, told: When
) -> None:
    choice = chosen(digest="daily", daily_at=8)
    assert when_to_tell(choice=choice, watch=None, since=since, now=now) is told


@pytest.fixture
def radio() -> Office:
    every_list()
    return office("Soldier Radio")


def moved(radio: Office, country: str, now: datetime) -> None:
    radio.cellco.incorporated = country
    radio.cellco.save()
    radio.relay(now)


def two_boms(radio: Office) -> tuple[Bom, Bom]:
    boms = radio.bom(radio.pack(), name="First"), radio.bom(radio.pack("PACK-2"), name="Second")
    for bom in boms:
        radio.judge(bom)
    radio.relay()
    return boms


def keep(user: User, **values: Any) -> None:
    given = {"digest": "at_once", "zone": "UTC", "quiet_from": 0, "quiet_to": 0, "daily_at": 8}
    choice_keep(user=user, **{**given, "warnings": True, **values})


def test_one_mail_tells_of_all_boms_that_moved(radio: Office) -> None:
    two_boms(radio)
    moved(radio, "CN", NOW)
    assert digests_write(now=NOW) == 1
    mail = Mail.objects.get()
    assert "First" in mail.text
    assert "Second" in mail.text
    assert mail.reports.count() == 4
    for report in mail.reports.all():
        assert f"- {report.filename}" in mail.text
    assert digests_write(now=NOW) == 0


def test_of_two_who_tell_at_once_one_finds_that_the_rest_was_told(
    radio: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    two_boms(radio)
    moved(radio, "CN", NOW)
    people = digests._people
    others: list[int] = []

    def meanwhile(bom: Bom) -> list[tuple[Membership, int]]:
        told = people(bom)
        if not others:
            others.append(0)
            others[0] = digests_write(now=NOW)
        return told

    monkeypatch.setattr(digests, "_people", meanwhile)
    assert digests_write(now=NOW) == 0, "its only bill was told of before it came to write"
    assert others == [1]
    assert "Second" in Mail.objects.get().text
    assert not VerdictChange.objects.filter(told_at=None).exists()


def test_what_moved_on_bills_too_long_for_a_report_is_told_without(
    radio: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    two_boms(radio)
    moved(radio, "CN", NOW)
    monkeypatch.setattr(reporting, "MOST_REPORTED", 0)
    assert digests_write(now=NOW) == 1
    mail = Mail.objects.get()
    assert "First" in mail.text
    assert "The audit reports of 2 bills of materials are not attached" in mail.text
    assert not mail.reports.exists()


def test_each_person_is_told_in_their_own_time_once(radio: Office) -> None:
    two_boms(radio)
    daily = factory.user(radio.organisation, email="daily@example.gov")
    keep(daily, digest="daily", daily_at=8)
    moved(radio, "CN", at(12))
    assert digests_write(now=at(12)) == 1
    assert Mail.objects.get().to == radio.officer
    assert VerdictChange.objects.filter(told_at=None).exists(), "one is still to hear"
    assert digests_write(now=at(20)) == 0
    assert digests_write(now=at(8, 0, 23)) == 1
    assert Mail.objects.latest("pk").to == daily
    assert not VerdictChange.objects.filter(told_at=None).exists()
    assert digests_write(now=at(9, 0, 24)) == 0


def test_what_moved_back_before_the_daily_mail_is_not_told_then(radio: Office) -> None:
    two_boms(radio)
    keep(radio.officer, digest="daily", daily_at=8)
    moved(radio, "CN", at(12))
    assert digests_write(now=at(12)) == 0
    moved(radio, "US", at(13))
    assert digests_write(now=at(8, 0, 23)) == 0
    assert not VerdictChange.objects.filter(told_at=None).exists()


def test_one_bom_can_be_urgent_and_another_off(radio: Office) -> None:
    first, second = two_boms(radio)
    keep(radio.officer, digest="daily", quiet_from=20, quiet_to=23)
    bom_watch(user=radio.officer, bom=first, digest="at_once", urgent=True)
    bom_watch(user=radio.officer, bom=second, digest="off")
    moved(radio, "CN", at(21))
    assert digests_write(now=at(21)) == 1
    text = Mail.objects.get().text
    assert "First" in text
    assert "Second" not in text
    assert Told.objects.get().bom == first


def test_a_bom_of_another_organisation_cannot_be_watched(radio: Office) -> None:
    bom = factory.bom(office("Other").procurement)
    with pytest.raises(LookupError):
        bom_watch(user=radio.officer, bom=bom, digest="daily")


@pytest.mark.parametrize(
    "wrong", [{"zone": "Mars/Olympus"}, {"quiet_from": 24}, {"daily_at": -1}, {"digest": "hourly"}]
)
def test_a_choice_that_cannot_be_is_refused(radio: Office, wrong: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        keep(radio.officer, **wrong)


def waived(radio: Office, ends: date) -> Bom:
    """Section 154 stops the pack; a waiver lets it pass until `ends`."""
    same(radio.catl, "154", "catl")
    pack = radio.pack(cells_by=radio.catl)
    factory.waiver(
        radio.procurement, "ndaa-2024-154", grantor="secdef", granted=date(2026, 1, 1),
        scope="battery", part=pack, ends=ends,
    )  # fmt: skip
    bom = radio.bom(pack)
    radio.judge(bom)
    radio.relay()
    while outlooks_find():
        pass
    return bom


def test_a_coming_day_is_warned_of_once_for_each_distance(radio: Office) -> None:
    """A rule begins on 1 October 2027: nothing at 91 days, then at 90, 60 and 30, once each."""
    bom = waived(radio, date(2031, 1, 1))
    begins = date(2027, 10, 1)
    assert any(
        stretch["since"] == begins.isoformat()
        for outlook in Outlook.objects.filter(proof__rule="ndaa-2024-154")
        for stretch in outlook.stretches
    )
    noon = datetime(begins.year, begins.month, begins.day, 12, tzinfo=UTC)
    this = Foretold.objects.filter(rule="ndaa-2024-154", day=begins)
    told = {}
    for days in (120, 91, 90, 89, 61, 60, 59, 31, 30, 29, 1, 0):
        before = this.count()
        warnings_write(now=noon - timedelta(days=days))
        told[days] = this.count() - before
    assert [days for days, new in told.items() if new] == [90, 60, 30]
    assert set(told.values()) == {0, 1}
    for days in (90, 60, 30):
        mail = Mail.objects.get(text__contains=f"On 2027-10-01, in {days} days")
        assert "will move within 90 days" in mail.subject
    assert set(Foretold.objects.values_list("line__bom", flat=True)) == {bom.pk}


def test_nobody_is_warned_who_does_not_want_to_be(radio: Office) -> None:
    waived(radio, date(2031, 1, 1))
    keep(radio.officer, warnings=False)
    assert warnings_write(now=datetime(2027, 9, 1, tzinfo=UTC)) == 0


def test_what_is_to_come_is_found_once_for_each_proof(radio: Office) -> None:
    waived(radio, date(2031, 1, 1))
    assert outlooks_find() == 0
    moved(radio, "CN", NOW)
    assert outlooks_find() > 0


def test_the_page_keeps_what_a_person_chooses(radio: Office) -> None:
    bom = radio.bom(radio.pack())
    client = Client()
    client.force_login(radio.officer)
    page = reverse("compliance:telling")
    given = {"digest": "daily", "zone": "Asia/Tokyo", "quiet_from": "22", "quiet_to": "6"}
    answer = client.post(page, {**given, "daily_at": "9", "warnings": "on"})
    assert answer.status_code == 302
    kept = MailChoice.objects.get(user=radio.officer)
    assert (kept.digest, kept.zone, kept.quiet_from, kept.daily_at) == (
        "daily", "Asia/Tokyo", 22, 9,
    )  # fmt: skip
    client.post(reverse("compliance:watch"), {"bom": bom.pk, "wanted": "urgent"})
    assert BomWatch.objects.get().urgent
    assert "in quiet hours too" in client.get(page).content.decode()
    client.post(reverse("compliance:watch"), {"bom": bom.pk, "wanted": ""})
    assert not BomWatch.objects.exists()
    other = factory.bom(office("Other").procurement)
    refused = client.post(reverse("compliance:watch"), {"bom": other.pk, "wanted": "daily"})
    assert refused.status_code == 404
