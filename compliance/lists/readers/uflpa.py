"""The UFLPA Entity List as a CSV: name, other names, sublist, day in effect, source.

A party on several sublists stands once; its sublists are kept as the rule beside it.
"""

from collections.abc import Sequence

from compliance.lists.readers.reader import File, Gathering, Reader, ReadList, one_file
from compliance.lists.readers.strict import Complaints, day_of, split_names, table

COLUMNS = ("name", "aliases", "sublist", "effective_date", "source_url")


def read(files: Sequence[File]) -> Sequence[ReadList]:
    file = one_file(files)
    found = Complaints()
    gathered = Gathering(found)
    for number, row in table(file.text, file.name, needs=COLUMNS):
        where = f"{file.name}, row {number}"
        day = day_of(row["effective_date"], f"{where}, column effective_date", found)
        sublists = ", ".join(split_names(row["sublist"]))
        gathered.add(
            where,
            row["name"],
            aliases=split_names(row["aliases"]),
            url=row["source_url"],
            true_from=day,
            rule=f"sublist {sublists}" if sublists else "",
        )
    found.settle()
    return (ReadList("UFLPA", gathered.listings(), confidence="S"),)


def knows(start: bytes) -> bool:
    return start.lstrip(b"\xef\xbb\xbf").startswith(b"name,aliases,sublist,effective_date")


READER = Reader("uflpa", "UFLPA Entity List (CSV)", knows, read)
