"""Who was on a list on a day, as published by a day, as known on a day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from compliance.known import Known
from compliance.law.ownership.shares import in_force
from compliance.law.world import ListEdition, ListEntry
from compliance.listed import lists_known


@dataclass(frozen=True, slots=True)
class ListedOn:
    """What a list said of a day. edition None: no edition had been published by then, so that
    nothing can be said of anybody.
    """

    edition: ListEdition | None
    entries: Sequence[ListEntry]


def listed_on(
    key: str, *, on: date, published_by: date | None = None, known_on: datetime | None = None
) -> ListedOn:
    """Everybody on list `key` on the day `on`.

    The last full edition or notice dated by then speaks. published_by: only those published by
    that day count, so that "listed on D as one could read on K" can be asked. known_on: with the
    editions that were in this database then (None: now).
    """
    limit = on if published_by is None else min(on, published_by)
    lists, _ = lists_known(Known(None, known_on))
    governing = None
    for edition in lists:  # by key, then day
        if edition.key == key and edition.edition <= limit:
            governing = edition
    if governing is None:
        return ListedOn(None, ())
    return ListedOn(governing, tuple(each for each in governing.entries if in_force(each, on)))
