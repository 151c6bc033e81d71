"""SAM.gov's public extract: read by the order of its fields, whole or not at all."""

from datetime import date

import pytest

from procurement.formats.ownership import Unread
from tests.formats.test_ownership import parties, problems, read


def extract(*rows: str, declared: int | None = None, kind: str = "PUBLIC V2") -> str:
    edge = f"{kind} 00000000 20260301 {len(rows) if declared is None else declared:07d} 0008190"
    return "\n".join([f"BOF {edge}", *rows, f"EOF {edge}", ""])


def entity(**more: str) -> str:
    """A record of the public extract; `more`: p and a number in its layout → value."""
    acme = {"p1": "ZQGGHJH74DW7", "p4": "1ABC2", "p6": "A", "p8": "20200115", "p10": "20260105",
            "p12": "Acme Corp", "p16": "1 Main St", "p18": "Austin", "p22": "USA"}  # fmt: skip
    told = acme | more
    fields = [told.get(f"p{place}", "") for place in range(1, 142)]
    return "|".join([*fields, "!end"])


def test_the_extract_of_sam_is_read_by_the_order_of_its_fields() -> None:
    rows = [
        entity(p13="null", p30="USA"),
        entity(p3="0001", p4="9XYZ9"),  # another bank account of the same entity
        entity(p1="KM99JJBNZ7M5", p4="", p12="Army Depot", p28="2A", p10=""),
        entity(p1="KM99JJBNZ7M6", p12="Over\ntwo lines", p6="1"),
    ]
    said = read(extract(*rows))
    assert problems(said) == []
    acme, account, depot, two = parties(said)
    assert (acme.name, acme.business, acme.incorporated) == ("Acme Corp", "USA", "USA")
    assert (acme.address, acme.aliases) == ("1 Main St, Austin, USA", ())
    assert acme.identifiers == (("UEI", "ZQGGHJH74DW7"), ("CAGE", "1ABC2"))
    assert (acme.stated, depot.stated) == (date(2026, 1, 5), date(2020, 1, 15))
    assert account.identifiers == (("UEI", "ZQGGHJH74DW7"),)
    assert (depot.kind, depot.government_of) == ("government", "USA")
    assert (two.name, two.status) == ("Over two lines", "closed")


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (entity(p1=""), "statement-incomplete"),
        (entity(p12="null"), "statement-incomplete"),
        (entity(p6="Q"), "unknown-kind"),
        (entity(p10="05/01/2026"), "not-a-date"),
        (entity().replace("|", "", 1), "ragged-row"),
    ],
)
def test_a_record_of_sam_that_is_wrong_is_named_and_reading_goes_on(row: str, code: str) -> None:
    said = read(extract(row, entity()))
    assert problems(said) == [code]
    assert len(parties(said)) == 1


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (extract(entity())[:-90], "truncated"),
        (extract(entity()).partition("EOF")[0], "truncated"),
        (extract(entity(), declared=2), "truncated"),
        (extract(entity(), entity(), declared=1), "truncated"),
        (extract(entity(p12="A" * 70_000)), "truncated"),
        (extract(entity(), kind="SENSITIVE V3"), "unknown-format"),
        (extract(entity(p12="Café")).encode("cp1252"), "encoding"),
        ("# x\n@prefix lei: <https://example.org> .\n", "format-not-read"),
        ("CompanyName, CompanyNumber,RegAddress.CareOf\n", "format-not-read"),
    ],
)
def test_an_extract_that_is_not_whole_or_not_that_one_is_refused(
    text: str | bytes, code: str
) -> None:
    with pytest.raises(Unread) as unread:
        read(text)
    assert unread.value.problem.code == code
