"""From a file to lines, in four steps that a person can look at between.

formats.read   bytes → sheets of cells
recognise      sheets → which one, its header, what each column holds: to confirm once
rows           sheet and layout → lines, rows that are no parts, and problems at their cells
classify       a line's texts → what it is, where that is sure
"""

from procurement.formats.csv import read_text as read_pasted
from procurement.intake.classify import Guess, classify, classify_line
from procurement.intake.fields import LABELS, Field
from procurement.intake.reading import (
    Alternate,
    Column,
    Failed,
    Layout,
    NonPart,
    NonPartKind,
    ParsedLine,
    Reading,
    Rows,
    SheetView,
)
from procurement.intake.recognise import recognise
from procurement.intake.rows import rows

__all__ = [
    "LABELS",
    "Alternate",
    "Column",
    "Failed",
    "Field",
    "Guess",
    "Layout",
    "NonPart",
    "NonPartKind",
    "ParsedLine",
    "Reading",
    "Rows",
    "SheetView",
    "classify",
    "classify_line",
    "read_pasted",
    "recognise",
    "rows",
]
