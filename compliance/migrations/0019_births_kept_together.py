"""PostgreSQL keeps the births of a statement together."""

from django.db import migrations

from procurement.triggers import KeepPast


class Migration(migrations.Migration):
    """Decision 0031."""

    dependencies = [("compliance", "0018_answers_checked_once")]

    operations = [KeepPast("Edition", "Listing", "IdentityDecision", "ReadingChoice")]
