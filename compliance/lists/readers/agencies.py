"""The lists as their agencies give them, each a table with its own columns.

BIS: Entity List and Military End User List (one row for each address and other name), Unverified
List, Denied Persons List. State: nonproliferation sanctions, debarred parties (ITAR).
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from compliance.lists.readers.csl import KEYS, unknown
from compliance.lists.readers.reader import File, Gathering, Reader, ReadList, one_file
from compliance.lists.readers.strict import (
    Complaints,
    Unread,
    day_of,
    split_names,
    table,
)

Row = dict[str, str]
_AKA = re.compile(r"\(a\.k\.a\.\s+([^)]*)\)", re.IGNORECASE)
_BIS = (
    "Entity Number", "SDN Type", "Programs", "Title", "Address", "City", "State/Province",
    "Postal Code", "Country", "Federal Register Notice", "Standard Order", "License Requirement",
    "License Policy", "Call Sign", "Vessel Type", "Gross Tonnage", "Gross Register Tonnage",
    "Vessel Flag", "Vessel Owner", "Remarks/Notes", "Address Number", "Address Remarks",
    "Alternate Number", "Alternate Type", "Alternate Remarks",
)  # fmt: skip
_DEBARRED = ("Notice", "Notice Date", "Corrected Notice", "Corrected Notice Date", "Date of Birth",
             "Date Of Birth", "Federal Register Notice")  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Shape:
    """One table. `name`, `starts`, `ends`: columns; `key` "": told by the column Source List."""

    key: str
    name: str
    needs: tuple[str, ...]
    knows: tuple[str, ...] = ()
    aliases: Callable[[Row], Sequence[str]] = lambda row: ()
    starts: str = ""
    ends: str = ""
    url: str = ""
    delimiter: str = ","
    may_end_after: str = ""


def _debarred(column: str) -> _Shape:
    return _Shape(
        "ITAR-DEBARRED",
        column,
        (column, "Notice Date"),
        _DEBARRED,
        lambda row: [part for told in _AKA.findall(row[column]) for part in split_names(told)],
        "Notice Date",
    )


SHAPES = {
    "Source List,Entity Number": _Shape(
        "",
        "Name",
        ("Source List", "Name", "Alternate Name", "Effective Date", "Date Lifted/Waived/Expired",
         "Web Link"),
        _BIS,
        lambda row: (row["Alternate Name"],),
        "Effective Date",
        "Date Lifted/Waived/Expired",
        "Web Link",
    ),
    "Source List,Programs,Name,Alternative Names": _Shape(
        "",
        "Name",
        ("Source List", "Name", "Alternative Names", "Effective Date", "Web Link"),
        ("Programs", "Country", "Federal Register Notice", "Remarks/Notes"),
        lambda row: split_names(row["Alternative Names"], ","),
        "Effective Date",
        "",
        "Web Link",
    ),
    "Name\tStreet_Address": _Shape(
        "DPL",
        "Name",
        ("Name", "Effective_Date", "Expiration_Date"),
        ("Street_Address", "City", "State", "Country", "Postal_Code", "Standard_Order",
         "Last_Update", "Action", "FR_Citation"),
        starts="Effective_Date",
        ends="Expiration_Date",
        delimiter="\t",
        may_end_after="Last_Update",
    ),
    "COUNTRY,NAME,ADDRESS": _Shape("UVL", "NAME", ("COUNTRY", "NAME", "ADDRESS")),
    "Party Name,": _debarred("Party Name"),
    "Debarred Party Full Name and Alias,": _debarred("Debarred Party Full Name and Alias"),
}  # fmt: skip


def read(files: Sequence[File]) -> Sequence[ReadList]:
    file = one_file(files)
    text = file.text
    shape = next(shape for start, shape in SHAPES.items() if text.startswith(start))
    found = Complaints()
    lists: dict[str, Gathering] = {}
    rows = table(
        text,
        file.name,
        needs=shape.needs,
        knows=shape.knows,
        delimiter=shape.delimiter,
        may_end_after=shape.may_end_after,
    )
    for number, row in rows:
        where = f"{file.name}, row {number}"
        key = shape.key or KEYS.get(row["Source List"], "")
        if not key:
            raise Unread(unknown(row["Source List"], where))
        starts = row[shape.starts] if shape.starts else ""
        ends = row[shape.ends] if shape.ends else ""
        lists.setdefault(key, Gathering(found)).add(
            where,
            _AKA.sub("", row[shape.name]).strip(),
            aliases=shape.aliases(row),
            url=row[shape.url] if shape.url else "",
            true_from=day_of(starts, f"{where}, column {shape.starts}", found),
            true_to=day_of(ends, f"{where}, column {shape.ends}", found),
        )
    found.settle()
    return tuple(ReadList(key, each.listings()) for key, each in lists.items())


def knows(start: bytes) -> bool:
    text = start.decode("utf-8-sig", "replace")
    return text.startswith(tuple(SHAPES))


READER = Reader("agencies", "BIS and State lists (CSV)", knows, read)
