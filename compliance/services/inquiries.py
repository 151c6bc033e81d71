"""Ask a supplier, take its answers, and remind it while it is silent.

The supplier needs no account: the link's key is signed, works for these questions alone, ends by
itself, and can be taken back. What it answers waits for review (`services.reviewing`).
"""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.core.signing import BadSignature, Signer
from django.db import transaction

from compliance.mail import compose
from compliance.mail.values import SupplierQuestions
from compliance.models import Inquiry, InquiryQuestion
from compliance.selectors.inquiries import Askable
from compliance.services.mailing import mail_write_outside
from procurement.access import require
from procurement.formats.problem import Problem
from procurement.models import Party, User
from procurement.names import trick_problem
from procurement.problems import Refused, refuse_if
from procurement.services.evidence import KINDS, LARGEST, is_of_its_kind

LONGEST_TEXT = 4_000
OPEN_AFTER_DUE = timedelta(days=30)
"""For how long after the day asked for an answer is still taken."""
REMINDERS = (timedelta(days=-3), timedelta(days=1), timedelta(days=8))
"""From the day asked for: when a silent supplier is written to again."""
States = InquiryQuestion.State
SIGNER = Signer(salt="cellgate.inquiry")


def inquiry_create(
    *,
    party: Party,
    questions: Sequence[Askable],
    due: date,
    by: User,
    now: datetime,
    base_url: str,
    email: str = "",
    note: str = "",
) -> Inquiry:
    """Put questions to a supplier, by e-mail where an address is given; else whoever asks passes
    the link on.
    """
    organisation = require(by, "edit_facts")
    problems = []
    if not questions:
        problems.append(
            Problem("required", "questions", "No question is chosen.", "Choose at least one.")
        )
    if due <= now.date():
        problems.append(
            Problem("too-early", "due", f"{due} is not ahead.", "Give the supplier a day to come.")
        )
    refuse_if(problems)
    with transaction.atomic():
        inquiry = Inquiry.objects.create(
            organisation=organisation,
            party=party,
            nonce=secrets.token_urlsafe(16),
            email=email,
            note=note.strip(),
            asked_by=by,
            asked_at=now,
            due=due,
            until=datetime.combine(due, now.timetz()) + OPEN_AFTER_DUE,
        )
        InquiryQuestion.objects.bulk_create(
            InquiryQuestion(
                inquiry=inquiry, sequence=number, fact=each.fact, about=each.about,
                field=each.field, asks=each.asks, words=each.words,
            )
            for number, each in enumerate(questions, 1)
        )  # fmt: skip
        _write(inquiry, base_url=base_url, now=now)
    return inquiry


def inquiry_path(inquiry: Inquiry) -> str:
    """The path of the supplier's page."""
    return f"/ask/{SIGNER.sign(inquiry.nonce)}/"


def inquiry_of_key(key: str, now: datetime) -> Inquiry | None:
    """The inquiry behind a link, while the link works; None for any other key."""
    try:
        nonce = SIGNER.unsign(key)
    except BadSignature:
        return None
    rows = Inquiry.objects.select_related("party", "organisation", "asked_by")
    return rows.filter(nonce=nonce, revoked_at=None, until__gt=now).first()


def inquiries_remind(*, now: datetime, base_url: str) -> int:
    """Write to suppliers who are silent, each reminder once; returns how many were written."""
    silent = Inquiry.objects.select_related("party", "organisation", "asked_by").filter(
        answered_at=None, revoked_at=None, until__gt=now, reminded__lt=len(REMINDERS)
    )
    written = 0
    for inquiry in silent.exclude(email=""):
        passed = sum(inquiry.due + after <= now.date() for after in REMINDERS)
        if passed > inquiry.reminded and inquiry.asked_at.date() < now.date():
            with transaction.atomic():
                mine = Inquiry.objects.filter(pk=inquiry.pk, reminded=inquiry.reminded)
                if mine.update(reminded=passed):
                    inquiry.reminded = passed
                    written += _write(inquiry, base_url=base_url, now=now)
    return written


def _write(inquiry: Inquiry, *, base_url: str, now: datetime) -> bool:
    if not inquiry.email:
        return False
    message = compose.supplier_questions(
        SupplierQuestions(
            supplier=inquiry.party.name,
            organisation=inquiry.organisation.name,
            person=str(inquiry.asked_by),
            reply_to=inquiry.asked_by.email,
            note=inquiry.note,
            due=inquiry.due,
            questions=tuple(inquiry.questions.values_list("words", flat=True)),
            path=inquiry_path(inquiry),
            reminder=inquiry.reminded > 0,
        ),
        base_url=base_url,
    )
    return mail_write_outside(
        organisation=inquiry.organisation,
        address=inquiry.email,
        reply_to=inquiry.asked_by.email,
        message=message,
        dedupe=f"inquiry:{inquiry.pk}:{inquiry.reminded}",
        now=now,
    )


def inquiry_revoke(*, inquiry: Inquiry, by: User, now: datetime) -> None:
    """Take the questions back: from now on the link says nothing. Answers stay as they came."""
    if require(by, "edit_facts").pk != inquiry.organisation_id:
        raise LookupError("an inquiry of another organisation is not found")
    Inquiry.objects.filter(pk=inquiry.pk, revoked_at=None).update(revoked_at=now)


def inquiry_answer(
    *,
    inquiry: Inquiry,
    answers: Mapping[int, Mapping[str, Any]],
    files: Mapping[int, tuple[str, bytes]],
    name: str,
    now: datetime,
) -> None:
    """Keep what the supplier says, once. Nothing becomes a fact before a person has reviewed it.

    answers: question id → {"value": …} (a country's code, "none", "yes", "no"), {"owners": [{name,
    percent, country}], "complete_to": …}, {"text": …} or {"cannot_disclose": True}; a question left
    out stays open.
    """
    problems = []
    if not name.strip():
        what = "Nobody has signed."
        problems.append(Problem("required", "name", what, "Give the name of who answers."))
    for where, text in (("name", name), *_texts(answers)):
        if len(text) > LONGEST_TEXT:
            what = f"It has {len(text):,} characters; {LONGEST_TEXT:,} are taken."
            problems.append(Problem("too-long", where, what, "Attach the rest as a document."))
        elif trick := trick_problem(text, where):
            problems.append(trick)
    for pk, (filename, content) in files.items():
        if trick := trick_problem(filename, f"file-{pk}"):
            problems.append(trick)
        problems += _file_problems(f"file-{pk}", filename, content)
    if not answers and not files:
        what = "No question is answered."
        fix = "Answer at least one, or say that you cannot disclose it."
        problems.append(Problem("required", "answers", what, fix))
    refuse_if(problems)
    with transaction.atomic():
        taken = Inquiry.objects.filter(pk=inquiry.pk, answered_at=None, revoked_at=None)
        if not taken.update(answered_at=now, answered_by=name.strip()[:200]):
            what = "These questions have been answered, or taken back, in the meantime."
            raise Refused(Problem("answered-already", "", what, "Write to the office that asked."))
        inquiry.answered_at, inquiry.answered_by = now, name.strip()[:200]
        for question in inquiry.questions.all():
            told = dict(answers.get(question.pk, {}))
            if not told and question.pk not in files:
                continue
            refuses = bool(told.pop("cannot_disclose", False))
            question.state = States.CANNOT_DISCLOSE if refuses else States.ANSWERED
            question.told = told
            if question.pk in files:
                filename, question.content = files[question.pk]
                question.filename = filename[:255]
            question.save(update_fields=["state", "told", "filename", "content"])


def _texts(answers: Mapping[int, Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    """Every text of the answers, with where it stands."""
    for pk, told in answers.items():
        for key, value in told.items():
            if isinstance(value, str):
                yield f"{pk}-{key}", value
        for row, owner in enumerate(told.get("owners", ())):
            yield f"{pk}-owner{row}", str(owner.get("name", ""))


def _file_problems(where: str, filename: str, content: bytes) -> list[Problem]:
    ending = "." + filename.rpartition(".")[2].lower()
    if ending not in KINDS:
        what = f"“{filename}” is none of the kinds we keep."
        return [Problem("not-a-document", where, what, f"Attach one of: {', '.join(KINDS)}.")]
    if not content:
        return [Problem("empty", where, f"“{filename}” is empty.", "Attach the document.")]
    if len(content) > LARGEST:
        what = f"“{filename}” has {len(content):,} bytes; we take up to {LARGEST:,}."
        return [Problem("too-big", where, what, "Attach the pages that matter.")]
    if not is_of_its_kind(filename, content):
        what = f"“{filename}” is not what its ending says."
        return [Problem("not-its-kind", where, what, "Save it anew in that format, or rename it.")]
    return []
