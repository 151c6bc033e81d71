"""Which owners decide a party's standing on a day, what the law makes of them, and which of the
facts it rests on are in doubt, in words.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from compliance.backed import documents_known
from compliance.dossiers import party_world
from compliance.known import Known
from compliance.law.answers import Answer
from compliance.law.deciding import deciding
from compliance.law.documents import CONTRADICTED, Documents, Doubt
from compliance.law.feoc import FeocIndex
from compliance.law.standing import Prong
from compliance.refs import must_ref
from procurement.access import own
from procurement.models import Backing, Evidence, Party, User


@dataclass(frozen=True, slots=True)
class InDoubt:
    """A fact behind the standing that is not relied on to clear anybody. says: the question that
    settles it. statement: of one's own, to settle. document: of one's own, whose days can be
    corrected. party: of whom the fact is told.
    """

    says: str
    statement: int | None
    document: int | None
    party: int | None


@dataclass(frozen=True, slots=True)
class Deciding:
    """The party as an entity, whatever it makes: is it a foreign entity of concern that day?

    answer: "yes", "no" or "unknown". prongs: those that are met. asks: what is not known, where
    that is what the answer waits for. pairs: ids of holder and held, of the links that decide.
    doubts: of that day. As in a verdict, what is in doubt clears nobody and taints as told.
    """

    answer: str
    prongs: tuple[Prong, ...]
    asks: tuple[str, ...]
    pairs: frozenset[tuple[int, int]]
    doubts: tuple[InDoubt, ...]


def party_deciding(*, party: Party, user: User, on: date, today: date) -> Deciding:
    """By all that the person's organisation knows today."""
    membership = getattr(user, "membership", None)
    organisation = membership.organisation_id if membership else None
    told = party_world(party.pk, organisation=organisation, today=today)
    documents, backings = documents_known(Known(organisation), told, [], {})
    papers = Documents(replace(told, documents=documents, backings=backings))
    doubts = papers.on(on)
    ref = must_ref(Party, party.pk)
    index = FeocIndex(papers.feared)
    standing = index.standing(ref, on)
    if doubts and standing.answer is Answer.NO:
        index = FeocIndex(papers.sure(on))
        standing = index.standing(ref, on)
    return Deciding(
        answer={Answer.YES: "yes", Answer.NO: "no", Answer.UNKNOWN: "unknown"}[standing.answer],
        prongs=standing.fired,
        asks=tuple(dict.fromkeys(missing.says for missing in standing.missing)),
        pairs=frozenset((_id(holder), _id(held)) for holder, held in deciding(index, ref, on)),
        doubts=tuple(_in_doubt(doubts, user)),
    )


def _in_doubt(doubts: Iterable[Doubt], user: User) -> Iterator[InDoubt]:
    may_settle = hasattr(user, "membership")
    for doubt in doubts:
        documents = [_id(source) for source in doubt.sources]
        mine: list[int] = []
        if may_settle and doubt.kind == CONTRADICTED:
            said = own(Backing.objects.filter(evidence__in=documents, field=doubt.field), user)
            said = said.filter(row=_id(doubt.fact), says__isnull=False, set_aside="")
            mine = list(said.order_by("id").values_list("pk", flat=True))
            documents = []
        elif may_settle:
            kept = own(Evidence.objects.filter(pk__in=documents), user)
            documents = list(kept.order_by("-expires", "pk").values_list("pk", flat=True))
        is_party = doubt.about.startswith(must_ref(Party, 0).removesuffix("0"))
        yield InDoubt(
            says=doubt.says,
            statement=mine[0] if mine else None,
            document=documents[0] if may_settle and documents else None,
            party=_id(doubt.about) if is_party else None,
        )


def _id(ref: str) -> int:
    return int(ref.partition(":")[2])
