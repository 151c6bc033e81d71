"""Lists as published, into the database: shipped ones, and those that curators import and release.

Only a released edition is law to the engine. Who staged an edition cannot release it.
"""

import csv
import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from compliance.lists import SOURCES, PublishedEdition, PublishedListing, Unexpected, published
from compliance.lists.published import read_facts
from compliance.models import Edition, Listing
from procurement.formats.problem import Problem
from procurement.models import User
from procurement.problems import Refused, refuse_if
from procurement.services.recording import recorded

SHIPPED = "Shipped with Cellgate"
KEPT = ("name", "aliases", "identifiers", "rule", "url", "confidence", "true_from", "true_to")
"""Fields of a listing that an edition says; `code` is what it is known by."""


def curator_named(email: str) -> User:
    """The curator with this e-mail address. Raises Refused where there is none."""
    user = User.objects.filter(email__iexact=email, is_active=True).first()
    if user is None or not user.is_curator:
        what = f"There is no curator with the address {email}."
        raise Refused(Problem("does-not-exist", "by", what, "Give a curator's e-mail address."))
    return user


def lists_load(shipped: Iterable[PublishedEdition] | None = None) -> list[Edition]:
    """The editions that come with Cellgate (or these), released. Run again, only what differs is
    changed.
    """
    with transaction.atomic():
        return [_load(each) for each in (published() if shipped is None else shipped)]


def _load(shipped: PublishedEdition) -> Edition:
    edition = Edition.objects.filter(key=shipped.key, edition=shipped.edition).first()
    if edition is not None and edition.staged_by_id is not None:
        return edition  # a curator's own import of the same edition stands
    return _store(shipped, edition, state=Edition.State.RELEASED, by=None, why=SHIPPED)


def edition_read(
    *, key: str, edition: date, file: Path, covers: str = "all", url: str = ""
) -> PublishedEdition:
    """The rows of one edition in a CSV of facts (columns: `compliance.lists.published.COLUMNS`).

    Refused whole where one row is not understood, where the file has none of that edition, or
    where a list that we ship has an unlikely number of them.
    """
    try:
        content = file.read_bytes()
        found = [listing for day, _, listing in read_facts(file) if day == edition]
    except OSError as error:
        what = f"It cannot be read: {error.strerror}."
        raise Refused(Problem("unreadable", str(file), what, "Check the path.")) from error
    except (Unexpected, ValueError, csv.Error) as error:
        fix = "Correct the file; nothing of it was kept."
        raise Refused(Problem("unexpected", file.name, str(error), fix)) from error
    if not found:
        what = f"It has no row of the edition of {edition}."
        raise Refused(Problem("no-rows", file.name, what, "Check the date of the edition."))
    source = next((each for each in SOURCES if each.key == key), None)
    if source is not None and covers == source.covers and len(found) not in source.expects:
        least, most = source.expects.start, source.expects.stop - 1
        what = f"{len(found)} rows, where {least} to {most} are usual."
        fix = "Compare with the publisher's list; widen `expects` of the source if it is right."
        raise Refused(Problem("unlikely-size", file.name, what, fix))
    return PublishedEdition(
        key, edition, found, url=url, covers=covers, sha256=hashlib.sha256(content).hexdigest()
    )


def edition_stage(*, edition: PublishedEdition, by: User | None) -> Edition:
    """Put an edition beside the law, for another curator to release. Staging it again replaces it.

    Refused: an edition that is released already, or dated before the newest released one.
    """
    _require_curator(by)
    newest = (
        Edition.objects.filter(key=edition.key, state=Edition.State.RELEASED)
        .order_by("-edition")
        .first()
    )
    same = Edition.objects.filter(key=edition.key, edition=edition.edition).first()
    refuse_if(_stage_problems(edition, newest, same))
    why = f"Staged {edition.key} of {edition.edition}"
    return _store(edition, same, state=Edition.State.STAGED, by=by, why=why)


def _stage_problems(
    edition: PublishedEdition, newest: Edition | None, same: Edition | None
) -> Iterable[Problem]:
    if same is not None and same.state == Edition.State.RELEASED:
        what = f"{same} is released, and verdicts rest on it."
        yield Problem("released-already", "edition", what, "Import a later edition.")
    elif newest is not None and edition.edition < newest.edition:
        what = f"This is older than {newest}, which is released."
        yield Problem("older-edition", "edition", what, "Check the date of the edition.")
    codes = [listing.code for listing in edition.listings]
    for code in sorted({code for code in codes if codes.count(code) > 1}):
        what = f"Two rows are known as {code}."
        yield Problem("duplicate-entry", code, what, "Correct the file or its reader.")


def edition_release(*, key: str, edition: date, by: User) -> Edition:
    """Make a staged edition law to the engine, by a curator other than the one who staged it.

    PermissionDenied for who is no curator; Refused for everything else. Of two who release it at
    once, the second is told that it is released.
    """
    _require_curator(by)
    with transaction.atomic():
        row = Edition.objects.select_for_update().filter(key=key, edition=edition).first()
        if row is None:
            what = f"No edition of {key} dated {edition} is staged."
            raise Refused(Problem("does-not-exist", "edition", what, "Import it first."))
        if row.state == Edition.State.RELEASED:
            what = f"{row} is released already."
            raise Refused(Problem("released-already", "edition", what, "There is nothing to do."))
        if row.staged_by_id == by.pk:
            what = "You staged this edition; another curator must release it."
            raise Refused(Problem("second-person", "edition", what, "Ask another curator."))
        with recorded(by=by, why=f"Released {row}"):
            row.state, row.released_by = Edition.State.RELEASED, by
            row.save(update_fields=["state", "released_by"])
    return row


def _require_curator(by: User | None) -> None:
    if by is not None and not by.is_curator:
        raise PermissionDenied("Lists are kept by curators.")


def _store(
    said_of: PublishedEdition, row: Edition | None, *, state: str, by: User | None, why: str
) -> Edition:
    """The edition and its listings as published, in place of what stood. Equal rows are not
    touched, so that only what differs is a Change.
    """
    said: dict[str, Any] = {
        "register_date": said_of.register_date,
        "url": said_of.url,
        "covers": said_of.covers,
        "read_by": said_of.read_by,
        "confidence": said_of.confidence,
        "sha256": said_of.sha256 or _digest(said_of),
        "state": state,
        "staged_by": by,
    }
    with recorded(by=by, why=why):
        if row is None:
            row = Edition.objects.create(key=said_of.key, edition=said_of.edition, **said)
        else:
            _update(row, said)
        standing = {listing.code: listing for listing in row.listings.all()}
        wanted = {listing.code: _values(listing) for listing in said_of.listings}
        for code, listing in standing.items():
            if code not in wanted:
                listing.delete()
        for code, values in wanted.items():
            if code in standing:
                _update(standing[code], values)
        Listing.objects.bulk_create(
            Listing(edition=row, code=code, **values)
            for code, values in wanted.items()
            if code not in standing
        )
    return row


def _update(row: Edition | Listing, values: Mapping[str, Any]) -> None:
    moved = [name for name, value in values.items() if getattr(row, name) != value]
    for name in moved:
        setattr(row, name, values[name])
    if moved:
        row.save(update_fields=moved)


def _values(listing: PublishedListing) -> dict[str, Any]:
    values = {name: getattr(listing, name) for name in KEPT}
    return values | {
        "aliases": list(listing.aliases),
        "identifiers": dict(listing.identifiers),
    }


def _digest(said_of: PublishedEdition) -> str:
    """Of what the edition says, for one that was not read from a file of its own."""
    said = [{"code": listing.code, **_values(listing)} for listing in said_of.listings]
    text = json.dumps(said, sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
