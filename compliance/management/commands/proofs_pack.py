"""`manage.py proofs_pack BOM`"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from compliance.services.packing import bom_pack
from procurement.models import Bom


class Command(BaseCommand):
    help = (
        "Writes the proofs of every verdict that stands for a BOM, with their grounds, as one "
        "sealed pack. `python3 compliance/verifier.py PACK.json` checks it with nothing of ours."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("bom", type=int, metavar="BOM", help="its id")

    def handle(self, *args: Any, **options: Any) -> None:
        bom = Bom.objects.filter(pk=options["bom"]).first()
        if bom is None:
            raise CommandError(f"No such BOM: {options['bom']}")
        self.stdout.write(bom_pack(bom=bom))
