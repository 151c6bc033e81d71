"""References that PostgreSQL looks up once for all rows of a statement.

Its own constraint looks up row by row, at the commit. `RefersTo` puts a pair of triggers in its
place that are as strict: one on the table that refers, whose rows must only ever be added; one on
the table that is referred to. On SQLite the constraint stays, where it costs next to nothing.
"""

from collections.abc import Iterator
from typing import Any

from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from procurement.triggers import drop_sql

# What is referred to is locked as a constraint would, so that who deletes it waits for our commit;
# in order, so that two who refer to the same never wait for each other. By its index: the planner
# would rather read the whole table for a long file. Who deletes looks afterwards, and so sees what
# was committed while they waited; older snapshots would not show it.
POSTGRES_FUNCTIONS = """
CREATE OR REPLACE FUNCTION cellgate_refers() RETURNS trigger LANGUAGE plpgsql
SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off AS $$
DECLARE
    lost boolean;
BEGIN
    EXECUTE format(
        'WITH asked AS MATERIALIZED (
            SELECT DISTINCT %1$I AS id FROM born WHERE %1$I IS NOT NULL
        ), there AS MATERIALIZED (
            SELECT one.id FROM %2$I AS one JOIN asked ON one.id = asked.id
            ORDER BY one.id FOR KEY SHARE OF one
        )
        SELECT (SELECT count(*) FROM there) < (SELECT count(*) FROM asked)',
        TG_ARGV[0], TG_ARGV[1]
    ) INTO lost;
    IF lost THEN
        RAISE foreign_key_violation USING MESSAGE =
            format('a row of %s refers to a %s that is not there', TG_TABLE_NAME, TG_ARGV[1]);
    END IF;
    RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION cellgate_referred() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    held boolean;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF NEW.id = OLD.id THEN
            RETURN NULL;
        END IF;
    END IF;
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE feature_not_supported USING MESSAGE =
            format('rows of %s are deleted in READ COMMITTED alone', TG_TABLE_NAME);
    END IF;
    EXECUTE format('SELECT EXISTS (SELECT FROM %I WHERE %I = $1)', TG_ARGV[1], TG_ARGV[0])
    INTO held USING OLD.id;
    IF held THEN
        RAISE foreign_key_violation USING MESSAGE =
            format('a row of %s still refers to this row of %s', TG_ARGV[1], TG_TABLE_NAME);
    END IF;
    RETURN NULL;
END $$;
"""
CONSTRAINT = """
SELECT conname FROM pg_constraint JOIN pg_attribute ON attrelid = conrelid AND attnum = ANY (conkey)
WHERE contype = 'f' AND conrelid = %s::regclass AND attname = %s
"""


def refers_to_sql(
    vendor: str, model: type[models.Model], field: str
) -> Iterator[tuple[str, str, str]]:
    """(table, trigger name, statement) for each trigger that keeps what `field` refers to there."""
    if vendor != "postgresql":
        return
    table, column, there = _tables(model, field)
    yield (
        table,
        f"refers_{table}_{column}",
        f'CREATE TRIGGER "refers_{table}_{column}" AFTER INSERT ON "{table}" '
        "REFERENCING NEW TABLE AS born FOR EACH STATEMENT "
        f"EXECUTE FUNCTION cellgate_refers('{column}', '{there}')",
    )
    yield (
        there,
        f"referred_{table}_{column}",
        f'CREATE TRIGGER "referred_{table}_{column}" AFTER DELETE OR UPDATE OF id ON "{there}" '
        f"FOR EACH ROW EXECUTE FUNCTION cellgate_referred('{column}', '{table}')",
    )


class RefersTo(Operation):
    """Look up what this model's field refers to by statement. The model's state stays as it is."""

    reversible = True
    reduces_to_sql = True

    def __init__(self, name: str, field: str) -> None:
        self.name, self.field = name, field

    def deconstruct(self) -> tuple[str, tuple[str, str], dict[str, Any]]:
        return self.__class__.__name__, (self.name, self.field), {}

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """The database is as strict as the model says."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        connection = schema_editor.connection
        if connection.vendor != "postgresql":
            return
        model = to_state.apps.get_model(app_label, self.name)
        table, column, _ = _tables(model, self.field)
        with connection.cursor() as cursor:
            cursor.execute(POSTGRES_FUNCTIONS)
            for where, trigger, statement in refers_to_sql(connection.vendor, model, self.field):
                cursor.execute(drop_sql(where, trigger, connection.vendor))
                cursor.execute(statement)
            cursor.execute(CONSTRAINT, [table, column])
            for (name,) in cursor.fetchall():
                cursor.execute(f'ALTER TABLE "{table}" DROP CONSTRAINT "{name}"')

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        connection = schema_editor.connection
        if connection.vendor != "postgresql":
            return
        model = to_state.apps.get_model(app_label, self.name)
        table, column, there = _tables(model, self.field)
        with connection.cursor() as cursor:
            cursor.execute(
                f'ALTER TABLE "{table}" ADD FOREIGN KEY ("{column}") '
                f'REFERENCES "{there}" (id) DEFERRABLE INITIALLY DEFERRED'
            )
            for where, trigger, _ in refers_to_sql(connection.vendor, model, self.field):
                cursor.execute(drop_sql(where, trigger, connection.vendor))

    def describe(self) -> str:
        return f"Look up each {self.name}'s {self.field} by statement"


def _tables(model: type[models.Model], field: str) -> tuple[str, str, str]:
    """The table that refers, its column, and the table that is referred to."""
    key: Any = model._meta.get_field(field)
    return model._meta.db_table, key.column, key.related_model._meta.db_table
