"""Parts, what they are made of, and the technology they are made with."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from procurement.access import require_writable
from procurement.categories import Category, Chemistry
from procurement.formats.problem import Problem
from procurement.models import Component, Licence, Organisation, Part, ProcessStep, User
from procurement.problems import refuse_if
from procurement.services.checks import country_problems
from procurement.services.facts import (
    fact_create,
    fact_update,
    fact_withdraw,
    problems_of,
)
from procurement.services.recording import recorded

RESERVED = ("quantity", "timing", "own_use", "access", "operate")
"""Rights that a licence may reserve to others than foreign entities of concern (law.md 3.3(f))."""

CONTROLS = ("quantity_or_timing", "customers", "site_access", "exclusive_repair")
"""Rights that give a licensor effective control over production (law.md 3.3(f))."""

Composition = Sequence[Mapping[str, Any]]
"""Fields of Component for each entry; `steps`, where told, is a list of fields of ProcessStep."""


def part_create(
    *, organisation: Organisation | None, number: str, by: User | None, why: str = "", **facts: Any
) -> Part:
    """A part of the organisation's own, or shared where None. Category and chemistry are codes."""
    facts["number"] = number.strip()
    return fact_create(
        Part,
        organisation=organisation,
        by=by,
        why=why,
        problems=[*_problems(**facts), *_same_part(organisation, None, **facts)],
        **facts,
    )


def part_update(*, part: Part, by: User | None, why: str = "", **facts: Any) -> Part:
    """Correct a part. A person has now looked at it: it is more than a line of a BOM."""
    facts.setdefault("unverified", False)
    identity = {"number": part.number, "maker": part.maker, **facts}
    problems = [*_problems(**facts), *_same_part(part.organisation, part, **identity)]
    return fact_update(part, by=by, why=why, problems=problems, **facts)


def part_withdraw(*, part: Part, by: User | None, why: str = "") -> None:
    fact_withdraw(part, by=by, why=why)


def composition_replace(
    *,
    part: Part,
    components: Composition,
    by: User | None,
    complete: bool | None = None,
    why: str = "",
) -> list[Component]:
    """The part is made of exactly these. `complete`: told that there are no others.

    An entry like one that stands (same name and category) keeps its row, so that its history is
    one history. An entry no longer named is taken out; Past keeps it.
    """
    if by is not None:
        require_writable(part, by)
    problems: list[Problem] = []
    wanted: list[tuple[Component, list[ProcessStep] | None]] = []
    standing = list(part.components.order_by("id"))
    for index, entry in enumerate(components):
        fields = dict(entry)
        steps = fields.pop("steps", None)
        fields["steps_told"] = steps is not None
        component = _take(standing, fields) or Component(part=part)
        component.organisation = part.organisation
        for name, value in {**_blank(), **fields}.items():
            setattr(component, name, value)
        where = f"components[{index}]"
        problems += _within(where, [*_component_problems(component), *problems_of(component)])
        made = [
            ProcessStep(organisation=part.organisation, component=component, **step)
            for step in steps or ()
        ]
        for number, step in enumerate(made):
            problems += _within(f"{where}.steps[{number}]", _step_problems(step))
        wanted.append((component, made if steps is not None else None))
    problems += _mixed_costs([component for component, _ in wanted])
    refuse_if(problems)
    with recorded(by=by, why=why):
        for gone in standing:
            gone.delete()
        for component, made_steps in wanted:
            component.save()
            _steps_replace(component, made_steps or [])
        if (part.complete, part.unverified) != (complete, False):
            part.complete, part.unverified = complete, False
            part.save(update_fields=["complete", "unverified"])
    part.refresh_from_db()
    return list(part.components.order_by("id"))


def licence_create(
    *, organisation: Organisation | None, by: User | None, why: str = "", **facts: Any
) -> Licence:
    """Technology from `licensor`, to `licensee`, for one `part` or whatever the licensee makes."""
    problems = _licence_problems(**facts)
    return fact_create(
        Licence, organisation=organisation, by=by, why=why, problems=problems, **facts
    )


def licence_update(*, licence: Licence, by: User | None, why: str = "", **facts: Any) -> Licence:
    problems = _licence_problems(**facts)
    return fact_update(licence, by=by, why=why, problems=problems, **facts)


def licence_withdraw(*, licence: Licence, by: User | None, why: str = "") -> None:
    fact_withdraw(licence, by=by, why=why)


def _problems(**facts: Any) -> Iterator[Problem]:
    yield from country_problems("assembled_in", facts.get("assembled_in"))
    yield from _code("category", facts.get("category"), Category)
    yield from _code("chemistry", facts.get("chemistry"), Chemistry)
    attributes = facts.get("attributes") or {}
    if not isinstance(attributes, dict) or not all(
        isinstance(key, str) and isinstance(value, str) for key, value in attributes.items()
    ):
        what = "Attributes are names with a text each."
        yield Problem("invalid", "attributes", what, 'Give them as {"wh_per_kg": "250"}.')


def _same_part(
    organisation: Organisation | None, part: Part | None, **facts: Any
) -> Iterator[Problem]:
    same = Part.objects.filter(
        organisation=organisation, number__iexact=facts["number"], maker=facts.get("maker")
    )
    if any(other != part for other in same):
        maker = facts.get("maker")
        made = f"by {maker}" if maker else "with no maker"
        what = f"There is a part {facts['number']} {made} already."
        yield Problem("part-exists", "number", what, "Change that one, or give another maker.")


def _component_problems(component: Component) -> Iterator[Problem]:
    yield from _code("category", component.category, Category)
    if component.cost is not None:
        if component.cost < 0:
            yield Problem("negative", "cost", "A cost below zero is none.", "Give zero or more.")
        if not component.cost_basis:
            what = "A cost without its basis cannot be compared with another."
            fix = 'Say what it is: "unit_price", "material", "standard_cost" …'
            yield Problem("required", "cost_basis", what, fix)
    if component.quantity is not None and component.quantity < 0:
        yield Problem(
            "negative", "quantity", "A quantity below zero is none.", "Give zero or more."
        )


def _step_problems(step: ProcessStep) -> Iterator[Problem]:
    yield from country_problems("country", step.country)
    if step.site and step.country and step.site.country != step.country:
        what = f"The site lies in {step.site.country}, but the country says {step.country}."
        yield Problem("country-differs", "country", what, "Leave the country out, or correct one.")
    # The component may not be saved yet; that it is this part's is ours to see to.
    yield from (each for each in problems_of(step) if each.where != "component")


def _mixed_costs(components: Iterable[Component]) -> Iterator[Problem]:
    """10 U.S.C. 4865 sets the costs against one another: one basis and currency for all."""
    kinds = {(c.cost_basis, c.currency) for c in components if c.cost is not None}
    if len(kinds) > 1:
        said = ", ".join(sorted(f"{basis} in {currency}" for basis, currency in kinds))
        what = f"The costs are not comparable: {said}."
        yield Problem(
            "costs-differ", "components", what, "Give every cost on one basis and currency."
        )


def _licence_problems(**facts: Any) -> Iterator[Problem]:
    for field, rights in (("reserved", RESERVED), ("controls", CONTROLS)):
        told = facts.get(field) or {}
        if not isinstance(told, dict) or not all(isinstance(each, bool) for each in told.values()):
            yield Problem(
                "invalid", field, "Each right is told as yes or no.", "Give true or false."
            )
        elif unknown := sorted(set(told) - set(rights)):
            what = f"There is no right called {', '.join(unknown)}."
            yield Problem("unknown-right", field, what, f"Use: {', '.join(rights)}.")


def _code(field: str, value: object, codes: type[Category] | type[Chemistry]) -> Iterator[Problem]:
    if value is not None and value not in {each.value for each in codes}:
        what = f"“{value}” is no {field} we know."
        fix = "Use a code of GET /api/v1/vocabulary, or leave it out where it is not known."
        yield Problem("invalid-choice", field, what, fix)


def _take(standing: list[Component], fields: Mapping[str, Any]) -> Component | None:
    for index, each in enumerate(standing):
        if (each.name, each.category) == (fields.get("name"), fields.get("category")):
            return standing.pop(index)
    return None


def _blank() -> dict[str, Any]:
    """Every field of a component that a caller may tell, as it is when not told."""
    ours = {"id", "organisation", "known_from", "part"}
    return {
        field.name: field.get_default()
        for field in Component._meta.concrete_fields
        if field.name not in ours
    }


def _steps_replace(component: Component, steps: list[ProcessStep]) -> None:
    """Steps have no name of their own: one that says the same stays, the others go and come."""
    standing = {_step_key(step): step for step in component.steps.all()}
    for step in steps:
        if standing.pop(_step_key(step), None) is None:
            step.component = component
            step.save()
    for gone in standing.values():
        gone.delete()


def _step_key(step: ProcessStep) -> tuple[object, ...]:
    return (step.kind, step.party_id, step.site_id, step.country, step.true_from, step.true_to)


def _within(where: str, problems: Iterable[Problem]) -> list[Problem]:
    return [
        Problem(p.code, f"{where}.{p.where}" if p.where else where, p.what, p.fix) for p in problems
    ]
