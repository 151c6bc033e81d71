"""The lines of a file of which nothing is stored. A heavy one is read apart (`services.apart`)."""

from tempfile import TemporaryFile
from typing import Any, NamedTuple

from procurement.formats import read
from procurement.formats.problem import Problem
from procurement.formats.workbook import Workbook
from procurement.intake.reading import ParsedLine
from procurement.intake.recognise import recognise
from procurement.intake.rows import rows
from procurement.problems import Refused
from procurement.services.apart import answered, apart
from procurement.services.reading import is_heavy

PROGRAM = (
    "import django; django.setup(); from procurement.services import stateless; stateless.here()"
)


class FileLines(NamedTuple):
    """The lines of a file, and the problems with the rest."""

    lines: tuple[ParsedLine, ...]
    problems: tuple[Problem, ...]


def file_lines(data: bytes, filename: str, most: int) -> FileLines:
    """Raises Refused where no row is a line, where more than `most` are, or where a heavy file
    takes more memory or time than one is given.
    """
    if not is_heavy(data):
        return lines_of(read(data, filename), filename, most)
    with TemporaryFile() as file:
        file.write(data)
        file.flush()
        return FileLines(*apart(PROGRAM, [filename, most, file.fileno()], [file]))


def lines_of(workbook: Workbook, filename: str, most: int) -> FileLines:
    """As `file_lines`, of a file that is read."""
    if not workbook.readable:
        raise Refused(*workbook.problems)
    reading = recognise(workbook)
    if reading.layout is None:
        raise Refused(*workbook.problems, *reading.problems)
    found = rows(workbook, reading.layout)
    about_file = [problem for problem in workbook.problems if problem.row is None]
    problems = (*about_file, *reading.problems, *found.problems)  # the rest stand with their rows
    if not found.lines:
        nothing = Problem("no-lines", filename, "No row names a part.", "Submit at least one part.")
        raise Refused(*problems, nothing)
    if len(found.lines) > most:
        what = f"It has {len(found.lines):,} lines; {most:,} are judged with nothing stored."
        fix = "Submit it, by manage.py feed, the pages or the API; or split it."
        raise Refused(Problem("too-many-lines", filename, what, fix))
    return FileLines(tuple(found.lines), problems)


# --- in the process of its own --------------------------------------------------------------------
def here() -> None:
    answered(_found)


def _found(filename: str, most: int, content: int) -> Any:
    with open(content, "rb") as file:
        file.seek(0)
        workbook = read(file.read(), filename)
    return tuple(lines_of(workbook, filename, most))
