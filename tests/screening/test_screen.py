import pytest

from compliance.screening.index import KIN, NameIndex
from compliance.screening.screen import Candidate, Entry, index_of, screen

ENTRIES = tuple(
    Entry(list_key, code, names, numbers)
    for list_key, code, names, numbers in [
        (
            "154",
            "catl",
            (
                "Contemporary Amperex Technology Company, Limited",
                "CATL",
                "宁德时代新能源科技股份有限公司",
            ),
            (("LEI", "300300TESTCATL000001"),),
        ),
        ("154", "byd", ("BYD Company, Limited", "比亚迪股份有限公司"), ()),
        ("154", "envision", ("Envision Energy, Limited",), ()),
        ("154", "eve", ("EVE Energy Company, Limited", "惠州亿纬锂能股份有限公司"), ()),
        ("154", "gotion", ("Gotion High tech Company, Limited",), ()),
        ("154", "hithium", ("Hithium Energy Storage Technology company, Limited",), ()),
        ("1260H", "cetc-58", ("CETC No. 58 Research Institute",), ()),
    ]
)


def found(*names: str, **numbers: str) -> dict[str, Candidate]:
    return {candidate.entry_code: candidate for candidate in screen(names, numbers, ENTRIES)}


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Contemporary Amperex Technology Co., Ltd.", "catl"),
        ("Technology Contemporary Amperex", "catl"),
        ("Contemprary Amperex Tech", "catl"),
        ("CATL", "catl"),
        ("宁德时代", "catl"),
        ("BYD America Corp.", "byd"),
        ("BYD Auto", "byd"),
        ("比亚迪汽车工业有限公司", "byd"),
        ("Gotion, Inc.", "gotion"),
        ("GotionHighTech", "gotion"),
        ("EVE", "eve"),
        ("EVE Batteries Ltd", "eve"),
        ("亿纬锂能", "eve"),
        ("Huizhou Yiwei Lithium Energy", "eve"),
        ("Xiamen Hithium Energy Storage Technology Co., Ltd.", "hithium"),
        ("CETC 58 Institute", "cetc-58"),
    ],
)
def test_a_listed_name_however_written_is_a_question(name: str, code: str) -> None:
    candidate = found(name)[code]
    assert candidate.same is None
    assert candidate.basis == "name"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("ATL", "catl"),
        ("Amperex Technology Limited", "catl"),
        ("AESC", "envision"),
        ("Envision AESC Group Ltd.", "envision"),
        ("Envision Holdings", "envision"),
        ("BYD Group Holdings", "byd"),
        ("FinDreams Battery Co., Ltd.", "byd"),
    ],
)
def test_a_sister_or_holding_company_is_a_question_never_a_pass_or_the_same(
    name: str, code: str
) -> None:
    assert found(name)[code].same is None


@pytest.mark.parametrize(
    "name",
    [
        "LG Energy Solution, Ltd.",
        "Samsung SDI Co., Ltd.",
        "Panasonic Energy Co., Ltd.",
        "Saft Groupe SAS",
        "Ultralife Corporation",
        "Energy Storage Technology Company Limited",
        "Texas Instruments Incorporated",
        "Farasis Energy (Gan Zhou) Co., Ltd.",
        "",
    ],
)
def test_trade_words_alone_ask_nothing(name: str) -> None:
    assert found(name) == {}


def test_a_short_name_needs_company() -> None:
    assert found("EVE Air Mobility") == {}
    assert "eve" in found("EVE Power")


def test_an_institute_of_another_number_is_another_institute() -> None:
    assert "cetc-58" not in found("CETC No. 55 Research Institute")


def test_an_agreeing_number_decides_alone_whatever_the_name() -> None:
    candidate = found("Quite Another Name", LEI="3003 00test catl000001")["catl"]
    assert candidate.same is True
    assert candidate.basis == "identifier"


def test_a_cage_code_belongs_to_a_place_and_decides_nothing() -> None:
    entries = (Entry("889", "x", ("Example Radio Company",), (("CAGE", "1ABC2"),)),)
    assert screen(["Somebody Else"], {"CAGE": "1ABC2"}, entries) == ()


def test_a_differing_number_is_told_and_the_question_stays() -> None:
    candidate = found("CATL", LEI="549300OTHER000000001")["catl"]
    assert candidate.same is None
    assert "the LEI differs" in candidate.steps[-1]


def test_every_candidate_tells_its_steps_in_words() -> None:
    assert found("BYD America Corp.")["byd"].steps == (
        "“BYD America Corp.” beside “BYD Company, Limited”",
        "legal form “corp” set aside",
        "legal form “company limited” set aside",
        "“byd” in both",
        "“america” only in the party's name",
        "a short name alone: it needs company to mean one company",
    )


def test_the_best_of_several_names_counts_once() -> None:
    candidates = screen(["Contemporary Amperex Technology", "CATL", "nobody"], {}, ENTRIES)
    assert [candidate.entry_code for candidate in candidates] == ["catl"]


def test_the_same_question_has_the_same_answer_in_every_order_of_entries() -> None:
    names = ["Envision AESC", "BYD Auto", "EVE"]
    assert screen(names, {}, ENTRIES) == screen(names, {}, NameIndex(reversed(ENTRIES)))


def test_without_entries_nothing_is_found() -> None:
    assert screen(["CATL"], {}, ()) == ()


def test_the_index_of_one_set_of_entries_is_built_once() -> None:
    assert index_of(ENTRIES) is index_of(tuple(list(ENTRIES)))
    assert index_of(ENTRIES) is not index_of(ENTRIES[1:])


def test_each_kin_has_a_reason_and_a_source() -> None:
    for kin in KIN:
        assert kin.why
        assert kin.source.startswith("https://")


def test_names_that_only_sound_the_same_say_that_their_characters_differ() -> None:
    entries = (Entry("x", "heng", ("恒星电池有限公司",)),)
    (same,) = screen(["恒星电池有限公司"], {}, entries)
    (other,) = screen(["衡兴电池有限公司"], {}, entries)
    assert same.score > other.score
    assert any("other characters" in step for step in other.steps)


@pytest.mark.parametrize(
    "name", ["JST", "TDK", "NXP", "TE Connectivity", "Analog Devices", "Vishay"]
)
def test_makers_on_every_board_are_not_taken_for_initials_of_three_letters(name: str) -> None:
    entries = (
        Entry("x", "solar", ("JA Solar Technology Co., Ltd.",)),
        Entry("x", "digital", ("Tianjin Digital Key Co., Ltd.",)),
    )
    assert screen([name], {}, entries) == ()


def test_words_in_brackets_make_a_branch_and_not_the_company_itself() -> None:
    entries = (
        Entry("x", "whole", ("Semiconductor Manufacturing International Corporation",)),
        Entry("x", "beijing", ("Semiconductor Manufacturing International (Beijing) Corporation",)),
    )
    first, second = screen(
        ["Semiconductor Manufacturing International (Beijing) Corporation"], {}, entries
    )
    assert (first.entry_code, second.entry_code) == ("beijing", "whole")


def test_a_name_with_no_word_of_its_own_is_not_found_in_a_name_that_sounds_like_a_trade() -> None:
    assert found("China Aviation Lithium Battery") == {}
