"""Certificates of re-checks: one as a person may see it, and the whole chain for who verifies."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from compliance.batches import batches
from compliance.models import Recheck, VerdictChange, Work
from compliance.recheck.certificate import carried_of, lines_of
from compliance.recheck.words import cause_of
from procurement.access import organisation_of, own
from procurement.models import Change, Line, Organisation, User

MOST_LINES = 200
OUTCOMES = {
    "aside": "Set aside: it could not be judged",
    "waiting": "Waits to be judged",
    "moved": "Moved",
    "carried": "Taken over by a later re-check",
    "same": "Derived again, same verdicts",
}
"""What can come of a line that could be touched, in the order in which lines are shown."""


@dataclass(frozen=True, slots=True)
class Touched:
    """One of the reader's lines that the re-check could move. outcome: a key of OUTCOMES."""

    line: Line
    outcome: str

    @property
    def words(self) -> str:
        return OUTCOMES[self.outcome]


@dataclass(frozen=True, slots=True)
class Certificate:
    """A re-check serves all organisations at once; this is what one person's may see of it.

    touched: how many of their own lines it could move; came_of: those by what came of them, as
    (words, lines); lines: the first of them. previous, following: the re-checks before and after it
    in the chain.
    """

    recheck: Recheck
    cause: str
    changes: tuple[int, ...]
    moved: tuple[VerdictChange, ...]
    touched: int
    came_of: tuple[tuple[str, int], ...]
    lines: tuple[Touched, ...]
    previous: str
    before: Recheck | None
    after: Recheck | None

    @property
    def lists(self) -> dict[str, Any]:
        """List → edition and read_by, as they stood; empty until it is done."""
        found: dict[str, Any] = (self.recheck.certificate or {}).get("lists", {})
        return found

    @property
    def state(self) -> str:
        """Names what a reader sees: as long as it is the same, nothing shows differently."""
        waiting = dict(self.came_of).get(OUTCOMES["waiting"], 0)
        return f"{self.recheck.state}-{waiting}-{len(self.moved)}"


def certificate_for(*, recheck: Recheck, by: User) -> Certificate | None:
    """None: all of it is somebody else's, and does not exist for them."""
    organisation = organisation_of(by)
    seen = Q(organisation_id=None) | Q(organisation_id=organisation.pk)
    changes = list(Change.objects.filter(seen, pk__in=recheck.changes).order_by("id"))
    moved = own(VerdictChange.objects.filter(recheck=recheck).order_by("id"), by)
    found = tuple(moved.select_related("line", "bom", "before", "after"))
    if recheck.changes and not changes and not found:
        return None
    outcomes = _outcomes(recheck, organisation, found)
    by_outcome = {
        outcome: sorted(line for line, came in outcomes.items() if came == outcome)
        for outcome in OUTCOMES
    }
    chain = Recheck.objects.filter(number__isnull=False)
    number = recheck.number
    return Certificate(
        recheck=recheck,
        cause=cause_of(changes) if changes else found[0].cause if found else recheck.cause,
        changes=tuple(change.pk for change in changes),
        moved=found,
        touched=len(outcomes),
        came_of=tuple((OUTCOMES[key], len(lines)) for key, lines in by_outcome.items() if lines),
        lines=tuple(_shown(by_outcome)),
        previous=(recheck.certificate or {}).get("previous", ""),
        before=chain.filter(number=number - 1).first() if number else None,
        after=chain.filter(number=number + 1).first() if number else None,
    )


def _outcomes(
    recheck: Recheck, organisation: Organisation, moved: tuple[VerdictChange, ...]
) -> dict[int, str]:
    """The organisation's lines that could be touched → what came of each."""
    mine: set[int] = set()
    for ids in batches(sorted(lines_of(recheck.lines)), 5_000):
        found = Line.objects.filter(bom__organisation=organisation, pk__gte=ids[0], pk__lte=ids[-1])
        mine.update(set(ids).intersection(found.values_list("pk", flat=True)))
    carried = carried_of(recheck)
    aside = lines_of((recheck.certificate or {}).get("set_aside", ""))
    work = Work.objects.filter(recheck=recheck, line__isnull=False)
    waiting = set(work.filter(set_aside=False).values_list("line_id", flat=True))
    if recheck.certificate is None:
        aside = set(work.filter(set_aside=True).values_list("line_id", flat=True))
    flipped = {change.line_id for change in moved}
    return {
        line: "moved" if line in flipped
        else "aside" if line in aside
        else "waiting" if line in waiting
        else "carried" if line in carried
        else "same"
        for line in mine
    }  # fmt: skip


def _shown(by_outcome: dict[str, list[int]]) -> Iterator[Touched]:
    left = MOST_LINES
    for outcome, ids in by_outcome.items():
        lines = Line.objects.filter(pk__in=ids[:left]).select_related("bom").order_by("bom", "pk")
        yield from (Touched(line, outcome) for line in lines)
        left -= len(ids[:left])


def chain_export(*, since: int = 1) -> dict[str, Any]:
    """The chain from certificate `since` on, as `chain_verifier.py` reads it."""
    rows = Recheck.objects.filter(number__gte=since).order_by("number")
    return {
        "format": "cellgate-chain-1",
        "certificates": [
            {"certificate": each.certificate, "digest": each.digest} for each in rows.iterator()
        ],
    }
