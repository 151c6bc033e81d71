"""What a re-check touched, who is told of it and how far, and the programs that are told too."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("compliance", "0003_long_files"),
        ("procurement", "0002_triggers"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="Alarm",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=40)),
                ("says", models.TextField()),
                ("at", models.DateTimeField()),
                ("told_at", models.DateTimeField(null=True)),
                ("settled_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="BomWatch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "digest",
                    models.CharField(
                        choices=[
                            ("off", "Do not e-mail me"),
                            ("daily", "Once a day"),
                            ("at_once", "As soon as a re-check is done"),
                        ],
                        max_length=10,
                    ),
                ),
                ("urgent", models.BooleanField(default=False)),
            ],
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=60, unique=True)),
                ("body", models.TextField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("taken", "Taken"),
                            ("failed", "Given up"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("status", models.PositiveSmallIntegerField(null=True)),
                ("error", models.CharField(blank=True, default="", max_length=500)),
                ("written_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("taken_at", models.DateTimeField(null=True)),
            ],
            options={"verbose_name_plural": "deliveries"},
        ),
        migrations.CreateModel(
            name="Foretold",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("rule", models.CharField(max_length=40)),
                ("day", models.DateField()),
                ("becomes", models.CharField(max_length=30)),
                ("ahead", models.PositiveSmallIntegerField()),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="MailChoice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "digest",
                    models.CharField(
                        choices=[
                            ("off", "Do not e-mail me"),
                            ("daily", "Once a day"),
                            ("at_once", "As soon as a re-check is done"),
                        ],
                        default="at_once",
                        max_length=10,
                    ),
                ),
                ("zone", models.CharField(default="UTC", max_length=60, verbose_name="time zone")),
                (
                    "quiet_from",
                    models.PositiveSmallIntegerField(default=0, verbose_name="quiet from"),
                ),
                (
                    "quiet_to",
                    models.PositiveSmallIntegerField(default=0, verbose_name="quiet until"),
                ),
                (
                    "daily_at",
                    models.PositiveSmallIntegerField(default=8, verbose_name="daily mail at"),
                ),
                (
                    "warnings",
                    models.BooleanField(
                        default=True, verbose_name="warn me 90, 60 and 30 days ahead"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Outlook",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("stretches", models.JSONField()),
                ("last_day", models.DateField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Told",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveBigIntegerField()),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Webhook",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("url", models.URLField(max_length=500, verbose_name="address")),
                ("secret", models.CharField(max_length=100)),
                ("active", models.BooleanField(default=True)),
                ("told", models.PositiveBigIntegerField(default=0)),
                ("made_at", models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name="mail",
            name="request",
            field=models.CharField(blank=True, default="", max_length=36),
        ),
        migrations.AddField(
            model_name="recheck", name="answers_for", field=models.DateTimeField(null=True)
        ),
        migrations.AddField(
            model_name="recheck", name="carried", field=models.TextField(blank=True, default="")
        ),
        migrations.AddField(
            model_name="recheck",
            name="counterparties",
            field=models.TextField(blank=True, default=""),
        ),
        migrations.AddField(
            model_name="recheck",
            name="kind",
            field=models.CharField(
                choices=[
                    ("change", "Facts moved"),
                    ("calendar", "The calendar moved"),
                    ("heartbeat", "Nothing moved"),
                    ("audit", "A sample derived again"),
                ],
                default="change",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="recheck", name="lines", field=models.TextField(blank=True, default="")
        ),
        migrations.AddField(
            model_name="recheck",
            name="number",
            field=models.PositiveBigIntegerField(null=True, unique=True),
        ),
        migrations.AddField(
            model_name="verdictchange",
            name="number",
            field=models.PositiveBigIntegerField(null=True, unique=True),
        ),
        migrations.AddField(
            model_name="work",
            name="request",
            field=models.CharField(blank=True, default="", max_length=36),
        ),
        migrations.AddField(
            model_name="alarm",
            name="recheck",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="alarms",
                to="compliance.recheck",
            ),
        ),
        migrations.AddField(
            model_name="bomwatch",
            name="bom",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="watches",
                to="procurement.bom",
            ),
        ),
        migrations.AddField(
            model_name="bomwatch",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="bom_watches",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="foretold",
            name="line",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="procurement.line"
            ),
        ),
        migrations.AddField(
            model_name="mailchoice",
            name="user",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="mail_choice",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="outlook",
            name="proof",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="outlook",
                to="compliance.proof",
            ),
        ),
        migrations.AddField(
            model_name="told",
            name="bom",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="procurement.bom"
            ),
        ),
        migrations.AddField(
            model_name="told",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="webhook",
            name="made_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="webhook",
            name="organisation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="webhooks",
                to="procurement.organisation",
            ),
        ),
        migrations.AddField(
            model_name="delivery",
            name="webhook",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="deliveries",
                to="compliance.webhook",
            ),
        ),
        migrations.AddConstraint(
            model_name="bomwatch",
            constraint=models.UniqueConstraint(
                fields=("user", "bom"), name="compliance_watch_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="foretold",
            constraint=models.UniqueConstraint(
                fields=("line", "rule", "day", "becomes", "ahead"), name="compliance_foretold_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="mailchoice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("daily_at__lt", 24), ("quiet_from__lt", 24), ("quiet_to__lt", 24)
                ),
                name="compliance_mail_choice_hours",
            ),
        ),
        migrations.AddIndex(
            model_name="outlook",
            index=models.Index(fields=["last_day"], name="compliance__last_da_28b0bd_idx"),
        ),
        migrations.AddConstraint(
            model_name="told",
            constraint=models.UniqueConstraint(fields=("user", "bom"), name="compliance_told_once"),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(fields=["state", "due_at"], name="compliance__state_fbcbbc_idx"),
        ),
    ]
