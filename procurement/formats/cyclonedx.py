"""CycloneDX 1.2 to 1.7 in JSON and XML, as a bill of hardware: nested components become levels.

Quantities and functions are properties of the `cdx:device` namespace. Software among the devices is
kept as a note; a file with nothing but software is no bill of parts.

Of 2.0, a draft in JSON when this was written, also: materials, parties with roles, quantities,
places on the board, and origins (`support.origins`). An entry that is a reference or a choice is
named, not followed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any
from xml.etree.ElementTree import Element

from procurement.formats.problem import Problem
from procurement.formats.support import limits, markup
from procurement.formats.support.limits import TooBig
from procurement.formats.support.markup import child, children, local, text
from procurement.formats.support.origins import origins_of
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
HARDWARE = frozenset({"device", "device-driver", "material", ""})
ROLES = {"manufacturer": "Manufacturer", "supplier": "Supplier"}

Part = Mapping[str, Any]


def claims(data: bytes) -> bool:
    if markup.starts_with(data, "bom") and b"cyclonedx.org/schema/bom" in data[:4096]:
        return True
    head = data[:200].lstrip(b"\xef\xbb\xbf \t\r\n")
    named = b'"bomFormat"' in data or b'"specFormat"' in data
    return head.startswith(b"{") and b'"CycloneDX"' in data and named


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
    inventory = _mapping(bom.get("inventory"))
    product = _mapping(_mapping(bom.get("metadata")).get("component"))
    product = product or _mapping(inventory.get("subject"))
    listed = [*_list(bom.get("components")), *_list(inventory.get("components"))]
    found = list(_walk(listed, 1 if product else 0))
    parts = [(0, product), *found] if product else found
    parties = dict(_parties(bom, [part for _, part in parts]))
    rows: list[dict[str, Cell]] = []
    problems: list[Problem] = []
    for number, (level, part) in enumerate(parts, 2):
        row, odd = _row(part, level, parties, f"row {number}")
        rows.append(row)
        problems += [replace(problem, row=number) for problem in odd]
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
    sheets = (sheet("components", FIRST, rows),)
    return Workbook("cyclonedx", sheets, tuple(problems), encoding="utf-8")


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


def _parties(bom: Part, parts: list[Part]) -> Iterator[tuple[str, str]]:
    """refId → name of every party, of the file and of each component."""
    definitions = _mapping(bom.get("definitions"))
    for holder in (bom, definitions, *parts):
        for each in map(_mapping, _list(holder.get("parties"))):
            ref = _text(each.get("refId")) or _text(each.get("bom-ref"))
            if ref and (name := _named(each)):
                yield ref, name


def _named(party: Part) -> str:
    who = _mapping(party.get("organization")) or _mapping(party.get("person")) or party
    return _text(who.get("name"))


def _in_roles(part: Part, parties: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """(column, name) of whoever makes or supplies the part."""
    for each in map(_mapping, _list(part.get("parties"))):
        name = _named(each) or parties.get(_text(each.get("ref")), "")
        for role in map(_mapping, _list(each.get("roles"))):
            column = ROLES.get(_text(role.get("role")))
            if column and name:
                yield column, name


def _row(
    part: Part, level: int, parties: Mapping[str, str], where: str
) -> tuple[dict[str, Cell], tuple[Problem, ...]]:
    """The cells of one component, and what of it could not be taken as told."""
    kind = _text(part.get("type"))
    name = _text(part.get("name"))
    if kind not in HARDWARE:
        version = _text(part.get("version"))
        return {"Part number": f"Note: {kind} “{name}” {version} is software, not a part."}, ()
    if not kind and not name:
        what = "It is no component but a reference to one, or a choice of several."
        fix = "List the component itself."
        note: dict[str, Cell] = {"Part number": "Note: a reference or a choice, not a part."}
        return note, (Problem("entry-unclear", where, what, fix, severity="warning"),)
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
    for column, value in _of_2_0(part, parties):
        found[column] = found.get(column) or value
    cells, problems = origins_of(part, where, parties)
    for column, value in cells.items():
        found[column] = found.get(column) or value
    return {name: cell for name, cell in found.items() if cell != ""}, problems


def _of_2_0(part: Part, parties: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """What 2.0 tells in fields of its own, by column."""
    yield from _in_roles(part, parties)
    quantity, board = _mapping(part.get("quantity")), _mapping(part.get("boardLocation"))
    yield "Quantity", _text(quantity.get("value"))
    yield "Unit", _text(quantity.get("unit"))
    yield "Placed on", ", ".join(map(_text, _list(board.get("designators"))))
    sort = _mapping(part.get("classification"))
    yield "Category", _text(sort.get("subcategory")) or _text(sort.get("category"))
    for code in map(_mapping, _list(sort.get("codes"))):
        standard = _text(code.get("standard"))
        yield "HTS" if standard in ("HS", "HTS") else standard, _text(code.get("value"))
    yield "Mount", _text(part.get("deviceType"))
    yield "Material form", _text(part.get("materialForm"))


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
