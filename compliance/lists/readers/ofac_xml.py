"""OFAC's own XML: sdn.xml and consolidated.xml. They give their day and how many entries."""

from collections.abc import Sequence
from typing import Any

from defusedxml import ElementTree, common

from compliance.lists.readers.csl import beside_sdn, ofac_keys
from compliance.lists.readers.reader import File, Gathering, Reader, ReadList, one_file
from compliance.lists.readers.strict import Complaints, Unread, day_of, numbers_in
from procurement.formats.problem import Problem

KNOWS = frozenset({
    "uid", "firstName", "lastName", "title", "sdnType", "remarks", "programList", "idList",
    "akaList", "addressList", "nationalityList", "citizenshipList", "dateOfBirthList",
    "placeOfBirthList", "vesselInfo", "nspType",
})  # fmt: skip


def read(files: Sequence[File]) -> Sequence[ReadList]:
    file = one_file(files)
    root = _parsed(file)
    found = Complaints()
    entries = [each for each in root if _plain(each) == "sdnEntry"]
    day = day_of(_text(root, "publshInformation/Publish_Date"), file.name, found)
    if day is None:
        found.say("date-missing", file.name, "The file does not say of which day it is.")
    count = _text(root, "publshInformation/Record_Count")
    beside = beside_sdn("; ".join(_programs(entry)) for entry in entries)
    lists: dict[str, Gathering] = {}
    for number, entry in enumerate(entries, 1):
        where = f"{file.name}, entry {number}"
        for name in sorted({_plain(each) for each in entry} - KNOWS):
            found.say("unknown-column", where, f"Nobody has told what <{name}> means.")
        programs = "; ".join(_programs(entry))
        ids = "; ".join(
            f"{_text(each, 'idType')} {_text(each, 'idNumber')}" for each in _all(entry, "idList")
        )
        for key in ofac_keys(programs, beside=beside):
            lists.setdefault(key, Gathering(found)).add(
                where,
                _name(entry),
                code=_text(entry, "uid"),
                aliases=[_name(aka) for aka in _all(entry, "akaList")],
                identifiers=numbers_in(f"{ids}; {_text(entry, 'remarks')}"),
            )
    found.settle()
    missing = ""
    if count.isdigit() and int(count) != len(entries):
        missing = f"It says that it has {int(count):,} entries; there are {len(entries):,}."
    return tuple(
        ReadList(key, each.listings(), edition=day, missing=missing) for key, each in lists.items()
    )


def _parsed(file: File) -> Any:
    try:
        return ElementTree.fromstring(file.content, forbid_dtd=True)
    except (ElementTree.ParseError, LookupError, ValueError) as error:
        code, fix = "truncated", "It was probably not downloaded whole: download it again."
        if isinstance(error, common.DefusedXmlException):
            code, fix = "unsafe-xml", "Download the publisher's own file."
        what = f"It is no XML that can be read: {error}."
        raise Unread(Problem(code, file.name, what, fix)) from error


def _plain(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]


def _child(element: Any, name: str) -> Any:
    return next((each for each in element if _plain(each) == name), None)


def _all(element: Any, name: str) -> list[Any]:
    inside = _child(element, name)
    return [] if inside is None else list(inside)


def _text(element: Any, path: str) -> str:
    for name in path.split("/"):
        element = None if element is None else _child(element, name)
    return "" if element is None else (element.text or "").strip()


def _name(element: Any) -> str:
    """As OFAC's CSV writes it: "LAST, First"."""
    return ", ".join(filter(None, (_text(element, "lastName"), _text(element, "firstName"))))


def _programs(entry: Any) -> list[str]:
    return [(each.text or "").strip() for each in _all(entry, "programList")]


def knows(start: bytes) -> bool:
    return b"<sdnList" in start


READER = Reader("ofac-xml", "OFAC SDN and non-SDN (XML)", knows, read)
