"""Files made for a test: small, ours, and broken in one way each."""

import io
import zipfile
from collections.abc import Sequence
from typing import Any

import openpyxl
import xlsxwriter

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SHEET = "xl/worksheets/sheet1.xml"
HEAD = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
)


def xlsx(*sheets: Sequence[Sequence[Any]], names: Sequence[str] = (), **options: Any) -> bytes:
    """A workbook with these rows. `merges`: {"A1:B1": "text"}; `hidden`: names of sheets."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    for number, rows in enumerate(sheets):
        name = names[number] if names else f"Sheet{number + 1}"
        sheet = book.add_worksheet(name)
        for place, row in enumerate(rows):
            for column, cell in enumerate(row):
                if cell not in ("", None):
                    write = sheet.write_string if isinstance(cell, str) else sheet.write
                    write(place, column, cell)
        for where, text in options.get("merges", {}).items():
            sheet.merge_range(where, text)
        if name in options.get("hidden", ()):
            sheet.hide()
    book.close()
    return out.getvalue()


def with_formula(formula: str, value: Any) -> bytes:
    """A workbook with one part, whose quantity is a formula with this stored result."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["Part number", "Qty"])
    sheet.write_string(1, 0, "ABC-123")
    sheet.write_formula(1, 1, formula, None, value)
    book.close()
    return out.getvalue()


def openpyxl_xlsx(rows: Sequence[Sequence[Any]]) -> bytes:
    """A workbook as another writer writes it: formulas get no stored result at all."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def repacked(
    data: bytes, parts: dict[str, bytes | None], packed: int = zipfile.ZIP_DEFLATED
) -> bytes:
    """The zip file with some parts replaced, added, or (None) left out."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", packed) as new:
        for name in old.namelist():
            if name not in parts:
                new.writestr(name, old.read(name))
        for name, content in parts.items():
            if content is not None:
                new.writestr(name, content)
    return out.getvalue()


def with_sheet(xml: str) -> bytes:
    """A workbook whose only sheet is this XML, after the declaration and the opening tag."""
    return repacked(xlsx([["x"]]), {SHEET: (HEAD + xml + "</worksheet>").encode()})


def cell(reference: str, text: str) -> str:
    return f'<c r="{reference}" t="inlineStr"><is><t>{text}</t></is></c>'
