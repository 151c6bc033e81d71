"""From a BOM in the database to verdicts with proofs, and from a moved fact to a told verdict."""

import hashlib
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext

from compliance.models import (
    Determination,
    DossierText,
    IdentityDecision,
    Mail,
    Proof,
    Recheck,
    Verdict,
    VerdictChange,
    Work,
)
from compliance.recheck.certificate import certificate_digest, lines_of
from compliance.services import judging
from compliance.services.digests import digests_write
from compliance.services.judging import work_judge
from compliance.services.replaying import determination_replay
from procurement.models import Bom, Stake
from tests import factory
from tests.compliance.worlds import Office, every_list, office, same
from tests.factory import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.database]
RULE = "10-usc-4865"


@pytest.fixture
def radio() -> Office:
    every_list()
    return office("Soldier Radio")


def stands(bom: Bom, rule: str = RULE) -> list[str]:
    return list(
        Verdict.objects.filter(bom=bom, rule=rule, line__isnull=False)
        .order_by("line__sequence")
        .values_list("verdict", flat=True)
    )


def test_a_pack_with_nothing_from_a_foreign_entity_of_concern_is_permitted(radio: Office) -> None:
    bom = radio.bom(radio.pack())
    assert radio.judge(bom).first
    made = Determination.objects.get(bom=bom, rule=RULE)
    assert made.verdict == "permitted", made.missing
    assert Bom.objects.get(pk=bom.pk).state == Bom.State.JUDGED
    assert not Work.objects.exists()


def test_a_pack_with_cells_of_a_listed_maker_is_prohibited_and_says_why(radio: Office) -> None:
    same(radio.catl, "154", "catl")
    bom = radio.bom(radio.pack(cells_by=radio.catl))
    radio.judge(bom)
    made = Determination.objects.get(bom=bom, rule=RULE)
    assert made.verdict == "prohibited"
    assert "CATL" in made.sentence
    assert made.proof.body.startswith('{"dossier"')
    assert any(
        ref.startswith("identitydecision:") for refs in made.sources.values() for ref in refs
    )


def test_a_dossier_is_stored_once_for_all_proofs_on_it_and_its_provenance_once_a_line(
    radio: Office,
) -> None:
    bom = radio.bom(*[radio.pack()] * 2)
    radio.judge(bom)
    one, two = bom.lines.order_by("sequence")
    both = Determination.objects.filter(line__in=[one, two])
    assert len(set(both.values_list("proof", flat=True))) > 1
    assert len(set(both.values_list("proof__dossier", flat=True))) == 1
    assert DossierText.objects.count() == 2, "the lines' and the contractor's"
    made = both.filter(line=one)
    assert len(set(made.values_list("provenance", flat=True))) == 1
    assert f"line:{one.pk}" in str(made[0].sources)
    assert f"line:{two.pk}" in str(Determination.objects.filter(line=two)[0].sources)
    for proof in Proof.objects.all():
        assert hashlib.sha256(proof.body.encode()).hexdigest() == proof.digest
        assert "dossier" not in proof.rest


def test_proofs_and_determinations_from_before_that_are_read_as_they_were_written(
    radio: Office,
) -> None:
    bom = radio.bom(radio.pack())
    made = factory.determination(bom.lines.get(), own_sources={"part": ["part:1"]})
    assert made.proof.rest == made.proof.body
    assert hashlib.sha256(made.proof.body.encode()).hexdigest() == made.proof_id
    assert made.sources == {"part": ["part:1"]}


def test_an_owner_who_becomes_a_covered_government_moves_the_verdict_and_the_mail_says_so(
    radio: Office,
) -> None:
    pack = radio.pack()
    bom = radio.bom(pack)
    without = radio.pack("PACK-2", cells_by=radio.acme, supplier=radio.acme)
    other = radio.bom(without, name="no Cellco in it")
    radio.judge(bom)
    radio.judge(other)
    radio.relay()
    Mail.objects.all().delete()
    province = factory.party("Fujian provincial fund", kind="government", government_of="CN")

    stake = Stake.objects.get(held=radio.cellco, metric="equity")
    stake.low = stake.high = 75
    stake.save()
    factory.stake(province, radio.cellco, 25)
    settled = radio.relay()

    assert settled.moved
    assert stands(bom) == ["prohibited"]
    assert stands(other) == ["permitted"]
    moved = VerdictChange.objects.get(bom=bom, rule=RULE)
    assert (moved.was, moved.became) == ("permitted", "prohibited")
    assert "Cellco" in moved.cause
    assert moved.before.proof_id != moved.after.proof_id
    assert not VerdictChange.objects.filter(bom=other).exists()

    assert digests_write(now=NOW) == 1
    mail = Mail.objects.get()
    assert mail.to == radio.officer
    assert "Cellco" in mail.text
    assert sorted(mail.reports.values_list("format", flat=True)) == ["pdf", "xlsx"]
    assert digests_write(now=NOW) == 0, "told once"


def test_a_verdict_that_moved_and_moved_back_tells_nobody_anything(radio: Office) -> None:
    bom = radio.bom(radio.pack())
    radio.judge(bom)
    radio.relay()
    for sites in (["CN"], ["US"]):
        radio.cellco.incorporated = sites[0]
        radio.cellco.save()
        radio.relay()
    assert stands(bom) == ["permitted"]
    assert VerdictChange.objects.filter(bom=bom, rule=RULE).count() == 2
    assert digests_write(now=NOW) == 0
    assert not VerdictChange.objects.filter(told_at=None).exists()


def test_a_change_to_one_organisations_private_fact_touches_no_other(radio: Office) -> None:
    other = office("Other")
    theirs, ours = other.bom(other.pack()), radio.bom(radio.pack())
    radio.judge(ours)
    other.judge(theirs)
    radio.relay()
    other.relay()
    radio.cellco.incorporated = "CN"
    radio.cellco.save()
    radio.relay()
    assert stands(ours) == ["prohibited"]
    assert stands(theirs) == ["permitted"]


def test_a_name_alone_is_a_question_until_a_person_decides(radio: Office) -> None:
    radio.catl.incorporated = radio.catl.business = "US"
    radio.catl.name = "Contemporary Amperex Technology Co., Limited"
    radio.catl.save()
    bom = radio.bom(radio.pack(cells_by=radio.catl))
    radio.judge(bom)
    assert stands(bom) == ["insufficient_information"]
    missing = Determination.objects.get(bom=bom, rule=RULE).missing
    assert any("Contemporary" in each["question"] for each in missing), missing
    IdentityDecision.objects.create(
        party=radio.catl, list_key="154", code="catl", same=True, reason="same registry number"
    )
    radio.relay()
    assert stands(bom) == ["prohibited"]


def test_a_not_the_same_counts_once_a_second_person_confirmed_it(radio: Office) -> None:
    party = factory.party(
        "Contemporary Amperex Technology Company, Limited",
        kind="company",
        incorporated="US",
        business="US",
    )
    bom = radio.bom(radio.pack(cells_by=party))
    decision = IdentityDecision.objects.create(
        party=party, list_key="154", code="catl", same=False, reason="another company"
    )
    radio.judge(bom)
    first = Determination.objects.filter(bom=bom, rule=RULE).latest("id")
    assert any(".identity.154/" in each["fact"] for each in first.missing), first.missing
    decision.confirmed_by = factory.curator()
    decision.save()
    radio.relay()
    again = Determination.objects.filter(bom=bom, rule=RULE).latest("id")
    assert again.pk != first.pk
    assert not any(".identity.154/" in each["fact"] for each in again.missing)


def test_equal_facts_share_a_proof_and_no_fact_is_written_twice(radio: Office) -> None:
    pack = radio.pack()
    bom = radio.bom(pack, pack)
    radio.judge(bom)
    made = Determination.objects.filter(bom=bom, rule=RULE)
    assert made.count() == 2
    assert made.values("proof").distinct().count() == 1


def test_judging_again_with_nothing_moved_adds_nothing(radio: Office) -> None:
    bom = radio.bom(radio.pack())
    radio.judge(bom)
    before = Determination.objects.count()
    radio.judge(bom)
    assert Determination.objects.count() == before


def test_the_same_message_twice_changes_nothing(radio: Office) -> None:
    bom = radio.bom(radio.pack())
    radio.judge(bom)
    work = Work.objects.create(
        line=bom.lines.get(), bom=bom, cause="asked", queue="bulk", asked_at=NOW
    )
    assert work_judge(work_ids=[work.pk], now=NOW).judged == 1
    assert work_judge(work_ids=[work.pk], now=NOW).judged == 0


def test_a_worker_that_read_older_facts_drops_what_it_did(
    radio: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A slow worker judges; meanwhile the line is asked anew and judged by another."""
    bom = radio.bom(radio.pack())
    radio.judge(bom)
    slow = Work.objects.create(line=bom.lines.get(), bom=bom, queue="bulk", asked_at=NOW)
    really = judging.boms_judge

    def overtaken(*args: Any, **options: Any) -> Any:
        judged = really(*args, **options)
        monkeypatch.setattr(judging, "boms_judge", really)
        radio.cellco.incorporated = "CN"
        radio.cellco.save()
        radio.relay()
        return judged

    monkeypatch.setattr(judging, "boms_judge", overtaken)
    work_judge(work_ids=[slow.pk], now=NOW)
    assert stands(bom) == ["prohibited"]
    assert Determination.objects.filter(bom=bom, rule=RULE).count() == 2


def test_a_line_that_cannot_be_judged_is_set_aside_and_the_rest_goes_on(
    radio: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = radio.pack("BAD"), radio.pack("GOOD")
    bom = radio.bom(bad, good)
    really = judging._judge

    def poisoned(dossier: Any, *args: Any) -> Any:
        if dossier.part.label.startswith("BAD"):
            raise ArithmeticError("the poison")
        return really(dossier, *args)

    monkeypatch.setattr(judging, "_judge", poisoned)
    radio.judge(bom)
    for minutes in (5, 10, 15):
        now = NOW + timedelta(minutes=minutes)
        judging.boms_settle(now=now)
        radio.queue.sent = [("bulk", [work.pk]) for work in Work.objects.all()]
        radio.work(now)
    work = Work.objects.get(line__isnull=False)
    assert work.set_aside
    assert "the poison" in work.error
    assert list(Verdict.objects.filter(rule=RULE).values_list("line__part__number", flat=True)) == [
        "GOOD"
    ]
    assert Bom.objects.get(pk=bom.pk).state == Bom.State.JUDGED


def test_work_waits_in_the_database_while_the_broker_is_away(radio: Office) -> None:
    radio.queue.away = True
    bom = radio.bom(radio.pack())
    radio.judge(bom)
    assert stands(bom) == []
    radio.queue.away = False
    assert radio.judge(bom).judged
    assert stands(bom) == ["permitted"]


def test_each_determination_replays_to_the_same_bytes_after_the_facts_have_moved_on(
    radio: Office,
) -> None:
    same(radio.catl, "154", "catl")
    bom = radio.bom(radio.pack(), radio.pack("PACK-2", cells_by=radio.catl))
    radio.judge(bom)
    radio.cellco.incorporated = "CN"
    radio.cellco.save()
    radio.relay()
    Stake.objects.filter(held=radio.cellco).delete()
    radio.relay()
    made = list(Determination.objects.order_by("pk"))
    assert len(made) > 4
    for determination in made:
        assert determination_replay(determination=determination).same, determination


def test_determinations_cannot_be_edited(radio: Office) -> None:
    bom = radio.bom(radio.pack())
    radio.judge(bom)
    with pytest.raises(DatabaseError, match="only ever added"):
        Determination.objects.update(verdict="permitted")


def test_a_recheck_leaves_a_certificate_chained_to_the_one_before(radio: Office) -> None:
    bom = radio.bom(radio.pack())
    radio.judge(bom)
    radio.relay()
    for country in ("CN", "US"):
        radio.cellco.incorporated = country
        radio.cellco.save()
        radio.relay()
    done = list(Recheck.objects.filter(state="done").order_by("pk"))
    assert len(done) >= 2
    earlier, later = done[-2:]
    assert later.certificate is not None
    assert later.certificate["previous"] == earlier.digest
    assert certificate_digest(later.certificate) == later.digest
    assert lines_of(later.certificate["touched"]) == {bom.lines.get().pk}
    assert [move["became"] for move in later.certificate["moved"] if move["rule"] == RULE] == [
        "permitted"
    ]


def test_a_bom_that_a_later_revision_replaced_is_not_rechecked(radio: Office) -> None:
    pack = radio.pack()
    old = radio.bom(pack)
    radio.judge(old)
    new = radio.bom(pack, supersedes=old, revision=2)
    radio.judge(new)
    radio.relay()
    radio.cellco.incorporated = "CN"
    radio.cellco.save()
    radio.relay()
    assert stands(old) == ["permitted"]
    assert stands(new) == ["prohibited"]


def test_a_procurement_date_moves_every_line_of_its_boms(radio: Office) -> None:
    same(radio.catl, "154", "catl")
    bom = radio.bom(radio.pack(cells_by=radio.catl))
    radio.judge(bom)
    radio.relay()
    radio.procurement.award = radio.procurement.obligation = date(2027, 12, 31)
    radio.procurement.payments = []
    radio.procurement.delivery = date(2027, 12, 31)
    radio.procurement.save()
    radio.relay()
    made = Determination.objects.filter(bom=bom, rule=RULE).latest("id")
    assert (made.verdict, made.would_be) == ("not_yet_in_force", "prohibited")


@pytest.mark.parametrize("waits", [False, True], ids=["nothing waits", "a line of one waits"])
def test_bills_that_a_killed_worker_left_open_are_closed_together(
    radio: Office, waits: bool
) -> None:
    boms = [radio.bom(radio.pack(f"PACK-{n}")) for n in range(3)]
    for bom in boms:
        radio.judge(bom)
    Bom.objects.update(state=Bom.State.JUDGING)
    Bom.objects.filter(pk=boms[0].pk).update(judged_at=None)
    open_still = []
    if waits:
        Work.objects.create(line=boms[1].lines.get(), bom=boms[1], queue="bulk", asked_at=NOW)
        open_still = [boms[1].pk]
    with CaptureQueriesContext(connection) as queries:
        assert judging.boms_settle(now=NOW) == [boms[0].pk], "first judged just now"
    assert list(Bom.objects.exclude(state="judged").values_list("pk", flat=True)) == open_still
    written = [each for each in queries.captured_queries if each["sql"].startswith("UPDATE")]
    assert len(written) == 1
