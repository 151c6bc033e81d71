"""SAM.gov exclusions: the API's JSON (v4) and the public extract's CSV. Days are MM-DD-YYYY.

"null", as text, is nothing. An exclusion without an end is indefinite.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from compliance.lists.readers.reader import File, Gathering, Reader, ReadList, one_file
from compliance.lists.readers.strict import Complaints, Unread, day_of, table
from procurement.formats.problem import Problem

KEY = "SAM-EXCLUSIONS"
NEEDS = ("Classification", "Name", "Unique Entity ID", "CAGE", "Active Date", "Termination Date",
         "SAM Number")  # fmt: skip
KNOWS = (
    "Prefix", "First", "Middle", "Last", "Suffix", "Address 1", "Address 2", "Address 3",
    "Address 4", "City", "State / Province", "Country", "Zip Code", "Open Data Flag",
    "Exclusion Program", "Excluding Agency", "CT Code", "Exclusion Type", "Additional Comments",
    "Record Status", "Cross-Reference", "NPI", "Creation_Date",
)  # fmt: skip
NOTHING = frozenset({"", "null", "indefinite"})


def read(files: Sequence[File]) -> Sequence[ReadList]:
    file = one_file(files)
    found = Complaints()
    gathered = Gathering(found)
    rows = _json_rows(file) if _is_json(file.content) else _csv_rows(file)
    for where, row in rows:
        told = {key: "" if value.casefold() in NOTHING else value for key, value in row.items()}
        identifiers = {scheme: told[scheme] for scheme in ("UEI", "CAGE") if told[scheme]}
        gathered.add(
            where,
            told["name"],
            code=told["number"],
            identifiers=identifiers,
            true_from=day_of(told["from"], f"{where}, active date", found),
            true_to=day_of(told["to"], f"{where}, termination date", found),
        )
    found.settle()
    return (ReadList(KEY, gathered.listings()),)


def _csv_rows(file: File) -> Iterator[tuple[str, dict[str, str]]]:
    for number, row in table(file.text, file.name, needs=NEEDS, knows=KNOWS):
        person = " ".join(filter(None, (row.get(each, "") for each in ("First", "Middle", "Last"))))
        yield (
            f"{file.name}, row {number}",
            {
                "name": row["Name"] or person,
                "number": row["SAM Number"],
                "UEI": row["Unique Entity ID"],
                "CAGE": row["CAGE"],
                "from": row["Active Date"],
                "to": row["Termination Date"],
            },
        )


def _json_rows(file: File) -> Iterator[tuple[str, dict[str, str]]]:
    try:
        told = json.loads(file.text)
    except (json.JSONDecodeError, RecursionError) as error:
        fix = "It was probably not downloaded whole: download it again."
        raise Unread(Problem("truncated", file.name, f"It is no JSON: {error}.", fix)) from error
    rows = told.get("excludedEntity") if isinstance(told, dict) else told
    if not isinstance(rows, list) or not rows:
        what = "There is no list of excluded entities in it."
        raise Unread(Problem("no-rows", file.name, what, "Give the extract or the API's answer."))
    total = told.get("totalRecords") if isinstance(told, dict) else None
    if isinstance(total, int) and total > len(rows):
        what = f"It holds {len(rows):,} of {total:,} records: one page of an answer."
        fix = "Use the extract, or join the pages."
        raise Unread(Problem("one-page", file.name, what, fix))
    for number, row in enumerate(rows, 1):
        where = f"{file.name}, record {number}"
        who = _part(row, "exclusionIdentification")
        actions = _part(row, "exclusionActions").get("listOfActions")
        action = actions[0] if isinstance(actions, list) and actions else {}
        if not who or not isinstance(action, dict):
            what = "It has no exclusionIdentification, or its actions are no list."
            raise Unread(Problem("not-a-result", where, what, "Get the file again."))
        person = [_text(who, each) for each in ("firstName", "middleName", "lastName")]
        yield (
            where,
            {
                "name": _text(who, "entityName") or " ".join(filter(None, person)),
                "number": "",
                "UEI": _text(who, "ueiSAM"),
                "CAGE": _text(who, "cageCode"),
                "from": _text(action, "activateDate"),
                "to": _text(action, "terminationDate"),
            },
        )


def _part(value: Any, key: str) -> dict[str, Any]:
    found = value.get(key) if isinstance(value, dict) else None
    return found if isinstance(found, dict) else {}


def _text(value: dict[str, Any], key: str) -> str:
    text = str(value.get(key) or "").strip()
    return "" if text.casefold() == "null" else text


def _is_json(content: bytes) -> bool:
    return content.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] in (b"{", b"[")


def knows(start: bytes) -> bool:
    if _is_json(start):
        return b'"excludedEntity"' in start or b'"exclusionIdentification"' in start
    header = start.partition(b"\n")[0]
    return b"SAM Number" in header and b"Unique Entity ID" in header


READER = Reader("sam-exclusions", "SAM.gov exclusions (CSV, JSON)", knows, read)
