"""The first rows of a file too long to be read by a page: shown, corrected, and then submitted."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from compliance.models import Submission
from compliance.services.long_files import submission_run
from procurement.formats.workbook import Cell, Merge, Sheet, Workbook
from procurement.models import Bom, Draft, Picture, Upload
from procurement.services import apart, mappings, pictures, picturing, reading
from procurement.services.drafts import mapping_of
from procurement.services.picturing import picture_make, pictures_ask_again
from tests.compliance.worlds import Office, office
from tests.web.test_accessible import WIDTHS, sign_in
from tests.web.test_intake import send

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]
ROWS = 3_000
LONG = "Part Number,Manufacturer,Remarks,Qty\n" + "".join(
    f"BP-{n},Acme Power,Größe {n},{n % 9 + 1}\n" for n in range(ROWS)
)


@pytest.fixture
def here() -> Office:
    return office()


@pytest.fixture
def client(here: Office) -> Client:
    client = Client()
    client.force_login(here.officer)
    return client


@pytest.fixture(autouse=True)
def long(shared_database: None, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Files of more than 2,500 rows are too long to show."""
    monkeypatch.setattr(reading, "SHOWN_ROWS", 2_500)
    for hand in ("intake.hand_picture", "intake.hand_submission", "confirm.hand_picture"):
        monkeypatch.setattr(f"compliance.web.{hand}", lambda _: True)  # the test is the worker
    mappings._is_too_long_once.cache_clear()
    yield
    mappings._is_too_long_once.cache_clear()


def look(client: Client, confirm: str) -> str:
    return client.get(confirm).content.decode()


class Told(list[int]):
    """Uploads of which a worker was told."""

    def hand(self, pk: int) -> bool:
        self.append(pk)
        return True


def make(upload: Upload) -> Picture:
    picture_make(upload_id=upload.pk, clock=timezone.now)
    return Picture.objects.get(upload=upload)


def test_a_long_file_is_pictured_corrected_and_submitted_as_corrected(
    here: Office, client: Client
) -> None:
    confirm = send(client, LONG.encode("cp1252"))
    upload = Upload.objects.get()
    assert upload.state == Upload.State.RECEIVED
    waiting = look(client, confirm)
    assert "first rows are being read" in waiting
    polled = client.get(confirm, headers={"HX-Request": "true"})
    assert 'hx-trigger="every 1s"' in polled.content.decode()
    make(upload)
    assert client.get(confirm, headers={"HX-Request": "true"})["HX-Refresh"] == "true"
    shown = look(client, confirm)
    assert f"2,200 of {ROWS + 1:,} rows" in shown
    assert "Größe 0" in shown
    assert "2,199 parts" in shown

    client.post(confirm, {"c0": "part_number", "c1": "maker", "c2": "description", "c3": "-"})
    fixed = {"cells": [[3, 0, "BP-ONE"]], "marks": {}}
    cells = reverse("compliance:cells", args=[upload.pk])
    assert client.post(cells, fixed, content_type="application/json").status_code == 200
    assert client.get(reverse("compliance:rows", args=[upload.pk])).status_code == 200
    told = mapping_of(Draft.objects.get())
    assert told
    assert told["columns"] == {"2": "description", "3": None}

    given = {"bom_name": "R", "procurement": here.procurement.pk}
    client.post(confirm + "questions/", given)
    asked = Submission.objects.get()
    bom = submission_run(submission_id=asked.pk, clock=timezone.now, enqueue=here.queue)
    assert bom == Bom.objects.get()
    assert bom.lines_total == ROWS
    first, second, *_ = bom.lines.order_by("sequence")
    assert (first.description, first.quantity) == ("Größe 0", None)
    assert second.part_number == "BP-ONE"


def test_what_was_corrected_is_remembered_for_the_next_long_file(client: Client) -> None:
    confirm = send(client, LONG.encode())
    make(Upload.objects.get())
    client.post(confirm, {"c0": "part_number", "c1": "maker", "c2": "notes", "c3": "-"})
    again = send(client, LONG.replace("Acme", "Other").encode())
    make(Upload.objects.latest("pk"))
    assert "Read as you told us" in look(client, again)
    told = mapping_of(Draft.objects.latest("pk"))
    assert told == mapping_of(Draft.objects.earliest("pk"))


def test_another_encoding_has_the_file_read_anew(client: Client) -> None:
    confirm = send(client, LONG.encode("cp1252"))
    upload = Upload.objects.get()
    make(upload)
    client.post(confirm, {"encoding": "cp1251"})
    assert "first rows are being read" in look(client, confirm)
    make(upload)
    assert "GrцЯe 0" in look(client, confirm)
    client.post(reverse("compliance:upload-forget", args=[upload.pk]))
    assert "first rows are being read" in look(client, confirm)
    make(upload)
    assert "Größe 0" in look(client, confirm)
    client.post(confirm, {"encoding": "no such"})
    upload.refresh_from_db()
    assert upload.state == Upload.State.CONFIRM


def test_one_that_takes_too_much_says_so_and_goes_on(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apart, "MOST_SECONDS", 0.05)
    confirm = send(client, LONG.encode())
    make(Upload.objects.get())
    shown = look(client, confirm)
    assert "more time than one file is given" in shown
    assert "Go on" in shown
    assert "every 1s" not in shown


def test_one_that_is_put_aside_is_not_read(client: Client) -> None:
    send(client, LONG.encode())
    upload = Upload.objects.get()
    client.post(reverse("compliance:draft-drop", args=[upload.pk]))
    assert make(upload).made_at is None
    upload.refresh_from_db()
    assert upload.state == Upload.State.RECEIVED


def test_a_worker_that_is_gone_is_replaced(client: Client) -> None:
    send(client, LONG.encode())
    upload, told = Upload.objects.get(), Told()
    now = timezone.now()
    pictures_ask_again(now=now, hand=told.hand)
    assert told == []
    pictures_ask_again(now=now + picturing.ASK_AGAIN, hand=told.hand)
    pictures_ask_again(now=now + picturing.ASK_AGAIN, hand=told.hand)
    assert told == [upload.pk]


def test_who_looks_between_the_reading_and_its_last_word_waits_even_if_the_worker_dies_there(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    confirm = send(client, LONG.encode())
    upload = Upload.objects.get()

    def killed(**told: Any) -> None:
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(picturing, "draft_pictured", killed)
        with pytest.raises(SystemExit):
            make(upload)
    upload.refresh_from_db()
    assert upload.state == Upload.State.CONFIRM
    assert "first rows are being read" in look(client, confirm)

    told = Told()
    pictures_ask_again(now=timezone.now() + picturing.ASK_AGAIN, hand=told.hand)
    assert told == [upload.pk]
    make(upload)
    assert "Is this how to read it?" in look(client, confirm)


def test_the_api_previews_the_first_rows_once_they_are_there(client: Client) -> None:
    kept = client.post("/api/v1/uploads", {"text": LONG}, content_type="application/json").json()
    preview = f"/api/v1/uploads/{kept['id']}/preview"
    assert client.post(preview, {}, content_type="application/json").status_code == 422
    told = Told()
    pictures_ask_again(now=timezone.now(), hand=told.hand)
    assert told == [kept["id"]]
    make(Upload.objects.get())
    found = client.post(preview, {}, content_type="application/json").json()
    assert (found["first_rows_only"], found["lines_total"]) == (True, 2_199)


def test_cells_of_every_kind_come_back_as_they_were() -> None:
    row: tuple[Cell, ...] = (
        *("", "text", Decimal("1.50"), True, False),
        *(datetime(2026, 1, 2, 3, 4, tzinfo=UTC), date(2026, 1, 2), time(3, 4)),
        timedelta(hours=25),
    )
    sheet = Sheet("one", (row, (), row), merged=(Merge(1, 1, 3, 1), Merge(1, 2, 9, 2)))
    kept = pictures.pictured(Workbook("xlsx", (sheet, Sheet("two", (), hidden=True))))
    assert [pictures._sheet(each) for each in kept] == [
        Sheet("one", sheet.rows, merged=(Merge(1, 1, 3, 1),)),
        Sheet("two", (), hidden=True),
    ]


def test_of_a_very_wide_sheet_only_so_many_rows_are_kept() -> None:
    rows = tuple(("x",) * 16_384 for _ in range(50))
    (kept,) = pictures.pictured(Workbook("csv", (Sheet("wide", rows),)))
    assert len(kept["rows"]) == pictures.MOST_CELLS // 16_384


@pytest.mark.browser
def test_who_waits_for_the_first_rows_keeps_their_place_and_meets_no_barrier(
    here: Office, client: Client, page: Page, axe: Callable[[Page], None]
) -> None:
    confirm = send(client, LONG.encode())
    sign_in(page, here.officer)
    page.goto(confirm)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        axe(page)
    skip = page.get_by_role("link", name="Go on without them")
    skip.focus()
    so_far = page.locator("#picturing p").filter(has_text="so far").inner_text()
    expect(page.locator("#picturing")).not_to_contain_text(so_far.partition(" so far")[0])
    expect(skip).to_be_focused()
    make(Upload.objects.get())
    expect(page.get_by_role("heading", name="Is this how to read it?")).to_be_visible()
    expect(page.locator("body")).to_contain_text("What you correct holds for all of them")
    axe(page)
