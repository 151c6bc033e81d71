"""Readers of lists as their publishers give them out: bytes in, listings or Problems out.

To add one: a file with a READER, a line in READERS, and its test.
"""

from collections.abc import Sequence

from compliance.lists.readers import (
    agencies,
    csl_csv,
    csl_json,
    dod_1260h,
    facts,
    ofac_csv,
    ofac_xml,
    sam_exclusions,
    statutes,
    uflpa,
)
from compliance.lists.readers.reader import File, Reader, ReadList
from compliance.lists.readers.strict import Unread
from procurement.formats.problem import Problem

READERS: tuple[Reader, ...] = (
    facts.READER,
    dod_1260h.READER,
    uflpa.READER,
    statutes.READER,
    csl_csv.READER,
    csl_json.READER,
    sam_exclusions.READER,
    ofac_xml.READER,
    agencies.READER,
    ofac_csv.READER,
)
BEGINNING = 65_536
"""Bytes by which a file is recognised."""

__all__ = ["READERS", "File", "ReadList", "Reader", "Unread", "read_lists", "reader_of"]


def reader_of(files: Sequence[File]) -> Reader:
    """Whose files these are, by what they begin with. Raises Unread where nobody knows them."""
    for reader in READERS:
        if all(reader.knows(file.content[:BEGINNING]) for file in files):
            return reader
    names = ", ".join(file.name for file in files)
    known = "; ".join(reader.title for reader in READERS)
    what = "No reader knows these columns."
    raise Unread(Problem("unknown-format", names, what, f"Give one of: {known}."))


def read_lists(files: Sequence[File]) -> tuple[Reader, Sequence[ReadList]]:
    """The reader that knows these files, and every list in them. Raises Unread."""
    if not files:
        raise Unread(Problem("required", "file", "There is no file.", "Choose the list's file."))
    for file in files:
        if not file.content.strip():
            fix = "Download it again."
            raise Unread(Problem("empty-file", file.name, "There is nothing in this file.", fix))
    reader = reader_of(files)
    return reader, reader.read(files)
