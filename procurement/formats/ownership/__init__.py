"""Ownership files: who stands behind whom, as registers, publishers and suppliers write it.

To add a format: a file with a FORMAT, a line in FORMATS, and its test.
"""

from typing import BinaryIO

from procurement.formats.ownership import bods, gleif, psc, sam, sam_extract, table
from procurement.formats.ownership.statements import (
    LinkSaid,
    OwnershipFormat,
    PartySaid,
    Said,
    Unread,
)
from procurement.formats.problem import Problem

FORMATS: tuple[OwnershipFormat, ...] = (
    bods.FORMAT,
    sam.FORMAT,
    sam_extract.FORMAT,
    psc.FORMAT,
    gleif.FORMAT,
    table.FORMAT,
)
BEGINNING = 65_536
NOT_READ: tuple[tuple[bytes, str, str], ...] = (
    (b"@prefix ", "It is RDF (Turtle).", "Give the same records as GLEIF's XML or JSON."),
    (
        b"CompanyName, CompanyNumber,",
        "It is Companies House's table of companies, which names no owners.",
        "Give its persons with significant control (JSON); they bring the companies' numbers.",
    ),
)
"""Files that are known and not read: a mark of theirs, what they are, what to give instead."""

__all__ = ["FORMATS", "LinkSaid", "OwnershipFormat", "PartySaid", "Said", "Unread", "format_of"]


def format_of(stream: BinaryIO, name: str) -> tuple[OwnershipFormat, str]:
    """How this file is written, and whose records it has, by what it begins with; the stream is
    back at its start.

    Raises Unread where nobody knows it.
    """
    start = stream.read(BEGINNING)
    stream.seek(0)
    if not start.strip():
        raise Unread(Problem("empty-file", name, "There is nothing in it.", "Choose another."))
    for each in FORMATS:
        if each.knows(start):
            return each, each.register(start)
    for mark, what, fix in NOT_READ:
        if mark in start:
            raise Unread(Problem("format-not-read", name, what, fix))
    known = "; ".join(each.title for each in FORMATS)
    what = "No ownership format that is known here looks like this."
    raise Unread(Problem("unknown-format", name, what, f"Give one of: {known}."))
