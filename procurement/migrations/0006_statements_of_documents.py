"""What documents say of facts, and which statements somebody set aside, and why."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from procurement.triggers import KeepPast


class Migration(migrations.Migration):
    dependencies = [
        ("procurement", "0005_request_of_a_change"),
    ]

    operations = [
        migrations.AddField(
            model_name="backing",
            name="says",
            field=models.CharField(blank=True, max_length=500, null=True),
        ),
        migrations.AddField(
            model_name="backing",
            name="set_aside",
            field=models.CharField(
                blank=True, default="", max_length=300, verbose_name="why it is not relied on"
            ),
        ),
        migrations.AddField(
            model_name="backing",
            name="set_aside_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="backing",
            name="set_aside_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="backing",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("set_aside", ""),
                    models.Q(("set_aside_at__isnull", False), ("set_aside_by__isnull", False)),
                    _connector="OR",
                ),
                name="procurement_set_aside_by_somebody",
            ),
        ),
        KeepPast("Backing"),
    ]
