"""Ownership files are read as dated statements; what is wrong is named, and the reader goes on."""

import io
import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import pytest

from procurement.formats.ownership import (
    FORMATS,
    LinkSaid,
    PartySaid,
    Said,
    Unread,
    format_of,
)
from procurement.formats.ownership.streams import json_objects
from procurement.formats.problem import Problem


def read(text: str | bytes, name: str = "file") -> list[Said | Problem]:
    raw = text if isinstance(text, bytes) else text.encode()
    stream = io.BytesIO(raw)
    form, _ = format_of(stream, name)
    return list(form.read(stream, name))


def links(said: list[Said | Problem]) -> list[LinkSaid]:
    return [each for each in said if isinstance(each, LinkSaid)]


def parties(said: list[Said | Problem]) -> list[PartySaid]:
    return [each for each in said if isinstance(each, PartySaid)]


def problems(said: list[Said | Problem]) -> list[str]:
    return [each.code for each in said if isinstance(each, Problem)]


def bods(
    kind: str, record: str, details: Mapping[str, object], **more: object
) -> dict[str, object]:
    return {
        "statementId": f"{record}-1",
        "statementDate": "2024-01-02",
        "publicationDetails": {"bodsVersion": "0.4", "publisher": {"name": "Acme"}},
        "recordId": record,
        "recordStatus": "new",
        "recordType": kind,
        "recordDetails": details,
        **more,
    }


def relation(**interest: object) -> str:
    details = {"subject": "a", "interestedParty": "b", "interests": [interest]}
    return json.dumps([bods("relationship", "r", details)])


def test_formats_have_names_of_their_own() -> None:
    assert len({each.name for each in FORMATS}) == len(FORMATS)


@pytest.mark.parametrize(
    ("share", "low", "high"),
    [
        ({"exact": 24.99}, "24.99", "24.99"),
        ({"minimum": 25, "exclusiveMaximum": 50}, "25", "50"),
        ({"exclusiveMinimum": 75}, "75", "100"),
        ({}, "0", "100"),
        (None, "0", "100"),
    ],
)
def test_a_share_is_exact_or_between_bounds(share: object, low: str, high: str) -> None:
    (link,) = links(read(relation(type="shareholding", directOrIndirect="direct", share=share)))
    assert (link.metric, link.low, link.high) == ("equity", Decimal(low), Decimal(high))


@pytest.mark.parametrize(
    ("interest", "metric", "kind", "holds"),
    [
        ({"type": "votingRights", "share": {"exact": 5}}, "votes", None, True),
        ({"type": "appointmentOfBoard"}, None, "board_appointment", True),
        ({"type": "appointmentOfBoard", "share": {"exact": 25}}, "board", None, True),
        ({"type": "rightsGrantedByContract"}, None, "contract", None),
        ({"type": "controlViaCompanyRulesOrArticles"}, None, "golden_share", None),
        ({"type": "nominee"}, None, "control_finding", None),
        ({"type": "otherInfluenceOrControl"}, None, "control_finding", None),
        ({}, None, "control_finding", None),
        (
            {"type": "shareholding", "directOrIndirect": "indirect", "share": {"exact": 30}},
            None,
            "control_finding",
            None,
        ),
    ],
)
def test_control_other_than_shares_is_carried_as_such(
    interest: dict[str, object], metric: str | None, kind: str | None, holds: bool | None
) -> None:
    (link,) = links(read(relation(**interest)))
    assert (link.metric, link.kind, link.holds) == (metric, kind, holds)


def test_an_indirect_interest_that_follows_from_others_is_no_fact_of_its_own() -> None:
    details = {
        "subject": "a",
        "interestedParty": "b",
        "interests": [{"type": "shareholding", "directOrIndirect": "indirect"}],
        "componentRecords": ["c"],
    }
    (link,) = links(read(json.dumps([bods("relationship", "r", details)])))
    assert (link.metric, link.kind) == (None, None)


def test_who_is_not_specified_is_kept_as_said_and_holds_nothing() -> None:
    details = {"subject": "a", "interestedParty": {"reason": "subjectExemptFromDisclosure"}}
    (link,) = links(read(json.dumps([bods("relationship", "r", details)])))
    assert (link.holder, link.held, link.metric, link.kind) == ("", "a", None, None)
    assert "subjectExemptFromDisclosure" in link.said


def test_a_person_nobody_names_is_a_person_all_the_same() -> None:
    details = {
        "personType": "unknownPerson",
        "unspecifiedPersonDetails": {"reason": "interestedPartyHasNotProvidedInformation"},
    }
    (party,) = parties(read(json.dumps([bods("person", "p", details)])))
    assert party.kind == "person"
    assert "Unknown person" in party.name


def test_a_state_body_is_government_of_its_place() -> None:
    details = {"entityType": {"type": "stateBody"}, "name": "SASAC", "jurisdiction": {"code": "CN"}}
    (party,) = parties(read(json.dumps([bods("entity", "s", details)])))
    assert (party.kind, party.government_of) == ("government", "CN")


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        (bods("relationship", "r", {"subject": "a"}), "statement-incomplete"),
        (bods("relationship", "r", {}), "statement-incomplete"),
        (bods("planet", "r", {"name": "x"}), "unknown-kind"),
        (bods("entity", "", {"name": "x"}), "statement-incomplete"),
        (
            bods("entity", "r", {"name": "x"}, publicationDetails={"bodsVersion": "0.2"}),
            "bods-version",
        ),
    ],
)
def test_a_statement_that_says_too_little_is_a_problem(
    statement: dict[str, object], code: str
) -> None:
    assert problems(read(json.dumps([statement]))) == [code]


@pytest.mark.parametrize(
    ("interest", "code"),
    [
        ({"type": "shareholding", "share": {"exact": 101}}, "not-a-percent"),
        ({"type": "shareholding", "share": {"exact": "half"}}, "not-a-percent"),
        ({"type": "shareholding", "share": {"minimum": 60, "maximum": 50}}, "low-over-high"),
        ({"type": "telepathy"}, "unknown-kind"),
    ],
)
def test_an_impossible_interest_is_a_problem(interest: dict[str, object], code: str) -> None:
    assert problems(read(relation(**interest))) == [code]


LEI = "5493001KJTIIGC8Y1R12"
RR = """<rr:RelationshipData xmlns:rr="http://www.gleif.org/data/schema/rr/2016">
<rr:RelationshipRecords><rr:RelationshipRecord><rr:Relationship>
<rr:StartNode><rr:NodeID>A</rr:NodeID></rr:StartNode>
<rr:EndNode><rr:NodeID>B</rr:NodeID></rr:EndNode>
<rr:RelationshipType>{}</rr:RelationshipType>
<rr:RelationshipPeriods><rr:RelationshipPeriod><rr:StartDate>2012-01-01T00:00:00Z</rr:StartDate>
<rr:PeriodType>ACCOUNTING_PERIOD</rr:PeriodType></rr:RelationshipPeriod><rr:RelationshipPeriod>
<rr:StartDate>2013-11-29T00:00:00Z</rr:StartDate><rr:PeriodType>RELATIONSHIP_PERIOD</rr:PeriodType>
</rr:RelationshipPeriod></rr:RelationshipPeriods>
<rr:RelationshipStatus>ACTIVE</rr:RelationshipStatus></rr:Relationship>
</rr:RelationshipRecord></rr:RelationshipRecords></rr:RelationshipData>"""


def test_gleif_says_who_consolidates_whom_since_when() -> None:
    (link,) = links(read(RR.format("IS_DIRECTLY_CONSOLIDATED_BY")))
    assert (link.holder, link.held, link.kind) == ("B", "A", "consolidated_subsidiary")
    assert (link.holds, link.true_from) == (True, date(2013, 11, 29))


def test_a_fund_managed_by_somebody_is_not_consolidated_by_them() -> None:
    (link,) = links(read(RR.format("IS_FUND-MANAGED_BY")))
    assert (link.kind, link.holds) == ("control_finding", None)
    assert problems(read(RR.format("IS_FRIEND_OF"))) == ["unknown-kind"]


@pytest.mark.parametrize("wrap", ["{}", "[{}]", '{{"records": [{}]}}', "{}\n{}"])
def test_gleif_entities_come_in_any_wrapping(wrap: str) -> None:
    entity = {
        "LEI": {"$": LEI},
        "Entity": {
            "LegalName": {"@xml:lang": "en", "$": "Acme"},
            "OtherEntityNames": [{"type": "TRADING", "OtherEntityName": "Acme Trading"}],
            "HeadquartersAddress": {"City": {"$": "Graz"}, "Country": {"$": "AT"}},
            "LegalJurisdiction": {"$": "US-DE"},
        },
    }
    text = wrap.format(json.dumps(entity), json.dumps(entity))
    party = parties(read(text))[0]
    assert (party.name, party.aliases) == ("Acme", ("Acme Trading",))
    assert (party.incorporated, party.business, party.address) == ("US", "AT", "Graz, AT")
    assert party.identifiers == (("LEI", LEI),)


def test_truncated_or_unsafe_files_are_refused() -> None:
    whole = RR.format("IS_DIRECTLY_CONSOLIDATED_BY")
    for cut in (40, len(whole) // 2, len(whole) - 5):
        if b"gleif.org/data/schema" in whole[:cut].encode():
            with pytest.raises(Unread, match="not whole"):
                read(whole[:cut])
    with pytest.raises(Unread, match="XML entities"):
        read('<!DOCTYPE x [<!ENTITY a "b">]>' + whole)
    text = relation(type="shareholding")
    for cut in (len(text) - 1, len(text) - 30):
        with pytest.raises(Unread) as unread:
            read(text[:cut])
        assert unread.value.problem.code == "truncated"


def test_a_file_that_nobody_knows_or_that_is_empty_is_refused() -> None:
    for text, code in (("hello", "unknown-format"), ("  ", "empty-file")):
        with pytest.raises(Unread) as unread:
            read(text)
        assert unread.value.problem.code == code


PSC = {
    "company_number": "1234567",
    "data": {
        "etag": "e",
        "kind": "individual-person-with-significant-control",
        "name_elements": {"forename": "Joe", "surname": "Bloggs"},
        "notified_on": "2016-04-06",
        "natures_of_control": [
            "ownership-of-shares-25-to-50-percent",
            "voting-rights-75-to-100-percent-as-trust",
            "right-to-appoint-and-remove-directors",
            "significant-influence-or-control",
            "part-right-to-share-surplus-assets-25-to-50-percent",
        ],
        "links": {"self": "/company/1234567/psc/x"},
    },
}


def test_natures_of_control_are_bands_and_rights() -> None:
    said = read(json.dumps(PSC))
    told = [(each.metric or each.kind, each.low, each.high, each.holds) for each in links(said)]
    assert told == [
        ("equity", Decimal(25), Decimal(50), True),
        ("votes", Decimal(75), Decimal(100), True),
        ("board_appointment", Decimal(0), Decimal(100), True),
        ("control_finding", Decimal(0), Decimal(100), True),
        ("control_finding", Decimal(0), Decimal(100), None),
    ]
    assert [each.name for each in parties(said)] == ["Companies House 01234567", "Joe Bloggs"]


def test_a_control_that_ceased_is_closed_on_its_day() -> None:
    ceased = {**PSC, "data": {**PSC["data"], "ceased_on": "2016-10-11"}}  # type: ignore[dict-item]
    link = links(read(json.dumps([ceased])))[0]
    assert (link.status, link.true_to) == ("closed", date(2016, 10, 11))


def test_a_silent_record_makes_no_holder() -> None:
    silent = {
        "company_number": "1",
        "data": {"kind": "super-secure-person-with-significant-control", "etag": "e"},
    }
    (link,) = links(read(json.dumps(silent)))
    assert (link.holder, link.metric, link.kind) == ("", None, None)
    unknown = {"company_number": "1", "data": {"kind": "unknown-kind"}}
    assert problems(read(json.dumps(unknown))) == ["unknown-kind"]


def test_a_suppliers_table_takes_columns_by_name() -> None:
    text = (
        "what,held,holder,holder_kind,holder_government_of,percent,from\n"
        "equity,Acme,Fund,government,China,25.000,2024-01-31\n"
        "golden_share,Acme,Fund,government,China,,\n"
    )
    said = read(text)
    stake, control = links(said)
    assert (stake.metric, stake.low, stake.true_from) == ("equity", Decimal(25), date(2024, 1, 31))
    assert control.kind == "golden_share"
    assert parties(said)[0].government_of == "China"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("holder,held\nA,B\n", "missing-column"),
        ("holder,held,what,colour\nA,B,equity,red\n", "unknown-column"),
        ("holder,held,what,what\nA,B,equity,votes\n", "column-twice"),
        ("holder,held,what,percent\nA,B,equity,150\n", "not-a-percent"),
        ("holder,held,what,percent\nA,B,equity\n", "ragged-row"),
        ("holder,held,what\nA,B,love\n", "unknown-kind"),
        ("holder,held,what\n,B,equity\n", "name-missing"),
        ("holder,held,what,from\nA,B,equity,last year\n", "not-a-date"),
        ("holder,held,what,at_least,at_most\nA,B,equity,60,50\n", "low-over-high"),
        ("holder,held,what,holder_numbers\nA,B,equity,12345\n", "identifier-shape"),
        ('holder,held,what\n"A,B,equity\n', "truncated"),
        (b"holder,held,what\n\xff,B,equity\n", "encoding"),
    ],
)
def test_a_table_that_is_wrong_says_where(text: str | bytes, code: str) -> None:
    assert code in problems(read(text))


def test_sam_gives_parents_and_takes_the_text_null_for_nothing() -> None:
    entity = {
        "entityRegistration": {
            "ueiSAM": "ZQGGHJH74DW7",
            "cageCode": "null",
            "legalBusinessName": "Acme",
            "lastUpdateDate": "2026-05-01",
        },
        "coreData": {
            "physicalAddress": {"city": "Austin", "countryCode": "USA"},
            "entityHierarchyInformation": {
                "immediateParentEntity": {"ueiSAM": "KM99JJBNZ7M5", "legalBusinessName": "Top"},
                "ultimateParentEntity": {"ueiSAM": "null"},
            },
        },
    }
    said = read(json.dumps({"totalRecords": 1, "entityData": [entity]}))
    assert [each.name for each in parties(said)] == ["Acme", "Top"]
    assert parties(said)[0].identifiers == (("UEI", "ZQGGHJH74DW7"),)
    (link,) = links(said)
    assert (link.kind, link.said) == ("consolidated_subsidiary", "immediate parent")
    assert link.true_from is None


class Slow(io.BytesIO):
    """Gives a few bytes at a time, as a network does."""

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(min(7, size) if size and size > 0 else size)


@pytest.mark.parametrize(
    "text", ['[{"a": 1}, {"a": "é]}"}]', '{"a": 1}\n{"a": 2}\n', '{"records":[{"a": 1},{"a": 2}]}']
)
def test_objects_come_one_by_one_however_the_file_is_cut(text: str) -> None:
    assert len(list(json_objects(Slow(text.encode()), "f"))) == 2
    assert len(list(json_objects(io.BytesIO(text.encode()), "f"))) == 2
