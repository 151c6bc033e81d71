"""Who stands below whom, and beside whom: by stakes, controls and licences that stand, of whatever
owner and day. Too many is a cost, too few is a defect.
"""

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal

from compliance.batches import batches
from compliance.known import MOST_IN_A_QUERY, Known
from compliance.listed import lists_known
from compliance.models import IdentityDecision
from compliance.screening.screen import DECIDING, index_of
from procurement.models import Control, Identifier, Licence, Stake

HALF = Decimal(50)


def everyone_below(parties: Iterable[int]) -> set[int]:
    """These parties and all for whom they count: held, controlled or licensed at any remove."""
    return _followed(parties, _below)


def sisters(parties: Iterable[int]) -> set[int]:
    """These parties and all who share with one of them a holder of more than half, at any remove:
    where a list names the one, the others are affiliates of a listed company.
    """
    return _followed(_followed(parties, _parents), _daughters)


def any_named(parties: Iterable[int]) -> bool:
    """Does some list name one of them, by anyone's decision or by number?"""
    _, entries = lists_known(Known(None))
    index = index_of(entries)
    listed = {(scheme, number) for scheme in DECIDING for number in index.numbers(scheme)}
    for batch in batches(sorted(parties), MOST_IN_A_QUERY):
        if IdentityDecision.objects.filter(party__in=batch, same=True).exists():
            return True
        numbers = Identifier.objects.filter(party__in=batch, scheme__in=DECIDING)
        if not listed.isdisjoint(numbers.values_list("scheme", "value")):
            return True
    return False


def _followed(parties: Iterable[int], linked: Callable[[list[int]], Iterator[int]]) -> set[int]:
    seen = set(parties)
    frontier = set(seen)
    while frontier:
        found: set[int] = set()
        for batch in batches(sorted(frontier), MOST_IN_A_QUERY):
            found.update(linked(batch))
        frontier = found - seen
        seen |= frontier
    return seen


def _below(parties: list[int]) -> Iterator[int]:
    yield from Stake.objects.filter(holder__in=parties).values_list("held_id", flat=True)
    controls = Control.objects.filter(controller__in=parties)
    yield from controls.values_list("controlled_id", flat=True)
    licences = Licence.objects.filter(licensor__in=parties, licensee__isnull=False)
    yield from licences.values_list("licensee_id", flat=True)


def _parents(parties: list[int]) -> Iterator[int]:
    yield from (holder for holder, _ in _majorities("held_id", parties))


def _daughters(parties: list[int]) -> Iterator[int]:
    yield from (held for _, held in _majorities("holder_id", parties))


def _majorities(side: str, parties: list[int]) -> Iterator[tuple[int, int]]:
    """(holder, held) where the one may hold more than half of the other, or consolidates it."""
    shares: dict[tuple[int, int, str], Decimal] = {}
    stakes = Stake.objects.filter(**{f"{side}__in": parties})
    for holder, held, metric, high in stakes.values_list("holder_id", "held_id", "metric", "high"):
        asked = (holder, held, metric)
        shares[asked] = shares.get(asked, Decimal(0)) + high
    yield from {(holder, held) for (holder, held, _), high in shares.items() if high > HALF}
    column = {"held_id": "controlled_id", "holder_id": "controller_id"}[side]
    controls = Control.objects.filter(**{f"{column}__in": parties}, kind=Control.Kind.SUBSIDIARY)
    yield from controls.values_list("controller_id", "controlled_id")
