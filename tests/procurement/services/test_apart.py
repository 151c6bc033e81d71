"""A heavy file is read in a process of its own, within bounds, and comes to the same."""

import os
import threading
import tracemalloc
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from procurement.models import Line, Procurement, Upload, User
from procurement.problems import Refused
from procurement.services import apart, keeping, reading, submission
from procurement.services.bounded import upload_lines_bounded
from procurement.services.submission import bom_submit, upload_keep, upload_lines

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.database,
    pytest.mark.usefixtures("shared_database"),
]
HEADER = "Item,Part Number,Manufacturer,Description,Qty,Unit Price,Notes\n"
MOST = 512  # MiB
MIB = 1024 * 1024
TREE = (
    b"Level,Part Number,Manufacturer,Description,Qty,Country\n"
    b'1,PACK-1,"Acme; Other Cells Ltd.",Battery pack,1,US\n'
    b"2,CELL-1,Acme,Li-ion cell 18650,4,Japan\n"
    b"2,RES-1,Yageo,Resistor 10k,many,\n"
    b",,,Total,7,\n"
)


def full(rows: int, text: int) -> bytes:
    """Rows of parts that all differ, each with so many characters of text."""
    body = (
        f"{n},PN-{n:07},Maker {n % 300},{n:x}{'t' * text},{n % 9 + 1},1.5,n{n}\n"
        for n in range(rows)
    )
    return (HEADER + "".join(body)).encode()


def wide(rows: int) -> bytes:
    rest = "," * 16_382 + "\n"
    return (f"Part number,Qty{rest}" + f"ABC-123,4{rest}" * rows).encode()


def kept(officer: User, purchase: Procurement, content: bytes) -> Upload:
    assert purchase.organisation is not None
    upload = upload_keep(
        organisation=purchase.organisation,
        user=officer,
        filename="bom.csv",
        content=content,
        now=timezone.now(),
    )
    return Upload.objects.get(pk=upload.pk)


def test_what_is_read_apart_is_stored_like_what_is_read_here(
    purchase: Procurement, officer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "HEAVY_BYTES", 10)
    told: dict[str, Any] = {"procurement": purchase, "user": officer, "now": timezone.now()}
    seen: list[tuple[int, int]] = []
    stored = []
    for watch, reader in (
        (None, upload_lines),
        (lambda *far: seen.append(far), upload_lines_bounded),
    ):
        upload = kept(officer, purchase, TREE + (b"\n" if reader is upload_lines else b""))
        read = reader(upload=upload, user=officer, watch=watch)
        bom = bom_submit(upload=upload, name="Pack", read=read, **told)
        lines = list(bom.lines.order_by("sequence"))
        place = {line.pk: line.sequence for line in lines}
        shown = [
            (
                *(
                    line.row,
                    line.level,
                    place.get(line.parent_id or 0),
                    place.get(line.alternate_of_id or 0),
                ),
                *(line.part_id, line.part_number, line.maker, line.quantity, line.cells),
                line.problems,
            )
            for line in lines
        ]
        stored.append(
            (shown, bom.problems, bom.non_parts, upload.reading and upload.reading["layout"])
        )
    assert stored[0] == stored[1]
    assert len(stored[0][0]) >= 3
    assert seen[-1] == (5, 5)


def test_a_file_that_is_no_bom_is_refused_as_it_is_here(
    purchase: Procurement, officer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "HEAVY_BYTES", 10)
    upload = kept(officer, purchase, b"Dear all,\nplease find nothing attached.\n")
    with pytest.raises(Refused) as refused:
        upload_lines_bounded(upload=upload, user=officer)
    assert [problem.code for problem in refused.value.problems] == ["no-usable-header"]
    assert upload.state == Upload.State.REFUSED


@pytest.mark.parametrize(
    ("bound", "value", "rows", "what"),
    [("MOST_SECONDS", 0.05, 1, "time"), ("MOST_MEMORY", 100 * MIB, 40_000, "memory")],
)
def test_a_file_that_takes_too_much_is_refused_by_name(
    purchase: Procurement,
    officer: User,
    monkeypatch: pytest.MonkeyPatch,
    bound: str,
    value: float,
    rows: int,
    what: str,
) -> None:
    monkeypatch.setattr(reading, "HEAVY_BYTES", 10)
    monkeypatch.setattr(apart, bound, value)
    with pytest.raises(Refused) as refused:
        upload_lines_bounded(upload=kept(officer, purchase, full(rows, 8)), user=officer)
    assert [problem.code for problem in refused.value.problems] == ["too-big"]
    assert what in refused.value.problems[0].what


@pytest.mark.long
@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    ("make", "lines", "refused_as"),
    [
        (lambda: full(160_000, 60), 160_000, []),
        (lambda: full(250_000, 330), None, ["too-many-lines"]),
        (lambda: wide(6_000), 6_000, []),
    ],
    ids=["many lines that all differ", "96 MB of text", "98 MB of blank columns"],
)
def test_the_heaviest_files_stay_within_their_memory(
    purchase: Procurement,
    officer: User,
    make: Callable[[], bytes],
    lines: int | None,
    refused_as: list[str],
) -> None:
    """Of the reader all its memory; of whoever stores, what it takes beside the programs."""
    upload = kept(officer, purchase, make())
    peaks: list[int] = [0]
    done = threading.Event()
    watcher = threading.Thread(target=watch_children, args=(peaks, done))
    watcher.start()
    tracemalloc.start()
    codes: list[str] = []
    try:
        read = upload_lines_bounded(upload=upload, user=officer)
        told: dict[str, Any] = {"procurement": purchase, "user": officer, "now": timezone.now()}
        assert bom_submit(upload=upload, name="Heavy", read=read, **told).lines_total == lines
    except Refused as refused:
        codes = [problem.code for problem in refused.problems]
    finally:
        here = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        done.set()
        watcher.join()
    assert codes == refused_as
    assert 0 < peaks[0] <= MOST
    assert here < 200 * MIB


def watch_children(peaks: list[int], done: threading.Event) -> None:
    """Notes the most memory, in MiB, that any process begun from this one's first thread took."""
    children = Path(f"/proc/self/task/{os.getpid()}/children")
    while not done.wait(0.01):
        for child in children.read_text().split():
            with suppress(OSError, KeyError):
                told = Path(f"/proc/{child}/status").read_text().splitlines()
                if "python" in Path(f"/proc/{child}/cmdline").read_text():
                    status = dict(line.split(":", 1) for line in told)
                    peaks.append(int(status["VmHWM"].split()[0]) // 1024)
        peaks[:] = [max(peaks)]


def test_a_bill_of_too_many_lines_is_refused_by_name(
    purchase: Procurement, officer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(submission, "MOST_LINES", 2)
    with pytest.raises(Refused) as refused:
        upload_lines(upload=kept(officer, purchase, TREE), user=officer)
    assert refused.value.problems[0].code == "too-many-lines"
    assert not Line.objects.exists()


def test_whoever_waits_is_heard_each_second_and_may_end_it_before_the_file_is_open(
    purchase: Procurement, officer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "HEAVY_BYTES", 10)
    monkeypatch.setattr(apart, "PULSE", 0.01)
    heard: list[tuple[int, int]] = []

    class CancelledError(Exception):
        pass

    def cancel(read: int, total: int) -> None:
        heard.append((read, total))
        if len(heard) == 3:
            raise CancelledError

    with pytest.raises(CancelledError):
        upload_lines_bounded(
            upload=kept(officer, purchase, full(10, 8)), user=officer, watch=cancel
        )
    assert heard == [(0, 0)] * 3


def test_a_large_file_is_kept_byte_for_byte_by_a_process_of_its_own(
    purchase: Procurement, officer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "LARGE", 10)
    content = bytes(range(256)) * 5_000
    upload = kept(officer, purchase, content)
    assert reading.upload_bytes(upload) == content
    assert "kept" not in upload._state.fields_cache, "it is fetched in pieces, and not held"
    assert (upload.size, upload.filename, upload.received_by) == (len(content), "bom.csv", officer)
    assert upload.reading == {"encoding": None}
    assert timezone.now() - upload.received_at < timedelta(minutes=1)
