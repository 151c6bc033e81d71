"""What is asked about a supplier, and about who stands behind it."""

from typing import Any

from django import forms

from config.forms import Amount, Choice, YesNo
from procurement.forms.base import FactForm
from procurement.forms.fields import CountryField, PartyField
from procurement.models import Control, Identifier, Party, Stake

GOVERNMENT_HELP = (
    "A government, its agency or instrumentality, its ruling party, or a senior political figure. "
    "This alone can make a supplier a foreign entity of concern."
)


class PartyForm(FactForm):
    fields_of_fact = (
        "name", "name_local", "aliases", "kind", "incorporated", "business", "government_of",
        "us_person", "address", "source",
    )  # fmt: skip

    name = forms.CharField(label="Name", max_length=300, help_text="As its register has it.")
    name_local = forms.CharField(label="Name in its own script", max_length=300, required=False)
    aliases = forms.CharField(
        label="Other names",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="One on each line.",
    )
    kind = Choice(label="Kind", choices=Party.Kind.choices)
    incorporated = CountryField(label="Country of incorporation")
    business = CountryField(
        label="Country of its principal place of business",
        help_text="Where it is directed from. Asked because jurisdiction can follow it.",
    )
    of_government = YesNo(
        label="Is it part of a government, or acts for one?", help_text=GOVERNMENT_HELP
    )
    government_of = CountryField(label="If so, of which country?")
    us_person = YesNo(
        label="For a person: a U.S. citizen, permanent resident or protected individual?"
    )
    address = forms.CharField(label="Address", max_length=500, required=False)
    source = forms.CharField(label="Where this comes from", max_length=500, required=False)

    @classmethod
    def own_fields(cls) -> tuple[str, ...]:
        names = list(cls.fields_of_fact)
        names.insert(names.index("government_of"), "of_government")
        return tuple(names)

    @classmethod
    def initial_of(cls, row: Any) -> dict[str, Any]:
        told = super().initial_of(row)
        government = row.government_of
        return told | {
            "aliases": "\n".join(row.aliases),
            "of_government": None if government is None else bool(government),
        }

    def clean_aliases(self) -> list[str]:
        given = str(self.cleaned_data["aliases"]).splitlines()
        return list(dict.fromkeys(line.strip() for line in given if line.strip()))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        of_government, country = cleaned.get("of_government"), cleaned.get("government_of")
        if of_government is True and not country and "government_of" not in self.errors:
            self.add_error(
                "government_of", "Of which country? Name it, or answer “not known yet” above."
            )
        if of_government is not True and country:
            self.add_error(
                "of_government", "You named a country below. Answer yes, or take it out."
            )
        if of_government is False:
            cleaned["government_of"] = ""
        return cleaned


class IdentifierForm(FactForm):
    fields_of_fact = ("scheme", "value")

    scheme = forms.ChoiceField(label="Register", choices=Identifier.Scheme.choices)
    value = forms.CharField(
        label="Number", max_length=40, help_text="A wrong check digit is told at once."
    )


class StakeForm(FactForm):
    fields_of_fact = ("holder", "held", "metric", "low", "high", "nature", "source")

    holder = PartyField(label="Who holds", required=True)
    held = PartyField(label="of whom", required=True)
    metric = forms.ChoiceField(
        label="Share of what",
        choices=Stake.Metric.choices,
        help_text="Each is tested on its own; they are never added together.",
    )
    low = Amount(
        label="Percent, at least",
        required=True,
        example="33.3",
        help_text="The share; or, where only a range is known, its lower end.",
    )
    high = Amount(
        label="Percent, at most", example="50", help_text="Blank: the share is known exactly."
    )
    nature = forms.ChoiceField(label="How it is held", choices=Stake.Nature.choices)
    source = forms.CharField(label="Where this comes from", max_length=500, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("high") is None and "high" not in self.errors:
            cleaned["high"] = cleaned.get("low")
        return cleaned


class DisclosureForm(FactForm):
    fields_of_fact = ("party", "metric", "complete_to", "source")

    party = PartyField(label="Whose holders", required=True)
    metric = Choice(
        label="Of what", choices=Stake.Metric.choices, empty="Equity, votes and board alike"
    )
    complete_to = Amount(
        label="Disclosed up to, percent",
        required=True,
        example="92",
        help_text="A filing that names holders of 92 % leaves 8 % that anybody may hold; "
        "without such a statement, all that is not named may be anybody’s.",
    )
    source = forms.CharField(label="Where this comes from", max_length=500, required=False)


class ControlForm(FactForm):
    fields_of_fact = ("controller", "controlled", "kind", "holds", "source")

    controller = PartyField(label="Who controls", required=True)
    controlled = PartyField(label="whom", required=True)
    kind = forms.ChoiceField(label="By what", choices=Control.Kind.choices)
    holds = YesNo(
        label="Is it settled that this holds?",
        help_text="“Not known yet”: it is alleged, and keeps the answer open.",
    )
    source = forms.CharField(label="Where this comes from", max_length=500, required=False)


class SiteForm(FactForm):
    fields_of_fact = ("party", "name", "country", "place")

    party = PartyField(label="Whose plant", required=True)
    name = forms.CharField(label="Name of the plant", max_length=200)
    country = CountryField(label="Country", required=True)
    place = forms.CharField(label="Place", max_length=200, required=False)
