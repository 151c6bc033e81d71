"""One id from a click to an e-mail; and a line that kills its workers is set aside in the end."""

import uuid
from email.message import EmailMessage
from typing import Any

import pytest

from compliance.models import Mail, Verdict, VerdictChange, Work
from compliance.recheck.tries import BEGUN_MOST
from compliance.services import judging
from compliance.services.digests import digests_write
from compliance.services.judging import work_judge
from compliance.services.mailing import mail_send_due
from procurement.models import Bom, Change
from tests.api import API, as_person
from tests.compliance.worlds import Office, every_list, office
from tests.factory import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def radio() -> Office:
    every_list()
    return office("Soldier Radio")


def test_the_id_of_a_request_goes_with_it_to_the_mail_it_led_to(radio: Office, smtp: Any) -> None:
    radio.judge(radio.bom(radio.pack()))
    radio.relay()
    name = str(uuid.uuid4())
    answer = as_person(radio.officer).patch(
        f"{API}/parties/{radio.cellco.pk}",
        {"incorporated": "CN"},
        format="json",
        HTTP_X_REQUEST_ID=name,
    )
    assert answer["X-Request-ID"] == name
    assert Change.objects.latest("pk").request == name
    radio.relay()
    assert set(VerdictChange.objects.values_list("request", flat=True)) == {name}
    digests_write(now=NOW)
    assert Mail.objects.get().request == name
    mail_send_due(now=NOW)
    message: EmailMessage
    [message] = smtp.messages
    assert message["X-Request-ID"] == name


class Killed(BaseException):
    """Stands for SIGKILL: no handler of errors sees it."""


def test_a_line_that_kills_its_workers_is_set_aside_and_the_rest_goes_on(
    radio: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = radio.pack("BAD"), radio.pack("GOOD")
    bom = radio.bom(bad, good)
    really = judging._judge

    def deadly(dossier: Any, *args: Any) -> Any:
        if dossier.part.label.startswith("BAD"):
            raise Killed
        return really(dossier, *args)

    monkeypatch.setattr(judging, "_judge", deadly)
    died = 0
    with pytest.raises(Killed):
        radio.judge(bom)
    for _ in range(3 * BEGUN_MOST):
        waiting = list(Work.objects.filter(set_aside=False).order_by("-pk"))
        if not waiting:
            break
        try:
            work_judge(work_ids=[work.pk for work in waiting], now=NOW)
        except Killed:
            died += 1
    aside = Work.objects.get()
    assert aside.set_aside
    assert "never heard of again" in aside.error
    assert died <= BEGUN_MOST
    judged = Verdict.objects.filter(line__isnull=False).values_list("line__part__number", flat=True)
    assert set(judged) == {"GOOD"}
    assert Bom.objects.get(pk=bom.pk).state == Bom.State.JUDGED
