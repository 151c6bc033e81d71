"""A heavy file is never read by the process that answers people: no page and no address does it."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from compliance.models import Submission
from compliance.services.long_files import submission_run
from procurement import formats
from procurement.models import Bom, Draft, RememberedReading, Upload
from procurement.services import mappings, reading
from procurement.services.drafts import mapping_of
from tests.compliance.worlds import Office, office
from tests.web.test_intake import GOOD, send

pytestmark = pytest.mark.django_db
SAID: Any = {"columns": {"3": None}}


class ReadHereError(Exception):
    """The file was read where it may not be."""


@pytest.fixture
def here() -> Office:
    return office()


@pytest.fixture
def client(here: Office) -> Client:
    client = Client()
    client.force_login(here.officer)
    return client


@pytest.fixture(autouse=True)
def heavy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every file is heavy, and whoever reads one is caught."""

    def read(*told: Any) -> None:
        raise ReadHereError

    monkeypatch.setattr(reading, "HEAVY_BYTES", 1)
    monkeypatch.setattr(reading, "SHOWN_BYTES", 1)
    monkeypatch.setattr(formats, "read", read)
    mappings._is_too_long_once.cache_clear()


@pytest.fixture(autouse=True)
def forgotten() -> Any:
    """What was found heavy here is found anew elsewhere."""
    yield
    mappings._is_too_long_once.cache_clear()


def every_page(client: Client, upload: Upload) -> list[int]:
    """The status of every answer about a file, where none may read it."""
    pk = upload.pk
    confirm = reverse("compliance:upload-confirm", args=[pk])
    row = reverse("compliance:row-form", args=[pk, 2])
    cells = reverse("compliance:cells", args=[pk])
    api = f"/api/v1/uploads/{pk}"
    fixes = {"cells": [[2, 0, "x"]], "marks": {}}
    as_json: Any = {"content_type": "application/json"}
    answers = [
        client.get(confirm),
        client.get(confirm, {"look": "text"}),
        client.get(reverse("compliance:rows", args=[pk])),
        client.get(row),
        client.get(reverse("compliance:marked", args=[pk])),
        client.get(reverse("compliance:difference-before", args=[pk])),
        client.get(reverse("compliance:bom-questions", args=[pk])),
        client.get(api),
        client.post(confirm, {"c0": "notes"}),
        client.post(confirm, {"encoding": "utf-8"}),
        client.post(confirm, {"header_row": "1"}),
        client.post(reverse("compliance:upload-forget", args=[pk])),
        client.post(row, {"c0": "x"}),
        client.post(cells, fixes, **as_json),
        client.post(f"{api}/preview", SAID, **as_json),
    ]
    return [answer.status_code for answer in answers]


@pytest.mark.parametrize("state", [Upload.State.RECEIVED, Upload.State.CONFIRM])
def test_no_page_and_no_address_reads_a_heavy_file(
    here: Office, client: Client, state: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In either state: nobody has read it, or a worker has, and asks how it was meant."""
    confirm = send(client, GOOD)
    upload = Upload.objects.get()
    assert upload.state == Upload.State.RECEIVED
    if state == Upload.State.CONFIRM:
        with monkeypatch.context() as worker:
            worker.setattr(formats, "read", READ)
            reading.upload_read_first(upload)
            RememberedReading.objects.all().delete()
    assert all(code < 500 for code in every_page(client, upload))
    assert "too long to be read whole" in client.get(confirm).content.decode()
    upload.refresh_from_db()
    assert upload.state == state
    assert mapping_of(Draft.objects.get()) is None


READ = formats.read


def test_the_api_keeps_a_heavy_file_and_shows_no_preview_of_it(client: Client) -> None:
    file = {"file": SimpleUploadedFile("bom.csv", GOOD)}
    kept = client.post("/api/v1/uploads", file)
    assert (kept.status_code, kept.json()["state"]) == (201, "received")
    preview = client.post(
        f"/api/v1/uploads/{kept.json()['id']}/preview", {}, content_type="application/json"
    )
    assert preview.status_code == 422
    assert preview.json()["problems"][0]["code"] == "too-long-to-show"


def test_a_worker_reads_it_once_it_is_submitted(
    here: Office, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = {"bom_name": "R", "procurement": here.procurement.pk}
    client.post(send(client, GOOD) + "questions/", given)
    monkeypatch.setattr(formats, "read", READ)
    submission_run(
        submission_id=Submission.objects.get().pk, clock=timezone.now, enqueue=here.queue
    )
    assert Bom.objects.get().lines_total == 1
