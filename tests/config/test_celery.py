from typing import Any

import pytest
from kombu.exceptions import OperationalError

from config.celery import WORKERS, app
from config.embedded.process import free_port

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


def test_rows_of_the_timetable_do_not_pile_up_while_no_worker_runs() -> None:
    for name, row in SCHEDULE.items():
        if isinstance(row["schedule"], float):
            assert row["options"]["expires"] <= row["schedule"], name


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
