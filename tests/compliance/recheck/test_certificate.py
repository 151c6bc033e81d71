"""Certificates: what they tell, how they chain, what a night without a change leaves, and the audit
that looks for what was missed.
"""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models import F
from django.test import Client
from django.urls import reverse

from compliance import chain_verifier
from compliance.models import Alarm, Determination, Recheck, Verdict, Work
from compliance.recheck.calendar import calendar_check
from compliance.recheck.certificate import as_runs, lines_of
from compliance.recheck.tries import TRIES
from compliance.selectors.certificates import chain_export
from compliance.services import judging
from compliance.services.operating import alarms_tell, work_try_again
from compliance.services.sampling import sample_audit
from procurement.models import Bom
from tests import factory
from tests.compliance.worlds import Office, every_list, office
from tests.factory import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.database]
RULE = "10-usc-4865"


@pytest.fixture
def radio() -> Office:
    every_list()
    return office("Soldier Radio")


def moved_twice(radio: Office) -> Bom:
    bom = radio.bom(radio.pack())
    radio.judge(bom)
    radio.relay()
    for country in ("CN", "US"):
        radio.cellco.incorporated = country
        radio.cellco.save()
        radio.relay()
    return bom


@pytest.mark.parametrize("numbers", [set(), {7}, {1, 2, 3}, {1, 2, 4, 9, 10}])
def test_runs_tell_the_numbers_they_stand_for(numbers: set[int]) -> None:
    assert lines_of(as_runs(numbers)) == numbers == chain_verifier.numbers(as_runs(numbers))


def test_the_exported_chain_holds_and_an_edit_anywhere_shows(radio: Office, tmp_path: Path) -> None:
    moved_twice(radio)
    calendar_check(now=NOW)
    path = tmp_path / "chain.json"
    call_command("certificates_export", str(path), verbosity=0)
    assert chain_verifier.main(str(path)) == 0
    chain = json.loads(path.read_text())
    assert len(chain["certificates"]) >= 3
    for edited in range(len(chain["certificates"])):
        for key, value in (("cause", "nothing"), ("touched", "1-9"), ("answers_for", "today")):
            copy = json.loads(path.read_text())
            copy["certificates"][edited]["certificate"][key] = value
            assert list(chain_verifier.faults(copy)), (edited, key)
    for left_out in range(1, len(chain["certificates"]) - 1):
        copy = json.loads(path.read_text())
        del copy["certificates"][left_out]
        assert list(chain_verifier.faults(copy)), left_out


def test_a_certificate_edited_and_sealed_again_breaks_the_chain_after_it(radio: Office) -> None:
    moved_twice(radio)
    chain = chain_export()
    edited = chain["certificates"][-2]
    edited["certificate"]["moved"] = []
    edited["digest"] = chain_verifier.digest(edited["certificate"])
    assert any("the one before" in fault for fault in chain_verifier.faults(chain))


BROKEN = {"format": "cellgate-chain-1", "certificates": [{"certificate": None, "digest": 1}]}


@pytest.mark.parametrize("broken", [None, [], {}, {"format": "cellgate-chain-1"}, BROKEN])
def test_what_is_no_chain_is_said_to_be_none(broken: Any) -> None:
    assert list(chain_verifier.faults(broken))


def test_a_night_on_which_nothing_moved_leaves_a_heartbeat(radio: Office) -> None:
    bom = radio.bom(radio.pack(), radio.pack("PACK-2"))
    radio.judge(bom)
    radio.relay()
    assert calendar_check(now=NOW) == 0
    beat = Recheck.objects.get(kind=Recheck.Kind.HEARTBEAT)
    assert beat.certificate is not None
    assert beat.cause.startswith("2 lines stand, lists current: ")
    assert "1260H to 2026-06-08" in beat.cause
    assert beat.certificate["lists"]["1260H"]["edition"] == "2026-06-08"
    assert not list(chain_verifier.faults(chain_export()))


def test_a_night_asks_what_stands_by_an_older_rule_and_what_a_rule_was_never_asked_of(
    radio: Office,
) -> None:
    bom = radio.bom(radio.pack(), radio.pack("PACK-2"), radio.pack("PACK-3"))
    radio.judge(bom)
    radio.relay()
    older, unasked, _ = bom.lines.order_by("sequence")
    Verdict.objects.filter(line=unasked, rule=RULE).delete()
    stands = Determination.objects.filter(line=older, rule=RULE).latest("pk")
    again = Determination.objects.create(
        organisation=stands.organisation, bom=bom, line=older, rule=RULE, rule_version="0",
        verdict=stands.verdict, sentence=stands.sentence, proof=stands.proof,
        derived_at=stands.derived_at,
    )  # fmt: skip
    replaced = Verdict.objects.filter(line=older, rule=RULE)
    replaced.update(determination=again, rule_version="0", proof_digest="another")

    assert calendar_check(now=NOW) == 2

    asked = dict(Work.objects.values_list("line", "recheck__cause"))
    assert set(asked) == {older.pk, unasked.pk}
    assert "is read anew since" in asked[older.pk]
    assert "is new" in asked[unasked.pk]

    radio.queue.sent.append(("bulk", list(Work.objects.values_list("pk", flat=True))))
    radio.work(NOW)
    assert replaced.get().rule_version == stands.rule_version
    apart = Verdict.objects.exclude(rule_version=F("determination__rule_version"))
    assert not apart.exists(), "a verdict is of the version of its determination"
    assert calendar_check(now=NOW) == 0


def test_a_list_fallen_due_while_no_timetable_ran_is_asked_when_it_runs_again(
    radio: Office,
) -> None:
    edition = factory.edition("SDN", NOW.date(), read_by=NOW.date() + timedelta(days=10))
    bom = radio.bom(radio.pack())
    radio.judge(bom)
    radio.relay()
    assert calendar_check(now=NOW) == 0
    assert calendar_check(now=NOW + timedelta(days=40)) == 1, f"{edition} fell due 30 days ago"
    radio.queue.sent.append(("bulk", list(Work.objects.values_list("pk", flat=True))))
    radio.work(NOW + timedelta(days=40))
    assert calendar_check(now=NOW + timedelta(days=42)) == 0, "asked once"


def test_an_audit_of_what_nothing_touched_finds_it_as_it_stands(radio: Office) -> None:
    bom = radio.bom(radio.pack())
    radio.judge(bom)
    assert sample_audit(now=NOW) is None, "changes wait: nothing can be said yet"
    radio.relay()
    audited = sample_audit(now=NOW, seed=1)
    assert audited is not None
    assert audited.certificate is not None
    assert audited.certificate["found"] == {"sampled": str(bom.lines.get().pk), "differed": ""}
    assert not Alarm.objects.exists()


def test_an_audit_that_comes_out_otherwise_raises_an_alarm_and_has_the_line_judged_again(
    radio: Office, smtp: Any
) -> None:
    """A fact slips past: its triggers are off, as no road we know can do."""
    operator = factory.user(email="operator@example.gov", is_staff=True)
    bom = radio.bom(radio.pack())
    radio.judge(bom)
    radio.relay()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = replica")
        else:
            cursor.execute("DROP TRIGGER keep_past_procurement_party")
        cursor.execute(
            "UPDATE procurement_party SET incorporated = 'CN' WHERE id = %s", [radio.cellco.pk]
        )
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = DEFAULT")
    audited = sample_audit(now=NOW, seed=1)
    assert audited is not None
    alarm = Alarm.objects.get()
    assert str(bom.lines.get().pk) in alarm.says
    assert alarms_tell(now=NOW) == 1
    assert alarms_tell(now=NOW) == 0, "told once"
    [message] = smtp.messages
    assert message["To"] == operator.email
    assert "came out otherwise" in message.get_content()
    client = Client()
    client.force_login(operator)
    assert "came out otherwise" in client.get(reverse("compliance:operator")).content.decode()

    radio.queue.sent.append(("bulk", list(Work.objects.values_list("pk", flat=True))))
    radio.work()
    assert Verdict.objects.get(bom=bom, rule=RULE, line__isnull=False).verdict == "prohibited"
    audited.refresh_from_db()
    assert audited.certificate is not None
    assert audited.certificate["moved"]


def test_what_was_set_aside_is_tried_again_under_a_certificate_of_its_own(
    radio: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    bom = radio.bom(radio.pack())
    radio.judge(bom)
    radio.relay()
    really = judging.boms_judge

    def poisoned(*args: Any, **options: Any) -> Any:
        raise ArithmeticError("the poison")

    radio.cellco.incorporated = "CN"
    radio.cellco.save()
    monkeypatch.setattr(judging, "boms_judge", poisoned)
    radio.relay()
    for _ in range(TRIES):
        radio.queue.sent = [("bulk", [work.pk]) for work in Work.objects.all()]
        radio.work()
    first = Recheck.objects.latest("pk")
    assert first.certificate is not None
    assert first.certificate["set_aside"] == first.certificate["touched"] != ""

    monkeypatch.setattr(judging, "boms_judge", really)
    again = work_try_again(work=None, now=NOW)
    assert again == Work.objects.count() == 1
    radio.queue.sent = [("changes", [work.pk]) for work in Work.objects.all()]
    radio.work()
    second = Recheck.objects.latest("pk")
    assert second.certificate is not None
    assert [move["became"] for move in second.certificate["moved"] if move["rule"] == RULE] == [
        "prohibited"
    ]
    assert not list(chain_verifier.faults(chain_export()))


def test_the_page_shows_what_moved_old_beside_new_and_is_nobody_elses(radio: Office) -> None:
    bom = moved_twice(radio)
    recheck = Recheck.objects.filter(moved__bom=bom).latest("pk")
    client = Client()
    client.force_login(radio.officer)
    page = client.get(reverse("compliance:certificate", args=[recheck.pk])).content.decode()
    assert recheck.digest in page
    assert "Cellco" in page
    assert page.index("Prohibited") < page.index("Permitted")
    client.force_login(office("Other").officer)
    assert client.get(reverse("compliance:certificate", args=[recheck.pk])).status_code == 404
