"""Our own CSV of facts: edition, code, name, aliases, rule, removed, confidence."""

import csv
import io
from collections.abc import Sequence
from datetime import date

from compliance.lists.published import COLUMNS, PublishedListing, Unexpected, read_rows
from compliance.lists.readers.reader import File, Reader, ReadList, one_file
from compliance.lists.readers.strict import Unread
from procurement.formats.problem import Problem

ASKED = ""
"""The file names no list: it is of the one that the operator asked for."""


def read(files: Sequence[File]) -> Sequence[ReadList]:
    file = one_file(files)
    text = file.text
    editions: dict[date, list[PublishedListing]] = {}
    try:
        for day, _, listing in read_rows(io.StringIO(text, newline=""), file.name):
            editions.setdefault(day, []).append(listing)
    except (Unexpected, ValueError, csv.Error) as error:
        fix = "Correct the file; nothing of it was kept."
        raise Unread(Problem("unexpected", file.name, str(error), fix)) from error
    return tuple(
        ReadList(ASKED, tuple(listings), edition=day, confidence="T")
        for day, listings in editions.items()
    )


def knows(start: bytes) -> bool:
    return start.lstrip(b"\xef\xbb\xbf").startswith(",".join(COLUMNS).encode())


READER = Reader("facts", "Cellgate's CSV of facts", knows, read)
