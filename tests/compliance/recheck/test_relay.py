"""On SQLite the relay looks for what is touched before it takes the one writer: what comes in
between is not missed."""

from typing import Any

import pytest
from django.db import connection

from compliance.models import Leaning, Work
from compliance.recheck import relay
from compliance.recheck.listings import ListsMoved
from procurement.models import Change, Party
from tests import factory
from tests.compliance.worlds import Office, every_list, office
from tests.factory import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.database]
IN_BETWEEN = "on PostgreSQL it looks inside its transaction"


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


@pytest.mark.skipif(connection.vendor != "sqlite", reason=IN_BETWEEN)
def test_a_line_that_comes_to_lean_on_it_while_the_relay_looks_is_asked(
    radio: Office, stranger: Party, monkeypatch: pytest.MonkeyPatch
) -> None:
    bom = radio.bom(radio.pack(), radio.pack("PACK-2"))
    radio.judge(bom)
    radio.relay()
    one, other = bom.lines.order_by("sequence")
    lean(radio, one.part_id, stranger)
    Party.objects.filter(pk=stranger.pk).update(incorporated="CN")
    looks = meanwhile(monkeypatch, lambda: lean(radio, other.part_id, stranger))

    assert relay.changes_relay(now=NOW) == 1

    assert looks == [1, 2]
    assert set(Work.objects.values_list("line", flat=True)) == {one.pk, other.pk}


@pytest.mark.skipif(connection.vendor != "sqlite", reason=IN_BETWEEN)
def test_a_change_that_comes_while_the_relay_looks_is_followed_too(
    radio: Office, stranger: Party, monkeypatch: pytest.MonkeyPatch
) -> None:
    bom = radio.bom(radio.pack(), radio.pack("PACK-2"))
    radio.judge(bom)
    radio.relay()
    one, other = bom.lines.order_by("sequence")
    lean(radio, one.part_id, stranger)
    Party.objects.filter(pk=stranger.pk).update(incorporated="CN")

    def another() -> None:
        type(other.part).objects.filter(pk=other.part_id).update(name="Told anew")

    meanwhile(monkeypatch, another)
    relay.changes_relay(now=NOW)
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
