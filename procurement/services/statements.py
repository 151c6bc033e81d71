"""Two statements differ: a person says which one is not relied on, and why. It is kept."""

from datetime import datetime

from django.db import transaction

from procurement.access import require_writable
from procurement.disputes import says_of, value_said
from procurement.formats.problem import Problem
from procurement.models import Backing, Fact, User
from procurement.problems import Refused
from procurement.selectors import fact_models
from procurement.services.facts import fact_update

LONGEST = 300


def statement_set_aside(*, backing: Backing, reason: str, by: User, now: datetime) -> Backing:
    """What this document says of this fact is not relied on: what is recorded stands.

    Refused without a reason, or where somebody has set it aside already.
    """
    reason = _reason(reason)
    if backing.set_aside:
        what = f"{backing.set_aside_by} has set it aside already: {backing.set_aside}"
        raise Refused(Problem("settled-already", "reason", what, "Read again what stands."))
    return fact_update(
        backing, by=by, why=reason, set_aside=reason, set_aside_by=by, set_aside_at=now
    )


def statement_follow(*, backing: Backing, reason: str, by: User, now: datetime) -> Fact:
    """What this document says is so: the fact is corrected, and every statement that says
    otherwise is set aside for the same reason. Returns the corrected fact."""
    reason = _reason(reason)
    if backing.says is None or backing.set_aside:
        what = "It says nothing else than what is recorded."
        raise Refused(Problem("nothing-to-follow", "follow", what, "Set the other one aside."))
    require_writable(backing, by)
    row = fact_models()[backing.table_name]._default_manager.get(pk=backing.row)
    value, was = value_said(row, backing.field, backing.says), says_of(row, backing.field)
    others = Backing.objects.filter(
        table_name=backing.table_name, row=backing.row, field=backing.field, set_aside=""
    ).exclude(pk=backing.pk)
    with transaction.atomic():
        stem = backing.field.partition(".")[0]
        row = fact_update(row, by=by, why=reason, **{stem: value})
        for other in others.filter(organisation=backing.organisation_id):
            if (other.says if other.says is not None else was) != backing.says:
                fact_update(
                    other, by=by, why=reason, says=was if other.says is None else other.says,
                    set_aside=reason, set_aside_by=by, set_aside_at=now,
                )  # fmt: skip
    return row


def _reason(reason: str) -> str:
    reason = reason.strip()
    if not reason:
        what = "A statement is not set aside without a reason."
        raise Refused(Problem("required", "reason", what, "Say why the other one is right."))
    if len(reason) > LONGEST:
        what = f"The reason has {len(reason):,} characters; {LONGEST} are kept."
        raise Refused(Problem("too-long", "reason", what, "Shorten it."))
    return reason
