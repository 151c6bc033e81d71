"""Rows of fact tables as they were known on a moment: now, or any moment before.

A row known then but since replaced is read from `Past`; a row known then and never replaced still
stands in its table. Both come as plain dicts, field attribute → value, never as model instances.
"""

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar, cast

from django.db.models import Model, Q

from compliance.batches import batches
from procurement.models import Fact, Past

Row = dict[str, Any]
Made = TypeVar("Made")
Asked = tuple[type[Fact], str]
"""A table, and the column by which rows of it are asked for."""
MOST_IN_A_QUERY = 500
"""SQLite's parameter limit was once 999; short lists also keep PostgreSQL's plans simple."""


@dataclass(frozen=True)
class Known:
    """What one organisation (and everybody) knew at `on`; None is now, with all that stands."""

    organisation: int | None
    on: datetime | None = None

    def all(self, model: type[Fact]) -> list[Row]:
        """Every row of a small table."""
        return list(self._rows(model, Q(), None))

    def rows(self, model: type[Fact], column: str, values: Iterable[Any]) -> list[Row]:
        """Rows whose `column` (an attribute such as "held_id") is one of `values`, by id."""
        wanted = {value for value in values if value is not None}
        found: list[Row] = []
        for chunk in batches(sorted(wanted), MOST_IN_A_QUERY):
            found.extend(self._rows(model, Q(**{f"{column}__among": chunk}), (column, set(chunk))))
        return sorted(found, key=lambda row: row["id"])

    def once(self, what: Hashable, make: Callable[[], Made], *, everyones: bool = False) -> Made:
        """What `make` makes of these facts. Here it is made whenever it is asked for.

        everyones: it comes to the same for every organisation.
        """
        return make()

    def whose(self) -> Q:
        """The rows that are seen."""
        return Q(organisation=None) | Q(organisation=self.organisation)

    def _rows(
        self, model: type[Fact], where: Q, held: tuple[str, set[Any]] | None
    ) -> Iterator[Row]:
        standing = model._default_manager.filter(where, self.whose())
        if self.on is None:
            yield from cast("Iterator[Row]", standing.values())
            return
        yield from cast("Iterator[Row]", standing.filter(known_from__lte=self.on).values())
        past = Past.objects.filter(
            Q(organisation_id=None) | Q(organisation_id=self.organisation),
            table_name=model._meta.db_table,
            known_from__lte=self.on,
            known_to__gt=self.on,
        )
        for row in past:
            values = typed(model, row.values) | {"known_from": row.known_from}
            if held is None or values[held[0]] in held[1]:
                yield values


@dataclass(frozen=True)
class Held(Known):
    """What some organisations know now, each row read once and then held: for the worlds of many
    bills of materials. What is read first for all of them is there when each is asked for.

    It sees the rows of all of them; what one of them knows is `of` it. It grows old: whoever uses
    it looks, when done, whether a fact has moved since it was made.
    """

    organisations: frozenset[int] = frozenset()
    _held: dict[Asked, dict[Any, list[Row]]] = field(
        default_factory=dict, compare=False, repr=False
    )
    _made: dict[Hashable, Any] = field(default_factory=dict, compare=False, repr=False)
    _owners: dict[Asked, set[int]] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def by(cls, organisations: Iterable[int]) -> "Held":
        these = frozenset(organisations)
        return cls(next(iter(these)) if len(these) == 1 else None, None, these)

    def of(self, organisation: int | None) -> Known:
        """What this one knows: what is everybody's, and its own. None: what is everybody's."""
        if organisation is not None and organisation == self.organisation:
            return self
        return self.once(("known", organisation), lambda: Own(organisation, held=self))

    def owners(self, *, beside: Collection[Asked]) -> frozenset[int]:
        """The organisations of which a row of their own was read, but for what was asked so."""
        owners = (ids for asked, ids in self._owners.items() if asked not in beside)
        return frozenset[int]().union(*owners)

    def all(self, model: type[Fact]) -> list[Row]:
        return self.once(("all", model), lambda: super(Held, self).all(model))

    def rows(self, model: type[Fact], column: str, values: Iterable[Any]) -> list[Row]:
        held = self._held.setdefault((model, column), {})
        wanted = {value for value in values if value is not None}
        if new := [value for value in wanted if value not in held]:
            held.update((value, []) for value in new)
            owners = self._owners.setdefault((model, column), set())
            for row in super().rows(model, column, new):
                held[row[column]].append(row)
                if row["organisation_id"] is not None:
                    owners.add(row["organisation_id"])
        found = [row for value in wanted for row in held[value]]
        return sorted(found, key=lambda row: row["id"])

    def once(self, what: Hashable, make: Callable[[], Made], *, everyones: bool = False) -> Made:
        if what not in self._made:
            self._made[what] = make()
        return cast("Made", self._made[what])

    def whose(self) -> Q:
        return Q(organisation=None) | Q(organisation__among=self.organisations)


@dataclass(frozen=True)
class Own(Known):
    """What one organisation knows, out of what is held for several."""

    held: Held = field(kw_only=True)
    _made: dict[Hashable, Any] = field(default_factory=dict, compare=False, repr=False)

    def all(self, model: type[Fact]) -> list[Row]:
        return self._seen(self.held.all(model))

    def rows(self, model: type[Fact], column: str, values: Iterable[Any]) -> list[Row]:
        return self._seen(self.held.rows(model, column, values))

    def once(self, what: Hashable, make: Callable[[], Made], *, everyones: bool = False) -> Made:
        if everyones:
            return self.held.once(what, make)
        if what not in self._made:
            self._made[what] = make()
        return cast("Made", self._made[what])

    def _seen(self, rows: list[Row]) -> list[Row]:
        return [row for row in rows if row["organisation_id"] in (None, self.organisation)]


def typed(model: type[Model], values: dict[str, Any]) -> Row:
    """A trigger's JSON of a row (`Past.values`, `Change.was`), each value in its Python type."""
    by_column = {field.column: field for field in model._meta.concrete_fields}
    return {
        by_column[column].attname: by_column[column].to_python(value)
        for column, value in values.items()
        if column in by_column
    }
