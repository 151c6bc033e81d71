from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("compliance", "0013_pieces_of_a_recheck"),
    ]

    operations = [
        migrations.AlterField(
            model_name="recheck",
            name="kind",
            field=models.CharField(
                choices=[
                    ("change", "Facts moved"),
                    ("calendar", "The calendar moved"),
                    ("heartbeat", "Nothing moved"),
                    ("audit", "A sample derived again"),
                    ("all", "Everything derived anew"),
                ],
                default="change",
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            model_name="recheck",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "all"), ("state", "open")),
                fields=("kind",),
                name="compliance_recheck_one_of_all",
            ),
        ),
    ]
