import django.db.models.deletion
from django.db import migrations, models

from procurement.triggers import AppendOnly

FILL = """
UPDATE compliance_verdict SET rule_version = (
    SELECT made.rule_version FROM compliance_determination made
    WHERE made.id = compliance_verdict.determination_id
)
"""


class Migration(migrations.Migration):
    """Of which version of its rule each verdict is, beside it: every night asks it of all of them.

    Three indexes go that another begins with.
    """

    dependencies = [
        ("compliance", "0010_submission_as_told"),
        ("procurement", "0009_lines_are_found_by_fewer_indexes"),
    ]

    operations = [
        migrations.AlterField(
            model_name="determination",
            name="line",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="determinations",
                to="procurement.line",
            ),
        ),
        AppendOnly("Determination"),  # SQLite makes the table anew, without its triggers
        migrations.AlterField(
            model_name="verdict",
            name="bom",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="verdicts",
                to="procurement.bom",
            ),
        ),
        migrations.AlterField(
            model_name="verdict",
            name="line",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="verdicts",
                to="procurement.line",
            ),
        ),
        migrations.AddField(
            model_name="verdict",
            name="rule_version",
            field=models.CharField(default="", max_length=20),
            preserve_default=False,
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name="verdict",
            index=models.Index(
                fields=["rule", "rule_version", "bom"], name="compliance__rule_a0f870_idx"
            ),
        ),
    ]
