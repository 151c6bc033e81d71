"""KiCad netlists, in XML ("generic netlist", for BOM scripts) or in brackets (.net).

Every placed component is a row of its own: nothing is grouped, so nothing is lost.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from procurement.formats.support import limits, markup
from procurement.formats.support.limits import TooBig
from procurement.formats.support.table import sheet
from procurement.formats.support.zipped import Damaged
from procurement.formats.workbook import Cell, Format, Hints, Workbook, refusal

FIRST = (
    "Reference",
    "Quantity",
    "Value",
    "Footprint",
    "Manufacturer",
    "MPN",
    "Description",
    "Datasheet",
)
_EMPTY = frozenset({"", "~"})
_TOKEN = re.compile(r'"((?:[^"\\]|\\.)*)"|([()])|([^\s()"]+)')


@dataclass(slots=True)
class Node:
    """An element of either writing: its name, attributes or plain values, and children."""

    name: str
    values: list[str] = field(default_factory=list)
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Node] = field(default_factory=list)

    def child(self, name: str) -> Node | None:
        return next((one for one in self.children if one.name == name), None)

    def of(self, name: str) -> str:
        """An attribute, or the value of a child of that name."""
        if name in self.attributes:
            return self.attributes[name]
        found = self.child(name)
        return " ".join(found.values) if found else ""


def claims(data: bytes) -> bool:
    head = data[:4096]
    xml = markup.starts_with(data, "export") and b"<comp" in data
    return xml or (head.lstrip().startswith(b"(export") and b"(components" in data)


def read(data: bytes, hints: Hints) -> Workbook:
    try:
        top = (
            _from_xml(data)
            if data[:200].lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<")
            else _from_text(data)
        )
        components = top.child("components")
        parts = (
            [_part(one) for one in components.children if one.name == "comp"] if components else []
        )
        if not parts:
            return refusal("kicad", "empty-file", "It lists no components.", "Export it again.")
        return Workbook("kicad", (sheet("components", FIRST, parts),), encoding="utf-8")
    except TooBig as big:
        return refusal("kicad", "too-big", big.what, big.fix)
    except Damaged as damaged:
        return refusal("kicad", damaged.code, damaged.what, damaged.fix)


def _part(node: Node) -> dict[str, Cell]:
    found: dict[str, Cell] = {"Reference": node.of("ref"), "Quantity": "1"}
    source = node.child("libsource")
    texts = {
        "Value": node.of("value"),
        "Footprint": node.of("footprint"),
        "Datasheet": node.of("datasheet"),
        "Description": node.of("description") or (source.of("description") if source else ""),
    }
    found |= {name: text for name, text in texts.items() if text not in _EMPTY}
    fields = node.child("fields")
    for one in fields.children if fields else []:
        text = " ".join(one.values)
        if text not in _EMPTY:
            found.setdefault(one.of("name"), text)
    for one in node.children:
        name = one.of("name")
        if one.name != "property" or name.startswith(("ki_", "Sheet")):
            continue
        if name in ("dnp", "exclude_from_bom"):
            found["Do not fit"] = "DNP"
        elif one.of("value") not in _EMPTY:
            found.setdefault(name, one.of("value"))
    return found


def _from_xml(data: bytes) -> Node:
    def made(element: Element) -> Node:
        node = Node(markup.local(element), attributes=dict(element.attrib))
        if text := (element.text or "").strip():
            node.values.append(text)
        return node

    top = markup.root(data)
    found = made(top)
    open_ = [(top, found)]
    while open_:  # not by calling itself: a file may be nested deeper than the interpreter allows
        element, node = open_.pop()
        for one in element:
            inner = made(one)
            node.children.append(inner)
            if inner.name not in ("libparts", "libraries", "nets", "design"):
                open_.append((one, inner))
    return found


def _from_text(data: bytes) -> Node:
    if len(data) > markup.MAX_TREE:
        raise TooBig("It is larger than the netlists we read.", "Send the parts as CSV.")
    return _tree(_TOKEN.finditer(data.decode("utf-8", errors="replace")))


def _tree(tokens: Iterator[re.Match[str]]) -> Node:
    top = Node("")
    path = [top]
    fresh = False
    for token in tokens:
        quoted, bracket, word = token.groups()
        if bracket == "(":
            if len(path) > limits.MAX_DEPTH:
                raise Damaged("file-damaged", "It is nested too deeply.", "Export it again.")
            node = Node("")
            path[-1].children.append(node)
            path.append(node)
            fresh = True
        elif bracket == ")":
            path.pop()
            if not path:
                raise Damaged("file-damaged", "Its brackets do not match.", "Export it again.")
        else:
            text = word if quoted is None else re.sub(r"\\(.)", r"\1", quoted)
            if fresh:
                path[-1].name, fresh = text, False
            else:
                path[-1].values.append(text)
    if len(path) != 1 or not top.children:
        raise Damaged("file-damaged", "It is cut short.", "Export it again.")
    return top.children[0]


FORMAT = Format("kicad", "KiCad netlist", ("net", "xml"), claims, read)
