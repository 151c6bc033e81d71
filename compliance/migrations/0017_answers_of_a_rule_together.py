from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("compliance", "0016_lines_taken_over"),
    ]

    operations = [
        migrations.RemoveIndex(model_name="verdict", name="compliance__rule_a0f870_idx"),
        migrations.AddIndex(
            model_name="verdict",
            index=models.Index(fields=["rule", "rule_version"], name="compliance__rule_aa1a06_idx"),
        ),
    ]
