"""Forms around asking a supplier: what to ask, and the page that the supplier fills in."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from compliance.models import InquiryQuestion
from compliance.selectors.inquiries import Askable
from config.forms import Amount, Checkboxes, Day, PlainForm, Radios, dress
from procurement.forms.fields import CountryField
from procurement.services.evidence import LARGEST

Asks = InquiryQuestion.Asks
OWNER_ROWS = 8
"""Owners that one answer has room for; more than these come as a document."""
FIRST_ROWS = 3
"""Of these, as many as are open from the start."""
LONGEST_ANSWER = 4_000


class InquiryForm(PlainForm):
    """What to ask a supplier, and until when."""

    due = Day(label="Answer by", required=True)
    email = forms.EmailField(
        label="Supplier’s e-mail address",
        required=False,
        help_text="We write to it, and remind it. Without one you get the link to pass on.",
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    note = forms.CharField(
        label="A word to the supplier",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, askable: Sequence[Askable], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [
            (each.fact, f"{each.words} ({each.lines} line{'s' * (each.lines != 1)})")
            for each in askable
        ]
        self.fields["questions"] = forms.MultipleChoiceField(
            label="Questions",
            widget=Checkboxes(),
            choices=choices,
            initial=[fact for fact, _ in choices],
            error_messages={"required": "Choose at least one question."},
        )
        self.order_fields(["questions"])


class AnswerForm(PlainForm):
    """A group of fields for each question; what the supplier leaves empty stays open."""

    name = forms.CharField(
        label="Your name and position",
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": "Give the name of who answers."},
    )

    def __init__(self, *args: Any, questions: Iterable[InquiryQuestion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.groups: dict[InquiryQuestion, list[str]] = {}
        for question in questions:
            fields = dict(fields_of(question))
            for field in fields.values():
                dress(field.widget)
            self.groups[question] = list(fields)
            self.fields.update(fields)
        self.order_fields([*(name for group in self.groups.values() for name in group), "name"])

    def sections(self) -> Iterator[tuple[InquiryQuestion, list[list[Any]], bool, list[Any]]]:
        """Each question as the page shows it: its rows of owners, whether more than the first few
        of them are in use, and its other fields; each a bound field."""
        for question, names in self.groups.items():
            rows = []
            if question.asks == Asks.OWNERS:
                columns = ("owner", "share", "country")
                rows = [
                    [self[f"{question.pk}-{column}{row}"] for column in columns]
                    for row in range(OWNER_ROWS)
                ]
            used = any(field.data or field.errors for row in rows[FIRST_ROWS:] for field in row)
            in_rows = {field.name for row in rows for field in row}
            yield question, rows, used, [self[name] for name in names if name not in in_rows]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for question, names in self.groups.items():
            given = [name for name in names if cleaned.get(name) not in (None, "", False)]
            refuses = f"{question.pk}-refuses"
            if cleaned.get(refuses) and given != [refuses]:
                both = "You answered this, and said that you cannot. Keep one of the two."
                self.add_error(refuses, ValidationError(both, code="both"))
            if question.asks == Asks.GOVERNMENT:
                self._check_government(question.pk, cleaned)
            if question.asks == Asks.OWNERS:
                self._check_owners(question.pk, cleaned)
        return cleaned

    def _check_government(self, pk: int, cleaned: Mapping[str, Any]) -> None:
        value, country = cleaned.get(f"{pk}-value"), cleaned.get(f"{pk}-country")
        if value == "of" and not country and f"{pk}-country" not in self.errors:
            self.add_error(f"{pk}-country", ValidationError("Of which country?", code="required"))
        if country and value != "of":
            said = "You named a country. Choose “yes” above, or take it out."
            self.add_error(f"{pk}-value", ValidationError(said, code="both"))

    def _check_owners(self, pk: int, cleaned: Mapping[str, Any]) -> None:
        total = Decimal(0)
        for row in range(OWNER_ROWS):
            who, share = cleaned.get(f"{pk}-owner{row}"), cleaned.get(f"{pk}-share{row}")
            if who and share is None and f"{pk}-share{row}" not in self.errors:
                said = f"What share does {who} have?"
                self.add_error(f"{pk}-share{row}", ValidationError(said, code="required"))
            if share is not None and not who:
                self.add_error(f"{pk}-owner{row}", ValidationError("Who has it?", code="required"))
            if share is not None and not 0 <= share <= 100:
                said = f"{share} is no percentage from 0 to 100."
                self.add_error(f"{pk}-share{row}", ValidationError(said, code="not-a-percent"))
            total += share or 0
        if total > 100:
            said = f"Together they would have {total.normalize():f} %. Correct one of the shares."
            self.add_error(f"{pk}-owner0", ValidationError(said, code="percent-over-100"))
        told = cleaned.get(f"{pk}-complete")
        if told is not None and not total <= told <= 100:
            said = f"Give a percentage from {total.normalize():f} (those above) to 100."
            self.add_error(f"{pk}-complete", ValidationError(said, code="not-a-percent"))

    def answers(self) -> tuple[dict[int, dict[str, Any]], dict[int, tuple[str, bytes]]]:
        """What `inquiry_answer` takes: answers and files by question."""
        answers: dict[int, dict[str, Any]] = {}
        files: dict[int, tuple[str, bytes]] = {}
        for question in self.groups:
            if told := self._answer(question):
                answers[question.pk] = told
            if file := self.cleaned_data.get(f"{question.pk}-file"):
                files[question.pk] = (file.name, file.read(LARGEST + 1))
        return answers, files

    def _answer(self, question: InquiryQuestion) -> dict[str, Any]:
        def given(name: str) -> Any:
            return self.cleaned_data.get(f"{question.pk}-{name}")

        if given("refuses"):
            return {"cannot_disclose": True}
        told: dict[str, Any] = {}
        if question.asks == Asks.GOVERNMENT and given("value"):
            told["value"] = given("country") if given("value") == "of" else "none"
        elif question.asks in (Asks.COUNTRY, Asks.YES_NO) and given("value"):
            told["value"] = given("value")
        elif question.asks == Asks.OWNERS:
            rows = [
                {
                    "name": given(f"owner{row}"),
                    "percent": f"{given(f'share{row}'):f}",
                    "country": given(f"country{row}") or "",
                }
                for row in range(OWNER_ROWS)
                if given(f"owner{row}")
            ]
            if rows:
                told |= {"owners": rows, "same_votes": bool(given("same_votes"))}
            if given("complete") is not None:
                told |= {"owners": rows, "complete_to": f"{given('complete'):f}"}
        if given("text"):
            told["text"] = given("text")
        return told


def fields_of(question: InquiryQuestion) -> Iterator[tuple[str, forms.Field]]:
    """The fields that a question is answered in, by name."""
    pk = question.pk
    match question.asks:
        case Asks.COUNTRY:
            yield f"{pk}-value", CountryField(label="Country")
        case Asks.GOVERNMENT:
            yield (
                f"{pk}-value",
                forms.ChoiceField(
                    label="Answer", required=False, widget=Radios(inline=False),
                    choices=[("none", "No, of none"), ("of", "Yes, of the country below")],
                ),
            )  # fmt: skip
            yield f"{pk}-country", CountryField(label="If so, of which country?")
        case Asks.YES_NO:
            yield (
                f"{pk}-value",
                forms.ChoiceField(
                    label="Answer", required=False, widget=Radios(),
                    choices=[("yes", "Yes"), ("no", "No")],
                ),
            )  # fmt: skip
        case Asks.OWNERS:
            for row in range(OWNER_ROWS):
                of = f"owner {row + 1}"
                yield f"{pk}-owner{row}", _text(f"Name of {of}")
                yield f"{pk}-share{row}", Amount(label=f"Share of {of}, percent", example="12.5")
                yield f"{pk}-country{row}", CountryField(label=f"Country of {of}")
            yield (
                f"{pk}-complete",
                Amount(
                    label="Up to how many percent in all do you tell the owners?",
                    help_text="100 where nobody else owns any of it.",
                    example="100",
                ),
            )
            yield (
                f"{pk}-same_votes",
                forms.BooleanField(
                    label="Votes and board seats are held as the shares are", required=False
                ),
            )
    label = "Answer" if question.asks == Asks.TEXT else "Anything to add"
    rows = forms.Textarea(attrs={"rows": 3 if question.asks == Asks.TEXT else 2})
    yield (
        f"{pk}-text",
        forms.CharField(label=label, required=False, max_length=LONGEST_ANSWER, widget=rows),
    )
    yield f"{pk}-file", forms.FileField(label="Document", required=False)
    yield f"{pk}-refuses", forms.BooleanField(label="We cannot disclose this", required=False)


def _text(label: str) -> forms.CharField:
    return forms.CharField(label=label, required=False, max_length=300)
