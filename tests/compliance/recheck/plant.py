"""An installation under fire: a broker, workers, timetables, a BOM in their care, and what must
hold of every line of it afterwards.
"""

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from compliance import chain_verifier
from compliance.models import Determination, Mail, Recheck, Verdict, VerdictChange, Work
from compliance.recheck.numbers import changes_number
from compliance.selectors.certificates import chain_export
from compliance.services import judging
from compliance.services.submission import bom_judge_request
from config.embedded import broker, postgres
from config.embedded.process import Child, free_port, listens
from procurement.models import Bom, Change, Line, Party
from tests import factory
from tests.compliance.worlds import Office, every_list, office
from tests.services import QUEUES, CeleryProcess, Inbox, eventually

LINES, PARTS = 120, 12
COUNTRIES = ("CN", "US", "RU", "KR")


class Redis:
    """A server of this test alone, that can be killed, emptied and started again in its place."""

    def __init__(self, folder: Path, address: str = "127.0.0.1") -> None:
        self.folder, self.address, self.port = folder, address, free_port()
        self.binary = broker.find()
        self.url = f"redis://{address}:{self.port}/0"
        self.start()

    def start(self) -> None:
        command: list[str | Path] = [
            self.binary.path,
            "--bind",
            self.address,
            "--port",
            str(self.port),
            "--protected-mode",
            "no",
        ]
        words = ["--dir", str(self.folder), "--save", "", "--appendonly", "no"]
        env = dict(os.environ)
        if self.binary.libraries:
            env["LD_LIBRARY_PATH"] = str(self.binary.libraries)
        self.child = Child("broker", [*command, *words], self.folder / "redis.log", env)
        self.child.wait_until(self.answers)

    def answers(self) -> bool:
        return listens(self.port, self.address)

    def kill(self) -> None:
        self.child.process.send_signal(signal.SIGKILL)
        self.child.process.wait()


class Plant:
    """Workers and timetables on a broker of their own, and a BOM under their care."""

    def __init__(self, redis: Redis, smtp: Inbox, site: str, lines: int = LINES) -> None:
        self.redis, self.smtp, self.lines = redis, smtp, lines
        env = {"HAND_OVER_SECONDS": "3", "TASK_VISIBILITY_SECONDS": "5"}

        def process(name: str, *words: str) -> CeleryProcess:
            made = CeleryProcess(name, redis.url, smtp.port, site, *words)
            made.env |= env
            return made

        worker = ["worker", "--queues", QUEUES, "--concurrency", "1", "--loglevel", "INFO"]
        worker += ["--without-gossip", "--without-mingle"]
        self.workers = [
            process(f"worker-{n}", *worker, "--hostname", f"w{n}@localhost") for n in (1, 2)
        ]
        beat = ["beat", "--pidfile=", "--schedule"]
        self.beats = [
            process(f"beat-{n}", *beat, str(redis.folder / f"timetable-{n}")) for n in (1, 2)
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
            for n in range(self.lines)
        )
        Bom.objects.filter(pk=bom.pk).update(lines_total=self.lines)
        return bom

    def start(self, workers: int = 1, beats: int = 1) -> None:
        for each in [*self.workers[:workers], *self.beats[:beats]]:
            each.start()
        self.submit()
        self.rest()

    def submit(self) -> None:
        bom_judge_request(
            bom=self.bom, cause="submitted", now=timezone.now(), enqueue=lambda *told: False
        )

    def stop(self) -> None:
        """All has been checked by now: nobody need end in peace."""
        for each in [*self.beats, *self.workers]:
            if each.is_running():
                each.kill()

    def move(self, rnd: random.Random) -> None:
        party = Party.objects.get(pk=rnd.choice([self.radio.cellco.pk, self.radio.acme.pk]))
        party.incorporated = rnd.choice([each for each in COUNTRIES if each != party.incorporated])
        party.save()
        self.nudge()

    def nudge(self) -> None:
        """What the web does after a change, and the timetable does in any case."""
        if self.redis.answers():
            for task in ("changes_relay", "unjudged_sweep"):
                self.workers[0].app.send_task(f"compliance.tasks.{task}", queue="changes")

    def is_at_rest(self) -> bool:
        self.nudge()
        time.sleep(0.2)
        assert not Work.objects.filter(set_aside=True).exists(), "set aside, for no fault of a line"
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


# --- a database elsewhere ------------------------------------------------------------------------
@contextmanager
def database_at(**changes: Any) -> Iterator[None]:
    """This process's database is another one meanwhile, for every thread that connects anew."""
    named = connection.settings_dict  # one for all threads
    before = dict(named)
    connection.close()
    named.update(changes)
    try:
        yield
    finally:
        connection.close()
        named.update(before)


class SmallDisk:
    """A disk of so many megabytes, really mounted, that can be filled to the last byte."""

    def __init__(self, megabytes: int) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="cellgate-disk-"))
        mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=0777", "cellgate"]
        made = subprocess.run([*mount, self.folder], capture_output=True, text=True)
        if made.returncode:
            self.folder.rmdir()
            pytest.skip(f"a small disk cannot be mounted here (it needs root): {made.stderr}")
        self.ballast = self.folder / "ballast"

    def fill(self) -> None:
        with self.ballast.open("ab", buffering=0) as file:
            for size in (1 << 20, 1 << 12, 1):
                try:
                    while file.write(b"\0" * size) == size:
                        pass
                except OSError:
                    continue

    def free(self) -> None:
        self.ballast.unlink(missing_ok=True)

    def close(self) -> None:
        subprocess.run(["umount", "--lazy", self.folder], check=True)
        shutil.rmtree(self.folder, ignore_errors=True)


class OwnDatabase:
    """A database of the same kind as the test's, on a server and a disk of its own."""

    def __init__(self, disk: SmallDisk) -> None:
        self.disk = disk
        self.server: postgres.Running | None = None
        if connection.vendor == "postgresql":
            binaries = postgres.find()
            assert binaries is not None
            log = Path(settings.VAR) / "own-postgres.log"
            self.server = postgres.start(binaries, log, inside=disk.folder)
            port = self.server.url.rpartition(":")[2].partition("/")[0]
            self.named = {"NAME": "postgres", "USER": "postgres", "HOST": "127.0.0.1", "PORT": port}
            with database_at(**self.named):
                call_command("migrate", verbosity=0)
            return
        self.named = {"NAME": str(disk.folder / "own.sqlite3")}
        with (
            sqlite3.connect(str(connection.settings_dict["NAME"])) as ours,
            sqlite3.connect(self.named["NAME"]) as own,
        ):
            ours.backup(own)

    def crash(self) -> None:
        """What a power cut leaves of a server: nothing is written, nobody is told."""
        assert self.server is not None
        os.kill(self.server.child.pid, signal.SIGQUIT)
        self.server.child.process.wait(30)

    def run_again(self) -> None:
        """Where it gave up, as an operator would."""
        if self.server is not None and self.server.child.has_ended():
            self.server.again()

    def close(self) -> None:
        if self.server is not None:
            self.server.stop()
