"""Lists as their publishers gave them out, and the strict reading of the facts we keep of them.

The facts of each list stand in a CSV beside its source: names as printed, by edition. The source
says of each edition when it was published, where, how sure we are and whom it covers.
"""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from compliance.law.world import ListEdition, ListEntry

COLUMNS = ("edition", "code", "name", "aliases", "rule", "removed", "confidence")
CONFIDENCE = frozenset({"T", "P", "S"})  # what rests on memory alone ("M") is not shipped


class Unexpected(ValueError):
    """A file of facts says something that its reader does not understand. Nothing is taken in."""


@dataclass(frozen=True, slots=True)
class PublishedListing:
    """One party as one edition names it. identifiers: scheme → value.

    rule: words beside the name that reach further, such as "any successor": never trimmed off.
    """

    code: str
    name: str
    aliases: Sequence[str] = ()
    identifiers: Mapping[str, str] = field(default_factory=dict)
    rule: str = ""
    url: str = ""
    confidence: str = "T"
    true_from: date | None = None
    true_to: date | None = None


@dataclass(frozen=True, slots=True)
class PublishedEdition:
    """A list as its publisher gave it out on a day.

    register_date: the day of the Federal Register. covers: "all"; "battery" where only the rows of
    the battery supply chain are held; "named" where it answers for nobody but those it names.
    sha256: of the file it was read from; "" where it is our own facts. notice: it changes the
    edition before it, between two full ones.
    """

    key: str
    edition: date
    listings: Sequence[PublishedListing] = ()
    register_date: date | None = None
    url: str = ""
    covers: str = "all"
    read_by: date | None = None
    confidence: str = "T"
    sha256: str = ""
    notice: bool = False

    def as_law(self) -> ListEdition:
        """What the law sees of it."""
        ref = f"{self.key}/{self.edition}"
        return ListEdition(
            ref=ref,
            key=self.key,
            edition=self.edition,
            covers=self.covers,
            read_by=self.read_by,
            confidence=self.confidence,
            entries=tuple(
                ListEntry(f"{ref}/{each.code}", each.name, each.true_from, each.true_to, each.rule)
                for each in self.listings
            ),
        )


@dataclass(frozen=True, slots=True)
class Head:
    """What is known of one edition beside its names. `removes`: it is a notice that takes the rows
    marked with its day off the edition before it, and names nobody new."""

    edition: date
    url: str
    cite: str
    confidence: str
    register_date: date | None = None
    removes: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """A list that we ship. `facts`: its CSV. `says`: what the editions hold, in words.

    expects: how many rows an edition may have; another number is refused until a person widens it.
    read_by: the day by which a person must compare it with the publisher's list again.
    """

    key: str
    title: str
    says: str
    facts: Path
    heads: tuple[Head, ...]
    expects: range
    read_by: date
    covers: str = "all"

    def editions(self) -> tuple[PublishedEdition, ...]:
        """Every edition, oldest first. Raises Unexpected."""
        rows = list(read_facts(self.facts))
        known = {head.edition for head in self.heads}
        removals = {head.edition for head in self.heads if head.removes}
        for day, removed, listing in rows:
            if day not in known or (removed is not None and removed not in removals):
                raise Unexpected(f"{self.facts.name}: {listing.code}: no edition {removed or day}.")
        found: list[PublishedEdition] = []
        for head in self.heads:
            before = found[-1].listings if found else ()
            if head.removes:
                gone = {listing.code for _, removed, listing in rows if removed == head.edition}
                listings = tuple(each for each in before if each.code not in gone)
            else:
                listings = tuple(
                    replace(listing, url=head.url)
                    for day, _, listing in rows
                    if day == head.edition
                )
            found.append(self._edition(head, listings))
        return tuple(found)

    def _edition(self, head: Head, listings: tuple[PublishedListing, ...]) -> PublishedEdition:
        where = f"{self.key} of {head.edition}"
        if len(listings) not in self.expects:
            raise Unexpected(f"{where}: {len(listings)} rows, expected {self.expects}.")
        codes = [listing.code for listing in listings]
        twice = sorted({code for code in codes if codes.count(code) > 1})
        if twice:
            raise Unexpected(f"{where}: two rows are known as {', '.join(twice)}.")
        return PublishedEdition(
            self.key,
            head.edition,
            listings,
            head.register_date,
            head.url,
            self.covers,
            self.read_by,
            head.confidence,
            notice=head.removes,
        )


def read_facts(path: Path) -> Iterator[tuple[date, date | None, PublishedListing]]:
    """Rows of a CSV of facts: the edition, the notice that removes the row, if any, and the row."""
    with path.open(encoding="utf-8", newline="") as file:
        yield from read_rows(file, path.name)


def read_rows(
    file: Iterable[str], name: str
) -> Iterator[tuple[date, date | None, PublishedListing]]:
    """The same of lines already read; `name` is what to call them in a complaint."""
    reader = csv.DictReader(file, strict=True)
    if tuple(reader.fieldnames or ()) != COLUMNS:
        raise Unexpected(f"{name}: columns {reader.fieldnames}, expected {COLUMNS}.")
    for number, row in enumerate(reader, 2):
        where = f"{name}, row {number}"
        if None in row or None in row.values():
            raise Unexpected(f"{where}: not as many cells as columns.")
        yield _row(row, where)


def _row(row: dict[str, str], where: str) -> tuple[date, date | None, PublishedListing]:
    for name in ("code", "name"):
        if not row[name] or row[name] != row[name].strip():
            raise Unexpected(f"{where}: {name} is empty or has blanks around it.")
    if row["confidence"] not in CONFIDENCE:
        raise Unexpected(f"{where}: confidence {row['confidence']!r}, expected {CONFIDENCE}.")
    listing = PublishedListing(
        code=row["code"],
        name=row["name"],
        aliases=tuple(alias.strip() for alias in row["aliases"].split(";") if alias.strip()),
        rule=row["rule"],
        confidence=row["confidence"],
    )
    removed = _day(row["removed"], where) if row["removed"] else None
    return _day(row["edition"], where), removed, listing


def _day(text: str, where: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Unexpected(f"{where}: {text!r} is no day.") from error
