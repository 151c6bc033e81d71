"""Sister companies on a list: found whichever lines are asked, and whatever makes them sisters."""

from datetime import date

import pytest

from compliance.dossiers import world_load
from compliance.law.dossier import assemble
from compliance.models import Determination, Listing, Work
from compliance.recheck.relay import changes_relay
from compliance.refs import must_ref
from procurement.models import Control, Line, Party
from tests import factory
from tests.compliance.worlds import Office, clean_company, every_list, office, same
from tests.factory import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.database]
TODAY = date(2026, 11, 23)


@pytest.fixture
def radio() -> Office:
    every_list()
    return office("Soldier Radio")


@pytest.fixture
def group(radio: Office) -> Party:
    """A private group that holds three fifths of Cellco, of the clean pack, with its own owner."""
    held = clean_company("Group")
    radio.cellco.stakes.update(low=40, high=40)
    for metric in ("equity", "votes", "board"):
        factory.stake(held, radio.cellco, 60, metric=metric)
    return held


def has_sister(line: Line) -> bool:
    """Somebody in the line's dossier has a sister on a list, as the line is judged alone."""
    world = world_load(line.bom, today=TODAY, lines=[line.pk])
    return "affiliate-of-listed" in repr(assemble(world).lines[must_ref(Line, line.pk)])


def asked_again(line: Line) -> bool:
    Work.objects.all().delete()
    while changes_relay(now=NOW):
        pass
    return Work.objects.filter(line=line).exists()


def test_a_line_alone_is_the_line_in_its_bill_of_materials(radio: Office, group: Party) -> None:
    same(radio.catl, "154", "catl")
    factory.stake(group, radio.catl, 60)
    bom = radio.bom(radio.pack(), radio.pack("PACK-2", cells_by=radio.catl))
    line = bom.lines.order_by("sequence")[0]
    ref = must_ref(Line, line.pk)

    alone = assemble(world_load(bom, today=TODAY, lines=[line.pk]))
    whole = assemble(world_load(bom, today=TODAY))

    assert alone.lines[ref] == whole.lines[ref]
    assert has_sister(line)


def test_a_number_makes_a_sister_as_a_decision_does(radio: Office, group: Party) -> None:
    factory.stake(group, radio.catl, 60)
    line = radio.bom(radio.pack()).lines.get()
    assert not has_sister(line)

    Listing.objects.filter(code="catl").update(identifiers={"LEI": "5493-00KN9XVQBI4V2R60"})
    factory.identifier(radio.catl, "LEI", "549300KN9XVQBI4V2R60")
    assert has_sister(line)


def test_a_listed_party_with_no_owner_in_common_stays_out(radio: Office, group: Party) -> None:
    same(radio.catl, "154", "catl")
    factory.stake(factory.party("Others", kind="company"), radio.catl, 60)
    line = radio.bom(radio.pack()).lines.get()

    world = world_load(line.bom, today=TODAY)

    assert must_ref(Party, radio.catl.pk) not in {party.ref for party in world.parties}


@pytest.mark.parametrize("last", ["decision", "number", "stake", "control", "owner's stake"])
def test_whatever_makes_a_sister_has_the_line_asked_again(
    radio: Office, group: Party, last: str
) -> None:
    """Of all that makes CATL a sister of Cellco, one thing comes last, when the line is judged."""
    top, middle = clean_company("Top"), factory.party("Middle", kind="company")
    Listing.objects.filter(code="catl").update(identifiers={"LEI": "549300KN9XVQBI4V2R60"})
    group.stakes.update(low=40, high=40)
    for metric in ("equity", "votes", "board"):
        factory.stake(top, group, 60, metric=metric)
    steps = {
        "decision": lambda: same(radio.catl, "154", "catl"),
        "number": lambda: factory.identifier(radio.catl, "LEI", "549300KN9XVQBI4V2R60"),
        "stake": lambda: factory.stake(middle, radio.catl, 60),
        "control": lambda: factory.control(middle, radio.catl, Control.Kind.SUBSIDIARY, holds=True),
        "owner's stake": lambda: factory.stake(top, middle, 60),
    }
    without = {"number"} if last != "number" else {"decision"}
    without |= {"control"} if last != "control" else {"stake"}
    for step in steps.keys() - without - {last}:
        steps[step]()
    bom = radio.bom(radio.pack())
    radio.judge(bom)
    line = bom.lines.get()
    assert not has_sister(line)
    asked_again(line)  # what was told before it was judged
    assert not asked_again(line)

    before = Determination.objects.filter(bom=bom).count()
    steps[last]()

    radio.relay()
    assert Determination.objects.filter(bom=bom).count() > before  # judged anew
    assert has_sister(line)
    assert not asked_again(line)

    top.holdings.all().delete()
    assert asked_again(line)
