"""GLEIF: LEI-CDF (level 1), RR-CDF and reporting exceptions (level 2), in XML, JSON, or its API."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO

from procurement.formats.ownership.statements import (
    LinkSaid,
    OwnershipFormat,
    PartySaid,
    Said,
    Status,
    day,
)
from procurement.formats.ownership.streams import json_objects, tree, xml_elements
from procurement.formats.problem import Problem

TAGS = frozenset({"LEIRecord", "RelationshipRecord", "Exception"})
CONSOLIDATED = frozenset({
    "IS_DIRECTLY_CONSOLIDATED_BY", "IS_ULTIMATELY_CONSOLIDATED_BY",
    "IS_INTERNATIONAL_BRANCH_OF",
})  # fmt: skip
MANAGED = frozenset({"IS_FUND-MANAGED_BY", "IS_SUBFUND_OF", "IS_FEEDER_TO"})
GONE = frozenset({"ANNULLED", "DUPLICATE"})
KINDS = {"RESIDENT_GOVERNMENT_ENTITY": "government", "SOLE_PROPRIETOR": "company"}


def read(stream: BinaryIO, name: str) -> Iterator[Said | Problem]:
    start = stream.read(1024)
    stream.seek(0)
    if start.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<"):
        records: Iterator[Any] = map(tree, xml_elements(stream, name, TAGS))
    else:
        records = json_objects(stream, name)
    for number, told in enumerate(records, 1):
        yield from _record(_plain(told), f"{name}, record {number}")


def _plain(value: Any) -> Any:
    """Without the `$` that the JSON of golden copies wraps every text in."""
    if isinstance(value, dict):
        if "$" in value:
            return value["$"]
        return {key: _plain(each) for key, each in value.items() if not key.startswith("@")}
    return [_plain(each) for each in value] if isinstance(value, list) else value


def _record(told: dict[str, Any], where: str) -> Iterator[Said | Problem]:
    if "data" in told and isinstance(told["data"], dict):
        told = _from_api(told["data"])
    if "Relationship" in told:
        yield from _relationship(told, where)
    elif "Entity" in told and told.get("LEI"):
        yield from _entity(told, where)
    elif told.get("LEI") and "ExceptionCategory" in told:
        yield from _exception(told, where)
    else:
        what = "It is neither an entity, a relationship nor a reporting exception."
        yield Problem("unknown-kind", where, what, "Give the files of GLEIF's golden copy.")


def _entity(told: dict[str, Any], where: str) -> Iterator[Said | Problem]:
    lei, entity, registration = told["LEI"], told["Entity"], told.get("Registration") or {}
    seat = entity.get("HeadquartersAddress") or {}
    names = _names(entity.get("OtherEntityNames"), "OtherEntityName")
    names += _names(entity.get("TransliteratedOtherEntityNames"), "TransliteratedOtherEntityName")
    place = str(entity.get("LegalJurisdiction") or "").partition("-")[0]
    kind = KINDS.get(str(entity.get("EntityCategory") or ""), "company")
    legal = str(entity.get("LegalName") or "")
    yield PartySaid(
        where=where,
        record=str(lei),
        statement=f"{lei} {registration.get('LastUpdateDate') or ''}".strip(),
        stated=day(registration.get("LastUpdateDate")),
        status="closed" if registration.get("RegistrationStatus") in GONE else "new",
        name=legal,
        aliases=tuple(dict.fromkeys(each for each in names if each != legal)),
        kind=kind,
        incorporated=place,
        business=str(seat.get("Country") or ""),
        government_of=place if kind == "government" else "",
        address=", ".join(
            each
            for key in ("FirstAddressLine", "City", "Region", "PostalCode", "Country")
            if isinstance(each := seat.get(key), str) and each
        )[:500],
        identifiers=(("LEI", str(lei)),),
    )


def _names(value: Any, key: str) -> list[str]:
    """Other names, as XML and each kind of JSON nest them."""
    if isinstance(value, dict):
        value = value.get(key)
    found = []
    for each in value if isinstance(value, list) else [value]:
        told = each.get(key) if isinstance(each, dict) else each
        if isinstance(told, str) and told:
            found.append(told)
    return found


def _relationship(told: dict[str, Any], where: str) -> Iterator[Said | Problem]:
    relation, registration = told["Relationship"], told.get("Registration") or {}
    held = (relation.get("StartNode") or {}).get("NodeID")
    holder = (relation.get("EndNode") or {}).get("NodeID")
    kind = str(relation.get("RelationshipType") or "")
    if not held or not holder:
        what = "It does not say between whom: StartNode or EndNode is missing."
        yield Problem("statement-incomplete", where, what, "Get the file again.")
        return
    if kind not in CONSOLIDATED | MANAGED:
        what = f"“{kind}” is no relationship that is known here."
        yield Problem("unknown-kind", where, what, "Have a developer add it to the reader.")
        return
    updated = registration.get("LastUpdateDate")
    start, end = _period(relation.get("RelationshipPeriods"))
    closed = relation.get("RelationshipStatus") in ("INACTIVE", "NULL")
    status: Status = "closed" if closed or registration.get("RegistrationStatus") in GONE else "new"
    stated = day(updated)
    for lei in (held, holder):
        yield PartySaid(
            where, str(lei), f"{lei} (number only)", None, "new", f"LEI {lei}",
            identifiers=(("LEI", str(lei)),), bare=True,
        )  # fmt: skip
    settled = kind in CONSOLIDATED
    record = f"{held} {kind} {holder}"
    yield LinkSaid(
        where,
        record,
        f"{record} {updated or ''}".strip(),
        stated,
        status,
        str(holder),
        str(held),
        kind.lower().replace("_", " "),
        kind="consolidated_subsidiary" if settled else "control_finding",
        holds=True if settled else None,
        true_from=start,
        true_to=end,
    )


def _period(value: Any) -> tuple[Any, Any]:
    """The days of the relationship itself, not of the accounts or the filing."""
    if isinstance(value, dict):
        value = value.get("RelationshipPeriod")
    for each in value if isinstance(value, list) else [value]:
        inner = each.get("RelationshipPeriod", each) if isinstance(each, dict) else {}
        if isinstance(inner, dict) and inner.get("PeriodType") == "RELATIONSHIP_PERIOD":
            return day(inner.get("StartDate")), day(inner.get("EndDate"))
    return None, None


def _exception(told: dict[str, Any], where: str) -> Iterator[Said | Problem]:
    """Why a parent is not told: no fact about anybody, and worth keeping."""
    lei = str(told["LEI"])
    reasons = told.get("ExceptionReason")
    why = ", ".join(reasons) if isinstance(reasons, list) else str(reasons or "no reason")
    record = f"{lei} {told['ExceptionCategory']}"
    yield PartySaid(
        where, lei, f"{lei} (number only)", None, "new", f"LEI {lei}",
        identifiers=(("LEI", lei),), bare=True,
    )  # fmt: skip
    stated = day(told.get("ContentDate"))
    said = f"{told['ExceptionCategory']}: {why}".lower().replace("_", " ")
    yield LinkSaid(where, record, f"{record} {why}"[:200], stated, "new", "", lei, said[:500])


def _from_api(data: dict[str, Any]) -> dict[str, Any]:
    """A record of api.gleif.org in the shape of the golden copy."""
    attributes = data.get("attributes") or {}
    entity, registration = attributes.get("entity") or {}, attributes.get("registration") or {}
    seat = entity.get("headquartersAddress") or {}
    lines = seat.get("addressLines") or [""]
    return {
        "LEI": attributes.get("lei"),
        "Entity": {
            "LegalName": (entity.get("legalName") or {}).get("name"),
            "OtherEntityNames": [each.get("name") for each in entity.get("otherNames") or ()],
            "HeadquartersAddress": {
                "FirstAddressLine": lines[0],
                "City": seat.get("city"),
                "Region": seat.get("region"),
                "PostalCode": seat.get("postalCode"),
                "Country": seat.get("country"),
            },
            "LegalJurisdiction": entity.get("jurisdiction"),
            "EntityCategory": entity.get("category"),
        },
        "Registration": {
            "LastUpdateDate": registration.get("lastUpdateDate"),
            "RegistrationStatus": registration.get("status"),
        },
    }


def knows(start: bytes) -> bool:
    if start.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<"):
        return b"gleif.org/data/schema" in start
    return b'"LEI"' in start or b'"lei-records"' in start or b'"StartNode"' in start


FORMAT = OwnershipFormat("gleif", "GLEIF level 1 and 2 (XML, JSON)", knows, lambda _: "GLEIF", read)
