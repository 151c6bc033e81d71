"""Somebody edits a supplier and others watch: every open page turns in place, and the certificate
tells why. Browser, worker and timetable are real.
"""

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from compliance.models import Recheck
from compliance.services.submission import bom_judge_request
from compliance.tasks import enqueue_work
from procurement.models import Bom, Membership
from tests.compliance.worlds import every_list, office
from tests.conftest import Live
from tests.services import eventually
from tests.web.test_story import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
RULE = "10 U.S.C. 4865"
MARK = "window.openedAt = window.openedAt || performance.now() + Math.random()"


def opened(page: Page, address: str) -> tuple[Page, float]:
    """One more tab of the same person, and a mark in it that only a reload takes away."""
    tab = page.context.new_page()
    tab.goto(address)
    return tab, tab.evaluate(MARK)


def test_a_supplier_is_edited_and_open_pages_turn_in_place_and_the_certificate_says_why(
    live: Live, page: Page, axe: Callable[[Page], None]
) -> None:
    every_list()
    here = office("Program office")
    Membership.objects.update(digest=False)
    leans, stays = here.pack("PACK-1"), here.pack("PACK-2", cells_by=here.acme, supplier=here.acme)
    bom = here.bom(leans, stays, name="Radio power set")
    bom_judge_request(bom=bom, cause="submitted", now=timezone.now(), enqueue=enqueue_work)
    eventually(lambda: Bom.objects.get(pk=bom.pk).state == Bom.State.JUDGED, 60)
    line = bom.lines.get(part=leans)

    sign_in(page, here.officer.email)
    board, board_mark = opened(page, f"{live.url}/boms/{bom.pk}/")
    of_line, line_mark = opened(page, f"{live.url}/lines/{line.pk}/")
    row = board.locator("#lines").get_by_role("row", name="PACK-1")
    expect(row).to_contain_text("Permitted")
    expect(of_line.locator("#\\31 0-usc-4865")).to_contain_text("Permitted")
    board.get_by_label("Part, maker or position").fill("being typed")

    page.goto(f"{live.url}/suppliers/{here.cellco.pk}/")
    page.get_by_role("link", name="Edit").first.click()
    page.get_by_label("Country of incorporation").fill("China")
    page.get_by_label("Why, and where it comes from").fill("register extract of 20 November")
    page.get_by_role("button", name="Save").click()

    turned = page.locator("#leaning li", has_text=RULE)
    expect(turned).to_contain_text("Prohibited", timeout=30_000)
    expect(row).to_contain_text("Prohibited", timeout=30_000)
    expect(row).to_contain_text("has just turned")
    expect(board.locator("#lines").get_by_role("row", name="PACK-2")).not_to_contain_text(
        "Prohibited"
    )
    expect(board.get_by_label("Part, maker or position")).to_have_value("being typed")
    expect(of_line.locator("#\\31 0-usc-4865")).to_contain_text("Prohibited", timeout=30_000)
    expect(of_line.locator("section:has(#moved)")).to_contain_text("register extract")
    assert board.evaluate(MARK) == board_mark, "the board was loaded anew"
    assert of_line.evaluate(MARK) == line_mark, "the line was loaded anew"
    for tab in (board, of_line):
        axe(tab)

    turned.get_by_role("link", name="Certificate").click()
    expect(page.get_by_role("heading", name="Its place in the chain")).to_be_visible(timeout=30_000)
    recheck = Recheck.objects.filter(moved__bom=bom).distinct().get()
    told = page.locator("#certificate")
    expect(told).to_contain_text("register extract of 20 November")
    expect(told).to_contain_text("every change up to")
    expect(told).to_contain_text("1 of your lines (1 of anybody’s)")
    expect(told).to_contain_text(recheck.digest)
    expect(
        told.get_by_role("row", name="PACK-1 Radio power set (revision 1) Moved")
    ).to_be_visible()
    expect(told.get_by_role("row", name=RULE)).to_contain_text("Prohibited")
    expect(told).not_to_contain_text("PACK-2")
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        axe(page)
        wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert wide <= 0, f"sticks out by {wide} px at {width}"


def test_an_open_page_whose_session_has_ended_leads_to_the_sign_in(live: Live, page: Page) -> None:
    every_list()
    here = office("Program office")
    bom = here.bom(here.pack())
    sign_in(page, here.officer.email)
    page.goto(f"{live.url}/boms/{bom.pk}/")
    page.context.clear_cookies()
    expect(page.get_by_label("Password")).to_be_visible(timeout=20_000)
    assert "/accounts/login/" in page.url
