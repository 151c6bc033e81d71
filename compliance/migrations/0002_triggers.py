"""Lists, identity decisions and readings are facts too; determinations and proofs are only ever added."""

from django.db import migrations

from procurement.triggers import AppendOnly, KeepPast


class Migration(migrations.Migration):
    dependencies = [("compliance", "0001_initial"), ("procurement", "0002_triggers")]

    operations = [
        KeepPast("Edition", "Listing", "IdentityDecision", "ReadingChoice"),
        AppendOnly("Determination", "Proof"),
    ]
