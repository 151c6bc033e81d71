"""Beneficial Ownership Data Standard 0.4 (JSON): entities, persons, relationships."""

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
    percent,
)
from procurement.formats.ownership.streams import json_objects
from procurement.formats.problem import Problem

VERSION = "0.4"
SHARES = {"shareholding": "equity", "votingRights": "votes"}
BOARD = "appointmentOfBoard"  # of a share of its seats, or of the whole
KINDS: dict[str, tuple[str, bool | None]] = {
    BOARD: ("board_appointment", True),
    "rightsGrantedByContract": ("contract", None),
    "conditionalRightsGrantedByContract": ("contract", None),
    "controlViaCompanyRulesOrArticles": ("golden_share", None),
}
"""Interest → kind of control, and whether it is settled. Every other interest is a control that
somebody has to look into."""
OTHER = ("control_finding", None)
INTERESTS = frozenset({
    *SHARES, *KINDS, "otherInfluenceOrControl", "seniorManagingOfficial", "settlor", "trustee",
    "protector", "beneficiaryOfLegalArrangement", "rightsToSurplusAssetsOnDissolution",
    "rightsToProfitOrIncome", "controlByLegalFramework", "boardMember", "boardChair",
    "unknownInterest", "unpublishedInterest", "enjoymentAndUseOfAssets",
    "rightToProfitOrIncomeFromAssets", "nominee", "nominator",
})  # fmt: skip
SCHEMES = {"XI-LEI": "LEI", "US-UEI": "UEI", "US-CAGE": "CAGE", "CN-USCC": "USCC",
           "US-DUNS": "DUNS", "XI-DUNS": "DUNS"}  # fmt: skip
STATES = frozenset({"state", "stateBody"})


def read(stream: BinaryIO, name: str) -> Iterator[Said | Problem]:
    for number, statement in enumerate(json_objects(stream, name), 1):
        where = f"{name}, statement {number}"
        version = _dict(statement, "publicationDetails").get("bodsVersion")
        if "recordType" not in statement or (version and version != VERSION):
            what = f"It is BODS {version or 'older than 0.4'}; we read 0.4."
            yield Problem("bods-version", where, what, "Convert it to BODS 0.4.")
            return
        missing = [k for k in ("statementId", "recordId", "recordDetails") if not statement.get(k)]
        if missing:
            what = f"It has no {', '.join(missing)}."
            yield Problem("statement-incomplete", where, what, "Ask its publisher for a whole one.")
            continue
        match statement["recordType"]:
            case "entity" | "person" as kind:
                yield _party(statement, where, kind)
            case "relationship":
                yield from _links(statement, where)
            case other:
                what = f"“{other}” is no kind of record."
                yield Problem("unknown-kind", where, what, "Give entity, person or relationship.")


def _dict(value: Any, key: str) -> dict[str, Any]:
    found = value.get(key)
    return found if isinstance(found, dict) else {}


def _dicts(value: Any, key: str) -> list[dict[str, Any]]:
    return [each for each in value.get(key) or () if isinstance(each, dict)]


def _status(statement: dict[str, Any]) -> Status:
    told = statement.get("recordStatus")
    return "closed" if told == "closed" else "updated" if told == "updated" else "new"


def _country(value: dict[str, Any]) -> str:
    return str(value.get("code") or value.get("name") or "").partition("-")[0]


def _party(statement: dict[str, Any], where: str, kind: str) -> Said | Problem:
    details = statement["recordDetails"]
    names = [str(each.get("fullName") or "") for each in _dicts(details, "names")]
    addresses = _dicts(details, "addresses")
    first = addresses[0] if addresses else {}
    state = kind == "entity" and _dict(details, "entityType").get("type") in STATES
    place = _country(_dict(details, "jurisdiction") or _dict(details, "incorporatedInJurisdiction"))
    told = str(details.get("name") or (names[0] if names else ""))
    unknown = _dict(details, "unspecifiedPersonDetails") or _dict(
        details, "unspecifiedEntityDetails"
    )
    if not told:
        why = unknown.get("description") or unknown.get("reason") or details.get("personType")
        told = f"Unknown {kind}: {why or 'not named'} ({statement['recordId']})"[:300]
    others = [*names[1:], *map(str, details.get("alternateNames") or ())]
    return PartySaid(
        where=where,
        record=str(statement["recordId"]),
        statement=str(statement["statementId"]),
        stated=day(statement.get("statementDate")),
        status=_status(statement),
        name=told,
        aliases=tuple(dict.fromkeys(each for each in others if each and each != told)),
        kind="person" if kind == "person" else "government" if state else "company",
        incorporated="" if kind == "person" else place,
        government_of=place if state else "",
        address=", ".join(str(first[k]) for k in ("address", "postCode") if first.get(k))[:500],
        identifiers=tuple(
            (SCHEMES.get(str(each["scheme"]), str(each["scheme"])), str(each["id"]))
            for each in _dicts(details, "identifiers")
            if each.get("scheme") and each.get("id")
        ),
    )


def _links(statement: dict[str, Any], where: str) -> Iterator[Said | Problem]:
    details = statement["recordDetails"]
    held, holder = details.get("subject"), details.get("interestedParty")
    stated, status = day(statement.get("statementDate")), _status(statement)
    record, ident = str(statement["recordId"]), str(statement["statementId"])
    if isinstance(held, dict) or isinstance(holder, dict):
        gap = held if isinstance(held, dict) else holder if isinstance(holder, dict) else {}
        said = f"Not specified: {gap.get('reason') or 'no reason given'}"
        known = "" if isinstance(held, dict) else str(held or "")
        yield LinkSaid(where, record, ident, stated, status, "", known, said[:500])
        return
    if not held or not holder:
        what = "It does not say who holds what: subject or interestedParty is missing."
        yield Problem("statement-incomplete", where, what, "Ask its publisher for a whole one.")
        return
    interests = _dicts(details, "interests") or [{}]
    components = bool(details.get("componentRecords"))
    for number, interest in enumerate(interests):
        kind = str(interest.get("type") or "unknownInterest")
        if kind not in INTERESTS:
            what = f"“{kind}” is no kind of interest in BODS {VERSION}."
            yield Problem("unknown-kind", where, what, "Use the codes of the standard.")
            continue
        share = _share(_dict(interest, "share"), where)
        if isinstance(share, Problem):
            yield share
            continue
        way = str(interest.get("directOrIndirect") or "unknown")
        said = f"{kind}, {way}" + (f", {share[0]:f} to {share[1]:f} %" if share else "")
        link = LinkSaid(
            where,
            record if number == 0 else f"{record}#{number}",
            ident if number == 0 else f"{ident}#{number}",
            stated,
            status,
            str(holder),
            str(held),
            said,
            true_from=day(interest.get("startDate")),
            true_to=day(interest.get("endDate")),
        )
        if way == "indirect" and components:
            yield link  # it follows from the component records
        elif kind in SHARES and way != "indirect":
            low, high = share or (Decimal(0), HUNDRED)
            yield replace(link, metric=SHARES[kind], low=low, high=high)
        elif kind == BOARD and share and way != "indirect":
            yield replace(link, metric="board", low=share[0], high=share[1])
        else:
            control, holds = KINDS.get(kind, OTHER)
            yield replace(link, kind=control, holds=None if way == "indirect" else holds)


def _share(share: dict[str, Any], where: str) -> tuple[Decimal, Decimal] | Problem | None:
    """At least and at most, percent; None where nothing is told."""
    if not share:
        return None
    bounds: list[Decimal] = []
    for names, otherwise in (
        (("exact", "minimum", "exclusiveMinimum"), Decimal(0)),
        (("exact", "maximum", "exclusiveMaximum"), HUNDRED),
    ):
        told = next((share[each] for each in names if share.get(each) is not None), None)
        bound = otherwise if told is None else percent(told, where)
        if isinstance(bound, Problem):
            return bound
        bounds.append(bound)
    if bounds[0] > bounds[1]:
        what = f"At least {bounds[0]} % and at most {bounds[1]} % cannot both be."
        return Problem("low-over-high", where, what, "Ask its publisher for a corrected one.")
    return bounds[0], bounds[1]


def register(start: bytes) -> str:
    """Record ids are a publisher's own: the one who publishes the file's first statement."""
    text = start.decode("utf-8-sig", "ignore")
    told = re.search(r'"publisher"\s*:\s*\{[^{}]*"name"\s*:\s*"([^"]*)"', text)
    return f"BODS {told[1] if told else ''}".strip()[:80]


def knows(start: bytes) -> bool:
    return b'"statementId"' in start or b'"statementID"' in start


FORMAT = OwnershipFormat("bods", "BODS 0.4 (JSON)", knows, register, read)
