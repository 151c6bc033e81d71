import uuid
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client, RequestFactory

from config.middleware import client_address
from tests import factory

GIVEN = "0b9f6a4e-8c1d-4b7e-9a55-0d6d1f2e3a4b"


def test_a_request_keeps_the_id_that_a_proxy_gave_it(client: Client) -> None:
    assert client.get("/healthz", headers={"X-Request-ID": GIVEN})["X-Request-ID"] == GIVEN


@pytest.mark.parametrize("given", ["", "1", f"{GIVEN}\tx", "<script>", GIVEN + "0"])
def test_anything_but_a_uuid_is_replaced(client: Client, given: str) -> None:
    made = client.get("/healthz", headers={"X-Request-ID": given})["X-Request-ID"]
    assert made != given
    assert str(uuid.UUID(made)) == made


@pytest.mark.django_db
def test_the_browser_is_told_to_load_from_us_alone(client: Client) -> None:
    headers = client.get("/accounts/login/").headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "camera=()" in headers["Permissions-Policy"]


def test_pages_stay_out_of_caches(client: Client) -> None:
    assert "no-store" in client.get("/healthz")["Cache-Control"]


@pytest.mark.django_db
def test_a_session_ends_when_idle_and_lasts_while_in_use(client: Client, settings: Any) -> None:
    settings.SESSION_COOKIE_AGE = 15 * 60
    person = factory.user(factory.organisation())
    with time_machine.travel(factory.NOW, tick=False) as clock:
        client.force_login(person)
        for _ in range(3):
            clock.shift(timedelta(minutes=10))
            assert client.get("/accounts/password/").status_code == 200
        clock.shift(timedelta(minutes=15, seconds=1))
        assert client.get("/accounts/password/").status_code == 302


@pytest.mark.django_db
def test_three_wrong_passwords_lock_the_account_against_the_right_one(client: Client) -> None:
    person = factory.user(factory.organisation())
    address = "/accounts/login/"
    with time_machine.travel(factory.NOW, tick=False) as clock:
        for _ in range(3):
            client.post(address, {"username": person.email, "password": "wrong"})
        right = {"username": person.email, "password": factory.PASSWORD}
        assert client.post(address, right).status_code == 429
        clock.shift(timedelta(minutes=16))
        assert client.post(address, right).status_code == 302


@pytest.mark.parametrize(
    ("trusted", "forwarded", "address"),
    [
        (False, "198.51.100.7", "127.0.0.1"),
        (True, "198.51.100.7", "198.51.100.7"),
        (True, "203.0.113.9, 198.51.100.7", "198.51.100.7"),
        (True, "", "127.0.0.1"),
    ],
)
def test_a_forwarded_address_is_believed_only_from_our_own_proxy(
    rf: RequestFactory, settings: Any, trusted: bool, forwarded: str, address: str
) -> None:
    settings.TRUST_PROXY = trusted
    request = rf.get("/", headers={"X-Forwarded-For": forwarded} if forwarded else {})
    assert client_address(request) == address
