"""Our own CSV of facts: edition, code, name, aliases, rule, removed, confidence."""

import csv
import io
from collections.abc import Sequence
from datetime import date

from compliance.lists.published import COLUMNS, PublishedListing, Unexpected, read_rows
from compliance.lists.readers.reader import File, Reader, ReadList, one_file
from compliance.lists.readers.strict import Complaints, Unread, name_of
from procurement.formats.problem import Problem

ASKED = ""
"""The file names no list: it is of the one that the operator asked for."""


def read(files: Sequence[File]) -> Sequence[ReadList]:
    file = one_file(files)
    text = file.text
    found = Complaints()
    editions: dict[date, list[PublishedListing]] = {}
    try:
        rows = enumerate(read_rows(io.StringIO(text, newline=""), file.name), 2)
        for number, (day, removed, listing) in rows:
            where = f"{file.name}, row {number}"
            for name in (listing.name, *listing.aliases):
                name_of(name, where, found)
            if removed is not None:
                fix = "Give those who are still listed as an edition of the day of the notice."
                found.say("removal", where, f"{listing.code} leaves the list by a notice.", fix)
            editions.setdefault(day, []).append(listing)
    except (Unexpected, ValueError, csv.Error) as error:
        fix = "Correct the file; nothing of it was kept."
        raise Unread(Problem("unexpected", file.name, str(error), fix)) from error
    found.settle()
    return tuple(
        ReadList(ASKED, tuple(listings), edition=day, confidence="T")
        for day, listings in editions.items()
    )


def knows(start: bytes) -> bool:
    return start.lstrip(b"\xef\xbb\xbf").startswith(",".join(COLUMNS).encode())


READER = Reader("facts", "Cellgate's CSV of facts", knows, read)
