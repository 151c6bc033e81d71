"""`manage.py replay [--all | ID…]`"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from compliance.models import Determination
from compliance.services.replaying import determination_replay


class Command(BaseCommand):
    help = (
        "Derives stored determinations again, each from what was known when it was derived, and "
        "compares the proofs byte for byte. Exit 1 if any differs."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("ids", nargs="*", type=int, metavar="ID")
        parser.add_argument("--all", action="store_true", help="every determination ever made")

    def handle(self, *args: Any, **options: Any) -> None:
        wanted = Determination.objects.select_related("bom__procurement", "line", "proof__dossier")
        if not options["all"]:
            if not options["ids"]:
                raise CommandError("Name determinations by id, or give --all.")
            wanted = wanted.filter(pk__in=options["ids"])
            absent = set(options["ids"]) - set(wanted.values_list("pk", flat=True))
            if absent:
                raise CommandError(f"No such determination: {', '.join(map(str, sorted(absent)))}")
        same = differ = outdated = 0
        for determination in wanted.order_by("pk").iterator(chunk_size=200):
            replayed = determination_replay(determination=determination)
            same += replayed.same
            if replayed.same:
                continue
            if replayed.outdated:
                outdated += 1
                continue
            differ += 1
            self.stdout.write(f"{determination.pk} differs: {determination}")
        self.stdout.write(
            f"{same} the same, {differ} differ, {outdated} under a rule since read anew"
        )
        if differ:
            raise SystemExit(1)
