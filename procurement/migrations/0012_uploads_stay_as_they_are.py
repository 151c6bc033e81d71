from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


class Migration(migrations.Migration):
    """PostgreSQL packed each file before it kept it: most of the time of keeping one, and from then
    on of each piece that is read. Workbooks are packed already.
    """

    dependencies = [("procurement", "0011_fewer_looks_at_each_row")]

    operations = [
        migrations.RunPython(
            lambda apps, editor: kept(apps, editor, "EXTERNAL"),
            lambda apps, editor: kept(apps, editor, "EXTENDED"),
        )
    ]


def kept(apps: Apps, editor: BaseDatabaseSchemaEditor, how: str) -> None:
    if editor.connection.vendor == "postgresql":
        editor.execute(f"ALTER TABLE procurement_upload ALTER COLUMN content SET STORAGE {how}")
