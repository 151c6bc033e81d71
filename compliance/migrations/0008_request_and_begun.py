"""What moved names the request behind it, and work counts the workers that never came back."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("compliance", "0007_matches"),
    ]

    operations = [
        migrations.AddField(
            model_name="verdictchange",
            name="request",
            field=models.CharField(blank=True, default="", max_length=36),
        ),
        migrations.AddField(
            model_name="work",
            name="begun",
            field=models.PositiveSmallIntegerField(default=0),
        ),
    ]
