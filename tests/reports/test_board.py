import csv
import io
from dataclasses import replace

import openpyxl
import pytest

from compliance.reports.board import Board, BoardRow, inert_cell

BOARD = Board.example()
FIRST = next(iter(BOARD.rows))


def read(board: Board) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(board.write("csv").decode("utf-8-sig"), newline="")))


def test_each_line_is_a_row_and_each_rule_a_column() -> None:
    told = read(BOARD)

    assert [row["Line"] for row in told] == ["1.1", "1.3", "2.1"]
    assert told[0]["FY2024 NDAA sec. 154"] == "Prohibited"
    assert told[0]["Worst verdict"] == "Prohibited"
    assert told[1]["Maker"] == "Not told"
    assert told[2]["Maker"] == "東京デモ抵抗器株式会社"
    assert {row["True on"] for row in told} == {"2027-11-15"}


def test_a_rule_that_was_not_asked_is_no_pass() -> None:
    row = replace(FIRST, verdicts={"10 U.S.C. 4865": "permitted"})
    unchecked = replace(FIRST, verdicts={})
    told = read(replace(BOARD, rows=(row, unchecked)))

    assert told[0]["FY2024 NDAA sec. 154"] == "Not asked"
    assert told[1]["Worst verdict"] == "Not checked"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝"])
def test_a_cell_that_a_spreadsheet_would_run_gets_an_apostrophe(start: str) -> None:
    assert inert_cell(f"{start}1+1") == f"'{start}1+1"


@pytest.mark.parametrize("text", ["", "1.2", "BQ-25 = 3", "(a)", "'quoted"])
def test_any_other_cell_is_left_as_it_is(text: str) -> None:
    assert inert_cell(text) == text


def test_no_field_of_a_row_can_carry_a_formula_into_the_csv() -> None:
    nasty = '=HYPERLINK("http://evil.example")'
    row = BoardRow(nasty, nasty, nasty, nasty, nasty, {}, nasty, (nasty,))
    told = read(replace(BOARD, rows=(row,)))[0]

    assert [value for value in told.values() if value.startswith("=")] == []
    assert list(told.values()).count("'" + nasty) == 7


def test_a_board_of_nothing_still_has_its_header() -> None:
    empty = replace(BOARD, rows=())

    assert empty.write("csv").decode("utf-8-sig").splitlines()[0].startswith("Line,Part number")
    assert empty.count() == 0


def test_the_workbook_holds_the_formula_as_text() -> None:
    page = openpyxl.load_workbook(io.BytesIO(BOARD.write("xlsx")))["Board"]
    cell = next(c for row in page.iter_rows() for c in row if str(c.value).startswith("=cmd"))

    assert cell.data_type == "s"
