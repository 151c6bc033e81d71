"""Workbooks whose cells are text, numbers and dates, and never anything that runs."""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

Cell = str | int | Decimal | date | datetime | bool | None

LONGEST_CELL = 32_767
"""Excel's own limit, in characters."""

_CUT = " … (cut here: the PDF's attachment holds it all)"


@dataclass(frozen=True, slots=True)
class Column:
    """width: in characters."""

    title: str
    width: int
    wrap: bool = True


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table. name: at most 31 characters. above: lines of text over the table."""

    name: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Cell]]
    above: Sequence[str] = ()


def workbook_of(
    sheets: Sequence[Sheet], *, title: str, created: datetime, tints: dict[str, tuple[str, str]]
) -> bytes:
    """An XLSX: header rows frozen, filtered and repeated in print; landscape, one page wide.

    created: aware; kept as UTC. tints: words → (ink, tint) for cells that consist of such a word.
    The same input gives the same bytes. Each row is written as it comes and not held.
    """
    file = io.BytesIO()
    options = {
        "constant_memory": True,  # rows go to a file of their own as they come
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(file, {**options, "remove_timezone": True}) as book:
        book.set_properties(
            {
                "title": title,
                "author": "Cellgate",
                "created": created.astimezone(UTC).replace(tzinfo=None),
            }
        )
        looks = _Looks(book, tints)
        for each in sheets:
            _write(book.add_worksheet(each.name), each, looks, title)
    return file.getvalue()


class _Looks:
    """The cell formats of one workbook."""

    def __init__(self, book: xlsxwriter.Workbook, tints: dict[str, tuple[str, str]]) -> None:
        common = {"valign": "top", "font_name": "Calibri", "font_size": 10}
        self.title = book.add_format({"bold": True, "font_size": 14, "font_name": "Calibri"})
        self.above = book.add_format({**common})
        self.header = book.add_format(
            {
                **common,
                "bold": True,
                "bg_color": "#1a4480",
                "font_color": "#ffffff",
                "border": 1,
                "text_wrap": True,
            }
        )
        self.wrapped = book.add_format({**common, "text_wrap": True})
        self.plain = book.add_format(common)
        self.number = book.add_format({**common, "num_format": "#,##0", "align": "left"})
        self.day = book.add_format({**common, "num_format": "yyyy-mm-dd", "align": "left"})
        self.instant = book.add_format(
            {**common, "num_format": 'yyyy-mm-dd hh:mm "UTC"', "align": "left"}
        )
        self.words = {
            text: book.add_format({**common, "bold": True, "font_color": ink, "bg_color": tint})
            for text, (ink, tint) in tints.items()
        }

    def of(self, cell: Cell, column: Column) -> Format:
        if isinstance(cell, datetime):
            return self.instant
        if isinstance(cell, date):
            return self.day
        if isinstance(cell, int) and not isinstance(cell, bool):
            return self.number
        if isinstance(cell, str) and cell in self.words:
            return self.words[cell]
        return self.wrapped if column.wrap else self.plain


def _write(page: Worksheet, sheet: Sheet, looks: _Looks, title: str) -> None:
    top = 0
    for line in sheet.above:
        page.write_string(top, 0, inert(line), looks.title if top == 0 else looks.above)
        top += 1
    top += 1 if sheet.above else 0
    for at, column in enumerate(sheet.columns):
        page.set_column(at, at, column.width)
        page.write_string(top, at, column.title, looks.header)
    last = top
    for last, row in enumerate(sheet.rows, start=top + 1):
        for at, (cell, column) in enumerate(zip(row, sheet.columns, strict=True)):
            _cell(page, last, at, cell, looks.of(cell, column))
    page.freeze_panes(top + 1, 0)
    page.autofilter(top, 0, max(last, top + 1), len(sheet.columns) - 1)
    page.repeat_rows(top)
    page.set_landscape()
    page.set_paper(1)  # US Letter
    page.fit_to_pages(1, 0)
    page.set_margins(left=0.5, right=0.5, top=0.7, bottom=0.7)
    page.set_header("&L" + title.replace("&", "&&")[:200] + "&R&A")
    page.set_footer("&LCellgate&RPage &P of &N")


def _cell(page: Worksheet, row: int, at: int, cell: Cell, look: Format) -> None:
    if cell is None:
        page.write_blank(row, at, None, look)
    elif isinstance(cell, bool):
        page.write_string(row, at, "yes" if cell else "no", look)
    elif isinstance(cell, datetime):
        page.write_datetime(row, at, cell.astimezone(UTC).replace(tzinfo=None), look)
    elif isinstance(cell, date):
        page.write_datetime(row, at, datetime(cell.year, cell.month, cell.day), look)  # noqa: DTZ001
    elif isinstance(cell, str):
        page.write_string(row, at, inert(cell), look)
    else:
        page.write_number(row, at, cell, look)


def inert(text: str) -> str:
    """Text that a workbook can hold: no lone surrogates, no longer than a cell may be."""
    text = text.encode("utf-8", "replace").decode()
    return text if len(text) <= LONGEST_CELL else text[: LONGEST_CELL - len(_CUT)] + _CUT
