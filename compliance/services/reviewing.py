"""A supplier's answer, read by a person, becomes a fact with its evidence; or it does not."""

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from django.db.models import Q, QuerySet

from compliance.models import InquiryQuestion
from procurement.access import require, visible
from procurement.countries import is_code, name
from procurement.disputes import OWNERS, says_of
from procurement.formats.problem import Problem
from procurement.models import Evidence, Fact, Organisation, Part, Party, Stake, User
from procurement.problems import Refused
from procurement.services.evidence import LONGEST_SAID, evidence_attach
from procurement.services.parties import party_create, party_update
from procurement.services.parts import part_update
from procurement.services.stakes import disclosure_create, stake_create

States, Asks = InquiryQuestion.State, InquiryQuestion.Asks
ABOUT: Mapping[str, type[Fact]] = {"party": Party, "part": Part}


def answer_accept(*, question: InquiryQuestion, by: User, now: datetime) -> Evidence:
    """Take the answer for true: keep it as evidence, and fill in the fact where it fills exactly
    one. An answer in words is evidence alone; whoever reads it enters what it says.

    What is already recorded otherwise is not overwritten: the answer stands beside it as a
    statement that contradicts it, until a person settles which is so.
    """
    organisation = _mine(question, by)
    if question.state not in (States.ANSWERED, States.REJECTED):
        what = f"There is nothing to accept: {question.get_state_display().lower()}."
        raise Refused(Problem("not-answered", "", what, "Ask again, or enter the fact yourself."))
    why = f"answer of {question.inquiry.party} accepted: {question.words}"[:300]
    row = about_row(question, by)
    with transaction.atomic():
        field, says = _other_than_recorded(question, row)
        if row is not None and question.told and says is None:
            FILL.get(question.asks, _nothing)(question, row, organisation, by, why)
        evidence = evidence_attach(
            organisation=organisation,
            by=by,
            why=why,
            title=f"Answer of {question.inquiry.party}: {question.words}"[:300],
            kind="supplier answer",
            grade=Evidence.Grade.SELF_DECLARED,
            issued=question.inquiry.answered_at.date() if question.inquiry.answered_at else None,
            content=bytes(question.content) if question.content else told_document(question),
            filename=question.filename or f"answer-{question.pk}.txt",
            backs=[(row._meta.db_table, row.pk, field, says)] if row is not None else [],
        )
        _reviewed(question, States.ACCEPTED, "", by, now)
    return evidence


def _other_than_recorded(question: InquiryQuestion, row: Any) -> tuple[str, str | None]:
    """The field the answer is about ("" is the whole row), and what it says where something else is
    recorded there."""
    if row is None:
        return "", None
    told = question.told
    if question.asks == Asks.OWNERS:
        known = Stake.objects.filter(held=row, true_to=None)
        organisation = question.inquiry.organisation
        known = known.filter(Q(organisation=None) | Q(organisation=organisation))
        if told.get("owners") and known.exists() and not _same_owners(told, known):
            return OWNERS, "; ".join(told_words(question))[:LONGEST_SAID]
        return "", None
    field = question.field if _is_field(row, question) else ""
    if question.asks == Asks.YES_NO and not field:
        field = f"attributes.{question.field}"
    value = told.get("value")
    if value is None or not field:
        return field, None
    said = "" if value == "none" else str(value)
    recorded = says_of(row, field)
    return field, None if recorded in (None, said) else said


def _same_owners(told: Mapping[str, Any], known: QuerySet[Stake]) -> bool:
    """Does the answer name no owner and no share that the record does not?"""
    recorded = {
        (each.holder.name.casefold(), each.low)
        for each in known.select_related("holder")
        if each.metric == Stake.Metric.EQUITY
    }
    said = {(each["name"].casefold(), percent(each["percent"])) for each in told["owners"]}
    return said <= recorded


def answer_reject(*, question: InquiryQuestion, reason: str, by: User, now: datetime) -> None:
    """Do not rely on the answer. It stays as it came, with the reason."""
    _mine(question, by)
    if not reason.strip():
        what = "An answer is not set aside without a reason."
        raise Refused(Problem("required", "reason", what, "Say what is wrong with it."))
    if question.state not in (States.ANSWERED, States.CANNOT_DISCLOSE):
        what = f"It is {question.get_state_display().lower()} already."
        raise Refused(Problem("not-answered", "", what, "Ask the supplier again."))
    _reviewed(question, States.REJECTED, reason.strip()[:300], by, now)


def about_row(question: InquiryQuestion, user: User) -> Party | Part | None:
    """The row that the question is about, where the person may see it."""
    kind, _, key = question.about.partition(":")
    model = ABOUT.get(kind)
    if model is None:
        return None
    try:
        return visible(model._default_manager.all(), user).get(pk=int(key))  # type: ignore[return-value]
    except ObjectDoesNotExist:
        return None


def told_words(question: InquiryQuestion) -> tuple[str, ...]:
    """The answer as sentences, for whoever reviews it and for the document kept of it."""
    told = question.told
    lines = []
    value = told.get("value")
    if value == "none":
        lines.append("Of no government.")
    elif value is not None:
        lines.append(name(value) if is_code(value) else str(value).capitalize())
    for owner in told.get("owners", ()):
        where = f", {name(owner['country'])}" if owner.get("country") else ""
        lines.append(f"{owner['name']}: {owner['percent']} %{where}")
    if told.get("complete_to"):
        lines.append(f"Holders are told up to {told['complete_to']} % in all.")
    if told.get("same_votes"):
        lines.append("Votes and board seats are held as the shares are.")
    if told.get("text"):
        lines.append(str(told["text"]))
    if question.state == States.CANNOT_DISCLOSE:
        lines.append("Cannot disclose.")
    return tuple(lines)


def told_document(question: InquiryQuestion) -> bytes:
    """The answer as a text file: what is kept where no document came with it."""
    inquiry = question.inquiry
    head = (
        f"Question to {inquiry.party}: {question.words}",
        f"Answered by {inquiry.answered_by} on {inquiry.answered_at:%Y-%m-%d %H:%M} UTC",
    )
    return "\n".join([*head, "", *told_words(question), ""]).encode()


def _mine(question: InquiryQuestion, by: User) -> Organisation:
    organisation = require(by, "edit_facts")
    if question.inquiry.organisation_id != organisation.pk:
        raise LookupError("an inquiry of another organisation is not found")
    return organisation


def _reviewed(question: InquiryQuestion, state: str, review: str, by: User, now: datetime) -> None:
    question.state, question.review = state, review
    question.reviewed_by, question.reviewed_at = by, now
    question.save(update_fields=["state", "review", "reviewed_by", "reviewed_at"])


def _is_field(row: Fact, question: InquiryQuestion) -> bool:
    return question.field in {each.name for each in row._meta.concrete_fields}


Fill = Callable[[InquiryQuestion, Any, Organisation, User, str], None]


def _nothing(
    question: InquiryQuestion, row: Any, organisation: Organisation, by: User, why: str
) -> None:
    """Words fill no field by themselves."""


def _country(
    question: InquiryQuestion, row: Any, organisation: Organisation, by: User, why: str
) -> None:
    party_update(party=row, by=by, why=why, **{question.field: question.told["value"]})


def _government(
    question: InquiryQuestion, row: Any, organisation: Organisation, by: User, why: str
) -> None:
    value = question.told["value"]
    party_update(party=row, by=by, why=why, government_of="" if value == "none" else value)


def _yes_no(
    question: InquiryQuestion, row: Any, organisation: Organisation, by: User, why: str
) -> None:
    said = question.told["value"]
    if isinstance(row, Party):
        party_update(party=row, by=by, why=why, **{question.field: said == "yes"})
    elif _is_field(row, question):
        part_update(part=row, by=by, why=why, **{question.field: said == "yes"})
    else:
        attributes = row.attributes | {question.field: said}
        part_update(part=row, by=by, why=why, attributes=attributes)


def _owners(
    question: InquiryQuestion, row: Any, organisation: Organisation, by: User, why: str
) -> None:
    """Each owner as a stake of the organisation's own, and how far the owners are told."""
    metrics = [Stake.Metric.EQUITY]
    if question.told.get("same_votes"):
        metrics += [Stake.Metric.VOTES, Stake.Metric.BOARD]
    source = f"answer of {question.inquiry.party}, {question.inquiry.answered_by}"
    for owner in question.told.get("owners", ()):
        holder = _owner(owner, organisation, by, why)
        for metric in metrics:
            stake_create(
                organisation=organisation, by=by, why=why, holder=holder, held=row,
                metric=metric, low=percent(owner["percent"]), source=source,
            )  # fmt: skip
    if question.told.get("complete_to"):
        for metric in metrics:
            disclosure_create(
                organisation=organisation, by=by, why=why, party=row, metric=metric,
                complete_to=percent(question.told["complete_to"]), source=source,
            )  # fmt: skip


def _owner(owner: Mapping[str, str], organisation: Organisation, by: User, why: str) -> Party:
    """The owner by its very name, where the organisation knows exactly one; else a new party."""
    known = list(visible(Party.objects.filter(name__iexact=owner["name"]), by)[:2])
    if len(known) == 1:
        return known[0]
    return party_create(
        organisation=organisation, name=owner["name"], by=by, why=why, unverified=True,
        incorporated=owner.get("country") or None, source="named by a supplier as its owner",
    )  # fmt: skip


FILL: Mapping[str, Fill] = {
    Asks.COUNTRY: _country,
    Asks.GOVERNMENT: _government,
    Asks.YES_NO: _yes_no,
    Asks.OWNERS: _owners,
}


def percent(text: str) -> Decimal:
    """A percentage as it was typed. Raises Refused for what is none."""
    try:
        number = Decimal(text.replace("%", "").replace(",", ".").strip())
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or not 0 <= number <= 100:
        what = f"“{text}” is no percentage from 0 to 100."
        raise Refused(Problem("not-a-percent", "percent", what, "Give one such as 12.5."))
    return number
