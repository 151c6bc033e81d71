"""How tests talk to the API: in this process, over WSGI, as a person or as a program."""

import json
from datetime import timedelta
from typing import Any

from django.utils import timezone
from rest_framework.test import APIClient

from compliance.recheck.relay import changes_relay, hand_over
from compliance.services.judging import work_judge
from procurement.models import User
from procurement.services.tokens import SCOPES, token_create

API = "/api/v1"


def as_person(user: User) -> APIClient:
    """Signed in, as a browser would be, with CSRF left to its own tests."""
    client = APIClient()
    client.force_login(user)
    return client


def as_program(user: User, *scopes: str) -> APIClient:
    """With a token of these scopes, or of all."""
    _, key = token_create(user=user, name="tests", scopes=scopes or SCOPES)
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {key}")
    return client


def codes(response: Any) -> list[str]:
    """The codes of a problem document; checks that it is one."""
    assert response["Content-Type"] == "application/problem+json", response.content[:500]
    told = json.loads(response.content)
    assert {"type", "title", "status", "detail", "instance", "problems"} <= set(told)
    assert told["status"] == response.status_code
    assert all(set(each) == {"code", "where", "what", "fix"} for each in told["problems"])
    return [each["code"] for each in told["problems"]]


def places(response: Any) -> list[str]:
    return [each["where"] for each in json.loads(response.content)["problems"]]


def work_off() -> None:
    """What the workers would do, in this process."""

    def judge(queue: str, work: list[int]) -> bool:
        work_judge(work_ids=work, now=timezone.now())
        return True

    while changes_relay(now=timezone.now()):
        pass
    while hand_over(now=timezone.now() + timedelta(hours=1), enqueue=judge):
        pass
