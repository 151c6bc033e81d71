"""Files too large to hold: JSON objects and XML elements one by one."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from typing import Any, BinaryIO
from xml.etree.ElementTree import Element, ParseError

from defusedxml import ElementTree, common

from procurement.formats.ownership.statements import Unread
from procurement.formats.problem import Problem

CHUNK = 1 << 18
LARGEST = 16 << 20  # characters of one object
_WRAPPED = re.compile(
    r'\s*\{\s*(?:"[\w@$.-]+"\s*:\s*(?:"[^"]*"|-?\d+|true|false|null)\s*,\s*)*'
    r'"(?:records|relations|exceptions|statements|entityData|items|data)"\s*:\s*(?=\[)'
)
_BLANK = re.compile(r"[\s,]*")
AGAIN = "It was probably not sent whole: get it again."


def json_objects(stream: BinaryIO, name: str) -> Iterator[dict[str, Any]]:
    """The objects of a JSON array, of an array inside one object, or one a line. Raises Unread."""
    text = _Text(stream, name)
    text.more()
    if wrapped := _WRAPPED.match(text.buffer):
        text.at = wrapped.end()
    text.skip(re.compile(r"\s*"))
    array = text.buffer[text.at : text.at + 1] == "["
    if array:
        text.at += 1
    decoder = json.JSONDecoder()
    count = 0
    while True:
        text.skip(_BLANK)
        head = text.buffer[text.at : text.at + 1]
        if array and head == "]":
            return
        if not head:
            if array or not count:
                what = f"It ends after {count:,} records, in the middle."
                raise Unread(Problem("truncated", name, what, AGAIN))
            return
        value = text.decode(decoder, count)
        count += 1
        if not isinstance(value, dict):
            what = f"Record {count:,} is no object."
            raise Unread(Problem("not-an-object", name, what, "Check what kind of file it is."))
        yield value


class _Text:
    """A window on the text of a file."""

    def __init__(self, stream: BinaryIO, name: str) -> None:
        self.stream, self.name = stream, name
        self.buffer, self.at, self.ended = "", 0, False
        self.reader = codecs.getincrementaldecoder("utf-8-sig")()

    def more(self) -> None:
        wanted, pieces = max(CHUNK, len(self.buffer) - self.at), []
        while wanted > 0 and (piece := self.stream.read(wanted)):
            pieces.append(piece)
            wanted -= len(piece)
        self.ended = wanted > 0
        raw = b"".join(pieces)
        try:
            text = self.reader.decode(raw, final=self.ended)
        except UnicodeDecodeError as error:
            fix = "Save it as UTF-8."
            raise Unread(Problem("encoding", self.name, "It is not UTF-8.", fix)) from error
        self.buffer = self.buffer[self.at :] + text
        self.at = 0

    def skip(self, blank: re.Pattern[str]) -> None:
        while True:
            found = blank.match(self.buffer, self.at)
            self.at = found.end() if found else self.at
            if self.at < len(self.buffer) or self.ended:
                return
            self.more()

    def decode(self, decoder: json.JSONDecoder, count: int) -> Any:
        while True:
            try:
                value, end = decoder.raw_decode(self.buffer, self.at)
            except (json.JSONDecodeError, RecursionError) as error:
                if self.ended or len(self.buffer) - self.at > LARGEST:
                    what = f"After {count:,} records it cannot be read on: {error}."
                    raise Unread(Problem("truncated", self.name, what, AGAIN)) from error
                self.more()
            else:
                if end < len(self.buffer) or self.ended:
                    self.at = end
                    return value
                self.more()  # a number could go on in the next piece


def xml_elements(stream: BinaryIO, name: str, tags: frozenset[str]) -> Iterator[Element]:
    """Elements of these names, whatever their prefix, each let go after use. Raises Unread."""
    try:
        root: Element | None = None
        for event, element in ElementTree.iterparse(
            stream, events=("start", "end"), forbid_dtd=True
        ):
            if root is None:
                root = element
            elif event == "end" and plain(element) in tags:
                yield element
                element.clear()
                root.clear()
    except common.DefusedXmlException as error:
        what = "It declares XML entities, which such files never need and attacks do."
        raise Unread(Problem("unsafe-xml", name, what, "Get the publisher's own file.")) from error
    except (ParseError, ValueError, LookupError) as error:
        raise Unread(Problem("truncated", name, f"It is not whole: {error}.", AGAIN)) from error


def plain(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def tree(element: Element) -> Any:
    """An element as nested dicts: child → text, dict, or a list where it comes more than once."""
    children = list(element)
    if not children:
        return (element.text or "").strip()
    found: dict[str, Any] = {}
    for child in children:
        name, value = plain(child), tree(child)
        if name in found:
            before = found[name]
            found[name] = [*before, value] if isinstance(before, list) else [before, value]
        else:
            found[name] = value
    return found
