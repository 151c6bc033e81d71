"""`filter(pk__among=ids)`: as `__in`, for hundreds of values.

`__in` puts a mark into the statement for each value, which Django prepares one by one and a server
parses each time. Here all of them are one value, whatever their number.
"""

import json
from collections.abc import Collection
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Field, ForeignObject, Lookup
from django.db.models.sql.compiler import SQLCompiler


@Field.register_lookup
@ForeignObject.register_lookup  # which takes none from above itself
class Among(Lookup):  # type: ignore[type-arg]
    """Whether a column is one of some texts, whole numbers or truths, as they are stored. Among
    none there is none.
    """

    lookup_name = "among"
    prepare_rhs = False
    rhs: Collection[Any]

    def as_sql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper
    ) -> tuple[str, tuple[Any, ...]]:
        column, values = self.process_lhs(compiler, connection)
        kind = self.lhs.output_field.rel_db_type(connection)
        return f"{column} = ANY(%s::{kind}[])", (*values, list(self.rhs))

    def as_sqlite(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper
    ) -> tuple[str, tuple[Any, ...]]:
        column, values = self.process_lhs(compiler, connection)
        sql = f"{column} IN (SELECT value FROM json_each(%s))"  # noqa: S608 - a column's name
        return sql, (*values, json.dumps(list(self.rhs)))
