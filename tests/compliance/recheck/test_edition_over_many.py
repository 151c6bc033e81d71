"""One edition over many parties: exactly those are matched anew whom a full screening would match
otherwise, exactly their lines are asked, and each person gets one mail.
"""

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta

import pytest

from compliance.benches.made_names import make
from compliance.known import Known
from compliance.listed import lists_known
from compliance.models import Edition, Listing, Mail, Match, VerdictChange, Work
from compliance.recheck.relay import changes_relay, hand_over
from compliance.services.digests import digests_write
from compliance.services.lists import edition_release
from compliance.services.screening import matches_update, parties_screen
from procurement.models import Line, Party
from tests import factory
from tests.compliance.worlds import clean_company, every_list, office
from tests.factory import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def matched() -> dict[tuple[int, str, str], float]:
    return {(row.party_id, row.list_key, row.code): row.score for row in Match.objects.all()}


def test_an_edition_screens_asks_and_tells_exactly_whom_it_moves(
    scale: Callable[[int, int], int],
) -> None:
    many, with_lines = scale(300, 10_000), scale(12, 100)
    house = office()
    colleague = factory.user(house.organisation)
    every_list()
    names = make(many, 1).names
    shape = {"kind": "company", "incorporated": "US", "business": "US", "government_of": ""}
    parties = [clean_company(name) for name in names[:with_lines]]
    Party.objects.bulk_create([Party(name=name, **shape) for name in names[with_lines:]])
    parts = [
        house.pack(f"P-{number}", cells_by=party, supplier=party)
        for number, party in enumerate(parties)
    ]
    half = len(parts) // 2
    boms = [house.bom(*parts[:half]), house.bom(*parts[half:])]
    old = Edition.objects.get(key="1260H")
    going, staying, coming = names[1], names[half], [names[0], names[half + 1], names[-1]]
    Listing.objects.create(edition=old, code="going", name=going)
    Listing.objects.create(edition=old, code="staying", name=staying)
    for bom in boms:
        house.judge(bom)
    house.relay()
    matches_update(now=NOW)
    digests_write(now=NOW + timedelta(days=1))
    VerdictChange.objects.all().delete()
    Mail.objects.all().delete()
    before = matched()
    assert {code for _, _, code in before} >= {"going", "staying"}

    one, two = factory.curator(), factory.curator()
    staged = Edition.objects.create(
        key="1260H", edition=date(2026, 11, 20), state="staged", staged_by=one
    )
    rows = [("staying", staying), *((f"new-{n}", name) for n, name in enumerate(coming))]
    rows += [(f"other-{n}", name) for n, name in enumerate(make(50, 1, seed=9).names)]
    for code, name in rows:
        Listing.objects.create(edition=staged, code=code, name=name)
    house.relay()
    assert matched() == before, "what is only staged moves nothing"
    edition_release(key="1260H", edition=staged.edition, by=two)

    while changes_relay(now=NOW):
        pass
    asked = set(Work.objects.values_list("line_id", flat=True)) - {None}
    hand_over(now=NOW, enqueue=house.queue)
    house.work()
    moved = set(matches_update(now=NOW).moved)
    after = matched()
    Match.objects.all().delete()
    parties_screen(Party.objects.values_list("pk", flat=True), lists_known(Known(None))[1])
    assert matched() == after, "as a full screening finds"
    assert moved == {party for party, *_ in before.keys() ^ after.keys()}
    named = dict(Party.objects.filter(pk__in=moved).values_list("name", "pk"))
    assert {*coming} <= named.keys()
    assert not {going, staying} & named.keys()  # an earlier edition still names who leaves
    moved |= {party for party, _, code in after if code == "going"}
    assert asked == set(Line.objects.filter(part__cells_by__in=moved).values_list("pk", flat=True))
    assert 0 < len(asked) < with_lines
    assert [house.judge(bom).moved for bom in boms] == [0, 0], "as judging all anew finds"

    digests_write(now=NOW + timedelta(days=2))
    digests_write(now=NOW + timedelta(days=3))
    told = Counter(Mail.objects.values_list("to__email", flat=True))
    assert VerdictChange.objects.values("bom").distinct().count() == 2
    assert told == {house.officer.email: 1, colleague.email: 1}
