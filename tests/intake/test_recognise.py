from decimal import Decimal

import pytest

from procurement import intake
from procurement.formats.workbook import Merge, Sheet, Workbook
from procurement.intake import Field, Layout
from procurement.intake.recognise import column_letter
from tests.intake.sheets import Table, fields, layout, workbook

PLAIN: Table = [
    ["Part number", "Manufacturer", "Description", "Qty"],
    ["RC0603FR-071KL", "Yageo", "Resistor 1k", "4"],
    ["GRM188R71H104KA93D", "Murata", "Capacitor 100 nF", "25"],
]
PART, MAKER, TEXT, QTY = Field.PART_NUMBER, Field.MAKER, Field.DESCRIPTION, Field.QUANTITY


def codes(table: Table) -> list[str]:
    return [problem.code for problem in intake.recognise(workbook(table)).problems]


def test_a_plain_table_is_read_without_a_question() -> None:
    assert fields(PLAIN) == [PART, MAKER, TEXT, QTY]
    assert layout(PLAIN).header_row == 1
    assert codes(PLAIN) == []


@pytest.mark.parametrize(
    "headers",
    [
        ["Teilenummer", "Hersteller", "Bezeichnung", "Menge"],
        ["Référence fabricant", "Fabricant", "Désignation", "Qté"],
        ["Número de parte", "Fabricante", "Descripción", "Cantidad"],
        ["型号", "品牌", "名称", "数量"],
        ["型番", "メーカー", "品名", "数量"],
        ["부품번호", "제조사", "품명", "수량"],
        ["Артикул", "Производитель", "Наименование", "Кол-во"],
        ["MPN", "Mfr.", "Desc.", "QTY"],
        ["Manufacturer\nPart #", "Manufacturer\nName", "Description (short)", "Qty per\nassembly"],
        ["型号 MPN", "品牌/Manufacturer", "描述 (Description)", "数量\nQty"],
        [
            "Column=Manufacturer Part Number 1",
            "Column=Manufacturer 1",
            "Column=Description",
            "Column=Quantity",
        ],
    ],
)
def test_headers_are_known_in_many_languages(headers: list[str]) -> None:
    assert fields([list(headers), *PLAIN[1:]]) == [PART, MAKER, TEXT, QTY]


def test_titles_above_the_header_are_passed_over() -> None:
    titles: Table = [["Bill of materials for the radio"], ["Project", "X-1"], []]
    assert layout([*titles, *PLAIN]).header_row == 4


def test_a_header_in_two_rows_is_read_as_one() -> None:
    table: Table = [
        ["Part number", "Manufacturer", "Cost", "", "Qty"],
        ["", "", "per unit USD", "total", ""],
        ["A-1234", "Yageo", "1.50", "3.00", "2"],
        ["B-2345", "Murata", "2.25", "2.25", "1"],
    ]
    merged = [
        Merge(1, 1, 2, 1),
        Merge(1, 2, 2, 2),
        Merge(1, 3, 1, 4),
        Merge(1, 5, 2, 5),
    ]
    found = layout(table, *merged)
    assert [one.field for one in found.columns] == [
        PART,
        MAKER,
        Field.UNIT_COST,
        Field.TOTAL_COST,
        QTY,
    ]
    assert found.header_row == 2
    assert found.columns[2].currency == "USD"


@pytest.mark.parametrize(
    ("cells", "field"),
    [
        (["1", "2", "3"], Field.POSITION),
        (["Motor 12 V", "Steel frame", "Battery pack"], Field.DESCRIPTION),
    ],
)
def test_a_name_with_two_meanings_is_settled_by_the_cells(cells: list[str], field: Field) -> None:
    table: Table = [["Item", "MPN", "Qty"], *([cell, "AB-1234", "4"] for cell in cells)]
    assert fields(table)[0] is field


@pytest.mark.parametrize(
    ("cells", "field"),
    [
        (["pcs", "m", "kg"], Field.UNIT),
        (["1.20", "3.40", "0.05"], Field.UNIT_COST),
    ],
)
def test_unit_is_a_measure_or_a_price(cells: list[str], field: Field) -> None:
    table: Table = [["Part number", "Unit", "Qty"], *(["AB-1234", cell, "2"] for cell in cells)]
    assert fields(table)[1] is field


def test_part_is_whatever_its_cells_are() -> None:
    def first(one: str, two: str) -> Field | None:
        rest = ["10k", "SMD-0603", "4"]
        return fields([["Part", "Value", "Package", "Qty"], [one, *rest], [two, *rest]])[0]

    assert first("R1, R2", "C5-C7") is Field.REFERENCES
    assert first("Ceramic capacitor", "Thick film resistor") is Field.DESCRIPTION
    assert first("RC0603FR-071KL", "GRM188R71H104") is Field.PART_NUMBER


def test_a_column_without_a_name_is_known_by_unmistakable_cells() -> None:
    table: Table = [
        ["Part number", "Qty", "", ""],
        ["A-1", "1", "Japan", "https://example.com/a"],
        ["B-2", "1", "Germany", "https://example.com/b"],
        ["C-3", "1", "China", "https://example.com/c"],
    ]
    assert fields(table)[2:] == [Field.COUNTRY, Field.LINK]


def test_the_makers_number_is_told_from_our_own_and_the_distributors() -> None:
    table: Table = [
        ["Part number", "MPN", "Digi-Key part number", "Qty"],
        ["100-0042", "RC0603FR-071KL", "311-1.00KHRCT-ND", "4"],
        ["100-0043", "GRM188R71H104KA93D", "490-1519-1-ND", "2"],
    ]
    assert fields(table) == [Field.OWN_NUMBER, PART, Field.DISTRIBUTOR_NUMBER, QTY]


def test_second_makers_and_numbers_are_alternates() -> None:
    table: Table = [
        ["Manufacturer 1", "MPN 1", "Manufacturer 2", "MPN 2", "Qty"],
        ["Yageo", "RC0603FR-071KL", "Vishay", "CRCW06031K00", "4"],
        ["Murata", "GRM188R71H104", "TDK", "C1608X7R1H104", "2"],
    ]
    assert fields(table) == [MAKER, PART, Field.ALTERNATE_MAKER, Field.ALTERNATES, QTY]


def test_a_cost_that_adds_up_to_the_total_row_is_of_the_whole_row() -> None:
    table: Table = [
        ["Item", "Quantity", "Cost EUR"],
        ["Motor 12 V", "4", "8,00"],
        ["Steel frame", "2", "5,50"],
    ]
    assert fields([*table, ["TOTAL", "", "13,50"]])[2] is Field.TOTAL_COST
    assert fields([*table, ["TOTAL", "", "43,00"]])[2] is Field.UNIT_COST  # 4 x 8 + 2 x 5.50


def test_the_same_cost_in_another_currency_is_not_the_total() -> None:
    table: Table = [
        ["Item", "Quantity", "Cost EUR", "Cost USD"],
        ["Motor 12 V", "4", "8,00 €", "$9.10"],
        ["Steel frame", "2", "5,50 €", "$6.20"],
    ]
    assert fields(table)[2:] == [Field.UNIT_COST, Field.OTHER]


def test_where_no_row_names_the_columns_their_cells_do_and_we_say_so() -> None:
    table: Table = [
        ["Header 2 pins", "2", "0.1"],
        ["Resistor 10k 0805", "4", "0.01"],
        ["Stepper motor", "1", "15.50"],
    ]
    found = layout(table)
    assert found.header_row == 0
    assert [one.field for one in found.columns] == [TEXT, QTY, Field.UNIT_COST]
    assert "no-header" in codes(table)


def test_the_sheet_with_the_parts_is_chosen_and_another_bill_of_materials_is_said() -> None:
    notes = Sheet("Notes", (("Step", "What to do"), ("1", "Solder it"), ("2", "Test it")))
    parts = Sheet("Parts", tuple(map(tuple, PLAIN)))
    other = Sheet("Cable", tuple(map(tuple, PLAIN[:2])))
    found = intake.recognise(Workbook("test", (notes, other, parts)))
    assert found.layout is not None
    assert found.layout.sheet == "Parts"
    assert [one.code for one in found.problems] == ["other-sheet"]
    assert [one.layout is None for one in found.sheets] == [True, False, False]


def test_a_hidden_sheet_is_chosen_only_if_no_other_will_do() -> None:
    hidden = Sheet("Old", tuple(map(tuple, PLAIN)), hidden=True)
    shown = Sheet("New", tuple(map(tuple, PLAIN[:2])))
    found = intake.recognise(Workbook("test", (hidden, shown))).layout
    assert found is not None
    assert found.sheet == "New"
    alone = intake.recognise(Workbook("test", (hidden,))).layout
    assert alone is not None
    assert alone.sheet == "Old"


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ([["Board Stack Report"]], "board stack-up report"),
        (
            [["Layer name", "Material", "Thickness"], ["Top", "Copper", "0.035"]],
            "board stack-up report",
        ),
        (
            [["Price list 2026"], ["Part number", "Description", "Price"], ["A-1", "Motor", "9.5"]],
            "price list",
        ),
        (
            [
                ["Designator", "Mid X", "Mid Y", "Layer", "Rotation"],
                ["R1", "1.0", "2.0", "T", "90"],
            ],
            "placement",
        ),
    ],
)
def test_what_is_no_bill_of_materials_is_called_what_it_is(table: Table, says: str) -> None:
    reading = intake.recognise(workbook(table))
    assert reading.layout is None
    (problem,) = reading.problems
    assert problem.code == "not-a-bom"
    assert says in problem.what


@pytest.mark.parametrize(
    ("title", "is_one"),
    [("Facture 12", False), ("Invoice No 7", False), ("Manufactured parts", True)],
)
def test_a_list_without_quantities_is_an_invoice_only_where_it_says_so(
    title: str, is_one: bool
) -> None:
    """The makers of parts are no bill, though "manufacturer" has the French word for one in it."""
    table: Table = [
        [title],
        ["Part number", "Manufacturer", "Description"],
        ["A-12", "Acme", "Cell"],
    ]
    assert (intake.recognise(workbook(table)).layout is not None) is is_one


@pytest.mark.parametrize(
    "table",
    [
        [["hello"]],
        [["Configuration", "3S6P"], ["Total cells", "18"], ["Energy", "133 Wh"]],
        [["lorem ipsum dolor sit amet, a long text that goes on and on"], ["and on"]],
    ],
)
def test_without_a_usable_header_we_say_what_is_wanted(table: Table) -> None:
    reading = intake.recognise(workbook(table))
    assert reading.layout is None
    (problem,) = reading.problems
    assert problem.code == "no-usable-header"
    assert "Part number" in problem.fix


def test_no_sheet_at_all_is_no_crash() -> None:
    assert intake.recognise(Workbook("test")).layout is None


def test_a_missing_maker_or_quantity_column_is_said() -> None:
    table: Table = [["Part number", "Description", "Value"], ["A-1234", "Motor 12 V", "x"]]
    assert codes(table) == ["no-quantity-column", "no-maker-column"]


def test_each_column_shows_samples_to_confirm_by() -> None:
    column = layout(PLAIN).columns[0]
    assert (column.letter, column.header) == ("A", "Part number")
    assert column.samples == ("RC0603FR-071KL", "GRM188R71H104KA93D")
    assert column.confidence > 0.8
    assert column.why


def test_what_a_person_corrects_is_sure_and_survives_storage() -> None:
    found = layout(PLAIN).corrected({1: Field.SUPPLIER, 2: None})
    assert [one.field for one in found.columns] == [PART, Field.SUPPLIER, None, QTY]
    assert found.columns[1].confidence == 1.0
    assert Layout.from_dict(found.as_dict()) == found


def test_a_shape_is_the_headers_and_not_the_rows() -> None:
    one, other = layout(PLAIN), layout([["PART  NUMBER", *PLAIN[0][1:]], *PLAIN[1:2]])
    assert one.shape == other.shape
    assert one.shape != layout([["MPN", *PLAIN[0][1:]], *PLAIN[1:]]).shape


def test_columns_are_lettered_as_spreadsheets_letter_them() -> None:
    assert [column_letter(n) for n in (0, 25, 26, 701, 702, 16383)] == [
        *("A", "Z", "AA", "ZZ", "AAA", "XFD"),
    ]


def test_numbers_stored_as_numbers_are_recognised_like_text() -> None:
    table: Table = [
        ["Item No.", "Component", "Qty."],
        [Decimal(1), "18650 Li-Ion Cell", Decimal(18)],
        [Decimal(2), "3S BMS", Decimal(1)],
    ]
    assert fields(table) == [Field.POSITION, TEXT, QTY]
