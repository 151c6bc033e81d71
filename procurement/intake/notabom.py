"""Files that are sent as a bill of materials and are something else: said in one sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence

from procurement.formats.workbook import Sheet
from procurement.intake.fields import Field
from procurement.intake.headers import plain
from procurement.intake.reading import Column
from procurement.intake.texts import text_of

_TITLES: tuple[tuple[str, str], ...] = (
    (
        r"(?:board|layer|pcb)\s*stack(?:\s*-?\s*up)?|stack-?up (?:report|table)|stackup",
        "a board stack-up report",
    ),
    (
        r"price\s*list|preisliste|liste de prix|lista de precios|прайс|价格表|价目表|価格表|가격표",
        "a price list",
    ),
    (r"pick\s*(?:and|&|n)?\s*place|centroid|placement report", "a placement (pick-and-place) file"),
    (
        r"drill (?:table|report)|netlist report|design rule check|drc report",
        "a report of the board layout",
    ),
    (r"packing (?:list|slip)|lieferschein|装箱单", "a packing list"),
    (r"\b(?:invoice|rechnung|facture)\b|发票|счет-фактура", "an invoice"),
)
_PLACEMENT = frozenset(
    {
        "mid x",
        "mid y",
        "pos x",
        "pos y",
        "posx",
        "posy",
        "center x mm",
        "center y mm",
        "rotation",
        "rot",
    }
    | {"x", "y", "ref x", "ref y", "pad x", "pad y", "layer", "side"}
)
_LAYERS = frozenset({"layer name", "layer", "thickness", "dielectric", "material", "er", "copper"})


def what_else_it_is(sheet: Sheet, columns: Sequence[Column]) -> str | None:
    """A phrase ("it is a price list") for a sheet that lists no parts; None if it may."""
    fields = {column.field for column in columns}
    texts = [cell for row in sheet.rows[:10] for cell in row if isinstance(cell, str)]
    headers = {plain(text) for text in texts if len(text) < 40}
    if Field.QUANTITY in fields:
        return None
    if len(headers & _PLACEMENT) >= 3 and Field.REFERENCES in fields:
        return "it is a placement (pick-and-place) file"
    if len(headers & _LAYERS) >= 3 and "thickness" in headers:
        return "it is a board stack-up report"
    title = " ".join(
        text_of(cell)[:80]
        for row in sheet.rows[:6]
        for cell in row
        if isinstance(cell, str) and cell
    )
    for pattern, name in _TITLES:
        if re.search(pattern, f"{sheet.name} {title}", re.IGNORECASE):
            return f"it is {name}"
    return None
