"""`manage.py certificates_export FILE [--since NUMBER]`: the chain, for chain_verifier.py."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from compliance.selectors.certificates import chain_export


class Command(BaseCommand):
    help = "Writes certificates of re-checks, in their order, as JSON that chain_verifier.py reads."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--since", type=int, default=1, help="the first number to write")

    def handle(self, *args: Any, file: Path, since: int, **options: Any) -> None:
        chain = chain_export(since=since)
        file.write_text(json.dumps(chain, ensure_ascii=False, indent=1), encoding="utf-8")
        self.stdout.write(f"{len(chain['certificates'])} certificates written to {file}")
