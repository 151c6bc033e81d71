"""The template asks for what our own intake reads back, cell for cell."""

import io
from typing import Any

import openpyxl
import pytest

from procurement import formats, template
from procurement.categories import Category, Chemistry
from procurement.formats.workbook import Workbook
from procurement.intake import Rows, classify_line, recognise, rows
from procurement.intake.fields import Field
from procurement.intake.reading import Layout
from procurement.services.rows import lines_of


def filled(*lines: dict[str, Any]) -> Workbook:
    """The template with these lines, header → value, as Excel would save it."""
    book = openpyxl.load_workbook(io.BytesIO(template.template()))
    headers = [asked.header for asked in template.columns()]
    sheet: Any = book[template.SHEET]
    for number, line in enumerate(lines, start=2):
        for header, value in line.items():
            sheet.cell(number, headers.index(header) + 1).value = value
    out = io.BytesIO()
    book.save(out)
    return formats.read(out.getvalue(), "template.xlsx")


def read(*lines: dict[str, object]) -> tuple[Layout, Rows]:
    workbook = filled(*lines)
    layout = recognise(workbook).layout
    assert layout is not None
    return layout, rows(workbook, layout)


EXAMPLE: dict[str, object] = {asked.header: asked.example for asked in template.columns()}


def test_each_column_is_read_as_what_it_asks_whether_anything_is_filled_in_or_not() -> None:
    for lines in ((), (EXAMPLE,)):
        layout, _ = read(*lines)
        assert layout.sheet == template.SHEET
        assert {one.header: one.field for one in layout.columns} == {
            asked.header: asked.field for asked in template.columns()
        }


def test_a_line_comes_back_as_it_was_written() -> None:
    _, found = read(EXAMPLE | {"Quantity": 2, "Unit Cost": 310.25})
    assert not found.problems
    (line,) = found.lines
    assert (line.part_number, line.maker) == ("BP-2590-C", "Acme Power Systems Inc.")
    assert (str(line.quantity), line.unit) == ("2", "EA")
    assert (str(line.unit_cost), line.currency) == ("310.25", "USD")
    assert (line.position, line.country) == ("1.2", "US")
    assert [(one.part_number, one.maker) for one in line.alternates] == [
        ("BP-2590-D", "Other Power LLC")
    ]
    assert (line.hts, line.nsn) == ("8507.60", "6140-01-490-4316")
    guess = classify_line(line)
    assert (guess.category, guess.chemistry) == (Category.BATTERY_PACK, Chemistry.NMC)
    assert lines_of(found, {})[0].numbers == {"CAGE": "1ABC5"}


def test_levels_make_the_tree() -> None:
    names = (("0", "RADIO-1"), ("1", "BP-1"), ("2", "CELL-1"), ("1", "HSG-1"))
    _, found = read(
        *({"Level": level, "Part Number": name, "Quantity": 1} for level, name in names)
    )
    assert [line.parent_row for line in found.lines] == [None, 2, 3, 2]


@pytest.mark.parametrize("label", template.kinds())
def test_each_kind_in_the_list_is_read_back_as_itself(label: str) -> None:
    _, found = read({"Part Number": "PN-1", "Quantity": 1, "Category": label})
    assert classify_line(found.lines[0]).category == next(
        one for one in Category if one.label == label
    )


def test_the_choices_cover_what_the_battery_rules_ask_of() -> None:
    batteries = {one.label for one in Category if one.nature.battery}
    assert batteries <= set(template.kinds())
    assert len(template.chemistries()) > 20


def test_the_drop_downs_point_at_the_choices() -> None:
    book = openpyxl.load_workbook(io.BytesIO(template.template()))
    page = book[template.SHEET]
    lists = [one for one in page.data_validations.dataValidation if one.type == "list"]
    with_choices = [asked for asked in template.columns() if asked.choices]
    assert len(lists) == len(with_choices)
    assert book["Choices"].sheet_state == "hidden"
    assert all(page.cell(1, n + 1).comment for n in range(len(template.columns())))


def test_a_template_nobody_filled_in_is_said_to_have_no_parts() -> None:
    _, found = read()
    assert [problem.code for problem in found.problems] == ["no-lines"]


def test_it_asks_for_nothing_that_is_left_lying() -> None:
    lying = {Field.NOTES, Field.OTHER, Field.LINK, Field.SUPPLIER, Field.COST_DATE}
    assert not lying & {asked.field for asked in template.columns()}
