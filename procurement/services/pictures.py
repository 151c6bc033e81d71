"""The first rows of a file too long to be read by whoever shows it: kept once, shown as often as
wanted. `services.picturing` has them read.
"""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from procurement.formats.workbook import Cell, Merge, Row, Sheet, Workbook
from procurement.intake.looks import FIRST
from procurement.intake.recognise import HEADER_WITHIN
from procurement.models import Picture, Upload

ROWS = HEADER_WITHIN + FIRST
"""As many as columns are recognised by, so that they are recognised alike."""
MOST_CELLS = 200_000
LONGEST = 2_000
"""Characters of a cell. What is cut off is not shown anyway."""


def picture_of(upload: Upload) -> Picture | None:
    """The one that was made, or is to be, of a file that is not short enough to be shown whole."""
    return Picture.objects.filter(upload=upload.pk).first()


def workbook_pictured(upload: Upload) -> Workbook | None:
    """Its sheets as far as they were pictured; None where that has not been done."""
    picture = Picture.objects.filter(upload=upload.pk).exclude(made_at=None).first()
    if picture is None or not picture.sheets:
        return None
    reading = upload.reading or {}
    return Workbook(
        reading.get("format") or "",
        tuple(_sheet(each) for each in picture.sheets),
        encoding=reading.get("encoding"),
    )


def pictured(workbook: Workbook) -> list[dict[str, Any]]:
    """The first rows of every sheet as JSON keeps them."""
    left = MOST_CELLS
    found = []
    for sheet in workbook.sheets:
        rows: list[list[Any]] = []
        for row in sheet.rows[:ROWS]:
            left -= len(row)
            if left < 0 and rows:
                break
            rows.append([_kept(cell) for cell in row])
        merged = [
            [each.first_row, each.first_column, each.last_row, each.last_column]
            for each in sheet.merged
            if each.last_row <= len(rows)
        ]
        found.append({"name": sheet.name, "hidden": sheet.hidden, "rows": rows, "merged": merged})
    return found


def _sheet(kept: dict[str, Any]) -> Sheet:
    rows: tuple[Row, ...] = tuple(tuple(_cell(cell) for cell in row) for row in kept["rows"])
    merged = tuple(Merge(*each) for each in kept["merged"])
    return Sheet(kept["name"], rows, kept["hidden"], merged)


def _kept(cell: Cell) -> Any:
    match cell:
        case bool():
            return cell
        case str():
            return cell[:LONGEST].replace("\0", "\ufffd").encode("utf-8", "replace").decode()
        case Decimal():
            return ["decimal", str(cell)]
        case timedelta():
            return ["seconds", str(cell.total_seconds())]
        case _:
            return [type(cell).__name__, cell.isoformat()]


def _cell(kept: Any) -> Cell:
    if isinstance(kept, list):
        kind, text = kept
        return _READ[kind](text)
    found: str | bool = kept
    return found


_READ: dict[str, Callable[[str], Cell]] = {
    "decimal": Decimal,
    "seconds": lambda text: timedelta(seconds=float(text)),
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "time": time.fromisoformat,
}
