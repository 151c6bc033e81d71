"""Bulk work lets a person's lines pass, and is not kept from its own for ever."""

import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from compliance.models import Verdict, Work
from compliance.recheck.asking import work_request
from compliance.services import turns
from compliance.services.judging import work_judge
from compliance.web.nudge import follow_changes
from procurement.models import Bom
from tests.compliance.worlds import Office, every_list, office
from tests.factory import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.database]


class Clock:
    """Time passes as somebody sleeps; what is to happen meanwhile happens at the third look."""

    def __init__(self, then: Callable[[], object]) -> None:
        self.now, self.slept, self.then = 0.0, 0, then

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.slept += 1
        if self.slept == 3:
            self.then()


@pytest.fixture
def radio() -> Office:
    every_list()
    return office("Soldier Radio")


@pytest.fixture
def bom(radio: Office) -> Bom:
    bom = radio.bom(radio.pack(), radio.pack("PACK-2"))
    radio.judge(bom)
    radio.relay()
    return bom


def asked(bom: Bom, *queues: str) -> list[int]:
    """Each line asked for in one of these queues; ids of the Work."""
    for line, queue in zip(bom.lines.order_by("pk"), queues, strict=False):
        work_request({line.pk: "again"}, recheck=None, queue=queue, now=NOW)
    return list(Work.objects.order_by("line").values_list("pk", flat=True))


def test_bulk_work_lets_a_persons_lines_pass(bom: Bom, monkeypatch: pytest.MonkeyPatch) -> None:
    bulk, person = asked(bom, "bulk", "interactive")
    clock = Clock(lambda: work_judge(work_ids=[person], now=NOW))
    monkeypatch.setattr(turns, "time", clock)
    Verdict.objects.all().delete()

    work_judge(work_ids=[bulk], now=NOW)

    assert clock.slept == 3
    assert not Work.objects.exists()
    first, last = bom.lines.order_by("pk")
    newest = Verdict.objects.latest("pk")
    assert newest.line_id == first.pk, "the person's came first"
    assert Verdict.objects.filter(line=last).exists()


def test_where_a_persons_work_is_stuck_bulk_work_goes_on(
    bom: Bom, monkeypatch: pytest.MonkeyPatch
) -> None:
    bulk, _ = asked(bom, "bulk", "interactive")
    clock = Clock(lambda: None)
    monkeypatch.setattr(turns, "time", clock)
    work_judge(work_ids=[bulk], now=NOW)
    assert clock.now == pytest.approx(2 * turns.MOST_SECONDS, abs=0.05)
    assert Work.objects.get().queue == "interactive"


def test_nobody_waits_for_bulk_work_nor_for_what_is_set_aside(
    bom: Bom, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock(lambda: None)
    monkeypatch.setattr(turns, "time", clock)
    bulk, person = asked(bom, "bulk", "interactive")
    work_judge(work_ids=[person], now=NOW)
    work_judge(work_ids=[bulk], now=NOW)
    first, second = asked(bom, "bulk", "interactive")
    Work.objects.filter(pk=second).update(set_aside=True)
    work_judge(work_ids=[first], now=NOW)
    assert clock.slept == 0


@pytest.fixture
def one_writer(tmp_path: Path, settings: LazySettings) -> None:
    settings.VAR = tmp_path
    if connection.vendor != "sqlite":
        pytest.skip("only SQLite has one writer")


def test_bulk_work_gives_way_while_a_request_may_write(
    bom: Bom, one_writer: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    [bulk] = asked(bom, "bulk")
    request = ExitStack()
    request.enter_context(turns.writing())
    clock = Clock(request.close)
    monkeypatch.setattr(turns, "time", clock)
    work_judge(work_ids=[bulk], now=NOW)
    assert clock.slept == 3
    assert not Work.objects.exists()


def test_two_requests_may_write_and_bulk_work_waits_for_both(one_writer: None) -> None:
    with turns.writing():
        with turns.writing():
            assert turns._somebody_writes()
        assert turns._somebody_writes()
    assert not turns._somebody_writes()


DIES = """
import os, django
django.setup()
from compliance.services import turns
with turns.writing():
    print(turns._somebody_writes(), flush=True)
    os.kill(os.getpid(), 9)
"""


def test_who_dies_while_it_may_write_keeps_nobody_waiting(
    one_writer: None, settings: LazySettings
) -> None:
    env = {**os.environ, "CELLGATE_VAR": str(settings.VAR)}
    died = subprocess.run(
        [sys.executable, "-c", DIES],
        env=env,
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (died.stdout.strip(), died.returncode) == ("True", -9), died.stderr
    assert not turns._somebody_writes()


def test_a_request_that_may_write_says_so_and_one_that_reads_does_not(
    one_writer: None, rf: RequestFactory
) -> None:
    def answer(request: HttpRequest) -> HttpResponse:
        return HttpResponse(turns._somebody_writes())

    through = follow_changes(answer)
    assert through(rf.post("/")).content == b"True"
    assert through(rf.get("/")).content == b"False"
    assert not turns._somebody_writes()
