"""Tokens: limited to scopes, ended by time or by hand, kept only as a hash; and what roles may."""

from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.utils import timezone
from rest_framework.test import APIClient

from procurement.models import ApiToken, Organisation, Role
from procurement.services.tokens import SCOPES
from tests import factory
from tests.api import API, as_person, as_program, codes

pytestmark = pytest.mark.django_db


@pytest.fixture
def ours() -> Organisation:
    return factory.organisation()


def test_a_token_is_shown_once_and_kept_as_a_hash(ours: Organisation) -> None:
    person = as_person(factory.user(ours))
    made = person.post(f"{API}/tokens", {"name": "ERP", "scopes": ["facts:read"], "days": 30})
    assert made.status_code == 201, made.content
    key = made.json()["token"]
    assert all(key not in str(row) for row in ApiToken.objects.values())
    [listed] = person.get(f"{API}/tokens").json()
    assert "token" not in listed
    assert (listed["name"], listed["scopes"]) == ("ERP", ["facts:read"])
    program = APIClient()
    program.credentials(HTTP_AUTHORIZATION=f"Token {key}")
    assert program.get(f"{API}/parties").status_code == 200


@pytest.mark.parametrize(
    ("scope", "method", "address"),
    [
        ("facts:read", "get", "parties"),
        ("facts:write", "post", "parties"),
        ("boms:read", "get", "boms"),
        ("boms:read", "get", "uploads"),
        ("boms:read", "get", "procurements"),
        ("boms:write", "post", "boms"),
        ("boms:write", "post", "procurements"),
        ("boms:write", "post", "waivers"),
        ("verdicts:read", "get", "determinations"),
        ("verdicts:read", "get", "changes"),
        ("verdicts:read", "post", "evaluate"),
        ("verdicts:read", "post", "what-if"),
        ("lists:read", "get", "editions"),
        ("lists:read", "get", "readings"),
        ("facts:write", "post", "identity-decisions"),
    ],
)
def test_each_address_asks_for_its_scope_and_no_other_will_do(
    ours: Organisation, scope: str, method: str, address: str
) -> None:
    user = factory.user(ours, role=Role.ADMINISTRATOR)
    without = as_program(user, *(each for each in SCOPES if each != scope))
    refused = getattr(without, method)(f"{API}/{address}", {}, format="json")
    assert (refused.status_code, codes(refused)) == (403, ["permission-denied"])
    assert scope in refused.json()["detail"]
    only = getattr(as_program(user, scope), method)(f"{API}/{address}", {}, format="json")
    assert only.status_code in (200, 400, 422), only.content


def test_verdicts_of_a_bom_ask_for_more_than_the_bom(ours: Organisation) -> None:
    bom = factory.bom(factory.procurement(ours), [factory.part(organisation=ours)])
    program = as_program(factory.user(ours), "boms:read")
    assert program.get(f"{API}/boms/{bom.pk}").status_code == 200
    assert program.get(f"{API}/boms/{bom.pk}/verdicts").status_code == 403
    assert program.get(f"{API}/boms/{bom.pk}/report.pdf").status_code == 403


def test_a_token_does_no_more_than_its_person_may(ours: Organisation) -> None:
    auditor = as_program(factory.user(ours, role=Role.AUDITOR))
    assert auditor.get(f"{API}/parties").status_code == 200
    assert auditor.post(f"{API}/parties", {"name": "A"}).status_code == 403


def test_a_token_ends_on_its_day(ours: Organisation) -> None:
    person = as_person(factory.user(ours))
    told = {"name": "ERP", "scopes": ["facts:read"], "days": 1}
    key = person.post(f"{API}/tokens", told).json()["token"]
    program = APIClient()
    program.credentials(HTTP_AUTHORIZATION=f"Token {key}")
    for after, status in ((timedelta(hours=23), 200), (timedelta(hours=25), 401)):
        with time_machine.travel(timezone.now() + after, tick=False):
            assert program.get(f"{API}/parties").status_code == status


def test_a_token_that_is_revoked_opens_nothing(ours: Organisation) -> None:
    user = factory.user(ours)
    program, person = as_program(user), as_person(user)
    [listed] = person.get(f"{API}/tokens").json()
    assert person.delete(f"{API}/tokens/{listed['id']}").status_code == 204
    assert program.get(f"{API}/parties").status_code == 401


def test_a_token_of_somebody_who_left_opens_nothing(ours: Organisation) -> None:
    user = factory.user(ours)
    program = as_program(user)
    user.is_active = False
    user.save()
    assert program.get(f"{API}/parties").status_code == 401


def test_a_token_makes_no_token(ours: Organisation) -> None:
    program = as_program(factory.user(ours))
    told = {"name": "more", "scopes": ["boms:write"]}
    assert program.post(f"{API}/tokens", told).status_code in (401, 403)


@pytest.mark.parametrize("key", ["", "x", "x y", "é", "\x80", "0" * 5000])
def test_a_wrong_key_is_refused_and_never_a_fault(ours: Organisation, key: str) -> None:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {key}")
    answer = client.get(f"{API}/parties")
    assert answer.status_code == 401
    assert codes(answer)


@pytest.mark.parametrize(
    "told",
    [
        {"name": "", "scopes": ["facts:read"]},
        {"name": "x", "scopes": []},
        {"name": "x", "scopes": ["facts:admin"]},
        {"name": "x", "scopes": ["facts:read"], "days": 0},
        {"name": "x", "scopes": ["facts:read"], "days": 367},
        {"name": "x", "scopes": ["facts:read"], "user": 1},
    ],
)
def test_a_token_without_a_name_scopes_or_an_end_is_refused(
    ours: Organisation, told: dict[str, object]
) -> None:
    answer = as_person(factory.user(ours)).post(f"{API}/tokens", told)
    assert answer.status_code in (400, 422)
    assert not ApiToken.objects.exists()


def test_a_signed_in_browser_writes_only_with_its_csrf_token(ours: Organisation) -> None:
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(factory.user(ours))
    assert client.post(f"{API}/parties", {"name": "A"}).status_code == 403


@pytest.mark.parametrize(
    ("role", "may_write"),
    [("officer", True), ("counsel", True), ("administrator", True), ("auditor", False)],
)
def test_roles_write_facts_and_submit(ours: Organisation, role: str, may_write: bool) -> None:
    client = as_person(factory.user(ours, role=role))
    for address, told in (
        ("parties", {"name": "A"}),
        ("procurements", {"name": "Radio"}),
        ("boms", {"procurement": {"name": "Radio 2"}, "lines": [{"part_number": "P-1"}]}),
    ):
        answer = client.post(f"{API}/{address}", told)
        assert (answer.status_code in (201, 202)) is may_write, (address, answer.content)


def test_me_says_who_asks_and_what_they_may(ours: Organisation) -> None:
    user = factory.user(ours, role=Role.AUDITOR)
    told = as_program(user, "facts:read").get(f"{API}/me").json()
    assert (told["email"], told["organisation"], told["may"]) == (user.email, ours.name, ["read"])
    assert told["scopes"] == ["facts:read"]


def test_too_many_requests_are_told_to_wait(
    ours: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "rest_framework.throttling.UserRateThrottle.THROTTLE_RATES", {"user": "2/min"}
    )
    cache.clear()  # which counts by a person's id, and ids come again in tests
    client = as_person(factory.user(ours))
    answers = [client.get(f"{API}/me").status_code for _ in range(3)]
    assert answers == [200, 200, 429]
    waited = client.get(f"{API}/me")
    assert codes(waited) == ["throttled"]
    assert int(waited["Retry-After"]) > 0
