"""Webhooks: signed, in order, tried again, never led into our own network, and nobody else's."""

import socket
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from standardwebhooks import Webhook as Signer
from standardwebhooks import WebhookVerificationError

from compliance.models import Delivery, VerdictChange, Webhook
from compliance.outgoing import AddressRefusedError, place_of
from compliance.services.webhooks import (
    TRIES,
    deliveries_send_due,
    deliveries_write,
    webhook_create,
    webhook_update,
)
from procurement.models import Role, User
from procurement.problems import Refused
from tests import factory
from tests.api import API, as_person, as_program, codes
from tests.compliance.worlds import Office, every_list, office

pytestmark = [pytest.mark.django_db, pytest.mark.database]
HERE = ["127.0.0.0/8"]


class Receiver:
    """A program at an address of this machine, that keeps what it is sent."""

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.status = 204
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.got.append((dict(self.headers.items()), body))
                self.send_response(receiver.status)
                if receiver.status == 302:
                    self.send_header("Location", "http://127.0.0.1:1/")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *args: Any) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/hook?of=cellgate"


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    settings.WEBHOOK_NETWORKS = HERE
    made = Receiver()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def radio() -> Office:
    every_list()
    return office("Soldier Radio")


def administrator(of: Office) -> User:
    return factory.user(of.organisation, role=Role.ADMINISTRATOR, digest=False)


def moved(radio: Office, country: str = "CN") -> None:
    radio.cellco.incorporated = country
    radio.cellco.save()
    radio.relay()


def judged(radio: Office) -> None:
    radio.judge(radio.bom(radio.pack()))
    radio.relay()


def test_what_moves_is_posted_once_signed_and_in_order(radio: Office, receiver: Receiver) -> None:
    judged(radio)
    made, secret = webhook_create(url=receiver.url, by=administrator(radio), now=timezone.now())
    moved(radio)
    moved(radio, "US")
    now = timezone.now()
    assert deliveries_write(now=now) == 1
    assert deliveries_write(now=now) == 0
    assert deliveries_send_due(now=now) == 1
    assert deliveries_send_due(now=now) == 0
    [(headers, body)] = receiver.got
    told = Signer(secret).verify(body, headers)
    assert told["type"] == "verdicts.moved"
    numbers = [VerdictChange.objects.get(pk=each["id"]).number for each in told["data"]["changes"]]
    assert numbers == list(range(1, len(numbers) + 1))
    assert told["data"]["cursor"] == str(numbers[-1])
    with pytest.raises(WebhookVerificationError):
        Signer(secret).verify(body.replace(b"permitted", b"prohibited"), headers)
    assert Delivery.objects.get(webhook=made).state == Delivery.State.TAKEN


@pytest.mark.parametrize("status", [500, 404, 302])
def test_what_is_not_taken_is_tried_again_later_under_the_same_key(
    radio: Office, receiver: Receiver, status: int
) -> None:
    judged(radio)
    webhook_create(url=receiver.url, by=administrator(radio), now=timezone.now())
    moved(radio)
    now = timezone.now()
    deliveries_write(now=now)
    receiver.status = status
    assert deliveries_send_due(now=now) == 0
    waits = Delivery.objects.get()
    assert (waits.state, waits.status, waits.tries) == (Delivery.State.WAITING, status, 1)
    assert deliveries_send_due(now=now + timedelta(seconds=59)) == 0, "not due yet"
    receiver.status = 200
    assert deliveries_send_due(now=now + timedelta(seconds=60)) == 1
    keys = [headers["webhook-id"] for headers, _ in receiver.got]
    assert len(keys) == 2
    assert len(set(keys)) == 1


def test_a_receiver_that_stays_away_is_given_up_and_can_be_sent_to_again(
    radio: Office, receiver: Receiver
) -> None:
    judged(radio)
    chief = administrator(radio)
    made, _ = webhook_create(url=receiver.url, by=chief, now=timezone.now())
    moved(radio)
    now = timezone.now()
    deliveries_write(now=now)
    receiver.status = 503
    for _ in range(TRIES):
        deliveries_send_due(now=now)
        now = Delivery.objects.get().due_at
    given_up = Delivery.objects.get()
    assert given_up.state == Delivery.State.FAILED
    assert len(receiver.got) == TRIES
    receiver.status = 200
    answer = as_person(chief).post(
        f"{API}/webhooks/{made.pk}/replay", {"delivery": given_up.pk}, format="json"
    )
    assert answer.json()["state"] == "waiting"
    assert deliveries_send_due(now=timezone.now()) == 1


def test_a_receiver_that_is_gone_is_told_no_more(radio: Office, receiver: Receiver) -> None:
    judged(radio)
    made, _ = webhook_create(url=receiver.url, by=administrator(radio), now=timezone.now())
    moved(radio)
    deliveries_write(now=timezone.now())
    receiver.status = 410
    deliveries_send_due(now=timezone.now())
    made.refresh_from_db()
    assert not made.active


def test_what_moves_while_a_webhook_rests_is_sent_when_it_resumes(
    radio: Office, receiver: Receiver
) -> None:
    judged(radio)
    chief = administrator(radio)
    made, _ = webhook_create(url=receiver.url, by=chief, now=timezone.now())
    webhook_update(webhook=made, by=chief, active=False)
    moved(radio)
    assert deliveries_write(now=timezone.now()) == 0
    webhook_update(webhook=made, by=chief, active=True)
    assert deliveries_write(now=timezone.now()) == 1


def test_one_organisation_is_never_told_of_anothers_lines(
    radio: Office, receiver: Receiver
) -> None:
    other = office("Other")
    judged(radio)
    webhook_create(url=receiver.url, by=administrator(other), now=timezone.now())
    moved(radio)
    assert deliveries_write(now=timezone.now()) == 0


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/", "https://localhost/", "https://10.0.0.1/", "https://[::1]/",
        "https://169.254.169.254/latest/meta-data", "https://0.0.0.0/", "https://192.168.1.1/",
        "https://[::ffff:127.0.0.1]/", "https://2130706433/", "https://224.0.0.1/",
        "http://93.184.216.34/", "ftp://93.184.216.34/", "https://", "file:///etc/passwd",
        f"https://{'a' * 64}.com/", "https://a..b/", "https://name:word@93.184.216.34/", "https://93.184.216.34:99999/",
    ],
)  # fmt: skip
def test_an_address_on_a_private_network_or_of_another_kind_is_refused(url: str) -> None:
    with pytest.raises(AddressRefusedError):
        place_of(url)


def test_a_name_with_one_private_address_among_public_ones_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def answers(*args: Any, **options: Any) -> Any:
        kind = (socket.AF_INET, socket.SOCK_STREAM, 6, "")
        return [(*kind, ("93.184.216.34", 443)), (*kind, ("10.0.0.9", 443))]

    monkeypatch.setattr(socket, "getaddrinfo", answers)
    with pytest.raises(AddressRefusedError, match=r"10\.0\.0\.9"):
        place_of("https://hooks.example.com/")


def test_a_name_that_leads_elsewhere_by_the_time_of_sending_is_refused_then(
    radio: Office, receiver: Receiver, settings: Any
) -> None:
    judged(radio)
    webhook_create(url=receiver.url, by=administrator(radio), now=timezone.now())
    moved(radio)
    deliveries_write(now=timezone.now())
    settings.WEBHOOK_NETWORKS = []  # as if the name had pointed elsewhere when it was added
    assert deliveries_send_due(now=timezone.now()) == 0
    assert "private network" in Delivery.objects.get().error
    assert receiver.got == []


def test_the_connection_goes_to_the_address_that_was_checked(
    radio: Office, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The name is asked once: a second answer, which could be another, is never waited for."""
    judged(radio)
    webhook_create(url=receiver.url, by=administrator(radio), now=timezone.now())
    moved(radio)
    deliveries_write(now=timezone.now())
    really, names = socket.getaddrinfo, []

    def asked(host: Any, *args: Any, **options: Any) -> Any:
        names.append(host)
        return really("127.0.0.1", *args, **options)

    url = receiver.url.replace("127.0.0.1", "hooks.example.com")
    Webhook.objects.update(url=url)
    monkeypatch.setattr(socket, "getaddrinfo", asked)
    assert deliveries_send_due(now=timezone.now()) == 1
    assert names.count("hooks.example.com") == 1
    [(headers, _)] = receiver.got
    assert headers["Host"] == f"hooks.example.com:{receiver.server.server_port}"


def test_only_administrators_manage_webhooks_and_only_their_own(
    radio: Office, receiver: Receiver
) -> None:
    with pytest.raises(Exception, match="role"):
        webhook_create(url=receiver.url, by=radio.officer, now=timezone.now())
    asked = as_person(radio.officer).post(f"{API}/webhooks", {"url": receiver.url}, format="json")
    assert asked.status_code == 403
    chief = administrator(radio)
    client = as_program(chief, "webhooks:read", "webhooks:write")
    made = client.post(f"{API}/webhooks", {"url": receiver.url}, format="json").json()
    assert made["secret"].startswith("whsec_")
    assert "secret" not in client.get(f"{API}/webhooks/{made['id']}").json()
    other = as_person(administrator(office("Other")))
    assert other.get(f"{API}/webhooks/{made['id']}").status_code == 404
    assert other.delete(f"{API}/webhooks/{made['id']}").status_code == 404
    assert client.patch(
        f"{API}/webhooks/{made['id']}", {"active": False}, format="json"
    ).json()["active"] is False  # fmt: skip
    renewed = client.post(f"{API}/webhooks/{made['id']}/secret", {}, format="json").json()
    assert renewed["secret"] not in ("", made["secret"])
    assert client.delete(f"{API}/webhooks/{made['id']}").status_code == 204


def test_the_api_says_which_address_it_refuses_and_why(radio: Office) -> None:
    client = as_person(administrator(radio))
    answer = client.post(f"{API}/webhooks", {"url": "https://10.0.0.1/"}, format="json")
    assert answer.status_code == 422
    assert codes(answer) == ["address-refused"]
    with pytest.raises(Refused):
        webhook_create(url="https://10.0.0.1/", by=administrator(radio), now=timezone.now())


def test_the_page_shows_a_secret_once(radio: Office, receiver: Receiver) -> None:
    client = Client()
    client.force_login(administrator(radio))
    page = client.post(reverse("compliance:webhooks"), {"url": receiver.url}).content.decode()
    secret = Webhook.objects.get().secret
    assert secret in page.replace("&#x3D;", "=")
    assert secret not in client.get(reverse("compliance:webhooks")).content.decode()
