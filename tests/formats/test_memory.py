"""Any file up to the limit is read or refused in bounded memory, measured in its own process."""

import io
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from procurement.formats.support import limits
from tests.formats.files import HEAD, SHEET, cell, repacked, xlsx
from tests.source import ROOT

MOST = 512  # MiB
PROGRAM = """
import sys
from pathlib import Path
from procurement import formats, intake
book = formats.read(Path(sys.argv[1]).read_bytes())
layout = intake.recognise(book).layout if book.readable else None
rows = intake.rows(book, layout) if layout else ()
status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
peak = int(status["VmHWM"].split()[0]) // 1024
print(peak, len(rows), ",".join(sorted({problem.code for problem in book.problems})))
"""


def read_apart(path: Path) -> tuple[int, int, str]:
    """(MiB at the most, rows, problem codes) of reading the file in a fresh process."""
    words = [sys.executable, "-c", PROGRAM, str(path)]
    done = subprocess.run(words, capture_output=True, text=True, check=True, cwd=ROOT, timeout=120)
    peak, count, codes = done.stdout.strip("\n").split(" ")
    return int(peak), int(count), codes


def padded(head: str, line: str) -> bytes:
    """As many lines as fit just under the limit."""
    data = line.encode()
    return head.encode() + data * ((limits.MAX_BYTES - len(head.encode())) // len(data))


def xlsx_of(rows: int, columns: int, text: str) -> bytes:
    letters = [chr(65 + n) for n in range(columns)]
    one = "".join(cell(f"{letter}%d", text) for letter in letters)
    body = "".join(f'<row r="{n}">{one % ((n,) * columns)}</row>' for n in range(2, rows + 2))
    head = "".join(cell(f"{letter}1", name) for letter, name in zip(letters, "pqxyz", strict=False))
    xml = f'{HEAD}<sheetData><row r="1">{head}</row>{body}</sheetData></worksheet>'
    return repacked(xlsx([["x"]]), {SHEET: xml.encode()})


def bomb() -> bytes:
    """A gigabyte of blanks where the first sheet should be."""
    packed = io.BytesIO(xlsx([["x"]]))
    with zipfile.ZipFile(packed) as small:
        parts = {name: small.read(name) for name in small.namelist() if name != SHEET}
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as big:
        for name, data in parts.items():
            big.writestr(name, data)
        with big.open(SHEET, "w") as sheet:
            for _ in range(1024):
                sheet.write(b" " * 1024 * 1024)
    return made.getvalue()


def laughs(wrap: str) -> bytes:
    """Nine entities, each ten of the one before: a billion words, if they were told."""
    told = ['<!ENTITY l0 "lol">']
    told += [f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10)]
    return f"<!DOCTYPE bom [{''.join(told)}]>{wrap.format('&l9;')}".encode()


def empty_rows() -> bytes:
    rows = "".join(f'<row r="{n}"/>' for n in range(3, 1_048_577))
    head = f'<row r="1">{cell("A1", "Part number")}{cell("B1", "Qty")}</row>'
    part = f'<row r="2">{cell("A2", "ABC-123")}{cell("B2", "4")}</row>'
    xml = f"{HEAD}<sheetData>{head}{part}{rows}</sheetData></worksheet>"
    return repacked(xlsx([["x"]]), {SHEET: xml.encode()})


def wide(rows: int) -> bytes:
    """As many columns as a sheet may have, of which two hold something."""
    rest = "," * (limits.MAX_COLUMNS - 2) + "\n"
    return (f"Part number,Qty{rest}" + f"ABC-123,4{rest}" * rows).encode()


CYCLONEDX = """<bom xmlns="http://cyclonedx.org/schema/bom/1.6"><components>
<component type="device"><name>{}</name></component></components></bom>"""
OUTSIDE = f'<!DOCTYPE bom [<!ENTITY x SYSTEM "file:///etc/passwd">]>{CYCLONEDX.format("&x;")}'

MADE: dict[str, tuple[Callable[[], bytes], str]] = {
    "short lines": (lambda: padded("Part number,Qty\n", "ABC-123,4\n"), "too-big"),
    "tiny cells": (lambda: padded("Part number,Qty\n", "1,1,1,1,1,1,1,1\n"), "too-big"),
    "blank rows": (lambda: padded("Part number,Qty\n", ",,,,\n"), "too-big"),
    "long cells": (lambda: padded("Part number,Qty\n", f"ABC-123,4,{'x' * 900}\n"), ""),
    "wide characters": (lambda: padded("Part number,Qty\n", f"A-1,4,{'🔋' * 200}\n"), ""),
    "one line": (lambda: b"x" * limits.MAX_BYTES, "too-big"),
    "open quotes": (lambda: padded("Part number,Qty\n", '"ABC-123,4,a note\n'), "too-big"),
    "many cells": (lambda: padded("Part number,Qty\n", f"{'ABC-123,' * 10}4\n"), "too-big"),
    "workbook": (lambda: xlsx_of(100_000, 5, "ABC-123-XYZ"), ""),
    "zip bomb": (bomb, "too-big"),
    "billion laughs": (lambda: laughs(CYCLONEDX), "xml-not-allowed"),
    "billion laughs in a sheet": (
        lambda: repacked(xlsx([["x"]]), {SHEET: laughs(CYCLONEDX)}),
        "xml-not-allowed",
    ),
    "external entity": (lambda: OUTSIDE.encode(), "xml-not-allowed"),
    "16,384 columns": (lambda: wide(100), ""),
    "a million empty rows": (empty_rows, ""),
    "100 MB of JSON": (
        lambda: padded('{"bomFormat": "CycloneDX", "components": [', '{"name": "x"},'),
        "too-big",
    ),
    "100 MB of XML": (
        lambda: padded(
            CYCLONEDX.partition("<component ")[0], "<component><name>x</name></component>"
        ),
        "too-big",
    ),
}

QUICK = ("long cells", "one line", "workbook", "billion laughs", "external entity")


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="Linux tells peak memory")
@pytest.mark.parametrize(
    "name",
    [name if name in QUICK else pytest.param(name, marks=pytest.mark.long) for name in MADE],
)
def test_memory_stays_bounded(name: str, tmp_path: Path) -> None:
    make, expected = MADE[name]
    path = tmp_path / "file"
    path.write_bytes(make())
    peak, _, codes = read_apart(path)
    assert peak <= MOST
    assert codes.replace("quote-not-closed", "") == expected
