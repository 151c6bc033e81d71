"""What could be otherwise about a line: each fact to obtain, each thing to change, as a pure
step."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from compliance.law.answers import Answer
from compliance.law.facts import Dossier, Input, Kind, Spell, StepFact, Unit, Use, spell_on

NO, UNKNOWN, YES = Answer.NO, Answer.UNKNOWN, Answer.YES
NEW = "new"
"""Key of the supplier that a change would bring in: on no list, of no concern."""
CLEAN = Use(NEW, (Spell(None, NO),))
OBTAIN, CHANGE = "obtain", "change"

Apply = Callable[[Dossier], Dossier]


class Lever(NamedTuple):
    """One thing that could be otherwise, in favour of buying.

    kind: "obtain" (a fact, which may turn out so) or "change" (a thing to do). share: of the cost
    of the functional cell components that it moves, where that is known.
    """

    kind: str
    path: str
    says: str
    share: Fraction | None
    apply: Apply


def troubled(dossier: Dossier, use: Use | None, on: date) -> Answer:
    """May a party in a role stand in the way: as a concern, or on a list that a rule asks about?"""
    if use is None:
        return UNKNOWN
    answers = [spell_on(use.feoc, on).answer]
    for parties in dossier.part.lists.values():
        spell = spell_on(parties[use.party], on)
        answers.append(UNKNOWN if spell.how == "affiliate" else spell.answer)
    return max(answers)


def levers(dossier: Dossier, on: date) -> Iterator[Lever]:
    """Every lever of a dossier on a day, in the order of the dossier."""
    for number, unit in enumerate(dossier.part.units):
        yield from role_levers(dossier, number, unit, on)
        yield from licence_levers(number, unit, on)
        yield from composition_levers(dossier, number, unit, on)
    if dossier.part.contained:
        trouble = troubled(dossier, dossier.part.item_maker, on)
        if trouble is not NO:
            yield Lever(
                OBTAIN if trouble is UNKNOWN else CHANGE,
                "part.item_maker",
                f"{dossier.part.label} from a maker that no list names",
                None,
                lambda each: with_new(each, item_maker=CLEAN),
            )
    doubted = dossier.part.sure(on)
    if doubted is not None:
        says = "; ".join(each.missing.question for each in doubted.doubts)
        yield Lever(OBTAIN, "part.documents", says, None, undoubted)
    facts = dossier.procurement
    if None in (facts.program, facts.weapons_systems, facts.portfolio_executives) or (
        facts.milestone_b is None and facts.reached_milestone_b is None
    ):
        yield Lever(
            OBTAIN, "procurement.program", "the program's category and its days", None, told_program
        )


def undoubted(dossier: Dossier) -> Dossier:
    """Every document current, and what is contradicted settled as it is told."""
    return replace(dossier, part=replace(dossier.part, doubted=()))


def role_levers(dossier: Dossier, number: int, unit: Unit, on: date) -> Iterator[Lever]:
    """Who makes, assembles, and makes the cells."""
    roles: tuple[tuple[str, Use | None, str], ...] = (("maker", unit.maker, "made by"),)
    if dossier.part.kind is not Kind.COUNTERPARTY:
        roles = (*roles, ("assembler", unit.assembler, "assembled by"))
    for role, use, says in roles:
        trouble = troubled(dossier, use, on)
        if trouble is not NO:
            yield Lever(
                OBTAIN if trouble is UNKNOWN else CHANGE,
                f"{unit.path}.{role}",
                f"{unit.label} {says} a company of no concern",
                None,
                set_unit(number, **{role: CLEAN}),
            )
    if dossier.part.kind is Kind.COUNTERPARTY or dossier.part.kind is Kind.OTHER:
        return
    answers = [troubled(dossier, use, on) for use in unit.cells or ()]
    trouble = UNKNOWN if unit.cells is None else max(answers, default=NO)
    if trouble is not NO:
        yield Lever(
            OBTAIN if trouble is UNKNOWN else CHANGE,
            f"{unit.path}.cells",
            f"cells of {unit.label} made by a company of no concern",
            None,
            set_cells(number),
        )


def licence_levers(number: int, unit: Unit, on: date) -> Iterator[Lever]:
    """Technology licences to end, and the statement that there are no more."""
    if unit.licences_complete is not True:
        says = f"that the licences told are all that {unit.label} is made under"
        path = f"{unit.path}.licences_complete"
        yield Lever(OBTAIN, path, says, None, set_unit(number, licences_complete=True))
    for licence in unit.licences:
        if spell_on(licence.licensor.feoc, on).answer is not NO:
            kept = tuple(each for each in unit.licences if each != licence)
            says = f"{unit.label} made without this technology licence"
            yield Lever(CHANGE, licence.path, says, None, set_unit(number, licences=kept))


def composition_levers(dossier: Dossier, number: int, unit: Unit, on: date) -> Iterator[Lever]:
    """Components to re-source or to look into, with their share of the cost."""
    if dossier.part.kind in (Kind.COUNTERPARTY, Kind.OTHER):
        return
    if unit.inputs is None or not unit.inputs:
        says = f"that the functional cell components of {unit.label} are all of no concern"
        yield Lever(OBTAIN, f"{unit.path}.inputs", says, None, set_unit(number, **ALL_CLEAN))
        return
    if unit.complete is not True:
        says = f"that the components told are all of {unit.label}"
        yield Lever(OBTAIN, f"{unit.path}.complete", says, None, set_unit(number, complete=True))
    costs = [each.cost for each in unit.inputs]
    known = [cost for cost in costs if cost is not None]
    total = sum(known, Decimal(0)) if len(known) == len(costs) else Decimal(0)
    for index, each in enumerate(unit.inputs):
        uses = [each.source, *(step.by for step in each.steps or ())]
        trouble = max(troubled(dossier, use, on) for use in uses)
        trouble = max(trouble, UNKNOWN if each.steps is None else NO)
        if trouble is NO:
            continue
        share = Fraction(each.cost or 0) / Fraction(total) if total else None
        says = f"{each.name} from a company of no concern, refined and processed by such"
        kind = OBTAIN if trouble is UNKNOWN else CHANGE
        yield Lever(kind, f"{each.path}.source", says, share, set_input(number, index))


ALL_CLEAN: dict[str, Any] = {
    "inputs": (
        Input(
            "",
            "components",
            "cathode_material",
            Decimal(1),
            "USD",
            "told",
            source=CLEAN,
            steps=(StepFact("manufacture", CLEAN, "US"),),
            recycled=False,
        ),
    ),
    "complete": True,
}


def with_new(dossier: Dossier, **part: Any) -> Dossier:
    """The dossier with part facts replaced, and the new supplier known to it."""
    facts = dossier.part
    lists = {key: {**parties, NEW: (Spell(None, NO),)} for key, parties in facts.lists.items()}
    parties = {**facts.parties, NEW: "another company, of no concern"}
    whole = {"lists": lists, "parties": parties, **part}
    return replace(dossier, part=replace(facts, **whole))


def set_unit(number: int, **values: Any) -> Apply:
    def apply(dossier: Dossier) -> Dossier:
        units = list(dossier.part.units)
        units[number] = units[number]._replace(**values)
        return with_new(dossier, units=tuple(units))

    return apply


def set_cells(number: int) -> Apply:
    def apply(dossier: Dossier) -> Dossier:
        unit = dossier.part.units[number]
        gone = {use.party for use in unit.cells or ()}
        inputs = unit.inputs and tuple(
            each._replace(via=tuple(party for party in each.via if party not in gone))
            for each in unit.inputs
        )
        return set_unit(number, cells=(CLEAN,), inputs=inputs)(dossier)

    return apply


def set_input(number: int, index: int) -> Apply:
    def apply(dossier: Dossier) -> Dossier:
        inputs = list(dossier.part.units[number].inputs or ())
        step = StepFact("manufacture", CLEAN, "US")
        inputs[index] = inputs[index]._replace(source=CLEAN, steps=(step,), recycled=False)
        return set_unit(number, inputs=tuple(inputs))(dossier)

    return apply


def told_program(dossier: Dossier) -> Dossier:
    """The strictest category: a new program. What passes under it passes under every other."""
    facts = replace(
        dossier.procurement,
        program="acquisition",
        reached_milestone_b=False,
        weapons_systems=1,
        portfolio_executives=1,
    )
    return replace(dossier, procurement=facts)
