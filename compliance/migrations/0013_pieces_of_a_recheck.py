import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """What a re-check of many lines is still to ask for; and Work is found by its queue first."""

    dependencies = [
        ("compliance", "0012_dossiers_and_provenance_once"),
        ("procurement", "0009_lines_are_found_by_fewer_indexes"),
    ]

    operations = [
        migrations.CreateModel(
            name="Piece",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("queue", models.CharField(max_length=20)),
                ("what", models.CharField(max_length=10)),
                ("count", models.PositiveIntegerField()),
                ("said", models.JSONField()),
                ("asked_at", models.DateTimeField()),
            ],
        ),
        migrations.RemoveIndex(
            model_name="work",
            name="compliance__set_asi_635d68_idx",
        ),
        migrations.AddIndex(
            model_name="work",
            index=models.Index(
                fields=["queue", "set_aside", "handed_at"], name="compliance__queue_b0611b_idx"
            ),
        ),
        migrations.AddField(
            model_name="piece",
            name="recheck",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="pieces",
                to="compliance.recheck",
            ),
        ),
    ]
