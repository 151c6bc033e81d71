"""What answers refer to is looked up once for all rows of a statement, and not for each at its
commit, which was a quarter of deriving lines anew on PostgreSQL. SQLite looks it up as ever.
"""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

REFERS = (("line_id", "procurement_line", "id"), ("proof_id", "compliance_proof", "digest"))

# By its indexes: the planner knows nothing of rows that are just being added, and would rather read
# all lines there are.
TOGETHER = """
CREATE OR REPLACE FUNCTION cellgate_answers_refer() RETURNS trigger LANGUAGE plpgsql
SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off AS $$
BEGIN
    IF EXISTS (
        SELECT FROM (SELECT DISTINCT line_id FROM born WHERE line_id IS NOT NULL) AS asked
        WHERE NOT EXISTS (SELECT FROM procurement_line WHERE id = asked.line_id)
    ) THEN
        RAISE foreign_key_violation USING MESSAGE = 'an answer refers to a line that is not there';
    END IF;
    IF EXISTS (
        SELECT FROM (SELECT DISTINCT proof_id FROM born WHERE proof_id IS NOT NULL) AS asked
        WHERE NOT EXISTS (SELECT FROM compliance_proof WHERE digest = asked.proof_id)
    ) THEN
        RAISE foreign_key_violation USING MESSAGE = 'an answer refers to a proof that is not there';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER refers_compliance_determination AFTER INSERT ON compliance_determination
REFERENCING NEW TABLE AS born FOR EACH STATEMENT EXECUTE FUNCTION cellgate_answers_refer();
"""
CONSTRAINT = """
SELECT conname FROM pg_constraint JOIN pg_attribute ON attrelid = conrelid AND attnum = ANY (conkey)
WHERE contype = 'f' AND conrelid = 'compliance_determination'::regclass AND attname = %s
"""


def together(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor != "postgresql":
        return
    with editor.connection.cursor() as cursor:
        for column, _, _ in REFERS:
            cursor.execute(CONSTRAINT, [column])
            for (name,) in cursor.fetchall():
                cursor.execute(f'ALTER TABLE compliance_determination DROP CONSTRAINT "{name}"')
        cursor.execute(TOGETHER)


def one_by_one(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor != "postgresql":
        return
    with editor.connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER refers_compliance_determination ON compliance_determination")
        cursor.execute("DROP FUNCTION cellgate_answers_refer()")
        for column, table, key in REFERS:
            cursor.execute(
                f"ALTER TABLE compliance_determination ADD FOREIGN KEY ({column}) "
                f"REFERENCES {table} ({key}) DEFERRABLE INITIALLY DEFERRED"
            )


class Migration(migrations.Migration):
    """Decision 0030."""

    dependencies = [("compliance", "0020_written_together")]

    operations = [migrations.RunPython(together, one_by_one)]
