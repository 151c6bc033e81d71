"""What one cell of a row comes to: an exact value, or a problem at that cell and no value."""

from datetime import date
from decimal import Decimal

import pytest

from tests.intake.sheets import Table, line, rows


@pytest.mark.parametrize(
    ("cell", "quantity", "unit", "codes"),
    [
        ("4", "4", "", []),
        (" 4 ", "4", "", []),
        ("2.5", "2.5", "", []),
        ("18 pcs", "18", "EA", []),
        ("4x", "4", "EA", []),
        ("2 m", "2", "m", []),
        ("0", "0", "", []),
        (Decimal("3"), "3", "", []),
        ("1e2", "100", "", []),
        ("", None, "", []),
        ("-1", None, "", ["quantity-negative"]),
        (Decimal(-1), None, "", ["quantity-negative"]),
        ("(3)", None, "", ["quantity-negative"]),
        ("N/A", None, "", ["quantity-not-told"]),
        ("as required", None, "", ["quantity-not-told"]),
        ("-", None, "", ["quantity-not-told"]),
        ("three", None, "", ["quantity-unreadable"]),
        ("1/2", None, "", ["quantity-unreadable"]),
        ("5-6", None, "", ["quantity-unreadable"]),
        ("~5", None, "", ["quantity-unreadable"]),
        ("5 for both", None, "", ["quantity-unreadable"]),
        ("10 %", None, "", ["quantity-unreadable"]),
        (True, None, "", ["quantity-unreadable"]),
        (date(2026, 1, 2), None, "", ["quantity-is-a-date"]),
        ("#REF!", None, "", ["formula-error"]),
        ("=B2*2", None, "", ["formula-without-value"]),
        ("1000000000", None, "", ["quantity-too-large"]),
        ("999999999", "999999999", "", []),
        ("1,000", None, "", ["quantity-ambiguous"]),
        ("0.1234567", "0.123457", "", ["quantity-rounded"]),
        ("0.0000001", None, "", ["quantity-too-small"]),
    ],
)
def test_a_quantity_is_exact_or_a_problem_at_its_cell(
    cell: str, quantity: str | None, unit: str, codes: list[str]
) -> None:
    found, problems = line("Part number, Description, Qty", "A-1234", "Motor 12 V", cell)
    assert found.quantity == (None if quantity is None else Decimal(quantity))
    assert found.unit == unit
    assert problems == codes


@pytest.mark.parametrize(
    ("cell", "cost", "currency", "codes"),
    [
        ("1.50", "1.50", None, []),
        ("$1.50", "1.50", "USD", []),
        ("1,50 €", "1.50", "EUR", []),
        ("1.234,50 €", "1234.50", "EUR", []),
        ("US$ 1,234.50", "1234.50", "USD", []),
        ("CHF 1'234.50", "1234.50", "CHF", []),
        ("1 234,50", "1234.50", None, []),
        ("0.25/ea", "0.25", None, []),
        ("0", "0", None, []),
        ("", None, None, []),
        ("N/A", None, None, ["cost-not-told"]),
        ("TBD", None, None, ["cost-not-told"]),
        ("call", None, None, ["cost-unreadable"]),
        ("-2.00", None, None, ["cost-negative"]),
        ("1,234", None, None, ["cost-ambiguous"]),
        ("¥5", None, None, ["currency-ambiguous"]),
        ("#DIV/0!", None, None, ["formula-error"]),
        ("3.50 per 100", None, None, ["cost-unreadable"]),
    ],
)
def test_a_cost_is_exact_or_a_problem_at_its_cell(
    cell: str, cost: str | None, currency: str | None, codes: list[str]
) -> None:
    found, problems = line(
        "Part number, Description, Qty, Unit price", "A-1234", "Motor 12 V", "1", cell
    )
    assert problems == codes
    if codes != ["currency-ambiguous"]:
        assert found.unit_cost == (None if cost is None else Decimal(cost))
    assert found.currency == currency


def test_what_a_column_shows_settles_its_ambiguous_numbers() -> None:
    def costs(*cells: str) -> list[Decimal | None]:
        body: Table = [[f"A-{n}00{n}", "Motor", "1", cell] for n, cell in enumerate(cells)]
        found = rows([["Part number", "Description", "Qty", "Unit cost"], *body])
        return [one.unit_cost for one in found.lines]

    assert costs("1,234", "0,50") == [Decimal("1.234"), Decimal("0.50")]
    assert costs("1,234", "0.50") == [Decimal(1234), Decimal("0.50")]
    assert costs("1.234", "0,50") == [Decimal(1234), Decimal("0.50")]
    assert costs("1,234", "0.50", "0,75") == [None, Decimal("0.50"), Decimal("0.75")]


def test_yen_or_yuan_is_settled_by_the_language_of_the_headers() -> None:
    chinese = rows([["型号", "品牌", "数量", "单价"], ["AXP209", "X-Powers", "1", "￥6.57"]])
    assert chinese.lines[0].currency == "CNY"
    japanese = rows([["型番", "メーカー", "数量", "単価"], ["AXP209", "X-Powers", "1", "¥657"]])
    assert japanese.lines[0].currency == "JPY"


def test_two_currencies_for_one_cost_are_a_question() -> None:
    found, problems = line("Part number, Qty, Unit price, Currency", "A-1234", "1", "$1.50", "EUR")
    assert found.currency is None
    assert problems == ["currency-conflict"]


@pytest.mark.parametrize(
    ("cell", "day", "codes"),
    [
        ("2026-03-31", date(2026, 3, 31), []),
        (date(2026, 3, 31), date(2026, 3, 31), []),
        ("31.03.2026", date(2026, 3, 31), []),
        ("31 Mar 2026", date(2026, 3, 31), []),
        ("31/03/2026", date(2026, 3, 31), []),
        ("02/03/2026", None, ["date-ambiguous"]),
        ("31/02/2026", None, ["date-impossible"]),
        ("2026-02-29", None, ["date-impossible"]),
        ("2028-02-29", date(2028, 2, 29), []),
        ("soon", None, ["date-unreadable"]),
        ("", None, []),
    ],
)
def test_a_date_is_that_day_or_a_problem_at_its_cell(
    cell: str, day: date | None, codes: list[str]
) -> None:
    found, problems = line("Part number, Qty, Quote date", "A-1234", "1", cell)
    assert found.cost_date == day
    assert problems == codes


@pytest.mark.parametrize(
    ("cell", "code", "codes"),
    [
        ("Japan", "JP", []),
        ("", None, []),
        ("Korea", None, ["country-ambiguous"]),
        ("China (Taiwan)", None, ["country-ambiguous"]),
        ("China; Malaysia", None, ["country-several"]),
        ("Atlantis", None, ["country-unknown"]),
        ("N/A", None, ["country-not-told"]),
    ],
)
def test_a_country_is_coded_or_asked_back(cell: str, code: str | None, codes: list[str]) -> None:
    found, problems = line("Part number, Qty, Country of origin", "A-1234", "1", cell)
    assert found.country == code
    assert problems == codes


@pytest.mark.parametrize(
    ("cell", "read_as", "code"),
    [
        ("AB\u202e12", "AB12", "hidden-characters"),
        ("AB\u200b12", "AB12", "hidden-characters"),
        ("AB\x0712", "AB12", "hidden-characters"),
        ("AB\xad12", "AB12", "hidden-characters"),
        ("=cmd|' /C calc'!A0", "=cmd|' /C calc'!A0", "formula-text"),
        ('=HYPERLINK("http://x","y")', '=HYPERLINK("http://x","y")', "formula-text"),
        ("@SUM(1)", "@SUM(1)", "formula-text"),
        ("СC0603", "СC0603", "mixed-alphabets"),
        ("AB\ufffd12", "AB\ufffd12", "unreadable-characters"),
        ("AB\u240012", "AB\u240012", "unreadable-characters"),
        ("1.23E+12", "1.23E+12", "digits-lost"),
        (Decimal(1234567890123457000), "1234567890123457000", "digits-lost"),
        ("#REF!", "", "formula-error"),
    ],
)
def test_what_hides_in_a_part_number_is_said_and_the_original_kept(
    cell: str, read_as: str, code: str
) -> None:
    found, problems = line("Part number, Description, Qty", cell, "Motor 12 V", "1")
    assert found.part_number == read_as
    assert problems == [code]
    assert found.cells[0]
    assert "\x00" not in found.cells[0]


@pytest.mark.parametrize("cell", ["2N7002,215", "-48V-PSU", "+5V", "MC 1,5/ 6-G-3,81", "К10-17в"])
def test_a_strange_but_real_part_number_is_no_problem(cell: str) -> None:
    found, problems = line("Part number, Description, Qty", cell, "Motor 12 V", "1")
    assert found.part_number == cell
    assert problems == []
    assert found.alternates == ()


def test_numbers_as_part_numbers_lose_nothing() -> None:
    found, _ = line("Part number, Description, Qty", Decimal(61300311121), "Header", Decimal(2))
    assert found.part_number == "61300311121"


def test_a_text_beyond_what_we_keep_is_cut_and_said() -> None:
    found, problems = line("Part number, Description, Qty", "A-1234", "x" * 600, "1")
    assert len(found.description) == 500
    assert problems == ["text-too-long"]
    assert len(found.cells[1]) == 600
