import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Lines that a later re-check takes over are rows until the earlier one is certified."""

    dependencies = [
        ("compliance", "0015_fewer_indexes_of_answers"),
    ]

    operations = [
        migrations.CreateModel(
            name="Carried",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("lines", models.TextField()),
                (
                    "recheck",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="carries",
                        to="compliance.recheck",
                    ),
                ),
            ],
        ),
    ]
