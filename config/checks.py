"""Deploy checks of our own: `manage.py check --deploy` fails where an answer could be lost."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register


@register(Tags.security, deploy=True)
def servers_are_named(
    app_configs: Sequence[AppConfig] | None, **options: Any
) -> list[CheckMessage]:
    """Production needs a broker that survives a restart, mail that leaves, and a way back to it."""
    found: list[CheckMessage] = []
    if not settings.REDIS_URL:
        found.append(
            Error("No broker: tasks would be kept in memory.", "Set REDIS_URL.", id="cellgate.E001")
        )
    if settings.EMAIL_BACKEND == "config.mailbox.FolderBackend":
        found.append(
            Warning("Mail is written to files, not sent.", "Set EMAIL_URL.", id="cellgate.W001")
        )
    if not settings.SITE_URL.startswith("https://"):
        found.append(
            Warning("Mail links back over plain http.", "Set SITE_URL.", id="cellgate.W002")
        )
    return found
