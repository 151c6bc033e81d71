"""Every file of ../shared/data/lists is read, or said why not; counts are those of its README."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from compliance.lists.readers import File, ReadList, Unread, read_lists

DATA = Path(__file__).parents[3] / "shared/data/lists"
pytestmark = pytest.mark.skipif(not DATA.exists(), reason="the files lie outside the repository")

HELD: dict[str, dict[str, int]] = {
    "derived/1260H_rows_starting_2025-01-07.csv": {"1260H": 133},
    "derived/1260H_rows_starting_2026-06-08.csv": {"1260H": 188},
    "derived/uflpa_partial_curated.csv": {"UFLPA": 19},
    "opensanctions/us__special_leg__section_154.csv": {"154": 6},
    "opensanctions/us__special_leg__section_5949.csv": {"5949": 3},
    "opensanctions/us__special_leg__section_889.csv": {"889": 5},
    "ita_csl_samples/fixtures__dpl__dpl.txt": {"DPL": 9},
    "ita_csl_samples/fixtures__dtc__itar_debarred_parties.csv": {"ITAR-DEBARRED": 4},
    "ita_csl_samples/fixtures__el__el.csv": {"BIS-EL": 5},
    "ita_csl_samples/fixtures__isn__isn.csv": {"ISN": 3},
    "ita_csl_samples/fixtures__meu__meu.csv": {"MEU": 5},
    "ita_csl_samples/fixtures__sdn__sdn.xml": {"SDN": 4},
    "ita_csl_samples/isn.csv": {"ISN": 177},
    "ita_csl_samples/itar_debarred_party_list_01242018.csv": {"ITAR-DEBARRED": 511},
    "ita_csl_samples/itar_debarred_party_list_04172017.csv": {"ITAR-DEBARRED": 512},
    "ita_csl_samples/support__cap__expected_results.json": {"CAPTA": 1},
    "ita_csl_samples/support__cmic__expected_results.json": {"NS-CMIC": 3},
    "ita_csl_samples/support__dpl__expected_results.json": {"DPL": 9},
    "ita_csl_samples/support__el__expected_results.json": {"BIS-EL": 5},
    "ita_csl_samples/support__sdn__expected_results.json": {"SDN": 4},
    "ita_csl_samples/support__ssi__expected_results.json": {"SSI": 4},
    "ita_csl_samples/support__uvl__expected_results.json": {"UVL": 13},
    "ofac/test__csl.csv": {"SDN": 28, "SSI": 26, "BIS-EL": 18, "NS-PLC": 13, "UVL": 4},
    "ofac/internal__cslustest__consolidated.csv": {"SDN": 1, "FSE": 1, "SSI": 3, "BIS-EL": 1},
}


def read(*names: str, encoding: str = "utf-8-sig") -> Sequence[ReadList]:
    files = [File(Path(name).name, (DATA / name).read_bytes(), encoding) for name in names]
    return read_lists(files)[1]


@pytest.mark.parametrize("name", HELD)
def test_a_published_file_holds_what_its_publisher_put_in(name: str) -> None:
    found = {each.key: len(each.listings) for each in read(name) if not each.notice}
    assert HELD[name].items() <= found.items()


def test_every_file_is_read_or_belongs_to_one_that_is() -> None:
    beside = {"test__bench__sdn.csv", "test__bench__alt.csv", "test__bench__add.csv",
              "test__bench__sdn_comments.csv", "test__cons_prim.csv", "test__cons_alt.csv",
              "test__cons_add.csv", "test__cons_comments.csv"}  # fmt: skip
    for path in sorted(DATA.rglob("*.*")):
        if path.name in beside:
            continue
        encoding = "cp1252" if path.name == "fixtures__uvl__uvl.csv" else "utf-8-sig"
        assert read(str(path.relative_to(DATA)), encoding=encoding), path


def test_a_file_in_the_encoding_of_windows_says_so_and_is_read_when_told() -> None:
    name = "ita_csl_samples/fixtures__uvl__uvl.csv"
    with pytest.raises(Unread) as unread:
        read(name)
    assert [problem.code for problem in unread.value.problems] == ["encoding"]
    assert "cp1252" in unread.value.problems[0].fix
    (uvl,) = read(name, encoding="cp1252")
    assert len(uvl.listings) == 13


def test_the_sdn_list_comes_with_the_terrorist_organisations_in_it() -> None:
    bench = [f"ofac/test__bench__{each}.csv" for each in ("sdn", "alt", "add", "sdn_comments")]
    lists = {each.key: each for each in read(*bench)}
    assert {key: len(each.listings) for key, each in lists.items()} == {"SDN": 8976, "FTO": 74}
    cuba = next(each for each in lists["SDN"].listings if each.code == "306")
    assert cuba.name == "BANCO NACIONAL DE CUBA"
    assert list(cuba.aliases) == ["NATIONAL BANK OF CUBA", "BNC"]
    assert sum("USCC" in each.identifiers for each in lists["SDN"].listings) == 4


def test_the_lists_beside_sdn_are_told_apart_by_program() -> None:
    cons = [f"ofac/test__cons_{each}.csv" for each in ("prim", "alt", "add", "comments")]
    found = {each.key: len(each.listings) for each in read(*cons)}
    assert found == {"NS-PLC": 78, "SSI": 286, "NS-CMIC": 68, "NS-MBS": 9, "CAPTA": 1}


def test_an_excerpt_says_that_it_is_not_whole() -> None:
    (sdn,) = read("ita_csl_samples/fixtures__sdn__sdn.xml")
    assert "5,704" in sdn.missing
    assert sdn.edition == date(2014, 7, 16)


def test_sec_1260h_by_edition_is_not_the_rows_without_an_end() -> None:
    editions = {each.edition: each for each in read(MILCORPS)}
    assert {day: len(each.listings) for day, each in editions.items()} == {
        date(2021, 6, 3): 47,
        date(2022, 10, 5): 60,
        date(2024, 1, 31): 73,
        date(2025, 1, 7): 133,
        date(2026, 2, 17): 121,
        date(2026, 6, 8): 188,
    }
    assert [day for day, each in editions.items() if each.notice] == [date(2026, 2, 17)]
    assert {each.confidence for each in editions.values()} == {"S"}


MILCORPS = "opensanctions/us__dod_chinese_milcorps__sanctions.csv"


@pytest.mark.parametrize(
    ("alias", "day", "listed"),
    [
        ("CXMT", date(2025, 1, 7), True),
        ("CXMT", date(2026, 2, 17), False),
        ("CXMT", date(2026, 6, 8), True),
        ("YMTC", date(2024, 1, 31), True),
        ("YMTC", date(2026, 2, 17), False),
    ],
)
def test_the_notice_of_february_2026_takes_two_off(alias: str, day: date, listed: bool) -> None:
    (edition,) = [each for each in read(MILCORPS) if each.edition == day]
    assert any(alias in each.aliases for each in edition.listings) is listed


@pytest.mark.parametrize("cut", [0.3, 0.5, 0.99])
@pytest.mark.parametrize(
    "name", ["ofac/test__bench__sdn.csv", "ita_csl_samples/fixtures__sdn__sdn.xml",
             "ita_csl_samples/support__sdn__expected_results.json"],
)  # fmt: skip
def test_half_a_download_is_refused(name: str, cut: float) -> None:
    content = (DATA / name).read_bytes()
    with pytest.raises(Unread) as unread:
        read_lists([File(name, content[: int(len(content) * cut)])])
    assert {problem.code for problem in unread.value.problems} <= {"truncated", "ragged-row"}
