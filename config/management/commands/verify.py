"""`manage.py verify`: the one command before a push."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from config.verifying import Verification


class Command(BaseCommand):
    help = "Runs lint, types, migrations, deploy check and every test, against real servers."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("-k", dest="only", default="", help="only tests that match, as pytest")
        parser.add_argument("--long", action="store_true", help="full counts; resumes if stopped")

    def handle(self, *args: Any, **options: Any) -> None:
        if not Verification(self.say, only=options["only"], long=options["long"]).run():
            sys.exit(1)

    def say(self, line: str) -> None:
        """Now, and not when a buffer is full: a run takes minutes."""
        self.stdout.write(line)
        self.stdout.flush()
