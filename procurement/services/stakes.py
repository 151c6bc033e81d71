"""Who stands behind a party: shares, how far they are disclosed, and control by other means."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Q

from procurement.formats.problem import Problem
from procurement.models import Control, Disclosure, Organisation, Party, Stake, User
from procurement.services.facts import fact_create, fact_end, fact_update, fact_withdraw

WHOLE = Decimal(100)
NOT_SHARES_YET = (Stake.Nature.OPTION, Stake.Nature.CONVERTIBLE)
BESIDE_SHARES = (Stake.Nature.VIE,)
"""A variable interest runs by contract, beside the shares that others hold; an option or a
convertible is no share yet. None of them counts towards the whole."""


def stake_create(
    *, organisation: Organisation | None, by: User | None, why: str = "", **facts: Any
) -> Stake:
    """`holder` holds `low` to `high` percent of `held` on `metric`; `high` is `low` where left out.

    Refused where the holders of `held` would together have more than 100 % on any day.
    """
    facts.setdefault("high", facts.get("low"))
    with transaction.atomic():
        _lock(facts.get("held"))
        return fact_create(
            Stake,
            organisation=organisation,
            by=by,
            why=why,
            problems=_problems(Stake(organisation=organisation, **facts)),
            **facts,
        )


def stake_update(*, stake: Stake, by: User | None, why: str = "", **facts: Any) -> Stake:
    """A correction: what stood was wrong. Where the world moved, end it and create another."""
    values = {field.name: getattr(stake, field.name) for field in Stake._meta.concrete_fields}
    with transaction.atomic():
        _lock(facts.get("held", stake.held))
        return fact_update(
            stake, by=by, why=why, problems=_problems(Stake(**{**values, **facts})), **facts
        )


def stake_end(*, stake: Stake, on: date, by: User | None, why: str = "") -> Stake:
    """The stake is held until `on`, and from that day no longer."""
    return fact_end(stake, on=on, by=by, why=why)


def stake_withdraw(*, stake: Stake, by: User | None, why: str = "") -> None:
    """The stake was never held."""
    fact_withdraw(stake, by=by, why=why)


def disclosure_create(
    *, organisation: Organisation | None, by: User | None, why: str = "", **facts: Any
) -> Disclosure:
    """Holders of `party` are disclosed up to `complete_to` percent on `metric`, or on each."""
    problems = _percent("complete_to", facts.get("complete_to"))
    return fact_create(
        Disclosure, organisation=organisation, by=by, why=why, problems=problems, **facts
    )


def disclosure_update(
    *, disclosure: Disclosure, by: User | None, why: str = "", **facts: Any
) -> Disclosure:
    problems = _percent("complete_to", facts.get("complete_to"))
    return fact_update(disclosure, by=by, why=why, problems=problems, **facts)


def disclosure_withdraw(*, disclosure: Disclosure, by: User | None, why: str = "") -> None:
    fact_withdraw(disclosure, by=by, why=why)


def control_create(
    *, organisation: Organisation | None, by: User | None, why: str = "", **facts: Any
) -> Control:
    """`controller` controls `controlled` otherwise than by shares; `holds` None: alleged only."""
    problems = _itself("controlled", facts.get("controller"), facts.get("controlled"))
    return fact_create(
        Control, organisation=organisation, by=by, why=why, problems=problems, **facts
    )


def control_update(*, control: Control, by: User | None, why: str = "", **facts: Any) -> Control:
    problems = _itself(
        "controlled",
        facts.get("controller", control.controller),
        facts.get("controlled", control.controlled),
    )
    return fact_update(control, by=by, why=why, problems=problems, **facts)


def control_withdraw(*, control: Control, by: User | None, why: str = "") -> None:
    fact_withdraw(control, by=by, why=why)


def _lock(held: Party | None) -> None:
    """Of two people who add a stake in the same party at once, the second sees the first one's."""
    if held is not None:
        list(Party.objects.select_for_update().filter(pk=held.pk).values_list("pk"))


def _problems(stake: Stake) -> list[Problem]:
    problems = [*_percent("low", stake.low), *_percent("high", stake.high)]
    if stake.holder_id and stake.held_id:
        problems += _itself("holder", stake.holder, stake.held)
    if not problems and _are_numbers(stake.low, stake.high):
        if stake.low > stake.high:
            what = (
                f"At least {_plain(stake.low)} % and at most {_plain(stake.high)} % cannot both be."
            )
            problems.append(Problem("low-over-high", "high", what, "Give a higher upper bound."))
        elif stake.held_id:
            problems += _over_100(stake)
    return problems


def _over_100(stake: Stake) -> Iterator[Problem]:
    """The first day on which the holders together have more than everything, if there is one.

    What is certain (`low`) counts. A shared stake is weighed with the shared ones, an
    organisation's own with those and its own.
    """
    if stake.nature in (*NOT_SHARES_YET, *BESIDE_SHARES):
        return
    others = list(
        Stake.objects.filter(
            Q(organisation=None) | Q(organisation_id=stake.organisation_id),
            held_id=stake.held_id,
            metric=stake.metric,
        )
        .exclude(pk=stake.pk)
        .exclude(nature__in=[*NOT_SHARES_YET, *BESIDE_SHARES])
        .select_related("holder")
    )
    for day in sorted({stake.true_from or date.min, *(o.true_from or date.min for o in others)}):
        if not _stands(stake, day):
            continue
        standing = [other for other in others if _stands(other, day)]
        had = sum((other.low for other in standing), Decimal(0))
        if had + stake.low > WHOLE:
            names = ", ".join(f"{other.holder} {_plain(other.low)} %" for other in standing)
            when = "" if day == date.min else f" on {day}"
            yield Problem(
                "percent-over-100",
                "low",
                f"Others already have {_plain(had)} % of {stake.held}’s "
                f"{stake.get_metric_display().lower()}{when} ({names}); "
                f"this adds {_plain(stake.low)} %.",
                "Correct the stake or end an older one.",
            )
            return


def _stands(stake: Stake, day: date) -> bool:
    return (stake.true_from or date.min) <= day and (stake.true_to is None or day < stake.true_to)


def _are_numbers(*values: object) -> bool:
    return all(isinstance(value, Decimal) and value.is_finite() for value in values)


def _percent(field: str, value: object) -> list[Problem]:
    if isinstance(value, Decimal) and value.is_finite() and not 0 <= value <= WHOLE:
        what = f"{_plain(value)} is no share of a whole."
        return [Problem("not-a-percent", field, what, "Give a percentage from 0 to 100.")]
    return []


def _itself(field: str, one: Party | None, other: Party | None) -> list[Problem]:
    if one is not None and one == other:
        return [
            Problem("itself", field, f"{one} cannot stand behind itself.", "Choose another party.")
        ]
    return []


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"
