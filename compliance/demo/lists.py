"""The list editions that the demo stands on, beside those that Cellgate ships.

The SDN and FTO lists an operator imports from the government's own files. Here each stands as an
edition without rows, which says that none of the demo's companies is on it. Its confidence is "M":
every verdict that leans on it carries the flag to verify it.
"""

from collections.abc import Iterator
from datetime import date

from compliance.lists import PublishedEdition

STATED = date(2026, 11, 1)
IMPORTED_BY_OPERATORS = ("SDN", "FTO")


def demo_editions() -> Iterator[PublishedEdition]:
    for key in IMPORTED_BY_OPERATORS:
        yield PublishedEdition(key, STATED, covers="battery", confidence="M")
