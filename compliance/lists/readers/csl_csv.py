"""The Consolidated Screening List as CSV, with the columns of 2019 and those of today (`_id`)."""

from collections.abc import Sequence

from compliance.lists.readers.csl import is_fto, key_of, unknown
from compliance.lists.readers.reader import File, Gathering, Reader, ReadList, one_file
from compliance.lists.readers.strict import (
    Complaints,
    Unread,
    day_of,
    numbers_in,
    split_names,
    table,
)

NEEDS = ("source", "entity_number", "type", "programs", "name", "start_date", "end_date",
         "remarks", "source_list_url", "alt_names", "ids")  # fmt: skip
KNOWS = (
    "_id", "title", "addresses", "federal_register_notice", "standard_order",
    "license_requirement", "license_policy", "call_sign", "vessel_type", "gross_tonnage",
    "gross_registered_tonnage", "vessel_flag", "vessel_owner", "citizenships", "dates_of_birth",
    "nationalities", "places_of_birth", "source_information_url",
)  # fmt: skip


def read(files: Sequence[File]) -> Sequence[ReadList]:
    file = one_file(files)
    found = Complaints()
    lists: dict[str, Gathering] = {}
    for number, row in table(file.text, file.name, needs=NEEDS, knows=KNOWS):
        where = f"{file.name}, row {number}"
        key = key_of(row["source"])
        if key is None:
            raise Unread(unknown(row["source"], where))
        for each in (key, "FTO") if key == "SDN" and is_fto(row["programs"]) else (key,):
            lists.setdefault(each, Gathering(found)).add(
                where,
                row["name"],
                code=row["entity_number"],
                aliases=split_names(row["alt_names"]),
                identifiers=numbers_in(f"{row['ids']}; {row['remarks']}"),
                url=row["source_list_url"],
                true_from=day_of(row["start_date"], f"{where}, column start_date", found),
                true_to=day_of(row["end_date"], f"{where}, column end_date", found),
            )
    found.settle()
    return tuple(ReadList(key, each.listings()) for key, each in lists.items())


def knows(start: bytes) -> bool:
    header = start.partition(b"\n")[0].decode("utf-8-sig", "replace")
    return "source_list_url" in header and "alt_names" in header


READER = Reader("csl-csv", "Consolidated Screening List (CSV)", knows, read)
