"""Which sheet holds the bill of materials, where its header is, and what each column holds."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from procurement.formats.problem import Problem
from procurement.formats.workbook import Cell, Row, Sheet, Workbook
from procurement.intake import looks as looking
from procurement.intake.fields import LABELS, MANY, Field
from procurement.intake.headers import Meaning, meaning, plain
from procurement.intake.looks import Looks
from procurement.intake.money import CURRENCY_WORDS
from procurement.intake.nonparts import sums_to_total
from procurement.intake.notabom import what_else_it_is
from procurement.intake.reading import Column, Layout, Reading, SheetView
from procurement.intake.texts import cleaned, is_blank, shown, text_of

HEADER_WITHIN = 200  # rows
ENOUGH = 1.6  # of a header row: about two columns surely named
SAMPLES = 5
WORTH_ASKING = 0.35

IDENTITY = frozenset(
    {
        *(Field.PART_NUMBER, Field.DESCRIPTION, Field.VALUE, Field.OWN_NUMBER, Field.REFERENCES),
        *(Field.DISTRIBUTOR_NUMBER, Field.SPECIFICATION, Field.CATEGORY, Field.NSN),
    }
)
"""Fields that say which part a row is."""


@dataclass(frozen=True, slots=True)
class Header:
    """A row that names columns: from 0; -1 where there is none. `texts` has a text per column."""

    row: int
    texts: tuple[str, ...]
    score: float


def recognise(workbook: Workbook) -> Reading:
    """How to read the file, for a person to confirm. `layout` is None where no sheet will do."""
    views = tuple(view_sheet(sheet) for sheet in workbook.sheets)
    usable = [view for view in views if view.layout is not None]
    best = max(usable, key=lambda view: (not view.hidden, view.score), default=None)
    if best is None:
        return Reading(None, views, (_no_table(workbook, views),))
    assert best.layout is not None  # noqa: S101 (for the type checker: usable has layouts only)
    others = [view for view in usable if view is not best and not view.hidden and view.score > 2]
    problems = [*_about(best.layout), *map(_other_sheet, others)]
    return Reading(best.layout, views, tuple(problems))


def view_sheet(sheet: Sheet) -> SheetView:
    """What one sheet is, and its layout where it could be a bill of materials."""
    count = len(sheet.rows)
    if not any(sheet.rows):
        return SheetView(sheet.name, sheet.hidden, count, 0.0, None, "it is empty")
    header = find_header(sheet)
    if header is None and (why := what_else_it_is(sheet, ())):
        return SheetView(sheet.name, sheet.hidden, count, 0.0, None, why)
    header = header or _without_header(sheet)
    if header is None:
        why = "no row names its columns"
        return SheetView(sheet.name, sheet.hidden, count, 0.0, None, why)
    layout = layout_of(sheet, header)
    fields = {column.field for column in layout.columns if column.field}
    if why := what_else_it_is(sheet, layout.columns):
        return SheetView(sheet.name, sheet.hidden, count, 0.0, None, why)
    if not fields & IDENTITY or (header.row < 0 and Field.QUANTITY not in fields):
        why = "no column says which part a row is"
        return SheetView(sheet.name, sheet.hidden, count, 0.0, None, why)
    has_quantity = Field.QUANTITY in fields
    named = sum(
        column.confidence for column in layout.columns if column.field not in (None, Field.OTHER)
    )
    filled = min(sum(1 for row in sheet.rows if row), 50) / 50
    score = named * (1.0 if has_quantity else 0.5) + filled
    if not has_quantity and len(fields - {Field.NOTES, Field.POSITION, Field.OTHER}) < 3:
        why = "it has no quantities, and little that names parts"
        return SheetView(sheet.name, sheet.hidden, count, score, None, why)
    return SheetView(
        sheet.name, sheet.hidden, count, score, layout, "it reads as a bill of materials"
    )


def find_header(sheet: Sheet) -> Header | None:
    """The row that names the most columns; two rows read together where the upper one spans."""
    best: Header | None = None
    for index, row in enumerate(sheet.rows[:HEADER_WITHIN]):
        texts = _texts(row)
        for candidate in (texts, _with_row_above(sheet, index, texts)):
            if candidate is None:
                continue
            score = _header_score(candidate)
            if score >= ENOUGH and (best is None or score > best.score + 0.05):
                best = Header(index, tuple(candidate), score)
    return best


def _texts(row: Row) -> list[str]:
    return [text_of(cell) if isinstance(cell, str) else "" for cell in row]


def _header_score(texts: Sequence[str]) -> float:
    """The sum of how surely each cell names a field, each field once, less what names none."""
    fields: dict[Field, float] = {}
    strangers = 0
    for text in texts:
        if not text.strip():
            continue
        found = meaning(text)
        if not found.fields:
            strangers += 1
        for field, weight in found.fields.items():
            if weight == found.best:
                fields[field] = max(fields.get(field, 0.0), weight)
                break
    return sum(fields.values()) - 0.25 * strangers


def _with_row_above(sheet: Sheet, index: int, texts: list[str]) -> list[str] | None:
    """A header in two rows: what spans several columns above is put before what stands below."""
    if index == 0 or not sheet.rows[index - 1]:
        return None
    above = _texts(sheet.rows[index - 1])
    spans = [merge for merge in sheet.merged if merge.first_row <= index <= merge.last_row]
    for merge in spans:
        last = min(merge.last_column, len(texts))
        if merge.first_column <= len(above):
            for column in range(merge.first_column, last):
                above += [""] * (column + 1 - len(above))
                above[column] = above[column] or above[merge.first_column - 1]
    width = max(len(above), len(texts))
    above += [""] * (width - len(above))
    below = texts + [""] * (width - len(texts))
    if not any(up and down for up, down in zip(above, below, strict=True)) and all(below):
        return None
    return [f"{up} {down}".strip() for up, down in zip(above, below, strict=True)]


def _without_header(sheet: Sheet) -> Header | None:
    """A table whose rows look alike, but which nothing names: read by its cells alone."""
    filled = [row for row in sheet.rows if row]
    widths = [sum(not is_blank(cell) for cell in row) for row in filled]
    alike = sum(width >= 2 for width in widths)
    if len(filled) < 3 or alike * 10 < len(filled) * 8:
        return None
    return Header(-1, ("",) * max(len(row) for row in filled), 0.0)


def layout_of(sheet: Sheet, header: Header) -> Layout:
    """The columns of a sheet below its header, each with the field it most likely holds."""
    body = [row for row in sheet.rows[header.row + 1 :] if row]
    some = body[: looking.FIRST]
    width = max([len(header.texts), *map(len, some)])
    texts = [*header.texts, *[""] * (width - len(header.texts))]
    cells = [[row[index] for row in some if index < len(row)] for index in range(width)]
    looks = [looking.look(column) for column in cells]
    meanings = [meaning(text) for text in texts]
    chosen = _assign(meanings, looks, named=header.row >= 0)
    _settle_costs(body, texts, chosen)
    columns: list[Column] = []
    for index in range(width):
        if texts[index].strip() or looks[index].filled:
            field, sure, why = chosen.get(index, (None, 0.0, ""))
            header_text = " ".join(texts[index].split())
            samples, currency = _samples(cells[index]), meanings[index].currency
            letter = column_letter(index)
            columns.append(Column(index, letter, header_text, field, sure, why, samples, currency))
    return Layout(sheet.name, header.row + 1, tuple(columns))


def _assign(
    meanings: list[Meaning], looks: list[Looks], named: bool
) -> dict[int, tuple[Field, float, str]]:
    """Column → (field, confidence, why): the best pairs first, most fields to one column only."""
    pairs: list[tuple[float, int, Field, str]] = []
    for index, (meant, look) in enumerate(zip(meanings, looks, strict=True)):
        fits = {field: looking.fit(field, look) for field in meant.fields}
        better = max(fits.values(), default=0.0) >= 0.3  # then a meaning its cells deny is out
        for field, weight in meant.fields.items():
            fit = fits[field]
            denied = better and fit < 0.1 and field not in MANY
            score = weight * (0.55 + 0.45 * fit) * (0.3 if denied else 1.0)
            pairs.append((score, index, field, f"named so; its cells {_agree(fit)}"))
        if not meant.fields:
            found = looking.by_looks(look)
            alone = ((found,) if found else ()) if named else looking.by_looks_alone(look)
            pairs += [(sure, index, field, "by what its cells look like") for field, sure in alone]
    pairs.sort(key=lambda pair: (-pair[0], pair[1]))
    chosen: dict[int, tuple[Field, float, str]] = {}
    taken: set[Field] = set()
    for score, index, field, why in pairs:
        if index in chosen or field in taken or score < WORTH_ASKING:
            continue
        chosen[index] = (field, round(score, 2), why)
        if field not in MANY:
            taken.add(field)
    return chosen


def _settle_costs(
    body: Sequence[Row], texts: list[str], chosen: dict[int, tuple[Field, float, str]]
) -> None:
    """ "Cost" alone may be of one or of all; and a second "Cost" may be another currency's."""
    places = {field: index for index, (field, _, _) in chosen.items()}
    unit, total = places.get(Field.UNIT_COST), places.get(Field.TOTAL_COST)
    if unit is None:
        return
    bare = {
        index: " ".join(w for w in plain(texts[index]).split() if w not in CURRENCY_WORDS)
        for index in (unit, total)
        if index is not None
    }
    if total is not None and bare[unit] and bare[unit] == bare[total]:
        chosen[total] = (Field.OTHER, chosen[total][1], "the same cost in another currency")
        total = None
    quantity = places.get(Field.QUANTITY)
    if total is None and quantity is not None and sums_to_total(body, unit, quantity):
        why = "its cells add up to the row that says total"
        chosen[unit] = (Field.TOTAL_COST, chosen[unit][1], why)


def _agree(fit: float) -> str:
    return "agree" if fit >= 0.6 else "do not contradict it" if fit >= 0.3 else "say little"


def _samples(cells: Sequence[Cell]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for cell in cells:
        if not is_blank(cell):
            found[shown(cleaned(text_of(cell)))[:80]] = None
            if len(found) == SAMPLES:
                break
    return tuple(found)


def column_letter(index: int) -> str:
    """What a spreadsheet calls the column: "A" for 0, "AA" for 26."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _about(layout: Layout) -> list[Problem]:
    """What a person should know before confirming the columns."""
    where = f"sheet “{layout.sheet}”"
    found: list[Problem] = []

    def warn(code: str, what: str, fix: str) -> None:
        found.append(Problem(code, where, what, fix, severity="warning"))

    if layout.header_row == 0:
        warn(
            "no-header",
            "No row names the columns; they were recognised by what is in them.",
            "Check each column below, or add a row of column names.",
        )
    if not layout.column(Field.QUANTITY):
        warn(
            "no-quantity-column", "No column holds quantities.", "Choose the one that does, if any."
        )
    if not layout.column(Field.MAKER):
        warn(
            "no-maker-column",
            "No column names who makes the parts.",
            "Choose the one that does; or makers are asked for where a verdict needs them.",
        )
    for column in layout.columns:
        if column.field and column.confidence < 0.5 and column.field not in MANY:
            warn(
                "column-unsure",
                f"Column {column.letter} “{column.header}” may hold: {LABELS[column.field]}.",
                "Confirm it or choose another.",
            )
    return found


def _other_sheet(view: SheetView) -> Problem:
    return Problem(
        "other-sheet",
        f"sheet “{view.name}”",
        "It also looks like a bill of materials, and was not read.",
        "Choose it instead, or send it as a file of its own.",
        severity="warning",
    )


def _no_table(workbook: Workbook, views: tuple[SheetView, ...]) -> Problem:
    known = [view for view in views if re.match(r"it is (?!empty)", view.why)]
    if known:
        return Problem(
            "not-a-bom",
            f"sheet “{known[0].name}”",
            f"This is no bill of materials: {known[0].why}.",
            "Send the file that lists the parts with their quantities.",
        )
    seen = "; ".join(f"“{view.name}”: {view.why}" for view in views) or "it has no sheets"
    return Problem(
        "no-usable-header",
        "the file",
        f"No row was found that names columns of a bill of materials ({seen}).",
        "Add a row of column names such as Part number, Manufacturer, Description, Quantity.",
    )
