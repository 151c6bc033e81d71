"""A file or pasted cells, whatever they hold: read, or refused by name, and never lost."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from compliance.benches.made_boms import table, xlsx_bytes
from compliance.models import Work
from procurement.models import Bom, Procurement, Role, Upload
from tests import factory
from tests.compliance.worlds import Office, office

pytestmark = pytest.mark.django_db

GOOD = b"Part Number,Manufacturer,Description,Qty\nBP-1,Acme Power,Li-ion battery pack,2\n"
QUESTIONS = {"bom_name": "Radio", "p-name": "Radios", "p-agency": "DOD"}


@pytest.fixture
def here() -> Office:
    return office()


@pytest.fixture
def client(here: Office) -> Client:
    client = Client()
    client.force_login(here.officer)
    return client


def send(client: Client, content: bytes, name: str = "bom.csv", query: str = "") -> str:
    """The address that the person is led to."""
    file = SimpleUploadedFile(name, content)
    answer = client.post(reverse("compliance:check-new") + query, {"file": file})
    assert answer.status_code == 302, answer.content[:500]
    return str(answer["Location"])


def bomb() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", b"0" * 50_000_000)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("picture.png", b"\x89PNG\r\n\x1a\n" + bytes(200)),
        ("empty.csv", b""),
        ("blank.csv", b"\n\n\n"),
        ("prose.txt", b"Dear Sir or Madam,\nplease find nothing attached.\n"),
        ("broken.xlsx", b"PK\x03\x04 not a workbook"),
        ("bomb.xlsx", bomb()),
        ("nul.csv", b"\0" * 1000),
    ],
)
def test_what_is_no_bom_is_refused_by_name_and_kept(
    client: Client, name: str, content: bytes
) -> None:
    page = client.get(send(client, content, name))
    upload = Upload.objects.get()
    assert bytes(upload.content) == content
    assert upload.state == Upload.State.REFUSED
    assert upload.problems
    text = page.content.decode()
    assert "cannot be read as a bill of materials" in text
    assert "Yes, go on" not in text


def test_nothing_sent_is_asked_for(client: Client) -> None:
    answer = client.post(reverse("compliance:check-new"), {"cells": "  "})
    assert answer.status_code == 422
    assert "There is nothing to check yet" in answer.content.decode()


def test_pasted_cells_are_a_file_too(client: Client) -> None:
    cells = GOOD.decode().replace(",", "\t")
    answer = client.post(reverse("compliance:check-new"), {"cells": cells})
    assert "<strong>1 part</strong>" in client.get(answer["Location"]).content.decode()
    assert Upload.objects.get().pasted


def test_a_wrong_cell_is_shown_at_its_place_and_the_good_rows_are_kept(client: Client) -> None:
    rows = GOOD + b"BP-2,Acme Power,Li-ion battery pack,-1\n=cmd|' /C calc'!A0,Acme,Cell,1\n"
    page = client.get(send(client, rows)).content.decode()
    assert "-1" in page
    assert 'class="problem"' in page
    assert "<strong>3 part" in page or "<strong>2 part" in page


def test_a_corrected_column_is_read_anew_and_kept(here: Office, client: Client) -> None:
    confirm = send(client, GOOD)
    answer = client.post(confirm, {"c1": "notes"})
    assert answer["Location"] == f"{confirm}#c1"  # back where the person was
    page = client.get(confirm).content.decode()
    assert "you said so" in page
    assert "Your corrections are kept" in page
    answer = client.post(confirm + "questions/", QUESTIONS)
    assert answer.status_code == 302
    assert Bom.objects.get().lines.get().maker == ""


@pytest.mark.parametrize(
    "said",
    [
        {"c0": "nonsense"},
        {"sheet": "No such"},
        {"c99": "maker"},
        {"cx": "1"},
        {"header_row": "99"},
        {"header_row": "-1"},
        {"c0": "-", "c1": "-", "c2": "-", "c3": "-"},
        {"encoding": "no-such"},
    ],
)
def test_a_strange_correction_is_refused_and_the_file_stays(
    client: Client, said: dict[str, str]
) -> None:
    confirm = send(client, GOOD)
    assert client.post(confirm, said).status_code == 302
    assert client.get(confirm).status_code == 200
    assert client.post(confirm + "questions/", QUESTIONS).status_code in (302, 422)
    assert Upload.objects.count() == 1


def test_a_submitted_bom_waits_to_be_judged(here: Office, client: Client) -> None:
    confirm = send(client, GOOD)
    answer = client.post(confirm + "questions/", {**QUESTIONS, "p-award": "2028-01-31"})
    bom = Bom.objects.get()
    assert answer["Location"] == reverse("compliance:bom-progress", args=[bom.pk])
    assert str(bom.procurement.award) == "2028-01-31"
    assert bom.procurement.rdte is None
    assert Work.objects.filter(bom=bom).exists()
    assert "0 of 1 line" in client.get(answer["Location"]).content.decode()


def test_the_same_file_sent_twice_is_one_bom(here: Office, client: Client) -> None:
    given = {"bom_name": "Radio", "procurement": here.procurement.pk}
    for _ in range(2):
        confirm = send(client, GOOD)
        shown = client.get(confirm).content.decode()
        answer = client.post(confirm + "questions/", given, follow=True)
        assert answer.status_code == 200
    assert Bom.objects.count() == 1
    assert "These very bytes were submitted before" in shown
    assert "nothing was submitted twice" in answer.content.decode()


def test_a_wrong_answer_loses_nothing(client: Client) -> None:
    confirm = send(client, GOOD)
    given = {**QUESTIONS, "p-payments": "soon", "p-name": "Keep me"}
    answer = client.post(confirm + "questions/", given)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "“soon” cannot be read as days" in text
    assert "Keep me" in text
    assert not Procurement.objects.filter(name="Keep me").exists()


def test_the_next_revision_stands_in_place_of_the_one_before(here: Office, client: Client) -> None:
    client.post(
        send(client, GOOD) + "questions/", {"bom_name": "R", "procurement": here.procurement.pk}
    )
    first = Bom.objects.get()
    confirm = send(client, GOOD + b"BP-3,Acme Power,Cell,1\n", query=f"?revises={first.pk}")
    answer = client.post(f"{confirm}questions/", {"bom_name": "R"})
    assert answer.status_code == 302
    second = Bom.objects.latest("pk")
    assert (second.revision, second.supersedes) == (2, first)
    board = client.get(reverse("compliance:bom-board", args=[first.pk])).content.decode()
    assert "replaced by" in board


def test_another_organisations_upload_is_not_found(client: Client) -> None:
    theirs = factory.upload(factory.organisation())
    for name in ("compliance:upload-confirm", "compliance:bom-questions"):
        assert client.get(reverse(name, args=[theirs.pk])).status_code == 404


def test_an_auditor_submits_nothing(here: Office) -> None:
    client = Client()
    client.force_login(factory.user(here.organisation, role=Role.AUDITOR, email="a@example.gov"))
    assert client.post(reverse("compliance:check-sample")).status_code == 403
    assert not Upload.objects.exists()


CHINESE = (
    "序号,型号,制造商,描述,数量\n1,BP-1,宁德时代,锂离子电池,3\n2,BP-2,比亚迪,电池组,1\n".encode(
        "gb18030"
    )
)


def test_an_encoding_we_were_sure_of_can_be_corrected_and_put_back(client: Client) -> None:
    confirm = send(client, CHINESE)
    page = client.get(confirm).content.decode()
    assert "宁德时代" in page
    assert "Do letters look wrong?" in page
    sure = (Upload.objects.get().reading or {})["encoding"]
    assert f'<option value="{sure}" selected>' in page
    assert page.count(">UTF-8</option>") == 1
    assert client.post(confirm, {"encoding": "cp1251"}).status_code == 302
    page = client.get(confirm).content.decode()
    assert "宁德时代" not in page
    assert '<option value="cp1251" selected>' in page, "the way back stays open"
    client.post(confirm, {"encoding": sure})
    assert "宁德时代" in client.get(confirm).content.decode()
    upload = Upload.objects.get()
    assert (bytes(upload.content), upload.state) == (CHINESE, Upload.State.CONFIRM)


def test_an_encoding_in_which_it_is_no_bom_can_be_taken_back(client: Client) -> None:
    confirm = send(client, GOOD)
    client.post(confirm, {"encoding": "utf-16-le"})
    assert Upload.objects.get().state == Upload.State.REFUSED
    assert "Do letters look wrong?" in client.get(confirm).content.decode()
    client.post(confirm, {"encoding": "utf-8"})
    assert "<strong>1 part</strong>" in client.get(confirm).content.decode()


def test_an_encoding_that_cannot_be_is_refused_and_the_page_stands(client: Client) -> None:
    confirm = send(client, GOOD)
    answer = client.post(confirm, {"encoding": "utf-16"}, follow=True)
    assert "There is no encoding “utf-16” to read it in." in answer.content.decode()
    assert "<strong>1 part</strong>" in answer.content.decode()


def test_no_encoding_is_asked_of_what_is_no_text_file(client: Client) -> None:
    answer = client.post(reverse("compliance:check-new"), {"cells": GOOD.decode()})
    pages = [answer["Location"], send(client, xlsx_bytes(table(3)), "b.xlsx")]
    for page in pages:
        assert "Do letters look wrong?" not in client.get(page).content.decode()
