"""The mail outbox: nothing dropped, nothing sent twice, nobody else written to."""

from datetime import timedelta
from typing import Any

import pytest

from compliance.mail import compose
from compliance.mail.values import ReportReady
from compliance.models import Mail
from compliance.services.mailing import LEASE, TRIES, mail_send_due, mail_write
from procurement.models import Organisation, User
from tests import factory
from tests.factory import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def organisation() -> Organisation:
    return factory.organisation()


@pytest.fixture
def person(organisation: Organisation) -> User:
    return factory.user(organisation, email="officer@example.gov")


def written(organisation: Organisation, to: User, dedupe: str = "once") -> bool:
    message = compose.report_ready(ReportReady.example(), base_url="https://cellgate.example.gov")
    return mail_write(
        organisation=organisation, to=to, message=message, reports=[], dedupe=dedupe, now=NOW
    )


def test_a_mail_written_twice_is_one_mail(organisation: Organisation, person: User) -> None:
    assert written(organisation, person)
    assert not written(organisation, person)
    assert Mail.objects.count() == 1


def test_nobody_of_another_organisation_is_ever_written_to(organisation: Organisation) -> None:
    stranger = factory.user(factory.organisation())
    with pytest.raises(ValueError, match="does not belong"):
        written(organisation, stranger)


def test_a_mail_is_sent_once_as_text_and_html(
    organisation: Organisation, person: User, smtp: Any
) -> None:
    written(organisation, person)
    assert mail_send_due(now=NOW) == 1
    assert mail_send_due(now=NOW + LEASE * 2) == 0
    [message] = smtp.messages
    assert message["To"] == "officer@example.gov"
    assert message["Message-ID"] == Mail.objects.get().message_id
    kinds = [part.get_content_type() for part in message.walk()]
    assert "text/plain" in kinds
    assert "text/html" in kinds


def test_a_server_that_refuses_makes_the_mail_wait_and_it_is_sent_once_it_accepts(
    organisation: Organisation, person: User, smtp: Any
) -> None:
    written(organisation, person)
    smtp.refuse = "451 try again later"
    assert mail_send_due(now=NOW) == 0
    mail = Mail.objects.get()
    assert mail.state == Mail.State.WAITING
    assert "451" in mail.error
    assert mail.due_at > NOW

    smtp.refuse = ""
    assert mail_send_due(now=NOW) == 0, "not due yet"
    assert mail_send_due(now=mail.due_at) == 1
    assert len(smtp.messages) == 1
    assert Mail.objects.get().error == ""


def test_a_server_that_is_away_makes_the_mail_wait(
    organisation: Organisation, person: User, smtp: Any, settings: Any
) -> None:
    settings.EMAIL_PORT = 1  # nobody listens there
    written(organisation, person)
    assert mail_send_due(now=NOW) == 0
    assert Mail.objects.get().state == Mail.State.WAITING


def test_after_the_last_try_a_mail_is_given_up_and_kept(
    organisation: Organisation, person: User, smtp: Any
) -> None:
    written(organisation, person)
    smtp.refuse = "550 no such mailbox"
    now = NOW
    for _ in range(TRIES):
        mail_send_due(now=now)
        now = Mail.objects.get().due_at
    assert Mail.objects.get().state == Mail.State.FAILED
    assert mail_send_due(now=now + timedelta(days=1)) == 0


def test_of_two_senders_one_sends(organisation: Organisation, person: User, smtp: Any) -> None:
    """The second sees the lease that the first took, and leaves the mail to it."""
    written(organisation, person)
    Mail.objects.update(due_at=NOW + LEASE)
    assert mail_send_due(now=NOW) == 0
    assert smtp.messages == []
