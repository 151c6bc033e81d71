"""A messy file put right on screen, by keyboard, in a real browser: from the drop to what the next
revision changed.
"""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from compliance.web import intake
from procurement.formats.support.limits import MAX_BYTES
from procurement.models import Bom, DraftCell, RememberedReading, Upload
from tests import factory
from tests.compliance.worlds import every_list
from tests.conftest import Live
from tests.web.messy import PARTS, messy
from tests.web.test_intake import CHINESE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WIDTHS = (390, 1280)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def sign_in(page: Page, email: str) -> None:
    page.goto("/")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(factory.PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Checks", exact=True)).to_be_visible()


def send(page: Page, content: bytes, name: str) -> None:
    page.get_by_label("Choose a spreadsheet file").set_input_files(
        {"name": name, "mimeType": XLSX, "buffer": content}
    )
    page.get_by_role("button", name="Read it", exact=True).click()
    expect(page.get_by_role("heading", name="Is this how to read it?")).to_be_visible()


def cell(page: Page, row: int, column: str) -> Locator:
    index = "ABCDEFGHI".index(column)
    return page.locator(f'#r{row} td[data-column="{index}"]')


def look(page: Page, axe: Callable[[Page], None]) -> None:
    """No barrier, and nothing sticks out, at a phone's width and a desk's."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        axe(page)
        wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert wide <= 0, f"{page.url} sticks out by {wide} px at {width}"


def test_a_messy_file_is_put_right_submitted_and_revised(
    live: Live, page: Page, axe: Callable[[Page], None]
) -> None:
    every_list()
    officer = factory.user(factory.organisation(), email="officer@example.gov")
    sign_in(page, officer.email)

    # Text in an older encoding: another one may be chosen.
    page.get_by_role("link", name="New check").first.click()
    send(page, CHINESE, "bom.csv")
    page.get_by_text("Do letters look wrong?").click()
    expect(page.get_by_label("Its text was read as")).to_be_visible()
    look(page, axe)

    page.goto("/")
    page.get_by_role("link", name="New check").first.click()
    send(page, messy(), "manpack.xlsx")
    expect(page.get_by_role("button", name="Parts")).to_have_attribute("aria-current", "true")
    expect(page.get_by_text("2 rows with a problem")).to_be_visible()
    look(page, axe)

    # One click corrects a column, and the sheet is read again.
    expect(page.get_by_label("E: What")).to_have_value("-")
    page.get_by_label("E: What").select_option("description")
    expect(page.get_by_text("you said so")).to_be_visible()
    expect(page.get_by_label("E: What")).to_be_focused()
    assert RememberedReading.objects.get().columns == {"4": "description"}

    # Two cells by keyboard alone; each is checked at once.
    page.get_by_role("link", name="Put 2 rows right").click()
    expect(cell(page, 7, "F")).to_contain_text("cannot be below zero")
    expect(page.get_by_role("link", name="With a problem (2)", exact=True)).to_be_visible()
    look(page, axe)
    page.keyboard.press("F8")
    expect(cell(page, 8, "G")).to_be_focused()
    page.keyboard.press("F2")
    page.keyboard.press("Control+A")
    page.keyboard.type("0.01")
    page.keyboard.press("Enter")
    expect(page.locator("#saved")).to_contain_text("1 row with a problem left")
    page.keyboard.press("ArrowUp")
    cell(page, 7, "F").focus()
    page.keyboard.type("4")
    page.keyboard.press("Escape")
    expect(cell(page, 7, "F").locator(".text")).to_have_text("-1")
    page.keyboard.type("4")
    page.keyboard.press("Tab")
    expect(cell(page, 7, "G")).to_be_focused()
    expect(page.locator("#saved")).to_contain_text("No row with a problem left")
    expect(page.get_by_role("link", name="With a problem (0)", exact=True)).to_be_visible()
    expect(cell(page, 7, "F")).to_contain_text("was -1")

    # Taken back, and put again.
    page.keyboard.press("Control+z")
    expect(page.locator("#saved")).to_contain_text("1 row with a problem left")
    expect(cell(page, 7, "F")).to_contain_text("cannot be below zero")
    page.keyboard.press("Control+y")
    expect(page.locator("#saved")).to_contain_text("No row with a problem left")

    # Leave, and come back to it.
    page.goto("/")
    page.get_by_role("link", name="Unfinished uploads").click()
    look(page, axe)
    page.get_by_role("link", name="manpack.xlsx").click()
    expect(page.get_by_text("No problem")).to_be_visible()
    expect(page.get_by_label("E: What")).to_have_value("description")
    page.get_by_role("link", name="Yes, go on").click()
    page.get_by_label("What is it a bill of materials of?").fill("Manpack power set")
    page.get_by_label("Name of the purchase").fill("Manpack radios")
    page.get_by_role("button", name="Check it").click()
    expect(page.get_by_text("All 5 lines judged")).to_be_visible(timeout=60_000)
    first = Bom.objects.get()
    assert [str(line.quantity.normalize()) for line in first.lines.all() if line.quantity] == [
        "2", "8", "4", "48", "1"
    ]  # fmt: skip

    # The next revision is read as we were told, and shows what it changes.
    later = [list(row) for row in PARTS]
    later[2][5] = "4"
    later[3][6] = "0.01"
    later[0][5] = "3"
    del later[4]
    later.append(
        ["5", "cell", "CR2477", "Good Cells Inc.", "Coin cell 3 V", "1", "1.10", "USA", "A"]
    )
    page.get_by_role("link", name="Upload next revision").click()
    send(page, messy(later), "manpack-d.xlsx")
    expect(page.get_by_text("Read as you told us on")).to_be_visible()
    page.get_by_role("link", name="Yes, go on").click()
    expect(page.get_by_role("heading", name="What the next revision changes")).to_be_visible()
    expect(page.get_by_role("row", name="BP-2590-C")).to_contain_text("Quantity: 2")
    expect(page.get_by_role("row", name="CR2477")).to_contain_text("added")
    expect(page.get_by_role("row", name="HSG-2")).to_contain_text("removed")
    look(page, axe)
    page.get_by_role("link", name="Go on and submit it").click()
    page.get_by_role("button", name="Check it").click()
    expect(page.get_by_text("All 5 lines judged")).to_be_visible(timeout=60_000)
    page.get_by_role("link", name="what changed", exact=True).click()
    expect(page.get_by_role("row", name="CR2477")).to_contain_text("added")
    look(page, axe)


def test_cells_of_a_spreadsheet_are_pasted_over_many_and_copied_again(
    page: Page, axe: Callable[[Page], None]
) -> None:
    officer = factory.user(factory.organisation(), email="officer@example.gov")
    sign_in(page, officer.email)
    page.goto("/checks/new/")
    send(page, messy(), "manpack.xlsx")
    page.goto(page.url + "rows/?show=all")
    cell(page, 7, "F").focus()
    put = """text => {
        const held = new DataTransfer();
        held.setData("text/plain", text);
        document.activeElement.dispatchEvent(
            new ClipboardEvent("paste", {clipboardData: held, bubbles: true, cancelable: true}));
    }"""
    page.evaluate(put, '5\t0.50\n40\t"0.01"\n')
    expect(page.locator("#saved")).to_contain_text("No row with a problem left")
    assert DraftCell.objects.count() == 4
    expect(cell(page, 8, "F").locator(".text")).to_have_text("40")
    expect(cell(page, 8, "G").locator(".text")).to_have_text("0.01")
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Shift+ArrowRight")
    copied = page.evaluate("""() => {
        const held = new DataTransfer();
        document.activeElement.dispatchEvent(
            new ClipboardEvent("copy", {clipboardData: held, bubbles: true, cancelable: true}));
        return held.getData("text/plain");
    }""")
    assert copied == "5\t0.50\n40\t0.01"
    page.keyboard.press("Delete")
    expect(cell(page, 8, "G").locator(".text")).to_have_text("")
    page.keyboard.press("Control+z")
    expect(cell(page, 8, "G").locator(".text")).to_have_text("0.01")
    expect(page.locator("#saved")).to_contain_text("Saved at")
    axe(page)


def test_what_cannot_be_sent_stays_and_is_sent_when_the_server_answers_again(page: Page) -> None:
    officer = factory.user(factory.organisation(), email="officer@example.gov")
    sign_in(page, officer.email)
    page.goto("/checks/new/")
    send(page, messy(), "manpack.xlsx")
    page.goto(page.url + "rows/")
    page.route("**/cells/", lambda route: route.abort())
    cell(page, 7, "F").focus()
    page.keyboard.type("4")
    page.keyboard.press("Enter")
    expect(page.locator("#saved")).to_contain_text("Not saved yet")
    expect(cell(page, 7, "F").locator(".text")).to_have_text("4")
    page.unroute("**/cells/")
    expect(page.locator("#saved")).to_contain_text("Saved at")
    assert DraftCell.objects.get().text == "4"


def test_the_screens_beside_the_grid_have_no_barrier(
    page: Page, axe: Callable[[Page], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "hand_submission", lambda pk: False)  # no worker hears of it
    officer = factory.user(factory.organisation(), email="officer@example.gov")
    sign_in(page, officer.email)
    page.goto("/checks/new/")
    look(page, axe)
    send(page, messy(), "manpack.xlsx")
    confirm = page.url
    for place in ("rows/7/", "?look=Cover", "rows/?show=all"):
        page.goto(confirm + place)
        look(page, axe)
    page.goto("/checks/new/")
    many = [[str(n), "cell", f"CELL-{n}", "Good Cells Inc.", "Cell", "1", "1", "USA", ""]
            for n in range(2_100)]  # fmt: skip
    send(page, messy(many), "long.xlsx")
    page.get_by_role("link", name="Yes, go on").click()
    page.get_by_label("Name of the purchase").fill("Manpack radios")
    page.get_by_role("button", name="Check it").click()
    expect(page.get_by_text("Waiting for a worker")).to_be_visible()
    look(page, axe)
    page.get_by_role("button", name="Stop it").click()
    expect(page.get_by_text("Cancelled")).to_be_visible()
    look(page, axe)


def test_a_file_that_is_too_large_is_refused_before_it_is_sent_and_nothing_typed_is_lost(
    live: Live, page: Page, tmp_path: Path
) -> None:
    """Sparse: it takes no room, and the browser sees all its bytes."""
    large, small = tmp_path / "all parts.csv", tmp_path / "some parts.csv"
    with large.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    small.write_bytes(b"Part number,Qty\nA-1,4\n")
    sent: list[str] = []
    page.on("request", lambda asked: sent.append(asked.method))
    sign_in(page, factory.user(factory.organisation(), email="officer@example.gov").email)
    page.get_by_role("link", name="New check").first.click()
    choice, cells = page.get_by_label("Choose a spreadsheet file"), page.get_by_label("paste cells")
    cells.fill("Part number\tQty\nB-2\t1")
    sent.clear()
    choice.set_input_files(large)
    says = page.get_by_text(
        "all parts.csv: This file is larger than 100 MB. Split it into smaller files."
    )
    expect(says).to_be_visible()
    page.get_by_role("button", name="Read it", exact=True).click()
    expect(choice).to_be_focused()
    expect(says).to_be_visible()
    expect(cells).to_have_value("Part number\tQty\nB-2\t1")
    assert sent == []
    assert not Upload.objects.exists()

    cells.clear()
    choice.set_input_files(small)
    expect(says).not_to_be_visible()
    page.get_by_role("button", name="Read it", exact=True).click()
    expect(page.get_by_role("heading", name="Is this how to read it?")).to_be_visible()
    assert Upload.objects.get().filename == "some parts.csv"
