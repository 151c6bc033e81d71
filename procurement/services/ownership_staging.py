"""Where an ownership file waits, whole, before anything of it is kept: a database of its own on
disk, so that a million statements need no more memory than ten.
"""

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import fields
from decimal import Decimal
from functools import cache
from operator import attrgetter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO, NamedTuple

from procurement.countries import country
from procurement.formats.ownership import PartySaid, Unread, format_of
from procurement.formats.ownership.statements import name_problem
from procurement.formats.problem import Problem
from procurement.identifiers import Scheme, check

MOST_PROBLEMS = 100
TOLD_EVERY = 10_000
ROWS_AT_ONCE = 500
MOST_TOLD = 20_000
"""Statements about parties kept at hand, so as not to take in twice what is told twice."""
SCHEMES = frozenset(Scheme)
TABLES = """
PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -65536;
CREATE TABLE party (
    id INTEGER PRIMARY KEY, register TEXT, record TEXT, statement TEXT, stated TEXT, bare INTEGER,
    size INTEGER, said TEXT
);
CREATE TABLE number (register TEXT, record TEXT, scheme TEXT, value TEXT);
CREATE TABLE link (
    id INTEGER PRIMARY KEY, register TEXT, record TEXT, statement TEXT, stated TEXT, status TEXT,
    place TEXT, holder TEXT, held TEXT, said TEXT, metric TEXT, low TEXT, high TEXT, nature TEXT,
    kind TEXT, holds INTEGER, true_from TEXT, true_to TEXT
);
CREATE TABLE who (register TEXT, record TEXT, pk INTEGER, made INTEGER, latest INTEGER,
    PRIMARY KEY (register, record)) WITHOUT ROWID;
CREATE TABLE fact (
    id INTEGER PRIMARY KEY, action TEXT, tab TEXT, pk INTEGER, register TEXT, holder TEXT,
    held TEXT, metric TEXT, low TEXT, high TEXT, nature TEXT, kind TEXT, holds INTEGER,
    true_from TEXT, true_to TEXT, source TEXT
);
CREATE TABLE note (
    register TEXT, record TEXT, statement TEXT, stated TEXT, said TEXT, tab TEXT, pk INTEGER,
    fact INTEGER
);
"""
LINK = (
    "record", "statement", "stated", "status", "holder", "held", "said", "metric", "low", "high",
    "nature", "kind", "holds", "true_from", "true_to",
)  # fmt: skip
INSERT_LINK = (
    f"INSERT INTO link (register, place, {', '.join(LINK)}) "  # noqa: S608, our names
    f"VALUES ({', '.join('?' * (len(LINK) + 2))})"
)
INSERT_PARTY = (
    "INSERT INTO party (register, record, statement, stated, bare, size, said) "
    "VALUES (?, ?, ?, ?, ?, ?, ?)"
)
INSERT_NUMBER = "INSERT INTO number VALUES (?, ?, ?, ?)"
PARTY = tuple(field.name for field in fields(PartySaid))
said_of_link = attrgetter(*LINK)
said_of_party = attrgetter(*(name for name in PARTY if name != "where"))


class Given(NamedTuple):
    """A file as it comes: its name, and its bytes from the start."""

    name: str
    stream: BinaryIO


class Staging:
    """The database, and what is wrong with what is in it."""

    def __init__(self, path: Path) -> None:
        self.db = sqlite3.connect(path)
        self.db.row_factory = sqlite3.Row
        self.db.executescript(TABLES)
        self.problems: list[Problem] = []
        self.errors = 0
        self.warnings = 0
        self.read = 0
        self.waiting: dict[str, list[tuple[Any, ...]]] = {}
        self.told: dict[tuple[Any, ...], None] = {}

    def say(self, problem: Problem) -> None:
        """Keep the first of each severity, so that no heap of warnings hides an error."""
        if problem.severity == "error":
            self.errors += 1
            told = self.errors
        else:
            self.warnings += 1
            told = self.warnings
        if told <= MOST_PROBLEMS:
            self.problems.append(problem)

    def put(self, insert: str, row: tuple[Any, ...]) -> None:
        """Insert a row, together with others of its kind: call `flush` before any is read."""
        rows = self.waiting.setdefault(insert, [])
        rows.append(row)
        if len(rows) >= ROWS_AT_ONCE:
            self.db.executemany(insert, rows)
            rows.clear()

    def flush(self) -> None:
        for insert, rows in self.waiting.items():
            self.db.executemany(insert, rows)
        self.waiting.clear()

    def is_told(self, said: tuple[Any, ...]) -> bool:
        """Whether the very same was put not long ago: a table tells a party again in each row."""
        if said in self.told:
            return True
        if len(self.told) >= MOST_TOLD:
            self.told.clear()
        self.told[said] = None
        return False

    def ask(self, sql: str, *values: Any) -> Iterator[sqlite3.Row]:
        yield from self.db.execute(sql, values)

    def one(self, sql: str, *values: Any) -> int:
        return int(self.db.execute(sql, values).fetchone()[0] or 0)


@contextmanager
def staging() -> Iterator[Staging]:
    with TemporaryDirectory(prefix="cellgate-ownership-") as folder:
        staged = Staging(Path(folder) / "staged.sqlite3")
        try:
            yield staged
        finally:
            staged.db.close()


def stage(staged: Staging, files: Iterable[Given], progress: Callable[[str, int], None]) -> None:
    """Read the files into the staging database. Problems are collected; nothing raises."""
    for file in files:
        try:
            form, register = format_of(file.stream, file.name)
            for said in form.read(file.stream, file.name):
                if isinstance(said, Problem):
                    staged.say(said)
                elif isinstance(said, PartySaid):
                    _party(staged, register, said)
                else:
                    row = tuple(map(_plain, said_of_link(said)))
                    staged.put(INSERT_LINK, (register, said.where, *row))
                staged.read += 1
                if staged.read % TOLD_EVERY == 0:
                    progress("read", staged.read)
        except Unread as unread:
            staged.say(unread.problem)
    staged.flush()
    staged.db.executescript(
        "CREATE INDEX party_record ON party (register, record);"
        "CREATE INDEX number_value ON number (scheme, value);"
        "CREATE INDEX number_record ON number (register, record);"
        "CREATE INDEX link_record ON link (register, record, stated, id);"
    )
    progress("read", staged.read)
    _check(staged)


def _plain(value: Any) -> Any:
    if value is None or type(value) in (str, bool):
        return value
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if hasattr(value, "isoformat") else value


def _party(staged: Staging, register: str, said: PartySaid) -> None:
    if staged.is_told((register, *said_of_party(said))):
        return
    if problem := name_problem(said.name, said.where):
        staged.say(problem)
        return
    values = {name: getattr(said, name) for name in PARTY}
    for field in ("incorporated", "business", "government_of"):
        values[field] = _country(staged, values[field], said.where)
    numbers = []
    for scheme, value in said.identifiers:
        if scheme in SCHEMES:
            normal, problems = check(scheme, value, said.where)
            for problem in problems:
                staged.say(problem)
            value = normal or value
        numbers.append((register, said.record, scheme[:80], value[:200]))
    text = json.dumps(values, default=str, ensure_ascii=False)
    staged.put(
        INSERT_PARTY,
        (
            register, said.record, said.statement, _plain(said.stated), said.bare, len(text), text,
        ),
    )  # fmt: skip
    for number in numbers:
        staged.put(INSERT_NUMBER, number)


@cache
def _meant(text: str) -> str | Problem:
    return country(text)


def _country(staged: Staging, text: str, where: str) -> str:
    """The code; "" with a warning where the words mean no one country: not known, never guessed."""
    if not text.strip():
        return ""
    meant = _meant(text)
    if isinstance(meant, Problem):
        staged.say(Problem(meant.code, where, meant.what, meant.fix, severity="warning"))
        return ""
    return meant


CHECKS: tuple[tuple[str, str, str, str, str], ...] = (
    (
        "refers-to-nothing",
        "SELECT l.place AS place, l.holder AS what FROM link l WHERE l.holder <> '' AND NOT EXISTS "
        "(SELECT 1 FROM party p WHERE p.register = l.register AND p.record = l.holder)",
        "{place}",
        "It refers to “{what}”, which the file does not say anything about.",
        "Give the statement about it in the same file.",
    ),
    (
        "refers-to-nothing",
        "SELECT l.place AS place, l.held AS what FROM link l WHERE l.held <> '' AND NOT EXISTS "
        "(SELECT 1 FROM party p WHERE p.register = l.register AND p.record = l.held)",
        "{place}",
        "It refers to “{what}”, which the file does not say anything about.",
        "Give the statement about it in the same file.",
    ),
    (
        "identifier-taken",
        "SELECT scheme AS place, value AS what, MIN(record) AS one, MAX(record) AS other "
        "FROM number GROUP BY register, scheme, value HAVING COUNT(DISTINCT record) > 1",
        "{place} {what}",
        "It names two parties: “{one}” and “{other}”.",
        "Correct the number of one of them, or make them one.",
    ),
    (
        "identifier-differs",
        "SELECT scheme AS place, record AS what, MIN(value) AS one, MAX(value) AS other "
        "FROM number GROUP BY register, scheme, record HAVING COUNT(DISTINCT value) > 1",
        "{what}",
        "It has two numbers of {place}: {one} and {other}.",
        "Give one; if they are two parties, give them different names.",
    ),
    (
        "holds-itself",
        "SELECT place, held AS what FROM link WHERE holder = held AND holder <> ''",
        "{place}",
        "“{what}” would hold itself.",
        "Correct the holder or the held.",
    ),
    (
        "incorporated-twice",
        "SELECT record AS what, MIN(land) AS one, MAX(land) AS other FROM ("
        "SELECT p.register, p.record, p.stated, json_extract(p.said, '$.incorporated') AS land "
        "FROM party p WHERE NOT p.bare AND (p.register, p.record) IN ("
        "SELECT register, record FROM party GROUP BY register, record HAVING COUNT(*) > 1)) "
        "WHERE land <> '' GROUP BY register, record, stated HAVING COUNT(DISTINCT land) > 1",
        "{what}",
        "It is said to be incorporated in {one} and, on the same day, in {other}.",
        "Correct one; if they are two parties, give them different names.",
    ),
    (
        "ends-before-it-begins",
        "SELECT place, true_to AS what, true_from AS one FROM link WHERE true_to <= true_from",
        "{place}",
        "It would end on {what} without having begun before (from {one}).",
        "Give a later end or an earlier start.",
    ),
    (
        "statement-twice",
        "SELECT MIN(place) AS place, statement AS what FROM link "
        "GROUP BY register, statement HAVING COUNT(DISTINCT record || said || status) > 1",
        "{place}",
        "Two statements are called “{what}” and differ.",
        "Give each statement its own id.",
    ),
)


def _check(staged: Staging) -> None:
    """What is wrong with the statements taken together."""
    for code, sql, where, what, fix in CHECKS:
        for row in staged.ask(sql):
            told = dict(row)
            staged.say(Problem(code, where.format(**told), what.format(**told), fix))
