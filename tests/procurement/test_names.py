"""When two spellings are one maker, and when they must not be."""

import pytest

from procurement.names import maker_key, number_key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Texas Instruments", "TEXAS INSTRUMENTS INC."),
        ("Texas Instruments", "Texas  Instruments, Inc"),
        ("Panasonic Energy Co., Ltd.", "Panasonic Energy Company Limited"),
        ("Würth Elektronik GmbH & Co. KG", "Wurth Elektronik"),
        ("Saft S.A.", "SAFT SA"),
        ("株式会社村田製作所", "村田製作所"),
        ("L3Harris", "L3Harris Corp"),
    ],
)
def test_spellings_of_one_maker_may_be_one(one: str, other: str) -> None:
    assert maker_key(one).may_be(maker_key(other))
    assert maker_key(other).may_be(maker_key(one))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Acme GmbH", "Acme Ltd"),
        ("TDK", "TDK Lambda"),
        ("Samsung SDI", "Samsung SDI America"),
        ("Panasonic Energy", "Panasonic Industry"),
        ("SK On", "SKON"),
    ],
)
def test_other_companies_are_other(one: str, other: str) -> None:
    assert not maker_key(one).may_be(maker_key(other))


@pytest.mark.parametrize("name", ["", " ", "N/A", "-", "Unknown", "generic", "TBD", "???"])
def test_what_names_nobody_has_no_key(name: str) -> None:
    assert maker_key(name).core == ""


def test_a_name_that_is_only_a_legal_form_is_still_a_name() -> None:
    assert maker_key("Co").core == "co"


def test_part_numbers_are_the_same_but_for_case_spaces_and_kind_of_dash() -> None:
    assert number_key("bb‑2590 /u") == number_key("BB-2590/U")
    assert number_key("BB2590/U") != number_key("BB-2590/U")
