"""Documents, kept byte for byte, and the facts they back."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import PurePath
from typing import Any

from django.db.models import Q

from procurement.countries import is_code
from procurement.disputes import OWNERS, says_of
from procurement.formats.problem import Problem
from procurement.models import Backing, Document, Evidence, Fact, Organisation, Party, User
from procurement.problems import Refused
from procurement.selectors import fact_models
from procurement.services.facts import fact_create, fact_update, fact_withdraw
from procurement.services.recording import recorded

COUNTRIES = frozenset(
    {"incorporated", "business", "assembled_in", "country", "cells_in", "government_of"}
)
LONGEST_SAID = 500
LARGEST = 25 * 1024 * 1024  # bytes
KINDS = {
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".csv": "text/csv",
    ".txt": "text/plain",
    ".eml": "message/rfc822",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
"""What a document may be. It is only ever given back as a download, under its type here."""
BEGINS = {
    ".pdf": b"%PDF", ".png": b"\x89PNG", ".jpg": b"\xff\xd8\xff", ".jpeg": b"\xff\xd8\xff",
    ".docx": b"PK", ".xlsx": b"PK",
}  # fmt: skip
"""How the bytes of a kind begin; of a PDF, somewhere in its first kilobyte."""


def is_of_its_kind(filename: str, content: bytes) -> bool:
    """Do the bytes begin as the name's ending says?"""
    ending = PurePath(filename).suffix.lower()
    begins = BEGINS.get(ending, b"")
    return begins in content[:1024] if ending == ".pdf" else content.startswith(begins)


def evidence_attach(
    *,
    organisation: Organisation | None,
    by: User | None,
    why: str = "",
    content: bytes | None = None,
    filename: str = "",
    backs: Iterable[Sequence[Any]] = (),
    **facts: Any,
) -> Evidence:
    """An evidence with its document, or with the `url` where it is published, or both.

    backs: (table, row, field) of each fact it backs; field "" is the whole row. A fourth, where the
    document says something else of that field than what is recorded (`Backing.says`).
    """
    filename = PurePath(filename.replace("\\", "/")).name[:255]
    told = [_backs(*each) for each in backs]
    problems = [*_document_problems(content, filename, facts.get("url", "")), *_days(**facts)]
    problems += _backs_problems(organisation, told)
    with recorded(by=by, why=why):
        evidence = fact_create(
            Evidence,
            organisation=organisation,
            by=by,
            why=why,
            problems=problems,
            filename=filename,
            sha256=hashlib.sha256(content).hexdigest() if content else "",
            **facts,
        )
        if content:
            Document.objects.create(
                evidence=evidence,
                content=content,
                content_type=KINDS[PurePath(filename).suffix.lower()],
            )
        for table, row, field, says in told:
            Backing.objects.create(
                evidence=evidence,
                organisation=organisation,
                table_name=table,
                row=row,
                field=field,
                says=_says(table, row, field) if says is None else says,
            )
    return evidence


def evidence_update(
    *, evidence: Evidence, by: User | None, why: str = "", **facts: Any
) -> Evidence:
    """Correct what is said about a document. The document itself never changes."""
    told = {"issued": evidence.issued, "expires": evidence.expires} | facts
    return fact_update(evidence, by=by, why=why, problems=_days(**told), **facts)


def evidence_withdraw(*, evidence: Evidence, by: User | None, why: str = "") -> None:
    """Take an evidence back, where it has no document. A document that backed a verdict is kept:
    give it the day it expired instead.
    """
    if evidence.sha256:
        what = "A document once received is kept, because verdicts may rest on it."
        fix = "Say on which day it expired, or take it off the facts it backs."
        raise Refused(Problem("kept", "evidence", what, fix))
    fact_withdraw(evidence, by=by, why=why)


def backing_create(
    *,
    evidence: Evidence,
    table_name: str,
    row: int,
    by: User | None,
    field: str = "",
    says: str | None = None,
    why: str = "",
) -> Backing:
    """The evidence backs that fact too, for the evidence's owner. says: what it says of the field;
    None: what is recorded there now, also should the record change later.
    """
    backs = (table_name, row, field, says)
    problems = list(_backs_problems(evidence.organisation, [backs]))
    if says is None and not problems:
        says = _says(table_name, row, field)
    return fact_create(
        Backing,
        organisation=evidence.organisation,
        by=by,
        why=why,
        problems=problems,
        evidence=evidence,
        table_name=table_name,
        row=row,
        field=field,
        says=says,
    )


def backing_withdraw(*, backing: Backing, by: User | None, why: str = "") -> None:
    fact_withdraw(backing, by=by, why=why)


def _document_problems(content: bytes | None, filename: str, url: str) -> Iterator[Problem]:
    if content is None:
        if not url:
            what = "There is neither a document nor an address where it is published."
            yield Problem("required", "file", what, "Attach the document, or give its address.")
        return
    if not content:
        yield Problem(
            "empty", "file", f"{filename or 'The file'} is empty.", "Attach the document."
        )
    if len(content) > LARGEST:
        what = f"The file has {len(content):,} bytes; we keep up to {LARGEST:,}."
        yield Problem("too-big", "file", what, "Attach the pages that matter.")
    if PurePath(filename).suffix.lower() not in KINDS:
        what = f"“{filename}” is none of the kinds we keep."
        yield Problem("not-a-document", "file", what, f"Attach one of: {', '.join(KINDS)}.")
    elif content and not is_of_its_kind(filename, content):
        what = f"“{filename}” is not what its ending says."
        yield Problem("not-its-kind", "file", what, "Save it anew in that format, or rename it.")


def _days(**facts: Any) -> Iterator[Problem]:
    issued, expires = facts.get("issued"), facts.get("expires")
    if issued and expires and expires <= issued:
        what = f"It would expire on {expires}, not after it was issued ({issued})."
        yield Problem("ends-before-it-begins", "expires", what, "Correct one of the two dates.")


def _backs_problems(
    organisation: Organisation | None, backs: Iterable[tuple[str, int, str, str | None]]
) -> Iterator[Problem]:
    models = fact_models()
    for table, row, field, says in backs:
        model = models.get(table)
        if model is None:
            what = f"“{table}” is no kind of fact."
            yield Problem(
                "invalid-choice", "table_name", what, f"Use: {', '.join(sorted(models))}."
            )
            continue
        if not _seen(model, organisation).filter(pk=row).exists():
            what = f"There is no such {model._meta.verbose_name} in your organisation."
            yield Problem("does-not-exist", "row", what, "Choose one that is shared or your own.")
        if says is not None and not field:
            what = "It says something of no field in particular."
            yield Problem("required", "field", what, "Name the field of which it says this.")
        if says is not None and len(says) > LONGEST_SAID:
            what = f"What it says has {len(says):,} characters; {LONGEST_SAID} are kept."
            yield Problem("too-long", "says", what, "Give the value alone.")
        if says and field.rpartition(".")[2] in COUNTRIES and not is_code(says):
            what = f"“{says[:40]}” is not a country code."
            yield Problem("unknown-country", "says", what, "Write the ISO code, such as KR or CN.")
        named = {each.name for each in model._meta.concrete_fields}
        if field == OWNERS and model is Party:
            continue
        if field and field.partition(".")[0] not in named:
            what = f"A {model._meta.verbose_name} has no “{field}”."
            yield Problem("invalid-choice", "field", what, "Name one of its fields, or none.")


def _backs(
    table: str, row: int, field: str = "", says: str | None = None
) -> tuple[str, int, str, str | None]:
    return table, row, field, says


def _says(table: str, row: int, field: str) -> str | None:
    """What is recorded now: it is that which the document backs."""
    return says_of(fact_models()[table]._default_manager.get(pk=row), field) if field else None


def _seen(model: type[Fact], organisation: Organisation | None) -> Any:
    return model._default_manager.filter(Q(organisation=None) | Q(organisation=organisation))
