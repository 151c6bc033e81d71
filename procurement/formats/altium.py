"""Altium Designer's bill-of-materials report in XML: a GRID of COLUMNS and ROWS.

Its reports in CSV, XLS and XLSX are read as those.
"""

from __future__ import annotations

from procurement.formats.support import markup
from procurement.formats.support.limits import TooBig
from procurement.formats.support.markup import below
from procurement.formats.support.table import sheet
from procurement.formats.support.zipped import Damaged
from procurement.formats.workbook import Cell, Format, Hints, Workbook, refusal


def claims(data: bytes) -> bool:
    return markup.starts_with(data, "GRID")


def read(data: bytes, hints: Hints) -> Workbook:
    try:
        top = markup.root(data)
        titles = {
            one.get("Name", ""): one.get("Caption", one.get("Name", ""))
            for one in below(top, "COLUMN")
        }
        rows: list[dict[str, Cell]] = [
            {titles.get(name, name): told for name, told in one.attrib.items() if told}
            for one in below(top, "ROW")
        ]
        if not rows:
            return refusal("altium", "empty-file", "It has no rows.", "Export it again.")
        return Workbook("altium", (sheet("BOM", tuple(titles.values()), rows),), encoding="utf-8")
    except TooBig as big:
        return refusal("altium", "too-big", big.what, big.fix)
    except Damaged as damaged:
        return refusal("altium", damaged.code, damaged.what, damaged.fix)


FORMAT = Format("altium", "Altium BOM report (XML)", ("xml",), claims, read)
