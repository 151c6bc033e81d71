"""Lines of several bills of materials judged in one chunk: as each by itself, for less."""

import gc
from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from compliance.models import Determination, IdentityDecision, ReadingChoice, Verdict, Work
from compliance.recheck.asking import work_request
from compliance.recheck.relay import hand_over
from compliance.services import determinations, judging
from compliance.services.judging import bom_judge, boms_judge, work_judge
from procurement.models import Bom
from tests import factory
from tests.compliance.worlds import Office, every_list, office, same
from tests.factory import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def radio() -> Office:
    every_list()
    return office("Soldier Radio")


def subjects(bom: Bom) -> list[int | None]:
    return [None, *bom.lines.order_by("-sequence").values_list("pk", flat=True)]


def ask(*boms: Bom) -> list[int]:
    """Work for every line of these; its ids."""
    lines = [pk for bom in boms for pk in bom.lines.values_list("pk", flat=True)]
    work_request(dict.fromkeys(lines, "asked"), recheck=None, queue="bulk", now=NOW)
    return list(Work.objects.order_by("-pk").values_list("pk", flat=True))


def different_boms(radio: Office) -> list[Bom]:
    """Of one purchase and of another, with a part alike in all, a tree, a waiver, a document and a
    counterparty."""
    same(radio.catl, "154", "catl")
    shared, tainted = radio.pack(), radio.pack("PACK-2", cells_by=radio.catl)
    cell = factory.part(organisation=radio.organisation, maker=radio.cellco, category="cell")
    factory.waiver(radio.procurement, part=tainted)
    paper = factory.evidence(organisation=radio.organisation)
    factory.backing(paper, "procurement_party", radio.cellco.pk, "incorporated")
    one, two = radio.bom(shared, tainted, shared), radio.bom(tainted, shared)
    factory.line(two, cell, parent=two.lines.get(part=shared))
    other = factory.procurement(
        radio.organisation, agency="DOD", program="acquisition", counterparty=radio.catl
    )
    return [one, two, factory.bom(other, [shared, cell]), factory.bom(other, [cell])]


def test_bills_judged_in_one_chunk_are_to_the_byte_as_each_alone(radio: Office) -> None:
    boms = different_boms(radio)

    together = boms_judge({bom: subjects(bom) for bom in boms})
    alone = [each for bom in boms for each in bom_judge(bom, subjects(bom))]

    assert len(together) == len(alone) == 4 + 9
    for ours, theirs in zip(together, alone, strict=True):
        assert (ours.subject, ours.findings) == (theirs.subject, theirs.findings)
        assert [each.body for _, each in ours.findings] == [
            each.body for _, each in theirs.findings
        ]
        assert ours.sentences == theirs.sentences
        assert ours.sources == theirs.sources
        assert ours.anchors == theirs.anchors


def test_lines_judged_in_one_chunk_are_recorded_as_one_by_one(radio: Office) -> None:
    boms = different_boms(radio)

    told = ("bom", "line", "rule", "verdict", "sentence", "proof", "organisation")
    fields = (*told, "provenance__sources")
    rows = Determination.objects.order_by("bom", "line", "rule").values_list(*fields)
    for bom in boms:
        work_judge(work_ids=ask(bom), now=NOW)
    one_by_one = list(rows)
    assert Verdict.objects.count() == len(one_by_one)
    last = Determination.objects.latest("pk").pk
    Verdict.objects.all().delete()  # as if none had been judged
    work_judge(work_ids=ask(*boms), now=NOW)
    assert list(rows.filter(pk__gt=last)) == one_by_one
    assert not Work.objects.exists()


def test_as_many_questions_are_put_to_the_database_for_many_bills_as_for_two(
    radio: Office,
) -> None:
    pack = radio.pack()
    boms = [radio.bom(pack, radio.pack(f"OWN-{number}")) for number in range(6)]

    def questions(boms: Sequence[Bom]) -> int:
        wanted = {bom: subjects(bom) for bom in boms}
        with CaptureQueriesContext(connection) as asked:
            boms_judge(wanted)
        return len(asked)

    questions(boms)  # the lists are read once
    assert questions(boms) == questions(boms[:2])


def test_a_poison_line_among_many_bills_is_set_aside_and_the_rest_goes_on(
    radio: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    boms = [radio.bom(radio.pack(f"GOOD-{number}")) for number in range(4)]
    boms.append(radio.bom(radio.pack("BAD")))
    really = judging._judge

    def poisoned(dossier: Any, *args: Any) -> Any:
        if dossier.part.label.startswith("BAD"):
            raise ArithmeticError("the poison")
        return really(dossier, *args)

    monkeypatch.setattr(judging, "_judge", poisoned)
    ids = ask(*boms)
    settled = work_judge(work_ids=ids, now=NOW)
    assert (settled.judged, set(settled.first)) == (4, {bom.pk for bom in boms[:4]})
    assert Work.objects.get().tries == 1
    for _ in range(2):
        work_judge(work_ids=ids, now=NOW)
    aside = Work.objects.get()
    assert (aside.bom_id, aside.set_aside, aside.tries) == (boms[4].pk, True, 3)
    assert "the poison" in aside.error
    assert set(Verdict.objects.values_list("bom", flat=True)) == {bom.pk for bom in boms[:4]}


def test_one_line_asked_anew_while_the_chunk_is_judged_stays_asked(
    radio: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    boms = [radio.bom(radio.pack(f"PACK-{number}")) for number in range(3)]
    ids = ask(*boms)
    really = judging.boms_judge

    def overtaken(*args: Any, **options: Any) -> Any:
        judged = really(*args, **options)
        if Work.objects.get(bom=boms[1]).version == 0:
            ask(boms[1])
        return judged

    monkeypatch.setattr(judging, "boms_judge", overtaken)
    settled = work_judge(work_ids=ids, now=NOW)
    left = Work.objects.get()
    assert (left.bom_id, left.version) == (boms[1].pk, 1)
    assert set(settled.first) == {boms[0].pk, boms[2].pk}
    assert set(Verdict.objects.values_list("bom", flat=True)) == {boms[0].pk, boms[2].pk}


def test_what_fails_to_be_written_leaves_what_was_written_before(
    radio: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pieces of a chunk are transactions of their own."""
    boms = [radio.bom(radio.pack(f"PACK-{number}")) for number in range(3)]
    ids = ask(*boms)
    really = determinations._prove
    monkeypatch.setattr(judging, "pieces", lambda judged: ([each] for each in judged))

    def failing(new: Sequence[Any]) -> None:
        if new[0].judged.bom == boms[1]:
            raise ArithmeticError("no room")
        really(new)

    monkeypatch.setattr(determinations, "_prove", failing)
    assert work_judge(work_ids=ids, now=NOW).judged == 2
    left = Work.objects.get()
    assert (left.bom_id, left.tries) == (boms[1].pk, 1)
    assert set(Verdict.objects.values_list("bom", flat=True)) == {boms[0].pk, boms[2].pk}


def test_lines_of_many_bills_and_organisations_are_handed_over_together(radio: Office) -> None:
    other = office("Marine Radio")
    boms = [radio.bom(radio.pack()) for _ in range(3)]
    theirs = other.bom(other.pack())
    ask(boms[0], theirs, *boms[1:])

    assert hand_over(now=NOW, enqueue=radio.queue) == 4

    ((_, everything),) = radio.queue.sent
    assert work_judge(work_ids=everything, now=NOW).judged == 4
    assert set(Verdict.objects.values_list("bom", flat=True)) == {theirs.pk, *(b.pk for b in boms)}


def test_what_one_organisation_knows_is_nothing_to_another_in_the_same_chunk(
    radio: Office,
) -> None:
    other = office("Marine Radio")
    boms = [*different_boms(radio), *different_boms(other)]
    maker = factory.party("Everybody's", kind="company", incorporated="US", business="US")
    pack = factory.part(organisation=None, maker=maker, category="battery_pack")
    for _ in range(2):
        boms += [radio.bom(pack), other.bom(pack)]
    paper = factory.evidence(organisation=other.organisation)
    stake = factory.stake(radio.catl, maker, 30, organisation=other.organisation)
    factory.backing(paper, "procurement_stake", stake.pk, "low")
    everybodys = factory.stake(other.catl, maker, 10)
    factory.backing(paper, "procurement_stake", everybodys.pk, "low")

    together = boms_judge({bom: subjects(bom) for bom in boms})
    alone = [each for bom in boms for each in bom_judge(bom, subjects(bom))]

    for ours, theirs in zip(together, alone, strict=True):
        assert (ours.subject, ours.findings) == (theirs.subject, theirs.findings)
        assert (ours.sources, ours.anchors) == (theirs.sources, theirs.anchors)
    asked = {each.bom: each for each in together if each.line and each.line.part_id == pack.pk}
    one, another, again, once_more = (asked[bom] for bom in boms[-4:])
    assert one.facts == again.facts
    assert another.facts == once_more.facts
    assert one.facts.key != another.facts.key, "the stake is known to one of the two"
    assert f"stake:{stake.pk}" in str(another.sources)
    assert f"stake:{stake.pk}" not in str(one.sources)


def test_whoever_has_nothing_of_its_own_here_shares_what_is_everybodys(
    radio: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And whoever has is judged by that, and nobody else is: whatever it is that it has."""
    offices = [radio, *(office(name) for name in ("Marine Radio", "Reader", "Decider", "Papers"))]
    _, _, reader, decider, papers = offices
    maker = factory.party("Everybody's", kind="company", incorporated="HK", business="HK")
    pack = factory.part(organisation=None, maker=maker, category="battery_pack", complete=True)
    anode = factory.component(pack, "anode", "anode_material", source=maker, organisation=None)
    boms = [each.bom(pack, pack) for each in offices]
    assembled: list[int] = []
    really = judging.assemble

    def noted(world: Any, *args: Any) -> Any:
        assembled.append(len(world.lines))
        return really(world, *args)

    monkeypatch.setattr(judging, "assemble", noted)

    def together() -> list[str]:
        assembled.clear()
        judged = boms_judge({bom: subjects(bom)[1:] for bom in boms})
        counts = list(assembled)
        alone = [each for bom in boms for each in bom_judge(bom, subjects(bom)[1:])]
        for ours, theirs in zip(judged, alone, strict=True):
            assert (ours.subject, ours.findings) == (theirs.subject, theirs.findings)
            assert (ours.sources, ours.anchors) == (theirs.sources, theirs.anchors)
        assembled[:] = counts
        return [each.facts.key for each in judged[::2]]

    assert len(set(together())) == 1
    assert assembled == [1], "one line of one part, for ten in five purchases"

    ReadingChoice.objects.create(
        organisation=reader.organisation, key="feoc-hong-kong-macau", alternative="not-covered"
    )
    IdentityDecision.objects.create(
        organisation=decider.organisation, party=maker, list_key="154", code="catl", same=True,
        decided_by=decider.officer,
    )  # fmt: skip
    paper = factory.evidence(organisation=papers.organisation, expires=date(2020, 1, 1))
    factory.backing(paper, "procurement_component", anode.pk)
    keys = together()
    assert keys[0] == keys[1]
    assert len(set(keys)) == 4
    assert assembled == [1] * 4


def test_garbage_is_gathered_between_chunks_and_never_in_a_transaction(
    radio: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    really, gathers = judging.determinations_record, []

    def noted(**options: Any) -> int:
        gathers.append(gc.isenabled())
        return really(**options)

    monkeypatch.setattr(judging, "determinations_record", noted)
    assert gc.isenabled()
    work_judge(work_ids=ask(radio.bom(radio.pack())), now=NOW)
    assert (gathers, gc.isenabled()) == ([False], True)

    def away(**options: Any) -> int:
        raise OperationalError("the database is away")

    monkeypatch.setattr(judging, "determinations_record", away)
    with pytest.raises(OperationalError):
        work_judge(work_ids=ask(radio.bom(radio.pack())), now=NOW)
    assert gc.isenabled()
