"""Lists as published, into the database: shipped ones, and those that curators import and release.

Only a released edition is law to the engine. Who staged an edition cannot release it.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from compliance.lists import PublishedEdition, PublishedListing, published
from compliance.models import Edition, Listing
from procurement.formats.problem import Problem
from procurement.models import User
from procurement.problems import Refused, refuse_if
from procurement.services.recording import recorded

SHIPPED = "Shipped with Cellgate"
SCOPES = {"named": 0, "battery": 1, "all": 2}
"""What an edition covers, from least to most."""
FROM_MEMORY = "M"
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
    same = Edition.objects.filter(key=shipped.key, edition=shipped.edition)
    edition = same.filter(staged_by=None).first()
    if edition is None and (imported := same.order_by("state").first()) is not None:
        return imported  # a curator's own import of the same edition stands
    return _store(shipped, edition, state=Edition.State.RELEASED, by=None, why=SHIPPED)


def edition_stage(*, edition: PublishedEdition, by: User | None, history: bool = False) -> Edition:
    """Put an edition beside the law, for another curator to release. Staging it again replaces it.

    Refused: an edition that is released already, unless this one covers more; one dated before the
    newest released one that covers as much, unless it is added to `history` on purpose.
    """
    require_curator(by)
    rows = Edition.objects.filter(key=edition.key)
    released = [
        row
        for row in rows.filter(state=Edition.State.RELEASED)
        if not _narrower(row, edition.covers, edition.confidence)
    ]
    refuse_if(_stage_problems(edition, released, history=history))
    same = rows.filter(edition=edition.edition, state=Edition.State.STAGED).first()
    why = f"Staged {edition.key} of {edition.edition}"
    return _store(edition, same, state=Edition.State.STAGED, by=by, why=why)


def _narrower(row: Edition, covers: str, confidence: str) -> bool:
    """Does the edition answer for fewer, or rest on memory where the other does not?"""
    if SCOPES.get(row.covers, 1) != SCOPES.get(covers, 1):
        return SCOPES.get(row.covers, 1) < SCOPES.get(covers, 1)
    return row.confidence == FROM_MEMORY and confidence != FROM_MEMORY


def _stage_problems(
    edition: PublishedEdition, released: Sequence[Edition], *, history: bool
) -> Iterable[Problem]:
    newest = max(released, key=lambda row: row.edition, default=None)
    same = [row for row in released if row.edition == edition.edition]
    if same:
        what = f"{same[0]} is released, and verdicts rest on it."
        yield Problem("released-already", "edition", what, "Import a later edition.")
    elif newest is not None and edition.edition < newest.edition and not history:
        what = f"This is older than {newest}, which is released."
        fix = "Check the date of the edition; to fill in the past on purpose, say so."
        yield Problem("older-edition", "edition", what, fix)
    codes = Counter(listing.code for listing in edition.listings)
    for code in sorted(code for code, times in codes.items() if times > 1):
        what = f"Two rows are known as {code}."
        yield Problem("duplicate-entry", code, what, "Correct the file or its reader.")


def edition_release(*, key: str, edition: date, by: User) -> Edition:
    """Make a staged edition law to the engine, by a curator other than the one who staged it.

    It takes the place of a released one of the same day that covers less, and of whatever stood
    from memory alone on this list: Past keeps them. PermissionDenied for who is no curator; Refused
    for everything else. Of two who release it at once, the second is told that it is released.
    """
    require_curator(by)
    with transaction.atomic():
        rows = Edition.objects.select_for_update().filter(key=key, edition=edition)
        row = rows.filter(state=Edition.State.STAGED).first()
        if row is None and (done := rows.filter(state=Edition.State.RELEASED).first()):
            what = f"{done} is released already."
            raise Refused(Problem("released-already", "edition", what, "There is nothing to do."))
        if row is None:
            what = f"No edition of {key} dated {edition} is staged."
            raise Refused(Problem("does-not-exist", "edition", what, "Import it first."))
        refuse_if(_release_problems(row, by))
        edition_take_effect(row, by=by)
    return row


def edition_take_effect(row: Edition, *, by: User | None) -> None:
    """The staged edition becomes law, without asking who may; call `edition_release` for that."""
    with recorded(by=by, why=f"Released {row}"):
        for other in Edition.objects.filter(key=row.key, state=Edition.State.RELEASED):
            if _narrower(other, row.covers, row.confidence) and (
                other.edition == row.edition or other.confidence == FROM_MEMORY
            ):
                other.delete()
        row.state, row.released_by = Edition.State.RELEASED, by
        row.save(update_fields=["state", "released_by"])


def _release_problems(row: Edition, by: User) -> Iterable[Problem]:
    if row.staged_by_id == by.pk:
        what = "You staged this edition; another curator must release it."
        yield Problem("second-person", "edition", what, "Ask another curator.")
    if differences := row.second.get("differences"):
        what = f"Its two sources differ in {len(differences)} points; first: {differences[0]}"
        fix = "Stage it again from a file that is right, or compare another second source."
        yield Problem("sources-differ", "edition", what, fix)


def require_curator(by: User | None) -> None:
    """PermissionDenied for a person who keeps no lists; None is the installation itself."""
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
        "notice": said_of.notice,
        "second": {},
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
