"""The BOM board as a file: one row a line, one column a rule, for a person's own spreadsheet."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import ClassVar, Self

from compliance.reports.base import Report, file_stem
from compliance.reports.sheet import Column, Sheet, workbook_of
from compliance.reports.verdicts import VERDICTS, needs_attention, word, worst

PIECE = 65_536
"""Characters of a CSV that are held, about."""
_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One line. verdicts: rule cite → verdict; a rule not in it was not asked of this line. why: of
    the worst.
    """

    position: str
    part_number: str
    description: str
    maker: str
    quantity: str
    verdicts: Mapping[str, str]
    why: str = ""
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Board(Report):
    """rules: cites, in column order. rows: in the order in which they are to be shown; where they
    are read as they are written, for one file only. generated_at: aware.
    """

    key: ClassVar[str] = "board"
    title: ClassVar[str] = "BOM board"
    audience: ClassVar[str] = "buyers"
    says: ClassVar[str] = "lines need attention."
    kinds: ClassVar[Mapping[str, str]] = {
        "csv": "text/csv; charset=utf-8",
        "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    }

    bom: str
    revision: str
    true_on: date
    known_on: date
    generated_at: datetime
    rules: tuple[str, ...]
    rows: Iterable[BoardRow]

    def count(self) -> int:
        return sum(any(needs_attention(v) for v in row.verdicts.values()) for row in self.rows)

    def file_name(self, kind: str) -> str:
        return f"{file_stem('board', self.bom, self.revision, self.true_on.isoformat())}.{kind}"

    def write(self, kind: str) -> bytes:
        return b"".join(self.pieces(kind))

    def pieces(self, kind: str) -> Iterator[bytes]:
        """As `write`, a piece at a time; of a CSV none is long."""
        return {"csv": self._csv, "xlsx": self._xlsx}[kind]()

    def _csv(self) -> Iterator[bytes]:
        """UTF-8 with a byte-order mark, for Excel; CRLF; no cell that a spreadsheet would run."""
        yield b"\xef\xbb\xbf"
        text = io.StringIO(newline="")
        writer = csv.writer(text)
        writer.writerow([inert_cell(each.title) for each in self._columns()])
        for row in self.rows:
            writer.writerow([inert_cell(cell) for cell in self._cells(row)])
            if text.tell() > PIECE:
                yield text.getvalue().encode("utf-8", "replace")
                text.seek(0)
                text.truncate()
        yield text.getvalue().encode("utf-8", "replace")

    def _xlsx(self) -> Iterator[bytes]:
        title = f"{self.title}: {self.bom}, revision {self.revision}"
        above = (title, f"True on {self.true_on}, as known on {self.known_on}.")
        tints = {each.word: (each.ink, each.tint) for each in VERDICTS.values()}
        sheet = Sheet("Board", self._columns(), (self._cells(row) for row in self.rows), above)
        yield workbook_of((sheet,), title=title, created=self.generated_at, tints=tints)

    def _columns(self) -> tuple[Column, ...]:
        return (
            Column("Line", 9, wrap=False),
            Column("Part number", 24, wrap=False),
            Column("Description", 36),
            Column("Maker", 30),
            Column("Quantity", 12),
            Column("Worst verdict", 25),
            *(Column(rule, 25) for rule in self.rules),
            Column("Why", 70),
            Column("Missing", 50),
            Column("True on", 12),
            Column("As known on", 12),
        )

    def _cells(self, row: BoardRow) -> tuple[str, ...]:
        return (
            row.position,
            row.part_number,
            row.description,
            row.maker or "Not told",
            row.quantity,
            word(worst(row.verdicts.values())) if row.verdicts else "Not checked",
            *(
                word(row.verdicts[rule]) if rule in row.verdicts else "Not asked"
                for rule in self.rules
            ),
            row.why,
            "\n".join(row.missing),
            self.true_on.isoformat(),
            self.known_on.isoformat(),
        )

    @classmethod
    def example(cls) -> Self:
        law = ("FY2024 NDAA sec. 154", "10 U.S.C. 4865")
        return cls(
            bom="Soldier radio power set (demo)",
            revision="C",
            true_on=date(2027, 11, 15),
            known_on=date(2026, 11, 22),
            generated_at=datetime(2026, 11, 22, 6, 30, tzinfo=UTC),
            rules=law,
            rows=(
                BoardRow(
                    "1.1",
                    "DEMO-2590-C",
                    "Rechargeable pack, 24 V",
                    "Contemporary Amperex Technology Company, Limited",
                    "120 each",
                    {law[0]: "prohibited", law[1]: "not_yet_in_force"},
                    "The maker is named in sec. 154(b)(1).",
                ),
                BoardRow(
                    "1.3",
                    "=cmd|' /C calc'!A0",
                    "Backup cell, 3 V",
                    "",
                    "250 each",
                    dict.fromkeys(law, "insufficient_information"),
                    "The maker is not told.",
                    ("Who makes this part?",),
                ),
                BoardRow(
                    "2.1",
                    "DEMO-R0402-10K",
                    "Resistor, 10 kΩ",
                    "東京デモ抵抗器株式会社",
                    "4,000 each",
                    dict.fromkeys(law, "not_applicable"),
                    "A resistor is no battery line.",
                ),
            ),
        )


def inert_cell(text: str) -> str:
    """The cell, with an apostrophe before anything that a spreadsheet would take for a formula."""
    return "'" + text if text.startswith(_STARTS_A_FORMULA) else text


REPORT = Board
