"""Which names wait for a person: the queue of "same or not the same"."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import CharField, Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Cast, Coalesce

from compliance.models import IdentityDecision, Leaning, Listing
from compliance.models import Match as MatchRow
from compliance.selectors.parties import Match, matches_of
from procurement.access import organisation_of, visible
from procurement.models import Identifier, Party, Stake, User

PAGE = 50
MOST_OWNERS = 8


@dataclass(frozen=True, slots=True)
class Pair:
    """A party beside an entry, as the queue lists it. lines: parts whose verdicts lean on it."""

    party: Party
    list_key: str
    code: str
    score: float
    parts: int
    listing: Listing | None
    decision: IdentityDecision | None

    @property
    def key(self) -> str:
        return f"{self.party.pk}/{self.list_key}/{self.code}"

    @property
    def second(self) -> bool:
        """Somebody has said "not the same", and a second person must confirm it."""
        return self.decision is not None and not self.decision.same

    def decided_by(self, user: User) -> bool:
        """This very person has decided it, and a second has not."""
        return self.decision is not None and self.decision.decided_by_id == user.pk


@dataclass(frozen=True, slots=True)
class SideBySide:
    """Everything that helps to tell the two apart."""

    match: Match
    party: Party
    identifiers: tuple[Identifier, ...]
    owners: tuple[Stake, ...]


def waiting(user: User) -> QuerySet[MatchRow]:
    """Pairs that nobody has settled for the person's organisation, of parties that it buys from:
    most parts first, then the likeliest.
    """
    organisation = organisation_of(user)
    leaning = Leaning.objects.filter(
        organisation=organisation, kind="party", key=Cast(OuterRef("party"), CharField())
    )
    settled = IdentityDecision.objects.filter(
        Q(organisation=None) | Q(organisation=organisation),
        Q(same=True) | Q(confirmed_by__isnull=False),
        party=OuterRef("party"), list_key=OuterRef("list_key"), code=OuterRef("code"),
    )  # fmt: skip
    parts = leaning.values("key").annotate(n=Count("part", distinct=True)).values("n")
    return (
        MatchRow.objects.filter(Q(party__organisation=organisation) | Exists(leaning))
        .filter(Q(party__organisation=None) | Q(party__organisation=organisation))
        .exclude(Exists(settled))
        .annotate(parts=Coalesce(Subquery(parts), 0))
        .select_related("party")
        .order_by("-parts", "-score", "party__name", "list_key", "code")
    )


def pairs(rows: Sequence[MatchRow], user: User) -> tuple[Pair, ...]:
    """The rows with the entry as its latest released edition names it, and what was decided."""
    listings = _listings(rows)
    decided = {
        (each.party_id, each.list_key, each.code): each
        for each in visible(
            IdentityDecision.objects.filter(party__in={row.party_id for row in rows}), user
        ).select_related("decided_by")
    }
    return tuple(
        Pair(
            row.party, row.list_key, row.code, row.score, getattr(row, "parts", 0),
            listings.get((row.list_key, row.code)),
            decided.get((row.party_id, row.list_key, row.code)),
        )
        for row in rows
    )  # fmt: skip


def _listings(rows: Sequence[MatchRow]) -> dict[tuple[str, str], Listing]:
    found = Listing.objects.filter(
        edition__state="released",
        edition__key__in={row.list_key for row in rows},
        code__in={row.code for row in rows},
    ).select_related("edition")
    return {(each.edition.key, each.code): each for each in found.order_by("edition__edition")}


def side_by_side(pair: Pair, user: User) -> SideBySide | None:
    """The pair with all that tells them apart; None where it is no question any more."""
    for match in matches_of(pair.party, user):
        if (match.list_key, match.code) == (pair.list_key, pair.code):
            return SideBySide(
                match,
                pair.party,
                tuple(visible(Identifier.objects.filter(party=pair.party), user)),
                tuple(
                    visible(Stake.objects.filter(held=pair.party), user)
                    .select_related("holder")
                    .order_by("-high", "pk")[:MOST_OWNERS]
                ),
            )
    return None
