from collections.abc import Callable

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from procurement.triggers import AppendOnly, NoTruncate


def unpacked(table: str) -> Callable[[Apps, BaseDatabaseSchemaEditor], None]:
    """Have PostgreSQL keep files in this table as they are (0012)."""

    def keep(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
        if editor.connection.vendor == "postgresql":
            editor.execute(f"ALTER TABLE {table} ALTER COLUMN content SET STORAGE EXTERNAL")

    return keep


class Migration(migrations.Migration):
    """SQLite writes a row whole whenever a word of it changes: with each word on how far the reading
    of a file had got, it wrote the file again.

    Each file is copied once. PostgreSQL gives back the room of the old column when the table is
    next written anew (VACUUM FULL procurement_upload).
    """

    dependencies = [("procurement", "0014_parts_of_lines_together")]

    operations = [
        migrations.CreateModel(
            name="UploadContent",
            fields=[
                (
                    "upload",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="kept",
                        serialize=False,
                        to="procurement.upload",
                    ),
                ),
                ("content", models.BinaryField()),
            ],
        ),
        migrations.RunPython(unpacked("procurement_uploadcontent"), migrations.RunPython.noop),
        migrations.RunSQL(
            "INSERT INTO procurement_uploadcontent (upload_id, content) "
            "SELECT id, content FROM procurement_upload",
            "UPDATE procurement_upload SET content = "
            "(SELECT kept.content FROM procurement_uploadcontent kept "
            "WHERE kept.upload_id = procurement_upload.id)",
        ),
        migrations.RunPython(migrations.RunPython.noop, unpacked("procurement_upload")),
        migrations.SeparateDatabaseAndState(  # what rows have, on the way back, until it is copied
            state_operations=[
                migrations.AlterField("upload", "content", models.BinaryField(default=b"")),
            ],
        ),
        migrations.RemoveField(model_name="upload", name="content"),
        AppendOnly("UploadContent"),
        NoTruncate("UploadContent"),
    ]
