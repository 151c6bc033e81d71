"""The lists that Cellgate ships: facts re-stated by us, each edition with its government source.

To add one: a file with a SOURCE, its CSV of facts beside it, a line in SOURCES, and its test. The
large lists (SDN, FTO, BIS Entity List, the whole of 1260H) are imported by the operator from the
government's own files.
"""

from datetime import date

from compliance.law.world import ListEdition
from compliance.lists import (
    ag_alleged,
    doe_determined,
    section_154,
    section_889,
    section_1260h,
    section_5949,
    uflpa,
)
from compliance.lists.published import PublishedEdition, PublishedListing, Source, Unexpected

SOURCES: tuple[Source, ...] = (
    section_154.SOURCE,
    section_1260h.SOURCE,
    section_889.SOURCE,
    section_5949.SOURCE,
    uflpa.SOURCE,
    ag_alleged.SOURCE,
    doe_determined.SOURCE,
)

__all__ = [
    "SOURCES",
    "PublishedEdition",
    "PublishedListing",
    "Source",
    "Unexpected",
    "editions",
    "published",
]


def published() -> tuple[PublishedEdition, ...]:
    """Every edition that is shipped, by list, oldest first."""
    return tuple(edition for source in SOURCES for edition in source.editions())


def editions(known_on: date | None = None) -> tuple[ListEdition, ...]:
    """The shipped editions as the law sees them; those published by `known_on` (None: all)."""
    return tuple(
        each.as_law() for each in published() if known_on is None or each.edition <= known_on
    )
