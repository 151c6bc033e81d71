"""What is told of many cells at once is what is told of each by itself."""

import pytest

from procurement.intake.columnwise import WIDE, Columns, begins, holds
from procurement.intake.filled import Filled, headers_of
from procurement.services.bulk import JsonTexts

NAMES = ("Part", "Qty", 'The "price" in %')


def test_a_sign_is_found_among_many_texts_as_in_each() -> None:
    texts = {"", "total", "a total", "subtotal", "7 total", "x", "a;b", "; b", "a", "to", "tal"}
    for sign in (begins(r"(?![0-9])\s*(?:\W|total|sub)"), holds(r"[;|]| total")):
        assert sign.among(texts) == {text for text in texts if text and sign.may_be_in(text)}


def test_two_texts_never_make_a_sign_together() -> None:
    assert holds("ab").among({"a", "b"}) == set()
    assert begins(r"\s*\W").among({"", "a"}) == set()


def test_columns_that_hide_something_are_asked_text_by_text() -> None:
    rows = [("a\nb",), ("c",), ("d\0;",)]
    assert Columns(rows).matching(0, holds("[;\n]")) == {0, 2}


def test_filled_cells_are_a_mapping_without_the_blank_ones() -> None:
    filled = Filled(NAMES, ("A-1", "", "3"))
    assert filled == {"Part": "A-1", 'The "price" in %': "3"}
    assert (len(filled), list(filled), filled["Part"]) == (2, ["Part", 'The "price" in %'], "A-1")
    assert filled.get("Qty") is None
    with pytest.raises(KeyError):
        filled["Qty"]
    assert headers_of([filled, {"Note": "x"}]) == {*NAMES, "Note"}


@pytest.mark.parametrize(
    "texts",
    [
        ("A-1", "2", "3"),
        ("A-1", "", "3"),
        ("", "", ""),
        ("100 %", "%s", "%%"),
        ('5"', "2", "3"),
        ("a\\b", "\n", "电"),
        ("\0", "\u200b", "\x7f"),
    ],
)
def test_filled_cells_are_written_as_any_mapping_is(texts: tuple[str, str, str]) -> None:
    json, filled = JsonTexts(), Filled(NAMES, texts)
    assert json.of(filled) == json.of(dict(filled))
    assert json.of(Filled(("Other", *NAMES[1:]), texts)) != json.of(filled) or not texts[0]


def test_a_row_of_texts_alone_lends_its_cells_and_any_other_is_written_out() -> None:
    headers = list(enumerate(NAMES))
    whole = [("A-1", "2", "3"), ("A-2", "", "4")]
    lent = [one for one in Columns(whole).raw(headers, NAMES) if isinstance(one, Filled)]
    assert [one.texts for one in lent] == whole
    assert lent[0].texts is whole[0]
    short = [*whole, ("A-3",)]
    assert [dict(one) for one in Columns(short).raw(headers, NAMES)] == [
        {"Part": "A-1", "Qty": "2", 'The "price" in %': "3"},
        {"Part": "A-2", 'The "price" in %': "4"},
        {"Part": "A-3"},
    ]


def test_a_wide_sheet_holds_no_place_for_blank_cells() -> None:
    names = tuple(f"c{n}" for n in range(WIDE + 1))
    rows = [("a", *[""] * WIDE), ("b",)]
    raw = Columns(rows[1:]).raw(list(enumerate(names)), names)
    assert raw == [{"c0": "b"}]
    assert not isinstance(raw[0], Filled)
