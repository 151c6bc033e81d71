"""Where a question is that two documents disagree: the statement at which a person settles it."""

from collections.abc import Iterable, Mapping

from compliance.refs import ref
from compliance.selectors.lines import Question
from procurement.access import own
from procurement.disputes import says_of
from procurement.models import Backing, Fact, User
from procurement.selectors import fact_models


def statements_to_settle(questions: Iterable[Question], user: User) -> Mapping[str, int]:
    """Question → id of the statement to settle, for each that a contradiction opens.

    A statement is the question's own where it is said of a fact that the question leans on, says
    something else than the record, and the question names its document.
    """
    of_documents = [each for each in questions if each.fact.endswith(".document")]
    if not of_documents:
        return {}
    models = fact_models()
    rows = Backing.objects.filter(
        says__isnull=False,
        set_aside="",
        row__in={int(row) for each in of_documents for row in _rows(each)},
    ).select_related("evidence")
    said = [
        (ref(models[row.table_name], row.row), row)
        for row in own(rows, user).order_by("id")
        if row.table_name in models
    ]
    found: dict[str, int] = {}
    for question in of_documents:
        mine = [
            row
            for name, row in said
            if name in question.refs
            and f"“{row.evidence.title}”" in question.question
            and _differs(row)
        ]
        mine.sort(key=lambda row: f"{row.says} (" not in question.question)
        if mine:
            found[question.question] = mine[0].pk
    return found


def _differs(statement: Backing) -> bool:
    model = fact_models()[statement.table_name]
    fact: Fact | None = model._default_manager.filter(pk=statement.row).first()
    return fact is not None and says_of(fact, statement.field) != statement.says


def _rows(question: Question) -> list[str]:
    rows = [name.partition(":")[2] for name in question.refs]
    return [row for row in rows if row.isdecimal()]
