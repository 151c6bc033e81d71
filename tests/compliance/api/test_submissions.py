"""Long files by the API: answered at once, looked after at an address of their own."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from compliance.models import Submission
from procurement.models import Procurement, Upload, User
from procurement.services.reading import LONG_ROWS
from tests.api import API, as_person, codes
from tests.compliance.test_long_files import csv_of, nothing_stored, run

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def post(officer: User, purchase: Procurement, content: bytes, **headers: str) -> Any:
    return as_person(officer).post(
        f"{API}/boms",
        {"file": SimpleUploadedFile("long.csv", content), "procurement": purchase.pk},
        format="multipart",
        headers=headers,
    )


def test_a_long_file_is_answered_at_once_with_where_to_look(
    officer: User, purchase: Procurement
) -> None:
    answer = post(officer, purchase, csv_of(2_500))
    assert answer.status_code == 202, answer.content
    asked = Submission.objects.get()
    assert answer["Location"] == f"{API}/submissions/{asked.pk}"
    assert (answer.json()["state"], answer.json()["bom"]) == ("waiting", None)
    assert nothing_stored()
    bom = run(asked)
    assert bom is not None
    status = as_person(officer).get(answer["Location"]).json()
    assert (status["state"], status["rows_stored"], status["rows_judged"]) == ("judging", 2_500, 0)
    assert status["bom"] == f"{API}/boms/{bom.pk}"
    again = post(officer, purchase, csv_of(2_500))
    assert (again.status_code, again["Location"]) == (200, f"{API}/boms/{bom.pk}/status")


def test_the_same_key_answers_with_the_same_submission(
    officer: User, purchase: Procurement
) -> None:
    first = post(officer, purchase, csv_of(2_500), **{"Idempotency-Key": "k"})
    again = post(officer, purchase, csv_of(2_500), **{"Idempotency-Key": "k"})
    assert (first.status_code, again.status_code) == (202, 200)
    assert first["Location"] == again["Location"]
    assert Upload.objects.count() == 1


def test_many_lines_given_as_values_are_kept_and_read_later(
    officer: User, purchase: Procurement
) -> None:
    lines = [{"part_number": f"P-{n}", "quantity": 1} for n in range(LONG_ROWS + 1)]
    told = {"procurement": purchase.pk, "lines": lines}
    answer = as_person(officer).post(f"{API}/boms", told, format="json")
    assert answer.status_code == 202, answer.content
    bom = run(Submission.objects.get())
    assert bom is not None
    assert bom.lines_total == LONG_ROWS + 1
    first = bom.lines.first()
    assert first is not None
    assert (first.part_number, first.row) == ("P-0", 1)


def test_a_long_file_is_cancelled_by_the_api_until_it_is_stored(
    officer: User, purchase: Procurement
) -> None:
    where = post(officer, purchase, csv_of(2_500))["Location"]
    answer = as_person(officer).post(f"{where}/cancel")
    assert (answer.status_code, answer.json()["state"]) == (200, "cancelled")
    assert answer.json()["done"]
    where = post(officer, purchase, csv_of(2_500))["Location"]
    run(Submission.objects.get(state="waiting"))
    answer = as_person(officer).post(f"{where}/cancel")
    assert codes(answer) == ["stored-already"]
