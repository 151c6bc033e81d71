"""Names as others wrote and labelled them. Files that are not ours to ship: see ../shared."""

import csv
from pathlib import Path

import pytest

from compliance.screening.compare import CANDIDATE, score
from compliance.screening.index import NameIndex
from compliance.screening.names import readings
from compliance.screening.screen import Entry
from tests.source import ROOT

DATA = ROOT.parent / "shared" / "data"
PAIRS = DATA / "matching" / "company_pairs_127.csv"
ACROSS = DATA / "matching" / "cross_script_pairs.csv"
LISTED = DATA / "lists" / "derived" / "1260H_rows_starting_2026-06-08.csv"

NOT_BY_NAME = {
    ("Apple Inc", "AAPL"),  # ticker symbols
    ("Microsoft Corporation", "MSFT"),
    ("Meta Platforms Inc", "Facebook Inc"),  # a former name
    # Two or three letters: any maker's initials are somebody's, so we do not ask about them.
    ("International Business Machines", "IBM"),
    ("International Business Machines Corp.", "IBM Corporation"),
    ("BMW AG", "Bayerische Motoren Werke AG"),
    ("General Electric Company", "GE"),
    ("Procter & Gamble", "P&G"),
    ("British Petroleum", "BP plc"),
    ("British Petroleum", "BP"),
    ("Amazon Web Services", "AWS"),
    ("PricewaterhouseCoopers", "PwC"),
    ("Ernst & Young", "EY"),
}
"""Pairs labelled the same that no spelling connects."""

VOWELS = "the script writes no short vowels: its letters alone do not give the Latin spelling"
MANDARIN = "the characters are read in Mandarin, and the person is called as in Korean or Japanese"
HANGUL = "the Latin spelling of a Korean name is its bearer's choice, not the letters' sound"
NOT_BY_SOUND = {
    "Mohamed Ali": VOWELS,
    "Ahmed Hassan": VOWELS,
    "Abdullah": VOWELS,
    "Khaled Mahmoud": VOWELS,
    "Moshe": VOWELS,
    "David": VOWELS,
    "Yamada Taro": MANDARIN,
    "Tanaka Hanako": MANDARIN,
    "Kim Jong Un": HANGUL,  # twice: once in Chinese characters
    "Park Ji Sung": HANGUL,
    "Lee Min Ho": HANGUL,
}
"""People of the set across scripts whom no reading connects, and why. Such a party is found by a
register's number, or by an alias in the list's own spelling.
"""


def rows(file: Path) -> list[dict[str, str]]:
    if not file.exists():
        pytest.skip(f"{file.name} is not on this machine")
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def likeness(one: str, other: str) -> float:
    return max((score(a, b) for a in readings(one) for b in readings(other)), default=0.0)


def test_labelled_pairs_are_told_apart_and_each_miss_is_explained() -> None:
    wrong = [
        (row["Name_x"], row["Name_y"])
        for row in rows(PAIRS)
        if (likeness(row["Name_x"], row["Name_y"]) >= CANDIDATE) != (row["Targets"] == "1")
    ]
    assert set(wrong) <= NOT_BY_NAME


def test_names_across_scripts_meet_by_sound_and_each_miss_is_explained() -> None:
    if not ACROSS.exists():
        pytest.skip(f"{ACROSS.name} is not on this machine")
    with ACROSS.open(encoding="utf-8-sig", newline="") as lines:
        pairs = [row for row in csv.reader(lines) if row and not row[0].startswith("#")]
    missed = {there for here, there, *_ in pairs if likeness(here, there) < CANDIDATE}
    assert missed == set(NOT_BY_SOUND)
    assert len(pairs) - 12 == sum(likeness(row[0], row[1]) >= CANDIDATE for row in pairs)


def test_different_companies_of_the_labelled_set_raise_no_question() -> None:
    different = [row for row in rows(PAIRS) if row["Targets"] == "0"]
    assert different
    assert not [row for row in different if likeness(row["Name_x"], row["Name_y"]) >= CANDIDATE]


def test_four_of_five_aliases_that_the_list_prints_lead_to_their_company_by_its_name_alone() -> (
    None
):
    listed = rows(LISTED)
    index = NameIndex(
        Entry("1260H", str(number), (row["Clean Name"],)) for number, row in enumerate(listed)
    )
    found = []
    for number, row in enumerate(listed):
        for column in ("Name", "Alias", "Previous Name"):
            for alias in filter(None, map(str.strip, row[column].split(";"))):
                if alias != row["Clean Name"]:
                    first = index.candidates([alias])[:1]
                    found.append(bool(first) and first[0].entry.code == str(number))
    assert len(found) > 150
    assert sum(found) / len(found) >= 0.8
