"""SAM.gov entity extracts (JSON): UEI and CAGE with name, address, and the parents above.

Entity dates are ISO, countries alpha-3, and nothing may arrive as the text "null".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO

from procurement.formats.ownership.statements import (
    LinkSaid,
    OwnershipFormat,
    PartySaid,
    Said,
    day,
)
from procurement.formats.ownership.streams import json_objects
from procurement.formats.problem import Problem

PARENTS = {
    "immediateParentEntity": "immediate parent",
    "ultimateParentEntity": "ultimate parent",
}
NOTHING = ("null", "none", "n/a")
GOVERNMENT = {"2A": "USA", "CY": ""}
"""Structures of SAM that are a government's: of the United States; of the country it sits in."""


def government(structure: str, country: str) -> tuple[str, str]:
    """What kind of party SAM's code of an entity's structure means, and whose government it is."""
    if structure not in GOVERNMENT:
        return "company", ""
    return "government", GOVERNMENT[structure] or country


def read(stream: BinaryIO, name: str) -> Iterator[Said | Problem]:
    for number, row in enumerate(json_objects(stream, name), 1):
        yield from _entity(_told(row), f"{name}, entity {number}")


def _told(value: Any) -> Any:
    """Without the text "null"."""
    if isinstance(value, dict):
        return {key: _told(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_told(each) for each in value]
    if isinstance(value, str):
        text = value.strip()
        return "" if text.casefold() in NOTHING else text
    return value


def _part(value: Any, *keys: str) -> dict[str, Any]:
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def _entity(row: dict[str, Any], where: str) -> Iterator[Said | Problem]:
    registration = _part(row, "entityRegistration")
    uei, name = registration.get("ueiSAM"), registration.get("legalBusinessName")
    if not uei or not name:
        what = "It has no ueiSAM or no legalBusinessName."
        yield Problem("statement-incomplete", where, what, "Export the entity again.")
        return
    address = _part(row, "coreData", "physicalAddress")
    general = _part(row, "coreData", "generalInformation")
    updated = registration.get("lastUpdateDate") or registration.get("registrationDate")
    country = str(address.get("countryCode") or "")
    kind, government_of = government(str(general.get("entityStructureCode") or ""), country)
    numbers = [("UEI", str(uei))]
    if registration.get("cageCode"):
        numbers.append(("CAGE", str(registration["cageCode"])))
    yield PartySaid(
        where=where,
        record=str(uei),
        statement=f"{uei} {updated or ''}".strip(),
        stated=day(updated),
        status="new",
        name=str(name),
        aliases=tuple(filter(None, (str(registration.get("dbaName") or ""),))),
        kind=kind,
        incorporated=str(general.get("countryOfIncorporationCode") or ""),
        business=country,
        government_of=government_of,
        address=_address(address),
        identifiers=tuple(numbers),
    )
    above = _part(row, "coreData", "entityHierarchyInformation")
    for key, words in PARENTS.items():
        parent = _part(above, key)
        if not parent.get("ueiSAM") or parent["ueiSAM"] == uei:
            continue
        seat = _part(parent, "physicalAddress")
        named = parent.get("legalBusinessName")
        yield PartySaid(
            where=where,
            record=str(parent["ueiSAM"]),
            statement=f"{parent['ueiSAM']} as {words} of {uei}",
            stated=None,
            status="new",
            name=str(named or f"UEI {parent['ueiSAM']}"),
            kind="company",
            business=str(seat.get("countryCode") or ""),
            address=_address(seat),
            identifiers=(("UEI", str(parent["ueiSAM"])),),
            bare=not named,
        )
        record = f"{uei} {words} {parent['ueiSAM']}"
        yield LinkSaid(
            where, record, f"{record} {updated or ''}".strip(), day(updated), "new",
            str(parent["ueiSAM"]), str(uei), words, kind="consolidated_subsidiary",
        )  # fmt: skip


def _address(value: dict[str, Any]) -> str:
    keys = ("addressLine1", "addressLine2", "city", "stateOrProvinceCode", "zipCode", "countryCode")
    return ", ".join(str(value[key]) for key in keys if value.get(key))[:500]


def knows(start: bytes) -> bool:
    return b'"ueiSAM"' in start and b'"excludedEntity"' not in start


FORMAT = OwnershipFormat("sam", "SAM.gov entities (JSON)", knows, lambda _: "SAM.gov", read)
