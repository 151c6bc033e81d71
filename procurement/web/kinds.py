"""Every kind of fact that a person edits by a form of its own: its form, its services, its page."""

from collections.abc import Callable
from typing import Any, NamedTuple

from django.urls import reverse

from procurement.forms import parties as party_forms
from procurement.forms.base import FactForm
from procurement.forms.parts import LicenceForm, PartForm
from procurement.models import (
    Control,
    Disclosure,
    Fact,
    Identifier,
    Licence,
    Part,
    Party,
    Site,
    Stake,
)
from procurement.services import parties, parts, stakes


class Kind(NamedTuple):
    """noun: as a sentence uses it. about: the field that a new one is about. home: its page."""

    noun: str
    model: type[Fact]
    form: type[FactForm]
    create: Callable[..., Fact]
    update: Callable[..., Fact]
    withdraw: Callable[..., None]
    home: Callable[[Any], str]
    about: tuple[str, ...] = ()


def party_page(pk: int) -> str:
    return reverse("procurement:party", args=[pk])


def part_page(pk: int) -> str:
    return reverse("procurement:part", args=[pk])


def identifier_create(*, organisation: Any, party: Party, **facts: Any) -> Fact:
    """An identifier belongs to its party's owner; whose it would be otherwise is not asked."""
    return parties.identifier_set(party=party, **facts)


def identifier_update(*, identifier: Identifier, **facts: Any) -> Fact:
    return parties.identifier_set(party=identifier.party, **facts)


def licence_home(row: Licence) -> str:
    return part_page(row.part_id) if row.part_id else party_page(row.licensee_id or row.licensor_id)


KINDS: dict[str, Kind] = {
    "supplier": Kind(
        "supplier", Party, party_forms.PartyForm, parties.party_create, parties.party_update,
        parties.party_withdraw, lambda row: party_page(row.pk),
    ),
    "identifier": Kind(
        "identifier", Identifier, party_forms.IdentifierForm, identifier_create, identifier_update,
        parties.identifier_withdraw, lambda row: party_page(row.party_id), ("party",),
    ),
    "stake": Kind(
        "stake", Stake, party_forms.StakeForm, stakes.stake_create, stakes.stake_update,
        stakes.stake_withdraw, lambda row: party_page(row.held_id), ("held", "holder"),
    ),
    "disclosure": Kind(
        "disclosure", Disclosure, party_forms.DisclosureForm, stakes.disclosure_create,
        stakes.disclosure_update, stakes.disclosure_withdraw,
        lambda row: party_page(row.party_id), ("party",),
    ),
    "control": Kind(
        "control", Control, party_forms.ControlForm, stakes.control_create, stakes.control_update,
        stakes.control_withdraw, lambda row: party_page(row.controlled_id),
        ("controlled", "controller"),
    ),
    "site": Kind(
        "site", Site, party_forms.SiteForm, parties.site_create, parties.site_update,
        parties.site_withdraw, lambda row: party_page(row.party_id), ("party",),
    ),
    "part": Kind(
        "part", Part, PartForm, parts.part_create, parts.part_update, parts.part_withdraw,
        lambda row: part_page(row.pk),
    ),
    "licence": Kind(
        "licence", Licence, LicenceForm, parts.licence_create, parts.licence_update,
        parts.licence_withdraw, licence_home, ("part", "licensee", "licensor"),
    ),
}  # fmt: skip
