"""Contract control: does a licence or contract hand production to a foreign entity of concern?

DOE's interpretation, 89 FR 37079 (law.md 3.3(f)): the rights that give effective control, and the
safe harbour of five reserved rights, are from memory and must be verified.
"""

from collections.abc import Callable, Iterable
from datetime import date
from typing import NamedTuple

from compliance.law.answers import Answer, every, some
from compliance.law.ownership.shares import in_force
from compliance.law.standing import Item, Missing, Prong
from compliance.law.world import CONTROLLING_RIGHTS, RESERVED_RIGHTS, Licence

NO, UNKNOWN, YES = Answer.NO, Answer.UNKNOWN, Answer.YES

CITE = "42 U.S.C. 18741(a)(5)(C); 89 FR 37079 (contract control)"
SAYS = "a contract gives a foreign entity of concern effective control over its production"


class Control(NamedTuple):
    """Does one licence give its licensor effective control over production?"""

    answer: Answer
    flags: tuple[str, ...] = ()
    missing: tuple[Missing, ...] = ()


def effective_control(licence: Licence) -> Control:
    """All five rights reserved: no (the safe harbour). Else any one controlling right: yes."""
    reserved = every(Answer.of(licence.reserved.get(right)) for right in RESERVED_RIGHTS)
    held = some(Answer.of(licence.controls.get(right)) for right in CONTROLLING_RIGHTS)
    if reserved is YES:
        if held is YES:  # the contract cannot both reserve a right and give it away
            says = "The licence is said to reserve all five rights and to give one away: which?"
            return Control(UNKNOWN, (), (Missing(f"licence/{licence.licensor}", says),))
        return Control(NO, ("safe-harbour",))
    if held is UNKNOWN:
        asks = [
            Missing(f"licence/{licence.licensor}/{right}", f"Does the licence {what} ({right})?")
            for rights, told, what in (
                (RESERVED_RIGHTS, licence.reserved, "reserve the right"),
                (CONTROLLING_RIGHTS, licence.controls, "give the licensor the right"),
            )
            for right in rights
            if right not in told
        ]
        return Control(UNKNOWN, (), tuple(asks))
    partial = any(licence.reserved.get(right) for right in RESERVED_RIGHTS)
    return Control(held, ("safe-harbour-partial",) if partial else ())


def relevant(item: Item, party: str, own: Iterable[Licence], on: date) -> tuple[Licence, ...]:
    """The licences in force under which the party makes the item; `own`: those for all it makes."""
    return tuple(
        licence
        for licence in {each.ref: each for each in (*item.licences, *own)}.values()
        if licence.licensee in (None, party) and in_force(licence, on)
    )


def contract_prong(
    item: Item,
    party: str,
    licences: Iterable[Licence],
    concern: Callable[[str], Answer],
) -> tuple[Prong, tuple[str, ...]]:
    """The prong, and its review flags. `concern`: is this licensor one whose control counts?"""
    answers: list[Answer] = []
    facts: list[str] = []
    flags: list[str] = []
    missing: list[Missing] = []
    for licence in licences:
        whose = concern(licence.licensor)
        control = effective_control(licence)
        facts += [licence.ref, licence.licensor]
        answers.append(every((whose, control.answer)))
        if whose is not NO:
            flags += control.flags
            missing += control.missing
        if whose is UNKNOWN and control.answer is not NO:
            says = "Is the licensor a foreign entity of concern? Its own facts are missing."
            missing.append(Missing(f"standing/{licence.licensor}", says))
    if item.licences_complete is not True:
        answers.append(UNKNOWN)
        says = "Are there licences or contracts for its production besides those recorded?"
        missing.append(Missing(f"licences/{party}", says))
    answer = some(answers)
    asks = tuple(dict.fromkeys(missing)) if answer is UNKNOWN else ()
    prong = Prong(CITE, SAYS, answer, tuple(sorted(set(facts))), missing=asks)
    return prong, tuple(flags)
