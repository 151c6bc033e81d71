"""What a reader of published lists is, and what it gives back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from compliance.lists.published import PublishedListing
from compliance.lists.readers.strict import (
    Complaints,
    Unread,
    code_of,
    distinct,
    name_of,
    plain,
    reach_of,
    text_of,
)
from procurement.formats.problem import Problem


class File(NamedTuple):
    """One file as the operator gives it."""

    name: str
    content: bytes
    encoding: str = "utf-8-sig"

    @property
    def text(self) -> str:
        return text_of(self.content, self.name, self.encoding)


@dataclass(frozen=True, slots=True)
class ReadList:
    """One list in a file, on one day.

    edition: the day that the file gives; None: the operator must. missing: what the publisher
    says is in it and is not, in words. notice: it changes the edition before it. confidence: "P"
    the publisher's own file, "S" a transcription.
    """

    key: str
    listings: Sequence[PublishedListing]
    edition: date | None = None
    missing: str = ""
    notice: bool = False
    confidence: str = "P"


@dataclass(frozen=True, slots=True)
class Reader:
    """How one publisher's files are read. `knows`: is this its file? Only the beginning is looked
    at. `read` raises Unread; nothing of a file with a problem is given.
    """

    name: str
    title: str
    knows: Callable[[bytes], bool]
    read: Callable[[Sequence[File]], Sequence[ReadList]]


def one_file(files: Sequence[File]) -> File:
    """The only file. Raises Unread where there are more."""
    if len(files) != 1:
        names = ", ".join(file.name for file in files)
        fix = "Import them one by one."
        raise Unread(Problem("too-many-files", names, "This list comes as one file.", fix))
    return files[0]


class Gathering:
    """Listings of one list on their way in: rows of the same code become one listing, whose other
    names are everybody's.
    """

    def __init__(self, found: Complaints) -> None:
        self.found = found
        self._by_code: dict[str, PublishedListing] = {}

    def add(
        self,
        where: str,
        name: str,
        *,
        code: str = "",
        aliases: Sequence[str] = (),
        identifiers: dict[str, str] | None = None,
        url: str = "",
        true_from: date | None = None,
        true_to: date | None = None,
        rule: str = "",
    ) -> None:
        printed = name_of(name, where, self.found)
        plain_name, reach = reach_of(printed)
        if true_from is not None and true_to is not None and true_from >= true_to:
            what = f"It would end on {true_to} without having begun before (from {true_from})."
            self.found.say("ends-before-it-begins", where, what)
        listing = PublishedListing(
            code=code or code_of(plain_name),
            name=plain_name,
            aliases=distinct(
                name_of(alias, where, self.found)
                for alias in aliases
                if alias.strip() and plain(alias) != plain_name
            ),
            identifiers=identifiers or {},
            rule="; ".join(filter(None, (rule, reach))),
            url=url if url.startswith(("https://", "http://")) else "",
            confidence="P",
            true_from=true_from,
            true_to=true_to,
        )
        before = self._by_code.get(listing.code)
        if before is None:
            self._by_code[listing.code] = listing
        elif before.name != listing.name and code:
            what = f"{code} is “{before.name}” and “{listing.name}”."
            self.found.say("two-of-one-number", where, what)
        else:
            self._by_code[listing.code] = _joined(before, listing)

    def listings(self) -> tuple[PublishedListing, ...]:
        return tuple(self._by_code.values())


def _joined(one: PublishedListing, other: PublishedListing) -> PublishedListing:
    """One party in two rows: listed from the first of the days; until the last, if both end."""
    starts = [day for day in (one.true_from, other.true_from) if day is not None]
    ends = (one.true_to, other.true_to)
    return replace(
        one,
        aliases=distinct((*one.aliases, *other.aliases)),
        identifiers={**other.identifiers, **one.identifiers},
        true_from=min(starts) if len(starts) == 2 else None,
        true_to=max(filter(None, ends)) if None not in ends else None,
        rule="; ".join(distinct((one.rule, other.rule))),
    )
