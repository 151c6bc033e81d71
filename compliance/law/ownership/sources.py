"""Who counts as a covered-nation government, or as foreign, before any share is added up.

Each answer comes as two maps of party → value: what is certain at the least (`low`) and what may be
at the most (`high`). A party in neither is a company whose holders decide.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from compliance.law.answers import Answer, some
from compliance.law.countries import ALPHA2, UNITED_STATES
from compliance.law.ownership.fixed_point import ONE, ZERO
from compliance.law.ownership.shares import Shares, in_force
from compliance.law.world import ControlKind, Party, PartyKind

NO, UNKNOWN, YES = Answer.NO, Answer.UNKNOWN, Answer.YES

Nation = Callable[[str], str | None]
"""Country → the covered nation it belongs to, if any, on the reading in force."""


class Sources(NamedTuple):
    low: Mapping[str, Fraction]
    high: Mapping[str, Fraction]

    @classmethod
    def of(cls, answers: Mapping[str, Answer], computed: Iterable[str]) -> "Sources":
        """`computed`: companies, whose NO or UNKNOWN leaves the rest to their holders."""
        companies = set(computed)
        low = {party: ONE for party, answer in answers.items() if answer is YES}
        high = {party: ONE for party, answer in answers.items() if answer is not NO}
        for party, answer in answers.items():
            if party not in companies:
                low.setdefault(party, ZERO)
                if answer is NO:
                    high[party] = ZERO
        return cls(low, high)


def governments(
    parties: Mapping[str, Party], shares: Shares, nation: Nation, on: date
) -> dict[str, Answer]:
    """Is each party the government of a covered nation, its instrumentality, a senior political
    figure of it or the immediate family of one (law.md 3.3(b))? A company of which nobody says so
    is none by itself: its holders decide."""
    own = {ref: _is_government(party, nation) for ref, party in parties.items()}
    return _with_families(own, own, shares, on)


def foreigners(parties: Mapping[str, Party], shares: Shares, on: date) -> dict[str, Answer]:
    """Is each party foreign by itself (law.md 3.3(a)(i)-(iii)): a foreign government as widely as
    3.3(b) has it, whatever kind of party that is; a person who is not a US person; an organisation
    formed or run abroad? NO leaves (iv), its holders."""
    own = {ref: _is_foreign(party) for ref, party in parties.items()}
    officials = {
        ref: _abroad(party.government_of) if party.government_of else NO
        for ref, party in parties.items()
    }
    told = {ref: some((own[ref], officials[ref])) for ref in own}
    return _with_families(told, officials, shares, on)


def _with_families(
    own: Mapping[str, Answer], officials: Mapping[str, Answer], shares: Shares, on: date
) -> dict[str, Answer]:
    """Let the immediate family of those who are officials be what the officials are."""
    found = dict(own)
    for family in (each for controls in shares.controls.values() for each in controls):
        if (
            family.kind is ControlKind.FAMILY
            and in_force(family, on)
            and officials.get(family.controller, UNKNOWN) is YES
        ):
            kin = found.get(family.controlled, UNKNOWN)
            found[family.controlled] = some((kin, Answer.of(family.holds)))
    return found


def _is_government(party: Party, nation: Nation) -> Answer:
    told = party.government_of
    if told:
        return UNKNOWN if told not in ALPHA2 else Answer.of(nation(told) is not None)
    if told is None and party.kind is not PartyKind.COMPANY:
        return UNKNOWN
    return NO


def _is_foreign(party: Party) -> Answer:
    if party.kind is PartyKind.PERSON:
        return ~Answer.of(party.us_person)
    if party.kind is PartyKind.GOVERNMENT:
        return _abroad(party.government_of)
    return some((_abroad(party.incorporated), _abroad(party.business)))


def _abroad(country: str | None) -> Answer:
    if country not in ALPHA2:
        return UNKNOWN
    return Answer.of(country not in UNITED_STATES)


def jurisdiction(party: Party, nation: Nation) -> Answer:
    """Incorporated or domiciled in a covered nation, or with its principal place of business there
    (law.md 3.3(c)(i)). A natural person is asked for domicile only."""
    places = [party.incorporated]
    if party.kind is not PartyKind.PERSON:
        places.append(party.business)
    return some(
        Answer.of(nation(place) is not None) if place in ALPHA2 and place else UNKNOWN
        for place in places
    )
