import io
import zipfile
from datetime import date
from decimal import Decimal

from procurement import formats
from procurement.formats.support import limits
from procurement.formats.workbook import Merge, Row, Workbook

HEAD = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    ' xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0">'
)
HIDDEN = (
    '<office:automatic-styles><style:style style:name="ta2" style:family="table">'
    '<style:table-properties table:display="false"/></style:style></office:automatic-styles>'
)


def ods(rows: str, *, styles: str = "", style: str = "ta1", **parts: str) -> bytes:
    table = f'<table:table table:name="parts" table:style-name="{style}">{rows}</table:table>'
    body = f"<office:body><office:spreadsheet>{table}</office:spreadsheet></office:body>"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        kind = "application/vnd.oasis.opendocument.spreadsheet"
        package.writestr("mimetype", kind, zipfile.ZIP_STORED)
        package.writestr("content.xml", f"{HEAD}{styles}{body}</office:document-content>")
        for name, content in parts.items():
            package.writestr(name.replace("__", "/"), content)
    return out.getvalue()


def row(*cells: str, times: int = 1) -> str:
    return (
        f'<table:table-row table:number-rows-repeated="{times}">{"".join(cells)}</table:table-row>'
    )


def cell(text: str = "", times: int = 1, told: dict[str, str] | None = None) -> str:
    words = "".join(
        f' {name.replace("_", ":", 1)}="{value}"' for name, value in (told or {}).items()
    )
    shown = f"<text:p>{text}</text:p>" if text else ""
    repeat = f' table:number-columns-repeated="{times}"'
    return f"<table:table-cell{repeat}{words}>{shown}</table:table-cell>"


def number(value: str, shown: str) -> str:
    return cell(shown, told={"office_value-type": "float", "office_value": value})


def read(data: bytes) -> Workbook:
    return formats.read(data, "parts.ods")


def rows(data: bytes) -> tuple[Row, ...]:
    found = read(data)
    assert found.sheets, found.problems
    return found.sheets[0].rows


def codes(data: bytes) -> list[str]:
    return [problem.code for problem in read(data).problems]


def test_numbers_are_the_stored_ones_and_not_the_rounded_ones_shown() -> None:
    found = rows(ods(row(cell("Part"), number("2.1500001", "2.15"), number("7", "7"))))
    assert found == (("Part", Decimal("2.1500001"), Decimal(7)),)


def test_dates_booleans_and_line_breaks_are_read() -> None:
    found = rows(
        ods(
            row(
                cell(
                    "31.03.26",
                    told={"office_value-type": "date", "office_date-value": "2026-03-31"},
                ),
                cell("TRUE", told={"office_value-type": "boolean", "office_boolean-value": "true"}),
                "<table:table-cell><text:p>Murata</text:p><text:p>T<text:s/>DK</text:p></table:table-cell>",
            )
        )
    )
    assert found == ((date(2026, 3, 31), True, "Murata\nT DK"),)


def test_a_comment_on_a_cell_is_not_its_text() -> None:
    note = "<office:annotation><text:p>check this</text:p></office:annotation>"
    found = rows(ods(row(f"<table:table-cell>{note}<text:p>A-1</text:p></table:table-cell>")))
    assert found == (("A-1",),)


def test_repeated_cells_and_rows_are_made_and_blank_ones_at_the_end_are_not() -> None:
    body = row(cell("a", 2), cell(times=3), cell("b"), cell(times=16_000))
    body += row(cell(times=16_384), times=2) + row(cell("c"), times=2)
    body += row(cell(times=16_384), times=1_048_000)
    assert rows(ods(body)) == (("a", "a", "", "", "", "b"), (), (), ("c",), ("c",))


def test_a_cell_that_stands_for_a_million_is_refused_before_it_is_made() -> None:
    assert codes(ods(row(cell("x", 16_384), times=1_048_576))) == ["too-big"]
    assert codes(ods(row(cell("x", limits.MAX_COLUMNS + 1)))) == ["too-big"]
    assert codes(ods(row(cell("x"), times=999_999_999))) == ["too-big"]


def test_a_failed_formula_is_kept_as_its_error() -> None:
    failed = cell("#DIV/0!", told={"office_value-type": "string", "office_string-value": ""})
    assert rows(ods(row(cell("A-1"), failed, cell("Err:522")))) == (
        ("A-1", "#DIV/0!", "#Err:522!"),
    )


def test_merged_cells_and_hidden_sheets_are_told() -> None:
    spanned = cell(
        "Title", told={"table_number-columns-spanned": "3", "table_number-rows-spanned": "1"}
    )
    found = read(ods(row() + row(cell(), spanned), styles=HIDDEN, style="ta2"))
    assert found.sheets[0].merged == (Merge(2, 2, 2, 4),)
    assert found.sheets[0].hidden
    assert [one.code for one in found.problems] == ["hidden-sheet"]


def test_passwords_macros_entities_and_damage_are_said() -> None:
    good = row(cell("Part"))
    locked = {"META-INF__manifest.xml": "<manifest:encryption-data/>"}
    assert codes(ods(good, **locked)) == ["password-protected"]
    assert codes(ods(good, **{"Basic__script.xml": "<x/>"})) == ["macros-not-run"]
    assert codes(ods("<not closed")) == ["file-damaged"]
    assert codes(ods("")) == ["empty-file"]
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa">]>'
    data = ods(good)
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        content = package.read("content.xml").decode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr("content.xml", bomb + content)
    assert codes(out.getvalue()) == ["xml-not-allowed"]
    for encoding in ("U-TF-8", "gbk"):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as package:
            package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
            package.writestr("content.xml", f'<?xml version="1.0" encoding="{encoding}"?>{content}')
        assert codes(out.getvalue()) == ["file-damaged"]
