"""Readers of published files, on small files of our own: strict, and nothing half understood."""

import json
from datetime import date

import pytest

from compliance.lists.readers import READERS, File, Unread, read_lists, reader_of
from compliance.lists.readers.strict import Complaints, code_of, name_of, reach_of

CSL = (
    "source,entity_number,type,programs,name,start_date,end_date,remarks,source_list_url,"
    "alt_names,ids\n"
)
EL = "Entity List (EL) - Bureau of Industry and Security"
SDN = "Specially Designated Nationals (SDN) - Treasury Department"
OFAC_ROW = '{},"{}",-0- ,"{}",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,"{}"\r\n'
MILCORPS = "Name,Clean Name,Alias,Previous Name,Parent Name,Note,Start date,End date,Source Url\n"


def codes(content: str | bytes) -> list[str]:
    """Of the problems for which a file is refused."""
    raw = content if isinstance(content, bytes) else content.encode()
    with pytest.raises(Unread) as unread:
        read_lists([File("list.csv", raw)])
    return [problem.code for problem in unread.value.problems]


def ofac(*rows: tuple[int, str, str, str]) -> File:
    return File("sdn.csv", ("".join(OFAC_ROW.format(*row) for row in rows) + "\x1a").encode())


def test_each_reader_has_a_name_of_its_own() -> None:
    assert len({reader.name for reader in READERS}) == len(READERS)


def test_what_nobody_knows_is_refused_with_what_is_known() -> None:
    assert codes("colour,shape\nred,round\n") == ["unknown-format"]
    assert codes("") == ["empty-file"]
    with pytest.raises(Unread) as unread:
        read_lists([])
    assert unread.value.problems[0].code == "required"


def test_columns_are_taken_by_name_in_any_order() -> None:
    swapped = (
        "name,source,entity_number,type,programs,start_date,end_date,remarks,source_list_url,"
        f"alt_names,ids\nAcme Co.,{EL},,,,2020-01-02,,,https://www.bis.gov,A; B,\n"
    )
    (read,) = read_lists([File("csl.csv", swapped.encode())])[1]
    (listing,) = read.listings
    assert (read.key, listing.name, listing.aliases) == ("BIS-EL", "Acme Co.", ("A", "B"))
    assert listing.true_from == date(2020, 1, 2)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (CSL.replace("name,", "", 1) + "x\n", "missing-column"),
        (CSL.replace("ids", "ids,colour") + "x\n", "unknown-column"),
        (CSL.replace("ids", "ids,ids") + "x\n", "column-twice"),
        (CSL + f"{EL},,,,Acme,2020-01-02\n", "ragged-row"),
        (CSL + f"{EL},,,,Acme,yesterday,,,,,\n", "not-a-date"),
        (CSL + f"{EL},,,,Acme,2020-02-30,,,,,\n", "not-a-date"),
        (CSL + f"{EL},,,,Acme,2020-02-02,2020-02-01,,,,\n", "ends-before-it-begins"),
        (CSL + f"{EL},,,,,2020-02-02,,,,,\n", "name-missing"),
        (CSL + f"{EL},,,,{'A' * 10_000},,,,,,\n", "name-too-long"),
        (CSL + f"{EL},,,,Ac\u202eme,,,,,,\n", "hidden-characters"),
        (CSL + f"{EL},,,,Ac\u200bme,,,,,,\n", "hidden-characters"),
        (CSL + f"{EL},,,,\u0410cme,,,,,,\n", "mixed-scripts"),
        (CSL + f"{EL},,,,Acme,,,,,Alias \u2066x,\n", "hidden-characters"),
        (CSL + f'{EL},,,,"Acme,,,,,,\n', "truncated"),
        (CSL + "Some new list (SNL) - Office,,,,Acme,,,,,,\n", "unknown-list"),
        (CSL + f"{SDN},7,,,Acme,,,,,,\n{SDN},7,,,Other,,,,,,\n", "two-of-one-number"),
    ],
)
def test_what_is_not_understood_is_refused_by_name(text: str, code: str) -> None:
    assert codes(text) == [code]


def test_words_that_reach_further_are_a_rule_and_nothing_is_lost() -> None:
    name = "Acme Company; and any successor, sub-unit, or subsidiary thereof"
    assert reach_of(name) == (
        "Acme Company",
        "and any successor, sub-unit, or subsidiary thereof",
    )
    assert reach_of("Acme Ltd. (including all subsidiaries)")[1] == "including all subsidiaries"
    assert reach_of("Successor to Acme Ltd.") == ("Acme Ltd.", "Successor to")
    assert reach_of("Any Successful Battery Co.") == ("Any Successful Battery Co.", "")
    assert reach_of("Affiliated Computer Services") == ("Affiliated Computer Services", "")


def test_punctuation_of_windows_is_read_as_browsers_read_it() -> None:
    found = Complaints()
    assert name_of("Acme\x92s  Works", "row 1", found) == "Acme’s Works"
    assert not found.problems


def test_an_entry_without_a_number_is_known_by_its_letters() -> None:
    assert code_of("No. 58 Institute (Xi’an)") == "no-58-institute-xi-an"
    assert code_of("宁德时代") == "宁德时代"
    long = code_of("a b " * 100)
    assert len(long) <= 60
    assert long != code_of("a b " * 99 + "c")


def test_rows_of_one_name_become_one_listing_from_the_first_day_on() -> None:
    text = CSL + f"{EL},,,,Acme,2020-01-02,,,,A,\n{EL},,,,Acme,2019-01-02,,,,B,\n"
    (read,) = read_lists([File("csl.csv", text.encode())])[1]
    (listing,) = read.listings
    assert listing.aliases == ("A", "B")
    assert listing.true_from == date(2019, 1, 2)


def test_ofac_says_empty_with_a_dash_and_ends_with_a_byte() -> None:
    rows = (36, "ACME", "CUBA", "Unified Social Credit Code (USCC) 91222401MA0Y31E659 (China).")
    (sdn,) = read_lists([ofac(rows)])[1]
    (listing,) = sdn.listings
    assert (listing.code, listing.name) == ("36", "ACME")
    assert listing.identifiers == {"USCC": "91222401MA0Y31E659"}
    assert codes(ofac(rows).content[:-1]) == ["truncated"]
    assert codes(ofac(rows).content[:-20]) == ["truncated"]


def test_terrorist_organisations_are_split_out_of_sdn() -> None:
    lists = read_lists([ofac((1, "ACME", "CUBA", ""), (2, "ARMY", "FTO] [SDGT", ""))])[1]
    assert {each.key: [one.name for one in each.listings] for each in lists} == {
        "SDN": ["ACME", "ARMY"],
        "FTO": ["ARMY"],
    }


def test_other_names_of_another_days_list_are_refused() -> None:
    main, other = ofac((1, "ACME", "CUBA", "")), File("alt.csv", b'2,9,"aka","B",-0- \r\n\x1a')
    with pytest.raises(Unread) as unread:
        read_lists([main, other])
    assert unread.value.problems[0].code == "refers-to-nothing"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"<!DOCTYPE x [<!ENTITY a 'b'>]><sdnList>&a;</sdnList>", "unsafe-xml"),
        (b"<sdnList><sdnEntry>", "truncated"),
        (b"<sdnList><sdnEntry><uid>1</uid></sdnEntry></sdnList>", "date-missing"),
    ],
)
def test_xml_that_is_cut_short_or_unsafe_is_refused(body: bytes, code: str) -> None:
    assert codes(body)[0] == code


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b'{"source": 1, "results": [', "truncated"),
        (b'{"total": 9, "results": [{"name": "A", "source": "(EL)"}]}', "one-page"),
        (b'[{"name": "A", "source": "x (EL)", "colour": 1}]', "unknown-column"),
        (b'[{"source": "x (EL)"}]', "missing-column"),
        (b'[{"name": 7, "source": "x (EL)"}]', "not-text"),
    ],
)
def test_an_answer_of_the_api_is_read_strictly(body: bytes, code: str) -> None:
    assert code in codes(body)


def test_an_edition_of_1260h_restates_the_list_or_adds_to_it() -> None:
    text = (
        f"{MILCORPS}A Co.*,A Co.,A,,,,2021-06-03,,\nB Co.,B Co.,,,,,2021-06-03,2024-01-31,\n"
        "C Co.,C Co.,,,,,2022-10-05,,\nD Co.,D Co.,,,,,2025-01-07,2026-02-17,\n"
        "E Co.,E Co.,,,,,2025-01-07,,\n"
    )
    read = read_lists([File("m.csv", text.encode())])[1]
    named = {str(each.edition): [one.name for one in each.listings] for each in read}
    assert named == {
        "2021-06-03": ["A Co.", "B Co."],
        "2022-10-05": ["A Co.", "B Co.", "C Co."],
        "2024-01-31": ["A Co.", "C Co."],
        "2025-01-07": ["D Co.", "E Co."],
        "2026-02-17": ["E Co."],
    }
    assert [str(each.edition) for each in read if each.notice] == ["2024-01-31", "2026-02-17"]
    assert codes(f"{MILCORPS}A,A,,,,,2021-06-03,,\nA,A,,,,,2021-06-03,,\n") == ["listed-twice"]
    assert codes(f"{MILCORPS}A,A,,,,,,,\n") == ["date-missing"]


def test_files_of_two_publishers_are_not_read_as_one() -> None:
    files = [ofac((1, "ACME", "CUBA", "")), File("csl.csv", CSL.encode())]
    with pytest.raises(Unread, match="No reader"):
        reader_of(files)


EXCLUDED = {
    "exclusionIdentification": {
        "ueiSAM": "ZQGGHJH74DW7",
        "cageCode": "null",
        "entityName": "Acme Corp",
        "firstName": "null",
    },
    "exclusionActions": {
        "listOfActions": [{"activateDate": "06-25-2015", "terminationDate": "null"}]
    },
}


def test_exclusions_have_their_month_first_and_null_for_nothing() -> None:
    body = json.dumps({"totalRecords": 1, "excludedEntity": [EXCLUDED]}).encode()
    (read,) = read_lists([File("exclusions.json", body)])[1]
    (listing,) = read.listings
    assert (read.key, listing.name) == ("SAM-EXCLUSIONS", "Acme Corp")
    assert listing.identifiers == {"UEI": "ZQGGHJH74DW7"}
    assert (listing.true_from, listing.true_to) == (date(2015, 6, 25), None)
    page = json.dumps({"totalRecords": 11, "excludedEntity": [EXCLUDED]})
    assert codes(page) == ["one-page"]
    day_first = json.dumps({"excludedEntity": [EXCLUDED]}).replace("06-25", "25-06")
    assert codes(day_first) == ["not-a-date"]


def test_the_extract_of_exclusions_is_read_by_its_columns() -> None:
    header = "Classification,Name,Unique Entity ID,CAGE,Active Date,Termination Date,SAM Number"
    text = f"{header},First,Last\nFirm,Acme,,7F0U0,01/02/2020,Indefinite,S4MR1,,\n"
    text += "Individual,,,,01/02/2020,01/02/2030,S4MR2,Joe,Bloggs\n"
    (read,) = read_lists([File("x.csv", text.encode())])[1]
    assert [(each.code, each.name) for each in read.listings] == [
        ("S4MR1", "Acme"),
        ("S4MR2", "Joe Bloggs"),
    ]
    assert read.listings[0].identifiers == {"CAGE": "7F0U0"}
    assert read.listings[1].true_to == date(2030, 1, 2)
