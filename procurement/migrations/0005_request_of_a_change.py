"""A change remembers the request it came with, so that its consequences can be followed to the mail."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("procurement", "0004_statements"),
    ]

    operations = [
        migrations.AddField(
            model_name="change",
            name="request",
            field=models.CharField(max_length=36, null=True),
        ),
    ]
