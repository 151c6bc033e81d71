"""Beyond one machine: database and broker on one host, web on another, workers on two more, and one
of these cut off in the middle of a re-check. Every line ends right.
"""

import json
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from compliance.models import Recheck, VerdictChange, Work
from config.embedded import postgres
from config.embedded.process import Child, free_port, listens
from procurement.models import Membership, Party
from procurement.services.tokens import SCOPES, token_create
from tests.compliance.recheck.hosts import Hosts
from tests.compliance.recheck.plant import Plant, Redis, database_at
from tests.services import Inbox, eventually

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.long,
    pytest.mark.timeout(600),
]
LINES = 1_200
SILENCE = "4"


@pytest.fixture
def hosts(transactional_db: None) -> Iterator[Hosts]:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite is for one machine")
    made = Hosts("store", "web", "work-1", "work-2")
    yield made
    made.close()


@pytest.fixture
def store(hosts: Hosts, tmp_path: Path) -> Iterator[Redis]:
    """PostgreSQL, which is this process's database meanwhile, and the broker, on one host."""
    binaries = postgres.find()
    assert binaries is not None
    with hosts.inside("store") as address:
        server = postgres.start(binaries, tmp_path / "postgres.log", address=address)
        redis = Redis(tmp_path, address)
    port = server.url.rpartition(":")[2].partition("/")[0]
    named = {"NAME": "postgres", "USER": "postgres", "HOST": address, "PORT": port}
    try:
        with database_at(**named):
            call_command("migrate", verbosity=0)
            yield redis
    finally:
        redis.child.stop()
        server.stop()


@pytest.fixture
def plant(hosts: Hosts, store: Redis, smtp: Inbox) -> Iterator[Plant]:
    made = Plant(store, smtp, "http://web", lines=LINES)
    Membership.objects.update(digest=False)
    for host, worker, beat in zip(("work-1", "work-2"), made.workers, made.beats, strict=True):
        for each in (worker, beat):
            each.env |= {"RUNS_ON": host, "DATABASE_SILENCE_SECONDS": SILENCE}
        with hosts.inside(host):
            worker.start()
            beat.start()
    yield made
    made.stop()


@pytest.fixture
def web(hosts: Hosts, plant: Plant, tmp_path: Path) -> Iterator[str]:
    """The address of the API on a host of its own."""
    env = plant.workers[0].env | {"ALLOWED_HOSTS": "*", "RUNS_ON": "web"}
    words = ["-m", "granian", "--interface", "wsgi", "config.wsgi:application", "--workers", "1"]
    with hosts.inside("web") as address:
        port = free_port()
        words += ["--host", address, "--port", str(port), "--log-level", "warning"]
        log = tmp_path / "web.log"
        child = Child("web", [sys.executable, *words], log, env, cwd=settings.BASE_DIR)
        child.wait_until(lambda: listens(port, address), 60)
    yield f"http://{address}:{port}/api/v1"
    child.stop()


def sent(method: str, address: str, token: str, **body: Any) -> Any:
    request = urllib.request.Request(
        address,
        json.dumps(body).encode(),
        {"Authorization": f"Token {token}", "Content-Type": "application/json"},
        method=method,
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def test_a_worker_host_cut_off_in_mid_recheck_holds_nobody_up_and_returns_to_no_harm(
    hosts: Hosts, plant: Plant, web: str
) -> None:
    plant.submit()
    plant.rest()
    _, token = token_create(user=plant.radio.officer, name="elsewhere", scopes=SCOPES)
    supplier = f"{web}/parties/{plant.radio.cellco.pk}"
    told = {"incorporated": "CN", "why": "register extract"}
    assert sent("PATCH", supplier, token, **told)["incorporated"] == "CN"

    eventually(lambda: VerdictChange.objects.exists(), 60, plant.workers[0].log)
    hosts.cut_off("work-2")
    assert Work.objects.exists(), "cut off in the middle"
    plant.rest()  # the other host does it all, and waits for no lock of the one that is away
    plant.check()
    assert VerdictChange.objects.filter(rule="10-usc-4865").count() == LINES / 2

    sent("PATCH", supplier, token, incorporated="US", why="corrected")
    plant.rest()
    hosts.connect("work-2")
    sent("PATCH", supplier, token, incorporated="RU", why="moved its seat")
    plant.rest()
    plant.check()
    assert Party.objects.get(pk=plant.radio.cellco.pk).incorporated == "RU"
    assert Recheck.objects.filter(state=Recheck.State.DONE).count() >= 3

    plant.workers[0].kill()  # the host that was away must be of use again
    sent("PATCH", supplier, token, incorporated="CN", why="the register was right")
    plant.rest()
    plant.check()
