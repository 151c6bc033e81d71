"""The main job as an officer does it, on everything real: browser, worker and mail server."""

import io

import pikepdf
import pytest
from playwright.sync_api import Page, expect

from procurement.models import Party
from tests import factory
from tests.compliance.worlds import every_list
from tests.conftest import Live

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASTED = "\t".join(["Part Number", "Description", "Manufacturer", "Qty", "Unit cost (USD)"]) + (
    "\nBP-24\tRechargeable lithium-ion battery pack 24 V\tGood Packs Inc.\t10\t310.00"
    "\nRC0402FR-0710KL\tRES 10K OHM 1% 1/16W 0402\tYageo\t48\t0.01\n"
)


def sign_in(page: Page, email: str) -> None:
    page.goto("/")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(factory.PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Checks", exact=True)).to_be_visible()


def test_from_pasted_cells_to_a_mail_about_a_verdict_that_moved(live: Live, page: Page) -> None:
    every_list()
    organisation = factory.organisation("Program office")
    officer = factory.user(organisation, email="officer@example.gov")
    maker = factory.party(
        "Good Packs Inc.", organisation=organisation, kind="company", incorporated="US",
        business="US", government_of="",
    )  # fmt: skip
    state = factory.party("Ministry of Packs", kind="government", government_of="CN")

    sign_in(page, officer.email)
    page.get_by_role("link", name="New check").first.click()
    page.get_by_label("or paste cells").fill(PASTED)
    page.get_by_role("button", name="Read it", exact=True).click()
    expect(page.get_by_text("2 parts")).to_be_visible()
    page.get_by_role("link", name="Yes, go on").click()
    page.get_by_label("What is it a bill of materials of?").fill("Manpack power set")
    page.get_by_label("Name of the purchase").fill("Manpack radios")
    page.get_by_label("Is it bought for a defense acquisition program?").select_option(
        "acquisition"
    )
    page.get_by_label("Day of Milestone B").fill("2026-03-01")
    page.get_by_label("Award").fill("2028-02-15")
    page.get_by_label("Obligation of funds").fill("2028-02-15")
    page.get_by_label("What the battery powers").select_option("other")
    page.get_by_label("Is it bought for maintenance?").select_option("no")
    bought_for_research = page.get_by_role("group", name="Is it bought for DoD research")
    bought_for_research.get_by_text("No", exact=True).click()
    page.get_by_role("button", name="Check it").click()

    expect(page.get_by_role("heading", name="Manpack power set")).to_be_visible(timeout=60_000)
    expect(page.get_by_text("All 2 lines judged")).to_be_visible(timeout=60_000)
    first = live.smtp.wait_for(1, seconds=60)[0]
    assert "officer@example.gov" in first["X-Envelope-To"]

    page.get_by_role("link", name="BP-24", exact=True).first.click()
    expect(page.locator("#ndaa-2024-154")).to_contain_text("FY2024 NDAA sec. 154")
    expect(page.locator("#\\31 0-usc-4865")).to_contain_text("Insufficient information")

    page.get_by_role("link", name="Which company does final assembly").first.click()
    page.get_by_label("Who does final assembly").fill("Good Packs Inc.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The part is changed.")).to_be_visible()

    page.get_by_role("link", name="Good Packs Inc.", exact=True).first.click()
    page.get_by_role("link", name="Add an owner").click()
    page.get_by_label("Who holds").fill(f"Ministry of Packs [{state.pk}]")
    expect(page.get_by_label("of whom")).to_have_value(f"Good Packs Inc. [{maker.pk}]")
    page.get_by_label("Percent, at least").fill("51")
    page.get_by_label("Why, and where it comes from").fill("annual report 2026, page 31")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The stake is recorded.")).to_be_visible()

    turned = page.locator("#leaning li", has_text="10 U.S.C. 4865")
    expect(turned).to_contain_text("Prohibited", timeout=60_000)
    expect(turned).to_contain_text("annual report 2026, page 31")

    turned.get_by_role("link", name="BP-24").click()
    expect(page.locator("#\\31 0-usc-4865")).to_contain_text("this decided")
    moved = page.locator("section:has(#moved) li", has_text="10 U.S.C. 4865").first
    moved.get_by_role("link", name="Old proof beside new").click()
    shown = page.locator("main .cg-verdict")
    expect(shown.filter(has_text="Prohibited").first).to_be_visible()
    expect(shown.filter(has_text="Insufficient information").first).to_be_visible()

    mails = live.smtp.wait_for(2, seconds=90)
    attached = {part.get_filename(): part for part in mails[-1].iter_attachments()}
    name = next(name for name in attached if name and name.endswith(".pdf"))
    content = attached[name].get_payload(decode=True)
    assert isinstance(content, bytes)
    with pikepdf.open(io.BytesIO(content)) as report:
        assert len(report.pages) > 0
        assert str(report.Root.Lang).startswith("en")
    assert Party.objects.get(pk=maker.pk).stakes.count() == 1


def test_a_newcomer_is_led_from_an_empty_page_to_a_judged_sample(live: Live, page: Page) -> None:
    every_list()
    officer = factory.user(factory.organisation(), email="newcomer@example.gov")
    sign_in(page, officer.email)
    page.get_by_role("button", name="Try a sample BOM").click()
    expect(page.get_by_text("7 parts")).to_be_visible()
    page.get_by_label("C: Part Number").select_option("own_number")
    expect(page.get_by_label("C: Part Number")).to_have_value("own_number")
    page.get_by_label("C: Part Number").select_option("part_number")
    page.get_by_role("link", name="Yes, go on").click()
    page.get_by_role("button", name="Check it").click()
    expect(page.get_by_role("heading", name="Sample BOM")).to_be_visible(timeout=60_000)
    expect(page.get_by_text("All 7 lines judged")).to_be_visible(timeout=60_000)
