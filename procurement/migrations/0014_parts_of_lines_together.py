from django.db import migrations

from procurement.references import RefersTo


class Migration(migrations.Migration):
    """Decision 0031."""

    dependencies = [("procurement", "0013_changes_are_signed_as_they_are_written")]

    operations = [RefersTo("Line", "part")]
