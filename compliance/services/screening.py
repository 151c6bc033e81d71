"""Keep `Match` current: after a party moves, that party; after a list moves, every party.

What an index finds for one party depends on all of its entries (a word that nobody listed bears may
be read as misspelt), so a new edition asks every party anew; only what differs is written.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.db.models import Max

from compliance.batches import batches
from compliance.known import Known
from compliance.listed import lists_known
from compliance.models import Edition, Listing, Match, ScreenedUpTo
from compliance.screening.index import Entry
from compliance.screening.screen import screen
from procurement.models import Change, Party

PARTIES_A_BATCH = 1_000
LISTS = (Edition._meta.db_table, Listing._meta.db_table)


class Screened(NamedTuple):
    """What an update did. asked: parties screened; moved: of these, whose matches differ now."""

    asked: int = 0
    moved: tuple[int, ...] = ()


def matches_update(*, now: datetime) -> Screened:
    """Screen whatever moved since the last time. Run twice at once it does the same work twice,
    with the same outcome.
    """
    upto = ScreenedUpTo.objects.order_by("-change").first()
    newest = Change.objects.aggregate(newest=Max("id"))["newest"] or 0
    if upto is not None and upto.change >= newest:
        return Screened()
    _, entries = lists_known(Known(None))
    asked, moved = 0, []
    for batch in _batches(None if upto is None else upto.change, newest):
        asked += len(batch)
        moved += parties_screen(batch, entries)
    with transaction.atomic():
        ScreenedUpTo.objects.all().delete()
        ScreenedUpTo.objects.create(change=newest, at=now)
    return Screened(asked, tuple(moved))


def parties_screen(ids: Iterable[int], entries: tuple[Entry, ...]) -> list[int]:
    """Screen these parties by name and write what differs; ids of those whose matches moved."""
    rows = Party.objects.filter(pk__in=list(ids)).values_list("pk", "name", "name_local", "aliases")
    wanted: dict[tuple[int, str, str], float] = {}
    screened = []
    for pk, name, local, aliases in rows:
        screened.append(pk)
        for found in screen(tuple(filter(None, (name, local, *aliases))), {}, entries):
            wanted[pk, found.list_key, found.entry_code] = found.score
    with transaction.atomic():
        standing = {
            (row.party_id, row.list_key, row.code): row
            for row in Match.objects.filter(party__in=screened)
        }
        gone = standing.keys() - wanted.keys()
        new = wanted.keys() - standing.keys()
        rescored = [
            key for key in wanted.keys() & standing.keys() if wanted[key] != standing[key].score
        ]
        Match.objects.filter(pk__in=[standing[key].pk for key in gone]).delete()
        Match.objects.bulk_create(
            [
                Match(party_id=party, list_key=key, code=code, score=wanted[party, key, code])
                for party, key, code in sorted(new)
            ],
            ignore_conflicts=True,
        )
        for key in rescored:
            standing[key].score = wanted[key]
        Match.objects.bulk_update([standing[key] for key in rescored], ["score"])
    return sorted({party for party, _, _ in gone | new})


def _batches(since: int | None, upto: int) -> Iterator[list[int]]:
    """Ids of the parties to ask: all where nothing was ever asked, or a list has moved."""
    changes = Change.objects.filter(id__gt=since or 0, id__lte=upto)
    if since is None or changes.filter(table_name__in=LISTS).exists():
        last = 0
        while batch := list(
            Party.objects.filter(pk__gt=last)
            .order_by("pk")
            .values_list("pk", flat=True)[:PARTIES_A_BATCH]
        ):
            yield batch
            last = batch[-1]
        return
    moved = changes.filter(table_name=Party._meta.db_table).order_by("row")
    ids = list(moved.values_list("row", flat=True).distinct())
    yield from batches(ids, PARTIES_A_BATCH)
