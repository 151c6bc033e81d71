import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.reports.glyphs import CHANGED, coverage, printable
from compliance.reports.render import FONTS

HELD = coverage(FONTS)


@pytest.mark.parametrize(
    "name",
    [
        "Prärie Demo Elektronik GmbH",
        "ООО «Лиотех»",
        "Công ty Cổ phần Pin Hà Nội",
        "Ελληνικές Μπαταρίες",
        "寧德時代新能源科技股份有限公司",
        "日本電池（株）カタカナ",
        "삼성에스디아이 주식회사",
        "תדיראן סוללות בע״מ",
        "شركة البطاريات السعودية",
    ],
)
def test_a_script_that_a_font_holds_is_left_as_it_is(name: str) -> None:
    assert printable(name, HELD) == name


@pytest.mark.parametrize(
    ("recorded", "shown"),
    [
        ("ไทย Co", f"aithy{CHANGED} Co"),
        ("Bat🔋ry", f"Bat(battery)ry{CHANGED}"),
        ("\ue000", f"?{CHANGED}"),
        ("\ud800x", f"?x{CHANGED}"),
    ],
)
def test_a_script_without_a_font_is_spelt_in_latin_letters_and_marked(
    recorded: str, shown: str
) -> None:
    assert printable(recorded, HELD) == shown


def test_marks_that_turn_the_direction_are_taken_out_and_told_of() -> None:
    assert printable("evil \u202egnp.exe\u202c Ltd", HELD) == f"evil gnp.exe{CHANGED} Ltd"


def test_what_nobody_sees_goes_without_a_mark() -> None:
    assert printable("\ufeffa\u00adb\x00\tc\nd", HELD) == "ab c d"


def test_a_letter_and_its_accent_become_one() -> None:
    assert printable("Cafe\u0301", HELD) == "Café"


def test_a_long_word_can_be_broken_but_a_digest_cannot() -> None:
    assert printable("A" * 30, HELD).replace("\u200b", "") == "A" * 30
    assert "\u200b" in printable("A" * 30, HELD)
    assert printable("soldier-radio-rev-C.xlsx", HELD) == "soldier-radio-\u200brev-C.xlsx"
    assert printable("ab12" * 16, HELD) == "ab12" * 16


def test_our_own_keys_pass_through() -> None:
    assert printable("insufficient_information", HELD) == "insufficient_information"


@given(st.text())
def test_any_text_comes_out_printable_and_on_one_line(text: str) -> None:
    shown = printable(text, HELD)

    for c in shown.replace("\u200b", ""):
        assert any(ord(c) in font for font in HELD) or c == " "
        assert unicodedata.category(c) not in ("Cc", "Cf", "Co", "Cs")


@given(st.text())
def test_printing_twice_changes_no_more(text: str) -> None:
    once = printable(text, HELD).replace("\u200b", "")
    again = printable(once, HELD).replace("\u200b", "")

    assert again == once
