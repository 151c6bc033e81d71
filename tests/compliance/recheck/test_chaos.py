"""Processes killed, brokers emptied, servers crashed, disks full, clocks a day apart, mail refused:
and every line ends right.

What is checked afterwards, line by line (`Plant.check`): each answer is the one that judging anew
gives; each moved from one to the next without a gap or a repetition; certificates chain; mail went
out once.
"""

import random
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

from compliance.models import Determination, Mail, Recheck, VerdictChange
from procurement.models import Membership
from tests.compliance.recheck.plant import OwnDatabase, Plant, Redis, SmallDisk, database_at
from tests.services import Inbox, eventually

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(600)]
SHORT, LONG = 1, 100
FULL_SECONDS = 6


@pytest.fixture(scope="module")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Redis]:
    made = Redis(tmp_path_factory.mktemp("broker"))
    yield made
    made.child.stop()


def plant_on(redis: Redis, smtp: Inbox, site: str) -> Plant:
    redis.kill()
    redis.start()  # empty
    made = Plant(redis, smtp, site)
    Membership.objects.update(digest=False)  # each test that looks at mail asks for it
    return made


@pytest.fixture
def plant(transactional_db: None, live_server: Any, smtp: Inbox, redis: Redis) -> Iterator[Plant]:
    made = plant_on(redis, smtp, live_server.url)
    yield made
    made.stop()


@pytest.fixture
def own_database(transactional_db: None) -> Iterator[OwnDatabase]:
    disk = SmallDisk(400)
    try:
        made = OwnDatabase(disk)
        with database_at(**made.named):
            yield made
        made.close()
    finally:
        disk.close()


@pytest.fixture
def own_plant(
    own_database: OwnDatabase, live_server: Any, smtp: Inbox, redis: Redis
) -> Iterator[Plant]:
    made = plant_on(redis, smtp, live_server.url)
    yield made
    made.stop()


def _kill_at_random(plant: Plant, seed: int) -> None:
    rnd = random.Random(seed)
    plant.start()
    for _ in range(2):
        plant.move(rnd)
        time.sleep(rnd.uniform(0, 1.5))
        victim = rnd.choice([plant.workers[0], plant.workers[0], plant.beats[0]])
        victim.kill()
        if rnd.random() < 0.5:
            plant.move(rnd)  # while it is dead
        victim.start()
    plant.rest()
    plant.check()
    assert Recheck.objects.count() > 1


@pytest.mark.database
@pytest.mark.parametrize("seed", range(SHORT))
def test_workers_relays_and_timetables_killed_at_random_lose_and_double_nothing(
    plant: Plant, seed: int
) -> None:
    """The relay runs in the worker: killing that kills it, at whatever it was doing."""
    _kill_at_random(plant, seed)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(SHORT, LONG))
def test_so_it_is_over_a_hundred_runs(plant: Plant, seed: int) -> None:
    _kill_at_random(plant, seed)


def test_a_broker_killed_and_started_empty_loses_no_work(plant: Plant) -> None:
    rnd = random.Random(1)
    plant.start()
    for _ in range(2):
        plant.move(rnd)
        time.sleep(rnd.uniform(0, 0.5))
        plant.redis.kill()
        plant.move(rnd)  # nobody can be told of this one
        plant.redis.start()  # keeps nothing: what was queued is gone
    plant.rest()
    plant.check()


@pytest.mark.database
def test_a_database_that_cuts_every_connection_as_a_restart_does_loses_nothing(
    plant: Plant,
) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no connections to cut")
    rnd = random.Random(2)
    plant.start()
    for _ in range(4):
        plant.move(rnd)
        time.sleep(rnd.uniform(0, 0.8))
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
    plant.rest()
    plant.check()


@pytest.mark.long  # a server of its own has to be made first
def test_a_database_server_that_crashes_and_returns_loses_nothing(
    own_plant: Plant, own_database: OwnDatabase
) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no server to crash")
    rnd = random.Random(4)
    own_plant.start()
    for _ in range(2):
        own_plant.move(rnd)
        time.sleep(rnd.uniform(0, 0.8))
        own_database.crash()
        with pytest.raises((OperationalError, InterfaceError)):
            own_plant.move(rnd)  # refused, and said so: what a person sends now is not half kept
        connection.close()
        time.sleep(rnd.uniform(0, 1))
        own_database.run_again()
    own_plant.rest()
    own_plant.check()


@pytest.mark.long
@pytest.mark.database
def test_a_disk_full_for_a_while_loses_nothing_and_sets_nothing_aside(
    own_plant: Plant, own_database: OwnDatabase
) -> None:
    rnd = random.Random(5)
    own_plant.start()
    own_plant.move(rnd)
    time.sleep(rnd.uniform(0, 0.5))
    if connection.vendor == "sqlite":
        connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")  # its log is room, too
    own_database.disk.fill()
    kept = refused = 0
    end = time.monotonic() + FULL_SECONDS
    while time.monotonic() < end or not (refused or time.monotonic() > end + 6 * FULL_SECONDS):
        try:
            own_plant.move(rnd)
            kept += 1
        except (OperationalError, InterfaceError):
            refused += 1
            connection.close()
        time.sleep(0.3)
    assert refused, f"the disk was not full: {kept} changes were kept"
    own_database.disk.free()
    own_database.run_again()
    own_plant.rest()
    own_plant.check()


@pytest.mark.database
def test_hosts_whose_clocks_are_a_day_apart_agree_and_send_nothing_twice(plant: Plant) -> None:
    Membership.objects.update(digest=True)
    rnd = random.Random(6)
    plant.workers[1].ahead = plant.beats[1].ahead = timedelta(days=1)
    plant.start(workers=2, beats=2)
    for _ in range(4):
        plant.move(rnd)
        plant.nudge()
        for task in ("digests_send_due", "mail_send_due", "mail_send_due"):
            plant.workers[0].app.send_task(f"compliance.tasks.{task}", queue="mail")
    plant.rest()

    def all_sent() -> bool:
        for task in ("digests_send_due", "mail_send_due", "mail_send_due"):
            plant.workers[0].app.send_task(f"compliance.tasks.{task}", queue="mail")
        waiting = Mail.objects.exclude(state=Mail.State.SENT).exists()
        return Mail.objects.exists() and not waiting

    eventually(all_sent, 60)
    plant.check()
    told = Counter(message["Message-ID"] for message in plant.smtp.messages)
    assert set(told.values()) == {1}
    now, hour = timezone.now(), timedelta(hours=1)
    made = Determination.objects.values_list("derived_at", flat=True)
    rechecks = Recheck.objects.order_by("number").values_list("finished_at", flat=True)
    finished = [at for at in rechecks if at is not None]
    assert all(abs(at - now) < hour for at in [*made, *finished]), "one clock for what is kept"
    # Each is when its last task began: of two at once, the later may be certified first.
    assert all(after > before - timedelta(minutes=5) for before, after in pairwise(finished))

    plant.workers[0].kill()  # the one a day ahead is left with a timetable that is right
    plant.beats[1].kill()
    moved = VerdictChange.objects.count()
    plant.radio.cellco.refresh_from_db()
    plant.radio.cellco.incorporated = "US" if plant.radio.cellco.incorporated != "US" else "CN"
    plant.radio.cellco.save()
    eventually(lambda: VerdictChange.objects.count() > moved, 60, plant.workers[1].log)
    plant.rest()
    plant.check()


@pytest.mark.database
def test_two_timetables_and_two_relays_do_what_one_does(plant: Plant) -> None:
    rnd = random.Random(3)
    plant.start(workers=2, beats=2)
    for _ in range(4):
        plant.move(rnd)
        plant.nudge()
    plant.rest()
    plant.check()


def test_a_mail_server_that_refuses_and_then_accepts_gets_each_mail_once(plant: Plant) -> None:
    Membership.objects.update(digest=True)
    plant.smtp.refuse = "451 come back later"
    plant.start()
    party = plant.radio.cellco
    party.incorporated = "CN"
    party.save()
    plant.rest()
    worker = plant.workers[0].app

    def refused() -> bool:
        for task in ("digests_send_due", "mail_send_due"):
            worker.send_task(f"compliance.tasks.{task}", queue="mail")
        return Mail.objects.exclude(error="").exists()

    eventually(refused, 60)
    assert plant.smtp.messages == []
    plant.smtp.refuse = ""
    Mail.objects.filter(state=Mail.State.WAITING).update(due_at=timezone.now())

    def sent() -> bool:
        worker.send_task("compliance.tasks.mail_send_due", queue="mail")
        return not Mail.objects.exclude(state=Mail.State.SENT).exists()

    eventually(sent, 60)
    told = Counter(message["Message-ID"] for message in plant.smtp.messages)
    assert set(told.values()) == {1}
    assert len(told) == Mail.objects.count()
    plant.check()
