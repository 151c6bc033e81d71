"""Emptying a table at a stroke passed the triggers of its rows: what was known must stay known."""

from django.db import migrations

from procurement.triggers import NoTruncate


class Migration(migrations.Migration):
    dependencies = [("procurement", "0006_statements_of_documents")]

    operations = [
        NoTruncate(
            "Party",
            "Identifier",
            "Stake",
            "Disclosure",
            "Control",
            "Site",
            "Part",
            "Component",
            "ProcessStep",
            "Licence",
            "Procurement",
            "Waiver",
            "WaiverGround",
            "Evidence",
            "Backing",
            "Past",
            "Line",
            "Statement",
        ),
    ]
