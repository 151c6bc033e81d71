"""What a party is in the eyes of the law: its standing, prong by prong, with the reasons.

Every prong that was asked is recorded, not only the first that fires (law.md 3.4). A flag asks a
person to look (`FLAGS` says at what) and never changes an answer. `feoc.FeocIndex` answers.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from compliance.law.answers import Answer, some
from compliance.law.world import Licence, Step

NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Missing:
    """A fact that nobody has told us and that stands between a prong and its answer.

    fact: `<kind>/<party ref>[/<more>]`: "incorporated/acme", "identity/acme/154/CATL" …
    says: what to ask, in words.
    """

    fact: str
    says: str


@dataclass(frozen=True, slots=True)
class Prong:
    """One test of a definition, and its answer.

    facts: refs of the world's facts that the answer rests on, sorted.
    detail: the arithmetic as exact text ("1/4", "2499/10000"), by name.
    """

    cite: str
    says: str
    answer: Answer
    facts: tuple[str, ...] = ()
    detail: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    missing: tuple[Missing, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """Is the party a foreign entity of concern? YES when any prong is YES, else UNKNOWN when
    any may be."""

    answer: Answer
    prongs: tuple[Prong, ...]
    flags: tuple[str, ...] = ()
    premises: tuple[Prong, ...] = ()
    """Tests that the prongs lean on, such as being foreign: a YES here makes no one a concern."""

    @classmethod
    def of(
        cls,
        prongs: tuple[Prong, ...],
        flags: Iterable[str] = (),
        premises: tuple[Prong, ...] = (),
    ) -> "Standing":
        answer = some(prong.answer for prong in prongs)
        return cls(answer, prongs, tuple(sorted(set(flags))), premises)

    @property
    def fired(self) -> tuple[Prong, ...]:
        """The prongs that are met."""
        return tuple(prong for prong in self.prongs if prong.answer is Answer.YES)

    @property
    def missing(self) -> tuple[Missing, ...]:
        """What to ask; empty unless the standing is unknown."""
        if self.answer is not Answer.UNKNOWN:
            return ()
        return tuple(dict.fromkeys(each for prong in self.prongs for each in prong.missing))

    @property
    def facts(self) -> tuple[str, ...]:
        """Refs of every fact that some prong rests on, sorted."""
        asked = (*self.premises, *self.prongs)
        return tuple(sorted({ref for prong in asked for ref in prong.facts}))


@dataclass(frozen=True, slots=True)
class Item:
    """One item that a party makes or sells: what the item-specific prongs ask about.

    steps: what was done to it, by whom and where; `None`: nobody has told. Only the steps of the
    party asked about, and steps that name no party, count against it.
    licences: the technology licences and contracts under which it is made.
    licences_complete: those are all there are; `None` or False: there may be more.
    """

    steps: tuple[Step, ...] | None = None
    licences: tuple[Licence, ...] = ()
    licences_complete: bool | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """Is a party on a list, as the named entity or through one?

    how, on YES: "named", "successor", "subsidiary" (held above 50 % or consolidated), "controlled"
    (a control finding); on UNKNOWN: "undecided" (a name that a person must decide), "unscreened",
    "no_edition", "out_of_scope", "stale", "control_open", "ownership_open"; on NO: "not_listed",
    or "affiliate" and "follows" (with a review flag).
    entry: the name as the list prints it, where there is one.
    """

    answer: Answer
    how: str
    entry: str = ""
    facts: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    missing: tuple[Missing, ...] = ()


FLAGS: Mapping[str, str] = MappingProxyType(
    {
        "affiliate-of-listed": (
            "A listed entity is an affiliate. The statute does not name affiliates."
        ),
        "subsidiary-of-listed": (
            "Treated as the listed entity because it is its subsidiary, which the text does not "
            "name."
        ),
        "successor-of-listed": (
            "Follows a listed entity, and this list does not say whether successors are on it."
        ),
        "list-verify": "The list edition rests on a secondary source or on memory: verify it.",
        "list-stale": "The list edition is past the day on which it had to be read again.",
        "register-verify": "Alleged and determined entities stand in our own register: verify it.",
        "sdn-half-owned": (
            "Held at 50 % or more by SDN-listed entities, which OFAC's own rule treats as blocked."
        ),
        "hong-kong-macau": "Hong Kong or Macau is read as the People's Republic of China.",
        "covered-nation-parent": (
            "A holder with 25 % or more is subject to the jurisdiction of a covered nation."
        ),
        "cross-nation-sum": "25 % is reached only by adding up different covered nations.",
        "ownership-cycle": "Cross-holdings, all below 50 %, are solved as linear shares.",
        "ownership-ring": (
            "Cross-holdings through a holding of 50 % or more pass the interest on whole."
        ),
        "ownership-closed": (
            "Companies own each other whole, with no owner outside: who stands behind them is "
            "unknown."
        ),
        "ownership-unsettled": "A ring of cross-holdings is too large to be settled exactly.",
        "golden-share": (
            "A covered-nation government has a golden share, a veto or a right to appoint "
            "directors."
        ),
        "evidence-expired": "Every document that backs a fact this rests on has ended.",
        "evidence-contradicted": "Two documents say different things of a fact this rests on.",
        "unexercised-rights": "Options or convertible holdings would count if exercised.",
        "safe-harbour-partial": (
            "The licence reserves some, not all, of the five rights of the safe harbour."
        ),
        "safe-harbour": "A foreign entity of concern licenses this, inside the safe harbour.",
    }
)
"""Review flag → what a person should look at."""
