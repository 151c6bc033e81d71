import django.db.models.deletion
from django.db import migrations, models

from procurement.triggers import AppendOnly, NoTruncate


class Migration(migrations.Migration):
    """The dossier is no more repeated in each of its proofs, nor where a line's facts came from in
    each of its determinations. What is there already stays as it was written.
    """

    dependencies = [("compliance", "0011_verdicts_by_rule_version")]

    operations = [
        migrations.CreateModel(
            name="DossierText",
            fields=[
                ("digest", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("text", models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name="Provenance",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sources", models.JSONField()),
            ],
        ),
        migrations.AlterField(
            model_name="determination",
            name="sources",
            field=models.JSONField(db_column="sources", default=dict),
        ),
        migrations.RenameField(
            model_name="determination", old_name="sources", new_name="own_sources"
        ),
        migrations.RenameField(model_name="proof", old_name="body", new_name="rest"),
        migrations.AddField(
            model_name="proof",
            name="dossier",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="compliance.dossiertext",
            ),
        ),
        migrations.AddField(
            model_name="determination",
            name="provenance",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="compliance.provenance",
            ),
        ),
        AppendOnly("DossierText", "Provenance"),
        NoTruncate("DossierText", "Provenance"),
    ]
