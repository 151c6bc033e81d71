from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procurement.intake.numbers import Amount, Fault, Marks, marks_of, read


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", "12"),
        ("1,234.50", "1234.50"),
        ("1.234,50", "1234.50"),
        ("1.234.567", "1234567"),
        ("1,234,567", "1234567"),
        ("12,34,567.00", "1234567.00"),
        ("1 234,50", "1234.50"),
        ("1\u202f234,50", "1234.50"),
        ("1'234.50", "1234.50"),
        ("0,123", "0.123"),
        ("0.123", "0.123"),
        ("1234.567", "1234.567"),
        (".5", "0.5"),
        ("1,", "1"),
        ("１２", "12"),
        ("+3", "3"),
        ("−3", "-3"),
        ("(3)", "-3"),
        ("1e-3", "0.001"),
    ],
)
def test_a_number_is_read_in_any_countrys_writing(text: str, number: str) -> None:
    found = read(text)
    assert isinstance(found, Amount)
    assert found.number == Decimal(number)


@pytest.mark.parametrize("text", ["1,234", "1.234", "12,345", "999.999"])
def test_three_digits_after_one_mark_are_ambiguous_until_the_column_tells(text: str) -> None:
    assert read(text) is Fault.AMBIGUOUS
    whole, part = text.replace(",", ".").split(".")
    same = "," if "," in text else "."
    other = "." if same == "," else ","
    as_decimal, as_thousands = read(text, Marks(same)), read(text, Marks(other))
    assert isinstance(as_decimal, Amount)
    assert isinstance(as_thousands, Amount)
    assert as_decimal.number == Decimal(f"{whole}.{part}")
    assert as_thousands.number == Decimal(whole + part)


@pytest.mark.parametrize(
    "text",
    ["", "abc", "1/2", "1-2", "1,2,3", "1.2.3", "12 34", "5 %", "~5", "12 EUR/100", "1e", "--1"],
)
def test_what_is_no_plain_number_is_a_fault(text: str) -> None:
    assert isinstance(read(text), Fault)


@pytest.mark.parametrize(
    ("texts", "mark"),
    [
        (["0,25 €", "1.234"], ","),
        (["1.5", "1,234"], "."),
        (["1.5", "2,5"], None),
        (["1,234", "2.345"], None),
        (["12", "x", ""], None),
    ],
)
def test_a_column_gives_its_decimal_mark_away(texts: list[str], mark: str | None) -> None:
    assert marks_of(texts).decimal == mark


@given(st.decimals(min_value=0, max_value=10**9, places=2), st.sampled_from([".", ","]))
def test_what_is_written_is_read_exactly(number: Decimal, mark: str) -> None:
    other = "," if mark == "." else "."
    text = f"{number:,.2f}".replace(",", " ").replace(".", mark).replace(" ", other)
    found = read(text, Marks(mark))
    assert isinstance(found, Amount)
    assert found.number == number


@given(st.text(max_size=30), st.sampled_from([None, ".", ","]))
def test_any_text_is_a_number_or_a_fault(text: str, mark: str | None) -> None:
    assert isinstance(read(text, Marks(mark)), Amount | Fault)
