"""Many rows at once, a file's worth, without an object or a round trip for each.

The database triggers fire for these rows as for any other.
"""

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from itertools import chain, compress, count, islice, repeat
from json.encoder import encode_basestring_ascii
from operator import ne, not_
from typing import Any, cast

from django.db import connection, models

Adapt = Callable[[Any], Any]
Columns = Sequence[Sequence[Any]]
"""Rows kept as columns, all of one length."""

ROWS_A_STATEMENT = 200
"""On PostgreSQL, of one that leaves out what is there already; each may be some kilobytes long."""
MOST_ROWS = 1_024
"""On SQLite, of any, and as many as it lets it have marks."""
ROWS_A_PIECE = 1_000
ROOM_KIB = 64 * 1024
"""Of pages that SQLite keeps while a file's rows are written; see `room_to_write`."""


class Json(str):
    """What a JSON column is to hold, in JSON already: of what many rows say alike, said once."""

    __slots__ = ()


class Ready(list[Any]):
    """A column whose values are as the driver takes them: JSON and amounts as plain texts."""


def json_lists(rows: Iterable[Iterable[str]]) -> Ready:
    """Rows of texts as JSON lists, for a column."""
    return Ready(f"[{','.join(map(encode_basestring_ascii, row))}]" for row in rows)


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
    pieces: Iterable[Columns],
) -> None:
    """The same for rows that are kept as columns: each piece has a list for each of `columns`, all
    of one length, or a `Ready` one.
    """
    _insert(model, columns, pieces, ignore_conflicts=False, untold=False)


def _turned(rows: Iterable[Sequence[Any]]) -> Iterator[Columns]:
    """Rows as pieces of columns."""
    rows = iter(rows)
    while piece := list(islice(rows, ROWS_A_PIECE)):
        yield list(zip(*piece, strict=True))


def _insert(
    model: type[models.Model],
    columns: Sequence[str],
    pieces: Iterable[Columns],
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
    table = connection.ops.quote_name(model._meta.db_table)
    names = [connection.ops.quote_name(name) for name in names]
    ready = (
        [*map(_adapted, piece, adapters), *([each] * len(piece[0]) for each in defaults)]
        for piece in pieces
        if len(piece[0])
    )
    unless = " ON CONFLICT DO NOTHING" if ignore_conflicts else ""
    if connection.vendor == "sqlite":
        with connection.wrap_database_errors:  # Django's own cursor leaves it to us
            for piece in ready:
                (_one_by_one if untold else _together)(table, names, piece, unless)
    elif ignore_conflicts:  # which COPY does not know
        for piece in ready:
            _some_at_a_time(table, names, piece, unless)
    else:
        _copy(table, names, ready)


def _one_by_one(table: str, names: Sequence[str], columns: Columns, unless: str) -> None:
    """Into SQLite, a statement for each row: where no trigger writes, SQLite then puts no page
    aside, which costs more than the statements.
    """
    into = _into(table, names, f"({', '.join('?' * len(names))})", unless)
    _driver().executemany(into, zip(*columns, strict=True))


def _together(table: str, names: Sequence[str], columns: Columns, unless: str) -> None:
    """Into SQLite, as many rows a statement as it takes: it puts aside each page that a statement
    of many rows writes to, and any statement where triggers write too.

    What all rows have in common is bound once. Powers of two, since the driver keeps a hundred
    statements, each with room for its values.
    """
    common = [_in_common(column) for column in columns]
    own = [column for column, same in zip(columns, common, strict=True) if not same]
    once = [column[0] for column, same in zip(columns, common, strict=True) if same]
    names = [*compress(names, common), *compress(names, map(not_, common))]
    marks = f"({', '.join([*(f'?{n}' for n in range(1, len(once) + 1)), *'?' * len(own)])})"
    most = _driver().getlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER) // len(names)
    start, [end] = 0, set(map(len, columns))
    while start < end:
        rows = 1 << min(end - start, most, MOST_ROWS).bit_length() - 1
        values = [None] * (rows * len(own))
        for place, column in enumerate(own):
            values[place :: len(own)] = column[start : start + rows]
        # Django would look for its marks in each of them, and keep every row to the end.
        _driver().execute(_into(table, names, ", ".join([marks] * rows), unless), [*once, *values])
        start += rows


def _in_common(column: Sequence[Any]) -> bool:
    """Whether all its values are the same."""
    return not any(map(ne, column, repeat(column[0])))


def _some_at_a_time(table: str, names: Sequence[str], columns: Columns, unless: str) -> None:
    """Into PostgreSQL."""
    marks = f"({', '.join(['%s'] * len(names))})"
    rows = zip(*columns, strict=True)
    with connection.cursor() as cursor:
        while some := list(islice(rows, ROWS_A_STATEMENT)):
            values = list(chain.from_iterable(some))
            cursor.execute(_into(table, names, ", ".join([marks] * len(some)), unless), values)


def _copy(table: str, names: Sequence[str], pieces: Iterable[Columns]) -> None:
    with (
        connection.cursor() as cursor,
        connection.wrap_database_errors,
        cursor.copy(f"COPY {table} ({', '.join(names)}) FROM STDIN") as copy,
    ):
        for columns in pieces:
            for text in copied(columns):
                copy.write(text)


def _into(table: str, names: Sequence[str], marks: str, unless: str) -> str:
    return f"INSERT INTO {table} ({', '.join(names)}) VALUES {marks}{unless}"  # noqa: S608, our names


def _driver() -> Any:
    """SQLite's own connection."""
    connection.ensure_connection()
    return connection.connection


def _adapted(column: Sequence[Any], adapt: Adapt | None) -> Sequence[Any]:
    """As the driver takes them. What several rows share, as a moment, is adapted once."""
    if adapt is None or type(column) is Ready:
        return column
    objects = list(map(id, column))
    once = dict(zip(objects, column, strict=True))
    known = {key: None if one is None else adapt(one) for key, one in once.items()}
    return list(map(known.__getitem__, objects))


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
        return cast(Adapt, connection.ops.adapt_datetimefield_value)
    return str if isinstance(field, models.DecimalField) else None


def _json(value: Any) -> str:
    if type(value) is Json:
        return str(value)  # drivers are quickest with plain texts
    return str(value) if value in ([], {}) else json.dumps(value)  # most problems are none
