"""What comes while the relay looks, or while a line is judged for the first time, is not missed."""

from typing import Any

import pytest
from structlog.contextvars import bound_contextvars

from compliance.models import Leaning, Verdict, Work
from compliance.recheck import relay
from compliance.recheck.listings import ListsMoved
from compliance.services import judging
from compliance.services.leanings import leanings_remember
from procurement.models import Change, Line, Party
from procurement.services.recording import recorded
from tests import factory
from tests.compliance.worlds import Office, every_list, office
from tests.factory import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def radio() -> Office:
    every_list()
    return office("Soldier Radio")


@pytest.fixture
def stranger(radio: Office) -> Party:
    """Somebody of whom nothing stands yet."""
    return factory.party("Stranger")


def lean(radio: Office, part: int, party: Party) -> None:
    Leaning.objects.get_or_create(
        organisation=radio.organisation, part_id=part, kind="party", key=str(party.pk)
    )


def one_touched(radio: Office, stranger: Party) -> tuple[Line, Line]:
    """Two lines of which one leans on a party that has just moved, which nobody has followed."""
    bom = radio.bom(radio.pack(), radio.pack("PACK-2"))
    radio.judge(bom)
    radio.relay()
    one, other = bom.lines.order_by("sequence")
    lean(radio, one.part_id, stranger)
    Party.objects.filter(pk=stranger.pk).update(incorporated="CN")
    return one, other


def meanwhile(monkeypatch: pytest.MonkeyPatch, what: Any) -> list[int]:
    """Do something right after the relay has looked; what each look found is noted."""
    really, looks = relay._touched, list[int]()

    def touched(changes: list[Change], lists: ListsMoved) -> relay._Touched:
        found = really(changes, lists)
        looks.append(len(found.lines))
        what()
        return found

    monkeypatch.setattr(relay, "_touched", touched)
    return looks


def test_a_change_that_comes_while_the_relay_looks_is_followed_too(
    radio: Office, stranger: Party, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = one_touched(radio, stranger)

    def another() -> None:
        type(other.part).objects.filter(pk=other.part_id).update(name="Told anew")

    meanwhile(monkeypatch, another)
    while relay.changes_relay(now=NOW):
        pass
    assert set(Work.objects.values_list("line", flat=True)) == {one.pk, other.pk}


def test_where_nothing_comes_in_between_the_relay_looks_once(
    radio: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    bom = radio.bom(radio.pack())
    radio.judge(bom)
    radio.relay()
    Party.objects.filter(pk=radio.cellco.pk).update(incorporated="CN")
    looks = meanwhile(monkeypatch, lambda: None)
    assert relay.changes_relay(now=NOW) == 1
    assert looks == [1]


def test_what_another_relay_took_while_this_one_looked_is_asked_once(
    radio: Office, stranger: Party, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, _ = one_touched(radio, stranger)
    really, taken = relay._touched, list[int]()

    def touched(changes: list[Change], lists: ListsMoved) -> relay._Touched:
        found = really(changes, lists)
        if not taken:
            taken.append(len(changes))
            taken.append(relay.changes_relay(now=NOW))
        return found

    monkeypatch.setattr(relay, "_touched", touched)
    assert relay.changes_relay(now=NOW) == 0
    assert taken == [1, 1]
    assert Work.objects.get().line_id == one.pk
    assert Work.objects.get().version == 0


@pytest.mark.parametrize("by_another", [False, True], ids=["by itself", "by another worker too"])
def test_a_fact_that_moves_while_a_line_is_first_judged_is_in_its_verdict(
    radio: Office, monkeypatch: pytest.MonkeyPatch, by_another: bool
) -> None:
    """Nobody can find a line by what it leans on before that is remembered; another worker may do
    so for a line of the same part, after the relay has looked and before this one comes to it.
    """
    bom = radio.bom(radio.pack())
    while relay.changes_relay(now=NOW):
        pass
    assert not Leaning.objects.exists()
    really, moved = judging._work_judged, list[int]()

    def judged(begun: Any) -> Any:
        seen, met, found = really(begun)
        if not moved and any(each.line for each in found):
            Party.objects.filter(pk=radio.cellco.pk).update(incorporated="CN")
            moved.append(relay.changes_relay(now=NOW))
            if by_another:
                assert leanings_remember(found, set())
        return seen, met, found

    monkeypatch.setattr(judging, "_work_judged", judged)
    radio.judge(bom)

    assert moved == [1]
    stands = dict(Verdict.objects.filter(bom=bom).values_list("rule", "proof_digest"))
    assert not Work.objects.exists()
    anew = judging.bom_judge(bom, [bom.lines.get().pk, None])
    assert stands == {finding.rule: proved.digest for j in anew for finding, proved in j.findings}


def test_what_a_person_has_just_changed_is_taken_before_what_others_changed_earlier(
    radio: Office, stranger: Party
) -> None:
    one, other = one_touched(radio, stranger)
    with bound_contextvars(request="a-click"), recorded(by=radio.officer, why="told anew"):
        type(other.part).objects.filter(pk=other.part_id).update(name="Told anew")

    assert relay.changes_relay(now=NOW, request="a-click") == 1
    work = Work.objects.get()
    assert (work.line_id, work.queue, work.request) == (other.pk, "interactive", "a-click")
    assert relay.changes_wait()

    assert relay.changes_relay(now=NOW, request="a-click") == 0
    while relay.changes_relay(now=NOW):
        pass
    assert set(Work.objects.values_list("line", flat=True)) == {one.pk, other.pk}
    assert not relay.changes_wait()


def test_what_a_list_says_is_never_taken_out_of_turn(radio: Office) -> None:
    while relay.changes_relay(now=NOW):
        pass
    with bound_contextvars(request="a-click"), recorded(by=radio.officer, why="released"):
        factory.edition("SDN", NOW.date())
    assert relay.changes_relay(now=NOW, request="a-click") == 0
    assert relay.changes_relay(now=NOW) == 1
