"""Parties, what identifies them, and their plants.

Fields are the models'. Countries are ISO 3166-1 alpha-2, already recognised by the edge
(`procurement.countries` asks the person back where a word could mean two).
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Q

from procurement import identifiers
from procurement.formats.problem import Problem
from procurement.models import Identifier, Organisation, Party, Site, User
from procurement.problems import Refused
from procurement.services.checks import country_problems
from procurement.services.facts import fact_create, fact_end, fact_update, fact_withdraw

COUNTRIES = ("incorporated", "business", "government_of")


def party_create(
    *, organisation: Organisation | None, name: str, by: User | None, why: str = "", **facts: Any
) -> Party:
    """A party of the organisation's own, or shared where None. `facts`: fields of Party."""
    return fact_create(
        Party,
        organisation=organisation,
        by=by,
        why=why,
        problems=_problems(name=name, **facts),
        name=name,
        **facts,
    )


def party_update(*, party: Party, by: User | None, why: str = "", **facts: Any) -> Party:
    """Correct a party. A person has now looked at it: it is more than a name off a BOM."""
    facts.setdefault("unverified", False)
    return fact_update(party, by=by, why=why, problems=_problems(**facts), **facts)


def party_end(*, party: Party, on: date, by: User | None, why: str = "") -> Party:
    """The party no longer exists from that day."""
    return fact_end(party, on=on, by=by, why=why)


def party_withdraw(*, party: Party, by: User | None, why: str = "") -> None:
    """The party never was. Refused while any fact, line or listing names it."""
    users = [
        relation.related_model._meta.verbose_name_plural
        for relation in party._meta.related_objects
        if relation.related_model._base_manager.filter(**{relation.field.name: party}).exists()
    ]
    if users:
        raise Refused(
            Problem(
                "in-use",
                "party",
                f"“{party}” is named by {', '.join(sorted(map(str, users)))}.",
                "End it on a date instead, or change what names it first.",
            )
        )
    fact_withdraw(party, by=by, why=why)


def identifier_set(
    *,
    party: Party,
    scheme: str,
    value: str,
    by: User | None,
    organisation: Organisation | None = None,
    why: str = "",
    **facts: Any,
) -> Identifier:
    """The party's number in a register, in place of the one it had there.

    It belongs to `organisation`; where left out, to whoever the party belongs to.

    A wrong check digit is refused where the register's algorithm is public, and a number that
    already names another party that the owner can see is refused too.
    """
    owner = organisation or party.organisation
    normal, problems = identifiers.check(scheme, value, "value")
    if normal is None:
        raise Refused(*problems)
    value = normal
    problems = (*problems, *_taken(party, owner, scheme, value))
    had = party.identifiers.filter(scheme=scheme, organisation=owner).first()
    if had:
        return fact_update(had, by=by, why=why, problems=problems, value=value, **facts)
    return fact_create(
        Identifier,
        organisation=owner,
        by=by,
        why=why,
        problems=problems,
        party=party,
        scheme=scheme,
        value=value,
        **facts,
    )


def identifier_withdraw(*, identifier: Identifier, by: User | None, why: str = "") -> None:
    fact_withdraw(identifier, by=by, why=why)


def site_create(
    *, organisation: Organisation | None, by: User | None, why: str = "", **facts: Any
) -> Site:
    problems = country_problems("country", facts.get("country"))
    return fact_create(Site, organisation=organisation, by=by, why=why, problems=problems, **facts)


def site_update(*, site: Site, by: User | None, why: str = "", **facts: Any) -> Site:
    problems = country_problems("country", facts.get("country"))
    return fact_update(site, by=by, why=why, problems=problems, **facts)


def site_withdraw(*, site: Site, by: User | None, why: str = "") -> None:
    fact_withdraw(site, by=by, why=why)


def _problems(**facts: Any) -> Iterator[Problem]:
    for field in COUNTRIES:
        yield from country_problems(field, facts.get(field))
    aliases = facts.get("aliases", [])
    if not isinstance(aliases, list) or not all(isinstance(each, str) for each in aliases):
        yield Problem("invalid", "aliases", "Aliases are a list of names.", "Give a list of text.")
    if facts.get("us_person") is not None and facts.get("kind") not in (None, Party.Kind.PERSON):
        what = "Only a natural person can be a U.S. person here."
        yield Problem("not-a-person", "us_person", what, "Leave it out, or set the kind to person.")


def _taken(party: Party, owner: Organisation | None, scheme: str, value: str) -> Iterator[Problem]:
    same = Identifier.objects.filter(
        Q(organisation=None) | Q(organisation=owner), scheme=scheme, value=value
    ).exclude(party=party)
    if other := same.select_related("party").first():
        yield Problem(
            "identifier-taken",
            "value",
            f"{scheme} {value} already names “{other.party}”.",
            "Check the number; if the two parties are one, use the one that has it.",
        )
