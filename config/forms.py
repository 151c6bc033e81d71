"""Forms as the U.S. Web Design System draws them, with our Problems beside their fields."""

from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.forms.renderers import DjangoTemplates

from procurement.formats.problem import Problem

NOT_KNOWN = "Not known yet"


class Renderer(DjangoTemplates):
    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"


class SummaryItem(NamedTuple):
    """One thing wrong, for the list on top of a page. anchor: the id of the field, or ""."""

    anchor: str
    where: str
    text: str


class PlainForm(forms.Form):
    """A form with the design system's classes, which a service can refuse."""

    default_renderer = Renderer
    error_css_class = "usa-form-group--error"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        for field in self.fields.values():
            dress(field.widget)

    def refuse(self, problems: Iterable[Problem]) -> None:
        """Show a service's problems: beside the field that `where` names, else on top."""
        for problem in problems:
            name = problem.where if problem.where in self.fields else None
            where = "" if name or not problem.where else f"{problem.where}: "
            self.add_error(
                name, ValidationError(f"{where}{problem.what} {problem.fix}", code=problem.code)
            )

    def summary(self) -> list[SummaryItem]:
        """Everything that is wrong, for `forms/summary.html`."""
        items = [SummaryItem("", "", str(text)) for text in self.non_field_errors()]
        for name in self.fields:
            bound = self[name]
            anchor = bound.auto_id if bound.use_fieldset else bound.id_for_label
            items += [SummaryItem(anchor, str(bound.label), str(text)) for text in bound.errors]
        return items


def dress(widget: forms.Widget) -> None:
    """Give a widget the class that the design system knows it by."""
    match widget:
        case forms.RadioSelect() | forms.CheckboxSelectMultiple():
            return
        case forms.CheckboxInput():
            name = "usa-checkbox__input"
        case forms.Select():
            name = "usa-select"
        case forms.Textarea():
            name = "usa-textarea"
            widget.attrs.setdefault("rows", 4)
        case forms.FileInput():
            name = "cg-file"  # USWDS's own shows a data: picture, which the CSP forbids
        case _:
            name = "usa-input"
    given = widget.attrs.get("class", "")
    widget.attrs["class"] = f"{name} {given}".strip()


class Radios(forms.RadioSelect):
    template_name = "forms/choices.html"

    def __init__(self, *args: Any, inline: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.inline = inline

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"] |= {"look": "radio", "inline": self.inline}
        return context


class Checkboxes(forms.CheckboxSelectMultiple):
    template_name = "forms/choices.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"] |= {"look": "checkbox", "inline": False}
        return context


class Day(forms.DateField):
    """A day, asked for and shown in ISO form, which the browser turns into its own calendar."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        kwargs.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        super().__init__(input_formats=["%Y-%m-%d", "%m/%d/%Y"], **kwargs)

    def to_python(self, value: Any) -> Any:
        try:
            return super().to_python(value)
        except ValidationError as error:
            raise ValidationError(
                f"“{value}” is no day of the calendar. Give one such as 2028-01-31.", code="day"
            ) from error


class Amount(forms.CharField):
    """An exact decimal, as text in the page so that nothing typed is lost or rounded."""

    def __init__(self, *, example: str = "12.50", **kwargs: Any) -> None:
        self.example = example
        kwargs.setdefault("required", False)
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal"}))
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        return f"{value.normalize():f}" if isinstance(value, Decimal) else value

    def to_python(self, value: Any) -> Any:
        text = (super().to_python(value) or "").replace(",", "").removesuffix("%").strip()
        if not text:
            return None
        try:
            number = Decimal(text)
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite():
            raise ValidationError(
                f"“{value}” is no number. Give one such as {self.example}.", code="number"
            )
        return number


class YesNo(forms.TypedChoiceField):
    """Yes, no, or nobody has told us: None."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        super().__init__(
            choices=[("yes", "Yes"), ("no", "No"), ("", NOT_KNOWN)],
            coerce=lambda value: value == "yes",
            empty_value=None,
            widget=Radios(),
            **kwargs,
        )

    def prepare_value(self, value: Any) -> Any:
        return {True: "yes", False: "no", None: ""}.get(value, value)


class Choice(forms.TypedChoiceField):
    """One of a few, or not known yet: None."""

    def __init__(self, choices: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        empty = kwargs.pop("empty", NOT_KNOWN)
        super().__init__(choices=[("", empty), *choices], empty_value=None, **kwargs)
