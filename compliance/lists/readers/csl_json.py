"""The Consolidated Screening List as its API gives it: results, alone or in an object."""

import json
from collections.abc import Sequence
from typing import Any

from compliance.lists.readers.csl import is_fto, key_of, unknown
from compliance.lists.readers.reader import File, Gathering, Reader, ReadList, one_file
from compliance.lists.readers.strict import Complaints, Unread, day_of, numbers_in
from procurement.formats.problem import Problem

NEEDS = frozenset({"name", "source"})
KNOWS = frozenset({
    "_id", "id", "addresses", "alt_names", "call_sign", "citizenships", "country", "dates_of_birth",
    "end_date", "entity_number", "federal_register_notice", "gross_registered_tonnage",
    "gross_tonnage", "ids", "license_policy", "license_requirement", "nationalities",
    "places_of_birth", "programs", "remarks", "source_information_url", "source_list_url",
    "standard_order", "start_date", "title", "type", "vessel_flag", "vessel_owner", "vessel_type",
    "score", "source_id",
})  # fmt: skip


def read(files: Sequence[File]) -> Sequence[ReadList]:
    file = one_file(files)
    found = Complaints()
    lists: dict[str, Gathering] = {}
    for number, told in enumerate(_results(file), 1):
        where = f"{file.name}, result {number}"
        row = _checked(told, where)
        key = key_of(row["source"])
        if key is None:
            raise Unread(unknown(row["source"], where))
        programs = "; ".join(_texts(row.get("programs")))
        for each in (key, "FTO") if key == "SDN" and is_fto(programs) else (key,):
            lists.setdefault(each, Gathering(found)).add(
                where,
                row["name"],
                code=row.get("entity_number") or "",
                aliases=_texts(row.get("alt_names")),
                identifiers=_numbers(row),
                url=row.get("source_list_url") or "",
                true_from=day_of(row.get("start_date") or "", f"{where}, start_date", found),
                true_to=day_of(row.get("end_date") or "", f"{where}, end_date", found),
            )
    found.settle()
    return tuple(ReadList(key, each.listings()) for key, each in lists.items())


def _results(file: File) -> list[Any]:
    try:
        told = json.loads(file.text)
    except (json.JSONDecodeError, RecursionError) as error:
        fix = "It was probably not downloaded whole: download it again."
        raise Unread(Problem("truncated", file.name, f"It is no JSON: {error}.", fix)) from error
    if isinstance(told, dict):
        results, total = told.get("results"), told.get("total")
        if isinstance(results, list) and isinstance(total, int) and total > len(results):
            what = f"It holds {len(results)} of {total} results: one page of an answer."
            fix = "Join the pages into one list of results, or import the CSV."
            raise Unread(Problem("one-page", file.name, what, fix))
        told = results
    if not isinstance(told, list) or not told:
        what = "There is no list of results in it."
        raise Unread(Problem("no-rows", file.name, what, "Give the API's own answer."))
    return told


def _checked(told: Any, where: str) -> dict[str, Any]:
    found = Complaints()
    row: dict[str, Any] = told if isinstance(told, dict) else {}
    if not row:
        found.say("not-a-result", where, "This is no result with fields.")
        found.settle()
    for name in sorted(NEEDS - row.keys()):
        found.say("missing-column", where, f"There is no field “{name}”.")
    for name in sorted(row.keys() - KNOWS - NEEDS):
        found.say("unknown-column", where, f"Nobody has told what field “{name}” means.")
    for name in ("name", "source"):
        if not isinstance(row.get(name), str):
            found.say("not-text", where, f"“{name}” is no text.")
    for name in ("entity_number", "start_date", "end_date", "source_list_url", "remarks"):
        if not isinstance(row.get(name), str | None):
            found.say("not-text", where, f"“{name}” is no text.")
    found.settle()
    return row


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    return [each for each in value or () if isinstance(each, str)]


def _numbers(row: dict[str, Any]) -> dict[str, str]:
    ids = [each for each in row.get("ids") or () if isinstance(each, dict)]
    told = "; ".join(f"{each.get('type')} {each.get('number')}" for each in ids)
    return numbers_in(f"{told}; {row.get('remarks') or ''}")


def knows(start: bytes) -> bool:
    head = start.lstrip(b"\xef\xbb\xbf \r\n\t")[:1]
    return head in (b"[", b"{") and b'"source"' in start


READER = Reader("csl-json", "Consolidated Screening List (API, JSON)", knows, read)
