"""Files too long to read while a person waits: all of the BOM or nothing, whoever dies."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from compliance.models import Submission, Verdict, Work
from compliance.selectors.submissions import submission_progress
from compliance.services import long_files, storing
from compliance.services.long_files import (
    TRIES,
    submission_cancel,
    submission_request,
    submission_run,
    submissions_hand_over,
)
from compliance.tasks import hand_submission, unjudged_sweep
from procurement.formats.problem import Problem
from procurement.models import Bom, Line, Part, Procurement, Upload, User
from procurement.problems import Refused
from procurement.services.reading import LONG_BYTES, LONG_ROWS, is_long
from procurement.services.submission import upload_keep
from tests import factory
from tests.compliance.worlds import Queue
from tests.factory import NOW
from tests.services import CeleryProcess, eventually

pytestmark = [pytest.mark.django_db, pytest.mark.database]
HEADER = "Part Number,Manufacturer,Description,Qty\n"


def csv_of(lines: int, bad: int = 0) -> bytes:
    rows = [f"RES-{n % 50},Yageo,Resistor 10k,{n % 9 + 1}\n" for n in range(lines)]
    rows += ["Total,,,\n", ",,,7\n"] + ["RES-1,Yageo,Resistor,minus one\n"] * bad
    return (HEADER + "".join(rows)).encode()


class Hands(list[int]):
    """What workers were told of."""

    away = False

    def __call__(self, submission: int) -> bool:
        if not self.away:
            self.append(submission)
        return not self.away


@pytest.fixture
def ask(
    purchase: Procurement, officer: User, django_capture_on_commit_callbacks: Any
) -> Callable[..., Submission]:
    def ask(content: bytes, hands: Hands | None = None, **told: Any) -> Submission:
        assert purchase.organisation is not None
        upload = upload_keep(
            organisation=purchase.organisation,
            user=officer,
            filename="long.csv",
            content=content,
            now=NOW,
        )
        with django_capture_on_commit_callbacks(execute=True):
            return submission_request(
                upload=upload,
                procurement=purchase,
                name="Long",
                user=officer,
                now=NOW,
                hand=Hands() if hands is None else hands,
                **told,
            )

    return ask


def clock() -> datetime:
    return NOW


def run(asked: Submission) -> Bom | None:
    return submission_run(submission_id=asked.pk, clock=clock, enqueue=Queue())


def nothing_stored() -> bool:
    return not (
        Bom.objects.exists()
        or Line.objects.exists()
        or Part.objects.exists()
        or Work.objects.exists()
    )


@pytest.mark.parametrize(
    ("content", "long"),
    [
        (b"", False),
        (b"\n" * LONG_ROWS, False),
        (b"\n" * (LONG_ROWS + 1), True),
        (b"\r" * (LONG_ROWS + 1), True),
        (b"x" * LONG_BYTES, False),
        (b"x" * (LONG_BYTES + 1), True),
        (b"PK no zip at all", False),
    ],
)
def test_a_long_file_is_told_without_reading_it(content: bytes, long: bool) -> None:
    assert is_long(content) is long


def test_a_worker_reads_stores_and_asks_for_every_line(ask: Callable[..., Submission]) -> None:
    hands = Hands()
    asked = ask(csv_of(2_500, bad=1), hands)
    assert hands == [asked.pk]
    assert asked.upload.state == Upload.State.RECEIVED
    bom = run(asked)
    assert bom is not None
    assert (bom.lines_total, bom.lines.count()) == (2_501, 2_501)
    assert [row["kind"] for row in bom.non_parts] == ["header", "total"]
    assert [problem["code"] for problem in bom.problems] == ["part-not-named"]
    assert Work.objects.filter(bom=bom, line__isnull=False).count() == 2_501
    asked.refresh_from_db()
    assert (asked.state, asked.bom) == (Submission.State.STORED, bom)
    assert (asked.rows_read, asked.rows_total) == (2_504, 2_504)


def test_progress_says_how_much_is_read_and_how_long_it_will_take(
    ask: Callable[..., Submission], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_module("procurement.intake.rows"), "WATCHED", 2_000)
    asked = ask(csv_of(10_000))
    seen = []
    mark = long_files._mark

    def look(row: Submission, only: str, **said: Any) -> None:
        mark(row, only, **said)
        now = NOW + timedelta(seconds=6)
        seen.append(submission_progress(submission=Submission.objects.get(pk=asked.pk), now=now))

    monkeypatch.setattr(long_files, "_mark", look)
    before = submission_progress(submission=asked, now=NOW)
    assert (before.state, before.rows_total, before.seconds_left) == ("waiting", None, None)
    assert run(asked)
    reading = [each for each in seen if each.state == "reading"]
    assert [each.rows_read for each in reading] == [2_000, 4_000, 6_000, 8_000, 10_000, 10_003]
    assert {each.rows_total for each in reading} == {10_003}
    assert [each.seconds_left for each in reading] == [24, 9, 4, 2, 0, 0]
    assert seen[-1].state == "storing"
    asked.refresh_from_db()
    after = submission_progress(submission=asked, now=NOW)
    assert (after.state, after.rows_stored, after.rows_judged) == ("judging", 10_000, 0)
    assert not after.may_cancel


def test_a_message_that_comes_twice_changes_nothing(ask: Callable[..., Submission]) -> None:
    asked = ask(csv_of(10))
    first = run(asked)
    work = set(Work.objects.values_list("pk", "version"))
    assert run(asked) is None
    assert Bom.objects.get() == first
    assert set(Work.objects.values_list("pk", "version")) == work


def test_the_same_bytes_are_the_same_submission(ask: Callable[..., Submission]) -> None:
    hands = Hands()
    asked = ask(csv_of(10), hands)
    assert ask(csv_of(10), hands) == asked
    bom = run(asked)
    assert ask(csv_of(10), hands) == asked
    assert hands == [asked.pk]
    assert Bom.objects.get() == bom


def test_the_same_bytes_read_otherwise_are_another(ask: Callable[..., Submission]) -> None:
    assert ask(csv_of(10)) != ask(csv_of(10), mapping={"columns": {1: None}})


def test_the_same_bytes_after_a_cancelled_one_are_asked_anew(
    ask: Callable[..., Submission], officer: User
) -> None:
    first = ask(csv_of(10))
    submission_cancel(submission=first, user=officer)
    again = ask(csv_of(10))
    assert again != first
    assert run(again)


def test_cancelled_before_it_begins_nothing_happens(
    ask: Callable[..., Submission], officer: User
) -> None:
    asked = ask(csv_of(10))
    assert submission_cancel(submission=asked, user=officer).state == "cancelled"
    assert run(asked) is None
    assert nothing_stored()
    assert bytes(Upload.objects.get().content) == csv_of(10)


@pytest.mark.parametrize("at", ["reading", "storing"])
def test_cancelled_on_the_way_nothing_is_stored(
    ask: Callable[..., Submission], officer: User, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    asked = ask(csv_of(5_000))
    mark = long_files._mark

    def cancel(row: Submission, only: str, **said: Any) -> None:
        mark(row, only, **said)
        if said.get("state", only) == at:
            submission_cancel(submission=row, user=officer)

    monkeypatch.setattr(long_files, "_mark", cancel)
    assert run(asked) is None
    assert Submission.objects.get().state == "cancelled"
    assert nothing_stored()


def test_what_is_stored_cannot_be_cancelled(ask: Callable[..., Submission], officer: User) -> None:
    asked = ask(csv_of(10))
    bom = run(asked)
    with pytest.raises(Refused) as refused:
        submission_cancel(submission=asked, user=officer)
    assert refused.value.problems[0].code == "stored-already"
    assert Bom.objects.get() == bom


def test_another_organisation_cancels_nothing(ask: Callable[..., Submission]) -> None:
    asked = ask(csv_of(10))
    with pytest.raises(LookupError):
        submission_cancel(submission=asked, user=factory.user(factory.organisation()))
    assert Submission.objects.get().state == "waiting"


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"no table here\n" * 2_500, "no-usable-header"), (HEADER.encode() * 2_500, "no-lines")],
)
def test_what_is_no_bom_is_refused_by_name_and_kept(
    ask: Callable[..., Submission], content: bytes, code: str
) -> None:
    asked = ask(content)
    assert run(asked) is None
    asked.refresh_from_db()
    assert asked.state == "refused"
    assert code in [problem["code"] for problem in asked.problems]
    assert nothing_stored()
    assert bytes(Upload.objects.get().content) == content


def test_a_failure_while_storing_leaves_nothing_and_is_tried_again(
    ask: Callable[..., Submission], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = ask(csv_of(10))
    with monkeypatch.context() as patch:
        patch.setattr(storing, "lines_ask", lambda **_: 1 / 0)
        assert run(asked) is None
    assert nothing_stored()
    assert Submission.objects.get().state == "waiting"
    assert run(asked)


def test_a_file_that_fails_every_time_is_given_up_and_says_so(
    ask: Callable[..., Submission], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = ask(csv_of(10))
    monkeypatch.setattr(storing, "lines_ask", lambda **_: 1 / 0)
    for _ in range(TRIES):
        assert run(asked) is None
    asked.refresh_from_db()
    assert asked.state == "failed"
    assert [Problem(**problem).code for problem in asked.problems] == ["not-readable-here"]
    assert nothing_stored()
    assert run(asked) is None


def test_a_file_that_kills_every_worker_is_given_up(ask: Callable[..., Submission]) -> None:
    asked = ask(csv_of(10))
    for _ in range(TRIES):
        assert long_files._begin(asked.pk, NOW)  # and then the worker is gone
    assert run(asked) is None
    assert Submission.objects.get().state == "failed"


def test_the_sweeper_tells_again_of_what_was_lost_and_of_nothing_else(
    ask: Callable[..., Submission],
) -> None:
    away = Hands()
    away.away = True
    lost = ask(csv_of(10), away)
    hands = Hands()
    assert submissions_hand_over(now=NOW, hand=hands) == 1
    assert submissions_hand_over(now=NOW + timedelta(seconds=119), hand=hands) == 0
    assert submissions_hand_over(now=NOW + timedelta(seconds=121), hand=hands) == 1
    assert hands == [lost.pk, lost.pk]
    late = NOW + timedelta(hours=1)
    assert long_files._begin(lost.pk, late)
    assert submissions_hand_over(now=late + timedelta(seconds=119), hand=hands) == 0
    assert submissions_hand_over(now=late + timedelta(seconds=121), hand=hands) == 1
    assert run(lost)
    assert submissions_hand_over(now=late + timedelta(days=1), hand=hands) == 0


# --- with real workers -------------------------------------------------------------------------
@contextmanager
def stopped_at_its_lines() -> Iterator[Callable[[], bool]]:
    """Until the end of this, nobody can write lines; asked whether a worker has come so far.

    SQLite locks all or nothing, and a worker must write that it has begun. There, a file so long
    that it takes seconds is caught somewhere on the way.
    """
    if connection.vendor == "sqlite":
        yield lambda: Submission.objects.get().state in ("reading", "storing")
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE procurement_line IN SHARE MODE")

        def waits() -> bool:
            cursor.execute(
                "SELECT FROM pg_locks WHERE NOT granted"
                " AND relation = 'procurement_line'::regclass"
                " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            )
            return cursor.fetchone() is not None

        yield waits


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_while_it_reads_or_stores_loses_nothing_and_doubles_nothing(
    celery_worker: CeleryProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    purchase = factory.procurement(factory.organisation())
    assert purchase.organisation is not None
    officer = factory.user(purchase.organisation)
    lines = 12_000 if connection.vendor == "sqlite" else 300
    upload = upload_keep(
        organisation=purchase.organisation,
        user=officer,
        filename="long.csv",
        content=csv_of(lines),
        now=timezone.now(),
    )
    asked = submission_request(
        upload=upload,
        procurement=purchase,
        name="Long",
        user=officer,
        now=timezone.now(),
        hand=Hands(),
    )
    with stopped_at_its_lines() as is_there:
        hand_submission(asked.pk)
        eventually(is_there, 90, celery_worker.log)
        celery_worker.kill()
        assert not Bom.objects.exists(), "killed before it was whole"
        assert not Line.objects.exists()

    celery_worker.start()
    monkeypatch.setattr(long_files, "HAND_OVER_AGAIN", timedelta(0))
    unjudged_sweep()
    eventually(lambda: Submission.objects.get().state == "stored", 90)
    bom = Bom.objects.get()
    assert (bom.lines_total, Line.objects.filter(bom=bom).count()) == (lines, lines)
    eventually(lambda: Verdict.objects.filter(bom=bom).exists(), 90)
    asked.refresh_from_db()
    assert asked.bom == bom
    Work.objects.all().delete()  # the rest need not be judged for this
    celery_worker.settle(150)  # but for what it has begun, which takes long on a busy machine
