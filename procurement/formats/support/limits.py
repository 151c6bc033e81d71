"""How much we read. A file beyond a limit is refused with a sentence, never half read.

Chosen so that any file of up to MAX_BYTES is read within 512 MiB of memory.
"""

from __future__ import annotations

MAX_BYTES = 100 * 1024 * 1024
MAX_ROWS = 1_048_576
MAX_COLUMNS = 16_384
MAX_CELLS = 2_500_000  # that hold something, in the whole file
MAX_AREA = 6_000_000  # of one sheet, blank cells included: a reader may hold them all at once
MAX_PLACES = 16_000_000  # of delimited text, blank cells included but those that end a row
MAX_TEXT = 128 * 1024 * 1024  # bytes of cell text, as Python holds it
MAX_CELL_TEXT = 131_072  # characters in one cell; a spreadsheet program allows 32,767
MAX_UNPACKED = 400 * 1024 * 1024  # bytes of a zipped file that we would have to read
MAX_RATIO = 200  # unpacked / packed, for anything that unpacks to more than RATIO_FLOOR
RATIO_FLOOR = 32 * 1024 * 1024
MAX_PARTS = 5_000  # files inside a zipped file
MAX_DEPTH = 64  # of nested structure (XML elements, JSON, components)


class TooBig(Exception):
    """A limit was met. `what` and `fix` are sentences for the person."""

    def __init__(self, what: str, fix: str = "Split the file into smaller ones.") -> None:
        super().__init__(what)
        self.what = what
        self.fix = fix


class Tally:
    """Counts cells and their text across a file, and raises TooBig where a limit is met."""

    def __init__(self) -> None:
        self.cells = 0
        self.text = 0

    def add(self, cells: int, text: int) -> None:
        self.cells += cells
        self.text += text
        if self.cells > MAX_CELLS:
            raise TooBig(f"It has more than {MAX_CELLS:,} filled cells.")
        if self.text > MAX_TEXT:
            raise TooBig(f"It holds more than {MAX_TEXT // 1024 // 1024} MB of text.")


def weight(text: str) -> int:
    """Bytes of memory that the characters of `text` take, near enough."""
    return len(text) if text.isascii() else len(text) * 2
