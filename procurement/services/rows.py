"""Rows as the intake read them → lines as they are stored; and plain values → a sheet to read."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from itertools import accumulate, repeat
from typing import Any, cast

from procurement import identifiers
from procurement.formats.problem import Problem
from procurement.formats.workbook import Cell, Sheet, Workbook
from procurement.intake.classify import classify_line
from procurement.intake.fields import Field
from procurement.intake.reading import Column, Layout, ParsedLine, Rows
from procurement.intake.signs import designator
from procurement.intake.table import Table
from procurement.names import plain
from procurement.services.boms import SubmittedLine
from procurement.services.matching import ToldPart

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
TOGETHER = 20_000
"""Lines made at a time."""
MAKER_WORDS = ("manufacturer ", "maker ", "mfr ", "mfg ", "supplier ", "vendor ")


Known = dict[tuple[str, ...], dict[tuple[Any, ...], ToldPart]]
"""Fields that lines fill → what they say in them → their part. Its number is "" where nothing can
stand for one.
"""
Schemes = Mapping[int, tuple[str, str]]
"""Place of a column → its header, and the register whose numbers it holds."""
MOST_KNOWN = 50_000


def lines_of(rows: Rows, by_row: Mapping[int, tuple[Problem, ...]]) -> Table[SubmittedLine]:
    """Each line, followed by a line for each of its alternates, which point back at it."""
    every = Table(SubmittedLine)
    for piece in lines_in_pieces(rows, by_row):
        every.add(piece)
    return every


def lines_in_pieces(
    rows: Rows, by_row: Mapping[int, tuple[Problem, ...]]
) -> Iterator[Table[SubmittedLine]]:
    """The same, some thousands at a time, so that nobody need hold all of them beside the rows."""
    lines, told = rows.lines, rows.lines.told
    place: dict[int, int] = {}
    if any(told.alternates) or any(row is not None for row in told.parent_row):
        # At first, since a parent may stand below what it is made of.
        sizes = accumulate((1 + len(each) for each in told.alternates), initial=0)
        place = dict(zip(told.row, sizes, strict=False))
    schemes = {
        place: (header, scheme)
        for place, header in enumerate(rows.headers)
        if (scheme := _scheme(header))
    }
    known: Known = {}
    for start in range(0, len(lines), TOGETHER):
        yield _lines(lines[start : start + TOGETHER], by_row, place, schemes, known)


def _lines(
    lines: Table[ParsedLine],
    by_row: Mapping[int, tuple[Problem, ...]],
    place: Mapping[int, int],
    schemes: Schemes,
    known: Known,
) -> Table[SubmittedLine]:
    """place: row → place of its line, where lines refer to others. known: parts met before."""
    told, size = lines.told, len(lines)
    parts = _parts(told, known)
    problems: Iterable[tuple[Problem, ...]] = map(by_row.get, told.row, repeat(()))
    numbers: Iterable[Mapping[str, str]] = repeat(_NONE, size)
    if schemes:
        checked = [_maker_numbers(line, schemes) for line in lines]
        numbers = [found for found, _ in checked]
        problems = [(*had, *wrong) for had, (_, wrong) in zip(problems, checked, strict=True)]
    columns: tuple[Iterable[Any], ...] = (
        [
            part if part.number else part._replace(number=f"row {row}")
            for part, row in zip(parts, told.row, strict=True)
        ],
        told.maker,
        told.quantity,
        told.unit,
        told.unit_cost,
        [currency or "" for currency in told.currency],
        [at or of[:50] for at, of in zip(told.position, told.references, strict=True)],
        told.row,
        told.level,
        map(place.get, told.parent_row) if place else repeat(None, size),
        repeat(None, size),
        numbers,
        told.cells,
        problems,
    )
    mains = Table(SubmittedLine, map(list, columns))
    if not any(told.alternates):
        return mains
    found = Table(SubmittedLine)
    for line, main in zip(lines, mains, strict=True):
        found.append(main)
        for other in _alternates(line, main, place[line.row]):
            found.append(other)
    return found


_NONE: Mapping[str, str] = {}
_OF_PART = (
    *("part_number", "own_number", "description", "value", "footprint", "specification"),
    *("category_text", "chemistry_text", "hts", "nsn", "country"),
)


def _parts(told: Any, known: Known) -> list[ToldPart]:
    """The part of each line. told: a column for each field of a line."""
    columns = {name: column for name in _OF_PART if any(column := getattr(told, name))}
    if any(told.references):
        columns["references"] = tuple(map(designator, told.references))
    names = tuple(columns)
    keys = list(zip(*columns.values(), strict=True)) or [()] * len(told.row)
    met = known.setdefault(names, {})
    if len(met) + len(keys) > MOST_KNOWN:
        met.clear()
    parts = list(map(met.get, keys))
    for place, part in enumerate(parts):
        if part is None:
            key = keys[place]
            if key not in met:
                met[key] = _part(ParsedLine(0, "", **dict(zip(names, key, strict=True))))
            parts[place] = met[key]
    return cast(list[ToldPart], parts)


def _part(line: ParsedLine) -> ToldPart:
    kind = classify_line(line)
    return ToldPart(
        _number(line)[:200],
        _description(line)[:500],
        kind.category,
        kind.chemistry,
        _attributes(line.country) if line.country else _NONE,
        line.hts[:20],
        line.nsn[:16],
    )


@lru_cache(maxsize=1_000)
def _attributes(country: str) -> Mapping[str, str]:
    """One for all parts of a country."""
    return {"country_of_origin": country}


def _alternates(line: ParsedLine, main: SubmittedLine, place: int) -> Iterator[SubmittedLine]:
    for other in line.alternates:
        part = main.part
        yield SubmittedLine(
            ToldPart(
                other.part_number[:200] or part.number,
                part.name,
                part.category,
                part.chemistry,
            ),
            maker=other.maker,
            quantity=main.quantity,
            unit=main.unit,
            position=main.position,
            row=main.row,
            level=main.level,
            parent=main.parent,
            alternate_of=place,
        )


def _number(line: ParsedLine) -> str:
    """The part number, or the best there is to tell this part from others; "" where none is."""
    value = f"{line.value} {line.footprint}".strip() if line.value else ""
    return line.part_number or line.own_number or value or line.description


def _description(line: ParsedLine) -> str:
    return line.description or " ".join(
        filter(None, (line.value, line.footprint, line.specification))
    )


def _maker_numbers(line: ParsedLine, schemes: Schemes) -> tuple[dict[str, str], list[Problem]]:
    """Identifiers of the maker that the row gives in columns of their own."""
    numbers: dict[str, str] = {}
    wrong: list[Problem] = []
    for place, (header, scheme) in schemes.items():
        text = line.cells[place] if place < len(line.cells) else ""
        if not text.strip():
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
