"""IPC-2581 board descriptions: the bill of materials inside, or else the placed components."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from procurement.formats.problem import Problem
from procurement.formats.support import markup
from procurement.formats.support.limits import TooBig
from procurement.formats.support.markup import below, child, children
from procurement.formats.support.table import sheet
from procurement.formats.support.zipped import Damaged
from procurement.formats.workbook import Cell, Format, Hints, Workbook, refusal

FIRST = (
    *(
        "Reference",
        "Quantity",
        "Manufacturer",
        "MPN",
        "Part number",
        "Description",
        "Value",
        "Package",
    ),
    *("Alternative manufacturer", "Alternative MPN", "Category"),
)


def claims(data: bytes) -> bool:
    return markup.starts_with(data, "IPC-2581")


def read(data: bytes, hints: Hints) -> Workbook:
    try:
        top = markup.root(data)
        makers = {one.get("id", ""): one.get("name", "") for one in below(top, "Enterprise")}
        approved = _approved(top, makers)
        items = [_item(one, approved) for one in below(top, "BomItem")]
        problems: tuple[Problem, ...] = ()
        if not items:
            items = [_placed(one) for one in below(top, "Component")]
            problems = (_no_bom(),)
        if not items:
            return refusal("ipc2581", "empty-file", "It lists no parts.", "Export it with its BOM.")
        return Workbook("ipc2581", (sheet("BOM", FIRST, items),), problems, encoding="utf-8")
    except TooBig as big:
        return refusal("ipc2581", "too-big", big.what, big.fix)
    except Damaged as damaged:
        return refusal("ipc2581", damaged.code, damaged.what, damaged.fix)


def _no_bom() -> Problem:
    return Problem(
        "no-bom-section",
        "the file",
        "It has no bill of materials; the components placed on the board were read instead.",
        "Export it with its BOM, so that makers and part numbers come along.",
        severity="warning",
    )


def _approved(top: Element, makers: dict[str, str]) -> dict[str, list[tuple[str, str]]]:
    """Design number → the (maker, part number) pairs that its approved vendor list names."""
    found: dict[str, list[tuple[str, str]]] = {}
    for item in below(top, "AvlItem"):
        pairs = []
        for choice in children(item, "AvlVmpn"):
            vendor, number = child(choice, "AvlVendor"), child(choice, "AvlMpn")
            told = vendor.get("enterpriseRef", "") if vendor is not None else ""
            name = makers.get(told) or told
            pairs.append((name, number.get("name", "") if number is not None else ""))
        found[item.get("OEMDesignNumber", "")] = pairs
    return found


def _item(item: Element, approved: dict[str, list[tuple[str, str]]]) -> dict[str, Cell]:
    number = item.get("OEMDesignNumberRef", "")
    placed = list(children(item, "RefDes"))
    found: dict[str, Cell] = {
        "Reference": ", ".join(one.get("name", "") for one in placed),
        "Quantity": item.get("quantity", ""),
        "Part number": number,
        "Description": item.get("description", ""),
        "Package": next((one.get("packageRef", "") for one in placed), ""),
    }
    if placed and all(one.get("populate", "true") in ("false", "0") for one in placed):
        found["Do not fit"] = "DNP"
    for one in below(item, "Textual"):
        name = one.get("textualCharacteristicName", "")
        told = one.get("textualCharacteristicValue", "")
        if told and name:
            found.setdefault(
                {"VALUE": "Value", "PARENT_PART_TYPE": "Category"}.get(name, name), told
            )
    pairs = approved.get(number, [])
    if pairs:
        found["Manufacturer"], found["MPN"] = pairs[0]
        found["Alternative manufacturer"] = "\n".join(maker for maker, _ in pairs[1:])
        found["Alternative MPN"] = "\n".join(part for _, part in pairs[1:])
    return found


def _placed(component: Element) -> dict[str, Cell]:
    found: dict[str, Cell] = {
        "Reference": component.get("refDes", ""),
        "Quantity": "1",
        "Part number": component.get("part", ""),
        "Value": component.get("value", ""),
        "Package": component.get("packageRef", ""),
    }
    for one in children(component, "NonstandardAttribute"):
        if one.get("name") and one.get("value"):
            name = one.get("name", "")
            found.setdefault("Value" if name == "VALUE" else name, one.get("value", ""))
    return {name: cell for name, cell in found.items() if cell != ""}


FORMAT = Format("ipc2581", "IPC-2581", ("xml", "cvg"), claims, read)
