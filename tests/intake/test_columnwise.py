"""What is told of many cells at once is what is told of each by itself."""

from decimal import Decimal

from procurement.intake.columnwise import Columns, begins, holds


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


def test_a_row_of_texts_alone_lends_its_cells_and_any_other_is_written_out() -> None:
    whole = [("A-1", "2", "3"), ("A-2", "", "4"), ("A-3",)]
    lent = Columns(whole).written([0, 1, 2])
    assert all(one is row for one, row in zip(lent, whole, strict=True))
    mixed = [*whole, ("A-4", Decimal("1.50"), ""), ("\u200b", " ", "b"), ("", "", "")]
    written = Columns(mixed).written([0, 1, 2])
    assert [one is row for one, row in zip(written, mixed, strict=True)] == [True] * 3 + [False] * 3
    assert written[3:] == [("A-4", "1.50"), ("‹U+200B›", "", "b"), ()]


def test_cells_are_written_in_the_order_of_the_columns_asked_for() -> None:
    assert list(Columns([("a", "b", "c"), ("d",)]).written([2, 0])) == [("c", "a"), ("", "d")]


def test_a_wide_sheet_holds_no_place_for_the_blank_cells_that_end_a_row() -> None:
    rows = [("a", *[""] * 500), ("b",), ("", *[""] * 499, "c")]
    assert [len(one) for one in Columns(rows).written(range(501))] == [1, 1, 501]
