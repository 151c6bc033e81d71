"""What a thing may hold inside, and where it was worked: asked by the rules on magnets, boards and
chips."""

from collections.abc import Callable, Mapping

from compliance.law.answers import Answer
from compliance.law.asking import Gathered, listed, listed_party
from compliance.law.categories import BATTERIES, CONTAINERS, KNOWN
from compliance.law.countries import COVERED_NATIONS
from compliance.law.facts import ITEM, Input, Missing, Unit
from compliance.law.rule import Case, Rest, Told

NO, UNKNOWN, YES = Answer.NO, Answer.UNKNOWN, Answer.YES

WHOLES = BATTERIES | CONTAINERS
"""Things that can hold whatever a board or a fan holds."""


def told(thing: Unit | Input, key: str) -> str | None:
    """A further fact of a thing, by its documented key (`world.Part.attributes`)."""
    return dict(thing.attributes).get(key)


def name_of(thing: Unit | Input) -> str:
    return thing.label if isinstance(thing, Unit) else thing.name


def is_whole(thing: Unit | Input) -> bool:
    """Can it hold whatever a board or a fan holds, whatever its category says?"""
    return thing.path == ITEM or thing.category in WHOLES


def holds(
    thing: Unit | Input,
    key: str,
    may: frozenset[str],
    yes: Mapping[str, Answer],
    into: Gathered,
    what: str,
) -> Answer:
    """Does a thing hold something: as told under `key`, else by what its category can hold.

    may: categories that can; every other known category cannot. yes: what each told word means.
    """
    word = thing.material or None if key == "material" else told(thing, key)
    path = f"{thing.path}.{key}"
    if word is not None:
        answer = yes.get(word, yes["*"])
        into.add(answer, Rest(path, answer))
        return answer
    category = thing.category
    if category in KNOWN and category not in may and not is_whole(thing):
        return NO
    question = f"{what} {name_of(thing)}?"
    into.add(UNKNOWN, Rest(path, UNKNOWN), (Missing(path, question),))
    return UNKNOWN


Test = Callable[[Unit | Input, Gathered], Answer]


def inner(unit: Unit, test: Test) -> list[Input]:
    """The things inside a unit that may hold something.

    Where it is told of the whole that it holds none, only a thing that is known to is left.
    """
    least = YES if test(unit, Gathered()) is NO else UNKNOWN
    return [each for each in unit.inputs or () if test(each, Gathered()) >= least]


def any_holds(case: Case, test: Test) -> Told:
    """Does anything on the line, or inside it, hold something?"""
    found = Gathered()
    answers = [NO]
    for unit in case.dossier.part.things:
        answers.append(test(unit, found))
        answers += [test(each, found) for each in inner(unit, test)]
    return found.told(max(answers))


def holders(unit: Unit, test: Test, itself: frozenset[str] = frozenset()) -> list[Unit | Input]:
    """The things inside that may hold it; and the unit, where more may be inside than is told.

    itself: categories of things that are what is asked for, whatever is inside them.
    """
    inside: list[Unit | Input] = [*inner(unit, test)]
    if test(unit, Gathered()) is NO:
        return inside
    told_whole = inside and unit.complete is True and unit.category not in itself
    return inside if told_whole else [*inside, unit]


def ask_whether(thing: Unit | Input, test: Test, into: Gathered) -> None:
    """Asks whether a whole holds one at all, before what it holds is asked after."""
    whether = Gathered()
    if is_whole(thing) and test(thing, whether) is UNKNOWN:
        into.missing.extend(whether.missing)


def maker_listed(case: Case, thing: Unit | Input, key: str, into: Gathered) -> Answer:
    """Is the maker of a thing, or the designer of a chip, on a list?"""
    use = thing.maker if isinstance(thing, Unit) else thing.source
    question = f"Which company makes {name_of(thing)}?"
    spell = listed(case, key, use, f"{thing.path}.source", question, into)
    answers = [UNKNOWN if spell is None else spell.answer]
    for number, step in enumerate((thing.steps or ()) if isinstance(thing, Input) else ()):
        if step.kind == "design" and step.by is not None:
            path = f"{thing.path}.steps.{number}"
            answers.append(listed_party(case, key, step.by.party, path, into).answer)
    return max(answers)


def worked_in_covered_nation(
    case: Case,
    thing: Unit | Input,
    kinds: frozenset[str],
    needed: tuple[frozenset[str], ...],
    into: Gathered,
) -> Answer:
    """Was a step of one of `kinds` done in a covered nation? Each of `needed` must be told to
    clear it.

    What a whole is put together from was made elsewhere: of it, where it was assembled says
    nothing.
    """
    path, name = f"{thing.path}.steps", name_of(thing)
    if isinstance(thing, Input):
        steps = None if thing.steps is None else tuple((s.kind, s.country) for s in thing.steps)
    else:
        steps = None if is_whole(thing) else (("manufacture", thing.assembled_in),)
    question = f"In which country was each step of {name} done: {', '.join(sorted(kinds))}?"
    answers = [NO]
    for kind, country in steps or ():
        if kind in kinds:
            covered = None if country is None else country in COVERED_NATIONS
            answers.append(Answer.of(covered))
    kinds_told = {kind for kind, _ in steps or ()}
    if steps is None or any(not group & kinds_told for group in needed):
        answers.append(UNKNOWN)
    answer = max(answers)
    into.add(answer, Rest(path, answer), (Missing(path, question),))
    return answer
