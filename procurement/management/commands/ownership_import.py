"""`manage.py ownership_import FILE… [--organisation NAME] [--by USER] [--look]`"""

from argparse import ArgumentParser
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError

from procurement.formats.ownership import FORMATS
from procurement.formats.problem import Problem
from procurement.models import Organisation, User
from procurement.problems import Refused
from procurement.services.ownership import Given, Outcome, ownership_import, ownership_preview


class Command(BaseCommand):
    help = (
        "Takes in who owns and controls whom, all of the files together or none of them. Reads: "
        + "; ".join(each.title for each in FORMATS)
        + "."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", metavar="FILE", type=Path, nargs="+")
        parser.add_argument(
            "--organisation", metavar="NAME", help="whose facts they become; left out: shared"
        )
        parser.add_argument("--by", metavar="USER", help="who takes them in, by e-mail")
        parser.add_argument("--look", action="store_true", help="say what would be added; add none")

    def handle(self, *args: Any, **options: Any) -> None:
        organisation = _found(Organisation, "name", options["organisation"])
        by = _found(User, "email__iexact", options["by"])
        with ExitStack() as opened:
            try:
                files = [
                    Given(path.name, opened.enter_context(path.open("rb")))
                    for path in options["files"]
                ]
                if options["look"]:
                    told = ownership_preview(files=files, organisation=organisation, by=by)
                else:
                    told = ownership_import(
                        files=files, organisation=organisation, by=by, progress=self._progress
                    )
            except Refused as refused:
                raise CommandError("\n".join(map(str, refused.problems))) from refused
            except PermissionDenied as denied:
                raise CommandError(str(denied)) from denied
            except OSError as error:
                raise CommandError(f"{error.filename}: {error.strerror}.") from error
        self._say(told, kept=not options["look"])

    def _progress(self, what: str, done: int) -> None:
        self.stderr.write(f"{what} {done:,}")

    def _say(self, told: Outcome, *, kept: bool) -> None:
        for warning in told.warnings:
            self.stderr.write(str(warning))
        self.stdout.write(
            f"{told.statements:,} statements {'taken in' if kept else 'read; nothing is kept'}: "
            f"{told.parties_new:,} new parties, {told.parties_known:,} known; {told.stakes:,} "
            f"stakes, {told.controls:,} controls; {told.ended:,} ended or corrected; "
            f"{told.unsettled:,} that make no fact; {told.repeated:,} known already."
        )


def _found(model: Any, field: str, value: str | None) -> Any:
    """The one row so called; None for none asked."""
    if not value:
        return None
    row = model.objects.filter(**{field: value}).first()
    if row is None:
        problem = Problem("does-not-exist", value, "There is none so called.", "Check the name.")
        raise CommandError(str(problem))
    return row
