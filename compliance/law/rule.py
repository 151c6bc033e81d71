"""A rule is an outline of its statute: each clause cites, says and decides."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from inspect import getdoc
from typing import NamedTuple, Protocol

from compliance.law.answers import Answer
from compliance.law.confidence import flags_of
from compliance.law.facts import Dossier, Missing, Spell, Unit, Use
from compliance.law.readings import BY_KEY

NO, UNKNOWN, YES = Answer.NO, Answer.UNKNOWN, Answer.YES


class Rest(NamedTuple):
    """What an answer rests on: a path in the dossier, what was found there, and the prongs that
    say so."""

    path: str
    answer: Answer
    cites: tuple[str, ...] = ()


class Told(NamedTuple):
    """What a test found: its answer, the arithmetic as exact text, the facts used and those
    missing."""

    answer: Answer
    detail: tuple[tuple[str, str], ...] = ()
    rests: tuple[Rest, ...] = ()
    missing: tuple[Missing, ...] = ()
    flags: tuple[str, ...] = ()


class Step(NamedTuple):
    """One clause, asked and answered: what a reader of the report sees."""

    role: str
    cite: str
    says: str
    told: Told
    steps: tuple["Step", ...] = ()

    @property
    def answer(self) -> Answer:
        return self.told.answer


class Advisory(NamedTuple):
    """Rides beside a verdict and never decides it."""

    key: str
    cite: str
    says: str


class Case:
    """A dossier before a rule on a day, under one choice of readings; it notes which readings were
    asked for."""

    __slots__ = ("asked", "dossier", "on", "overrides", "touched")

    def __init__(
        self, dossier: Dossier, on: date, overrides: tuple[tuple[str, str], ...] = ()
    ) -> None:
        self.dossier = dossier
        self.on = on
        self.overrides = overrides
        self.asked: list[str] = []
        self.touched: list[Unit] | None = None  # 10 U.S.C. 4865: kept, because it is asked thrice

    def reading(self, key: str) -> str:
        """The alternative to apply. Ask only where the alternatives could give different
        answers."""
        if key not in self.asked:
            self.asked.append(key)
        for named, alternative in self.overrides:
            if named == key:
                return alternative
        return BY_KEY[key].chosen(choice(self.dossier, key))[0]

    def spell(self, use: Use) -> Spell:
        spells = use.feoc
        return spells[0] if len(spells) == 1 else use.on(self.on)


def choice(dossier: Dossier, key: str) -> str | None:
    """What counsel chose for a reading, if anything."""
    for named, chosen in dossier.readings:
        if named == key:
            return chosen
    return None


Test = Callable[[Case], Told]


class Asks(Protocol):
    """A clause or a group of clauses. confidence: the flag of law.md on its text; reads: our
    reading of what the text leaves open and no entry of the register asks about."""

    @property
    def cite(self) -> str: ...

    @property
    def says(self) -> str: ...

    @property
    def confidence(self) -> str: ...

    @property
    def reads(self) -> str: ...

    def ask(self, case: Case, role: str) -> Step: ...


def sentence_of(test: Test, cite: str) -> str:
    doc = getdoc(test)
    if not doc:
        raise TypeError(f"{cite}: {test.__name__} needs a docstring, it is shown to readers")
    return " ".join(doc.split())


@dataclass(frozen=True)
class Clause:
    """One provision and the test that decides it; the test's docstring is what readers see."""

    cite: str
    test: Test
    confidence: str
    reads: str = ""
    says: str = field(init=False)

    def __post_init__(self) -> None:
        flags_of(self.confidence)
        object.__setattr__(self, "says", sentence_of(self.test, self.cite))

    def ask(self, case: Case, role: str) -> Step:
        return Step(role, self.cite, self.says, self.test(case))


@dataclass(frozen=True)
class AllOf:
    """Holds when each of its clauses does."""

    cite: str
    says: str
    clauses: tuple[Asks, ...]
    confidence: str
    reads: str = ""

    def ask(self, case: Case, role: str) -> Step:
        steps = tuple([clause.ask(case, "and") for clause in self.clauses])
        return Step(
            role, self.cite, self.says, Told(min(step.told.answer for step in steps)), steps
        )


@dataclass(frozen=True)
class AnyOf:
    """Holds when one of its clauses does."""

    cite: str
    says: str
    clauses: tuple[Asks, ...]
    confidence: str
    reads: str = ""

    def ask(self, case: Case, role: str) -> Step:
        steps = tuple([clause.ask(case, "or") for clause in self.clauses])
        return Step(
            role, self.cite, self.says, Told(max(step.told.answer for step in steps)), steps
        )


@dataclass(frozen=True)
class Starts:
    """When a rule begins. days: (day, what begins then). `never`: told that no day ever binds this
    procurement."""

    cite: str
    test: Test
    days: tuple[tuple[date, str], ...]
    confidence: str
    reads: str = ""
    says: str = field(init=False)

    def __post_init__(self) -> None:
        flags_of(self.confidence)
        object.__setattr__(self, "says", sentence_of(self.test, self.cite))

    def ask(self, case: Case, role: str) -> Step:
        return Step(role, self.cite, self.says, self.test(case))


NEVER = "never binds"
"""A key in a begins-clause's detail: nothing in (b) or its like ever binds this procurement."""


def begins(cite: str, day: date, what: str, says: str, confidence: str, reads: str = "") -> Starts:
    """A rule that begins on one day for everything it covers."""

    def test(case: Case) -> Told:
        return Told(YES if case.on >= day else NO, (("begins", day.isoformat()),))

    test.__doc__ = says
    return Starts(cite, test, ((day, what),), confidence, reads)


@dataclass(frozen=True)
class Hinge:
    """A day of the procurement that binds. required: without it the verdict may be open.

    review: what would be prohibited only by this day asks for review (reading `reading`).
    """

    name: str
    field: str
    required: bool = False
    review: str | None = None


@dataclass(frozen=True)
class Rule:
    """A statute as an outline. A rule is retired by `true_to`, never deleted; an amendment is a
    further Rule.

    faces: "line", or "counterparty" for what is asked once per procurement. waivers: who may grant
    one. read_on: the day a person last read its source, as far as `confidence` says; reread: days
    until it is due again. confidence: the flag of law.md on the text it was read from.
    not_modelled: (provision, why it is not asked here), shown to readers.
    """

    id: str
    version: str
    cite: str
    title: str
    href: str
    enacted: str
    read_on: date
    confidence: str
    binds: Clause
    covers: Clause
    starts: Starts
    forbids: Asks
    unless: tuple[Asks, ...] = ()
    waived: Clause | None = None
    ground: Clause | None = None
    waivers: str = ""
    hinges: tuple[Hinge, ...] = ()
    faces: str = "line"
    advises: tuple[Callable[[Case], tuple[Advisory, ...]], ...] = ()
    flags: tuple[str, ...] = ()
    readings: tuple[str, ...] = ()
    moments: tuple[date, ...] = ()
    not_modelled: tuple[tuple[str, str], ...] = ()
    reread: int = 180
    true_from: date | None = None
    true_to: date | None = None

    @property
    def reread_by(self) -> date:
        return self.read_on + timedelta(days=self.reread)


class Placed(NamedTuple):
    """A clause at its place in the outline. role: as its step in a proof names it."""

    depth: int
    role: str
    asks: Asks


def placed(rule: Rule) -> Iterator[Placed]:
    """Every clause of a rule and every group of them, in the statute's order."""
    yield Placed(0, "binds", rule.binds)
    yield Placed(0, "covers", rule.covers)
    yield Placed(0, "begins", rule.starts)
    yield from _below(rule.forbids, "forbids", 0)
    for each in rule.unless:
        yield from _below(each, "unless", 0)
    if rule.waived is not None:
        yield Placed(0, "waiver", rule.waived)
    if rule.ground is not None:
        yield Placed(0, "ground", rule.ground)


def _below(asks: Asks, role: str, depth: int) -> Iterator[Placed]:
    yield Placed(depth, role, asks)
    if isinstance(asks, AllOf | AnyOf):
        for each in asks.clauses:
            yield from _below(each, "and" if isinstance(asks, AllOf) else "or", depth + 1)
