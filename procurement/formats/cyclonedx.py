"""CycloneDX 1.2 to 1.7 in JSON and XML, as a bill of hardware: nested components become levels.

Quantities and functions are properties of the `cdx:device` namespace. Software among the devices is
kept as a note; a file with nothing but software is no bill of parts.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any
from xml.etree.ElementTree import Element

from procurement.formats.support import limits, markup
from procurement.formats.support.limits import TooBig
from procurement.formats.support.markup import child, children, local, text
from procurement.formats.support.table import sheet
from procurement.formats.support.zipped import Damaged
from procurement.formats.workbook import Cell, Format, Hints, Workbook, refusal

FIRST = (
    *("Level", "Part number", "Manufacturer", "Supplier", "Description", "Quantity", "Category"),
    *(
        "Country of origin",
        "Part version",
        "Own part number",
        "Placed on",
        "Component type",
        "Note",
    ),
)
PROPERTIES = {
    "cdx:device:quantity": "Quantity",
    "cdx:device:function": "Category",
    "cdx:device:location": "Placed on",
    "cdx:device:devicetype": "Mount",
    "cdx:device:sku": "Own part number",
}
"""Properties with a column of their own; others get one by their full name."""
HARDWARE = frozenset({"device", "device-driver", ""})

Part = Mapping[str, Any]


def claims(data: bytes) -> bool:
    if markup.starts_with(data, "bom") and b"cyclonedx.org/schema/bom" in data[:4096]:
        return True
    head = data[:200].lstrip(b"\xef\xbb\xbf \t\r\n")
    return head.startswith(b"{") and b'"CycloneDX"' in data and b'"bomFormat"' in data


def read(data: bytes, hints: Hints) -> Workbook:
    try:
        is_json = data[:200].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")
        bom = _from_json(data) if is_json else _from_xml(data)
        return _workbook(bom)
    except TooBig as big:
        return refusal("cyclonedx", "too-big", big.what, big.fix)
    except Damaged as damaged:
        return refusal("cyclonedx", damaged.code, damaged.what, damaged.fix)


def _workbook(bom: Part) -> Workbook:
    product = _mapping(_mapping(bom.get("metadata")).get("component"))
    rows: list[dict[str, Cell]] = []
    if product:
        rows.append(_row(product, 0))
    found = list(_walk(_list(bom.get("components")), 1 if product else 0))
    rows += [_row(part, level) for level, part in found]
    kinds = {_text(part.get("type")) for _, part in found} or {_text(product.get("type"))}
    if not found and not product:
        return refusal("cyclonedx", "empty-file", "It lists no components.", "Export it again.")
    if not kinds & HARDWARE:
        return refusal(
            "cyclonedx",
            "not-a-bom",
            "It lists software, not parts: none of its components is a device.",
            "Send the bill of materials of the hardware.",
        )
    return Workbook("cyclonedx", (sheet("components", FIRST, rows),), encoding="utf-8")


def _walk(parts: list[Any], level: int) -> Iterator[tuple[int, Part]]:
    """Every component with its level, each followed by what it is made of."""
    ahead = [(level, part) for part in reversed(parts)]
    while ahead:
        depth, part = ahead.pop()
        if depth > limits.MAX_DEPTH:
            raise TooBig("Its components are nested too deeply.", "Send the parts as CSV.")
        told = _mapping(part)
        yield depth, told
        ahead += [(depth + 1, one) for one in reversed(_list(told.get("components")))]


def _row(part: Part, level: int) -> dict[str, Cell]:
    kind = _text(part.get("type"))
    name = _text(part.get("name"))
    if kind not in HARDWARE:
        version = _text(part.get("version"))
        return {"Part number": f"Note: {kind} “{name}” {version} is software, not a part."}
    found: dict[str, Cell] = {
        "Level": str(level),
        "Part number": name,
        "Manufacturer": _name(part, "manufacturer") or _name(part, "manufacture"),
        "Supplier": _name(part, "supplier"),
        "Description": _text(part.get("description")),
        "Part version": _text(part.get("version")),
        "Component type": kind,
    }
    if not found["Manufacturer"]:
        found["Manufacturer"] = _text(part.get("publisher"))
    for one in _list(part.get("properties")):
        told = _mapping(one)
        title, value = _text(told.get("name")), _text(told.get("value"))
        column = PROPERTIES.get(title.casefold(), title)
        if "countryoforigin" in title.casefold().replace("_", "").replace("-", ""):
            column = "Country of origin"
        if column and value:
            found[column] = f"{found[column]}, {value}" if found.get(column) else value
    return {name: cell for name, cell in found.items() if cell != ""}


def _name(part: Part, role: str) -> str:
    return _text(_mapping(part.get(role)).get("name"))


def _mapping(value: Any) -> Part:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value.strip()
    return format(value, "f") if isinstance(value, Decimal) else ""


def _from_json(data: bytes) -> Part:
    if len(data) > markup.MAX_TREE:
        most = markup.MAX_TREE // 1024 // 1024
        raise TooBig(f"It is larger than the {most} MB of JSON we read.", "Send the parts as CSV.")
    try:
        found = json.loads(data, parse_float=Decimal, parse_int=Decimal, parse_constant=str)
    except (ValueError, RecursionError) as error:
        raise Damaged("file-damaged", "It is not whole JSON.", "Export it again.") from error
    return _mapping(found)


def _from_xml(data: bytes) -> Part:
    top = markup.root(data)
    product = child(child(top, "metadata"), "component")
    return {
        "metadata": {"component": _component(product, 0) if product is not None else {}},
        "components": _components(top, 0),
    }


def _components(element: Element, depth: int) -> list[Any]:
    if depth > limits.MAX_DEPTH:
        raise TooBig("Its components are nested too deeply.", "Send the parts as CSV.")
    listed = child(element, "components")
    return (
        [] if listed is None else [_component(one, depth) for one in children(listed, "component")]
    )


def _component(element: Element, depth: int) -> dict[str, Any]:
    found: dict[str, Any] = {"type": element.get("type", "")}
    for one in element:
        name = local(one)
        if name in ("manufacturer", "supplier", "manufacture"):
            found[name] = {"name": text(child(one, "name"))}
        elif name in ("name", "description", "version", "publisher"):
            found[name] = text(one)
        elif name == "properties":
            listed = children(one, "property")
            found[name] = [{"name": each.get("name", ""), "value": text(each)} for each in listed]
    found["components"] = _components(element, depth + 1)
    return found


FORMAT = Format("cyclonedx", "CycloneDX", ("json", "xml", "cdx"), claims, read)
