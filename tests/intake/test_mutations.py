"""Whatever is done to a file, reading it ends in rows or a sentence: no crash, no row lost."""

import io
import zipfile
from collections.abc import Callable

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from procurement import formats, intake
from procurement.formats.workbook import Cell
from tests.formats.files import xlsx
from tests.intake.sheets import Table, workbook

HEAD = [
    "Item",
    "Level",
    "Part number",
    "Manufacturer",
    "Description",
    "Qty",
    "Unit price",
    "Origin",
]
ROWS = [
    ["1", "1", "NCR18650B", "Panasonic", "Li-ion cell, 3400 mAh", "18", "$4.25", "Japan"],
    ["1.1", "2", "RC0603FR-071KL", "Yageo", 'Resistor 1k "thick"', "4", "0.10", "China (Taiwan)"],
    ["2", "1", "GRM188R71H104KA93D", "Murata\nTDK", "Kondensator 100 nF Größe", "2", "0,20", "N/A"],
    ["", "", "", "", "TOTAL", "24", "4.55", ""],
]
CSV = "\r\n".join(
    ",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in [HEAD, *ROWS]
).encode()
XLSX = xlsx([HEAD, *ROWS])
SCALE = settings(
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


def whole_way(data: bytes, name: str = "") -> None:
    """Reads the bytes as far as they go, and checks what always holds."""
    book = formats.read(data, name)
    if not book.readable:
        assert any(problem.severity == "error" for problem in book.problems)
        assert all(problem.what and problem.fix for problem in book.problems)
        return
    reading = intake.recognise(book)
    if reading.layout is None:
        assert reading.problems
        return
    found = intake.rows(book, reading.layout)
    sheet = next(one for one in book.sheets if one.name == reading.layout.sheet)
    assert sorted(found.numbers()) == list(range(1, len(sheet.rows) + 1))
    lines = {line.row for line in found.lines}
    for line in found.lines:
        assert line.parent_row is None or line.parent_row in lines
        assert line.quantity is None or line.quantity >= 0
        assert line.unit_cost is None or line.unit_cost >= 0
        assert "\x00" not in line.part_number + line.maker + "".join(line.cells)
        assert len(line.cells) <= len(found.headers)
        "".join(line.cells).encode()
        intake.classify_line(line)


Edit = tuple[int, int, bytes]
EDITS = st.lists(
    st.tuples(st.integers(0, 10_000), st.integers(0, 40), st.binary(max_size=12)),
    min_size=1,
    max_size=6,
)


def edited(data: bytes, edits: list[Edit]) -> bytes:
    for place, length, put in edits:
        start = place % (len(data) + 1)
        data = data[:start] + put + data[start + length :]
    return data


def many(scale: Callable[[int, int], int], short: int, long: int) -> settings:
    return settings(SCALE, max_examples=scale(short, long))


def test_csv_with_bytes_cut_and_put_in(scale: Callable[[int, int], int]) -> None:
    @many(scale, 300, 4_000)
    @given(EDITS)
    def holds(edits: list[Edit]) -> None:
        whole_way(edited(CSV, edits), "parts.csv")

    holds()


def test_xlsx_with_bytes_cut_and_put_in(scale: Callable[[int, int], int]) -> None:
    @many(scale, 100, 2_000)
    @given(EDITS)
    def holds(edits: list[Edit]) -> None:
        whole_way(edited(XLSX, edits), "parts.xlsx")

    holds()


def test_xlsx_with_the_xml_inside_cut_and_put_in(scale: Callable[[int, int], int]) -> None:
    """Past the checksums: the zip file is whole, and what is in it is not."""
    with zipfile.ZipFile(io.BytesIO(XLSX)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    names = sorted(name for name in parts if name.startswith("xl/"))

    @many(scale, 100, 2_000)
    @given(st.sampled_from(names), EDITS)
    def holds(name: str, edits: list[Edit]) -> None:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
            for part, content in parts.items():
                package.writestr(part, edited(content, edits) if part == name else content)
        whole_way(out.getvalue(), "parts.xlsx")

    holds()


def test_bytes_of_any_kind(scale: Callable[[int, int], int]) -> None:
    @many(scale, 200, 2_000)
    @given(st.binary(max_size=400) | st.text(max_size=300).map(str.encode))
    def holds(data: bytes) -> None:
        whole_way(data)

    holds()


CELLS: st.SearchStrategy[Cell] = st.one_of(
    st.sampled_from(
        [
            *("", "-", "N/A", "1", "1.1", "0,5", "1,234", "-1", "TOTAL", "Battery pack", "DNP"),
            *(
                "CR2032",
                "Murata/TDK",
                "Korea",
                "=A1",
                "#REF!",
                "$1",
                "31/02/2026",
                "R1, R2",
                "x" * 600,
            ),
            *("\u202eabc", "C\x00D", "\ufffd", "電池", "Field=X", "Notes:", "  indented", "…"),
        ]
    ),
    st.text(max_size=20),
    st.decimals(allow_nan=False, allow_infinity=False, places=4),
    st.booleans(),
    st.dates(),
)
HEADERS = st.sampled_from(
    [
        *(
            "Item",
            "Level",
            "Part number",
            "MPN",
            "Manufacturer",
            "Description",
            "Qty",
            "Unit",
            "Price",
        ),
        *(
            "Total",
            "Currency",
            "Origin",
            "Parent part",
            "Reference",
            "Value",
            "Fitted",
            "Notes",
            "Date",
        ),
        *(
            "数量",
            "型号",
            "Поз.",
            "Menge",
            "Alternates",
            "",
            "Something",
            "Chemistry",
            "HTS",
            "Supplier",
        ),
    ]
)


def test_tables_of_any_cells_under_any_headers(scale: Callable[[int, int], int]) -> None:
    @many(scale, 300, 4_000)
    @given(st.lists(HEADERS, min_size=1, max_size=9), st.data())
    def holds(headers: list[str], data: st.DataObject) -> None:
        body = data.draw(
            st.lists(st.lists(CELLS, max_size=len(headers) + 1), min_size=0, max_size=12)
        )
        table: Table = [list(headers), *body]
        book = workbook(table)
        reading = intake.recognise(book)
        if reading.layout is None:
            assert reading.problems
            return
        found = intake.rows(book, reading.layout)
        assert sorted(found.numbers()) == list(range(1, len(table) + 1))
        assert len(found) == len(table)
        lines = {line.row for line in found.lines}
        assert all(one.parent_row is None or one.parent_row in lines for one in found.lines)
        for line in found.lines:
            intake.classify_line(line)

    holds()
