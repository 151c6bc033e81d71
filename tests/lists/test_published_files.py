"""Every file of ../shared/data/lists is read, or said why not; counts are those of its README."""

import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from compliance.lists.readers import File, ReadList, Unread, read_lists
from compliance.services.editions import editions_read, editions_stage
from procurement.problems import Refused
from tests import factory

DATA = Path(__file__).parents[3] / "shared/data/lists"
pytestmark = pytest.mark.skipif(not DATA.exists(), reason="the files lie outside the repository")

OUTCOMES = """
derived/1260H_rows_starting_2025-01-07.csv | 1260H 2025-01-07: 133, 1260H 2026-02-17: 121 |
derived/1260H_rows_starting_2026-06-08.csv | 1260H 2026-06-08: 188 |
derived/uflpa_partial_curated.csv | UFLPA: 19 | unlikely-size
ita_csl_samples/fixtures__dpl__dpl.txt | DPL: 9 | unlikely-size
ita_csl_samples/fixtures__dtc__itar_debarred_parties.csv | ITAR-DEBARRED: 4 | unlikely-size
ita_csl_samples/fixtures__el__el.csv | BIS-EL: 5 | unlikely-size
ita_csl_samples/fixtures__isn__isn.csv | ISN: 3 | unlikely-size
ita_csl_samples/fixtures__meu__meu.csv | MEU: 5 | unlikely-size
ita_csl_samples/fixtures__sdn__sdn.xml | SDN 2014-07-16: 4 | records-missing unlikely-size
ita_csl_samples/fixtures__treasury_consolidated__consolidated.xml | SSI 2014-12-17: 4, \
    NS-PLC 2014-12-17: 6, PART561 2014-12-17: 1, CAPTA 2014-12-17: 1, EO13599 2014-12-17: 4, \
    FSE 2014-12-17: 3, NS-MBS 2014-12-17: 2, NS-CCMC 2014-12-17: 2, NS-CMIC 2014-12-17: 3 | \
    records-missing unlikely-size
ita_csl_samples/fixtures__uvl__uvl.csv | UVL: 13 | unlikely-size
ita_csl_samples/isn.csv | ISN: 177 |
ita_csl_samples/itar_debarred_party_list_01242018.csv | ITAR-DEBARRED: 511 |
ita_csl_samples/itar_debarred_party_list_04172017.csv | ITAR-DEBARRED: 512 |
ita_csl_samples/support__cap__expected_results.json | CAPTA: 1 |
ita_csl_samples/support__ccmc__expected_results.json | NS-CCMC: 2 |
ita_csl_samples/support__cmic__expected_results.json | NS-CMIC: 3 | unlikely-size
ita_csl_samples/support__dpl__expected_results.json | DPL: 9 | unlikely-size
ita_csl_samples/support__dtc__expected_results.json | ITAR-DEBARRED: 4 | unlikely-size
ita_csl_samples/support__el__expected_results.json | BIS-EL: 5 | unlikely-size
ita_csl_samples/support__eo13599__expected_results.json | EO13599: 2 |
ita_csl_samples/support__fse__expected_results.json | FSE: 3 |
ita_csl_samples/support__isn__expected_results.json | ISN: 3 | unlikely-size
ita_csl_samples/support__mbs__expected_results.json | NS-MBS: 2 |
ita_csl_samples/support__meu__expected_results.json | MEU: 5 | unlikely-size
ita_csl_samples/support__part561__expected_results.json | PART561: 1 |
ita_csl_samples/support__plc__expected_results.json | NS-PLC: 6 | unlikely-size
ita_csl_samples/support__sdn__expected_results.json | SDN: 4 | unlikely-size
ita_csl_samples/support__ssi__expected_results.json | SSI: 4 | unlikely-size
ita_csl_samples/support__uvl__expected_results.json | UVL: 13 | unlikely-size
ofac/internal__cslustest__consolidated.csv | ISN: 1, UVL: 1, MEU: 1, NS-PLC: 2, SDN: 1, \
    ITAR-DEBARRED: 1, DPL: 1, SSI: 3, FSE: 1, BIS-EL: 1 | unlikely-size
ofac/test__csl.csv | DPL: 7, ISN: 3, SDN: 28, BIS-EL: 18, SSI: 26, ITAR-DEBARRED: 10, \
    NS-PLC: 13, UVL: 4, CAPTA: 1 | unlikely-size
opensanctions/us__dod_chinese_milcorps__sanctions.csv | 1260H 2021-06-03: 47, \
    1260H 2022-10-05: 60, 1260H 2024-01-31: 73, 1260H 2025-01-07: 133, 1260H 2026-02-17: 121, \
    1260H 2026-06-08: 188 |
opensanctions/us__special_leg__section_154.csv | 154: 6 |
opensanctions/us__special_leg__section_5949.csv | 5949: 3 |
opensanctions/us__special_leg__section_889.csv | 889: 5 |
ofac/test__bench__sdn.csv + alt, add, sdn_comments | SDN: 8976, FTO: 74 |
ofac/test__cons_prim.csv + alt, add, comments | NS-PLC: 78, CAPTA: 1, SSI: 286, NS-MBS: 9, \
    NS-CMIC: 68 |
"""
"""File (or files that belong together) | each list in it, with its edition, \
    and how many it names |
why it is refused as a whole edition, where it is only a piece of one.
"""


def outcomes() -> list[tuple[str, dict[str, int], set[str]]]:
    rows = []
    for line in OUTCOMES.strip().splitlines():
        name, held, refused = (cell.strip() for cell in line.split("|"))
        counts = dict(each.strip().rsplit(": ", 1) for each in held.split(","))
        rows.append((name, {key: int(n) for key, n in counts.items()}, set(refused.split())))
    return rows


NAMES = [row[0] for row in outcomes()]


def files_of(told: str) -> list[File]:
    """“a__sdn.csv + alt, add” is three files. One of all is Windows'."""
    first, _, more = told.partition(" + ")
    stem = re.split(r"(?<=_)(?=[a-z]+\.csv)", first)[0]
    names = [first, *(f"{stem}{each}.csv" for each in filter(None, more.split(", ")))]
    encoding = "cp1252" if told.endswith("__uvl.csv") else "utf-8-sig"
    return [File(Path(name).name, (DATA / name).read_bytes(), encoding) for name in names]


def read(*names: str, encoding: str = "utf-8-sig") -> Sequence[ReadList]:
    files = [File(Path(name).name, (DATA / name).read_bytes(), encoding) for name in names]
    return read_lists(files)[1]


@pytest.mark.parametrize(("told", "held", "refused"), outcomes(), ids=NAMES)
def test_a_published_file_holds_what_its_publisher_put_in(
    told: str, held: dict[str, int], refused: set[str]
) -> None:
    found = read_lists(files_of(told))[1]
    assert held == {
        f"{each.key} {each.edition}" if each.edition else each.key: len(each.listings)
        for each in found
    }


def test_every_file_is_in_the_table() -> None:
    told = {DATA / file.name for row in outcomes() for file in files_of(row[0])}
    there = {DATA / path.name for path in DATA.rglob("*.*")}
    assert {each.name for each in told} == {each.name for each in there}


@pytest.mark.django_db
@pytest.mark.parametrize(("told", "held", "refused"), outcomes(), ids=NAMES)
def test_a_piece_of_a_list_is_refused_as_the_whole_and_taken_for_those_it_names(
    told: str, held: dict[str, int], refused: set[str]
) -> None:
    files = files_of(told)
    undated = None if any(" " in key for key in held) else date(2026, 11, 1)
    if refused:
        with pytest.raises(Refused) as error:
            editions_read(files=files, edition=undated)
        assert {problem.code for problem in error.value.problems} == refused
    covers = "named" if refused else "all"
    read = editions_read(files=files, edition=undated, covers=covers)
    staged = editions_stage(editions=read, by=factory.curator())
    assert sorted(each.listings.count() for each in staged) == sorted(held.values())


def test_a_file_in_the_encoding_of_windows_says_so_and_is_read_when_told() -> None:
    name = "ita_csl_samples/fixtures__uvl__uvl.csv"
    with pytest.raises(Unread) as unread:
        read(name)
    assert [problem.code for problem in unread.value.problems] == ["encoding"]
    assert "cp1252" in unread.value.problems[0].fix
    (uvl,) = read(name, encoding="cp1252")
    assert len(uvl.listings) == 13


@pytest.mark.parametrize(
    "name", [f"test__{each}_{table}.csv" for each in ("bench_", "cons") for table in ("add", "alt")]
)
def test_a_file_that_belongs_to_another_is_not_read_alone(name: str) -> None:
    with pytest.raises(Unread) as unread:
        read(f"ofac/{name}")
    assert [problem.code for problem in unread.value.problems] == ["no-main-file"]


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
