"""No road past the code: each way of moving a fact keeps its past and leaves a Change."""

import json
from collections.abc import Callable
from decimal import Decimal

import psycopg
import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from compliance.recheck.affected import ANCHORS
from procurement.models import Bom, Change, Fact, Party, Past, Stake
from procurement.triggers import (
    append_only_sql,
    keep_past_sql,
    never_deleted_sql,
    no_truncate_sql,
)
from tests import factory

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def moved_by_save(stake: Stake) -> None:
    stake.low = stake.high = Decimal("25.00")
    stake.save()


def moved_by_update(stake: Stake) -> None:
    Stake.objects.filter(pk=stake.pk).update(low=Decimal(25), high=Decimal(25))


def moved_by_bulk_update(stake: Stake) -> None:
    stake.low = stake.high = Decimal(25)
    Stake.objects.bulk_update([stake], ["low", "high"])


def moved_by_raw_sql(stake: Stake) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procurement_stake SET low = 25, high = 25 WHERE id = %s", [stake.pk])


def moved_by_loaddata(stake: Stake) -> None:
    path = connection.settings_dict.get("fixture_path")
    assert path is not None
    row = {
        "model": "procurement.stake",
        "pk": stake.pk,
        "fields": {
            "holder": stake.holder_id, "held": stake.held_id, "metric": stake.metric,
            "low": "25", "high": "25", "nature": stake.nature, "source": "",
        },
    }  # fmt: skip
    path.write_text(json.dumps([row]))
    call_command("loaddata", str(path), verbosity=0)


ROADS: list[Callable[[Stake], None]] = [
    moved_by_save,
    moved_by_update,
    moved_by_bulk_update,
    moved_by_raw_sql,
    moved_by_loaddata,
]


@pytest.mark.parametrize("road", ROADS)
def test_a_fact_moved_by_any_road_keeps_its_past_and_leaves_a_change(
    road: Callable[[Stake], None],
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stake = factory.stake(factory.party(), factory.party(), Decimal("24.99"))
    stake.refresh_from_db()
    first_known = stake.known_from
    Change.objects.all().delete()
    fixture = tmp_path_factory.mktemp("fixture") / "stake.json"
    monkeypatch.setitem(connection.settings_dict, "fixture_path", fixture)

    road(stake)

    stake.refresh_from_db()
    past = Past.objects.get(table_name="procurement_stake", row=stake.pk)
    change = Change.objects.get(table_name="procurement_stake", row=stake.pk)
    assert Decimal(str(past.values["low"])) == Decimal("24.99")
    assert change.became is not None
    assert Decimal(str(change.became["low"])) == 25
    assert change.relayed_at is None
    assert past.known_from == first_known
    assert past.known_to == stake.known_from


def test_a_fact_written_with_the_values_it_has_leaves_nothing() -> None:
    stake = factory.stake(factory.party(), factory.party(), Decimal(10))
    Change.objects.all().delete()
    stake.save()
    assert not Change.objects.exists()
    assert not Past.objects.exists()


def test_a_fact_that_ends_stays_in_the_past() -> None:
    stake = factory.stake(factory.party(), factory.party(), Decimal(10))
    pk = stake.pk
    stake.delete()
    change = Change.objects.filter(table_name="procurement_stake", row=pk).latest("id")
    assert change.became is None
    assert Past.objects.get(table_name="procurement_stake", row=pk).known_to == change.at


def test_what_a_rolled_back_transaction_did_leaves_no_change() -> None:
    before = Change.objects.count()

    def recorded_and_failed() -> None:
        with transaction.atomic():
            factory.party("Never")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        recorded_and_failed()
    assert Change.objects.count() == before


@pytest.mark.parametrize("statement", ["UPDATE {} SET row = row", "DELETE FROM {}"])
def test_the_past_cannot_be_edited(statement: str) -> None:
    factory.stake(factory.party(), factory.party(), Decimal(10)).delete()
    with (
        pytest.raises(DatabaseError, match="only ever added"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format("procurement_past"))


@pytest.mark.skipif(connection.vendor != "sqlite", reason="REPLACE is SQLite's")
def test_a_fact_replaced_by_replace_keeps_its_past_and_leaves_its_changes() -> None:
    stake = factory.stake(factory.party(), factory.party(), Decimal("24.99"))
    Change.objects.all().delete()
    fields = [field.column for field in Stake._meta.concrete_fields]
    other = ", ".join("25" if name in ("low", "high") else f'"{name}"' for name in fields)
    columns = ", ".join(f'"{name}"' for name in fields)
    with connection.cursor() as cursor:
        cursor.execute(
            f"REPLACE INTO procurement_stake ({columns}) "
            f"SELECT {other} FROM procurement_stake WHERE id = %s",
            [stake.pk],
        )
    assert Past.objects.filter(table_name="procurement_stake", row=stake.pk).count() == 1
    ended, born = Change.objects.filter(row=stake.pk).order_by("id")
    assert (ended.became, born.was) == (None, None)
    with (
        pytest.raises(DatabaseError, match="only ever added"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("REPLACE INTO procurement_past SELECT * FROM procurement_past")


@pytest.mark.skipif(connection.vendor != "postgresql", reason="TRUNCATE is PostgreSQL's")
@pytest.mark.parametrize("table", ["procurement_stake", "compliance_proof", "procurement_past"])
def test_a_table_of_facts_or_of_what_is_only_added_to_is_not_truncated(table: str) -> None:
    with (
        pytest.raises(DatabaseError, match="leave no trace"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"TRUNCATE {table} CASCADE")


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer anyway")
def test_of_two_who_change_lists_the_second_waits_for_the_first_to_commit() -> None:
    """Else its Change could have the lower number, and what is kept in memory would be stale."""
    factory.edition("1260H")
    other = psycopg.connect(**connection.get_connection_params())
    other.execute("SET lock_timeout = '50ms'")
    with pytest.raises(psycopg.errors.LockNotAvailable):
        other.execute("DELETE FROM compliance_listing WHERE false")
    other.close()


def test_lines_determinations_and_proofs_are_only_ever_added() -> None:
    organisation = factory.organisation()
    bom = factory.bom(factory.procurement(organisation))
    line = factory.line(bom, factory.part(organisation=organisation))
    with pytest.raises(DatabaseError, match="only ever added"), transaction.atomic():
        line.delete()


def test_a_bom_is_never_deleted_since_its_lines_no_longer_ask_whether_it_is_there() -> None:
    bom = factory.bom(factory.procurement(factory.organisation()))
    bom.state = bom.State.JUDGED
    bom.save()
    with pytest.raises(DatabaseError, match="never deleted"), transaction.atomic():
        bom.delete()


def test_facts_born_in_one_statement_each_leave_a_change_of_their_own_in_their_order() -> None:
    organisation = factory.organisation()
    Change.objects.all().delete()
    names = [f"Party {n}" for n in range(3)]
    rows = Party.objects.bulk_create(Party(organisation=organisation, name=name) for name in names)
    changes = Change.objects.order_by("id")
    told = [(each.row, each.became and each.became["name"]) for each in changes]
    assert told == list(zip([row.pk for row in rows], names, strict=True))
    each = changes[0]
    assert (each.table_name, each.organisation_id) == ("procurement_party", organisation.pk)
    assert (each.was, each.became and "known_from" in each.became) == (None, False)


FACTS = [model for model in apps.get_models() if issubclass(model, Fact)]


@pytest.mark.parametrize("model", FACTS, ids=lambda model: model.__name__)
def test_every_fact_table_has_the_triggers_its_columns_ask_for(model: type[Fact]) -> None:
    """A migration that alters a fact table ends with KeepPast again: here forgetting shows."""
    installed = _installed(model._meta.db_table)
    assert {trigger for trigger, _ in no_truncate_sql(connection.vendor, model)} <= set(installed)
    for name, statement in keep_past_sql(connection.vendor, model):
        assert name in installed, f"end the migration with KeepPast({model.__name__!r})"
        if connection.vendor == "sqlite":
            assert installed[name] == statement, "the table's columns moved: KeepPast again"


@pytest.mark.parametrize(
    ("app", "name"),
    [
        ("procurement", "Past"),
        ("procurement", "Line"),
        ("procurement", "Statement"),
        ("procurement", "UploadContent"),
        ("compliance", "Determination"),
        ("compliance", "DossierText"),
        ("compliance", "Proof"),
        ("compliance", "Provenance"),
    ],
)
def test_what_is_only_added_to_has_the_triggers_that_say_so(app: str, name: str) -> None:
    model = apps.get_model(app, name)
    installed = _installed(model._meta.db_table)
    wanted = [
        *append_only_sql(connection.vendor, model),
        *no_truncate_sql(connection.vendor, model),
    ]
    assert {trigger for trigger, _ in wanted} <= set(installed)


def test_the_table_of_boms_has_the_triggers_that_keep_them() -> None:
    installed = _installed(Bom._meta.db_table)
    wanted = [
        *never_deleted_sql(connection.vendor, Bom),
        *no_truncate_sql(connection.vendor, Bom),
    ]
    assert {trigger for trigger, _ in wanted} <= set(installed)


def test_every_fact_table_says_which_verdicts_lean_on_it() -> None:
    assert set(ANCHORS) == {model._meta.db_table for model in FACTS}


def _installed(table: str) -> dict[str, str]:
    query = (
        "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s"
        if connection.vendor == "sqlite"
        else "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE tgrelid = %s::regclass"
    )
    with connection.cursor() as cursor:
        cursor.execute(query, [table])
        return dict(cursor.fetchall())
