"""Processes killed, brokers emptied, connections cut, mail refused: and every line ends right.

What is checked afterwards, line by line: each answer is the one that judging anew gives; each moved
from one to the next without a gap or a repetition; certificates chain; mail went out once.
"""

import random
import signal
import time
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from compliance import chain_verifier
from compliance.models import Determination, Mail, Recheck, Verdict, VerdictChange, Work
from compliance.recheck.numbers import changes_number
from compliance.selectors.certificates import chain_export
from compliance.services import judging
from compliance.services.submission import bom_judge_request
from config.embedded import broker
from config.embedded.process import Child, free_port, listens
from procurement.models import Bom, Change, Line, Membership, Party
from tests import factory
from tests.compliance.worlds import Office, every_list, office
from tests.services import QUEUES, CeleryProcess, Inbox, eventually

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(600)]
LINES, PARTS = 120, 12
COUNTRIES = ("CN", "US", "RU", "KR")
SHORT, LONG = 1, 100


class Redis:
    """A server of this test alone, that can be killed, emptied and started again in its place."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.binary = broker.find()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.start()

    def start(self) -> None:
        command: list[str | Path] = [
            self.binary.path,
            "--bind",
            "127.0.0.1",
            "--port",
            str(self.port),
        ]
        words = ["--dir", str(self.folder), "--save", "", "--appendonly", "no"]
        self.child = Child("broker", [*command, *words], self.folder / "redis.log")
        self.child.wait_until(lambda: listens(self.port))

    def kill(self) -> None:
        self.child.process.send_signal(signal.SIGKILL)
        self.child.process.wait()


class Plant:
    """Workers and timetables on a broker of their own, and a BOM under their care."""

    def __init__(self, redis: Redis, smtp: Inbox, site: str, folder: Path) -> None:
        self.redis, self.smtp = redis, smtp
        env = {"HAND_OVER_SECONDS": "3", "TASK_VISIBILITY_SECONDS": "5"}

        def process(name: str, *words: str) -> CeleryProcess:
            made = CeleryProcess(name, redis.url, smtp.port, site, *words)
            made.env |= env
            return made

        worker = ("worker", "--queues", QUEUES, "--concurrency", "1", "--loglevel", "INFO")
        self.workers = [
            process(f"worker-{n}", *worker, "--hostname", f"w{n}@localhost") for n in (1, 2)
        ]
        self.beats = [
            process(f"beat-{n}", "beat", "--schedule", str(folder / f"timetable-{n}"), "--pidfile=")
            for n in (1, 2)
        ]
        every_list()
        self.radio: Office = office("Soldier Radio")
        self.bom = self._bom()

    def _bom(self) -> Bom:
        radio = self.radio
        packs = [
            radio.pack(f"PACK-{n}", cells_by=maker, supplier=maker)
            for n in range(PARTS)
            for maker in [radio.cellco if n % 2 else radio.acme]
        ]
        bom = factory.bom(radio.procurement, name="Under fire", submitted_by=None)
        Line.objects.bulk_create(
            Line(
                bom=bom, part=packs[n % PARTS], sequence=n + 1, part_number=packs[n % PARTS].number
            )
            for n in range(LINES)
        )
        Bom.objects.filter(pk=bom.pk).update(lines_total=LINES)
        return bom

    def start(self, workers: int = 1, beats: int = 1) -> None:
        for each in [*self.workers[:workers], *self.beats[:beats]]:
            each.start()
        bom_judge_request(
            bom=self.bom, cause="submitted", now=timezone.now(), enqueue=lambda *told: False
        )
        self.rest()

    def stop(self) -> None:
        for each in [*self.beats, *self.workers]:
            each.stop()
        self.redis.child.stop()

    def move(self, rnd: random.Random) -> None:
        party = Party.objects.get(pk=rnd.choice([self.radio.cellco.pk, self.radio.acme.pk]))
        party.incorporated = rnd.choice([each for each in COUNTRIES if each != party.incorporated])
        party.save()
        self.nudge()

    def nudge(self) -> None:
        """What the web does after a change, and the timetable does in any case."""
        if listens(self.redis.port):
            for task in ("changes_relay", "unjudged_sweep"):
                self.workers[0].app.send_task(f"compliance.tasks.{task}", queue="changes")

    def is_at_rest(self) -> bool:
        self.nudge()
        time.sleep(0.3)
        return not (
            Change.objects.filter(relayed_at=None).exists()
            or Work.objects.exists()
            or Recheck.objects.filter(state=Recheck.State.OPEN).exists()
            or Bom.objects.exclude(state=Bom.State.JUDGED).exists()
        )

    def rest(self) -> None:
        eventually(self.is_at_rest, 180, lambda: self.workers[0].log()[-3000:])

    def check(self) -> None:
        """Line by line."""
        changes_number()
        stands = {
            (row.line_id, row.rule): row.proof_digest
            for row in Verdict.objects.filter(bom=self.bom)
        }
        lines = [None, *self.bom.lines.values_list("pk", flat=True)]
        anew = {
            (judged.line.pk if judged.line else None, finding.rule): proved.digest
            for judged in judging.bom_judge(self.bom, lines)
            for finding, proved in judged.findings
        }
        assert stands == anew
        made: dict[Any, list[Determination]] = {}
        for each in Determination.objects.filter(bom=self.bom).order_by("pk"):
            made.setdefault((each.line_id, each.rule), []).append(each)
        moved: dict[Any, list[VerdictChange]] = {}
        for change in VerdictChange.objects.filter(bom=self.bom).order_by("number"):
            moved.setdefault((change.line_id, change.rule), []).append(change)
        for key, derived in made.items():
            for before, after in pairwise(derived):
                assert after.previous_id == before.pk, f"{key}: a gap, or derived twice at once"
                assert after.proof_id != before.proof_id, f"{key}: derived again for nothing"
            flips = [
                (before.pk, after.pk)
                for before, after in pairwise(derived)
                if (before.verdict, before.would_be) != (after.verdict, after.would_be)
            ]
            assert [(c.before_id, c.after_id) for c in moved.get(key, [])] == flips
        numbers = VerdictChange.objects.order_by("number").values_list("number", flat=True)
        assert list(numbers) == list(range(1, len(numbers) + 1))
        assert not list(chain_verifier.faults(chain_export()))
        told = Counter(message["Message-ID"] for message in self.smtp.messages)
        sent = set(Mail.objects.filter(state=Mail.State.SENT).values_list("message_id", flat=True))
        assert sent <= set(told), "marked as sent, and never received"


@pytest.fixture
def plant(transactional_db: None, live_server: Any, smtp: Inbox, tmp_path: Path) -> Iterator[Plant]:
    made = Plant(Redis(tmp_path), smtp, live_server.url, tmp_path)
    Membership.objects.update(digest=False)  # each test that looks at mail asks for it
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
