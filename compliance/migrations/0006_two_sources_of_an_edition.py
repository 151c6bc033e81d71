"""A wider import stands beside the edition it will replace, and a second source beside the first."""

from django.db import migrations, models

from procurement.triggers import KeepPast


class Migration(migrations.Migration):
    dependencies = [("compliance", "0005_inquiries")]

    operations = [
        migrations.RemoveConstraint(model_name="edition", name="compliance_edition_once"),
        migrations.AddField(
            model_name="edition", name="notice", field=models.BooleanField(default=False)
        ),
        migrations.AddField(
            model_name="edition",
            name="second",
            field=models.JSONField(
                blank=True, default=dict, verbose_name="what a second source said"
            ),
        ),
        migrations.AddConstraint(
            model_name="edition",
            constraint=models.UniqueConstraint(
                fields=("key", "edition", "state"), name="compliance_edition_once_in_a_state"
            ),
        ),
        KeepPast("Edition"),
    ]
