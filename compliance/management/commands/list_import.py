"""`manage.py list_import KEY FILE --edition DATE [--by USER]`"""

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from compliance.services.lists import curator_named, edition_read, edition_stage
from procurement.problems import Refused


class Command(BaseCommand):
    help = (
        "Stages one edition of a list from a CSV of facts (columns edition, code, name, aliases, "
        "rule, removed, confidence), refusing what it does not understand. It is not law to the "
        "engine until another curator releases it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("key", metavar="KEY", help='the list: "1260H", "BIS-EL", "SDN" …')
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument("--edition", type=date.fromisoformat, required=True, metavar="DATE")
        parser.add_argument(
            "--covers",
            default="all",
            choices=("all", "battery", "named"),
            help="whom the edition answers for: everybody, the battery trade, or those named only",
        )
        parser.add_argument("--url", default="", help="where it is published")
        parser.add_argument("--by", metavar="USER", help="the curator who stages it, by e-mail")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            read = edition_read(
                key=options["key"],
                edition=options["edition"],
                file=options["file"],
                covers=options["covers"],
                url=options["url"],
            )
            by = curator_named(options["by"]) if options["by"] else None
            edition = edition_stage(edition=read, by=by)
        except Refused as refused:
            raise CommandError("\n".join(map(str, refused.problems))) from refused
        self.stdout.write(
            f"Staged: {edition}, {edition.listings.count()} rows. Another curator releases it:\n"
            f"  manage.py list_release {edition.key} {edition.edition} --by USER"
        )
