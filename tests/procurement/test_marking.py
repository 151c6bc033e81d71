"""A person's own file back with its problems marked: theirs where it can be, inert where not."""

import csv
import io
from typing import Any

import openpyxl
import pytest

from procurement import formats
from procurement.formats.problem import Problem
from procurement.intake import recognise, rows
from procurement.intake.said import with_cells
from procurement.marking import TITLE, Marked, Place, marked
from tests.formats.files import xlsx

WRONG = Problem("quantity-negative", "row 3, column Qty", "It is -1.", "Give more.", 3, "Qty")
DOUBT = Problem("x", "row 2, column Maker", "Odd.", "Look.", 2, "Maker", "warning")
ROWS: list[list[Any]] = [
    ["Part Number", "Maker", "Description", "Qty"],
    ["BP-1", "Acme", "Battery pack", 2],
    ["=cmd|' /C calc'!A0", "Acme", "Battery pack", -1],
]
PLACES = (Place(3, 3, (WRONG,)), Place(2, 1, (DOUBT,)), Place(3, None, (WRONG,)))


def own(content: bytes, name: str, *places: Place, **cells: Any) -> tuple[Marked, Any]:
    workbook = formats.read(content, name)
    sheet = workbook.sheets[0].name
    workbook = with_cells(workbook, sheet, cells.get("cells", {}))
    made = marked(content, workbook, sheet, 1, places or PLACES)
    return made, openpyxl.load_workbook(io.BytesIO(made.content)).worksheets[0]


def as_csv() -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(ROWS)
    return out.getvalue().encode()


def test_their_own_workbook_keeps_its_looks_and_gets_notes_fills_and_words() -> None:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    for row in ROWS:
        page.append(row)
    page["A3"].data_type = "s"
    page["B2"].font = openpyxl.styles.Font(bold=True)
    page.column_dimensions["C"].width = 55
    page["F2"] = "=D2*2"
    out = io.BytesIO()
    book.save(out)
    made, page = own(out.getvalue(), "bom.xlsx")
    assert made.own
    assert page["B2"].font.bold
    assert page.column_dimensions["C"].width == 55
    assert page["F2"].value == "=D2*2"  # their own formula stays theirs
    assert page["D3"].comment.text == "Problem: It is -1. Give more."
    assert page["D3"].fill.fgColor.rgb.endswith("F9DEDE")
    assert page["B2"].comment.text.startswith("Check: Odd.")
    assert page["G1"].value == TITLE
    assert "Problem in Qty: It is -1. Give more." in page["G3"].value


@pytest.mark.parametrize(("content", "name"), [(as_csv(), "bom.csv"), (xlsx(ROWS), "bom.xlsx")])
def test_the_marked_file_is_read_again_as_the_same_lines(content: bytes, name: str) -> None:
    made, _ = own(content, name)
    before, after = (
        rows(book, layout)
        for book in (formats.read(content, name), formats.read(made.content, "marked.xlsx"))
        if (layout := recognise(book).layout) is not None
    )
    assert [line.part_number for line in after.lines] == [line.part_number for line in before.lines]
    assert [line.quantity for line in after.lines] == [line.quantity for line in before.lines]


def test_any_other_format_comes_back_fresh_with_the_same_cells_in_the_same_places() -> None:
    made, page = own(as_csv(), "bom.csv")
    assert not made.own
    assert page["A2"].value == "BP-1"
    assert page["D3"].comment.text.startswith("Problem: It is -1.")
    assert page["E1"].value == TITLE


def test_nothing_runs_in_a_fresh_workbook() -> None:
    _, page = own(as_csv(), "bom.csv")
    assert page["A3"].value == "=cmd|' /C calc'!A0"
    assert page["A3"].data_type == "s"
    assert not [cell for row in page.iter_rows() for cell in row if cell.data_type == "f"]


def test_a_cell_put_right_is_written_as_text_and_says_what_was_sent() -> None:
    fixed = {3: {0: "=1+1", 3: "4"}}
    places = (Place(3, 0, (), "=cmd|' /C calc'!A0"), Place(3, 3, (), "-1"))
    made, page = own(xlsx(ROWS), "bom.xlsx", *places, cells=fixed)
    assert made.own
    assert (page["A3"].value, page["A3"].data_type) == ("=1+1", "s")
    assert page["D3"].value == 4
    assert "The file had: -1" in page["D3"].comment.text
    assert page["E1"].value is None  # no problem, so no column of problems


def test_a_problem_inside_merged_cells_is_marked_where_the_merge_shows() -> None:
    content = xlsx(ROWS, merges={"C2:D2": "merged"})
    made, page = own(content, "bom.xlsx", Place(2, 3, (WRONG,)))
    assert made.own
    assert page["C2"].comment is not None


def test_a_workbook_that_openpyxl_cannot_open_comes_back_fresh(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(*args: Any, **options: Any) -> None:
        raise TypeError("expected <class 'openpyxl.styles.fills.Fill'>")

    content = xlsx(ROWS)
    workbook = formats.read(content, "bom.xlsx")
    with monkeypatch.context() as patch:
        patch.setattr("procurement.marking.openpyxl.load_workbook", broken)
        made = marked(content, workbook, workbook.sheets[0].name, 1, PLACES)
    assert not made.own
    page = openpyxl.load_workbook(io.BytesIO(made.content)).worksheets[0]
    assert page["D3"].value == -1
    assert page["D3"].comment is not None
