"""How much memory a worker takes that has judged, and then gets the longest files there are."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from compliance.benches.made_boms import csv_bytes, table, xlsx_bytes
from compliance.models import Submission, Work
from compliance.services.long_files import submission_request
from compliance.tasks import hand_submission
from procurement.models import Bom
from procurement.services.submission import upload_keep
from tests import factory
from tests.services import CeleryProcess, eventually

pytestmark = [pytest.mark.django_db, pytest.mark.database]
MOST = 512  # MiB, of any one process
BLANKS = "," * 16_382 + "\n"


@pytest.mark.long
@pytest.mark.timeout(600)
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("make", "lines"),
    [
        (lambda: csv_bytes(table(100_000)), 100_000),
        (lambda: xlsx_bytes(table(100_000)), 100_000),
        (lambda: f"Part number,Qty{BLANKS}".encode() + f"A-1,4{BLANKS}".encode() * 6_000, 6_000),
    ],
    ids=["100,000 lines of CSV", "100,000 lines of XLSX", "98 MB of blank columns"],
)
def test_a_worker_that_judged_takes_the_longest_files_within_its_memory(
    celery_worker: CeleryProcess,
    shared_database: None,
    make: Callable[[], bytes],
    lines: int,
) -> None:
    purchase = factory.procurement(factory.organisation())
    assert purchase.organisation is not None
    officer = factory.user(purchase.organisation)

    def ask(content: bytes) -> Submission:
        now = timezone.now()
        upload = upload_keep(
            organisation=officer.membership.organisation,
            user=officer,
            filename="bom",
            content=content,
            now=now,
        )
        told: dict[str, Any] = {"user": officer, "now": now, "hand": hand_submission}
        return submission_request(upload=upload, procurement=purchase, name="Long", **told)

    ask(csv_bytes(table(1_000, seed=2)))
    eventually(lambda: Bom.objects.filter(state=Bom.State.JUDGED).exists(), 240, celery_worker.log)
    with memory_watched(celery_worker) as peaks:
        asked = ask(make())
        eventually(lambda: Submission.objects.get(pk=asked.pk).bom, 240, celery_worker.log)
        Work.objects.all().delete()
    celery_worker.settle(240)
    assert Bom.objects.latest("pk").lines_total == lines
    assert len(peaks) > 3, "the worker, its own processes, and those that read and stored"
    assert max(peaks.values()) <= MOST, peaks


@contextmanager
def memory_watched(worker: CeleryProcess) -> Iterator[dict[str, int]]:
    """Process → the most memory in MiB that it, the worker or one below it, has had since."""
    assert worker.child is not None
    first, done = worker.child.pid, threading.Event()
    peaks: dict[str, int] = {}
    for pid in below(first):
        Path(f"/proc/{pid}/clear_refs").write_text("5")  # its peak so far is forgotten

    def watch() -> None:
        while not done.wait(0.02):
            for pid in below(first):
                with suppress(OSError, IndexError):
                    told = Path(f"/proc/{pid}/status").read_text().partition("VmHWM:")[2]
                    words = Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
                    peaks[f"{pid} {words[-60:]}"] = int(told.split()[0]) // 1024

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield peaks
    finally:
        done.set()
        watcher.join()


def below(pid: int) -> list[int]:
    """It, and the processes that it began."""
    found = [pid]
    with suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                found += below(int(child))
    return found
