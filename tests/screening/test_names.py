import pytest

from compliance.screening.names import LONGEST, clean, fold, readable, readings


def words(written: str) -> list[str]:
    return [" ".join(reading.words) for reading in readings(written)]


@pytest.mark.parametrize(
    ("written", "core"),
    [
        ("Contemporary Amperex Technology Company, Limited", "contemporary amperex technology"),
        ("Contemporary Amperex Technology Co., Ltd.", "contemporary amperex technology"),
        ("BYD COMPANY LIMITED", "byd"),
        ("Siemens Aktiengesellschaft", "siemens"),
        ("Volkswagen AG", "volkswagen"),
        ("Robert Bosch GmbH & Co. KG", "robert bosch"),
        ("Umicore NV/SA", "umicore"),
        ("Nestlé S.A.", "nestle"),
        ("Panasonic Energy Kabushiki Kaisha", "panasonic energy"),
        ("ООО «Ромашка»", "romashka"),
        ("PT Bukit Asam Tbk", "bukit asam"),
        ("Rostec Public Joint Stock Company", "rostec"),
        ("Leclanché SA", "leclanche"),
        ("The Coca-Cola Company", "coca cola"),
    ],
)
def test_legal_forms_are_set_aside_in_every_language(written: str, core: str) -> None:
    assert words(written)[0] == core


def test_a_name_made_of_a_legal_form_alone_is_not_emptied() -> None:
    assert words("Co") == ["co"]
    assert words("S.A.") == ["sa"]


@pytest.mark.parametrize("nothing", ["", "   ", "()", "...", "\u200b\u202e"])
def test_where_nobody_is_named_there_is_no_reading(nothing: str) -> None:
    assert readings(nothing) == ()


def test_a_short_name_in_brackets_is_a_reading_of_its_own() -> None:
    assert words("CALB Group Co., Ltd. (CALB)") == ["calb group", "calb"]


def test_a_place_in_brackets_is_no_name_of_its_own() -> None:
    assert words("Gotion (USA) Inc.") == ["gotion", "gotion america"]


def test_former_names_are_read_too_with_their_own_short_names() -> None:
    names = words("AVIC Chengdu Co., Ltd. (formerly Zhonghang Measuring Company Limited (ZEMIC))")
    assert names == ["avic chengdu", "zhonghang measuring", "zemic"]


def test_chinese_is_read_as_words_by_its_sound_and_as_it_calls_itself() -> None:
    assert words("宁德时代新能源科技股份有限公司") == [
        "ningde shidai new energy technology",
        "ningdeshidaixinnengyuankeji",
        "catl new energy technology",
    ]


def test_traditional_and_simplified_characters_sound_alike() -> None:
    assert words("比亞迪股份有限公司")[0] == words("比亚迪股份有限公司")[0] == "biyadi"


def test_korean_and_japanese_makers_meet_their_english_names() -> None:
    assert words("삼성전자주식회사")[0] == "samsung electronics"
    assert words("トヨタ自動車株式会社")[0] == "toyota motor"


def test_a_number_in_characters_is_a_number() -> None:
    assert "58" in words("中国电子科技集团公司第五十八研究所")[0].split()
    assert words("No. 58 Institute") == ["58 institute"]


def test_cyrillic_look_alikes_inside_a_latin_word_do_not_hide_it() -> None:
    assert words("САTL") == ["catl"]  # С and А are Cyrillic


def test_direction_marks_and_invisible_characters_do_not_hide_a_name() -> None:
    assert clean("BY\u200bD\u202e") == "BYD"


def test_full_width_letters_are_letters() -> None:
    assert words("ＢＹＤ　Ｃｏ．，　Ｌｔｄ．") == ["byd"]


def test_a_name_of_ten_thousand_characters_is_read_to_its_limit() -> None:
    (reading,) = readings("a" * 10_000)
    assert len(reading.joined) == LONGEST


def test_markup_is_only_words() -> None:
    assert fold("<script>alert(1)</script>") == "script alert 1 script"


def test_every_step_is_told() -> None:
    (reading,) = readings("EVE Energy Co., Ltd.")
    assert reading.steps == ("legal form “co ltd” set aside",)


@pytest.mark.parametrize(
    ("name", "whether"),
    [
        ("CATL", True),
        ("宁德时代", True),
        ("トヨタ", True),
        ("카카오", True),
        ("Хуавэй", True),
        ("ΔΕΗ Α.Ε.", True),
        ("Österreichische Akku", True),
        ("3M", True),
        ("1234", True),
        ("ＣＡＴＬ", True),
        ("هواوي", False),
        ("هواوي Co., Ltd.", False),
        ("هواوي Huawei", True),
        ("שלום", False),
        ("ไทย แบตเตอรี่", False),
        ("बैटरी", False),
        ("𓀀𓀁", False),
        ("🙂", False),
        ("---", False),
        ("", False),
    ],
)
def test_a_name_can_be_searched_for_where_its_script_is_sounded_out(
    name: str, whether: bool
) -> None:
    assert readable([name]) is whether
    assert readable(["Another name", name])
