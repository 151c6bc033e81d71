"""`manage.py judge FILE [--on DATE] [--world FILE.toml] [--format text|json]`"""

import json
import resource
import sys
import tomllib
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from compliance.law.packing import told_of
from compliance.law.settled import texts_of
from compliance.law.verdicts import BAD, OPEN
from compliance.stateless import FileJudged, file_judge
from procurement.formats.support.limits import MAX_BYTES
from procurement.problems import Refused
from procurement.services.apart import MOST_MEMORY, too_much

ALL_GOOD, SOME_BAD, SOME_OPEN, NOT_READ, NOT_RUN = range(5)
OWN_DAYS = ("award", "obligation", "payments", "delivery", "renewal")


def a_day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r} is no day: write it as 2028-01-31") from error


class Command(BaseCommand):
    help = (
        "Judges a bill of materials with nothing stored. Exit 0: everything may be bought, does "
        "not face the law, or the law is not yet in force; 1: something is prohibited or needs a "
        "waiver; 2: something is open; 3: the file or the world cannot be read; 4: anything else."
    )
    requires_system_checks = ()
    reading_arguments = True

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument(
            "--on",
            type=a_day,
            metavar="DATE",
            help="asked on this day; otherwise on the days the world tells, or today",
        )
        parser.add_argument(
            "--world", type=Path, metavar="FILE.toml", help="procurement, parties, stakes, lists …"
        )
        parser.add_argument("--format", choices=("text", "json"), default="text")

    def run_from_argv(self, argv: list[str]) -> None:
        """Only where this is all that the process does is its memory ours to bound."""
        resource.setrlimit(resource.RLIMIT_DATA, (MOST_MEMORY, MOST_MEMORY))
        try:
            super().run_from_argv(argv)
        except SystemExit as ended:
            if self.reading_arguments and ended.code == 2:  # argparse's own, which means usage
                sys.exit(NOT_RUN)
            raise

    def handle(self, *args: Any, **options: Any) -> None:
        self.reading_arguments = False
        try:
            told = self.world(options["world"])
            data = self.bytes_of(options["file"])
            on = options["on"] or self.day(told)
            found = file_judge(data, options["file"].name, told, on)
            told_as = as_json(found) if options["format"] == "json" else as_text(found)
            self.stdout.writelines(told_as)
        except Refused as error:
            lines = "\n".join(str(problem) for problem in error.problems)
            raise CommandError(lines, returncode=NOT_READ) from error
        except MemoryError as error:
            raise CommandError(str(too_much("memory", "Judging")), returncode=NOT_READ) from error
        except CommandError:
            raise
        except Exception as error:
            raise CommandError(f"{type(error).__name__}: {error}", returncode=NOT_RUN) from error
        verdicts = {finding.verdict for line in found.lines for finding in line.findings}
        code = SOME_BAD if verdicts & BAD else SOME_OPEN if verdicts & OPEN else ALL_GOOD
        if code:
            sys.exit(code)

    def world(self, path: Path | None) -> dict[str, Any]:
        if path is None:
            return {}
        try:
            return tomllib.loads(self.bytes_of(path).decode(), parse_float=Decimal)
        except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise CommandError(f"{path}: {error}", returncode=NOT_READ) from error

    def bytes_of(self, path: Path) -> bytes:
        """Of a file larger than any that we read, enough to tell so."""
        try:
            with path.open("rb") as file:
                return file.read(MAX_BYTES + 1)
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}", returncode=NOT_READ) from error

    def day(self, told: dict[str, Any]) -> date | None:
        """None, the procurement's own days, where the world tells one; else today."""
        procurement = told.get("procurement", {})
        own = isinstance(procurement, dict) and any(key in procurement for key in OWN_DAYS)
        return None if own else timezone.localdate()


def as_text(found: FileJudged) -> Iterator[str]:
    for problem in found.problems:
        yield f"! {problem}\n"
    for line in found.lines:
        where = "counterparty" if line.row is None else f"row {line.row}"
        yield f"{where}: {line.label} [{line.category or 'not recognised'}]: {line.verdict}\n"
        for finding, says in zip(line.findings, line.sentences, strict=True):
            yield f"    {finding.rule}: {says}\n"
        for advisory in line.advisories:
            yield f"    advisory: {advisory.says} ({advisory.cite})\n"
    yield f"{len(found.lines)} lines: {found.verdict}\n"


def as_json(found: FileJudged) -> Iterator[str]:
    """The answer with every proof and its grounds: `compliance/verifier.py` reads it as it is.

    Never one text: that would be long, and its making takes several times as much.
    """
    lines = [
        {
            "row": line.row,
            "part": line.label,
            "category": line.category,
            "verdict": line.verdict,
            "findings": [
                {
                    "rule": finding.rule,
                    "cite": finding.cite,
                    "verdict": finding.verdict,
                    "would_be": finding.would_be,
                    "on": finding.on.isoformat(),
                    "hinge": finding.hinge,
                    "because": finding.because,
                    "confidence": [
                        text._asdict()
                        for text in texts_of(finding.rule, finding.version, finding.because)
                    ],
                    "says": says,
                    "missing": [each._asdict() for each in finding.missing],
                    "flags": finding.flags,
                    "decided_by": finding.decided_by,
                    "proof_digest": packed.proof.digest,
                }
                for finding, says, packed in zip(
                    line.findings, line.sentences, line.proofs, strict=True
                )
            ],
            "advisories": [each._asdict() for each in line.advisories],
        }
        for line in found.lines
    ]
    problems = [
        {"code": each.code, "where": each.where, "what": each.what, "fix": each.fix}
        for each in found.problems
    ]
    proofs = {packed.proof.digest: packed for line in found.lines for packed in line.proofs}
    told = {
        "verdict": found.verdict,
        "lines": lines,
        "problems": problems,
        "pack": told_of(proofs.values()),
    }
    yield from json.JSONEncoder(ensure_ascii=False, indent=1).iterencode(told)
    yield "\n"
