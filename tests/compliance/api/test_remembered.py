"""`POST /boms` reads a sheet as its sender told us to read its like, unless told not to."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from compliance.models import Submission
from procurement.models import Bom, Procurement, RememberedReading, Upload, User
from procurement.services.drafts import draft_decode, draft_forget, draft_read, draft_start
from procurement.services.reading import LONG_ROWS
from procurement.services.submission import upload_receive
from tests import factory
from tests.api import API, as_person, codes
from tests.compliance.test_long_files import run
from tests.factory import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.database]
HEAD = b"Part Number,Thing,Description,Qty\n"
CSV = HEAD + b"P1,Acme,Li-ion battery pack,1\n"
UNCLEAR = "Part Number,Thing,Description,Qty\nP1,Ąé,Zelle,1\n".encode("cp1250")
THING = {"column": 1, "header": "Thing", "field": "maker"}


@pytest.fixture
def client(officer: User) -> APIClient:
    return as_person(officer)


def remember(officer: User, content: bytes = HEAD + b"P7,Other,Cell,1\n") -> Any:
    """They put a column right on the pages, and chose an encoding where they were asked for it."""
    upload = upload_receive(
        organisation=officer.membership.organisation, user=officer, filename="first.csv",
        content=content, now=NOW,
    )  # fmt: skip
    draft = draft_start(upload=upload, user=officer, now=NOW)
    if (upload.reading or {})["choices"]:
        draft_decode(draft=draft, user=officer, now=NOW, encoding="cp1250")
    return draft_read(draft=draft, user=officer, now=NOW, columns={1: "maker"})


def post(client: APIClient, purchase: Procurement, content: bytes = CSV, **told: Any) -> Any:
    file = SimpleUploadedFile("radio.csv", content)
    asked = {"file": file, "procurement": purchase.pk, **told}
    return client.post(f"{API}/boms", asked, format="multipart")


def makers(answer: Any) -> list[str]:
    assert answer.status_code in (200, 202), answer.content
    bom = Bom.objects.get(pk=answer.json()["id"])
    return [line.maker for line in bom.lines.all()]


def test_without_anything_remembered_nothing_is_said_to_be_used(
    client: APIClient, purchase: Procurement
) -> None:
    answer = post(client, purchase)
    assert answer.json()["remembered"] is None
    assert makers(answer) == [""]


def test_a_remembered_column_is_used_and_said(
    client: APIClient, officer: User, purchase: Procurement
) -> None:
    remember(officer)
    answer = post(client, purchase)
    used = answer.json()["remembered"]
    assert used["columns"] == [THING]
    assert used["said_at"].startswith("2026-11-22")
    assert (used["encoding"], used["header_row"], used["sheet"]) == (None, None, "")
    assert makers(answer) == ["Acme"]
    status = client.get(answer["Location"]).json()
    assert status["remembered"] == used
    again = post(client, purchase)
    assert (again.status_code, again.json()["id"]) == (200, answer.json()["id"])


def test_it_is_refused_in_a_form_in_the_query_and_in_json(
    client: APIClient, officer: User, purchase: Procurement
) -> None:
    remember(officer)
    form = post(client, purchase, remembered="false")
    raw = client.post(
        f"{API}/boms?procurement={purchase.pk}&remembered=false", CSV, content_type="text/csv"
    )
    pasted = {"procurement": purchase.pk, "text": CSV.decode(), "remembered": False}
    json = client.post(f"{API}/boms", pasted, format="json")
    for answer in (form, raw, json):
        assert answer.json()["remembered"] is None
        assert makers(answer) == [""]
    used = client.post(f"{API}/boms", {**pasted, "remembered": True}, format="json")
    assert makers(used) == ["Acme"]
    used = client.post(f"{API}/boms?procurement={purchase.pk}", CSV, content_type="text/csv")
    assert makers(used) == ["Acme"]


def test_a_mapping_says_it_all_and_nothing_remembered_is_added(
    client: APIClient, officer: User, purchase: Procurement
) -> None:
    remember(officer)
    answer = post(client, purchase, mapping='{"columns": {"2": "notes"}}')
    assert answer.json()["remembered"] is None
    assert makers(answer) == [""]


def test_what_a_colleague_told_is_not_used(officer: User, purchase: Procurement) -> None:
    remember(officer)
    colleague = factory.user(officer.membership.organisation, email="colleague@example.gov")
    answer = post(as_person(colleague), purchase)
    assert answer.json()["remembered"] is None
    assert makers(answer) == [""]


def test_a_remembered_encoding_is_used_and_said_and_otherwise_asked_for(
    client: APIClient, officer: User, purchase: Procurement
) -> None:
    like_it = UNCLEAR.replace(b"P1", b"P2")
    assert codes(post(client, purchase, like_it)) == ["encoding-unclear"]
    remember(officer, UNCLEAR)
    answer = post(client, purchase, like_it)
    used = answer.json()["remembered"]
    assert (used["encoding"], used["columns"]) == ("cp1250", [THING])
    assert makers(answer) == ["Ąé"]
    refused = post(client, purchase, like_it, remembered="false")
    assert codes(refused) == ["encoding-unclear"]


def test_a_worker_reads_a_long_file_as_told_and_the_submission_says_so(
    client: APIClient, officer: User, purchase: Procurement
) -> None:
    draft = remember(officer)
    long = HEAD + b"P1,Acme,Cell,1\n" * (LONG_ROWS + 1)
    answer = post(client, purchase, long)
    assert (answer.status_code, answer.json()["remembered"]) == (202, None)
    asked = Submission.objects.get()
    assert post(client, purchase, long)["Location"] == answer["Location"]
    bom = run(asked)
    assert bom is not None
    assert set(bom.lines.values_list("maker", flat=True)) == {"Acme"}
    assert client.get(answer["Location"]).json()["remembered"]["columns"] == [THING]
    again = post(client, purchase, long)
    assert (again.status_code, again["Location"]) == (200, answer["Location"])
    refused = post(client, purchase, long, remembered="false")
    assert (refused.status_code, refused["Location"] == answer["Location"]) == (202, False)
    draft_forget(draft=draft, user=officer, now=NOW)
    assert not RememberedReading.objects.exists()
    plain = post(client, purchase, long)
    assert plain["Location"] == refused["Location"]


def test_a_long_file_asked_for_after_something_new_was_told_is_read_anew(
    client: APIClient, officer: User, purchase: Procurement
) -> None:
    draft = remember(officer)
    long = HEAD + b"P1,Acme,Cell,1\n" * (LONG_ROWS + 1)
    first = post(client, purchase, long)
    run(Submission.objects.get())
    later = Submission.objects.get().asked_at
    draft_read(draft=draft, user=officer, now=later, columns={1: "supplier"})
    second = post(client, purchase, long)
    assert (second.status_code, second["Location"] == first["Location"]) == (202, False)
    bom = run(Submission.objects.latest("id"))
    assert bom is not None
    assert Bom.objects.count() == 2
    assert set(bom.lines.values_list("maker", flat=True)) == {""}
    assert Upload.objects.filter(state="submitted").count() == 2
