import pytest

from procurement.identifiers import check

# Public entities' own numbers, as their registers print them.
UEIS = ["GNJ7BBP73WE9", "HJD6G4D6TJY5", "E2NYLCDML6V1", "ZQGGHJH74DW7", "YNDUZMUZF8H8"]
LEI = "529900T8BM49AURSDO55"
USCC = "91110000600037341L"


@pytest.mark.parametrize("uei", UEIS)
def test_a_genuine_uei_has_its_check_digit(uei: str) -> None:
    assert check("UEI", uei) == (uei, ())


def test_a_uei_is_read_in_any_case_and_with_spaces() -> None:
    assert check("uei", " gnj7 bbp7-3we9 ") == ("GNJ7BBP73WE9", ())


def test_a_wrong_uei_check_digit_only_warns_because_the_algorithm_is_not_official() -> None:
    normal, (problem,) = check("UEI", "GNJ7BBP73WE8", "field UEI")
    assert normal == "GNJ7BBP73WE8"
    assert (problem.code, problem.severity) == ("identifier-check-digit", "warning")
    assert problem.where == "field UEI"


@pytest.mark.parametrize("digit", "012345678")
def test_only_one_last_digit_fits_a_uei(digit: str) -> None:
    _, problems = check("UEI", "GNJ7BBP73WE" + digit)
    assert [problem.code for problem in problems] == ["identifier-check-digit"]


@pytest.mark.parametrize(
    "uei", ["", "0NJ7BBP73WE9", "GNJ7BBP73WE", "GNJ7BBP73WE99", "GOJ7BBP73WE9", "GIJ7BBP73WE9"]
)
def test_a_uei_of_the_wrong_shape_is_refused(uei: str) -> None:
    normal, (problem,) = check("UEI", uei)
    assert normal is None
    assert (problem.code, problem.severity) == ("identifier-shape", "error")


def test_a_cage_code_is_five_without_o_and_i() -> None:
    assert check("CAGE", "7f0u0") == ("7F0U0", ())
    assert check("CAGE", "F9073") == ("F9073", ())
    for wrong in ("7F0U", "7F0U00", "7FOU0", "7FIU0"):
        assert check("CAGE", wrong)[0] is None


def test_an_lei_must_have_its_check_digits() -> None:
    assert check("LEI", LEI) == (LEI, ())
    normal, (problem,) = check("LEI", LEI[:-1] + "4")
    assert normal is None
    assert (problem.code, problem.severity) == ("identifier-check-digit", "error")
    assert check("LEI", LEI[:-1])[1][0].code == "identifier-shape"


def test_a_uscc_must_have_its_check_character() -> None:
    assert check("USCC", "9111 0000 6000 3734 1L") == (USCC, ())
    assert check("USCC", USCC[:-1] + "M")[1][0].code == "identifier-check-digit"
    assert check("USCC", "9111000060003734IL")[1][0].code == "identifier-shape"


def test_a_duns_number_has_nine_digits_and_nothing_to_check() -> None:
    assert check("D-U-N-S", "15-048-3782") == ("150483782", ())
    assert check("DUNS", "15048378")[0] is None


def test_an_unknown_scheme_is_said_so() -> None:
    normal, (problem,) = check("VAT", "DE123456789")
    assert normal is None
    assert problem.code == "identifier-scheme"
