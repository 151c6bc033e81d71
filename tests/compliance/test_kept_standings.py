"""Bills of materials judged one after another, with standings kept, come out as each does alone."""

import pytest

from compliance.dossiers import world_load
from compliance.law.circles import Circles
from compliance.refs import must_ref
from compliance.services.judging import bom_judge
from procurement.models import Bom, Part, Party
from tests import factory
from tests.compliance.worlds import Office, clean_company, every_list, office, same
from tests.factory import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def radio() -> Office:
    every_list()
    return office("Soldier Radio")


def together(*boms: Bom) -> Circles:
    """Judge these with standings kept; each says the same, to the byte, as by itself."""
    circles = Circles()
    for bom in boms:
        lines = [*bom.lines.order_by("sequence").values_list("pk", flat=True), None]
        kept, alone = bom_judge(bom, lines, circles=circles), bom_judge(bom, lines)
        for ours, theirs in zip(kept, alone, strict=True):
            assert ours.findings == theirs.findings  # with their proofs
            assert ours.sentences == theirs.sentences
            assert ours.sources == theirs.sources
            assert ours.anchors == theirs.anchors
            assert [proved.body for _, proved in ours.findings] == [
                proved.body for _, proved in theirs.findings
            ]
    return circles


def test_a_supplier_on_two_bills_is_asked_about_once_and_both_are_as_alone(radio: Office) -> None:
    same(radio.catl, "154", "catl")
    first, second = radio.pack(cells_by=radio.catl), radio.pack("PACK-2", cells_by=radio.catl)

    boms = radio.bom(first, second), radio.bom(second)

    circles = together(*boms)

    once, again = (circles.of(world_load(bom, today=NOW.date())) for bom in boms)
    for party in (radio.acme, radio.cellco, radio.catl):
        ref = must_ref(Party, party.pk)
        assert once[ref] is again[ref]


def test_the_same_supplier_seen_by_two_organisations_is_two(radio: Office) -> None:
    other = office("Marine Radio")
    everybodys = clean_company("Everybody's", None)
    factory.stake(radio.catl, everybodys, 25, organisation=other.organisation)
    ours = radio.bom(radio.pack(supplier=everybodys))
    theirs = other.bom(other.pack(supplier=everybodys))

    together(ours, theirs, ours)

    (mine, _), (yours, _) = (bom_judge(bom, [bom.lines.get().pk, None]) for bom in (ours, theirs))
    assert mine.findings != yours.findings


@pytest.mark.parametrize("what", ["party", "stake", "identity", "owner"])
def test_what_moves_between_two_bills_is_seen_in_the_second(radio: Office, what: str) -> None:
    def stood(bom: Bom) -> list[object]:
        return [each.findings for each in bom_judge(bom, [bom.lines.get().pk], circles=circles)]

    part: Part = radio.pack(cells_by=radio.catl)
    bom = radio.bom(part)
    circles = together(bom)
    before = stood(bom)
    match what:
        case "party":
            Party.objects.filter(pk=radio.cellco.pk).update(incorporated="CN")
        case "stake":
            radio.cellco.stakes.update(low=80, high=80)
        case "identity":
            same(radio.catl, "154", "catl")
        case "owner":
            owners = Party.objects.filter(name="Owner of Cellco")
            owners.update(government_of="CN")
    assert stood(bom) != before
    assert stood(bom) == [each.findings for each in bom_judge(bom, [bom.lines.get().pk])]
