import pytest

from config import walkthrough
from procurement.models import ApiToken
from tests import factory
from tests.conftest import Live


def test_a_submission_is_followed_from_the_api_to_the_mail_with_its_report(live: Live) -> None:
    officer = factory.user(factory.organisation())
    said: list[str] = []
    walkthrough.walk(live.url, said.append)
    assert "3 of 3 lines judged" in "\n".join(said)
    assert any("insufficient_information" in line for line in said)
    (message,) = live.smtp.wait_for()
    assert message["To"] == officer.email
    attached = [part.get_content_type() for part in message.iter_attachments()]
    assert "application/pdf" in attached
    assert not ApiToken.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_without_an_officer_it_says_so() -> None:
    with pytest.raises(walkthrough.StuckError, match="no officer"):
        walkthrough.walk("http://127.0.0.1:1", lambda line: None)


@pytest.mark.django_db(transaction=True)
def test_what_the_api_refuses_is_shown(live_server: pytest.FixtureRequest) -> None:
    caller = walkthrough.Caller(str(live_server), "not-a-token")
    with pytest.raises(walkthrough.StuckError, match=r"POST .*/boms answered 401: .*problems"):
        walkthrough.submit(caller)


def test_waiting_ends_with_what_did_not_happen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walkthrough, "PATIENCE", 0.2)
    with pytest.raises(walkthrough.StuckError, match="the mail was not sent"):
        walkthrough.eventually("the mail was not sent", lambda: None)
