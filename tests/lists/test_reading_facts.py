"""A CSV of facts is read strictly: whatever is not understood is refused by name."""

import re
from datetime import date
from pathlib import Path

import pytest

from compliance.lists.published import Head, Source, Unexpected

HEADER = "edition,code,name,aliases,rule,removed,confidence\n"
ROW = '2025-01-07,catl,"Contemporary Amperex Technology Co., Ltd.",CATL; NDSD,,,S\n'
HEAD = Head(date(2025, 1, 7), "https://www.defense.gov/list", "90 FR 1", "S")
NOTICE = Head(date(2026, 2, 17), "https://www.defense.gov/notice", "notice", "S", removes=True)


def source(
    folder: Path, text: str, *heads: Head, expects: range = range(5), header: str = HEADER
) -> Source:
    path = folder / "facts.csv"
    path.write_text(header + text, encoding="utf-8")
    return Source("1260H", "t", "s", path, heads or (HEAD,), expects, date(2027, 1, 1), "battery")


def test_a_row_becomes_a_listing(tmp_path: Path) -> None:
    (edition,) = source(tmp_path, ROW).editions()
    (listing,) = edition.listings
    assert listing.name == "Contemporary Amperex Technology Co., Ltd."
    assert list(listing.aliases) == ["CATL", "NDSD"]
    assert listing.url == HEAD.url
    assert (edition.covers, edition.confidence) == ("battery", "S")
    assert edition.as_law().entries[0].ref == "1260H/2025-01-07/catl"


def test_a_notice_takes_its_rows_off_the_edition_before(tmp_path: Path) -> None:
    gone = "2025-01-07,cxmt,CXMT,,,2026-02-17,S\n"
    first, after = source(tmp_path, ROW + gone, HEAD, NOTICE).editions()
    assert [listing.code for listing in first.listings] == ["catl", "cxmt"]
    assert [listing.code for listing in after.listings] == ["catl"]


def test_a_notice_before_any_edition_leaves_nobody(tmp_path: Path) -> None:
    (empty,) = source(tmp_path, "", NOTICE).editions()
    assert list(empty.listings) == []


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("2025-01-07,catl,,,,,S\n", "name is empty"),
        ("2025-01-07,, CATL,,,,S\n", "code is empty"),
        ("2025-01-07,catl, CATL,,,,S\n", "name is empty or has blanks"),
        ("2025-01-07,catl,CATL,,,,M\n", "confidence 'M'"),
        ("2025-01-07,catl,CATL,,,,\n", "confidence ''"),
        ("07/01/2025,catl,CATL,,,,S\n", "'07/01/2025' is no day"),
        ("2025-01-07,catl,CATL,,,soon,S\n", "'soon' is no day"),
        ("2024-01-31,catl,CATL,,,,S\n", "no edition 2024-01-31"),
        ("2025-01-07,catl,CATL,,,2026-02-17,S\n", "no edition 2026-02-17"),
        ("2025-01-07,catl,CATL,,,,S,more\n", "not as many cells"),
        ("2025-01-07,catl,CATL\n", "not as many cells"),
        (ROW + ROW, "two rows are known as catl"),
        ("".join(f"2025-01-07,c{k},C{k},,,,S\n" for k in range(5)), "5 rows, expected"),
    ],
)
def test_what_is_not_understood_is_refused(tmp_path: Path, row: str, says: str) -> None:
    with pytest.raises(Unexpected, match=re.escape(says)):
        source(tmp_path, row).editions()


@pytest.mark.parametrize("header", ["", "edition,name,code,aliases,rule,removed,confidence\n"])
def test_columns_that_are_not_ours_are_refused(tmp_path: Path, header: str) -> None:
    with pytest.raises(Unexpected, match="columns"):
        source(tmp_path, ROW, header=header).editions()
