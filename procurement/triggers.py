"""Database triggers that no road past the code can slip by, for SQLite and PostgreSQL.

`KeepPast` on a fact table: when a row is born, replaced or ended, by ORM, bulk update, fixture or
raw SQL, the row as it stood goes to `Past`, `known_from` moves on, and a `Change` is written, all
in the same transaction, signed as its newest `Recorder` says. `AppendOnly` on a table: rows are
only ever added; `NeverDeleted`: they stay. `NoTruncate` on these kinds closes the one road that
passes a row's triggers; on SQLite the other one, REPLACE, is closed by `PRAGMA recursive_triggers`
(`config/settings.py`). `InTurn` on tables: transactions that write to them commit in the order in
which their Changes are numbered.

All are migration operations. SQLite drops a table's triggers when Django rebuilds the table, and
the triggers name every column there, so a migration that alters such a table ends with the
operation again; a test compares.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from django.apps.registry import Apps
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

CLOCK = "known_from"
TURN_LOCK = 4865_157
SQLITE_NOW = "strftime('%Y-%m-%d %H:%M:%f', 'now')"
SQLITE_SIGNED = (
    ", signed.actor_id, COALESCE(signed.why, ''), signed.request "
    "FROM (SELECT MAX(id) AS id FROM procurement_recorder) AS newest "
    "LEFT JOIN procurement_recorder AS signed ON signed.id = newest.id"
)

POSTGRES_FUNCTIONS = """
CREATE OR REPLACE FUNCTION cellgate_move_clock() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF to_jsonb(NEW) - 'known_from' IS DISTINCT FROM to_jsonb(OLD) - 'known_from' THEN
        NEW.known_from := clock_timestamp();
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE FUNCTION cellgate_keep_past() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    was jsonb := CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) - 'known_from' END;
    became jsonb := CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) - 'known_from' END;
    moment timestamptz := CASE WHEN TG_OP = 'UPDATE' THEN NEW.known_from ELSE clock_timestamp() END;
    fact jsonb := COALESCE(became, was);
    signed record;
BEGIN
    IF was IS NOT DISTINCT FROM became THEN
        RETURN NULL;
    END IF;
    SELECT actor_id, why, request INTO signed FROM procurement_recorder
    WHERE transaction = txid_current() ORDER BY id DESC LIMIT 1;
    IF was IS NOT NULL THEN
        INSERT INTO procurement_past
            (table_name, row, organisation_id, "values", known_from, known_to)
        VALUES (TG_TABLE_NAME, OLD.id, OLD.organisation_id, was, OLD.known_from, moment);
    END IF;
    INSERT INTO procurement_change
        (table_name, row, organisation_id, was, became, at, transaction, actor_id, why, request)
    VALUES (
        TG_TABLE_NAME, (fact->>'id')::bigint, (fact->>'organisation_id')::bigint,
        was, became, moment, txid_current(),
        signed.actor_id, COALESCE(signed.why, ''), signed.request
    );
    RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION cellgate_keep_births() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    signed record;
BEGIN
    SELECT actor_id, why, request INTO signed FROM procurement_recorder
    WHERE transaction = txid_current() ORDER BY id DESC LIMIT 1;
    INSERT INTO procurement_change
        (table_name, row, organisation_id, was, became, at, transaction, actor_id, why, request)
    SELECT TG_TABLE_NAME, born.id, born.organisation_id,
        NULL, to_jsonb(born) - 'known_from', clock_timestamp(), txid_current(),
        signed.actor_id, COALESCE(signed.why, ''), signed.request
    FROM born;
    RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION cellgate_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are only ever added', TG_TABLE_NAME;
END $$;
CREATE OR REPLACE FUNCTION cellgate_refuse_delete() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are never deleted', TG_TABLE_NAME;
END $$;
CREATE OR REPLACE FUNCTION cellgate_refuse_truncate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % leave no trace when it is truncated: delete them', TG_TABLE_NAME;
END $$;
CREATE OR REPLACE FUNCTION cellgate_in_turn() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(TG_ARGV[0]::bigint);
    RETURN NULL;
END $$;
"""


def keep_past_sql(vendor: str, model: type[models.Model]) -> Iterator[tuple[str, str]]:
    """(trigger name, statement) for each trigger that keeps the past of `model`'s table."""
    table = model._meta.db_table
    if vendor == "postgresql":
        yield (
            f"move_clock_{table}",
            f'CREATE TRIGGER "move_clock_{table}" BEFORE UPDATE ON "{table}" '
            "FOR EACH ROW EXECUTE FUNCTION cellgate_move_clock()",
        )
        yield (  # many are born together, where a file is taken in
            f"keep_birth_{table}",
            f'CREATE TRIGGER "keep_birth_{table}" AFTER INSERT ON "{table}" '
            "REFERENCING NEW TABLE AS born "
            "FOR EACH STATEMENT EXECUTE FUNCTION cellgate_keep_births()",
        )
        yield (
            f"keep_past_{table}",
            f'CREATE TRIGGER "keep_past_{table}" AFTER UPDATE OR DELETE ON "{table}" '
            "FOR EACH ROW EXECUTE FUNCTION cellgate_keep_past()",
        )
        return
    was, became = _sqlite_row(model, "OLD"), _sqlite_row(model, "NEW")
    # Before there are recorders (a migration's idea of the models) no trigger may speak of them:
    # SQLite would rename no table then.
    signs = "recorder" in model._meta.apps.all_models["procurement"]
    past = (
        "INSERT INTO procurement_past "
        '(table_name, "row", organisation_id, "values", known_from, known_to) '
        f"VALUES ('{table}', OLD.id, OLD.organisation_id, {was}, OLD.{CLOCK}, {SQLITE_NOW});"
    )
    change = (
        "INSERT INTO procurement_change "
        '(table_name, "row", organisation_id, was, became, at'
        f"{', actor_id, why, request' * signs}) "
        f"SELECT '{table}', {{row}}.id, {{row}}.organisation_id, "
        f"{{was}}, {{became}}, {SQLITE_NOW}{SQLITE_SIGNED * signs};"
    )
    yield (
        f"keep_birth_{table}",
        f'CREATE TRIGGER "keep_birth_{table}" AFTER INSERT ON "{table}" BEGIN '
        f"{change.format(row='NEW', was='NULL', became=became)} END",
    )
    yield (
        f"keep_past_{table}",
        f'CREATE TRIGGER "keep_past_{table}" AFTER UPDATE ON "{table}" '
        f"WHEN {was} IS NOT {became} BEGIN "
        f"{past} {change.format(row='NEW', was=was, became=became)} "
        f'UPDATE "{table}" SET {CLOCK} = {SQLITE_NOW} WHERE id = NEW.id; END',
    )
    yield (
        f"keep_end_{table}",
        f'CREATE TRIGGER "keep_end_{table}" AFTER DELETE ON "{table}" BEGIN '
        f"{past} {change.format(row='OLD', was=was, became='NULL')} END",
    )


def append_only_sql(vendor: str, model: type[models.Model]) -> Iterator[tuple[str, str]]:
    """(trigger name, statement) for each trigger that refuses an update or delete of `model`'s
    rows.
    """
    table = model._meta.db_table
    for event in ("UPDATE", "DELETE"):
        name = f"append_only_{event.lower()}_{table}"
        if vendor == "postgresql":
            yield (
                name,
                f'CREATE TRIGGER "{name}" BEFORE {event} ON "{table}" '
                "FOR EACH ROW EXECUTE FUNCTION cellgate_refuse()",
            )
        else:
            yield (
                name,
                f'CREATE TRIGGER "{name}" BEFORE {event} ON "{table}" BEGIN '
                f"SELECT RAISE(ABORT, 'rows of {table} are only ever added'); END",
            )


def never_deleted_sql(vendor: str, model: type[models.Model]) -> Iterator[tuple[str, str]]:
    """(trigger name, statement) for the trigger that refuses to delete `model`'s rows."""
    table = model._meta.db_table
    name = f"never_deleted_{table}"
    before = f'CREATE TRIGGER "{name}" BEFORE DELETE ON "{table}" '
    if vendor == "postgresql":
        yield name, before + "FOR EACH ROW EXECUTE FUNCTION cellgate_refuse_delete()"
    else:
        yield name, before + f"BEGIN SELECT RAISE(ABORT, 'rows of {table} are never deleted'); END"


def no_truncate_sql(vendor: str, model: type[models.Model]) -> Iterator[tuple[str, str]]:
    """PostgreSQL empties a table without asking the triggers of its rows; this one it asks."""
    table = model._meta.db_table
    if vendor == "postgresql":
        yield (
            f"no_truncate_{table}",
            f'CREATE TRIGGER "no_truncate_{table}" BEFORE TRUNCATE ON "{table}" '
            "FOR EACH STATEMENT EXECUTE FUNCTION cellgate_refuse_truncate()",
        )


def in_turn_sql(vendor: str, model: type[models.Model]) -> Iterator[tuple[str, str]]:
    """Before a row is written, PostgreSQL waits for whoever else writes such rows to commit."""
    table = model._meta.db_table
    if vendor == "postgresql":
        yield (
            f"in_turn_{table}",
            f'CREATE TRIGGER "in_turn_{table}" BEFORE INSERT OR UPDATE OR DELETE ON "{table}" '
            f"FOR EACH STATEMENT EXECUTE FUNCTION cellgate_in_turn('{TURN_LOCK}')",
        )


def drop_sql(table: str, name: str, vendor: str) -> str:
    return f'DROP TRIGGER IF EXISTS "{name}"' + (f' ON "{table}"' if vendor == "postgresql" else "")


def _sqlite_row(model: type[models.Model], which: str) -> str:
    pairs = []
    # By name: a migration's idea of a model does not keep the order of the class.
    for field in sorted(model._meta.concrete_fields, key=lambda field: str(field.column)):
        if field.column == CLOCK:
            continue
        value = f'{which}."{field.column}"'
        pairs.append(
            f"'{field.column}', "
            + (f"json({value})" if isinstance(field, models.JSONField) else value)
        )
    return f"json_object({', '.join(pairs)})"


class _Triggers(Operation):
    reversible = True
    reduces_to_sql = True

    def __init__(self, *names: str) -> None:
        self.names = names

    def deconstruct(self) -> tuple[str, Sequence[Any], dict[str, Any]]:
        return self.__class__.__name__, self.names, {}

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Triggers are no part of the models' state."""

    def statements(self, vendor: str, model: type[models.Model]) -> Iterator[tuple[str, str]]:
        raise TypeError(f"{type(self).__name__} names no statements")

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        install(schema_editor.connection, to_state.apps, app_label, self)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        apps, connection = from_state.apps, schema_editor.connection
        with connection.cursor() as cursor:
            for name in self.names:
                model = apps.get_model(app_label, name)
                for trigger, _ in self.statements(connection.vendor, model):
                    cursor.execute(drop_sql(model._meta.db_table, trigger, connection.vendor))


def install(
    connection: BaseDatabaseWrapper, apps: Apps, app_label: str, triggers: _Triggers
) -> None:
    """Put the operation's triggers in place anew, whatever was there."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(POSTGRES_FUNCTIONS)
        for name in triggers.names:
            model = apps.get_model(app_label, name)
            for trigger, statement in triggers.statements(connection.vendor, model):
                cursor.execute(drop_sql(model._meta.db_table, trigger, connection.vendor))
                cursor.execute(statement)


class KeepPast(_Triggers):
    """Keep the past of these models' tables and write their Changes."""

    def statements(self, vendor: str, model: type[models.Model]) -> Iterator[tuple[str, str]]:
        return keep_past_sql(vendor, model)

    def describe(self) -> str:
        return "Keep the past of " + ", ".join(self.names)


class AppendOnly(_Triggers):
    """Refuse any update or delete of these models' rows."""

    def statements(self, vendor: str, model: type[models.Model]) -> Iterator[tuple[str, str]]:
        return append_only_sql(vendor, model)

    def describe(self) -> str:
        return "Only ever add to " + ", ".join(self.names)


class NeverDeleted(_Triggers):
    """Refuse to delete any of these models' rows, which may still be updated."""

    def statements(self, vendor: str, model: type[models.Model]) -> Iterator[tuple[str, str]]:
        return never_deleted_sql(vendor, model)

    def describe(self) -> str:
        return "Never delete " + ", ".join(self.names)


class NoTruncate(_Triggers):
    """Refuse to empty these models' tables at a stroke."""

    def statements(self, vendor: str, model: type[models.Model]) -> Iterator[tuple[str, str]]:
        return no_truncate_sql(vendor, model)

    def describe(self) -> str:
        return "Never truncate " + ", ".join(self.names)


class InTurn(_Triggers):
    """One transaction at a time writes to these models' tables, whichever of them."""

    def statements(self, vendor: str, model: type[models.Model]) -> Iterator[tuple[str, str]]:
        return in_turn_sql(vendor, model)

    def describe(self) -> str:
        return "Write in turn to " + ", ".join(self.names)
