"""Which owners decide a party's standing on a day, and what the law makes of them, in words."""

from dataclasses import dataclass
from datetime import date

from compliance.dossiers import party_world
from compliance.law.answers import Answer
from compliance.law.deciding import deciding
from compliance.law.feoc import FeocIndex
from compliance.law.standing import Prong
from compliance.refs import must_ref
from procurement.models import Party, User


@dataclass(frozen=True, slots=True)
class Deciding:
    """The party as an entity, whatever it makes: is it a foreign entity of concern that day?

    answer: "yes", "no" or "unknown". prongs: those that are met. asks: what is not known, where
    that is what the answer waits for. pairs: ids of holder and held, of the links that decide.
    """

    answer: str
    prongs: tuple[Prong, ...]
    asks: tuple[str, ...]
    pairs: frozenset[tuple[int, int]]


def party_deciding(*, party: Party, user: User, on: date, today: date) -> Deciding:
    """By all that the person's organisation knows today."""
    membership = getattr(user, "membership", None)
    organisation = membership.organisation_id if membership else None
    index = FeocIndex(party_world(party.pk, organisation=organisation, today=today))
    ref = must_ref(Party, party.pk)
    standing = index.standing(ref, on)
    return Deciding(
        answer={Answer.YES: "yes", Answer.NO: "no", Answer.UNKNOWN: "unknown"}[standing.answer],
        prongs=standing.fired,
        asks=tuple(dict.fromkeys(missing.says for missing in standing.missing)),
        pairs=frozenset((_id(holder), _id(held)) for holder, held in deciding(index, ref, on)),
    )


def _id(ref: str) -> int:
    return int(ref.partition(":")[2])
