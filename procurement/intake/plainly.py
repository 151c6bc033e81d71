"""Rows in which nothing is wrong, as lines: what `Parser.line` gives, from columns read at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import repeat
from typing import Any

from procurement.formats.workbook import Row
from procurement.intake import makers
from procurement.intake.cells import Cost
from procurement.intake.columns import Reader, at, first_of, joined
from procurement.intake.columnwise import Columns
from procurement.intake.parsing import NO_COST, SEVERAL, Parser
from procurement.intake.reading import ParsedLine
from procurement.intake.table import Table
from procurement.intake.texts import text_of
from procurement.intake.tree import Branch
from procurement.intake.units import unit_of


@dataclass(slots=True)
class Plain:
    """The rows below a header as lines, by place from 0. Those of `odd` places do not count:
    `Parser.line` has to read them.
    """

    lines: Table[ParsedLine] = field(default_factory=lambda: Table(ParsedLine))
    odd: set[int] = field(default_factory=set)


def read(parser: Parser, columns: Columns, first: int) -> Plain:
    """What the columns come to, of rows of which the first has the number `first`."""
    size = len(columns.rows)
    if parser.alternates or parser.alternate_makers:
        return Plain(odd=set(range(size)))
    read = _Read(parser, columns)
    texts = dict(parser.texts)

    def column(reader: Reader[Any] | None, absent: Any = "") -> Iterable[Any]:
        return repeat(absent, size) if reader is None else columns.read(reader)

    told = {name: list(column(texts.get(name))) for name in _TEXTS}
    part_numbers = list(column(parser.part_number))
    quantities, units = read.amounts(told["unit"])
    unit_costs, total_costs, currencies = read.money()
    own_numbers = read.beside(parser.own_numbers, first_of, 200)
    specifications = read.beside(parser.specifications, joined)
    every: tuple[Iterable[Any], ...] = (
        range(first, first + size),
        repeat(parser.sheet.name, size),
        repeat(0, size),
        repeat(None, size),
        told["position"],
        part_numbers,
        told["description"],
        column(parser.maker),
        repeat((), size),
        told["supplier"],
        quantities,
        units,
        unit_costs,
        total_costs,
        currencies,
        column(parser.cost_date, None),
        column(parser.country, None),
        told["category_text"],
        told["chemistry_text"],
        told["value"],
        told["footprint"],
        told["references"],
        told["hts"],
        told["nsn"],
        own_numbers,
        specifications,
        read.beside(parser.remarks, joined),
        columns.written(parser.indexes),
    )
    lines = Table(ParsedLine, map(list, every))
    if "" in part_numbers:
        read.odd |= _unnamed(lines)
    if parser.parent:
        columns.read(parser.parent)  # for what is wrong in it
    read.odd |= _several(parser, columns) | columns.noted
    read.odd |= {row - first for row, _ in parser.merged if 0 <= row - first < size}
    return Plain(lines, read.odd)


_TEXTS = (
    *("position", "description", "supplier", "unit", "category_text", "chemistry_text", "value"),
    *("footprint", "references", "hts", "nsn"),
)


class _Read:
    """Columns that are read together."""

    def __init__(self, parser: Parser, columns: Columns) -> None:
        self.parser = parser
        self.columns = columns
        self.size = len(columns.rows)
        self.odd: set[int] = set()

    def amounts(self, units: Sequence[str]) -> tuple[list[Decimal | None], list[str]]:
        """How many, and of what: by the column of units, else as written beside the number."""
        known = {unit: unit_of(unit) for unit in set(units)}
        named = list(map(known.__getitem__, units))
        if self.parser.quantity is None:
            return [None] * self.size, named
        told = self.columns.read(self.parser.quantity)
        if any({beside for _, beside in told}):
            pairs = zip(named, told, strict=True)
            named = [unit or beside for unit, (_, beside) in pairs]
        return [number for number, _ in told], named

    def money(
        self,
    ) -> tuple[list[Decimal | None], list[Decimal | None], list[str | None]]:
        """Unit costs, total costs, and their currencies."""
        parser = self.parser
        readers = (parser.unit_cost, parser.total_cost)
        units, totals = (
            self.columns.read(one) if one else [NO_COST] * self.size for one in readers
        )
        codes = self.columns.read(parser.currency) if parser.currency else [None] * self.size
        unit_costs, total_costs = [one.number for one in units], [one.number for one in totals]
        if parser.header_currencies is None and not _signed(units) and not _signed(totals):
            told = zip(codes, unit_costs, total_costs, strict=True)
            currencies = [
                None if unit is None and total is None else code for code, unit, total in told
            ]
            return unit_costs, total_costs, currencies
        known: dict[tuple[int, int, str | None], str | None] = {}
        unclear = set()
        currencies = []
        for place, asked in enumerate(zip(units, totals, codes, strict=True)):
            key = id(asked[0]), id(asked[1]), asked[2]
            if key not in known and key not in unclear:
                known[key], note = parser.currency_of(*asked)
                if note is not None:
                    unclear.add(key)
            if key in unclear:
                self.odd.add(place)
            currencies.append(known[key])
        return unit_costs, total_costs, currencies

    def beside(self, indexes: list[int], say: Any, longest: int | None = None) -> Iterable[str]:
        """What several columns of texts say of each row."""
        if not indexes:
            return repeat("", self.size)
        return [say(row, indexes)[:longest] for row in self.columns.rows]


def _signed(costs: Sequence[Cost]) -> bool:
    """Whether any of them shows its currency."""
    once = dict(zip(map(id, costs), costs, strict=True)).values()
    return any(one.currency is not None or one.yen_sign for one in once)


def _unnamed(lines: Table[ParsedLine]) -> set[int]:
    """Places of the lines that may say nothing of which part they are."""
    told = lines.told
    names = (told.part_number, told.description, told.value, told.own_number)
    more = (told.specification, told.nsn, told.references)
    rows = zip(*names, *more, strict=True)
    return {place for place, row in enumerate(rows) if not any(row)}


def _several(parser: Parser, columns: Columns) -> set[int]:
    """Places of the rows that name several makers or part numbers: "Acme Co., Ltd." is one."""
    found: set[int] = set()
    for reader, are_several in (
        (parser.maker, makers.are_several_makers),
        (parser.part_number, makers.are_several_numbers),
    ):
        if reader:
            found |= columns.matching(reader.index, SEVERAL, are_several)
    return found


def branch_of(parser: Parser, line: ParsedLine, row: Row) -> Branch:
    """What the tree needs of a line read from columns."""
    return Branch(
        line.row,
        "" if parser.level is None else at(row, parser.level),
        line.position,
        parser.parent.of(row, []) if parser.parent else "",
        (line.part_number, line.own_number),
        tuple(text_of(at(row, index)) for index in parser.indents) if parser.indents else (),
    )
