"""`manage.py casebook [PATH…] [--json]`"""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from compliance.law import casebook


class Command(BaseCommand):
    help = (
        "Runs legal cases written in TOML, ours or anyone's, and prints each that does not come "
        "out as expected. Exit 1 if any. How to write one: tests/law/cases/README.md."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", nargs="*", type=Path, metavar="PATH")
        parser.add_argument("--json", action="store_true", help="every case, as JSON lines")

    def handle(self, *args: Any, **options: Any) -> None:
        paths = options["paths"] or [casebook.OURS]
        ran = wrong = 0
        for told in casebook.run_files(paths):
            ran += 1
            wrong += bool(told.wrong)
            if options["json"]:
                self.stdout.write(json.dumps(told._asdict(), ensure_ascii=False))
            elif told.wrong:
                self.stdout.write(f"{told.file}: {told.name}")
                self.stdout.writelines(f"  {each}\n" for each in told.wrong)
        if not options["json"]:
            self.stdout.write(f"{ran} cases, {wrong} not as expected")
        if wrong or not ran:
            sys.exit(1)
