"""`manage.py list_release KEY DATE --by USER`"""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError

from compliance.services.lists import curator_named, edition_release
from procurement.problems import Refused


class Command(BaseCommand):
    help = "Releases a staged edition: from then on it is law to the engine. Not by who staged it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("key", metavar="KEY")
        parser.add_argument("edition", type=date.fromisoformat, metavar="DATE")
        parser.add_argument("--by", required=True, metavar="USER", help="a curator's e-mail")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            edition = edition_release(
                key=options["key"], edition=options["edition"], by=curator_named(options["by"])
            )
        except Refused as refused:
            raise CommandError("\n".join(map(str, refused.problems))) from refused
        except PermissionDenied as denied:
            raise CommandError(str(denied)) from denied
        self.stdout.write(f"Released: {edition}, {edition.listings.count()} rows.")
