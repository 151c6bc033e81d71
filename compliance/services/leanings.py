"""What parts lean on, remembered before any verdict on them is.

The relay finds the lines that a change touches by what their parts lean on. What a line leans on
for the first time nobody could find it by while it was judged: so that is remembered first, and
where facts moved since they were read, the line is judged once more. From then on it is found.
"""

from collections.abc import Sequence
from typing import NamedTuple

from django.db import connection

from compliance.models import Leaning
from compliance.recheck.affected import Anchor
from compliance.services.determinations import Judged
from procurement.models import Change
from procurement.services.bulk import rows_insert

FAR_BACK = 10_000
"""Changes among which one is looked for that had its id before others and was committed after."""


class Seen(NamedTuple):
    """The Changes that are seen at a moment: the newest, and on PostgreSQL the first transaction
    that had not ended by then."""

    newest: int
    open_from: int


def changes_seen() -> Seen:
    newest = newest_change()
    if connection.vendor != "postgresql":
        return Seen(newest, 0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint & 4294967295")
        return Seen(newest, cursor.fetchone()[0])


def newest_change() -> int:
    """The id of the newest Change that is seen; 0 before the first."""
    return Change.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def changed_since(seen: Seen) -> bool:
    """Whether any Change may have come since; ids are given out before transactions commit."""
    if Change.objects.filter(pk__gt=seen.newest).exists():
        return True
    if connection.vendor != "postgresql":
        return False
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM procurement_change "
            "WHERE id > %s AND xmin::text::bigint >= %s)",
            [seen.newest - FAR_BACK, seen.open_from],
        )
        return bool(cursor.fetchone()[0])


def leanings_remember(judged: Sequence[Judged]) -> bool:
    """Remember what was leaned on; says whether any of it is new. Only ever added to: too many is a
    cost, too few is a defect.
    """
    by_part: dict[tuple[int, int], set[Anchor]] = {}
    for each in judged:
        if each.line is not None:
            whose = (each.bom.organisation_id, each.line.part_id)
            by_part[whose] = by_part.get(whose, set()) | each.anchors
    wanted = {(*whose, *anchor) for whose, anchors in by_part.items() for anchor in anchors}
    met = Leaning.objects.filter(
        organisation__in={owner for owner, _ in by_part}, part__in={part for _, part in by_part}
    )
    new = wanted - set(met.values_list("organisation_id", "part_id", "kind", "key"))
    rows_insert(
        Leaning,
        ["organisation_id", "part_id", "kind", "key"],
        sorted(new),
        ignore_conflicts=True,
    )
    return bool(new)
