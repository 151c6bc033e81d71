"""Real workers, really killed: every line ends with the right verdict, and none has two."""

import subprocess
import sys
from collections import Counter
from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from compliance.models import Determination, Verdict, VerdictChange, Work
from compliance.recheck import relay
from compliance.services.submission import bom_judge_request
from compliance.tasks import changes_relay, enqueue_work, unjudged_sweep
from procurement.models import Bom, Line, Membership
from tests import factory
from tests.compliance.worlds import Office, every_list, office
from tests.services import CeleryProcess, eventually

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]
# Half are touched: six chunks, and the kill comes after the first.
LINES = 6_000
PARTS = 40
RULE = "10-usc-4865"


def long_bom(radio: Office) -> Bom:
    """6,000 lines of 40 packs; every other pack has its cells from Cellco. Nobody asks for mail."""
    Membership.objects.update(digest=False)
    packs = [
        radio.pack(f"PACK-{n}", cells_by=maker, supplier=maker)
        for n in range(PARTS)
        for maker in [radio.cellco if n % 2 else radio.acme]
    ]
    while relay.changes_relay(now=timezone.now()):
        assert not Work.objects.exists(), "nothing leans on these facts yet"
    bom = factory.bom(radio.procurement, name="Six thousand lines")
    Line.objects.bulk_create(
        Line(bom=bom, part=packs[n % PARTS], sequence=n + 1, part_number=packs[n % PARTS].number)
        for n in range(LINES)
    )
    Bom.objects.filter(pk=bom.pk).update(lines_total=LINES)
    return bom


def verdicts(bom: Bom) -> Counter[str]:
    rows = Verdict.objects.filter(bom=bom, rule=RULE, line__isnull=False)
    return Counter(rows.values_list("verdict", flat=True))


def judged(bom: Bom) -> bool:
    """Nothing of it waits: no change, no piece that is still to be asked for, no work."""
    return not relay.changes_wait() and not Work.objects.filter(bom=bom).exists()


def test_a_worker_killed_in_the_middle_of_a_recheck_loses_nothing_and_doubles_nothing(
    celery_worker: CeleryProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    every_list()
    radio = office()
    bom = long_bom(radio)
    bom_judge_request(bom=bom, cause="submitted", now=timezone.now(), enqueue=enqueue_work)
    eventually(lambda: judged(bom), 120)
    before = verdicts(bom)
    assert before == {"permitted": LINES}

    radio.cellco.incorporated = radio.cellco.business = "CN"
    radio.cellco.save()
    changes_relay.delay()
    eventually(lambda: VerdictChange.objects.filter(bom=bom).exists(), 60)
    celery_worker.kill()
    done = VerdictChange.objects.filter(bom=bom, rule=RULE).count()
    assert done < LINES / 2, "killed in the middle"
    assert Work.objects.filter(bom=bom).exists()

    celery_worker.start()
    # As the timetable would: the relay, killed in the midst of asking, goes on, and what the broker
    # lost is handed over. What the dead worker held comes back to the queue besides.
    monkeypatch.setattr(relay, "HAND_OVER_AGAIN", timedelta(seconds=0))
    changes_relay.delay()
    unjudged_sweep()
    eventually(lambda: judged(bom), 120)

    assert verdicts(bom) == {"permitted": LINES / 2, "prohibited": LINES / 2}
    moved = VerdictChange.objects.filter(bom=bom, rule=RULE)
    twice = [line for line, n in Counter(moved.values_list("line_id", flat=True)).items() if n > 1]
    assert not twice
    assert moved.count() == LINES / 2
    per_line = Counter(
        Determination.objects.filter(bom=bom, rule=RULE).values_list("line_id", flat=True)
    )
    assert set(per_line.values()) == {1, 2}


SUBMIT = """
import sys, django
django.setup()
from django.utils import timezone
from compliance.services.submission import bom_judge_request
from compliance.tasks import enqueue_work
from procurement.models import Bom
bom = Bom.objects.get(pk=int(sys.argv[1]))
bom_judge_request(bom=bom, cause="submitted", now=timezone.now(), enqueue=enqueue_work)
"""


def test_a_bom_submitted_while_redis_is_away_is_judged_when_it_returns(
    celery_worker: CeleryProcess,
) -> None:
    every_list()
    radio = office()
    bom = radio.bom(radio.pack())
    redis_away = {**celery_worker.env, "REDIS_URL": "redis://127.0.0.1:1/0"}
    subprocess.run(
        [sys.executable, "-c", SUBMIT, str(bom.pk)],
        env=redis_away,
        cwd=settings.BASE_DIR,
        check=True,
        timeout=60,
    )
    assert Work.objects.filter(bom=bom, handed_at=None).count() == 2, "a line, the counterparty"
    assert Bom.objects.get(pk=bom.pk).state == Bom.State.JUDGING

    unjudged_sweep()
    eventually(lambda: Bom.objects.get(pk=bom.pk).state == Bom.State.JUDGED)
    assert verdicts(bom) == {"permitted": 1}
