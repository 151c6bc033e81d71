from pathlib import Path
from typing import Any

import pytest
from celery import Celery
from celery.schedules import crontab
from kombu.exceptions import OperationalError

from config.celery import WORKERS, app
from config.embedded.process import free_port
from config.timetable import MOST_WAITING, Timetable
from tests.services import go_through

SCHEDULE: dict[str, Any] = app.conf.beat_schedule


@pytest.fixture(scope="module")
def tasks() -> set[str]:
    app.loader.import_default_modules()
    return {name for name in app.tasks if not name.startswith("celery.")}


def test_everything_on_the_timetable_exists(tasks: set[str]) -> None:
    assert {row["task"] for row in SCHEDULE.values()} <= tasks


def test_every_queue_of_the_timetable_is_worked_on() -> None:
    queues = {queue for queues in WORKERS.values() for queue in queues}
    assert {row["options"]["queue"] for row in SCHEDULE.values()} <= queues
    assert app.conf.task_default_queue in queues


def test_what_a_person_waits_for_has_a_worker_that_bulk_work_cannot_hold() -> None:
    (people,) = (queues for queues in WORKERS.values() if "interactive" in queues)
    assert not {"changes", "bulk"} & set(people)


def test_no_message_of_the_timetable_depends_on_the_clocks_of_two_hosts() -> None:
    assert not [name for name, row in SCHEDULE.items() if "expires" in row["options"]]


def test_what_was_sent_before_there_was_a_broker_keeps_nothing_from_it(redis_url: str) -> None:
    with Celery(broker="memory://", set_as_current=False) as sender:
        sender.send_task("t", queue="moved")
        go_through(sender, redis_url)
        sender.send_task("t", queue="moved")
        with Celery(broker=redis_url, set_as_current=False).connection() as looking:
            channel: Any = looking.default_channel
            assert channel.queue_purge("moved") == 1


def test_rows_of_the_timetable_do_not_pile_up_while_no_worker_runs(
    redis_url: str, tmp_path: Path
) -> None:
    with Celery(broker=redis_url, set_as_current=False) as broker:
        broker.conf.beat_schedule = {
            "often": {"task": "t", "schedule": 5.0, "options": {"queue": "piling"}},
            "daily": {"task": "t", "schedule": crontab(hour="1"), "options": {"queue": "piling"}},
        }
        timetable = Timetable(broker, schedule_filename=str(tmp_path / "timetable"))
        often, daily = (timetable.schedule[name] for name in ("often", "daily"))
        try:
            assert timetable.waiting("piling") == 0
            for _ in range(MOST_WAITING + 40):
                timetable.apply_async(often, advance=False)
            assert timetable.waiting("piling") == MOST_WAITING
            timetable.apply_async(daily, advance=False)
            assert timetable.waiting("piling") == MOST_WAITING + 1
        finally:
            channel: Any = timetable.connection.default_channel
            channel.queue_delete("piling")
            timetable.close()


def test_a_timetable_that_starts_asks_the_calendar_at_once_and_nothing_else_of_its_day(
    tmp_path: Path,
) -> None:
    for _ in range(2):  # and so it does when it starts again
        timetable = Timetable(app, schedule_filename=str(tmp_path / "timetable"))
        due = {
            entry.task
            for entry in timetable.schedule.values()
            if isinstance(entry.schedule, crontab) and entry.is_due()[0]
        }
        timetable.close()
        assert due == {"compliance.tasks.calendar_check"}


def test_a_task_is_acknowledged_only_when_done() -> None:
    assert app.conf.task_acks_late
    assert app.conf.task_reject_on_worker_lost
    assert app.conf.worker_prefetch_multiplier == 1


@pytest.mark.timeout(30)
def test_with_the_broker_away_handing_over_a_task_fails_at_once_and_says_so() -> None:
    with (
        app.connection_for_write(f"redis://127.0.0.1:{free_port()}/0") as connection,
        pytest.raises(OperationalError),
    ):
        app.send_task("compliance.tasks.changes_relay", connection=connection)
