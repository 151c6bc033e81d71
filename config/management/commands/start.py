"""`manage.py start`: the whole of Cellgate on this machine."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from config import supervise, walkthrough
from config.embedded.process import ChildFailedError


class Command(BaseCommand):
    help = "Runs web pages, API, workers, timetable and broker here until Ctrl-C."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, help="default 8000, or the next that is free")
        parser.add_argument("--no-demo", action="store_true", help="begin without demo data")
        parser.add_argument(
            "--check",
            action="store_true",
            help="take one submission through the API to its e-mail, print timings, stop",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["check"] and options["no_demo"]:
            raise CommandError("--check signs in as the demo's officer: leave --no-demo out.")
        house = supervise.House(self.say)
        try:
            with house.running(options["port"], demo=not options["no_demo"]):
                if options["check"]:
                    walkthrough.walk(house.address, self.say)
                else:
                    house.watch()
        except (ChildFailedError, supervise.CannotStartError, walkthrough.StuckError) as error:
            raise CommandError(str(error)) from error
        except supervise.StopAskedError:
            pass
        self.say(f"Stopped after {house.seconds():.1f} s.")

    def say(self, line: str) -> None:
        """Now, and not when a buffer is full: somebody may be waiting for it in a file."""
        self.stdout.write(line)
        self.stdout.flush()
