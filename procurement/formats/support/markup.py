"""Reading XML files that are trees of parts: bounded, and without entities."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError

from defusedxml import ElementTree, common

from procurement.formats.support.limits import TooBig
from procurement.formats.support.zipped import Damaged

MAX_TREE = 24 * 1024 * 1024  # bytes of XML or JSON that are held as a tree of objects

NO_DTD = Damaged(
    "xml-not-allowed",
    "It declares XML entities, which such files never need and attacks do.",
    "Export it again without a document type declaration.",
)


def starts_with(data: bytes, element: str) -> bool:
    """Whether the first element of an XML file is this one, whatever its prefix."""
    head = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not head.startswith(b"<"):
        return False
    found = re.search(rb"<(?:[\w.\-]+:)?([A-Za-z][\w.\-]*)[\s/>]", head)
    return found is not None and found[1].decode().casefold() == element.casefold()


def root(data: bytes) -> Element:
    """The root element. Raises TooBig or Damaged."""
    if len(data) > MAX_TREE:
        most = MAX_TREE // 1024 // 1024
        raise TooBig(f"It is larger than the {most} MB of XML we read.", "Send the parts as CSV.")
    try:
        found: Element = ElementTree.fromstring(data, forbid_dtd=True)
    except common.DefusedXmlException as error:
        raise NO_DTD from error
    except (ParseError, ValueError, LookupError) as error:
        raise Damaged("file-damaged", f"It is not whole: {error}.", "Export it again.") from error
    return found


def local(element: Element) -> str:
    """The element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def children(element: Element, *names: str) -> Iterator[Element]:
    """The element's own children of these names."""
    return (one for one in element if local(one) in names)


def child(element: Element | None, *names: str) -> Element | None:
    return None if element is None else next(children(element, *names), None)


def below(element: Element, *names: str) -> Iterator[Element]:
    """Every element of these names, however deep."""
    return (one for one in element.iter() if local(one) in names)


def text(element: Element | None) -> str:
    return "" if element is None else "".join(element.itertext()).strip()
