"""What to ask about a party when its standing is open."""

from compliance.law.countries import ALPHA2
from compliance.law.standing import Missing
from compliance.law.world import Party, PartyKind


def part_of_government(party: Party) -> tuple[Missing, ...]:
    return (Missing(f"government_of/{party.ref}", f"Is {party.name} part of a government?"),)


def where(party: Party) -> tuple[Missing, ...]:
    """What is not told, or not coded, of where the party belongs."""
    if party.kind is PartyKind.GOVERNMENT:
        says = f"Which country's government is {party.name}?"
        return (Missing(f"government_of/{party.ref}", says),)
    asks = []
    if party.incorporated not in ALPHA2:
        says = f"In which country is {party.name} incorporated or domiciled?"
        asks.append(Missing(f"incorporated/{party.ref}", says))
    if party.kind is PartyKind.PERSON and party.us_person is None:
        says = f"Is {party.name} a US citizen, permanent resident or protected individual?"
        asks.append(Missing(f"us_person/{party.ref}", says))
    if party.kind is not PartyKind.PERSON and party.business not in ALPHA2:
        says = f"In which country is {party.name}'s principal place of business?"
        asks.append(Missing(f"business/{party.ref}", says))
    return tuple(asks)
