"""`manage.py list_import KEY FILE… --edition DATE [--by USER]`"""

from argparse import ArgumentParser
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError

from compliance.lists.readers import READERS, File
from compliance.models import Edition
from compliance.services.editions import edition_reconcile, editions_read, editions_stage
from compliance.services.lists import curator_named
from procurement.formats.problem import Problem
from procurement.problems import Refused


class Command(BaseCommand):
    help = (
        "Stages editions of a list from its publisher's files, refusing what it does not "
        "understand. They are not law to the engine until another curator releases them. Reads: "
        + "; ".join(reader.title for reader in READERS)
        + "."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "key", metavar="KEY", help='the list: "1260H", "BIS-EL", "SDN" …; "every": all in it'
        )
        parser.add_argument(
            "files",
            metavar="FILE",
            type=Path,
            nargs="+",
            help="the file; for OFAC's CSV also alt.csv, add.csv and comments",
        )
        parser.add_argument(
            "--edition",
            type=date.fromisoformat,
            metavar="DATE",
            help="its day; a file that tells its editions' days gives all of them where left out",
        )
        parser.add_argument(
            "--covers",
            default="all",
            choices=("all", "battery", "named"),
            help="whom the edition answers for: everybody, the battery trade, or those named only",
        )
        parser.add_argument("--url", default="", help="where it is published")
        parser.add_argument("--expect", type=int, metavar="N", help="how many rows there are")
        parser.add_argument("--encoding", default="utf-8-sig", help='such as "cp1252"')
        parser.add_argument(
            "--history", action="store_true", help="it comes before an edition that is released"
        )
        parser.add_argument(
            "--second",
            action="store_true",
            help="this is a second source: compare it with what is staged, and keep what differs",
        )
        parser.add_argument("--by", metavar="USER", help="the curator who stages it, by e-mail")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            by = curator_named(options["by"]) if options["by"] else None
            files = files_at(options["files"], options["encoding"])
            if options["second"]:
                self._compare(options, files, by)
                return
            read = editions_read(
                files=files,
                key="" if options["key"] == "every" else options["key"],
                edition=options["edition"],
                covers=options["covers"],
                url=options["url"],
                expect=options["expect"],
            )
            self.stdout.write(f"Read {sum(len(each.listings) for each in read):,} rows.")
            for staged in editions_stage(editions=read, by=by, history=options["history"]):
                self.stdout.write(
                    f"Staged: {staged}{', a notice' if staged.notice else ''}, "
                    f"{staged.listings.count():,} rows. Another curator releases it:\n"
                    f"  manage.py list_release {staged.key} {staged.edition} --by USER"
                )
        except Refused as refused:
            raise CommandError("\n".join(map(str, refused.problems))) from refused
        except PermissionDenied as denied:
            raise CommandError(str(denied)) from denied

    def _compare(self, options: dict[str, Any], files: Sequence[File], by: Any) -> None:
        staged = Edition.objects.filter(
            key=options["key"], edition=options["edition"], state=Edition.State.STAGED
        ).first()
        if staged is None:
            raise CommandError("No such edition is staged. Give its list and --edition.")
        told = edition_reconcile(edition=staged, files=files, by=by)
        for difference in told.differences:
            self.stdout.write(difference)
        said = "They agree." if not told.differences else "It cannot be released like this."
        self.stdout.write(f"{told.agree:,} rows agree, {len(told.differences):,} differ. {said}")


def files_at(paths: Sequence[Path], encoding: str) -> list[File]:
    """The files' bytes. Refused where one cannot be read."""
    found = []
    for path in paths:
        try:
            found.append(File(path.name, path.read_bytes(), encoding))
        except OSError as error:
            what = f"It cannot be read: {error.strerror}."
            raise Refused(Problem("unreadable", str(path), what, "Check the path.")) from error
    return found
