"""What registers said, statement by statement: only ever added."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

from procurement.triggers import AppendOnly


class Migration(migrations.Migration):
    dependencies = [
        ("procurement", "0003_drafts"),
    ]

    operations = [
        migrations.CreateModel(
            name="Statement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("register", models.CharField(max_length=80)),
                ("record", models.CharField(max_length=200)),
                ("statement", models.CharField(max_length=250)),
                ("stated", models.DateField(null=True)),
                ("said", models.CharField(default="", max_length=500)),
                ("table_name", models.CharField(default="", max_length=63)),
                ("row", models.BigIntegerField(null=True)),
                (
                    "known_from",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="procurement.organisation",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["register", "record"], name="procurement_registe_8041fe_idx"
                    ),
                    models.Index(
                        fields=["table_name", "row"], name="procurement_table_n_9d16f8_idx"
                    ),
                ],
            },
        ),
        AppendOnly("Statement"),
    ]
