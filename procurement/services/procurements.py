"""What is bought, waivers as submitted, and the documented facts that support asking for one."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from procurement.formats.problem import Problem
from procurement.models import Organisation, Procurement, User, Waiver, WaiverGround
from procurement.services.facts import fact_create, fact_update, fact_withdraw


def procurement_create(
    *, organisation: Organisation, name: str, by: User | None, why: str = "", **facts: Any
) -> Procurement:
    """A purchase of the organisation's. None in any field: nobody has told."""
    problems = _problems(**facts)
    return fact_create(
        Procurement,
        organisation=organisation,
        by=by,
        why=why,
        problems=problems,
        name=name,
        **_stored(facts),
    )


def procurement_update(
    *, procurement: Procurement, by: User | None, why: str = "", **facts: Any
) -> Procurement:
    names = ("milestone_b", "reached_milestone_b", "program")
    told = {name: getattr(procurement, name) for name in names} | facts
    return fact_update(procurement, by=by, why=why, problems=_problems(**told), **_stored(facts))


def waiver_create(
    *, procurement: Procurement, by: User | None, why: str = "", **facts: Any
) -> Waiver:
    """A waiver as submitted: an unlawful one is kept too, and judged not to count."""
    return fact_create(
        Waiver,
        organisation=procurement.organisation,
        by=by,
        why=why,
        problems=_subject(**facts),
        procurement=procurement,
        **facts,
    )


def waiver_update(*, waiver: Waiver, by: User | None, why: str = "", **facts: Any) -> Waiver:
    told = {"scope": waiver.scope, "part": waiver.part, "system": waiver.system} | facts
    return fact_update(waiver, by=by, why=why, problems=_subject(**told), **facts)


def waiver_withdraw(*, waiver: Waiver, by: User | None, why: str = "") -> None:
    fact_withdraw(waiver, by=by, why=why)


def ground_create(
    *, procurement: Procurement, by: User | None, why: str = "", **facts: Any
) -> WaiverGround:
    return fact_create(
        WaiverGround,
        organisation=procurement.organisation,
        by=by,
        why=why,
        procurement=procurement,
        **facts,
    )


def ground_update(
    *, documented: WaiverGround, by: User | None, why: str = "", **facts: Any
) -> WaiverGround:
    return fact_update(documented, by=by, why=why, **facts)


def ground_withdraw(*, documented: WaiverGround, by: User | None, why: str = "") -> None:
    fact_withdraw(documented, by=by, why=why)


def _problems(**facts: Any) -> Iterator[Problem]:
    if facts.get("reached_milestone_b") is False and facts.get("milestone_b") is not None:
        what = f"Milestone B is dated {facts['milestone_b']}, and is told not to be reached."
        yield Problem("milestone-b-differs", "reached_milestone_b", what, "Correct one of the two.")
    for field, kind in (("payments", date), ("systems", str)):
        value = facts.get(field)
        if value is not None and not (
            isinstance(value, list | tuple) and all(type(each) is kind for each in value)
        ):
            what = "It is a list of " + ("dates." if kind is date else "names.")
            yield Problem("invalid", field, what, "Give a list, or leave it out.")


def _stored(facts: dict[str, Any]) -> dict[str, Any]:
    """JSON has no dates: payments are kept as ISO text, in order."""
    if facts.get("payments") is not None:
        facts = {**facts, "payments": sorted(_iso(each) for each in facts["payments"])}
    return facts


def _iso(day: object) -> str:
    return day.isoformat() if isinstance(day, date) else str(day)


def _subject(**facts: Any) -> Iterator[Problem]:
    if facts.get("scope") == Waiver.Scope.BATTERY and facts.get("part") is None:
        what = "A waiver for one battery must say which."
        yield Problem("required", "part", what, "Give the part, or choose one system.")
    if facts.get("scope") == Waiver.Scope.SYSTEM and not facts.get("system"):
        what = "A waiver for one system must say which."
        yield Problem("required", "system", what, "Name the system, or choose one battery.")
