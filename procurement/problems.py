"""How a service says no: an exception that carries every problem found, for any edge to show."""

from collections.abc import Iterable, Iterator

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError

from procurement.formats.problem import Problem

FIXES = {
    "blank": "Give a value.",
    "null": "Give a value.",
    "required": "Give a value.",
    "unique": "Use the one that is there, or choose another value.",
    "max_length": "Shorten it.",
    "max_digits": "Give fewer digits.",
    "max_decimal_places": "Give fewer decimals.",
    "max_whole_digits": "Give a smaller number.",
    "invalid_choice": "Choose one of those offered.",
}
OTHER_FIX = "Correct it and try again."


class Refused(Exception):
    """What a person gave cannot be taken, and nothing of it was. `problems` is never empty."""

    def __init__(self, *problems: Problem) -> None:
        self.problems = problems
        super().__init__(" ".join(map(str, problems)))


def refuse_if(problems: Iterable[Problem]) -> None:
    """Raise Refused if there is any problem that is an error."""
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors:
        raise Refused(*errors)


def from_validation(error: ValidationError) -> Iterator[Problem]:
    """A model's own complaints, each beside its field."""
    fields = (
        error.error_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.error_list}
    )
    for field, errors in fields.items():
        for each in errors:
            code = each.code or "invalid"
            yield Problem(
                code.replace("_", "-"),
                "" if field == NON_FIELD_ERRORS else field,
                " ".join(each.messages),
                FIXES.get(code, OTHER_FIX),
            )
