import pycountry
import pytest

from procurement import countries
from procurement.countries import country, meanings
from procurement.formats.problem import Problem


def asked(text: str) -> Problem:
    answer = country(text, "row 4, column Origin")
    assert isinstance(answer, Problem), answer
    return answer


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("KR", "KR"),
        ("kor", "KR"),
        ("410", "KR"),
        (" South Korea ", "KR"),
        ("Korea, Republic of", "KR"),
        ("Republic of Korea", "KR"),
        ("한국", "KR"),
        ("Südkorea", "KR"),
        ("DPRK", "KP"),
        ("Korea, Democratic People's Republic of", "KP"),
        ("UK", "GB"),
        ("Northern Ireland", "GB"),
        ("Ireland", "IE"),
        ("PRC", "CN"),
        ("P.R. China", "CN"),
        ("中国", "CN"),
        ("Китай", "CN"),
        ("Made in China", "CN"),
        ("Taiwan", "TW"),
        ("Chinese Taipei", "TW"),
        ("Taiwan (R.O.C.)", "TW"),
        ("Taiwan, Province of China", "TW"),  # ISO 3166's own name for it
        ("Hong Kong", "HK"),
        ("Hong Kong SAR, China", "HK"),
        ("Macau", "MO"),
        ("U.S.A.", "US"),
        ("Etats-Unis", "US"),
        ("アメリカ", "US"),
        ("DRC", "CD"),
        ("Congo-Brazzaville", "CG"),
        ("Switzerland", "CH"),
        ("CHE", "CH"),
        ("Serbia", "RS"),
        ("Turkey", "TR"),
        ("Trinidad & Tobago", "TT"),
        ("Bosnia and Herzegovina", "BA"),
        ("🇨🇳", "CN"),
    ],
)
def test_a_name_that_means_one_country_is_its_code(text: str, code: str) -> None:
    assert country(text) == code


@pytest.mark.parametrize(
    ("text", "choices"),
    [
        ("Korea", ("KR", "KP")),
        ("Корея", ("KR", "KP")),
        ("China (Taiwan)", ("TW", "CN")),
        ("Taiwan, China", ("TW", "CN")),
        ("中国台湾", ("TW", "CN")),
        ("Republic of China", ("TW", "CN")),
        ("Congo", ("CG", "CD")),
        ("Georgia", ("GE", "US")),
        ("CH", ("CN", "CH")),  # Switzerland in ISO 3166, China in the older federal code
        ("KN", ("KP", "KN")),
        ("RS", ("RU", "RS")),
        ("Soviet Union", ("RU", "UA", "BY", "KZ")),
    ],
)
def test_a_name_that_could_mean_two_is_asked_back_with_the_choices(
    text: str, choices: tuple[str, ...]
) -> None:
    problem = asked(text)
    assert problem.code == "country-ambiguous"
    assert problem.where == "row 4, column Origin"
    assert meanings(text) == choices
    assert all(code in problem.fix for code in choices)


@pytest.mark.parametrize("text", ["China, Malaysia", "CN / MY", "China and Malaysia", "CN;MY"])
def test_several_countries_in_a_cell_are_not_one(text: str) -> None:
    problem = asked(text)
    assert problem.code == "country-several"
    assert meanings(text) == ("CN", "MY")


@pytest.mark.parametrize("text", ["EU", "Europe", "Worldwide", "various", "Imported"])
def test_a_region_is_not_a_country(text: str) -> None:
    assert asked(text).code == "country-several"


@pytest.mark.parametrize("text", ["", "   ", "N/A", "unknown", "TBD", "-", "?", "XX", "未知"])
def test_nothing_told_is_a_problem_and_never_a_country(text: str) -> None:
    assert asked(text).code == "country-not-told"


@pytest.mark.parametrize("text", ["Freedonia", "XQ", "Shenzhen", "999", "K"])
def test_what_is_no_country_is_said_so(text: str) -> None:
    assert asked(text).code == "country-unknown"


def test_every_code_and_iso_name_is_its_own_country_or_asked() -> None:
    asked_on_purpose = {"CH", "KN", "RS"}
    for one in pycountry.countries:
        assert one.alpha_2 in asked_on_purpose or country(one.alpha_2) == one.alpha_2
        assert country(one.alpha_3) == one.alpha_2
        assert country(one.name) == one.alpha_2 or one.alpha_2 in {"CG", "GE"}


def test_no_covered_nation_is_ever_read_as_another_country() -> None:
    for code in ("CN", "KP", "RU", "IR"):
        one = pycountry.countries.get(alpha_2=code)
        assert one is not None
        assert one is not None
        for written in (one.name, getattr(one, "official_name", one.name), one.alpha_3):
            assert country(written) == code


def test_only_assigned_codes_are_codes_and_each_has_a_plain_name() -> None:
    assert countries.is_code("KR")
    assert not countries.is_code("kr")
    assert not countries.is_code("UK")
    assert not countries.is_code("XK")
    assert countries.name("KR") == "South Korea"
    assert countries.name("TW") == "Taiwan"
    assert len(countries.codes()) == len(pycountry.countries)
