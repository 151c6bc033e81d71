"""A heavy file with its problems marked is made by a small process, and is the same."""

import io

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from compliance.web.marks import file_marked
from procurement.models import Draft
from procurement.services import apart, reading
from tests.compliance.worlds import office
from tests.web.test_intake import send

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]
CSV = b"Part Number,Manufacturer,Qty\nR1,Yageo,many\n=1+1,Acme,2\n,,9\n"


@pytest.fixture
def client(shared_database: None) -> Client:
    client = Client()
    client.force_login(office().officer)
    send(client, CSV)
    return client


def cells(content: bytes) -> list[tuple[object, ...]]:
    page = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    return [(c.coordinate, c.value, c.data_type, c.comment and c.comment.text)
            for row in page.iter_rows() for c in row]  # fmt: skip


def test_what_is_marked_apart_is_marked_as_it_is_here(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = Draft.objects.select_related("upload").get()
    here = cells(file_marked(draft).content)
    monkeypatch.setattr(reading, "HEAVY_BYTES", 1)
    answer = client.get(reverse("compliance:marked", args=[draft.upload.pk]))
    assert cells(answer.content) == here
    assert ("A3", "=1+1", "s", None) in here
    notes = {place: note for place, _, _, note in here if note}
    assert "“many”" in str(notes), here


def test_one_that_takes_too_much_is_refused_by_name(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "HEAVY_BYTES", 1)
    monkeypatch.setattr(apart, "MOST_SECONDS", 0.05)
    address = reverse("compliance:marked", args=[Draft.objects.get().upload.pk])
    page = client.get(address, follow=True).content.decode()
    assert "Reading it takes more time than one file is given." in page
    assert "Is this how to read it?" in page
