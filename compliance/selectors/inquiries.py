"""What a supplier could be asked, what it was asked, and what has come of it."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Q, QuerySet

from compliance.models import Inquiry, InquiryQuestion, Verdict
from compliance.selectors.lines import Question, questions_of
from compliance.selectors.parties import lines_leaning
from procurement.access import organisation_of, own, visible
from procurement.models import Part, Party, Stake, User

MOST_LINES = 2_000
MOST_QUESTIONS = 40
"""More than this is a project, not a page that a supplier fills in."""

OF_PARTY = re.compile(r"part\.parties\.[^.]+\.(\w+)")
OF_PART = re.compile(r"part\.(?:units\.\d+|item)\..*?(\w+)")
ASKED_OF_PARTY: Mapping[str, str] = {
    "incorporated": InquiryQuestion.Asks.COUNTRY,
    "business": InquiryQuestion.Asks.COUNTRY,
    "government_of": InquiryQuestion.Asks.GOVERNMENT,
    "stakes": InquiryQuestion.Asks.OWNERS,
    "us_person": InquiryQuestion.Asks.YES_NO,
    "licences": InquiryQuestion.Asks.TEXT,
    "licence": InquiryQuestion.Asks.TEXT,
    "steps": InquiryQuestion.Asks.TEXT,
}
"""What only the company itself can tell. Which list it is on is not for it to say."""
YES_NO_OF_PART = ("complete", "licences_complete", "cots")
YES_NO_ATTRIBUTES = ("electronic_device", "covered_pcb", "telecom")
"""What is kept among a part's attributes, as "yes" or "no"."""


@dataclass(frozen=True, slots=True)
class Askable:
    """A deciding question that a supplier can answer.

    fact: the same for the same question, whichever line asks. about: the row, "party:12".
    lines: how many lines wait for it.
    """

    fact: str
    words: str
    asks: str
    about: str
    field: str
    lines: int = 0


def questions_about(*, party: Party, user: User) -> tuple[Askable, ...]:
    """Deciding questions on the person's lines that this supplier can answer, of those that most
    lines wait for first. A company knows who it is, its owners, and what it makes.
    """
    lines = lines_leaning(party, user).values_list("pk", flat=True)[:MOST_LINES]
    verdicts = Verdict.objects.filter(line__in=list(lines)).select_related(
        "determination__provenance"
    )
    parties = {party.pk, *holders_of(party, user)}
    makes = Part.objects.filter(
        Q(maker=party) | Q(assembler=party), organisation=organisation_of(user)
    )
    known = {f"party:{pk}" for pk in parties}
    known |= {f"part:{pk}" for pk in makes.values_list("pk", flat=True)}
    found: dict[str, Askable] = {}
    waiting: defaultdict[str, set[int | None]] = defaultdict(set)
    for verdict in verdicts.order_by("line", "rule"):
        for question in questions_of(verdict.determination):
            askable = askable_of(question)
            if askable is not None and askable.about in known:
                found.setdefault(askable.fact, askable)
                waiting[askable.fact].add(verdict.line_id)
    names = dict(Party.objects.filter(pk__in=parties).values_list("pk", "name"))
    ranked = sorted(
        found.values(), key=lambda each: (-len(waiting[each.fact]), each.about, each.words)
    )
    return tuple(
        replace(each, lines=len(waiting[each.fact]), words=_plainly(each, names))
        for each in ranked[:MOST_QUESTIONS]
    )


def _plainly(askable: Askable, names: Mapping[int, str]) -> str:
    """The law asks twice who owns a company; the company is asked once."""
    if askable.asks != InquiryQuestion.Asks.OWNERS:
        return askable.words
    return f"Who owns {names[int(askable.about.partition(':')[2])]}, and how much of it?"


def askable_of(question: Question) -> Askable | None:
    """The question as one for a supplier; None where no supplier could answer it.

    A path of a dossier names the row it came from first (`Determination.sources`).
    """
    if match := OF_PARTY.fullmatch(question.fact):
        field, about = match[1], _first("party", question.refs)
        if field not in ASKED_OF_PARTY or about is None:
            return None
        asks = ASKED_OF_PARTY[field]
        one = "" if asks == InquiryQuestion.Asks.OWNERS else f"/{question.question}"
        return Askable(f"{about}/{field}{one}"[:200], question.question, asks, about, field)
    if match := OF_PART.fullmatch(question.fact):
        field, about = match[1], _first("part", question.refs)
        if about is None:
            return None
        yes_no = field in YES_NO_OF_PART or (
            field in YES_NO_ATTRIBUTES and question.question.startswith("Is ")
        )
        asks = InquiryQuestion.Asks.YES_NO if yes_no else InquiryQuestion.Asks.TEXT
        fact = f"{about}/{field}/{question.question}"
        return Askable(fact[:200], question.question, asks, about, field)
    return None


def _first(kind: str, refs: Iterable[str]) -> str | None:
    """The first row of a kind among refs."""
    return next((ref for ref in refs if ref.startswith(f"{kind}:")), None)


def holders_of(party: Party, user: User) -> set[int]:
    """Ids of everyone above the party, as far as stakes are known: a company knows its owners."""
    seen: set[int] = set()
    todo = {party.pk}
    while todo:
        rows = visible(Stake.objects.filter(held__in=todo), user)
        todo = set(rows.values_list("holder", flat=True)) - seen - {party.pk}
        seen |= todo
    return seen


def inquiries(user: User) -> QuerySet[Inquiry]:
    """Everything the person's organisation asked, latest first."""
    rows = own(Inquiry.objects.select_related("party", "asked_by"), user)
    return rows.prefetch_related("questions").order_by("-asked_at", "-id")


def asked_words(questions: Iterable[Question], user: User, now: datetime) -> Mapping[str, str]:
    """Question → what has come of asking the supplier, for questions that somebody has asked.

    Silence and "cannot disclose" are shown beside the verdict that waits for the answer.
    """
    facts = {
        question.question: askable.fact
        for question in questions
        if (askable := askable_of(question)) is not None
    }
    rows = (
        own_questions(user)
        .filter(fact__in=set(facts.values()), inquiry__revoked_at=None)
        .select_related("inquiry__party", "reviewed_by")
        .order_by("inquiry__asked_at", "id")
    )
    told = {row.fact: state_words(row, now) for row in rows}
    return {words: told[fact] for words, fact in facts.items() if fact in told}


def own_questions(user: User) -> QuerySet[InquiryQuestion]:
    return InquiryQuestion.objects.filter(inquiry__organisation=organisation_of(user))


def state_words(question: InquiryQuestion, now: datetime) -> str:
    """How the asking stands, in a sentence."""
    inquiry = question.inquiry
    states = InquiryQuestion.State
    asked = f"{inquiry.party} was asked on {inquiry.asked_at:%Y-%m-%d}"
    match question.state:
        case states.ANSWERED:
            return f"{asked} and has answered; the answer waits for review."
        case states.CANNOT_DISCLOSE:
            return f"{asked} and says that it cannot disclose this."
        case states.ACCEPTED:
            return f"{asked}; its answer was accepted by {question.reviewed_by}."
        case states.REJECTED:
            return f"{asked}; its answer was not accepted: {question.review}"
    match inquiry.state(now):
        case Inquiry.State.ANSWERED:
            return f"{asked}, and left this open."
        case Inquiry.State.OVERDUE | Inquiry.State.EXPIRED:
            return f"{asked} to answer by {inquiry.due}, and has not answered."
    return f"{asked} to answer by {inquiry.due}."
