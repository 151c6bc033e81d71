"""A supplier before the lists, and the lines whose verdicts lean on it."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import QuerySet

from compliance.known import Known
from compliance.listed import lists_known
from compliance.models import IdentityDecision, Leaning, Listing, VerdictChange, Work
from compliance.screening.names import readable
from compliance.screening.screen import screen
from compliance.selectors.changes import changes_unfollowed
from compliance.selectors.tallies import Tally, tally_of, with_worst
from procurement.access import organisation_of, visible
from procurement.models import Identifier, Line, Party, User, not_superseded

MOST_LINES = 50


@dataclass(frozen=True, slots=True)
class Match:
    """The party and an entry it could be. same None: a person must decide, or a second confirm.

    steps: what agrees and what differs, in words. decision: the one that counts.
    """

    list_key: str
    code: str
    listing: Listing
    same: bool | None
    basis: str
    steps: tuple[str, ...]
    decision: IdentityDecision | None


@dataclass(frozen=True, slots=True)
class PartyVerdicts:
    party: Party
    matches: tuple[Match, ...]
    lines: tuple[Line, ...]
    tally: Tally
    waiting: int
    unread: bool
    """We cannot read the script of its names, so that no list was searched by them."""
    following: bool
    """A fact moved a moment ago; which lines it can touch is being found."""
    changes: tuple[VerdictChange, ...]

    @property
    def undecided(self) -> int:
        return sum(match.same is None for match in self.matches)


def lines_leaning(party: Party, user: User) -> QuerySet[Line]:
    """Lines of the person's standing BOMs whose verdicts lean on the party."""
    if not hasattr(user, "membership"):  # a curator of the installation alone
        return Line.objects.none()
    organisation = organisation_of(user)
    parts = Leaning.objects.filter(organisation=organisation, kind="party", key=str(party.pk))
    return Line.objects.filter(
        not_superseded("bom"), bom__organisation=organisation, part__in=parts.values("part")
    )


def party_verdicts(*, party: Party, user: User) -> PartyVerdicts:
    lines = lines_leaning(party, user)
    counted: dict[int | None, int] = {}
    for rank in with_worst(lines).values_list("worst", flat=True):
        counted[rank] = counted.get(rank, 0) + 1
    shown = with_worst(lines).select_related("bom", "part").prefetch_related("verdicts")
    return PartyVerdicts(
        party=party,
        matches=tuple(matches_of(party, user)),
        lines=tuple(shown.order_by("worst", "bom", "sequence")[:MOST_LINES]),
        tally=tally_of(counted),
        unread=not readable(party.names),
        waiting=Work.objects.filter(line__in=lines, set_aside=False).count(),
        following=bool(counted) and changes_unfollowed(organisation_of(user).pk),
        changes=tuple(
            VerdictChange.objects.filter(line__in=lines)
            .select_related("line", "bom", "before", "after")
            .order_by("-id")[:10]
        ),
    )


def matches_of(party: Party, user: User) -> Iterator[Match]:
    """Every entry the party could be: as decided, by an agreeing number, or by name alone."""
    membership = getattr(user, "membership", None)
    _, entries = lists_known(Known(membership.organisation_id if membership else None))
    numbers = dict(
        visible(Identifier.objects.filter(party=party), user).values_list("scheme", "value")
    )
    decided: dict[tuple[str, str], IdentityDecision] = {}
    rows = visible(IdentityDecision.objects.filter(party=party), user)
    for row in rows.select_related("decided_by", "confirmed_by").order_by("organisation", "pk"):
        decided[row.list_key, row.code] = row  # one's own come last, and count
    found = {(c.list_key, c.entry_code): c for c in screen(party.names, numbers, entries)}
    for key in dict.fromkeys([*decided, *found]):
        listing = _listing(*key)
        if listing is None:
            continue
        decision, candidate = decided.get(key), found.get(key)
        if decision is not None:
            settled = decision.same or decision.confirmed_by_id is not None
            same = decision.same if settled else None
        else:
            same = candidate.same if candidate else None
        yield Match(
            list_key=key[0],
            code=key[1],
            listing=listing,
            same=same,
            basis="decision" if decision else candidate.basis if candidate else "name",
            steps=candidate.steps if candidate else (),
            decision=decision,
        )


def _listing(list_key: str, code: str) -> Listing | None:
    """The entry as the latest released edition that has it names it."""
    rows = Listing.objects.filter(edition__key=list_key, code=code, edition__state="released")
    return rows.select_related("edition").order_by("-edition__edition").first()
