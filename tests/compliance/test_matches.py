"""Names kept current: after any move of a party or a list, exactly what a full screening finds."""

from datetime import date

import pytest

from compliance.known import Known
from compliance.listed import lists_known
from compliance.models import Edition, IdentityDecision, Listing, Match
from compliance.screening.screen import screen
from compliance.selectors.matches import waiting
from compliance.services.choosing import identity_decide, identity_undo
from compliance.services.screening import matches_update
from procurement.models import Party, Role, User
from tests import factory
from tests.compliance.worlds import Office, every_list, office
from tests.factory import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def here() -> Office:
    every_list()
    return office()


def found() -> set[tuple[str, str, str]]:
    rows = Match.objects.select_related("party")
    return {(row.party.name, row.list_key, row.code) for row in rows}


def full() -> set[tuple[str, str, str]]:
    """Every party screened anew, with nothing remembered."""
    _, entries = lists_known(Known(None))
    return {
        (party.name, each.list_key, each.entry_code)
        for party in Party.objects.all()
        for each in screen(
            tuple(filter(None, (party.name, party.name_local, *party.aliases))), {}, entries
        )
    }


def names(ids: tuple[int, ...]) -> set[str]:
    return set(Party.objects.filter(pk__in=ids).values_list("name", flat=True))


def listed(key: str, *names: str, state: str = "released") -> Edition:
    edition = factory.edition(key, date(2026, 7, 1), state=state)
    for name in names:
        Listing.objects.create(edition=edition, code=name.lower().replace(" ", "-"), name=name)
    return edition


def test_the_first_time_every_party_is_asked(here: Office) -> None:
    done = matches_update(now=NOW)

    assert done.asked == Party.objects.count()
    assert found() == full() == {("CATL", "154", "catl")}


def test_nothing_moved_asks_nobody(here: Office) -> None:
    matches_update(now=NOW)

    assert matches_update(now=NOW).asked == 0


def test_a_new_party_is_asked_alone(here: Office) -> None:
    matches_update(now=NOW)
    factory.party("Contemporary Amperex Technology", organisation=here.organisation)
    done = matches_update(now=NOW)

    assert done.asked == 1
    assert len(done.moved) == 1
    assert found() == full()


def test_a_party_that_takes_another_name_is_asked_again(here: Office) -> None:
    matches_update(now=NOW)
    here.catl.name = "Summit Cells"
    here.catl.save()
    done = matches_update(now=NOW)

    assert (done.asked, done.moved) == (1, (here.catl.pk,))
    assert found() == full() == set()


def test_a_stake_asks_nobody(here: Office) -> None:
    matches_update(now=NOW)
    here.cellco.stakes.update(low=90, high=90)

    assert matches_update(now=NOW).asked == 0


def test_a_new_edition_asks_every_party_and_moves_those_it_names(here: Office) -> None:
    matches_update(now=NOW)
    listed("1260H", "Cellco Limited", "Somebody Else Heavy Industry")
    done = matches_update(now=NOW)

    assert done.asked == Party.objects.count()
    assert names(done.moved) == {"Cellco", "Owner of Cellco"}
    assert found() == full()


def test_a_staged_edition_asks_and_moves_nobody_before_its_release(here: Office) -> None:
    matches_update(now=NOW)
    edition = listed("1260H", "Cellco Limited", state="staged")
    assert matches_update(now=NOW).moved == ()

    edition.state = Edition.State.RELEASED
    edition.save()
    assert names(matches_update(now=NOW).moved) == {"Cellco", "Owner of Cellco"}


def test_many_parties_and_one_edition_come_out_as_a_full_screening_would(here: Office) -> None:
    words = ("North", "Lithium", "Orion", "Power", "Nova", "Cell", "Delta", "Energy")
    for one in words:
        for other in words:
            factory.party(f"{one} {other} Co., Ltd.")
    matches_update(now=NOW)
    listed("1260H", "Orion Power Group", "Nova Cells", "Nroth Lithium Company")
    done = matches_update(now=NOW)

    assert found() == full()
    assert 3 <= len(done.moved) < 30


def test_the_queue_has_what_the_office_buys_until_it_is_decided(here: Office) -> None:
    counsel = factory.user(here.organisation, role=Role.COUNSEL)
    second = factory.user(here.organisation, role=Role.ADMINISTRATOR)
    stranger = factory.user(factory.organisation("Elsewhere"), role=Role.COUNSEL)
    here.judge(here.bom(here.pack(cells_by=here.catl)))
    matches_update(now=NOW)

    assert [row.party.name for row in waiting(counsel)] == ["CATL"]
    assert list(waiting(stranger)) == []

    def decide(by: User) -> IdentityDecision:
        return identity_decide(
            party=here.catl, list_key="154", code="catl", same=False, reason="no", by=by
        )

    made = decide(counsel)
    assert waiting(counsel).count() == 1
    decide(second)
    assert waiting(counsel).count() == 0
    identity_undo(decision=made, by=counsel)
    assert waiting(counsel).count() == 1
