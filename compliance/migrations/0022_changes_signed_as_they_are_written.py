"""Changes of what lists say are signed as they are written, as those of other facts."""

from django.db import migrations

from procurement.triggers import KeepPast


class Migration(migrations.Migration):
    """Decision 0032."""

    dependencies = [
        ("compliance", "0021_answers_refer_together"),
        ("procurement", "0013_changes_are_signed_as_they_are_written"),
    ]

    operations = [KeepPast("Edition", "Listing", "IdentityDecision", "ReadingChoice")]
