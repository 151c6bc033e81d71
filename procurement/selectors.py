"""Facts as a person may read them: shared, and their own organisation's; and how they came to be.

Every list is a queryset, so that an edge can filter and page it. None of them ever holds what
belongs to another organisation.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db.models import Max, Q, QuerySet, TextField
from django.db.models.functions import Cast

from procurement.access import organisation_of, own, visible
from procurement.models import (
    Bom,
    Change,
    Fact,
    Identifier,
    Line,
    Part,
    Party,
    Past,
    Procurement,
    Upload,
    User,
    not_superseded,
)


@dataclass(frozen=True, slots=True)
class Known:
    """A fact as we knew it from `known_from` until, excluding, `known_to` (None: still).

    values: by field name. actor, why: who brought it about and their reason; None and "" where no
    person did. withdrawn: at `known_to` it was taken out, by `ended_by`, because of `ended_why`.
    """

    values: dict[str, Any]
    known_from: datetime
    known_to: datetime | None
    actor: User | None
    why: str
    withdrawn: bool = False
    ended_by: User | None = None
    ended_why: str = ""

    def moved_from(self, before: "Known | None") -> dict[str, tuple[Any, Any]]:
        """Field → (was, became), for what differs from the version before."""
        if before is None:
            return {}
        return {
            name: (before.values.get(name), value)
            for name, value in self.values.items()
            if before.values.get(name) != value
        }


def party_list(*, user: User, q: str = "", unverified: bool | None = None) -> QuerySet[Party]:
    """Parties by name. `q`: part of a name, local name or alias, or a whole identifier."""
    rows = visible(Party.objects.all(), user).prefetch_related("identifiers")
    if unverified is not None:
        rows = rows.filter(unverified=unverified)
    if q:
        numbers = visible(Identifier.objects.filter(value__iexact=q), user)
        escaped = json.dumps(q)[1:-1]  # SQLite keeps JSON as ASCII text
        rows = rows.annotate(alias=Cast("aliases", TextField())).filter(
            Q(name__icontains=q)
            | Q(name_local__icontains=q)
            | Q(alias__icontains=q)
            | Q(alias__icontains=escaped)
            | Q(pk__in=numbers.values("party"))
        )
    return rows.order_by("name", "id")


def part_list(*, user: User, q: str = "", category: str | None = None) -> QuerySet[Part]:
    """Parts by number. `q`: part of a number, description or maker's name."""
    rows = visible(Part.objects.select_related("maker"), user)
    if category is not None:
        rows = rows.filter(category=category or None)
    if q:
        rows = rows.filter(
            Q(number__icontains=q) | Q(name__icontains=q) | Q(maker__name__icontains=q)
        )
    return rows.order_by("number", "id")


def procurement_list(*, user: User) -> QuerySet[Procurement]:
    return own(Procurement.objects.select_related("counterparty"), user).order_by("-id")


def bom_remembered(*, pk: int) -> dict[str, Any] | None:
    """What of how a BOM's sheet was read its sender had told of an earlier one, and was used
    unasked (`services.remembered.Told`).
    """
    found = Bom.objects.values_list("upload__reading__remembered", flat=True).get(pk=pk)
    return found or None


def bom_list(*, user: User, current: bool = False) -> QuerySet[Bom]:
    """BOMs, latest first. current: only revisions that no later one supersedes."""
    rows = own(Bom.objects.select_related("procurement", "upload", "submitted_by"), user)
    rows = rows.defer("upload__reading", "non_parts")
    if current:
        rows = rows.filter(not_superseded())
    return rows.order_by("-submitted_at", "-id")


def line_list(*, user: User, bom: Bom) -> QuerySet[Line]:
    """The lines of a BOM in its own order."""
    rows = bom.lines.filter(bom__organisation=organisation_of(user))
    return rows.select_related("part", "part__maker").order_by("sequence")


def bom_known_since(*, bom: Bom) -> datetime:
    """The moment by which all that a BOM is made of was known: it, its purchase and its parts."""
    parts = Line.objects.filter(bom=bom).order_by().values("part")
    born = Change.objects.filter(was=None).filter(
        Q(table_name=Procurement._meta.db_table, row=bom.procurement_id)
        | Q(table_name=Part._meta.db_table, row__in=parts)
    )
    return max(filter(None, (bom.submitted_at, born.aggregate(last=Max("at"))["last"])))


def upload_list(*, user: User) -> QuerySet[Upload]:
    """Files received, latest first."""
    return own(Upload.objects.all(), user).order_by("-id")


def fact_models() -> dict[str, type[Fact]]:
    """Table name → model of every kind of fact."""
    return {model._meta.db_table: model for model in apps.get_models() if issubclass(model, Fact)}


def history(row: Fact) -> list[Known]:
    """All that we ever took for true of one fact, latest first."""
    return history_of(type(row), row.pk)


def history_of(model: type[Fact], pk: int) -> list[Known]:
    """`history` of a fact that may have been withdrawn; empty where there never was one."""
    table = model._meta.db_table
    versions: list[tuple[dict[str, Any], datetime, datetime | None]] = [
        (past.values, past.known_from, past.known_to)
        for past in Past.objects.filter(table_name=table, row=pk).order_by("known_to", "id")
    ]
    stands = model._default_manager.filter(pk=pk).first()
    if stands is not None:
        values = {
            field.attname: getattr(stands, field.attname) for field in model._meta.concrete_fields
        }
        versions.append((values, stands.known_from, None))
    changes = list(
        Change.objects.filter(table_name=table, row=pk).select_related("actor").order_by("id")
    )
    ending = changes.pop() if changes and changes[-1].became is None else None
    told: list[Change | None] = [None] * (len(versions) - len(changes)) + [*changes]
    known = []
    for (values, known_from, known_to), change in zip(versions, told, strict=False):
        last = ending if stands is None and (values, known_from, known_to) == versions[-1] else None
        known.append(
            Known(
                values=_readable(model, values),
                known_from=known_from,
                known_to=known_to,
                actor=change.actor if change else None,
                why=change.why if change else "",
                withdrawn=last is not None,
                ended_by=last.actor if last else None,
                ended_why=last.why if last else "",
            )
        )
    return known[::-1]


def _readable(model: type[Fact], values: dict[str, Any]) -> dict[str, Any]:
    """The values as the model has them: in JSON each database spells them its own way."""
    return dict(_read(model, values))


def _read(model: type[Fact], values: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for field in model._meta.concrete_fields:
        if field.attname in values and field.name not in ("id", "known_from"):
            value = values[field.attname]
            plain = field.get_internal_type() in ("JSONField", "ForeignKey")
            yield field.name, value if plain else field.to_python(value)
