"""Whoever follows `GET /changes` misses nothing and reads nothing twice, as commits come."""

import random
import threading
import time
from collections.abc import Callable

import pytest
from django.db import connection, connections, transaction

from compliance.models import VerdictChange
from compliance.recheck.numbers import changes_number
from procurement.models import User
from tests.api import API, as_person
from tests.compliance.worlds import every_list, office

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]
WRITERS, EACH = 4, 12


def one_that_moved() -> tuple[VerdictChange, User]:
    """A row to make others like, and somebody who may read them."""
    every_list()
    radio = office("Soldier Radio")
    radio.judge(radio.bom(radio.pack()))
    radio.relay()
    radio.cellco.incorporated = "CN"
    radio.cellco.save()
    radio.relay()
    return VerdictChange.objects.earliest("pk"), radio.officer


def another(like: VerdictChange) -> VerdictChange:
    row = VerdictChange.objects.get(pk=like.pk)
    row.pk = row.number = None  # type: ignore[assignment]
    row.save(force_insert=True)
    return row


def at_once(*deeds: Callable[[], None]) -> None:
    """Each in a thread with a database connection of its own; what one raises, we raise."""
    failed: list[BaseException] = []

    def run(deed: Callable[[], None]) -> None:
        try:
            deed()
        except BaseException as error:
            failed.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not failed, failed


def after(cursor: str, person: User) -> tuple[list[int], str]:
    page = as_person(person).get(f"{API}/changes", {"cursor": cursor}).json()
    return [each["id"] for each in page["changes"]], page["cursor"]


def test_a_lower_id_that_commits_later_is_read_later() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer: ids are committed in order")
    like, person = one_that_moved()
    changes_number()
    _, cursor = after("0", person)
    inserted, go_on = threading.Event(), threading.Event()
    rows: dict[str, int] = {}

    def slow() -> None:
        with transaction.atomic():
            rows["slow"] = another(like).pk
            inserted.set()
            assert go_on.wait(30)

    def quick() -> None:
        assert inserted.wait(30)
        rows["quick"] = another(like).pk
        changes_number()
        rows["cursor"] = int(after(cursor, person)[1])
        go_on.set()

    at_once(slow, quick)
    assert rows["slow"] < rows["quick"], "the lower id commits last"
    changes_number()
    seen, _ = after(str(rows["cursor"]), person)
    assert seen == [rows["slow"]]


def test_one_who_follows_while_many_write_and_several_number_reads_each_once() -> None:
    like, person = one_that_moved()
    changes_number()
    _, cursor = after("0", person)
    written: list[int] = []
    read: list[int] = []
    done = threading.Event()

    def write(seed: int) -> Callable[[], None]:
        rnd = random.Random(seed)

        def deed() -> None:
            for _ in range(EACH):
                with transaction.atomic():
                    made = [another(like).pk for _ in range(rnd.randrange(1, 4))]
                    time.sleep(rnd.uniform(0, 0.01))
                    if rnd.random() < 0.2:
                        transaction.set_rollback(True)
                        continue
                written.extend(made)

        return deed

    def number() -> None:
        while not done.is_set():
            changes_number()

    def follow() -> None:
        at = cursor
        while not done.is_set():
            found, at = after(at, person)
            read.extend(found)
        changes_number()
        read.extend(after(at, person)[0])

    def writers() -> None:
        try:
            at_once(*(write(seed) for seed in range(WRITERS)))
        finally:
            done.set()

    at_once(writers, number, number, follow)
    assert len(written) > WRITERS * EACH
    assert len(read) == len(set(read)), "read twice"
    assert set(read) == set(written), "missed, or read before it was so"
    numbers = list(VerdictChange.objects.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))
