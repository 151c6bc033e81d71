"""What documents say of facts, as text, and where two of them disagree."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import models

from procurement.access import visible
from procurement.countries import is_code, name
from procurement.formats.problem import Problem
from procurement.models import Backing, Evidence, Fact, User
from procurement.problems import Refused

OWNERS = "owners"
"""In the place of a party's field: who owns it, as a whole."""


def says_of(row: Fact, field: str) -> str | None:
    """What is recorded of a field ("attributes.cells_in" too), as a document would say it; None:
    nobody told, or it is no single value."""
    stem, _, key = field.partition(".")
    if not field or field == OWNERS:
        return None
    column = row._meta.get_field(stem)
    value = getattr(row, column.attname)  # type: ignore[union-attr]
    if isinstance(value, dict):
        value = value.get(key) if key else None
    if value is None or isinstance(value, list):
        return None
    if isinstance(column, models.ForeignKey):
        return f"{column.related_model._meta.model_name}:{value}"  # type: ignore[union-attr]
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return value.isoformat() if isinstance(value, date) else str(value)


def value_said(row: Fact, field: str, says: str) -> Any:
    """What a document says as the field's own value. Raises Refused where it is none."""
    stem, _, key = field.partition(".")
    if field == OWNERS:
        what = "Owners are told one by one, not as a word."
        fix = "Enter the owners it names, then set this statement aside as entered."
        raise Refused(Problem("not-one-value", "follow", what, fix))
    column = row._meta.get_field(stem)
    if isinstance(column, models.ForeignKey):
        what = f"“{says}” names another thing, it is no value."
        raise Refused(Problem("not-one-value", "follow", what, "Edit the fact itself."))
    if key:
        return {**getattr(row, stem), key: says}
    if isinstance(column, models.BooleanField):
        if says not in ("yes", "no"):
            raise Refused(Problem("invalid", "says", f"“{says}” is not yes or no.", "Correct it."))
        return says == "yes"
    if isinstance(column, models.DecimalField):
        try:
            return Decimal(says)
        except InvalidOperation:
            raise Refused(
                Problem("not-a-number", "says", f"“{says}” is no number.", "Correct it.")
            ) from None
    return says


@dataclass(frozen=True, slots=True)
class Dispute:
    """A fact of which two statements differ. recorded: what stands, in words.

    statements: what documents say, those of the best grade first, then first given first."""

    row: Fact
    field: str
    recorded: str
    statements: Sequence[Backing]

    @property
    def label(self) -> str:
        """What it is about."""
        if self.field == OWNERS:
            return "who owns it"
        stem, _, key = self.field.partition(".")
        if key:
            return key.replace("_", " ")
        return str(getattr(self.row._meta.get_field(stem), "verbose_name", stem))


def in_words(says: str | None) -> str:
    """What is said, for a reader."""
    if says is None:
        return "as recorded"
    return name(says) if is_code(says) else says or "none"


def disputes_of(rows: Iterable[Fact], user: User) -> list[Dispute]:
    """Where statements about any of these rows differ, of those the person may see and nobody set
    aside."""
    by_table: dict[str, dict[int, Fact]] = {}
    for row in rows:
        by_table.setdefault(row._meta.db_table, {})[row.pk] = row
    found: list[Dispute] = []
    for table, here in by_table.items():
        said: dict[tuple[int, str], list[Backing]] = {}
        statements = visible(
            Backing.objects.filter(table_name=table, row__in=list(here), set_aside=""), user
        ).select_related("evidence")
        for each in statements.exclude(field="").order_by("id"):
            said.setdefault((each.row, each.field), []).append(each)
        for (pk, field), each_said in said.items():
            recorded = says_of(here[pk], field)
            versions = {recorded if each.says is None else each.says for each in each_said}
            if recorded is not None or field == OWNERS:
                versions.add(recorded)
            if len(versions) > 1:
                words = "as recorded" if field == OWNERS else in_words(recorded)
                found.append(Dispute(here[pk], field, words, sorted(each_said, key=_rank)))
    return found


GRADES = tuple(Evidence.Grade.values)
"""Who says so, the least first."""


def _rank(statement: Backing) -> tuple[int, int]:
    return -GRADES.index(statement.evidence.grade), statement.pk
