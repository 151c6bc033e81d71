"""`manage.py bench NAME`"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from compliance.benches import BY_NAME


class Command(BaseCommand):
    help = "Runs a benchmark, with what it is compared to measured in the same run."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", choices=tuple(BY_NAME), metavar="NAME")
        parser.add_argument("--scale", type=float, default=1.0, help="0.1 is a tenth of the size")

    def handle(self, *args: Any, **options: Any) -> None:
        for line in BY_NAME[options["name"]](options["scale"]):
            self.stdout.write(line)
