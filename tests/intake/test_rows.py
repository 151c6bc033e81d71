from decimal import Decimal

import pytest

from procurement import intake
from procurement.formats.workbook import Merge
from procurement.intake import Alternate, NonPartKind, ParsedLine
from tests.intake.sheets import Table, layout, line, rows, workbook

HEAD: list[str] = ["Part number", "Manufacturer", "Description", "Qty", "Unit cost"]
ONE = ["A-1234", "Yageo", "Resistor 1k", "4", "0.10"]
TWO = ["B-2345", "Murata", "Capacitor 1 uF", "2", "0.20"]


def table(*more: list[str]) -> Table:
    return [list(HEAD), list(ONE), list(TWO), *(list(row) for row in more)]


def kinds(*more: list[str]) -> list[NonPartKind]:
    """What rows after the two parts came to, where they are no parts."""
    return [one.kind for one in rows(table(*more)).non_parts if one.row > 3]


def test_a_line_has_what_its_row_says() -> None:
    found, problems = line(
        "Item, Level, Part number, Manufacturer, Supplier, Description, Qty, Unit, Unit cost, "
        "Currency, Country of origin, Chemistry, Category, HTS, NSN, Notes",
        *("1", "1", "NCR18650B", "Panasonic", "Mouser", "Li-ion cell", "18", "pcs", "4.25", "usd"),
        *("Japan", "NCA", "Cell", "8507.60.0020", "6140-01-555-1234", "for the pack"),
    )
    assert problems == []
    assert found == ParsedLine(
        row=2,
        sheet="parts",
        position="1",
        part_number="NCR18650B",
        maker="Panasonic",
        supplier="Mouser",
        description="Li-ion cell",
        quantity=Decimal(18),
        unit="EA",
        unit_cost=Decimal("4.25"),
        currency="USD",
        country="JP",
        chemistry_text="NCA",
        category_text="Cell",
        hts="8507.60.0020",
        nsn="6140-01-555-1234",
        notes="for the pack",
        cells=found.cells,
    )
    assert found.cells[7] == "pcs"
    assert len(found.cells) == 16


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        (["", "", "", "", ""], NonPartKind.BLANK),
        (["  ", "", "\xa0", "", ""], NonPartKind.BLANK),
        (["TOTAL", "", "", "6", "0.80"], NonPartKind.TOTAL),
        (["", "", "Subtotal:", "", "0.80"], NonPartKind.TOTAL),
        (["合计", "", "", "6", ""], NonPartKind.TOTAL),
        (["Gesamtsumme", "", "", "", "0.80"], NonPartKind.TOTAL),
        (["", "", "", "6", ""], NonPartKind.TOTAL),
        (["", "", "Shipping", "", "15"], NonPartKind.CHARGE),
        (["", "", "MwSt (19 %)", "", "3"], NonPartKind.CHARGE),
        (["Notes:", "", "", "", ""], NonPartKind.NOTE),
        (["Approved", "", "", "", ""], NonPartKind.NOTE),
        (["BoM Date:", "11/05/2018", "", "", ""], NonPartKind.NOTE),
        (["* All parts must be RoHS.", "", "", "", ""], NonPartKind.NOTE),
        (
            ["This assembly is to be built by the method in drawing 42 and no other.", *[""] * 4],
            NonPartKind.NOTE,
        ),
        (["-", "-", "-", "-", "-"], NonPartKind.NOTE),
        (["Field=Part", "Field=Maker", "", "", ""], NonPartKind.NOTE),
        (["Mechanical parts", "", "", "", ""], NonPartKind.SECTION),
        (["DNP", "DNP", "DNP", "11", ""], NonPartKind.NOT_FITTED),
        (["", "", "Do not mount", "0", ""], NonPartKind.NOT_FITTED),
        (list(HEAD), NonPartKind.HEADER),
    ],
)
def test_a_row_that_is_no_part_is_named_for_what_it_is(row: list[str], kind: NonPartKind) -> None:
    assert kinds(row) == [kind]


@pytest.mark.parametrize(
    "row",
    [
        ["TOTAL-FLEX-5", "Acme", "Total flex cable", "2", "3.00"],
        ["", "", "Sum amplifier board", "1", "9.00"],
        ["", "", "Note sticker", "4", "0.01"],
        ["", "", "Battery pack", "", ""],
        ["Battery pack", "", "", "", ""],
        ["", "", "Shipping crate", "1", "40.00"],
        ["A-1234", "Yageo", "Resistor 1k", "4", "0.10"],
    ],
)
def test_what_only_resembles_a_total_or_a_heading_stays_a_line(row: list[str]) -> None:
    assert kinds(row) == []
    assert len(rows(table(row)).lines) == 3


def test_the_same_part_twice_is_two_lines() -> None:
    assert [one.row for one in rows(table(ONE, ONE)).lines] == [2, 3, 4, 5]


def test_a_row_with_a_quantity_and_no_name_fails_at_its_own_place() -> None:
    found = rows(table(["", "Yageo", "", "3", "0.05"], ONE))
    assert [(one.row, one.cells[1]) for one in found.failed] == [(4, "Yageo")]
    assert [(one.code, one.row) for one in found.problems] == [("part-not-named", 4)]
    assert len(found.lines) == 3


def test_a_numbered_row_with_nothing_else_is_an_empty_item() -> None:
    found = rows(
        [["#", "Part number", "Qty"], ["1", "A-1234", "2"], ["2", "", ""], ["3", "B-2", "1"]]
    )
    assert [one.kind for one in found.non_parts if one.row == 3] == [NonPartKind.EMPTY_ITEM]


def test_a_template_never_filled_in_has_no_lines_and_says_so() -> None:
    found = rows(
        [
            ["Field=Title", "Field=Date", "Field=Variant"],
            ["#", "Column=Manufacturer Part Number 1", "Column=Quantity"],
            ["1", "", ""],
            ["2", "", ""],
        ]
    )
    assert found.lines == ()
    assert [one.code for one in found.problems] == ["no-lines"]
    assert "template" in found.problems[0].what


def test_a_problem_stands_at_its_own_cell() -> None:
    found = rows(table(["C-3456", "TDK", "Inductor", "-1", "N/A"]))
    assert [(one.code, one.row, one.column, one.where, one.severity) for one in found.problems] == [
        ("quantity-negative", 4, "Qty", "row 4, column Qty", "error"),
        ("cost-not-told", 4, "Unit cost", "row 4, column Unit cost", "warning"),
    ]
    assert all(one.what and one.fix for one in found.problems)
    assert len(found.lines) == 3
    assert set(found.problems_by_row()) == {4}


def test_several_makers_in_a_cell_are_alternates() -> None:
    found, problems = line("Part number, Manufacturer, Qty", "GRM188; C1608", "Murata; TDK", "1")
    assert (found.maker, found.part_number) == ("Murata", "GRM188")
    assert found.alternates == (Alternate("TDK", "C1608"),)
    assert problems == []


def test_makers_and_numbers_that_do_not_pair_are_said() -> None:
    found, problems = line(
        "Part number, Manufacturer, Qty", "A-1111\nB-2222\nC-3333", "Murata\nTDK", "1"
    )
    assert (found.maker, found.part_number) == ("Murata", "A-1111")
    assert len(found.alternates) == 3
    assert problems == ["alternates-unpaired"]


def test_an_alternate_beyond_what_we_keep_is_cut_and_said() -> None:
    found, problems = line(
        "Part number, Manufacturer, Qty", f"A-1111;{'B' * 300}", "Murata; TDK", "1"
    )
    assert [len(one.part_number) for one in found.alternates] == [200]
    assert "text-too-long" in problems
    assert len(found.cells[0]) == 307


def test_alternates_in_columns_of_their_own() -> None:
    found = rows(
        [
            ["Manufacturer 1", "MPN 1", "Manufacturer 2", "MPN 2", "Qty"],
            ["Yageo", "RC0603-1K", "Vishay", "CRCW0603-1K", "4"],
            ["Murata", "GRM188R71", "", "", "2"],
            ["Bourns", "CR0603-JW", "Vishay", "", "2"],
        ]
    )
    assert [one.alternates for one in found.lines] == [
        (Alternate("Vishay", "CRCW0603-1K"),),
        (),
        (Alternate("Vishay", "CR0603-JW"),),
    ]


def test_a_maker_spelt_three_ways_is_said_once_for_each_rarer_spelling() -> None:
    spelt = ["Yageo", "Yageo", "YAGEO", "Yageo Inc.", "Murata", "Yageo"]
    body: Table = [[f"A-123{n}", maker, "1"] for n, maker in enumerate(spelt)]
    found = rows([["Part number", "Manufacturer", "Qty"], *body])
    assert [(one.code, one.row, one.severity) for one in found.problems] == [
        ("maker-spelt-differently", 4, "warning"),
        ("maker-spelt-differently", 5, "warning"),
    ]
    assert [one.maker for one in found.lines] == spelt


def test_a_maker_merged_over_rows_speaks_for_each_and_a_quantity_does_not() -> None:
    found = rows(
        [
            ["Part number", "Manufacturer", "Qty"],
            ["A-1234", "Yageo", "4"],
            ["B-2345", "", ""],
            ["C-3456", "TDK", "1"],
        ],
        Merge(2, 2, 3, 2),
        Merge(2, 3, 3, 3),
    )
    assert [one.maker for one in found.lines] == ["Yageo", "Yageo", "TDK"]
    assert [one.quantity for one in found.lines] == [Decimal(4), None, Decimal(1)]


def test_a_row_longer_or_shorter_than_the_header_is_read() -> None:
    found = rows([["Part number", "Description", "Qty"], ["A-1", "x", "1", "more"], ["B-2", "y"]])
    assert [one.quantity for one in found.lines] == [Decimal(1), None]


def test_two_columns_of_one_name_both_keep_their_cells() -> None:
    found = rows([["Part number", "Qty", "Note", "Note"], ["A-1234", "1", "first", "second"]])
    assert found.headers == ("Part number", "Qty", "Note", "Note (column D)")
    assert found.lines[0].cells == ("A-1234", "1", "first", "second")
    assert found.lines[0].notes == "first; second"


def test_a_third_column_of_one_name_is_told_from_the_first_two() -> None:
    found = rows([["Part number", "Qty", "Note", "Note", "Note"], ["A-1", "1", "a", "b", "c"]])
    assert found.headers[2:] == ("Note", "Note (column D)", "Note (column E)")


def test_a_header_that_is_written_as_we_name_a_second_column_displaces_no_cell() -> None:
    table = [["Part number", "Qty", "Note", "Note (column E)", "Note"], ["A-1", "1", "a", "b", "c"]]
    found = rows(table)
    assert len(set(found.headers)) == len(found.headers) == 5
    assert dict(zip(found.headers, found.lines[0].cells, strict=True))["Note (column E)"] == "b"


def test_blank_cells_at_the_end_of_a_row_are_not_kept() -> None:
    found = rows([["Part number", "Qty", "Note"], ["A-1", "1", " "], ["A-2", "", ""]])
    assert [one.cells for one in found.lines] == [("A-1", "1"), ("A-2",)]


def test_the_cells_of_a_column_left_out_by_the_person_are_still_kept() -> None:
    book = workbook(table())
    found = intake.rows(book, layout(table()).corrected({2: None}))
    assert found.lines[0].description == ""
    assert found.lines[0].cells[2] == "Resistor 1k"


def test_a_sheet_that_is_not_there_is_an_error_of_the_caller() -> None:
    with pytest.raises(KeyError):
        intake.rows(workbook(table(), name="other"), layout(table()))


@pytest.mark.parametrize("header", ["Fitted", "Place (YES/NO)"])
def test_a_part_not_to_be_placed_is_named_not_fitted(header: str) -> None:
    found = rows(
        [["Reference", "Value", "Qty", header], ["R1", "10k", "1", "YES"], ["R2", "1k", "1", "NO"]]
    )
    assert [one.references for one in found.lines] == ["R1"]
    assert [one.kind for one in found.non_parts] == [NonPartKind.HEADER, NonPartKind.NOT_FITTED]


def test_a_dnp_column_says_it_the_other_way_round() -> None:
    found = rows(
        [["Reference", "Value", "Qty", "DNP"], ["R1", "10k", "1", ""], ["R2", "1k", "1", "yes"]]
    )
    assert [one.references for one in found.lines] == ["R1"]
