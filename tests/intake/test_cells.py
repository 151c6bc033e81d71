import pytest

from procurement.intake.texts import (
    cleaned,
    is_nothing,
    is_placeholder,
    looks_like_formula,
    mixes_alphabets,
    shown,
)
from procurement.intake.units import unit_of


@pytest.mark.parametrize("text", ["N/A", "n/a", "-", "--", "-----", "TBD", "?", "none", "无", "~"])
def test_a_mark_for_no_value_is_known(text: str) -> None:
    assert is_nothing(text)


@pytest.mark.parametrize("text", ["A", "NA-1", "-5", "x1", "None-slip mat", "0"])
def test_a_value_is_not_taken_for_a_mark(text: str) -> None:
    assert not is_nothing(text)


@pytest.mark.parametrize("text", ["Field=ProjectTitle", "Column=Quantity", "${QTY}", "<Title>"])
def test_an_unfilled_template_field_is_known(text: str) -> None:
    assert is_placeholder(text)


def test_cleaning_drops_what_cannot_be_seen_and_spare_space() -> None:
    assert cleaned(" A\u200bB \t\n C\u202e ") == "AB C"
    assert cleaned("A\xa0B") == "A B"


def test_what_cannot_be_seen_is_shown_by_its_code() -> None:
    assert shown("A\u202eB\x00") == "A‹U+202E›B‹U+0000›"
    assert shown("Größe 電池") == "Größe 電池"


def test_only_text_a_spreadsheet_would_run_looks_like_a_formula() -> None:
    assert looks_like_formula("=cmd|' /C calc'!A0")
    assert looks_like_formula("+HYPERLINK(1)")
    assert not looks_like_formula("-40 to +85 °C")
    assert not looks_like_formula("+5V")
    assert not looks_like_formula("")


def test_letters_of_two_alphabets_in_one_word_are_seen() -> None:
    assert mixes_alphabets("СC0603")
    assert not mixes_alphabets("К10-17в-Н90")
    assert not mixes_alphabets("10 kΩ")
    assert not mixes_alphabets("µF")


def test_units_have_one_short_form() -> None:
    assert [unit_of(text) for text in ("pcs", "Stk", "шт", "个", "each", "M", "furlong", "")] == [
        *("EA", "EA", "EA", "EA", "EA", "m", "furlong", ""),
    ]
