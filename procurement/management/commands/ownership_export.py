"""`manage.py ownership_export [FILE] [--format bods|csv] [--organisation NAME]`"""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from procurement.models import Organisation
from procurement.services.ownership_export import ownership_bods, ownership_table


class Command(BaseCommand):
    help = "Writes who owns and controls whom: shared facts, and one organisation's own."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path, nargs="?", help="else the screen")
        parser.add_argument("--format", choices=("bods", "csv"), default="bods")
        parser.add_argument("--organisation", metavar="NAME")

    def handle(self, *args: Any, **options: Any) -> None:
        organisation = None
        if options["organisation"]:
            organisation = Organisation.objects.filter(name=options["organisation"]).first()
            if organisation is None:
                raise CommandError("There is no organisation so called.")
        pieces = (
            ownership_table(organisation)
            if options["format"] == "csv"
            else ownership_bods(organisation, timezone.localdate())
        )
        if options["file"] is None:
            for piece in pieces:
                sys.stdout.write(piece)
            return
        with options["file"].open("w", encoding="utf-8", newline="") as file:
            file.writelines(pieces)
