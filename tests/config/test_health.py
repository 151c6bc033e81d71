import pytest
from django.db import DatabaseError
from django.test import Client

from config import health
from config.embedded.process import free_port


def test_the_process_is_up_without_asking_anybody(client: Client) -> None:
    answer = client.get("/healthz")  # no database mark: touching it would fail this test
    assert (answer.status_code, answer.content) == (200, b"ok\n")


@pytest.mark.database
@pytest.mark.django_db
def test_ready_when_database_and_broker_answer(client: Client, redis_url: str) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"database": "ok", "broker": "ok"})


@pytest.mark.django_db
def test_not_ready_without_a_broker(client: Client, settings: pytest.FixtureRequest) -> None:
    settings.CELERY_BROKER_URL = f"redis://127.0.0.1:{free_port()}/0"  # type: ignore[attr-defined]
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"database": "ok", "broker": "no answer"}


def test_not_ready_without_a_database(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise DatabaseError("could not connect to db.internal as cellgate")

    monkeypatch.setitem(health.PARTS, "database", (refuse, DatabaseError))
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["database"]) == (503, "no answer")
    assert b"db.internal" not in answer.content
