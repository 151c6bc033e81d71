"""Whose lines are asked for together are those that each asks for alone."""

from itertools import product

import pytest

from compliance.models import Leaning
from compliance.recheck import affected, relay
from compliance.recheck.affected import ANY_LIST, Anchor, Reach
from compliance.recheck.listings import ListsMoved
from procurement.models import Bom, Change, Line, Organisation, Part, Party
from tests import factory

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def lean(organisation: Organisation, part: Part, anchor: Anchor) -> None:
    Leaning.objects.create(organisation=organisation, part=part, kind=anchor.kind, key=anchor.key)


def lines(*boms: Bom) -> set[int]:
    return set(Line.objects.filter(bom__in=boms).values_list("pk", flat=True))


@pytest.mark.parametrize("at_once", [1, 500])
def test_many_anchors_reach_together_what_each_reaches_alone(
    monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr(affected, "MOST_IN_A_QUERY", at_once)
    ours, theirs = factory.organisation("Ours"), factory.organisation("Theirs")
    purchases = factory.procurement(ours), factory.procurement(theirs)
    one, two, three = (factory.part(f"PART-{n}", organisation=ours) for n in range(3))
    old = factory.bom(purchases[0], [one, two])
    new = factory.bom(purchases[0], [one, two, one], supersedes=old, revision=2)
    other = factory.bom(purchases[1], [two, three])
    for organisation, part, anchor in (
        (ours, one, Anchor("party", "1")),
        (ours, two, Anchor("party", "2")),
        (theirs, two, Anchor("party", "1")),
        (theirs, two, Anchor("party", "2")),
        (theirs, three, ANY_LIST),
        (ours, one, Anchor("part", "1")),
    ):
        lean(organisation, part, anchor)
    anchors = [
        *(Anchor(kind, key) for kind, key in product(("party", "part"), ("1", "2", "3"))),
        *(Anchor("procurement", str(each.pk)) for each in purchases),
        *(Anchor("organisation", str(each.pk)) for each in (ours, theirs)),
        ANY_LIST,
    ]
    for whose in (None, ours.pk, theirs.pk):
        alone = {each: Reach().lines([each], whose) for each in anchors}
        reach = Reach()
        assert reach.lines(anchors, whose) == set().union(*alone.values())
        assert {each: reach.lines([each], whose) for each in anchors} == alone
    first, second, third = new.lines.order_by("sequence").values_list("pk", flat=True)
    theirs_of_two, theirs_of_three = other.lines.order_by("sequence").values_list("pk", flat=True)
    for anchor, whose, reached in (
        (Anchor("party", "1"), None, {first, second, third, theirs_of_two}),
        (Anchor("party", "1"), ours.pk, {first, third}),
        (Anchor("party", "1"), theirs.pk, {theirs_of_two}),
        (Anchor("party", "3"), None, set()),
        (ANY_LIST, None, {theirs_of_three}),
        (Anchor("procurement", str(purchases[0].pk)), None, lines(new)),
        (Anchor("organisation", str(ours.pk)), theirs.pk, set()),
    ):
        assert Reach().lines([anchor], whose) == reached


def test_of_many_changes_only_the_one_behind_a_contractor_asks_for_it() -> None:
    ours = factory.organisation("Ours")
    above, contractor, stranger = (factory.party(name) for name in ("Above", "Works", "Stranger"))
    factory.stake(above, contractor, 60)
    mine = factory.procurement(ours, counterparty=contractor)
    factory.procurement(ours, counterparty=factory.party("Other works"))
    bom = factory.bom(mine, [factory.part("PART", organisation=ours)])
    Change.objects.update(relayed_at=factory.NOW)
    for party in (stranger, above):
        Party.objects.filter(pk=party.pk).update(incorporated="CN")
    changes = list(Change.objects.filter(relayed_at=None).order_by("id"))
    assert [change.row for change in changes] == [stranger.pk, above.pk]
    found = relay._touched(changes, ListsMoved())
    assert found.counterparties == {bom.pk: [changes[1]]}
    assert relay._touched(changes[:1], ListsMoved()).counterparties == {}


def test_a_contractor_is_judged_anew_for_whatever_its_dossier_holds() -> None:
    ours, theirs = factory.organisation("Ours"), factory.organisation("Theirs")
    above, contractor, maker = (factory.party(name) for name in ("Above", "Works", "Maker"))
    factory.stake(above, contractor, 60)
    waived, grounded, other = (factory.part(f"PART-{n}", maker=maker) for n in range(3))
    held = factory.procurement(ours, counterparty=contractor)
    by_waiver, by_ground, plain = (factory.procurement(theirs) for _ in range(3))
    factory.waiver(by_waiver, part=waived)
    factory.ground(by_ground, part=grounded)
    old = factory.bom(held, [other])
    boms = {held: factory.bom(held, [other], supersedes=old, revision=2)}
    boms |= {each: factory.bom(each, [other]) for each in (by_waiver, by_ground, plain)}
    for anchor, touched in (
        (Anchor("party", str(above.pk)), [held]),
        (Anchor("party", str(contractor.pk)), [held]),
        (Anchor("party", str(maker.pk)), [by_waiver, by_ground]),
        (Anchor("part", str(waived.pk)), [by_waiver]),
        (Anchor("part", str(grounded.pk)), [by_ground]),
        (Anchor("part", str(other.pk)), []),
        (Anchor("procurement", str(plain.pk)), [plain]),
        (Anchor("organisation", str(theirs.pk)), [by_waiver, by_ground, plain]),
        (ANY_LIST, [held]),
    ):
        for whose in (None, ours, theirs):
            mine = {boms[each].pk for each in touched if whose in (None, each.organisation)}
            found = affected.boms_of_counterparty([anchor], None if whose is None else whose.pk)
            assert found == mine, (anchor, whose)
