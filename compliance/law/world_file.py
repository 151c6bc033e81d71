"""A world written down: TOML or JSON in, a `World` or every problem with it out.

The one schema of the casebook, `judge --world` and the API. Its keys are the field names of
`compliance.law.world`: `procurement`, `lines`, `parts`, `parties`, `stakes`, `disclosures`,
`controls`, `licences`, `lists`, `identities`, `documents`, `backings`, `readings`,
`known_on`. What may be left out:

- `ref`: a party's and a part's is its name or number, any other's is made from its place;
- a stake's `low` and `high` may be written as one `percent`;
- a fact that nobody has told: leave it out. It is then unknown, never "no".

Strict: an unknown key, an unknown country, a share that is no number, a stake that takes a company
over 100 percent, an entry that ends before it begins are refused by name and place.
"""

import difflib
import types
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from compliance.law import world_checks
from compliance.law.countries import ALPHA2
from compliance.law.evidence import Document
from compliance.law.world import Part, Party, Stake, World
from procurement.formats.problem import Problem

COUNTRIES = frozenset({"incorporated", "business", "government_of", "assembled_in", "country"})
"""Fields that hold an ISO 3166-1 alpha-2 code."""

SINGULAR = {
    "lines": "line",
    "parts": "part",
    "parties": "party",
    "stakes": "stake",
    "disclosures": "disclosure",
    "controls": "control",
    "licences": "licence",
    "lists": "list",
    "identities": "identity",
    "documents": "document",
    "backings": "backing",
    "waivers": "waiver",
    "grounds": "ground",
    "components": "component",
    "entries": "entry",
}


def read_world(told: Mapping[str, Any]) -> World | tuple[Problem, ...]:
    """The world that a mapping tells, or every problem with it, by path."""
    reader = Reader()
    world: World = reader.value({"procurement": {}, **told}, World, "")
    problems = reader.problems or [*world_checks.check(world)]
    return tuple(problems) if problems else world


class Reader:
    """Turns plain values into the world's dataclasses, collecting problems by path."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def refuse(self, code: str, where: str, what: str, fix: str) -> None:
        self.problems.append(Problem(code, where or "world", what, fix))

    def value(self, told: Any, wanted: Any, path: str) -> Any:
        """`told` as a value of the type `wanted`; None after a problem."""
        origin = get_origin(wanted)
        if origin in (Union, types.UnionType):
            inner = [each for each in get_args(wanted) if each is not type(None)]
            return None if told is None else self.value(told, inner[0], path)
        if origin is tuple:
            return self.sequence(told, get_args(wanted)[0], path)
        if origin is Mapping:
            return self.mapping(told, get_args(wanted)[1], path)
        if is_dataclass(wanted) and isinstance(wanted, type):
            return self.record(told, wanted, path)
        return self.scalar(told, wanted, path)

    def sequence(self, told: Any, wanted: Any, path: str) -> tuple[Any, ...]:
        if isinstance(told, str) or not isinstance(told, Sequence):
            self.refuse("not-a-list", path, "A list was expected.", "Put it in square brackets.")
            return ()
        name = SINGULAR.get(path.rpartition(".")[2], "")
        return tuple(
            self.value(named(each, wanted, f"{name}:{path}.{number}"), wanted, f"{path}.{number}")
            for number, each in enumerate(told, start=1)
        )

    def mapping(self, told: Any, wanted: Any, path: str) -> Mapping[str, Any]:
        if not isinstance(told, Mapping):
            self.refuse("not-a-table", path, "A table was expected.", "Write a table.")
            return {}
        return {
            str(key): self.value(each, wanted, f"{path}.{key}")
            for key, each in sorted(told.items(), key=lambda item: str(item[0]))
        }

    def record(self, told: Any, wanted: type, path: str) -> Any:
        if not isinstance(told, Mapping):
            self.refuse("not-a-table", path, "A table was expected.", "Write a table.")
            return None
        told = dict(told)
        if wanted is Stake and "percent" in told:
            told["low"] = told["high"] = told.pop("percent")
        if "ref" in hints(wanted) and "ref" not in told:
            told["ref"] = path or "procurement"
        for key in told.keys() - hints(wanted).keys():
            near = difflib.get_close_matches(str(key), [*hints(wanted), "percent"], 1)
            fix = f"Did you mean {near[0]!r}?" if near else f"Use {', '.join(hints(wanted))}."
            self.refuse("unknown-key", f"{path}.{key}".lstrip("."), f"No key {key!r} here.", fix)
        found: dict[str, Any] = {}
        for each in fields(wanted):
            where = f"{path}.{each.name}".lstrip(".")
            if each.name in told:
                found[each.name] = self.field(told[each.name], wanted, each.name, where)
            elif each.default is MISSING and each.default_factory is MISSING:
                if type(None) in get_args(hints(wanted)[each.name]):
                    found[each.name] = None
                else:
                    self.refuse("missing-key", where, f"{each.name!r} is missing.", "Add it.")
        return None if self.problems else wanted(**found)

    def field(self, told: Any, wanted: type, name: str, where: str) -> Any:
        value = self.value(told, hints(wanted)[name], where)
        if name in COUNTRIES and value and value not in ALPHA2:
            self.refuse(
                "unknown-country",
                where,
                f"{value!r} is not a country code.",
                "Write the ISO 3166-1 alpha-2 code, such as KR, CN or TW.",
            )
        return value

    def scalar(self, told: Any, wanted: Any, path: str) -> Any:
        if wanted is date:
            return self.day(told, path)
        if wanted is Decimal:
            return self.number(told, path)
        if isinstance(wanted, type) and issubclass(wanted, StrEnum):
            try:
                return wanted(told)
            except ValueError:
                near = difflib.get_close_matches(str(told), list(wanted), 1)
                fix = f"Did you mean {near[0]!r}?" if near else f"Use {', '.join(wanted)}."
                self.refuse("unknown-word", path, f"{told!r} is not known here.", fix)
                return None
        if type(told) is not wanted:
            names = {str: "Text", bool: "true or false", int: "A whole number"}
            self.refuse(
                "wrong-kind", path, f"{names[wanted]} was expected, not {told!r}.", "Correct it."
            )
            return None
        return told

    def day(self, told: Any, path: str) -> date | None:
        if isinstance(told, date) and not isinstance(told, datetime):
            return told
        try:
            return date.fromisoformat(told)
        except (TypeError, ValueError):
            self.refuse("not-a-date", path, f"{told!r} is no day.", "Write it as 2028-01-31.")
            return None

    def number(self, told: Any, path: str) -> Decimal | None:
        """A decimal: text, a whole number, or a JSON number by its shortest writing."""
        try:
            if isinstance(told, bool) or not isinstance(told, str | int | float | Decimal):
                raise InvalidOperation
            value = Decimal(str(told).strip())
            if not value.is_finite():
                raise InvalidOperation
        except InvalidOperation:
            fix = "Write digits with a decimal point, such as 24.99."
            self.refuse("not-a-number", path, f"{told!r} is no number.", fix)
            return None
        return value


@cache
def hints(wanted: type) -> dict[str, Any]:
    """Field types of a dataclass, by name."""
    return get_type_hints(wanted)


def named(told: Any, wanted: Any, ref: str) -> Any:
    """With a ref where none is written: a party's name, a part's number, else its place."""
    if not isinstance(told, Mapping) or "ref" in told or not isinstance(wanted, type):
        return told
    if not is_dataclass(wanted) or "ref" not in hints(wanted):
        return told
    by = {Party: "name", Part: "number", Document: "title"}.get(wanted, "")
    return {**told, "ref": told.get(by, ref)}
