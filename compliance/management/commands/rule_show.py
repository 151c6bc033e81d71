"""`manage.py rule_show [ID]`"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from compliance.law.outline import outline
from compliance.law.rules import BY_ID


class Command(BaseCommand):
    help = "Shows a rule as the outline counsel reads, generated from the rule; all without an id."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("id", nargs="?", metavar="ID")

    def handle(self, *args: Any, **options: Any) -> None:
        wanted = options["id"]
        if wanted is not None and wanted not in BY_ID:
            raise CommandError(f"No rule {wanted!r}; there are {', '.join(BY_ID)}.")
        rules = list(BY_ID.values()) if wanted is None else [BY_ID[wanted]]
        text = "\n\n".join("\n".join(outline(rule)) for rule in rules)
        self.stdout.write(text)
