"""An answer that refers to a line or a proof that is not there is refused."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from compliance.models import Determination
from procurement.services.bulk import Ids, rows_insert
from tests.compliance.worlds import every_list, office

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def answers() -> list[Determination]:
    every_list()
    radio = office("Soldier Radio")
    radio.judge(radio.bom(radio.pack()))
    return list(Determination.objects.exclude(line=None).order_by("pk"))


def written_again(answers: list[Determination], **last: Any) -> None:
    """The same answers once more, as they are written, the last of them with other values."""
    fields = Determination._meta.concrete_fields
    columns, ids = [str(field.column) for field in fields], Ids(Determination)
    rows = [[getattr(each, field.attname) for field in fields] for each in answers]
    for row in rows:
        row[columns.index("id")] = next(ids)
    for name, value in last.items():
        rows[-1][columns.index(name)] = value
    with transaction.atomic():
        rows_insert(Determination, columns, rows, untold=True)
        connection.check_constraints()


def test_answers_whose_lines_and_proofs_are_there_are_kept(answers: list[Determination]) -> None:
    written_again(answers)
    assert Determination.objects.exclude(line=None).count() == 2 * len(answers)


@pytest.mark.parametrize(("points", "nowhere"), [("line_id", 10**12), ("proof_id", "0" * 64)])
def test_one_that_points_nowhere_is_refused_with_all_beside_it(
    answers: list[Determination], points: str, nowhere: int | str
) -> None:
    with pytest.raises(IntegrityError):
        written_again(answers, **{points: nowhere})
    assert Determination.objects.exclude(line=None).count() == len(answers)


def test_an_answer_on_the_counterparty_needs_no_line(answers: list[Determination]) -> None:
    written_again(answers, line_id=None)
    assert Determination.objects.exclude(line=None).count() == 2 * len(answers) - 1
