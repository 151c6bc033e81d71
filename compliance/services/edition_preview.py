"""What releasing an edition would move: entries, the parties they could be, and verdicts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from compliance.listed import lists_forget
from compliance.models import Edition, Leaning, Listing
from compliance.recheck.affected import Reach
from compliance.recheck.listings import lists_moved, lists_touch
from compliance.screening.screen import Entry, screen
from compliance.services.evaluating import Moved, what_if
from compliance.services.lists import edition_take_effect, require_curator
from procurement.access import visible
from procurement.models import Bom, Change, Identifier, Line, Party, User

MOST_LINES = 100
"""Lines that are judged twice for a preview; the rest are counted."""


@dataclass(frozen=True, slots=True)
class Concerned:
    """A party that an entry which comes, goes or is renamed could be."""

    party: Party
    entry: str
    coming: bool
    sure: bool
    score: float


@dataclass(frozen=True, slots=True)
class MovedVerdict:
    """A verdict that would move. line None: the counterparty's."""

    bom: Bom
    line: Line | None
    moved: Moved

    @property
    def rule(self) -> str:
        return self.moved.after[0].rule

    @property
    def before(self) -> str:
        """The verdict as things are."""
        return self.moved.before[0].verdict

    @property
    def after(self) -> str:
        """The verdict as it would be."""
        return self.moved.after[0].verdict

    @property
    def why(self) -> str:
        """The sentence that would be under it."""
        return self.moved.after[1]


@dataclass(frozen=True, slots=True)
class EditionPreview:
    """`before`: the edition that speaks on this one's day as things are; None: no edition does.

    lines: how many lines and counterparties would be judged anew, in all organisations, for a party
    behind them stands otherwise on the list; judged: how many of them were judged both ways;
    verdicts: how many answers moved there; shown: those that the person may see.
    """

    before: Edition | None
    coming: Sequence[str]
    going: Sequence[str]
    renamed: Sequence[tuple[str, str]]
    parties: Sequence[Concerned]
    lines: int
    judged: int
    verdicts: int
    shown: Sequence[MovedVerdict]


def edition_preview(*, edition: Edition, by: User, today: date) -> EditionPreview:
    """Nothing is kept: verdicts are judged as things are and as if the edition were released, and
    rolled back. A curator may look at a staged edition, also at one that they staged.
    """
    require_curator(by)
    before = _before(edition)
    old = _entries(before) if before else {}
    new = _entries(edition)
    coming = {code: new[code] for code in new if code not in old}
    going = {code: old[code] for code in old if code not in new}
    renamed = {code: new[code] for code in new if code in old and new[code].name != old[code].name}
    moved = [*coming.values(), *going.values(), *renamed.values()]
    touched = _touched(edition, today) if edition.state == Edition.State.STAGED else []
    judged = touched[:MOST_LINES]
    moves = _moves(edition, judged)
    return EditionPreview(
        before=before,
        coming=sorted(each.name for each in coming.values()),
        going=sorted(each.name for each in going.values()),
        renamed=[(old[code].name, each.name) for code, each in renamed.items()],
        parties=_concerned(edition.key, moved, set(coming), by),
        lines=len(touched),
        judged=len(judged),
        verdicts=len(moves),
        shown=_seen(moves, by),
    )


def _before(edition: Edition) -> Edition | None:
    """A released edition of the same day speaks until this one takes its place."""
    return (
        Edition.objects.filter(
            key=edition.key, state=Edition.State.RELEASED, edition__lte=edition.edition
        )
        .exclude(pk=edition.pk)
        .order_by("-edition")
        .first()
    )


def _entries(edition: Edition) -> dict[str, Listing]:
    return {listing.code: listing for listing in edition.listings.all()}


def _concerned(
    key: str, listings: Sequence[Listing], coming: set[str], by: User
) -> list[Concerned]:
    """Parties that verdicts lean on and that the person may see, by likeness."""
    entries = tuple(
        Entry(key, each.code, (each.name, *each.aliases), tuple(sorted(each.identifiers.items())))
        for each in listings
    )
    if not entries:
        return []
    names = {each.code: each.name for each in listings}
    leaned = {int(k) for k in Leaning.objects.filter(kind="party").values_list("key", flat=True)}
    parties = [each for each in visible(Party.objects.order_by("name"), by) if each.pk in leaned]
    numbers: dict[int, dict[str, str]] = {}
    for row in visible(Identifier.objects.filter(party__in=[p.pk for p in parties]), by):
        numbers.setdefault(row.party_id, {})[row.scheme] = row.value
    found = []
    for party in parties:
        for match in screen(party.names, numbers.get(party.pk, {}), entries):
            found.append(
                Concerned(
                    party,
                    names[match.entry_code],
                    match.entry_code in coming,
                    match.same is True,
                    match.score,
                )
            )
    return sorted(found, key=lambda each: (-each.score, each.party.name))


def _touched(edition: Edition, today: date) -> list[tuple[int, int | None]]:
    """(BOM, line or None for its counterparty) that the release would ask anew, as the relay does
    once it is released.
    """
    with transaction.atomic():
        edition_take_effect(Edition.objects.get(pk=edition.pk), by=None)
        waiting = Change.objects.filter(relayed_at=None).order_by("id")
        lines, boms = lists_touch(lists_moved(waiting, today=today), Reach())
        transaction.set_rollback(True)
    found: list[tuple[int, int | None]] = [(bom, None) for bom in boms]
    found += Line.objects.filter(pk__in=lines).values_list("bom_id", "id")
    return sorted(found, key=lambda each: (each[0], each[1] or 0))


def _moves(edition: Edition, asked: Sequence[tuple[int, int | None]]) -> list[MovedVerdict]:
    found = []
    for bom in Bom.objects.filter(pk__in={bom for bom, _ in asked}).order_by("pk"):
        wanted = [line for pk, line in asked if pk == bom.pk]
        rows = Line.objects.filter(pk__in=[line for line in wanted if line]).select_related("part")
        lines = {line.pk: line for line in rows}
        try:
            supposed = what_if(
                bom=bom,
                lines=wanted,
                on=None,
                suppose=lambda: edition_take_effect(Edition.objects.get(pk=edition.pk), by=None),
            )
        finally:
            lists_forget()  # what was read of lists inside was rolled back
        found += [
            MovedVerdict(bom, lines[each.line] if each.line else None, each)
            for each in supposed.moved
        ]
    return found


def _seen(moves: Sequence[MovedVerdict], by: User) -> list[MovedVerdict]:
    """Of other organisations' lines only the number is told."""
    membership = getattr(by, "membership", None)
    own = membership.organisation_id if membership else None
    return [each for each in moves if own is not None and each.bom.organisation_id == own]
