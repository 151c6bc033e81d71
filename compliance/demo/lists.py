"""The list editions that the demo stands on, beside those that Cellgate ships.

What an operator imports from the government's own files (SDN, FTO) or keeps as a register stands
here as an edition without rows, which says of the demo's companies that none is on it. Its
confidence is "M": every verdict that leans on it carries the flag to verify it.
"""

from collections.abc import Iterator
from datetime import date
from itertools import groupby

from compliance.demo.data import table
from compliance.services.lists import PublishedEdition, PublishedListing


def demo_editions() -> Iterator[PublishedEdition]:
    rows = groupby(table("lists.csv"), key=lambda row: (row["key"], row["edition"]))
    for (key, edition), group in rows:
        first, *rest = group
        yield PublishedEdition(
            key=key,
            edition=date.fromisoformat(edition),
            register_date=_day(first["register_date"]),
            covers=first["covers"],
            confidence=first["confidence"],
            url=first["url"],
            listings=tuple(
                PublishedListing(
                    code=row["code"],
                    name=row["name"],
                    aliases=tuple(alias for alias in row["aliases"].split("; ") if alias),
                    rule=row["rule"],
                    url=row["url"],
                    confidence=row["confidence"],
                )
                for row in (first, *rest)
                if row["code"]
            ),
        )


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
