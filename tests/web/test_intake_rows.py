"""Rows put right without any script, what the grid is told, files to take away, revisions."""

import io
import json
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from compliance.models import Submission
from compliance.services.long_files import submission_run
from procurement.models import Bom, Draft, DraftCell, RememberedReading, Role, Upload
from procurement.services import reading
from tests import factory
from tests.compliance.worlds import Office, every_list, office, same
from tests.web.messy import PARTS, messy
from tests.web.test_intake import GOOD, send

pytestmark = pytest.mark.django_db
BAD = GOOD + b"BP-2,Acme Power,Cell,-1\nBP-3,Acme Power,Cell,some\n=1+1,Acme Power,Cell,1\n"


@pytest.fixture
def here() -> Office:
    return office()


@pytest.fixture
def client(here: Office) -> Client:
    client = Client()
    client.force_login(here.officer)
    return client


def fix(
    client: Client, confirm: str, *cells: list[Any], marks: dict[str, str] | None = None
) -> Any:
    body = json.dumps({"cells": cells, "marks": marks or {}})
    return client.post(f"{confirm}cells/", body, content_type="application/json")


def test_a_fix_is_kept_and_what_shows_differently_comes_back(client: Client) -> None:
    confirm = send(client, BAD)
    answer = fix(client, confirm, [3, 3, "5"], marks={"2": "old", "3": "old", "4": "old"})
    said = answer.json()
    assert answer.status_code == 200
    assert set(said["rows"]) == {"2", "3", "4"}
    assert said["counts"] == {"problems": 1, "doubts": 1}
    assert "was -1" in said["rows"]["3"]
    assert "1 row with a problem" in said["standing"]
    mark = said["rows"]["4"].split('data-mark="')[1].split('"')[0]
    again = fix(client, confirm, [3, 3, None], marks={"4": mark, "3": "old"}).json()
    assert set(again["rows"]) == {"3"}
    assert not DraftCell.objects.exists()


def test_where_no_row_is_a_part_it_is_not_said_that_all_is_well(client: Client) -> None:
    template = b"Part Number,Manufacturer,Description,Qty\nField=A,Field=B,Field=C,\n"
    page = client.get(send(client, template)).content.decode()
    assert "template whose fields were never filled in" in page
    assert "No problems." not in page
    assert "You can go on" not in page


def test_what_was_typed_is_shown_as_text_and_never_as_markup(client: Client) -> None:
    confirm = send(client, BAD)
    said = fix(client, confirm, [3, 2, "<script>alert(1)</script>"], marks={"3": ""}).json()
    assert "<script>" not in said["rows"]["3"]
    assert "<script>alert" not in client.get(f"{confirm}rows/?show=all").content.decode()


@pytest.mark.parametrize(
    "body",
    [
        b"", b"[]", b"null", b'{"cells": 3}', b'{"cells": [[1]]}', b'{"cells": [["a", 0, "x"]]}',
        b'{"cells": [[3, 3, 7]]}', b'{"cells": [], "marks": [1]}', b'{"cells": [[1, 0, "x"]]}',
        b'{"cells": [[99, 0, "x"]]}', b'{"cells": [[3, -1, "x"]]}', b"\xff", b"[" * 100_000,
    ],
)  # fmt: skip
def test_nonsense_is_refused_with_a_reason_and_nothing_is_kept(client: Client, body: bytes) -> None:
    confirm = send(client, BAD)
    answer = client.post(f"{confirm}cells/", body, content_type="application/json")
    assert answer.status_code == 422
    assert answer.json()["problems"][0]["fix"]
    assert not DraftCell.objects.exists()


def test_a_row_is_put_right_by_a_plain_form_which_leads_to_the_next(client: Client) -> None:
    confirm = send(client, BAD)
    page = client.get(f"{confirm}rows/3/").content.decode()
    assert "cannot be below zero" in page
    row = {"c0": "BP-2", "c1": "Acme Power", "c2": "Cell", "c3": "5"}
    answer = client.post(f"{confirm}rows/3/", row)
    assert answer["Location"] == f"{confirm}rows/4/"
    assert [(cell.row, cell.column, cell.text) for cell in DraftCell.objects.all()] == [(3, 3, "5")]
    answer = client.post(f"{confirm}rows/4/", row | {"c3": "many"})
    assert "many" in answer.content.decode()
    assert "still has a problem" in answer.content.decode()


def test_a_row_form_that_cannot_be_kept_loses_nothing_typed(client: Client) -> None:
    confirm = send(client, BAD)
    answer = client.post(f"{confirm}rows/3/", {"c0": "x" * 5_001, "c3": "5"})
    assert answer.status_code == 422
    assert "x" * 5_001 in answer.content.decode()
    assert client.get(f"{confirm}rows/99/").status_code == 404
    assert client.get(f"{confirm}rows/1/").status_code == 404  # the header


def test_rows_are_shown_a_page_at_a_time_and_a_row_is_found_on_its_page(client: Client) -> None:
    body = b"".join(b"BP-%d,Acme,Cell,%s\n" % (n, b"-1" if n == 250 else b"1") for n in range(300))
    confirm = send(client, b"Part Number,Manufacturer,Description,Qty\n" + body)
    page = client.get(f"{confirm}rows/?show=all").content.decode()
    assert page.count('role="row" id="r') == 100
    assert f"{confirm}rows/?show=all&amp;row=252#r252" in page
    assert 'id="r252"' in client.get(f"{confirm}rows/?show=all&row=252").content.decode()
    only = client.get(f"{confirm}rows/").content.decode()
    assert only.count('role="row" id="r') == 1


@pytest.mark.parametrize("query", ["?show=x", "?page=99", "?row=0", "?row=999999999", "?row=-1"])
def test_strange_addresses_of_rows_show_rows(client: Client, query: str) -> None:
    confirm = send(client, BAD)
    assert client.get(f"{confirm}rows/{query}").status_code == 200


def test_the_file_comes_back_with_its_problems_and_can_be_sent_again(client: Client) -> None:
    confirm = send(client, messy(), "parts.xlsx")
    answer = client.get(f"{confirm}marked/")
    assert 'filename="parts - problems marked.xlsx"' in answer["Content-Disposition"]
    page = openpyxl.load_workbook(io.BytesIO(answer.content))["Parts"]
    assert "below zero" in page["F7"].comment.text
    again = client.get(send(client, answer.content, "again.xlsx")).content.decode()
    assert "<strong>5 parts</strong>" in again


def test_a_bom_goes_out_as_cyclonedx_to_its_own_organisation(here: Office, client: Client) -> None:
    bom = here.bom(here.pack("PACK-1"), name="Radio: set")
    answer = client.get(reverse("compliance:cyclonedx", args=[bom.pk]))
    assert json.loads(answer.getvalue())["bomFormat"] == "CycloneDX"
    assert "attachment" in answer["Content-Disposition"]
    stranger = Client()
    stranger.force_login(factory.user(factory.organisation(), email="s@example.gov"))
    assert stranger.get(reverse("compliance:cyclonedx", args=[bom.pk])).status_code == 404


def test_the_template_is_a_workbook(client: Client) -> None:
    answer = client.get(reverse("compliance:template"))
    assert "Parts" in openpyxl.load_workbook(io.BytesIO(answer.content)).sheetnames


def test_the_header_row_and_the_sheet_are_one_click_each(client: Client) -> None:
    confirm = send(client, messy(), "parts.xlsx")
    client.post(confirm, {"header_row": "3"})
    client.post(confirm, {"header_row": "4"})
    assert Draft.objects.get().header_row is None
    client.post(confirm, {"sheet": "Cover"})
    page = client.get(confirm).content.decode()
    assert "has no row that names its columns" in page
    assert Draft.objects.get().sheet == ""
    assert "Use as header: row 2" in client.get(f"{confirm}?look=Cover").content.decode()
    client.post(confirm, {"sheet": "Cover", "header_row": "2"})
    draft = Draft.objects.get()
    assert (draft.sheet, draft.header_row) == ("Cover", 2)


def test_a_file_refused_for_want_of_a_header_is_read_once_one_is_clicked(client: Client) -> None:
    confirm = send(client, b"a,b,c\nDing,Wer,Wieviel\nBP-1,Acme,2\nBP-2,Acme,4\n")
    page = client.get(confirm).content.decode()
    assert "cannot be read as a bill of materials" in page
    assert "Use as header: row 2" in page
    client.post(confirm, {"header_row": "2", "sheet": "text"})
    client.post(confirm, {"c0": "part_number", "c1": "maker", "c2": "quantity"})
    page = client.get(confirm).content.decode()
    assert "<strong>2 parts</strong>" in page
    assert "Yes, go on" in page


def test_what_we_remember_is_said_with_its_day_and_forgotten_on_request(client: Client) -> None:
    client.post(send(client, messy(), "one.xlsx"), {"c4": "description"})
    confirm = send(client, messy(PARTS[:3]), "two.xlsx")
    page = client.get(confirm).content.decode()
    assert f"Read as you told us on {timezone.now():%Y-%m-%d}" in page
    client.post(f"{confirm}forget/")
    assert "Read as you told us" not in client.get(confirm).content.decode()
    assert not RememberedReading.objects.exists()


def test_a_draft_is_listed_until_it_is_submitted_or_taken_off(here: Office, client: Client) -> None:
    listed = reverse("compliance:drafts")
    confirm = send(client, GOOD, "radio.csv")
    assert "radio.csv" in client.get(listed).content.decode()
    client.post(f"{confirm}aside/")
    assert f'href="{confirm}"' not in client.get(listed).content.decode()
    fix(client, confirm, [2, 3, "7"])  # worked on again, listed again
    assert "radio.csv" in client.get(listed).content.decode()
    client.post(f"{confirm}questions/", {"bom_name": "R", "procurement": here.procurement.pk})
    assert f'href="{confirm}"' not in client.get(listed).content.decode()
    assert fix(client, confirm, [2, 3, "8"]).status_code == 422


def test_the_difference_is_shown_before_and_after(here: Office, client: Client) -> None:
    given = {"bom_name": "R", "procurement": here.procurement.pk}
    client.post(send(client, GOOD) + "questions/", given)
    first = Bom.objects.get()
    confirm = send(client, GOOD.replace(b",2\n", b",3\n"), query=f"?revises={first.pk}")
    before = client.get(f"{confirm}difference/").content.decode()
    assert "<del>2</del> <ins>3</ins>" in before
    assert ">1</td>" in before  # no column numbers the lines: counted as on the board
    client.post(f"{confirm}questions/", {"bom_name": "R"})
    second = Bom.objects.latest("pk")
    address = reverse("compliance:difference", args=[second.pk])
    after = client.get(address).content.decode()
    assert "<del>2</del> <ins>3</ins>" in after
    assert "being judged" in after
    assert client.get(address + "?kind=added").status_code == 200
    board = reverse("compliance:bom-board", args=[first.pk])
    assert client.get(reverse("compliance:difference", args=[first.pk]))["Location"] == board


def test_a_verdict_that_moved_with_a_revision_is_shown(here: Office, client: Client) -> None:
    every_list()
    same(here.catl, "154", "catl")
    first = here.bom(here.pack("PACK-1"))
    second = here.bom(supersedes=first, revision=2)
    factory.line(second, here.pack("PACK-2", cells_by=here.catl), part_number="PACK-1")
    for bom in (first, second):
        here.judge(bom)
    page = client.get(reverse("compliance:difference", args=[second.pk])).content.decode()
    assert "1</strong> with a moved verdict" in page


def test_a_long_file_is_read_by_a_worker_and_can_be_stopped(here: Office, client: Client) -> None:
    body = b"".join(b"BP-%d,Acme,Cell,1\n" % number for number in range(2_100))
    content = b"Part Number,Manufacturer,Description,Qty\n" + body
    given = {"bom_name": "R", "procurement": here.procurement.pk}
    answer = client.post(send(client, content) + "questions/", given)
    asked = Submission.objects.get()
    assert answer["Location"] == reverse("compliance:submission", args=[asked.pk])
    page = client.get(answer["Location"]).content.decode()
    assert "Waiting for a worker" in page
    client.post(reverse("compliance:submission-cancel", args=[asked.pk]))
    assert "Cancelled" in client.get(answer["Location"]).content.decode()
    assert not Bom.objects.exists()
    client.post(send(client, content) + "questions/", given)
    other = Submission.objects.latest("pk")
    submission_run(submission_id=other.pk, clock=timezone.now, enqueue=here.queue)
    bom = Bom.objects.get()
    answer = client.get(reverse("compliance:submission", args=[other.pk]))
    assert answer["Location"] == reverse("compliance:bom-progress", args=[bom.pk])
    polled = client.get(
        reverse("compliance:submission", args=[other.pk]), headers={"HX-Request": "true"}
    )
    assert polled["HX-Redirect"] == answer["Location"]


def test_a_file_too_long_to_picture_goes_on_unread(
    here: Office, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "SHOWN_ROWS", 1)
    confirm = send(client, BAD)
    assert Upload.objects.get().state == Upload.State.RECEIVED
    assert "too long to be read whole" in client.get(confirm).content.decode()
    assert "bom.csv" in client.get(reverse("compliance:drafts")).content.decode()
    given = {"bom_name": "R", "procurement": here.procurement.pk}
    assert client.get(confirm + "questions/").status_code == 200
    client.post(confirm + "questions/", given)
    submission_run(
        submission_id=Submission.objects.get().pk, clock=timezone.now, enqueue=here.queue
    )
    assert Bom.objects.get().lines_total == 4


def test_nothing_of_a_draft_is_another_organisations(client: Client) -> None:
    theirs = factory.upload(factory.organisation())
    for name in ("upload-confirm", "rows", "marked", "difference-before"):
        assert client.get(reverse(f"compliance:{name}", args=[theirs.pk])).status_code == 404
    for name in ("upload-forget", "draft-drop", "cells"):
        assert client.post(reverse(f"compliance:{name}", args=[theirs.pk])).status_code == 404
    assert client.get(reverse("compliance:row-form", args=[theirs.pk, 2])).status_code == 404
    assert theirs.filename not in client.get(reverse("compliance:drafts")).content.decode()


def test_an_auditor_corrects_nothing(here: Office, client: Client) -> None:
    confirm = send(client, BAD)
    auditor = Client()
    auditor.force_login(factory.user(here.organisation, role=Role.AUDITOR, email="a@example.gov"))
    assert fix(auditor, confirm, [3, 3, "5"]).status_code == 403
    assert auditor.post(confirm, {"c0": "notes"}).status_code == 403
    assert auditor.get(f"{confirm}rows/").status_code == 403
    assert not DraftCell.objects.exists()
