"""Every Change says who and why, on whichever database."""

import pytest
from django.db import connection, transaction
from structlog.contextvars import bound_contextvars

from procurement.models import Change, Party, Recorder
from procurement.problems import Refused
from procurement.services.recording import recorded
from tests import factory

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def test_a_change_carries_the_person_and_the_reason() -> None:
    clerk = factory.user(factory.organisation())
    with recorded(by=clerk, why="annual report, page 4"):
        party = factory.party("Acme")
    change = Change.objects.get(table_name="procurement_party", row=party.pk)
    assert (change.actor, change.why) == (clerk, "annual report, page 4")


def test_a_bulk_update_is_recorded_row_by_row() -> None:
    clerk = factory.user(factory.organisation())
    for name in ("A", "B", "C"):
        factory.party(name)
    with recorded(by=clerk, why="all moved"):
        Party.objects.update(business="US")
    assert Change.objects.filter(actor=clerk, was__isnull=False).count() == 3


def test_raw_sql_is_recorded_too() -> None:
    clerk = factory.user(factory.organisation())
    party = factory.party("Acme")
    with recorded(by=clerk, why="by hand"), connection.cursor() as cursor:
        cursor.execute("UPDATE procurement_party SET business = 'JP' WHERE id = %s", [party.pk])
    assert Change.objects.get(actor=clerk, became__business="JP").row == party.pk


def test_what_moved_before_keeps_its_own_words() -> None:
    first, second = (factory.user(factory.organisation()) for _ in range(2))
    with recorded(by=first, why="first"):
        factory.party("A")
    with recorded(by=second, why="second"):
        factory.party("B")
    assert list(Change.objects.order_by("id").values_list("why", flat=True)) == ["first", "second"]


def test_an_inner_recording_keeps_its_own_words() -> None:
    clerk = factory.user(factory.organisation())
    with recorded(by=clerk, why="outer"):
        with recorded(by=None, why="inner"):
            factory.party("A")
        factory.party("B")
    assert sorted(Change.objects.values_list("why", flat=True)) == ["inner", "outer"]


def test_nothing_stays_of_a_recording_that_fails() -> None:
    def moved_then_failed() -> None:
        with recorded(by=None, why="half way"):
            factory.party("A")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), transaction.atomic():
        moved_then_failed()
    assert not Party.objects.exists()
    assert not Change.objects.exists()


def test_a_recording_that_fails_inside_another_leaves_the_others_words() -> None:
    def moved_then_failed() -> None:
        with recorded(by=None, why="inner"):
            factory.party("A")
            raise ZeroDivisionError

    with recorded(by=None, why="outer"):
        with pytest.raises(ZeroDivisionError):
            moved_then_failed()
        factory.party("B")
    assert list(Change.objects.values_list("became__name", "why")) == [("B", "outer")]


def test_what_moves_before_and_after_in_the_same_transaction_is_not_signed() -> None:
    clerk = factory.user(factory.organisation())
    Change.objects.all().delete()
    with transaction.atomic():
        factory.party("before")
        with recorded(by=clerk, why="said"):
            factory.party("inside")
        factory.party("after")
    told = Change.objects.order_by("id").values_list("actor", "why")
    assert list(told) == [(None, ""), (clerk.pk, "said"), (None, "")]


def test_a_row_that_moves_or_ends_carries_the_request_too() -> None:
    party = factory.party("Acme")
    Change.objects.all().delete()
    with bound_contextvars(request="a-click"), recorded(by=None, why="gone"):
        Party.objects.filter(pk=party.pk).update(name="Acme Ltd")
        Party.objects.filter(pk=party.pk).delete()
    assert list(Change.objects.values_list("why", "request")) == [("gone", "a-click")] * 2


def test_no_recorder_is_left_once_a_recording_is_over() -> None:
    with recorded(by=None, why="outer"), recorded(by=None, why="inner"):
        assert Recorder.objects.count() == 2
    assert not Recorder.objects.exists()


def test_a_reason_too_long_to_keep_is_refused_not_cut() -> None:
    with pytest.raises(Refused) as refused, recorded(by=None, why="x" * 301):
        raise AssertionError("never reached")
    assert refused.value.problems[0].code == "max-length"


@pytest.mark.django_db(transaction=True)
def test_another_writers_change_in_between_is_not_taken_for_ours() -> None:
    """On PostgreSQL two people write at once; each Change keeps its own writer's name."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    clerk = factory.user(factory.organisation())
    other = connection.copy()
    try:
        with recorded(by=clerk, why="ours"):
            factory.party("ours")
            with other.cursor() as cursor:
                cursor.execute(
                    "INSERT INTO procurement_party"
                    " (name, name_local, aliases, address, source, unverified)"
                    " VALUES ('theirs', '', '[]', '', '', false)"
                )
    finally:
        other.close()
    said = dict(Change.objects.values_list("became__name", "why"))
    assert said == {"ours": "ours", "theirs": ""}
