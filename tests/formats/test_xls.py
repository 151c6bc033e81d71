from decimal import Decimal

import pytest

from procurement import formats
from procurement.formats.support import limits
from procurement.formats.workbook import Workbook
from tests.formats.xls import ole, xls

PARTS: list[tuple[int, int, str | float]] = [
    (0, 0, "Part number"),
    (0, 1, "Qty"),
    (1, 0, "ABC-123"),
    (1, 1, 2.15),
]


def read(data: bytes) -> Workbook:
    return formats.read(data, "parts.xls")


def codes(data: bytes) -> list[str]:
    return [problem.code for problem in read(data).problems]


def test_an_old_workbook_is_read() -> None:
    found = read(xls(PARTS))
    assert found.format == "xls"
    assert found.problems == ()
    assert found.sheets[0].name == "parts"
    assert found.sheets[0].rows == (("Part number", "Qty"), ("ABC-123", Decimal("2.15")))


def test_text_of_any_script_is_read() -> None:
    found = read(xls([(0, 0, "型号"), (1, 0, "Конденсатор ±5 %")]))
    assert found.sheets[0].rows == (("型号",), ("Конденсатор ±5 %",))


def test_a_failed_formula_is_kept_as_its_error() -> None:
    assert read(xls([*PARTS, (2, 1, "#DIV/0!")])).sheets[0].rows[2] == ("", "#DIV/0!")


def test_a_stray_cell_in_the_far_corner_is_refused() -> None:
    assert codes(xls([*PARTS, (65_535, 255, "x")])) == ["too-big"]
    assert codes(xls([*PARTS, (1_000, 200, "x")])) == []


def test_a_long_text_in_very_many_cells_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    data = xls([*PARTS, (2, 0, "x" * 3_000)], again=300)
    assert codes(data) == []
    monkeypatch.setattr(limits, "MAX_TEXT", 400_000)
    assert codes(data) == ["too-big"]


def test_a_password_is_said() -> None:
    assert codes(xls(PARTS, password=True)) == ["password-protected"]


@pytest.mark.parametrize("kept", [9, 100, 512, 600, 1_024, 2_000, 4_000])
def test_a_file_cut_short_is_said(kept: int) -> None:
    found = read(xls(PARTS)[:kept])
    assert not found.readable
    assert found.problems[0].code in {"file-damaged", "not-a-spreadsheet"}


def test_a_chain_of_sectors_that_never_ends_is_damage_and_no_hang() -> None:
    data = bytearray(xls(PARTS))
    first = 512 + 4 * 3  # the entry of the stream's first sector
    data[first : first + 4] = (3).to_bytes(4, "little")
    assert codes(bytes(data)) == ["file-damaged"]


def test_an_old_office_file_without_a_workbook_is_said() -> None:
    assert codes(ole(b"hello", "Contents")) == ["not-a-spreadsheet"]
