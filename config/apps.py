"""Makes `config` an app of Django's, for its commands, checks, templates and static files."""

from django.apps import AppConfig

from config import checks
from config.celery import app as celery_app

__all__ = ["ConfigConfig", "celery_app", "checks"]


class ConfigConfig(AppConfig):
    """Importing this module is what makes every process know the one Celery app and our checks."""

    name = "config"
