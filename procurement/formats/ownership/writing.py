"""BODS 0.4 out: one statement for each party and for each stake or control."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from procurement.formats.ownership.bods import VERSION

SCHEMES = {
    "LEI": "XI-LEI",
    "UEI": "US-UEI",
    "CAGE": "US-CAGE",
    "USCC": "CN-USCC",
    "DUNS": "US-DUNS",
}
INTERESTS = {"equity": "shareholding", "votes": "votingRights", "board": "appointmentOfBoard"}
CONTROLS = {
    "golden_share": "controlViaCompanyRulesOrArticles",
    "veto": "controlViaCompanyRulesOrArticles",
    "board_appointment": "appointmentOfBoard",
    "contract": "rightsGrantedByContract",
}
"""Kind of control → interest; every other is other influence, its kind told in `details`."""


def statement(
    kind: str, record: str, stated: date, published: date, details: dict[str, Any]
) -> dict[str, Any]:
    """kind: "entity", "person" or "relationship"."""
    return {
        "statementId": f"{record}-{stated.isoformat()}",
        "statementDate": stated.isoformat(),
        "publicationDetails": {
            "publicationDate": published.isoformat(),
            "bodsVersion": VERSION,
            "publisher": {"name": "Cellgate"},
        },
        "recordId": record,
        "recordStatus": "new",
        "recordType": kind,
        "recordDetails": {"isComponent": False, **details},
    }


def party_details(
    name: str,
    kind: str | None,
    country: str | None,
    aliases: Iterable[str],
    numbers: Iterable[tuple[str, str]],
) -> tuple[str, dict[str, Any]]:
    """Record type and details of a party."""
    identifiers = [{"scheme": SCHEMES.get(s, s), "id": value} for s, value in numbers]
    if kind == "person":
        names = [{"type": "legal", "fullName": name}]
        names += [{"type": "alternative", "fullName": each} for each in aliases]
        details = {"personType": "knownPerson", "names": names, "identifiers": identifiers}
        return "person", details
    told: dict[str, Any] = {
        "entityType": {"type": "stateBody" if kind == "government" else "registeredEntity"},
        "name": name,
        "alternateNames": list(aliases),
        "identifiers": identifiers,
    }
    if country:
        told["jurisdiction"] = {"code": country}
    return "entity", told


def interest(
    what: str,
    *,
    low: Decimal | None = None,
    high: Decimal | None = None,
    details: str = "",
    begins: date | None = None,
    ends: date | None = None,
) -> dict[str, Any]:
    """what: a metric or a kind of control."""
    kind = INTERESTS.get(what) or CONTROLS.get(what) or "otherInfluenceOrControl"
    told: dict[str, Any] = {"type": kind, "directOrIndirect": "direct", "details": details or what}
    if low is not None and high is not None:
        same = low == high
        told["share"] = (
            {"exact": float(low)} if same else {"minimum": float(low), "maximum": float(high)}
        )
    if begins:
        told["startDate"] = begins.isoformat()
    if ends:
        told["endDate"] = ends.isoformat()
    return told


def array(statements: Iterable[dict[str, Any]]) -> Iterator[str]:
    """A JSON array, piece by piece."""
    first = True
    for each in statements:
        yield ("[\n" if first else ",\n") + json.dumps(each, ensure_ascii=False)
        first = False
    yield "[]\n" if first else "\n]\n"
