"""What every form for a fact has: when it is true, and why it is changed."""

from typing import Any

from django import forms

from config.forms import Day, PlainForm
from procurement.access import organisation_of
from procurement.forms.fields import NewParty, PartyField
from procurement.models import Fact, Organisation, User
from procurement.services.facts import owner_for
from procurement.services.parties import party_create


class FactForm(PlainForm):
    """fields_of_fact: the fact's own fields, which the form has by the same names."""

    fields_of_fact: tuple[str, ...] = ()

    true_from = Day(
        label="True from", help_text="Leave blank where it has always been so, or nobody knows."
    )
    true_to = Day(
        label="True until",
        help_text="The first day on which it is no longer so. Blank: it still is.",
    )
    add_new = forms.BooleanField(
        label="Add suppliers that are not here yet",
        required=False,
        help_text="They are kept as your organisation’s own, with nothing known but the name.",
    )
    shared = forms.BooleanField(
        label="Keep as a shared fact, for every organisation",
        required=False,
        help_text="You may do this as a curator of this installation.",
    )
    why = forms.CharField(
        label="Why, and where it comes from",
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Kept with the change, in your words: “annual report 2026, page 31”.",
    )

    def __init__(self, *args: Any, by: User, row: Fact | None = None, **kwargs: Any) -> None:
        self.by, self.row = by, row
        if row is not None:
            kwargs["initial"] = self.initial_of(row) | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        parties = [field for field in self.fields.values() if isinstance(field, PartyField)]
        asked_to_add = bool(self.data.get(self.add_prefix("add_new"))) if self.is_bound else False
        for field in parties:
            field.by, field.may_add = by, asked_to_add
        if not parties:
            del self.fields["add_new"]
        if row is not None or not by.is_curator:
            del self.fields["shared"]
        else:
            self.fields["shared"].initial = not hasattr(by, "membership")
        self.order_fields([*self.own_fields(), "true_from", "true_to", "add_new", "shared", "why"])

    @classmethod
    def own_fields(cls) -> tuple[str, ...]:
        """Names of the fields in the order in which they are asked."""
        return cls.fields_of_fact

    @classmethod
    def initial_of(cls, row: Fact) -> dict[str, Any]:
        return {name: getattr(row, name) for name in (*cls.fields_of_fact, "true_from", "true_to")}

    def owner(self) -> Organisation | None:
        """Whose the new fact will be."""
        return owner_for(self.by, shared=bool(self.cleaned_data.get("shared")))

    def values(self) -> dict[str, Any]:
        """What was given, as a service takes it; suppliers that were asked for are added first."""
        names = [n for n in (*self.fields_of_fact, "true_from", "true_to") if n in self.fields]
        return {name: self._added(self.cleaned_data[name]) for name in names}

    def _added(self, value: Any) -> Any:
        if not isinstance(value, NewParty):
            return value
        owner = organisation_of(self.by)
        return party_create(organisation=owner, name=value.name, by=self.by, why=self.why_given())

    def why_given(self) -> str:
        return str(self.cleaned_data["why"])
