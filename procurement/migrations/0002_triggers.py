"""No road past the code: facts keep their past and write their Changes; what was submitted stays."""

from django.db import migrations

from procurement.triggers import AppendOnly, KeepPast


class Migration(migrations.Migration):
    dependencies = [("procurement", "0001_initial")]

    operations = [
        KeepPast(
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
        ),
        AppendOnly("Past", "Line"),
    ]
