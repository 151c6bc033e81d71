"""What we ship of each list: whole where it says so, each row with its source and edition."""

import csv
import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from compliance.law.answers import Answer
from compliance.law.feoc import FeocIndex
from compliance.law.world import Identity, Party, PartyKind, Procurement, World
from compliance.lists import SOURCES, Source, editions, published

DATA = Path(__file__).parents[3] / "shared/data/lists"
KEYS = [source.key for source in SOURCES]


def names(key: str, on: date) -> set[str]:
    """Codes on the list that day: those of the last edition by then."""
    days = [each for each in published() if each.key == key and each.edition <= on]
    return {listing.code for listing in days[-1].listings} if days else set()


@pytest.mark.parametrize("source", SOURCES, ids=KEYS)
def test_every_edition_has_a_government_source_and_is_due_to_be_read_again(source: Source) -> None:
    for head in source.heads:
        assert re.match(r"https://[\w.-]+\.(gov|mil)/", head.url), head
        assert head.cite
    for edition in source.editions():
        assert edition.read_by is not None
        assert edition.read_by > edition.edition
        for listing in edition.listings:
            assert re.match(r"https://[\w.-]+\.(gov|mil)/", listing.url)
    assert source.says


@pytest.mark.parametrize("source", SOURCES, ids=KEYS)
def test_editions_come_oldest_first(source: Source) -> None:
    days = [each.edition for each in source.editions()]
    assert days == sorted(set(days))
    assert all(
        head.register_date is None or head.register_date >= head.edition for head in source.heads
    )


def test_section_154_is_whole_as_the_statute_spells_it() -> None:
    (edition,) = [each for each in published() if each.key == "154"]
    assert edition.covers == "all"
    assert [listing.name for listing in edition.listings] == [
        "Contemporary Amperex Technology Company, Limited",
        "BYD Company, Limited",
        "Envision Energy, Limited",
        "EVE Energy Company, Limited",
        "Gotion High tech Company, Limited",
        "Hithium Energy Storage Technology company, Limited",
    ]
    assert {listing.rule for listing in edition.listings} == {"any successor"}


@pytest.mark.parametrize(
    ("maker", "first"),
    [
        ("catl", date(2025, 1, 7)),
        ("byd", date(2026, 6, 8)),
        ("calb", date(2026, 6, 8)),
        ("eve", date(2026, 6, 8)),
        ("avic", date(2021, 6, 3)),
        ("dji", date(2022, 10, 5)),
    ],
)
def test_1260h_makers_are_listed_from_their_edition_on(maker: str, first: date) -> None:
    assert maker not in names("1260H", first - timedelta(1))
    assert maker in names("1260H", first)
    assert maker in names("1260H", date(2026, 11, 22))


@pytest.mark.parametrize("maker", ["gotion", "envision", "hithium"])
def test_1260h_does_not_name_every_section_154_maker(maker: str) -> None:
    assert maker not in names("1260H", date(2026, 11, 22))


@pytest.mark.parametrize("maker", ["cxmt", "ymtc"])
def test_the_removals_of_february_2026_hold_until_the_next_edition(maker: str) -> None:
    assert maker in names("1260H", date(2026, 1, 31))
    assert maker in names("1260H", date(2026, 2, 16))
    assert maker not in names("1260H", date(2026, 2, 17))
    assert maker not in names("1260H", date(2026, 3, 1))
    assert maker in names("1260H", date(2026, 6, 8))


def test_our_registers_are_flagged_as_our_own() -> None:
    for each in published():
        assert (each.confidence == "M") is (each.key in ("AG-ALLEGED", "DOE-DETERMINED"))


def test_the_law_reads_them_as_known_on_a_day() -> None:
    assert len(editions()) == len(published())
    early = editions(date(2025, 6, 1))
    assert max(each.edition for each in early) == date(2025, 1, 7)
    refs = [entry.ref for edition in editions() for entry in edition.entries]
    assert len(refs) == len(set(refs))


def test_a_world_of_shipped_lists_finds_gotion_on_section_154_and_not_on_1260h() -> None:
    gotion = Party("g", "Gotion", PartyKind.COMPANY, "CN", "CN", government_of="", screened=True)
    facts = World(
        Procurement("p"),
        parties=(gotion,),
        lists=editions(),
        identities=(Identity("i", "g", "154", "Gotion High tech Company, Limited", True),),
    )
    index = FeocIndex(facts)
    on = date(2026, 11, 22)
    assert index.listed("g", "154", on).answer is Answer.YES
    assert index.lists.named("g", "1260H", on, "battery").answer is Answer.NO
    assert index.lists.named("g", "1260H", on, "any").how == "out_of_scope"
    assert index.lists.named("g", "UFLPA", on, "battery").how == "out_of_scope"
    assert index.lists.named("g", "SDN", on, "battery").how == "no_edition"


@pytest.mark.skipif(not DATA.exists(), reason="the published files lie outside the repository")
@pytest.mark.parametrize("day", ["2025-01-07", "2026-06-08"])
def test_names_are_printed_as_in_the_published_edition(day: str) -> None:
    path = DATA / f"derived/1260H_rows_starting_{day}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        printed = {row["Clean Name"]: row["End date"] for row in csv.DictReader(file)}
    (ours,) = [e for e in published() if e.key == "1260H" and e.edition == date.fromisoformat(day)]
    assert {listing.name for listing in ours.listings} <= printed.keys()


@pytest.mark.skipif(not DATA.exists(), reason="the published files lie outside the repository")
@pytest.mark.parametrize("key", ["154", "889", "5949"])
def test_statutory_lists_have_the_names_of_the_statute(key: str) -> None:
    path = DATA / f"opensanctions/us__special_leg__section_{key}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        printed = {row["name"] for row in csv.DictReader(file)}
    (ours,) = [each for each in published() if each.key == key]
    assert {listing.name for listing in ours.listings} == printed
