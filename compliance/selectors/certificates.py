"""Certificates of re-checks: one as a person may see it, and the whole chain for who verifies."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from compliance.models import Recheck, VerdictChange
from compliance.recheck.certificate import lines_of
from compliance.recheck.words import cause_of
from procurement.access import organisation_of, own
from procurement.models import Change, Line, User


@dataclass(frozen=True, slots=True)
class Certificate:
    """A re-check serves all organisations at once; this is what one person's may see of it.

    touched: how many of their own lines it could move, of all_touched of anybody's.
    """

    recheck: Recheck
    cause: str
    changes: tuple[int, ...]
    moved: tuple[VerdictChange, ...]
    touched: int
    previous: str


def certificate_for(*, recheck: Recheck, by: User) -> Certificate | None:
    """None: all of it is somebody else's, and does not exist for them."""
    organisation = organisation_of(by)
    seen = Q(organisation_id=None) | Q(organisation_id=organisation.pk)
    changes = list(Change.objects.filter(seen, pk__in=recheck.changes).order_by("id"))
    moved = own(VerdictChange.objects.filter(recheck=recheck).order_by("id"), by)
    found = tuple(moved.select_related("line", "bom", "before", "after"))
    if recheck.changes and not changes and not found:
        return None
    mine = set(Line.objects.filter(bom__organisation=organisation).values_list("id", flat=True))
    return Certificate(
        recheck=recheck,
        cause=cause_of(changes) if changes else found[0].cause if found else recheck.cause,
        changes=tuple(change.pk for change in changes),
        moved=found,
        touched=len(mine & lines_of(recheck.lines)),
        previous=(recheck.certificate or {}).get("previous", ""),
    )


def chain_export(*, since: int = 1) -> dict[str, Any]:
    """The chain from certificate `since` on, as `chain_verifier.py` reads it."""
    rows = Recheck.objects.filter(number__gte=since).order_by("number")
    return {
        "format": "cellgate-chain-1",
        "certificates": [
            {"certificate": each.certificate, "digest": each.digest} for each in rows.iterator()
        ],
    }
