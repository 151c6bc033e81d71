"""Sec. 1260H as transcribed from the Department's releases, edition by edition, in one CSV.

A row stands for one party in one edition. The editions of 2021, 2025-01-07 and 2026-06-08 restate
the list whole; those of 2022-10-05 and 2024-01-31 add to what stood. A row's end date between two
editions is a notice that takes it off. So "rows without an end" is not the current list.
"""

from collections.abc import Sequence
from datetime import date

from compliance.lists.published import PublishedListing
from compliance.lists.readers.reader import File, Gathering, Reader, ReadList, one_file
from compliance.lists.readers.strict import Complaints, day_of, plain, table

KEY = "1260H"
COLUMNS = (
    "Name", "Clean Name", "Alias", "Previous Name", "Parent Name", "Note", "Start date", "End date",
    "Source Url",
)  # fmt: skip
ADDS = frozenset({date(2022, 10, 5), date(2024, 1, 31)})
"""Editions that add to the one before. Any other restates the list."""


def read(files: Sequence[File]) -> Sequence[ReadList]:
    file = one_file(files)
    found = Complaints()
    gathered: dict[date, Gathering] = {}
    ends: dict[date, set[tuple[date, str]]] = {}
    for number, row in table(file.text, file.name, needs=COLUMNS):
        where = f"{file.name}, row {number}"
        start = day_of(row["Start date"], f"{where}, column Start date", found)
        end = day_of(row["End date"], f"{where}, column End date", found)
        if start is None:
            if not row["Start date"]:
                found.say("date-missing", where, "The row names no edition (Start date).")
            continue
        if end is not None and end <= start:
            what = f"It ends on {end} and begins on {start}."
            found.say("ends-before-it-begins", where, what)
        name = row["Clean Name"] or row["Name"]
        here = gathered.setdefault(start, Gathering(found))
        before = len(here.listings())
        here.add(
            where,
            name,
            aliases=[row["Alias"], row["Previous Name"], *_printed(row)],
            url=row["Source Url"],
        )
        if len(here.listings()) == before and not found.problems:
            found.say("listed-twice", where, f"“{name}” is twice in the edition of {start}.")
            continue
        if end is not None and here.listings():
            ends.setdefault(end, set()).add((start, here.listings()[-1].code))
    found.settle()
    return tuple(_editions({day: each.listings() for day, each in gathered.items()}, ends))


def _printed(row: dict[str, str]) -> list[str]:
    """The name as the release prints it, where it is more than the name and its short form."""
    printed = row["Name"].rstrip(" *.")
    short = f"{row['Clean Name']} ({row['Alias']})".rstrip(".")
    return [] if printed in (short, row["Clean Name"].rstrip(".")) else [printed]


def _editions(
    rows: dict[date, tuple[PublishedListing, ...]], ends: dict[date, set[tuple[date, str]]]
) -> list[ReadList]:
    """Full lists, oldest first, for each day on which the list became another."""
    made: list[ReadList] = []
    standing: dict[str, tuple[date, PublishedListing]] = {}
    for day in sorted({*rows, *ends}):
        if day in rows and day not in ADDS:
            standing = {}
        for start, code in ends.get(day, ()):
            if code in standing and standing[code][0] == start:
                del standing[code]
        for listing in rows.get(day, ()):
            standing[listing.code] = (day, listing)
        made.append(
            ReadList(
                KEY,
                tuple(listing for _, listing in standing.values()),
                edition=day,
                notice=day not in rows,
                confidence="S",
            )
        )
    return made


def knows(start: bytes) -> bool:
    header = plain(start.partition(b"\n")[0].decode("utf-8-sig", "replace"))
    return "Clean Name" in header and "Start date" in header


READER = Reader("dod-1260h", "Sec. 1260H by edition (CSV)", knows, read)
