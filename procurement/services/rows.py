"""Rows as the intake read them → lines as they are stored; and plain values → a sheet to read."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any

from procurement import identifiers
from procurement.formats.problem import Problem
from procurement.formats.workbook import Cell, Sheet, Workbook
from procurement.intake.classify import classify_line
from procurement.intake.fields import Field
from procurement.intake.reading import Column, Layout, ParsedLine, Rows
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
    found: list[SubmittedLine] = []
    place: dict[int, int] = {}
    count = 0
    for line in rows.lines:  # first, since a parent may stand below what it is made of
        place[line.row] = count
        count += 1 + len(line.alternates)
    headers = {header for line in rows.lines for header in line.raw}
    schemes = {header: scheme for header in headers if (scheme := _scheme(header))}
    for line in rows.lines:
        main = _main(line, place, by_row.get(line.row, ()), schemes)
        found.append(main)
        if line.alternates:
            found.extend(_alternates(line, main, place[line.row]))
    return found


def _main(
    line: ParsedLine,
    place: Mapping[int, int],
    problems: tuple[Problem, ...],
    schemes: Mapping[str, str],
) -> SubmittedLine:
    numbers, wrong = _maker_numbers(line, schemes) if schemes else ({}, [])
    kind = classify_line(line)
    return SubmittedLine(
        number=_number(line),
        description=_description(line),
        maker=line.maker,
        quantity=line.quantity,
        unit=line.unit,
        unit_cost=line.unit_cost,
        currency=line.currency or "",
        position=line.position or line.references[:50],
        row=line.row,
        level=line.level,
        parent=None if line.parent_row is None else place[line.parent_row],
        numbers=numbers,
        category=kind.category,
        chemistry=kind.chemistry,
        attributes={"country_of_origin": line.country} if line.country else {},
        hts=line.hts,
        nsn=line.nsn,
        raw=line.raw,
        problems=(*problems, *wrong),
    )


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
    """The part number, or the best there is to tell this part from others."""
    value = f"{line.value} {line.footprint}".strip() if line.value else ""
    return line.part_number or line.own_number or value or line.description or f"row {line.row}"


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
