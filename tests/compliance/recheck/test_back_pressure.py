"""A bulk queue holds a bounded number of lines, whatever waits; a person's work passes it."""

from datetime import timedelta

import pytest

from compliance.models import Work
from compliance.recheck import relay
from compliance.recheck.relay import HAND_OVER_AGAIN, hand_over, hand_over_more
from tests import factory
from tests.compliance.worlds import Queue
from tests.factory import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture(autouse=True)
def waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nine lines in bulk and one that a person waits for, asked for last, where four have room."""
    monkeypatch.setattr(relay, "MOST_IN_BULK", 4)
    organisation = factory.organisation()
    part = factory.part(organisation=organisation)
    bom = factory.bom(factory.procurement(organisation), [part] * 10)
    for place, line in enumerate(bom.lines.order_by("sequence"), start=1):
        queue = "interactive" if place == 10 else "bulk"
        Work.objects.create(line=line, bom=bom, queue=queue, asked_at=NOW)


def handed(queue: Queue) -> list[tuple[str, int]]:
    told = [(name, len(work)) for name, work in queue.sent]
    queue.sent.clear()
    return told


def test_bulk_work_beyond_what_the_queue_takes_waits_as_rows() -> None:
    queue = Queue()
    assert hand_over(now=NOW, enqueue=queue) == 5
    assert handed(queue) == [("interactive", 1), ("bulk", 4)]
    assert hand_over(now=NOW, enqueue=queue) == 0
    assert Work.objects.filter(handed_at=None).count() == 5


def test_what_is_done_makes_room_once_half_is_done() -> None:
    queue = Queue()
    hand_over(now=NOW, enqueue=queue)
    done = list(Work.objects.filter(queue="bulk", handed_at=NOW).order_by("id"))
    done[0].delete()
    assert hand_over_more(now=NOW, enqueue=queue) == 0
    done[1].delete()
    assert hand_over_more(now=NOW, enqueue=queue) == 2
    assert Work.objects.filter(queue="bulk", handed_at=NOW).count() == 4


def test_what_a_broker_lost_is_handed_over_again_within_the_same_bound() -> None:
    queue = Queue()
    hand_over(now=NOW, enqueue=queue)
    handed(queue)
    later = NOW + HAND_OVER_AGAIN + timedelta(seconds=1)
    assert hand_over(now=later, enqueue=queue) == 5
    assert handed(queue) == [("interactive", 1), ("bulk", 4)]


def test_all_of_it_is_handed_over_in_the_end() -> None:
    queue = Queue()
    seen: set[int] = set()
    while hand_over(now=NOW, enqueue=queue):
        for _, work in queue.sent:
            seen.update(work)
            Work.objects.filter(pk__in=work).delete()
        queue.sent.clear()
    assert len(seen) == 10
    assert not Work.objects.exists()
    assert hand_over_more(now=NOW, enqueue=queue) == 0
