"""UK Companies House: people with significant control, as its snapshots and API give them (JSON),
and the companies' own basic data.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any, BinaryIO

from procurement.formats.ownership.statements import (
    HUNDRED,
    LinkSaid,
    OwnershipFormat,
    PartySaid,
    Said,
    Status,
    day,
)
from procurement.formats.ownership.streams import json_objects
from procurement.formats.problem import Problem

SCHEME = "GB-COH"
PERSONS = frozenset({"individual-person-with-significant-control", "individual-beneficial-owner"})
COMPANIES = frozenset({
    "corporate-entity-person-with-significant-control", "corporate-entity-beneficial-owner",
    "legal-person-person-with-significant-control", "legal-person-beneficial-owner",
})  # fmt: skip
SILENT = frozenset({
    "super-secure-person-with-significant-control", "super-secure-beneficial-owner",
    "persons-with-significant-control-statement", "exemptions",
})  # fmt: skip
TOTALS = "totals#persons-of-significant-control-snapshot"
_SHARE = re.compile(
    r"(?P<what>ownership-of-shares|voting-rights)-"
    r"(?:more-than-(?P<over>\d+)-percent|(?P<low>\d+)-to-(?P<high>\d+)-percent)"
)
_METRIC = {"ownership-of-shares": "equity", "voting-rights": "votes"}


def read(stream: BinaryIO, name: str) -> Iterator[Said | Problem]:
    for number, row in enumerate(json_objects(stream, name), 1):
        where = f"{name}, record {number}"
        if "CompanyNumber" in row:
            yield _company(row, where)
            continue
        data = row.get("data")
        if not isinstance(data, dict) or not data.get("kind"):
            what = "It has no data, or does not say of which kind they are."
            yield Problem("statement-incomplete", where, what, "Get the file again.")
        elif data["kind"] == TOTALS:
            continue
        elif data["kind"] not in PERSONS | COMPANIES | SILENT:
            what = f"“{data['kind']}” is no kind of record that is known here."
            yield Problem("unknown-kind", where, what, "Have a developer add it to the reader.")
        elif not row.get("company_number"):
            what = "It does not say which company it is about."
            yield Problem("statement-incomplete", where, what, "Get the file again.")
        else:
            yield from _control(str(row["company_number"]), data, where, row.get("ContentDate"))


def _number(text: str) -> str:
    """Companies House writes eight characters, with noughts in front."""
    return text.strip().upper().zfill(8)


def _record(number: str) -> str:
    return f"{SCHEME} {number}"


def _bare(number: str, where: str) -> PartySaid:
    return PartySaid(
        where, _record(number), f"{number} (number only)", None, "new",
        f"Companies House {number}", kind="company", incorporated="GB",
        identifiers=((SCHEME, number),), bare=True,
    )  # fmt: skip


def _company(row: dict[str, Any], where: str) -> PartySaid:
    number = _number(str(row["CompanyNumber"]))
    names = [str(value) for key, value in row.items() if ".CompanyName" in key and value]
    address = [str(row.get(f"RegAddress.{each}") or "").strip() for each in
               ("AddressLine1", "AddressLine2", "PostTown", "PostCode")]  # fmt: skip
    return PartySaid(
        where=where,
        record=_record(number),
        statement=f"{number} {row.get('ContentDate') or ''}".strip(),
        stated=day(row.get("ContentDate")),
        status="new",
        name=str(row.get("CompanyName") or ""),
        aliases=tuple(dict.fromkeys(names)),
        kind="company",
        incorporated=str(row.get("CountryOfOrigin") or "GB"),
        address=", ".join(filter(None, address))[:500],
        identifiers=((SCHEME, number),),
    )


def _control(
    company: str, data: dict[str, Any], where: str, content: object
) -> Iterator[Said | Problem]:
    number, kind = _number(company), str(data["kind"])
    record = str((data.get("links") or {}).get("self") or data.get("etag") or "")
    if not record:
        what = "It has neither a link of its own nor an etag."
        yield Problem("statement-incomplete", where, what, "Get the file again.")
        return
    ident = str(data.get("etag") or record)
    ended = day(data.get("ceased_on"))
    stated = ended or day(data.get("notified_on")) or day(content)
    status: Status = "closed" if ended else "new"
    held = _record(number)
    yield _bare(number, where)
    start = day(data.get("notified_on"))
    if kind in SILENT:
        told = (
            data.get("statement")
            or data.get("description")
            or ", ".join(data.get("exemptions") or (kind,))
        )
        yield LinkSaid(where, record, ident, stated, status, "", held, str(told)[:500])
        return
    name = str(data.get("name") or "") or " ".join(
        str(part) for part in (data.get("name_elements") or {}).values()
    )
    details = data.get("identification") or {}
    person = kind in PERSONS
    registered = str(details.get("registration_number") or "")
    domestic = str(details.get("country_registered") or details.get("place_registered") or "")
    address = data.get("address") or {}
    yield PartySaid(
        where=where,
        record=record,
        statement=f"{ident} party",
        stated=stated,
        status="new",
        name=name,
        kind="person" if person else "company",
        incorporated="" if person else domestic,
        business="" if person else str(address.get("country") or ""),
        address=", ".join(str(each) for each in address.values() if each)[:500],
        identifiers=((SCHEME, _number(registered)),)
        if registered and "house" in str(details.get("place_registered") or "").casefold()
        else (),
    )
    for at, nature in enumerate(data.get("natures_of_control") or ["not-told"]):
        mark = "" if at == 0 else f"#{at}"
        link = LinkSaid(
            where, record + mark, ident + mark, stated, status, record, held, str(nature),
            true_from=start, true_to=ended,
        )  # fmt: skip
        yield _nature(link, str(nature))


def _nature(link: LinkSaid, nature: str) -> LinkSaid:
    """A band of shares or votes; the right to appoint the board; influence; or somewhat else."""
    if band := _SHARE.match(nature):
        low = Decimal(band["over"] or band["low"])
        high = HUNDRED if band["over"] else Decimal(band["high"])
        return replace(link, metric=_METRIC[band["what"]], low=low, high=high)
    if nature.startswith("right-to-appoint-and-remove"):
        return replace(link, kind="board_appointment", holds=True)
    holds = True if nature.startswith("significant-influence-or-control") else None
    return replace(link, kind="control_finding", holds=holds)


def knows(start: bytes) -> bool:
    return (
        b'"company_number"' in start
        or b"significant-control" in start
        or b'"CompanyNumber"' in start
        or b'"unknown-kind"' in start
    )


FORMAT = OwnershipFormat(
    "psc", "UK people with significant control (JSON)", knows, lambda _: SCHEME, read
)
