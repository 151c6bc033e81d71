"""Lists that a statute names: sections 154, 889 and 5949, as transcribed in one CSV."""

import re
from collections.abc import Sequence

from compliance.lists.readers.reader import File, Gathering, Reader, ReadList, one_file
from compliance.lists.readers.strict import Complaints, day_of, split_names, table

COLUMNS = (
    "schema", "name", "aliases", "topics", "program", "authority", "reason", "report-date",
    "start-date", "end-date", "country", "notes", "source_url",
)  # fmt: skip
_SECTION = re.compile(r"\bSection (\d+)\b", re.IGNORECASE)
SECTIONS = frozenset({"154", "889", "5949"})


def read(files: Sequence[File]) -> Sequence[ReadList]:
    """The columns `start-date` and `end-date` speak of the prohibition, not of the list: a name
    that a statute gives is on it from enactment, until the statute is amended.
    """
    file = one_file(files)
    found = Complaints()
    lists: dict[str, Gathering] = {}
    for number, row in table(file.text, file.name, needs=COLUMNS):
        where = f"{file.name}, row {number}"
        section = _SECTION.search(row["program"])
        if section is None or section.group(1) not in SECTIONS:
            what = f"“{row['program']}” is no section that is known here."
            found.say("unknown-list", f"{where}, column program", what)
            continue
        day_of(row["report-date"], f"{where}, column report-date", found)
        lists.setdefault(section.group(1), Gathering(found)).add(
            where, row["name"], aliases=split_names(row["aliases"]), url=row["source_url"]
        )
    found.settle()
    return tuple(ReadList(key, each.listings(), confidence="S") for key, each in lists.items())


def knows(start: bytes) -> bool:
    return start.lstrip(b"\xef\xbb\xbf").startswith(b"schema,name,aliases,topics,program")


READER = Reader("statutes", "Sections 154, 889 and 5949 (CSV)", knows, read)
