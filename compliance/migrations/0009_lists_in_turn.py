"""Lists are kept in memory under the number of their newest Change: so numbers must follow commits."""

from django.db import migrations

from procurement.triggers import InTurn, NoTruncate


class Migration(migrations.Migration):
    dependencies = [("compliance", "0008_request_and_begun"), ("procurement", "0007_no_truncate")]

    operations = [
        NoTruncate(
            "Edition", "Listing", "IdentityDecision", "ReadingChoice", "Determination", "Proof"
        ),
        InTurn("Edition", "Listing"),
    ]
