import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from procurement.triggers import KeepPast


class Migration(migrations.Migration):
    """Decision 0032."""

    dependencies = [("procurement", "0012_uploads_stay_as_they_are")]

    operations = [
        migrations.CreateModel(
            name="Recorder",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("transaction", models.BigIntegerField()),
                ("why", models.CharField(max_length=300)),
                ("request", models.CharField(max_length=36, null=True)),
                (
                    "actor",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["transaction", "id"], name="procurement_transac_855567_idx"
                    )
                ],
            },
        ),
        KeepPast(  # which sign from now on
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
    ]
