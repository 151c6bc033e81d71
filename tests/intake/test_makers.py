import pytest

from procurement.intake.makers import alternates, spelt_differently, split_makers, split_numbers


@pytest.mark.parametrize(
    ("cell", "makers"),
    [
        ("Murata", ["Murata"]),
        ("Diodes, Inc.", ["Diodes, Inc."]),
        ("Samsung Electro-Mechanics Co., Ltd.", ["Samsung Electro-Mechanics Co., Ltd."]),
        ("Murata/TDK/Yageo", ["Murata", "TDK", "Yageo"]),
        ("Murata; TDK", ["Murata", "TDK"]),
        ("Murata, TDK", ["Murata", "TDK"]),
        ("Murata or TDK", ["Murata", "TDK"]),
        ("Murata\nTDK\nYageo", ["Murata", "TDK", "Yageo"]),
        ("TE/AMP", ["TE/AMP"]),
        ("JS(钜硕电子)", ["JS(钜硕电子)"]),
        ("CJ(江苏长电/长晶)", ["CJ(江苏长电/长晶)"]),
        ("CJ（江苏长电/长晶）; TDK (Japan, EU)", ["CJ（江苏长电/长晶）", "TDK (Japan, EU)"]),
        ("Murata (Japan/TDK", ["Murata (Japan", "TDK"]),
        ("村田、TDK", ["村田", "TDK"]),
        ("N/A", []),
        ("", []),
    ],
)
def test_makers_in_one_cell_are_told_apart(cell: str, makers: list[str]) -> None:
    assert split_makers(cell) == makers


@pytest.mark.parametrize(
    ("cell", "numbers"),
    [
        ("2N7002,215", ["2N7002,215"]),
        ("MC 1,5/ 6-G-3,81", ["MC 1,5/ 6-G-3,81"]),
        ("TJA1042T/3/1J", ["TJA1042T/3/1J"]),
        ("BC847B, BC848B", ["BC847B", "BC848B"]),
        ("GRM188R71 / C1608X7R", ["GRM188R71", "C1608X7R"]),
        ("A-1 (was A-0; A-00); B-2", ["A-1 (was A-0; A-00)", "B-2"]),
        ("A-1\nB-2", ["A-1", "B-2"]),
    ],
)
def test_part_numbers_in_one_cell_are_told_apart(cell: str, numbers: list[str]) -> None:
    assert split_numbers(cell) == numbers


def test_one_maker_of_several_numbers_makes_each() -> None:
    maker, part, more, paired = alternates("Panasonic", "ERJ1234; ERJ2345")
    assert (maker, part, paired) == ("Panasonic", "ERJ1234", True)
    assert [(one.maker, one.part_number) for one in more] == [("Panasonic", "ERJ2345")]


def test_one_number_of_several_makers_is_made_by_each() -> None:
    _, _, more, paired = alternates("Murata; TDK", "GRM188")
    assert [(one.maker, one.part_number) for one in more] == [("TDK", "GRM188")]
    assert paired


def test_spellings_of_one_maker_lead_to_the_commonest() -> None:
    found = spelt_differently(
        [
            *["Yageo"] * 3,
            "YAGEO",
            "Texas Instruments",
            "Texas Instruments",
            "Texas Instrument",
            "TDK",
        ]
    )
    assert found == {"YAGEO": "Yageo", "Texas Instrument": "Texas Instruments"}


def test_short_and_different_names_are_left_alone() -> None:
    assert spelt_differently(["ST", "STM", "TDK", "TE", "TI"]) == {}
