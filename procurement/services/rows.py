"""Rows as the intake read them → lines as they are stored; and plain values → a sheet to read."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from itertools import accumulate, repeat
from typing import Any, NamedTuple

from procurement import identifiers
from procurement.formats.problem import Problem
from procurement.formats.workbook import Cell, Sheet, Workbook
from procurement.intake.classify import classify_line
from procurement.intake.fields import Field
from procurement.intake.filled import headers_of
from procurement.intake.reading import Column, Layout, ParsedLine, Rows
from procurement.intake.signs import designator
from procurement.names import plain
from procurement.services.boms import SubmittedLine

NUMBER_HEADERS = {
    "cage": "CAGE",
    "cage code": "CAGE",
    "ncage": "CAGE",
    "uei": "UEI",
    "unique entity id": "UEI",
    "lei": "LEI",
    "uscc": "USCC",
    "duns": "DUNS",
}
"""Headers, without the word for maker before them, whose cells name the maker in a register."""
MAKER_WORDS = ("manufacturer ", "maker ", "mfr ", "mfg ", "supplier ", "vendor ")


def lines_of(rows: Rows, by_row: Mapping[int, tuple[Problem, ...]]) -> list[SubmittedLine]:
    """Each line, followed by a line for each of its alternates, which point back at it."""
    if not rows.lines:
        return []
    told: Any = ParsedLine._make(zip(*rows.lines, strict=True))  # a column for each field
    more = list(map(len, told.alternates))
    place: dict[int, int] = {}
    if has_places := any(more) or any(row is not None for row in told.parent_row):
        # At first, since a parent may stand below what it is made of.
        place = dict(
            zip(told.row, accumulate((1 + each for each in more), initial=0), strict=False)
        )
    parts = _parts(told)
    problems: Iterable[tuple[Problem, ...]] = map(by_row.get, told.row, repeat(()))
    numbers: Iterable[Mapping[str, str]] = repeat(_NONE)
    if schemes := {one: scheme for one in headers_of(told.raw) if (scheme := _scheme(one))}:
        checked = [_maker_numbers(line, schemes) for line in rows.lines]
        numbers = [found for found, _ in checked]
        problems = [(*had, *wrong) for had, (_, wrong) in zip(problems, checked, strict=True)]
    columns = (
        [part.number or f"row {row}" for part, row in zip(parts, told.row, strict=True)],
        [part.description for part in parts],
        told.maker,
        told.quantity,
        told.unit,
        told.unit_cost,
        [currency or "" for currency in told.currency],
        [at or of[:50] for at, of in zip(told.position, told.references, strict=True)],
        told.row,
        told.level,
        map(place.get, told.parent_row) if has_places else repeat(None),
        repeat(None),
        numbers,
        [part.category for part in parts],
        [part.chemistry for part in parts],
        [part.attributes for part in parts],
        told.hts,
        told.nsn,
        told.raw,
        problems,
    )
    mains = list(map(SubmittedLine._make, zip(*columns, strict=False)))
    if not any(more):
        return mains
    found: list[SubmittedLine] = []
    for line, main in zip(rows.lines, mains, strict=True):
        found.append(main)
        found.extend(_alternates(line, main, place[line.row]))
    return found


class _Part(NamedTuple):
    """What lines of one part say of it alike. number: "" where nothing can stand for one."""

    number: str
    description: str
    category: str | None
    chemistry: str | None
    attributes: Mapping[str, str]


_NONE: Mapping[str, str] = {}
_OF_PART = (
    *("part_number", "own_number", "description", "value", "footprint", "specification"),
    *("category_text", "chemistry_text", "hts", "nsn", "country"),
)


def _parts(told: Any) -> list[_Part]:
    """The part of each line. told: a column for each field of a line."""
    columns = {name: column for name in _OF_PART if any(column := getattr(told, name))}
    if any(told.references):
        columns["references"] = tuple(map(designator, told.references))
    keys = list(zip(*columns.values(), strict=True)) or [()] * len(told.row)
    known: dict[tuple[Any, ...], _Part] = {}
    for key in set(keys):
        line = ParsedLine(0, "", **dict(zip(columns, key, strict=True)))
        kind = classify_line(line)
        known[key] = _Part(
            _number(line),
            _description(line),
            kind.category,
            kind.chemistry,
            {"country_of_origin": line.country} if line.country else _NONE,
        )
    return list(map(known.__getitem__, keys))


def _alternates(line: ParsedLine, main: SubmittedLine, place: int) -> Iterator[SubmittedLine]:
    for other in line.alternates:
        yield SubmittedLine(
            number=other.part_number or main.number,
            description=main.description,
            maker=other.maker,
            quantity=main.quantity,
            unit=main.unit,
            position=main.position,
            row=main.row,
            level=main.level,
            parent=main.parent,
            alternate_of=place,
            category=main.category,
            chemistry=main.chemistry,
        )


def _number(line: ParsedLine) -> str:
    """The part number, or the best there is to tell this part from others; "" where none is."""
    value = f"{line.value} {line.footprint}".strip() if line.value else ""
    return line.part_number or line.own_number or value or line.description


def _description(line: ParsedLine) -> str:
    return line.description or " ".join(
        filter(None, (line.value, line.footprint, line.specification))
    )


def _maker_numbers(
    line: ParsedLine, schemes: Mapping[str, str]
) -> tuple[dict[str, str], list[Problem]]:
    """Identifiers of the maker that the row gives in columns of their own: `schemes` by header."""
    numbers: dict[str, str] = {}
    wrong: list[Problem] = []
    for header, text in line.raw.items():
        scheme = schemes.get(header)
        if scheme is None or not text.strip():
            continue
        number, problems = identifiers.check(scheme, text, f"row {line.row}, column {header}")
        wrong += [
            Problem(p.code, p.where, p.what, p.fix, line.row, header, p.severity) for p in problems
        ]
        if number is not None:
            numbers[scheme] = number
    return numbers, wrong


@lru_cache(maxsize=10_000)
def _scheme(header: str) -> str | None:
    """The register whose numbers a column of this name holds."""
    name = plain(header)
    for word in MAKER_WORDS:
        name = name.removeprefix(word)
    return NUMBER_HEADERS.get(name)


def workbook_of(lines: Sequence[Mapping[str, Any]]) -> tuple[Workbook, Layout]:
    """Lines given as values by field code, as a sheet without a header: line n is row n."""
    used = [field for field in Field if any(field.value in line for line in lines)]
    columns = tuple(
        Column(index, field.value, field.value, field, 1.0, "you said so")
        for index, field in enumerate(used)
    )
    rows = tuple(tuple(_cell(line.get(field.value)) for field in used) for line in lines)
    return Workbook("lines", (Sheet("lines", rows),)), Layout("lines", 0, columns)


def _cell(value: Any) -> Cell:
    match value:
        case None:
            return ""
        case bool():
            return value
        case int() | float():
            return Decimal(str(value))
        case list():
            return "\n".join(map(str, value))
        case Decimal():
            return value
        case _:
            return str(value)
