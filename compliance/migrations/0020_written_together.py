"""What is written together is not looked up, and long texts are packed by the quicker way."""

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from procurement.triggers import AppendOnly

TEXTS = (("compliance_dossiertext", "text"), ("compliance_proof", "rest"))


def texts_pack(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """A server packs a text of more than two kilobytes by pglz unless told otherwise, which took
    three quarters of the time of storing a dossier's. What is stored stays as it is.

    https://www.postgresql.org/docs/current/storage-toast.html
    """
    if schema_editor.connection.vendor != "postgresql":
        return
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            "SELECT 'lz4' = ANY(enumvals) FROM pg_settings WHERE name = 'default_toast_compression'"
        )
        known = cursor.fetchone()
    if known is not None and known[0]:  # some servers are built without it
        for table, column in TEXTS:
            schema_editor.execute(
                f'ALTER TABLE {table} ALTER COLUMN "{column}" SET COMPRESSION lz4'
            )


class Migration(migrations.Migration):
    """Decision 0030."""

    dependencies = [
        ("compliance", "0019_births_kept_together"),
    ]

    operations = [
        migrations.AlterField(
            model_name="determination",
            name="provenance",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="compliance.provenance",
            ),
        ),
        AppendOnly("Determination"),  # SQLite makes the table anew, without its triggers
        migrations.AlterField(
            model_name="verdict",
            name="determination",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="compliance.determination",
            ),
        ),
        migrations.RunPython(texts_pack, migrations.RunPython.noop),
    ]
