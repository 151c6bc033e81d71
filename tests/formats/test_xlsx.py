import io
import zipfile
from datetime import date, datetime
from decimal import Decimal

import pytest

from procurement import formats
from procurement.formats.support import limits, sheetxml
from procurement.formats.support.zipped import Damaged
from procurement.formats.workbook import Merge, Row, Workbook
from tests.formats.files import (
    SHEET,
    cell,
    openpyxl_xlsx,
    repacked,
    with_formula,
    with_sheet,
    xlsx,
)


def read(data: bytes) -> Workbook:
    return formats.read(data, "parts.xlsx")


def rows(data: bytes) -> tuple[Row, ...]:
    found = read(data)
    assert found.sheets, found.problems
    return found.sheets[0].rows


def codes(found: Workbook) -> list[str]:
    return [problem.code for problem in found.problems]


def test_numbers_are_what_the_person_typed() -> None:
    found = rows(xlsx([[2.15, 7, 0.1, 61300311121, 1e-7, -3.5]]))[0]
    typed = ["2.15", "7", "0.1", "61300311121", "1E-7", "-3.5"]
    assert found == tuple(map(Decimal, typed))
    assert all(type(one) is Decimal for one in found)


def test_text_that_looks_like_a_number_stays_text() -> None:
    assert rows(xlsx([["007", "1E5", " a  b\nc "]])) == (("007", "1E5", " a  b\nc "),)


def test_blank_rows_and_columns_before_the_table_keep_its_place() -> None:
    assert rows(xlsx([[], [], ["", "", "Part"], ["", "", "A"]])) == (
        (),
        (),
        ("", "", "Part"),
        ("", "", "A"),
    )


def test_booleans_and_dates_keep_their_kind() -> None:
    found = rows(openpyxl_xlsx([[True, date(2026, 3, 31), datetime(2026, 3, 31, 12, 30)]]))[0]  # noqa: DTZ001
    assert found[0] is True
    assert found[1] in (date(2026, 3, 31), datetime(2026, 3, 31))  # noqa: DTZ001
    assert found[2] == datetime(2026, 3, 31, 12, 30)  # noqa: DTZ001


def test_a_formula_gives_its_stored_result() -> None:
    assert rows(with_formula("=1+1", 2))[1] == ("ABC-123", Decimal(2))


def test_a_failed_formula_is_kept_as_its_error_and_never_blank() -> None:
    assert rows(with_formula("=1/0", "#DIV/0!"))[1] == ("ABC-123", "#DIV/0!")


def test_a_formula_whose_result_was_never_stored_is_kept_as_the_formula() -> None:
    found = rows(openpyxl_xlsx([["Part number", "Qty"], ["ABC-123", "=1+1"]]))
    assert found[1] == ("ABC-123", "=1+1")


def test_every_sheet_is_read_and_hidden_ones_are_said() -> None:
    found = read(xlsx([["a"]], [["b"]], [["c"]], names=["One", "Two", "Three"], hidden=["Two"]))
    assert [(sheet.name, sheet.hidden) for sheet in found.sheets] == [
        ("One", False),
        ("Two", True),
        ("Three", False),
    ]
    assert [(one.code, one.severity) for one in found.problems] == [("hidden-sheet", "warning")]


def test_merged_cells_are_told() -> None:
    found = read(xlsx([[], ["a", "b"]], merges={"A1:C1": "Title"}))
    assert found.sheets[0].rows[0][0] == "Title"
    assert found.sheets[0].merged == (Merge(1, 1, 1, 3),)


def test_macros_are_said_and_the_cells_are_read() -> None:
    found = read(repacked(xlsx([["Part"], ["A"]]), {"xl/vbaProject.bin": b"anything"}))
    assert codes(found) == ["macros-not-run"]
    assert found.sheets[0].rows == (("Part",), ("A",))


def test_names_with_a_prefix_and_cells_without_a_reference_are_read() -> None:
    xml = (
        "<sheetData><row><c t='inlineStr'><is><t>Part</t></is></c><c><v>3</v></c></row></sheetData>"
    )
    assert rows(with_sheet(xml)) == (("Part", Decimal(3)),)


def test_a_million_empty_formatted_rows_cost_nothing() -> None:
    empty = "".join(f'<row r="{number}" ht="15"/>' for number in range(2, 1_000_001))
    data = with_sheet(f'<sheetData><row r="1">{cell("A1", "Part")}</row>{empty}</sheetData>')
    assert rows(data) == (("Part",),)


def test_a_stray_cell_in_the_far_corner_is_refused_before_it_takes_all_memory() -> None:
    far = f'<row r="1">{cell("A1", "Part")}</row><row r="1048576">{cell("XFD1048576", "x")}</row>'
    found = read(with_sheet(f"<sheetData>{far}</sheetData>"))
    assert codes(found) == ["too-big"]
    assert "1,048,576" in found.problems[0].what


def test_a_stray_cell_is_found_however_it_is_written() -> None:
    far = "<row r='1'><c r='A1'><v>1</v></c></row>"
    far += "<row r='1048576'><c r='XFD1048576'><v>1</v></c></row>"
    assert codes(read(with_sheet(f"<sheetData>{far}</sheetData>"))) == ["too-big"]


def test_sixteen_thousand_columns_are_read() -> None:
    found = rows(xlsx([["x"] * limits.MAX_COLUMNS, ["y"]]))
    assert len(found[0]) == limits.MAX_COLUMNS


def test_a_long_text_shared_by_very_many_cells_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    data = xlsx([["Part"], *([["x" * 30_000]] * 200)])
    assert len(rows(data)) == 201
    monkeypatch.setattr(limits, "MAX_TEXT", 1_000_000)
    assert codes(read(data)) == ["too-big"]


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = repacked(xlsx([["x"]]), {SHEET: b"<worksheet>" + b" " * 50_000_000 + b"</worksheet>"})
    assert len(bomb) < 100_000
    found = read(bomb)
    assert codes(found) == ["too-big"]
    assert "zip bomb" in found.problems[0].what


def test_a_part_that_lies_about_its_size_is_refused() -> None:
    data = bytearray(xlsx([["Part"], ["A"]]))
    name = SHEET.encode()
    entry = data.rfind(name) - 46  # its line in the list of parts
    assert data[entry : entry + 4] == b"PK\x01\x02"
    data[entry + 24 : entry + 28] = (10).to_bytes(4, "little")
    assert codes(read(bytes(data))) == ["file-damaged"]


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>',
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
    ],
)
@pytest.mark.parametrize("part", [SHEET, "xl/sharedStrings.xml", "xl/workbook.xml"])
def test_xml_entities_are_refused_wherever_they_are(doctype: str, part: str) -> None:
    data = repacked(xlsx([["Part"], ["A"]]), {part: f"{doctype}<x>&b;</x>".encode()})
    assert codes(read(data)) == ["xml-not-allowed"]


def test_a_password_is_said() -> None:
    protected = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le")
    )
    assert codes(read(protected)) == ["password-protected"]


@pytest.mark.parametrize("kept", [30, 200, 2_000, -1, -30, -200])
def test_a_file_cut_short_is_said(kept: int) -> None:
    data = xlsx([["Part", "Qty"], *([["A", 1]] * 200)])
    found = read(data[:kept])
    assert not found.sheets
    assert codes(found)[0] in {"file-damaged", "not-a-spreadsheet"}


@pytest.mark.parametrize("part", [SHEET, "xl/workbook.xml", "xl/_rels/workbook.xml.rels"])
def test_a_part_that_is_missing_or_nonsense_is_said(part: str) -> None:
    good = xlsx([["Part", "Qty"], ["A", 1]])
    assert codes(read(repacked(good, {part: b"<not xml"}))) == ["file-damaged"]
    missing = read(repacked(good, {part: None}))
    assert codes(missing)[0] in {"file-damaged", "not-a-spreadsheet"}


@pytest.mark.parametrize("encoding", ["U-TF-8", "gbk", "utf-7", "idna"])
@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/_rels/workbook.xml.rels"])
def test_a_part_in_an_encoding_that_there_is_not_is_said(part: str, encoding: str) -> None:
    good = xlsx([["Part", "Qty"], ["A", 1]])
    with zipfile.ZipFile(io.BytesIO(good)) as package:
        said = package.read(part).replace(b"UTF-8", encoding.encode(), 1)
    found = read(repacked(good, {part: said}))
    assert not found.sheets
    assert codes(found) == ["file-damaged"]
    with pytest.raises(Damaged):  # as a sheet is read that cannot be measured by its bytes
        sheetxml.full([said])


def test_a_workbook_without_anything_in_it_is_empty() -> None:
    assert codes(read(xlsx([]))) == ["empty-file"]


def test_a_hundred_thousand_rows_are_read() -> None:
    found = rows(xlsx([["Part", "Qty"], *([f"P{n}", n] for n in range(100_000))]))
    assert len(found) == 100_001
    assert found[-1] == ("P99999", Decimal(99_999))
