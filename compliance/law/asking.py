"""Small questions that several rules put to a dossier."""

from collections.abc import Iterable

from compliance.law.answers import Answer
from compliance.law.facts import Kind, Missing, Spell, Unit, Use, spell_on
from compliance.law.rule import Case, Rest, Told

NO, UNKNOWN, YES = Answer.NO, Answer.UNKNOWN, Answer.YES

DOD = frozenset(
    {
        "DOD",
        "ARMY",
        "NAVY",
        "MARINE_CORPS",
        "AIR_FORCE",
        "SPACE_FORCE",
        "DLA",
        "DARPA",
        "MDA",
        "SOCOM",
        "DCMA",
        "DTRA",
        "DISA",
    }
)
"""Agency codes that are the Department of Defense or a part of it."""

AGENCY = Missing("procurement.agency", "Which agency buys?")


class Gathered:
    """Collects what several questions found, and their worst or best answer."""

    __slots__ = ("answers", "detail", "flags", "missing", "rests")

    def __init__(self) -> None:
        self.answers: list[Answer] = []
        self.rests: list[Rest] = []
        self.missing: list[Missing] = []
        self.detail: list[tuple[str, str]] = []
        self.flags: set[str] = set()

    def add(
        self, answer: Answer, rest: Rest | None = None, missing: Iterable[Missing] = ()
    ) -> None:
        self.answers.append(answer)
        if rest is not None:
            self.rests.append(rest)
        if answer is UNKNOWN:
            self.missing.extend(missing)

    def told(self, answer: Answer) -> Told:
        return Told(
            answer,
            tuple(self.detail),
            tuple(self.rests),
            tuple(dict.fromkeys(self.missing)) if answer is UNKNOWN else (),
            tuple(sorted(self.flags)) if self.flags else (),
        )

    def some(self) -> Told:
        return self.told(max(self.answers, default=NO))

    def every(self) -> Told:
        return self.told(min(self.answers, default=YES))


def cites(spell: Spell) -> tuple[str, ...]:
    """The prongs that give a spell its answer."""
    return tuple([reason.cite for reason in spell.reasons if reason.answer is spell.answer])


def feoc(case: Case, use: Use | None, path: str, question: str, into: Gathered) -> Answer:
    """Is the party in this role a foreign entity of concern? A role nobody named is unknown."""
    if use is None:
        into.add(UNKNOWN, Rest(path, UNKNOWN), (Missing(path, question),))
        return UNKNOWN
    spell = case.spell(use)
    if spell.flags:
        into.flags.update(spell.flags)
    into.add(
        spell.answer,
        Rest(path, spell.answer, cites(spell) if spell.answer is not NO else ()),
        spell.missing,
    )
    return spell.answer


def listed(
    case: Case, key: str, use: Use | None, path: str, question: str, into: Gathered
) -> Spell | None:
    """How the party in this role stands on a list on the day; None where nobody named the party."""
    if use is None:
        into.add(UNKNOWN, Rest(path, UNKNOWN), (Missing(path, question),))
        return None
    return listed_party(case, key, use.party, path, into)


def listed_party(case: Case, key: str, party: str, path: str, into: Gathered) -> Spell:
    spell = spell_on(case.dossier.part.lists[key][party], case.on)
    if spell.flags:
        into.flags.update(spell.flags)
    rest = Rest(path, spell.answer, (spell.how,) if spell.answer is not NO else ())
    into.add(spell.answer, rest, spell.missing)
    return spell


def battery_line(case: Case) -> Told:
    """Whether the line is a battery, a cell, or an item that contains one."""
    part = case.dossier.part
    if part.within:
        return Told(NO, (("line", "judged with the battery line above it, as its composition"),))
    if part.kind is None:
        return Told(
            UNKNOWN,
            (("line", "not recognised"),),
            (Rest("part.kind", UNKNOWN),),
            (
                Missing(
                    "part.category", f"What is {part.label}: a battery, a cell, or something else?"
                ),
            ),
        )
    if part.kind is Kind.OTHER:
        return Told(NO, (("line", "not a battery, a cell, or an item that contains one"),))
    return Told(YES, (("line", str(part.kind)),), (Rest("part.kind", YES),))


def defense_buys(case: Case) -> Told:
    """the Department of Defense buys"""
    agency = case.dossier.procurement.agency
    if agency is None:
        return Told(UNKNOWN, (), (Rest("procurement.agency", UNKNOWN),), (AGENCY,))
    answer = YES if agency in DOD else NO
    return Told(answer, (("agency", agency),), (Rest("procurement.agency", answer),))


def executive_agency_buys(case: Case) -> Told:
    """an executive agency of the United States buys"""
    agency = case.dossier.procurement.agency
    if agency is None:
        return Told(UNKNOWN, (), (Rest("procurement.agency", UNKNOWN),), (AGENCY,))
    answer = NO if agency == "NON_FEDERAL" else YES
    return Told(answer, (("agency", agency),), (Rest("procurement.agency", answer),))


def exact(value: object) -> str:
    """A number as exact text, without exponent or trailing zeros."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def names_subject(unit: Unit, case: Case, subject: str) -> bool:
    """A waiver's or a ground's subject is this battery ("number|maker name")."""
    return subject == f"{unit.number}|{case.dossier.name(unit.maker)}"
