"""Rows in which nothing is wrong, as lines: what `Parser.line` gives, from columns read at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from procurement.formats.workbook import Row
from procurement.intake import makers
from procurement.intake.columns import Reader, at, first_of, joined
from procurement.intake.columnwise import Columns, Ready
from procurement.intake.parsing import NO_COST, SEVERAL, Parser
from procurement.intake.reading import ParsedLine
from procurement.intake.texts import text_of
from procurement.intake.tree import Branch
from procurement.intake.units import unit_of

_NOTHING = Ready(
    position="",
    part_number="",
    description="",
    maker="",
    supplier="",
    quantity=(None, ""),
    unit="",
    unit_cost=NO_COST,
    total_cost=NO_COST,
    currency=None,
    cost_date=None,
    country=None,
    category_text="",
    chemistry_text="",
    value="",
    footprint="",
    references="",
    hts="",
    nsn="",
    parent="",
)
"""What columns that are not there tell."""


def ready(parser: Parser, columns: Columns) -> Iterator[Ready | None]:
    """For each row below the header its cells as read; None where `Parser.line` has to read it."""
    if parser.alternates or parser.alternate_makers:
        return iter([None] * len(columns.rows))
    slow = {number - parser.layout.header_row - 1 for number, _ in parser.merged}
    slow |= _several(parser, columns)
    readers: dict[str, Reader[Any] | None] = dict(parser.texts)
    for name in Ready._fields:
        readers.setdefault(name, getattr(parser, name, None))
    found = columns.ready(readers, _NOTHING)
    slow |= columns.noted
    return (None if place in slow else each for place, each in enumerate(found))


def _several(parser: Parser, columns: Columns) -> set[int]:
    """Places of the rows that name several makers or part numbers: "Acme Co., Ltd." is one."""
    both = (parser.maker, parser.part_number)
    asked: set[int] = set()
    for reader in both:
        if reader:
            asked |= columns.matching(reader.index, SEVERAL.search)
    if not asked:
        return asked
    makers_told, parts_told = (
        columns.cells(reader.index) if reader else [""] * len(columns.rows) for reader in both
    )
    known: dict[tuple[str, str], bool] = {}
    several = set()
    for place in asked:
        pair = text_of(makers_told[place]), text_of(parts_told[place])
        if pair not in known:
            _, _, more, paired = makers.alternates(*pair)
            known[pair] = bool(more) or not paired
        if known[pair]:
            several.add(place)
    return several


def line_of(
    parser: Parser, number: int, row: Row, cells: Ready, raw: dict[str, str]
) -> tuple[ParsedLine, Branch] | None:
    """The line of a row, and what the tree needs of it; None where its cells contradict."""
    currency, unclear = parser.currency_of(cells.unit_cost, cells.total_cost, cells.currency)
    if unclear is not None:
        return None
    count, beside = cells.quantity
    own_number = first_of(row, parser.own_numbers)[:200]
    line = ParsedLine(
        number,
        parser.sheet.name,
        0,
        None,
        cells.position,
        cells.part_number,
        cells.description,
        cells.maker,
        (),
        cells.supplier,
        count,
        unit_of(cells.unit) or beside,
        cells.unit_cost.number,
        cells.total_cost.number,
        currency,
        cells.cost_date,
        cells.country,
        cells.category_text,
        cells.chemistry_text,
        cells.value,
        cells.footprint,
        cells.references,
        cells.hts,
        cells.nsn,
        own_number,
        joined(row, parser.specifications),
        joined(row, parser.remarks),
        raw,
    )
    branch = Branch(
        number,
        "" if parser.level is None else at(row, parser.level),
        cells.position,
        cells.parent,
        (cells.part_number, own_number),
        tuple(text_of(at(row, index)) for index in parser.indents) if parser.indents else (),
    )
    return line, branch
