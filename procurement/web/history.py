"""How a fact came to be, as a reader meets it: each version, what moved, who, when and why."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import models

from procurement import countries
from procurement.access import visible
from procurement.models import Fact, User
from procurement.selectors import Known

COUNTRY_FIELDS = frozenset({"incorporated", "business", "government_of", "country", "assembled_in"})
HIDDEN = frozenset({"organisation", "unverified"})


@dataclass(frozen=True, slots=True)
class Moved:
    """A field that moved: its label, and what it was and became, in words ("" : not told)."""

    label: str
    was: str
    became: str


@dataclass(frozen=True, slots=True)
class Version:
    known: Known
    moved: tuple[Moved, ...]
    first: bool


def versions_of(model: type[Fact], known: Sequence[Known], user: User) -> list[Version]:
    """Latest first, as `procurement.selectors.history` gives them."""
    names = _names(model, known, user)
    found = []
    for index, version in enumerate(known):
        before = known[index + 1] if index + 1 < len(known) else None
        pairs = (
            {
                name: (None, value)
                for name, value in version.values.items()
                if value not in (None, "", [], {})
            }
            if before is None
            else version.moved_from(before)
        )
        moved = tuple(
            Moved(
                _label(model, name),
                in_words(model, name, was, names),
                in_words(model, name, now, names),
            )
            for name, (was, now) in pairs.items()
            if name not in HIDDEN
        )
        found.append(Version(version, moved, before is None))
    return found


def in_words(model: type[Fact], name: str, value: Any, names: dict[tuple[type, int], str]) -> str:
    """A field's value as a person reads it; "" where it was not told."""
    if value is None or value in ("", [], {}):
        return "of none" if name == "government_of" and value == "" else ""
    field = model._meta.get_field(name)
    if isinstance(field, models.ForeignKey):
        return names.get((field.related_model, value), "one that you cannot see")
    if choices := getattr(field, "choices", None):
        return str(dict(choices).get(value, value))
    if name in COUNTRY_FIELDS:
        return countries.name(value) if countries.is_code(value) else str(value)
    match value:
        case bool():
            return "yes" if value else "no"
        case Decimal():
            return f"{value.normalize():f}"
        case list():
            return ", ".join(map(str, value))
        case dict():
            return ", ".join(f"{key}: {in_plain(each)}" for key, each in value.items())
        case datetime() | date():
            return value.isoformat()
    return str(value)


def in_plain(value: Any) -> str:
    return (
        {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value)
    )


def _label(model: type[Fact], name: str) -> str:
    return str(model._meta.get_field(name).verbose_name).capitalize()  # type: ignore[union-attr]


def _names(model: type[Fact], known: Sequence[Known], user: User) -> dict[tuple[type, int], str]:
    """(model, id) → name of everything the versions refer to, of what the person may see."""
    wanted: dict[type[Any], set[int]] = {}
    for field in _references(model):
        for version in known:
            if (pk := version.values.get(field.name)) is not None:
                wanted.setdefault(field.related_model, set()).add(pk)
    names: dict[tuple[type, int], str] = {}
    for related, ids in wanted.items():
        rows = visible(related._default_manager.filter(pk__in=ids), user)
        names |= {(related, row.pk): str(row) for row in rows}
    return names


def _references(model: type[Fact]) -> Iterator[models.ForeignKey[Any, Any]]:
    for field in model._meta.concrete_fields:
        if isinstance(field, models.ForeignKey) and field.name != "organisation":
            yield field
