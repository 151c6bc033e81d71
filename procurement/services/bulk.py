"""Many rows at once, a file's worth, without an object or a round trip for each.

The database triggers fire for these rows as for any other.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, compress, count, islice
from json.encoder import encode_basestring_ascii
from typing import Any, cast

from django.db import connection, models

from procurement.intake.filled import Filled

Adapt = Callable[[Any], Any]

ROWS_A_STATEMENT = 200
"""Of one that leaves out what is there already; each may be some kilobytes long."""


ROWS_A_PIECE = 1_000
MOST_TEXTS = 50_000


class Json(str):
    """What a JSON column is to hold, in JSON already: of what many rows say alike, said once."""

    __slots__ = ()


class JsonTexts:
    """Mappings of texts to texts as JSON, for many in which pairs or headers come again."""

    def __init__(self) -> None:
        self._pairs = _Pairs()
        self._forms: dict[tuple[int, int | tuple[bool, ...]], tuple[tuple[str, ...], str]] = {}

    def of(self, texts: Mapping[str, str]) -> Json:
        if type(texts) is Filled and _needs_no_escape("".join(texts.texts)):
            return Json(self._filled(texts.names, texts.texts))
        return Json("{" + ", ".join(map(self._pairs.__getitem__, texts.items())) + "}")

    def _filled(self, names: tuple[str, ...], texts: tuple[str, ...]) -> str:
        """Of texts that stand in JSON as they are: one form for all rows that fill the same."""
        blanks = "" in texts
        which = tuple(map(bool, texts)) if blanks else len(texts)
        key = id(names), which
        if key not in self._forms:
            if len(self._forms) >= MOST_TEXTS:
                self._forms.clear()
            filled = list(compress(names, texts))
            form = ", ".join(f'{encode_basestring_ascii(name)}: "\0"' for name in filled)
            form = "{" + form.replace("%", "%%").replace("\0", "%s") + "}"
            self._forms[key] = names, form  # the names stay, and so does their id
        return self._forms[key][1] % (tuple(filter(None, texts)) if blanks else texts)


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

    BLOCK = 1_000

    def __init__(self, model: type[models.Model]) -> None:
        self._table = model._meta.db_table
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
                    "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
                    [self._table, self.BLOCK],
                )
            )


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
) -> None:
    """Insert plain values, given by `columns`; JSON columns take what JSON can say, or `Json`.

    Columns left out get their field's default; ids and `known_from` the database's. The rows are
    taken while the connection is busy with them: what makes them must not ask the database.
    ignore_conflicts: leave out rows that a unique constraint says are there already.
    """
    fields = {str(field.column): field for field in model._meta.concrete_fields}
    rest = [
        field
        for column, field in fields.items()
        if column not in columns
        and field.db_default is models.NOT_PROVIDED
        and not isinstance(field, models.AutoField)
    ]
    defaults = tuple(_default(field) for field in rest)
    names = [*columns, *(str(field.column) for field in rest)]
    adapted = [
        (place, adapt)
        for place, column in enumerate(columns)
        if (adapt := _adapter(fields[column])) is not None
    ]
    ready = _ready(rows, adapted, defaults)
    quoted = ", ".join(connection.ops.quote_name(name) for name in names)
    table = connection.ops.quote_name(model._meta.db_table)
    marks = ", ".join(["%s"] * len(names))
    insert = f"INSERT INTO {table} ({quoted}) VALUES "  # noqa: S608, our names
    unless = " ON CONFLICT DO NOTHING" if ignore_conflicts else ""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql" and not ignore_conflicts:  # which COPY does not know
            with cursor.copy(f"COPY {table} ({quoted}) FROM STDIN") as copy:
                for row in ready:
                    copy.write_row(row)
            return
        # SQLite puts aside what each statement writes where triggers write too: few statements.
        # Django would look for its marks in each of them, and keep every row to the end.
        marks = marks.replace("%s", "?") if connection.vendor == "sqlite" else marks
        run = _straight if connection.vendor == "sqlite" else cursor.execute
        while piece := list(islice(ready, ROWS_A_STATEMENT)):
            every = ", ".join([f"({marks})"] * len(piece))
            run(f"{insert}{every}{unless}", list(chain.from_iterable(piece)))


def _straight(sql: str, values: list[Any]) -> None:
    """By SQLite's own driver, whose errors become Django's."""
    with connection.wrap_database_errors:
        connection.connection.execute(sql, values)


def _ready(
    rows: Iterable[Sequence[Any]], adapted: Sequence[tuple[int, Adapt]], defaults: tuple[Any, ...]
) -> Iterator[tuple[Any, ...]]:
    """Column by column, some rows at a time."""
    rows = iter(rows)
    while piece := list(islice(rows, ROWS_A_PIECE)):
        columns: list[Iterable[Any]] = list(zip(*piece, strict=True))
        for place, adapt in adapted:
            columns[place] = [None if one is None else adapt(one) for one in columns[place]]
        yield from zip(*columns, *([each] * len(piece) for each in defaults), strict=True)


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
