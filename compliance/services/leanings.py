"""What parts lean on, remembered before any verdict on them is.

The relay finds the lines that a change touches by what their parts lean on. What nobody had
remembered before facts were read, nobody could find the line by while it was judged: so that is
remembered first, and where facts moved since they were read, the line is judged once more. It makes
no difference whether another worker remembered it meanwhile, for a line of the same part: the relay
may have looked before that. From then on the line is found.
"""

from collections.abc import Iterable, Sequence, Set
from typing import NamedTuple

from django.db import connection

from compliance.models import Leaning, Work
from compliance.recheck.affected import Anchor
from compliance.services.determinations import Judged
from procurement.models import Change, Line
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


Leaned = tuple[int, int, str, str]
"""Organisation, part, and the kind and key of an anchor."""


def leanings_met(asked: Iterable[Work]) -> set[Leaned]:
    """What the parts of these lines are remembered to lean on. Read it before the facts."""
    work = list(asked)
    ids = [each.line_id for each in work if each.line_id is not None]
    met = Leaning.objects.filter(
        organisation__among={each.bom.organisation_id for each in work},
        part__in=Line.objects.filter(pk__among=ids).values("part"),
    )
    return set(met.values_list("organisation_id", "part_id", "kind", "key"))


def leanings_remember(judged: Sequence[Judged], met: Set[Leaned]) -> bool:
    """Remember what was leaned on; says whether any of it was not `met` before facts were read.
    Only ever added to: too many is a cost, too few is a defect.
    """
    by_part: dict[tuple[int, int], set[Anchor]] = {}
    for each in judged:
        if each.line is not None:
            whose = (each.bom.organisation_id, each.line.part_id)
            by_part[whose] = by_part.get(whose, set()) | each.anchors
    wanted = {(*whose, *anchor) for whose, anchors in by_part.items() for anchor in anchors}
    new = wanted - met
    rows_insert(
        Leaning,
        ["organisation_id", "part_id", "kind", "key"],
        sorted(new),
        ignore_conflicts=True,
    )
    return bool(new)
