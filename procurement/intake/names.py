"""What people call the columns of a bill of materials, in their languages: `names.csv` as a table.

In the file, `sure` says how surely a name means the field (0 to 1), and names are parted by "|". A
name may stand under several fields; then the cells of the column decide.
"""

from __future__ import annotations

import csv
from pathlib import Path

from procurement.intake.fields import Field

FILE = Path(__file__).with_name("names.csv")


def read() -> dict[Field, list[tuple[float, list[str]]]]:
    """Field → its names, in groups that mean it equally surely."""
    found: dict[Field, list[tuple[float, list[str]]]] = {}
    with FILE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            group = (float(row["sure"]), row["names"].split("|"))
            found.setdefault(Field(row["field"]), []).append(group)
    return found
