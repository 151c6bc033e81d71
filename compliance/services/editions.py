"""Editions out of published files: read them, compare two sources, and see what one would move."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db import transaction

from compliance.lists import SOURCES, PublishedEdition, PublishedListing
from compliance.lists.expected import read_again_by, size_problems
from compliance.lists.readers import File, ReadList, Unread, read_lists
from compliance.lists.readers.facts import ASKED
from compliance.models import Edition, Listing
from compliance.services.lists import edition_stage, require_curator
from procurement.formats.problem import Problem
from procurement.models import User
from procurement.problems import Refused, refuse_if
from procurement.services.recording import recorded

WHOLE, NAMED = "all", "named"
MOST_DIFFERENCES = 200


def editions_read(
    *,
    files: Sequence[File],
    key: str = "",
    edition: date | None = None,
    covers: str = WHOLE,
    url: str = "",
    expect: int | None = None,
) -> list[PublishedEdition]:
    """The editions in a publisher's files (or in our own CSV of facts), oldest first.

    key: the list asked for; "" takes every list in the file. edition: its day, which a file that
    holds several editions is searched for. covers "named": an excerpt, which answers only for those
    it names; no size is expected of it. expect: how many rows a person says there are.

    Raises Refused with everything that is wrong; nothing is kept.
    """
    try:
        _, read = read_lists(files)
    except Unread as unread:
        raise Refused(*unread.problems) from unread
    chosen = list(_chosen(read, key, edition, files))
    digest = hashlib.sha256(b"".join(file.content for file in files)).hexdigest()
    made = [
        PublishedEdition(
            key=each.key or key,
            edition=day,
            listings=_codes_kept(each.key or key, each.listings),
            url=url,
            covers=covers,
            read_by=read_again_by(each.key or key, day),
            confidence=each.confidence,
            sha256=digest,
            notice=each.notice,
        )
        for each, day in chosen
    ]
    refuse_if(_problems(made, chosen, covers, expect))
    return sorted(made, key=lambda each: (each.edition, each.key))


def _chosen(
    read: Sequence[ReadList], key: str, edition: date | None, files: Sequence[File]
) -> Iterator[tuple[ReadList, date]]:
    """The lists that were asked for, each with its day."""
    names = ", ".join(file.name for file in files)
    if not key and any(each.key == ASKED for each in read):
        what = "The file does not say which list it is."
        raise Refused(Problem("required", "key", what, "Name the list."))
    of_key = [each for each in read if key in ("", each.key) or each.key == ASKED]
    if not of_key:
        there = ", ".join(sorted({each.key for each in read}))
        what = f"List {key} is not in it; it holds {there}."
        raise Refused(Problem("list-not-in-file", names, what, "Name one that it holds."))
    found = False
    for each in of_key:
        day = each.edition or edition
        if day is None:
            what = "The file does not say of which day it is."
            raise Refused(Problem("required", "edition", what, "Give the date of the edition."))
        if edition is None or day == edition:
            found = True
            yield each, day
    if not found:
        days = ", ".join(sorted({str(each.edition) for each in of_key}))
        what = f"It has no row of the edition of {edition}; it holds {days}."
        raise Refused(Problem("no-rows", names, what, "Check the date of the edition."))


def _problems(
    made: Sequence[PublishedEdition],
    chosen: Sequence[tuple[ReadList, date]],
    covers: str,
    expect: int | None,
) -> Iterator[Problem]:
    if expect is not None and len(made) > 1:
        what = f"The file holds {len(made)} editions."
        yield Problem("one-edition", "expect", what, "Choose one by its list and date.")
        return
    if covers == NAMED:
        return
    last: dict[str, int] = {}
    for edition, (read, _) in zip(made, chosen, strict=True):
        if read.missing:
            fix = "Download it again; an excerpt can only answer for those it names."
            yield Problem("records-missing", f"list {edition.key}", read.missing, fix)
        rows = len(edition.listings)
        if covers == WHOLE:
            before = last.get(edition.key) or _rows_before(edition)
            yield from size_problems(edition.key, rows, before, expect)
            last[edition.key] = rows
        else:
            yield from _shipped_size(edition, rows, expect)


def _shipped_size(edition: PublishedEdition, rows: int, expect: int | None) -> Iterator[Problem]:
    """What is unlikely about the size of an edition that covers what the shipped ones do."""
    if expect is not None:
        yield from size_problems(edition.key, rows, None, expect)
        return
    source = next((each for each in SOURCES if each.key == edition.key), None)
    if source is not None and edition.covers == source.covers and rows not in source.expects:
        least, most = source.expects.start, source.expects.stop - 1
        what = f"{rows} rows, where {least} to {most} are usual."
        fix = "Compare with the publisher's list; if it is right, say how many rows it has."
        yield Problem("unlikely-size", f"list {edition.key}", what, fix)


def _rows_before(edition: PublishedEdition) -> int | None:
    """Rows of the last full edition that is released, before this one."""
    last = (
        Edition.objects.filter(
            key=edition.key,
            state=Edition.State.RELEASED,
            covers=WHOLE,
            notice=False,
            edition__lt=edition.edition,
        )
        .exclude(confidence="M")
        .order_by("-edition")
        .first()
    )
    return last.listings.count() if last else None


def _codes_kept(key: str, listings: Sequence[PublishedListing]) -> tuple[PublishedListing, ...]:
    """The same party under the same code as in earlier editions, so that what people decided about
    it is remembered. Only an equal name counts, letter for letter.
    """
    codes: dict[str, set[str]] = {}
    for code, name in Listing.objects.filter(edition__key=key).values_list("code", "name"):
        codes.setdefault(_letters(name), set()).add(code)
    known = {code for each in codes.values() for code in each}
    taken = {each.code for each in listings}
    kept = []
    for each in listings:
        before = codes.get(_letters(each.name), set())
        if each.code not in known and len(before) == 1 and not before & taken:
            (code,) = before
            taken.add(code)
            each = replace(each, code=code)
        kept.append(each)
    return tuple(kept)


def _letters(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.casefold())


def editions_stage(
    *, editions: Iterable[PublishedEdition], by: User | None, history: bool = False
) -> list[Edition]:
    """Stage several editions, all or none. history: they come before one that is released."""
    with transaction.atomic():
        return [edition_stage(edition=each, by=by, history=history) for each in editions]


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What two sources of one edition say of it. `differences` in words; none: they agree."""

    agree: int
    differences: Sequence[str]


def edition_reconcile(*, edition: Edition, files: Sequence[File], by: User | None) -> Reconciled:
    """Compare a staged edition with a second source of the same. While they differ, it cannot be
    released; staging it anew, or a second source that agrees, settles it.
    """
    require_curator(by)
    if edition.state == Edition.State.RELEASED:
        what = f"{edition} is released already."
        raise Refused(Problem("released-already", "edition", what, "Compare a staged edition."))
    (second,) = editions_read(files=files, key=edition.key, edition=edition.edition, covers=NAMED)
    digest = second.sha256
    if digest == edition.sha256:
        what = "This is the same file again."
        raise Refused(Problem("same-source", "file", what, "Give another source of the edition."))
    first = {listing.code: listing.name for listing in edition.listings.all()}
    told = compare(first, {listing.code: listing.name for listing in second.listings})
    with recorded(by=by, why=f"Second source of {edition}"):
        edition.second = {
            "file": ", ".join(file.name for file in files),
            "sha256": digest,
            "agree": told.agree,
            "differences": list(told.differences[:MOST_DIFFERENCES]),
        }
        edition.save(update_fields=["second"])
    return told


def compare(first: Mapping[str, str], second: Mapping[str, str]) -> Reconciled:
    """Two sources' code → name. Where codes do not agree, equal words of a name do."""
    words = {_words(name): code for code, name in second.items()}
    unmatched = dict(second)
    differences, agree = [], 0
    for code, name in first.items():
        other = code if code in unmatched else words.get(_words(name))
        if other is None or other not in unmatched:
            differences.append(f"Only the first has {name} ({code}).")
            continue
        if _words(unmatched.pop(other)) == _words(name):
            agree += 1
        else:
            differences.append(f"{code} is {name} in the first and {second[other]} in the second.")
    differences += [f"Only the second has {name} ({code})." for code, name in unmatched.items()]
    return Reconciled(agree, differences)


def _words(name: str) -> tuple[str, ...]:
    """Publishers write "LAST, First" and "First Last"."""
    return tuple(sorted(re.findall(r"\w+", name.casefold())))
