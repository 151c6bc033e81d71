"""What every fact service does: check whose it is, check it, write it, say who and why.

Used by the nouns' own modules; edges call those.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.db.models import ProtectedError

from procurement.access import require, require_writable
from procurement.formats.problem import Problem
from procurement.models import Fact, Organisation, User
from procurement.names import trick_problem
from procurement.problems import Refused, from_validation, refuse_if
from procurement.services.recording import recorded

Row = TypeVar("Row", bound=Fact)


def fact_create(
    model: type[Row],
    *,
    organisation: Organisation | None,
    by: User | None,
    why: str,
    problems: Iterable[Problem] = (),
    **values: Any,
) -> Row:
    """A new fact of `organisation`, or shared where None. `problems`: what the noun found."""
    row = model(organisation=organisation, **values)
    if by is not None:
        require_writable(row, by)
    refuse_if([*problems, *problems_of(row)])
    refuse_if(_constraint_problems(row))
    with recorded(by=by, why=why):
        row.save()
    row.refresh_from_db()
    return row


def fact_update(
    row: Row, *, by: User | None, why: str, problems: Iterable[Problem] = (), **values: Any
) -> Row:
    """The fact with `values` in place. What stood before stays in Past. Same values: no write."""
    if by is not None:
        require_writable(row, by)
    moved = [name for name, value in values.items() if getattr(row, name) != value]
    for name in moved:
        setattr(row, name, values[name])
    refuse_if([*problems, *problems_of(row)])
    refuse_if(_constraint_problems(row))
    if moved:
        with recorded(by=by, why=why):
            row.save(update_fields=moved)
        row.refresh_from_db()
    return row


def fact_end(row: Row, *, on: date, by: User | None, why: str) -> Row:
    """The fact is so until `on`, and from that day no longer."""
    return fact_update(row, by=by, why=why, true_to=on)


def fact_withdraw(row: Fact, *, by: User | None, why: str) -> None:
    """The fact was never so: take it out. Past keeps what was once believed."""
    if by is not None:
        require_writable(row, by)
    try:
        with recorded(by=by, why=why):
            row.delete()
    except ProtectedError as error:
        users = sorted({str(type(each)._meta.verbose_name) for each in error.protected_objects})
        count = len(error.protected_objects)
        raise Refused(
            Problem(
                "in-use",
                str(row._meta.verbose_name),
                f"“{row}” is used by {count} of: {', '.join(users)}.",
                "End it on a date instead, or change what uses it first.",
            )
        ) from error


def problems_of(row: Fact) -> list[Problem]:
    """What is wrong with a fact by itself: its fields, its days, and whose facts it refers to."""
    problems = []
    if row.true_from and row.true_to and row.true_from >= row.true_to:
        what = f"It would end on {row.true_to} without having begun before (from {row.true_from})."
        problems.append(
            Problem(
                "ends-before-it-begins", "true_to", what, "Give a later end or an earlier start."
            )
        )
    try:
        row.clean_fields()
        row.clean()
        row.validate_unique()
    except ValidationError as error:
        problems += from_validation(error)
    for field in row._meta.concrete_fields:
        value = getattr(row, field.attname)
        if isinstance(value, str) and (trick := trick_problem(value, field.name)):
            problems.append(trick)
    problems += foreign_references(row)
    return problems


def _constraint_problems(row: Fact) -> list[Problem]:
    """What only the database's own constraints would say: the last word, in their dry words."""
    try:
        row.validate_constraints()
    except ValidationError as error:
        return list(from_validation(error))
    return []


def foreign_references(row: Fact) -> list[Problem]:
    """References to what the fact's owner cannot see: another organisation's, or, for a shared
    fact, anybody's own.
    """
    problems = []
    for field in row._meta.concrete_fields:
        if not isinstance(field, models.ForeignKey) or field.name == "organisation":
            continue
        if getattr(row, field.attname) is None:
            continue
        owner = getattr(getattr(row, field.name), "organisation_id", None)
        if owner is not None and owner != row.organisation_id:
            problems.append(
                Problem(
                    "does-not-exist",
                    field.name,
                    "A shared fact cannot rest on one organisation's own."
                    if row.organisation_id is None
                    else "There is no such thing in your organisation.",
                    "Choose one that is shared or your own.",
                )
            )
    return problems


def owner_for(by: User, *, shared: bool) -> Organisation | None:
    """Whose a new fact will be: the person's organisation's, or shared where a curator asks so.

    Raises PermissionDenied where they may write neither.
    """
    if not shared:
        return require(by, "edit_facts")
    if not by.is_curator:
        raise PermissionDenied("Shared facts are kept by curators. Add your own instead.")
    return None
