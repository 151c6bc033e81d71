import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from procurement.triggers import AppendOnly, KeepPast, NeverDeleted, NoTruncate

UNASKED = {
    "procurement_change_actor_id_69e25dab": "procurement_change (actor_id)",
    "procurement_part_organisation_id_0149e615": "procurement_part (organisation_id)",
    "procurement_part_assembler_id_a69b1b71": "procurement_part (assembler_id)",
    "procurement_part_cells_by_id_6fb58628": "procurement_part (cells_by_id)",
}


class Migration(migrations.Migration):
    """Decision 0031. Indexes go by name, since SQLite would make each table anew for one."""

    dependencies = [
        ("procurement", "0010_pictures_of_long_files"),
    ]

    operations = [
        NeverDeleted("Bom"),
        NoTruncate("Bom"),
        migrations.AlterField(
            model_name="line",
            name="alternate_of",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="alternates",
                to="procurement.line",
            ),
        ),
        migrations.AlterField(
            model_name="line",
            name="bom",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="lines",
                to="procurement.bom",
            ),
        ),
        migrations.AlterField(
            model_name="line",
            name="parent",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="children",
                to="procurement.line",
            ),
        ),
        AppendOnly("Line"),  # SQLite made the table anew, without its triggers
        migrations.RunSQL(
            [f"DROP INDEX IF EXISTS {name}" for name in UNASKED],
            [f"CREATE INDEX {name} ON {where}" for name, where in UNASKED.items()],
            state_operations=[
                migrations.AlterField(
                    model_name="change",
                    name="actor",
                    field=models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                migrations.AlterField(
                    model_name="part",
                    name="assembler",
                    field=models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assembles",
                        to="procurement.party",
                    ),
                ),
                migrations.AlterField(
                    model_name="part",
                    name="cells_by",
                    field=models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cells_for",
                        to="procurement.party",
                    ),
                ),
                migrations.AlterField(
                    model_name="part",
                    name="organisation",
                    field=models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="procurement.organisation",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="part",
            index=models.Index(
                condition=models.Q(("assembler__isnull", False)),
                fields=["assembler"],
                name="procurement_part_assembler",
            ),
        ),
        migrations.AddIndex(
            model_name="part",
            index=models.Index(
                condition=models.Q(("cells_by__isnull", False)),
                fields=["cells_by"],
                name="procurement_part_cells_by",
            ),
        ),
        KeepPast(  # PostgreSQL now writes the Changes of rows born together together
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
