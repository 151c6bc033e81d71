"""Many rows at once, a file's worth, without an object or a round trip for each.

The database triggers fire for these rows as for any other.
"""

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from itertools import compress, count, islice, repeat
from json.encoder import encode_basestring_ascii
from operator import attrgetter, is_not
from typing import Any, cast

from django.db import connection, models

from procurement.intake.filled import Filled

Adapt = Callable[[Any], Any]

ROWS_A_STATEMENT = 200
"""Of one that leaves out what is there already; each may be some kilobytes long."""
MOST_ROWS = 2_000
"""Of any other, and as many as SQLite lets it have marks."""


ROWS_A_PIECE = 1_000
MOST_TEXTS = 50_000
ROOM_KIB = 64 * 1024
"""Of pages that SQLite keeps while a file's rows are written; see `room_to_write`."""


class Json(str):
    """What a JSON column is to hold, in JSON already: of what many rows say alike, said once."""

    __slots__ = ()


class Ready(list[Any]):
    """A column whose values are as the driver takes them: JSON and amounts as plain texts."""


class JsonTexts:
    """Mappings of texts to texts as JSON, for many in which pairs or headers come again."""

    def __init__(self) -> None:
        self._pairs = _Pairs()
        self._forms: dict[tuple[int, int | tuple[bool, ...]], tuple[tuple[str, ...], str]] = {}

    def column(self, every: Sequence[Mapping[str, str]]) -> Ready:
        """Of many, as a column."""
        found = Ready()
        for start in range(0, len(every), ROWS_A_PIECE):
            piece = every[start : start + ROWS_A_PIECE]
            filled = [one for one in piece if type(one) is Filled]
            names, texts = map(_NAMES, filled), list(map(_TEXTS, filled))
            if not _needs_no_escape("".join(map("".join, texts))):
                found += map(str, map(self.of, piece))
            elif len(filled) == len(piece):
                found += self._of_whole(list(names), texts)
            else:
                written = map(self._filled, names, texts)
                found += (
                    next(written) if type(one) is Filled else str(self.of(one)) for one in piece
                )
        return found

    def _of_whole(
        self, names: Sequence[tuple[str, ...]], every: Sequence[tuple[str, ...]]
    ) -> Iterable[str]:
        """Of rows that mostly share their headers, and of which many fill all of them."""
        if any(map(is_not, names, repeat(names[0]))):
            return map(self._filled, names, every)
        one = names[0]
        whole = self._form(one, len(one), one)
        return [whole % row if "" not in row else self._filled(one, row) for row in every]

    def of(self, texts: Mapping[str, str]) -> Json:
        if type(texts) is Filled and _needs_no_escape("".join(texts.texts)):
            return Json(self._filled(texts.names, texts.texts))
        return Json("{" + ", ".join(map(self._pairs.__getitem__, texts.items())) + "}")

    def _filled(self, names: tuple[str, ...], texts: tuple[str, ...]) -> str:
        """Of texts that stand in JSON as they are: one form for all rows that fill the same."""
        if "" not in texts:
            return self._form(names, len(texts), names) % texts
        told = tuple(filter(None, texts))
        return self._form(names, tuple(map(bool, texts)), compress(names, texts)) % told

    def _form(
        self, names: tuple[str, ...], which: int | tuple[bool, ...], filled: Iterable[str]
    ) -> str:
        """What the texts of the filled headers are put into. which: says which are filled."""
        key = id(names), which
        if key not in self._forms:
            if len(self._forms) >= MOST_TEXTS:
                self._forms.clear()
            form = ", ".join(f'{encode_basestring_ascii(name)}: "\0"' for name in filled)
            form = "{" + form.replace("%", "%%").replace("\0", "%s") + "}"
            self._forms[key] = names, form  # the names stay, and so does their id
        return self._forms[key][1]


_NAMES, _TEXTS = attrgetter("names"), attrgetter("texts")


def _needs_no_escape(text: str) -> bool:
    return text.isascii() and text.isprintable() and '"' not in text and "\\" not in text


class _Pairs(dict[tuple[str, str], str]):
    def __missing__(self, pair: tuple[str, str]) -> str:
        if len(self) >= MOST_TEXTS:
            self.clear()
        written = self[pair] = ": ".join(map(encode_basestring_ascii, pair))
        return written


class Ids:
    """Ids that nobody else will get, in growing order. Use inside the transaction that writes them.

    Known before the rows are, they let rows refer to one another in a single pass.
    """

    def __init__(self, model: type[models.Model], block: int = 1_000) -> None:
        """block: how many to ask for at once, where that is a round trip."""
        self._table = model._meta.db_table
        self._block = block
        self._ids = self._allot()

    def __iter__(self) -> Iterator[int]:
        return self._ids

    def __next__(self) -> int:
        return next(self._ids)

    def _allot(self) -> Iterator[int]:
        if connection.vendor == "sqlite":
            # A transaction here is the one writer (IMMEDIATE); inserting moves the sequence.
            last = _ask("SELECT seq FROM sqlite_sequence WHERE name = %s", [self._table])
            yield from count(last[0] + 1 if last else 1)
        while True:
            yield from sorted(
                _ask(
                    "SELECT nextval(ids.name) FROM generate_series(1, %s), "
                    # OFFSET: looked up once, and not for each id
                    "(SELECT pg_get_serial_sequence(%s, 'id')::regclass AS name OFFSET 0) AS ids",
                    [self._block, self._table],
                )
            )


@contextmanager
def room_to_write() -> Iterator[None]:
    """While a bill's rows are written, perhaps a hundred thousand, in a transaction.

    They touch pages of every index again and again. SQLite puts aside what its cache has no room
    for and reads it back: a sixth of the work for 100,000 lines. What a connection keeps
    otherwise is for pieces of some megabytes.
    """
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        [kept] = cursor.execute("PRAGMA cache_size").fetchone()
        cursor.execute(f"PRAGMA cache_size = -{ROOM_KIB}")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA cache_size = {kept}")


def _ask(sql: str, values: list[Any]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [row[0] for row in cursor.fetchall()]


def rows_insert(
    model: type[models.Model],
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    ignore_conflicts: bool = False,
    untold: bool = False,
) -> None:
    """Insert plain values, given by `columns`; JSON columns take what JSON can say, or `Json`.

    Columns left out get their field's default; ids and `known_from` the database's. The rows are
    taken while the connection is busy with them: what makes them must not ask the database.
    ignore_conflicts: leave out rows that a unique constraint says are there already. untold: no
    trigger tells of rows of this table, which are no facts.
    """
    _insert(model, columns, _turned(rows), ignore_conflicts, untold or ignore_conflicts)


def columns_insert(
    model: type[models.Model],
    columns: Sequence[str],
    pieces: Iterable[Sequence[Sequence[Any]]],
) -> None:
    """The same for rows that are kept as columns: each piece has a list for each of `columns`, all
    of one length, or a `Ready` one.
    """
    _insert(model, columns, pieces, ignore_conflicts=False, untold=False)


def _turned(rows: Iterable[Sequence[Any]]) -> Iterator[Sequence[Sequence[Any]]]:
    """Rows as pieces of columns."""
    rows = iter(rows)
    while piece := list(islice(rows, ROWS_A_PIECE)):
        yield list(zip(*piece, strict=True))


def _insert(
    model: type[models.Model],
    columns: Sequence[str],
    pieces: Iterable[Sequence[Sequence[Any]]],
    ignore_conflicts: bool,
    untold: bool,
) -> None:
    fields = {str(field.column): field for field in model._meta.concrete_fields}
    rest = [
        field
        for column, field in fields.items()
        if column not in columns
        and field.db_default is models.NOT_PROVIDED
        and not isinstance(field, models.AutoField)
    ]
    defaults = [_default(field) for field in rest]
    names = [*columns, *(str(field.column) for field in rest)]
    adapters = [_adapter(fields[column]) for column in columns]
    quoted = ", ".join(connection.ops.quote_name(name) for name in names)
    table = connection.ops.quote_name(model._meta.db_table)
    ready = (
        [
            *map(_adapted, piece, adapters),
            *([each] * len(piece[0]) for each in defaults),
        ]
        for piece in pieces
    )
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql" and not ignore_conflicts:  # which COPY does not know
            with (
                connection.wrap_database_errors,  # Django's own cursor leaves it to us
                cursor.copy(f"COPY {table} ({quoted}) FROM STDIN") as copy,
            ):
                for piece in ready:
                    for text in copied(piece):
                        copy.write(text)
            return
        insert = f"INSERT INTO {table} ({quoted}) VALUES "  # noqa: S608, our names
        unless = " ON CONFLICT DO NOTHING" if ignore_conflicts else ""
        here = connection.vendor == "sqlite"
        marks = f"({', '.join(['?' if here else '%s'] * len(names))})"
        if here and untold:
            for piece in ready:
                _one_by_one(f"{insert}{marks}{unless}", zip(*piece, strict=True))
            return
        run = _straight if here else cursor.execute
        together = ROWS_A_STATEMENT
        if here:
            # SQLite puts aside each page that a statement of many rows writes to, and any statement
            # where triggers write too: few statements. Django would look for its marks in each of
            # them, and keep every row to the end.
            most = connection.connection.getlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER)
            together = max(1, min(MOST_ROWS, most // len(names)))
        for piece in ready:
            for start in range(0, len(piece[0]), together):
                some = [column[start : start + together] for column in piece]
                values: list[Any] = [None] * (len(some) * len(some[0]))
                for place, column in enumerate(some):
                    values[place :: len(some)] = column
                run(f"{insert}{', '.join([marks] * len(some[0]))}{unless}", values)


def _straight(sql: str, values: list[Any]) -> None:
    """By SQLite's own driver, whose errors become Django's."""
    with connection.wrap_database_errors:
        connection.connection.execute(sql, values)


def _one_by_one(sql: str, rows: Iterable[Sequence[Any]]) -> None:
    """The same, a statement for each row: where no trigger writes, SQLite then puts no page aside,
    which costs more than the statements."""
    with connection.wrap_database_errors:
        connection.connection.executemany(sql, rows)


def _adapted(column: Sequence[Any], adapt: Adapt | None) -> Sequence[Any]:
    """As the driver takes them."""
    if adapt is None or type(column) is Ready:
        return column
    return [None if one is None else adapt(one) for one in column]


def copied(columns: Sequence[Sequence[Any]]) -> Iterator[str]:
    """Rows of plain values in the text form of COPY, some thousands together.

    https://www.postgresql.org/docs/current/sql-copy.html ("Text Format")
    """
    texts = list(map(_copied, columns))
    rows = map("\t".join, zip(*texts, strict=True))
    while some := list(islice(rows, ROWS_A_PIECE)):
        yield "\n".join([*some, ""])


def _copied(column: Sequence[Any]) -> Iterable[str]:
    kinds = set(map(type, column))
    if kinds == {str}:
        return _escaped(cast(Sequence[str], column))
    if kinds <= PLAIN:
        return map(str, column)
    if kinds == {type(None)}:
        return repeat(NULL, len(column))
    if kinds <= PLAIN | {type(None)}:
        return [NULL if one is None else str(one) for one in column]
    texts = _escaped(["" if one is None else _text(one) for one in column])
    return [NULL if one is None else text for one, text in zip(column, texts, strict=True)]


def _text(one: Any) -> str:
    if isinstance(one, bytes | bytearray | memoryview):
        return f"\\x{bytes(one).hex()}"
    return one if isinstance(one, str) else str(one)


def _escaped(texts: Sequence[str]) -> Sequence[str]:
    every = "".join(texts)
    for mark, written in ESCAPES:
        if mark in every:
            texts = [text.replace(mark, written) for text in texts]
    return texts


NULL = "\\N"
PLAIN = {int, bool, float, Decimal, date, datetime}
"""Kinds whose texts PostgreSQL reads back, and which need no escape."""
ESCAPES = (("\\", "\\\\"), ("\t", "\\t"), ("\n", "\\n"), ("\r", "\\r"))
"""What would end a column or a row. The backslash comes first."""


def _default(field: "models.Field[Any, Any]") -> Any:
    value, adapt = field.get_default(), _adapter(field)
    return value if value is None or adapt is None else adapt(value)


def _adapter(field: "models.Field[Any, Any]") -> Adapt | None:
    """What makes a value, not None, one that the driver takes; None where it takes any."""
    if isinstance(field, models.JSONField):
        return _json
    if isinstance(field, models.DateTimeField):
        # Rows that are written together mostly have a moment in common.
        return lru_cache(maxsize=64)(cast(Adapt, connection.ops.adapt_datetimefield_value))
    return str if isinstance(field, models.DecimalField) else None


def _json(value: Any) -> str:
    if type(value) is Json:
        return str(value)  # drivers are quickest with plain texts
    return str(value) if value in ([], {}) else json.dumps(value)  # most problems are none
