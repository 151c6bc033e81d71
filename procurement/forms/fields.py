"""Fields for what facts refer to: countries, parties, parts."""

import re
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from procurement import countries
from procurement.access import visible
from procurement.formats.problem import Problem
from procurement.models import Part, Party, User

NAMED_BY_ID = re.compile(r"\[(\d+)\]\s*$")


@dataclass(frozen=True, slots=True)
class NewParty:
    """A supplier that is not here yet, and that the person asked to add by this name."""

    name: str


class CountryField(forms.CharField):
    """A country in anybody's words; its alpha-2 code, or a question back."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        kwargs.setdefault("max_length", 80)
        kwargs.setdefault(
            "widget", forms.TextInput(attrs={"list": "countries", "autocomplete": "off"})
        )
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        return countries.name(value) if value and countries.is_code(value) else value

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if not text:
            return None
        found = countries.country(text)
        if isinstance(found, Problem):
            raise ValidationError(f"{found.what} {found.fix}", code=found.code)
        return found


class PartyInput(forms.TextInput):
    template_name = "forms/party.html"


class PartyField(forms.CharField):
    """A supplier by name, or by the "[id]" that the list of suggestions writes after it.

    The form sets `by`, and `may_add` where the person asked for unknown names to be added.
    """

    by: User
    may_add = False

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        kwargs.setdefault("max_length", 330)
        super().__init__(widget=PartyInput(attrs={"autocomplete": "off"}), **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return label(value) if isinstance(value, Party) else value

    def clean(self, value: Any) -> Party | NewParty | None:
        text = str(super().clean(value))
        if not text:
            return None
        seen = visible(Party.objects.all(), self.by)
        named = NAMED_BY_ID.search(text)
        found = list(seen.filter(pk=int(named[1]))[:1]) if named else []
        found = found or list(_called(seen, text)[:2])
        if len(found) == 1:
            return found[0]
        if found:
            raise ValidationError(
                f"More than one supplier is called “{text}”. Choose which from the list.",
                code="party-ambiguous",
            )
        if self.may_add:
            return NewParty(text)
        raise ValidationError(
            f"No supplier here is called “{text}”. Choose one from the list, or tick “Add "
            "suppliers that are not here yet” below.",
            code="party-unknown",
        )


def _called(parties: QuerySet[Party], name: str) -> QuerySet[Party]:
    exact = parties.filter(name=name)
    return exact if exact.exists() else parties.filter(name__iexact=name)


def label(party: Party) -> str:
    """How a supplier is written in a field: its name, and the id that tells namesakes apart."""
    return f"{party.name} [{party.pk}]"


class PartField(forms.ModelChoiceField):
    """One of a few parts; the form sets the queryset."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        super().__init__(queryset=Part.objects.none(), empty_label="None", **kwargs)
