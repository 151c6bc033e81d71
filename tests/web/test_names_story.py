"""From a list's new edition to a settled verdict: two curators, two deciders and the supplier."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from compliance.services.submission import bom_judge_request
from compliance.tasks import enqueue_work
from procurement.models import Party, Role
from tests import factory
from tests.compliance.worlds import Office, every_list, office
from tests.conftest import Live
from tests.web.test_story import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MADE_UP = "".join(f"2026-11-01,made-{n},Madeup Works No. {n} Institute,,,,T\n" for n in range(50))
EDITION = (
    "edition,code,name,aliases,rule,removed,confidence\n"
    "2026-11-01,orion,Orion Cathode Group,,,,T\n"
    "2026-11-01,nova,Nova Separator Holdings,,,,T\n"
    "2026-11-01,delta,Delta Foil Limited,,,,T\n" + MADE_UP
)
NAMESAKES = ("Orion Cathode Inc.", "Nova Separator LLC", "Delta Foil Corp.")


def another(page: Page, live: Live, email: str) -> Page:
    """The same browser, for somebody else."""
    browser: Browser | None = page.context.browser
    assert browser is not None
    there = browser.new_context(base_url=live.url).new_page()
    there.goto("/")
    there.get_by_label("E-mail address").fill(email)
    there.get_by_label("Password").fill(factory.PASSWORD)
    there.get_by_role("button", name="Sign in").click()
    expect(there.get_by_role("button", name="Sign out")).to_be_visible()
    return there


def owned(here: Office, person: Party, name: str, **facts: str) -> Party:
    """A company of the office's own that one person holds whole."""
    company = factory.party(
        name, organisation=here.organisation, kind="company", government_of="", **facts
    )
    for metric in ("equity", "votes", "board"):
        factory.stake(person, company, 100, metric=metric)
    return company


def test_an_edition_three_names_and_a_supplier_until_the_verdict_settles(
    live: Live, page: Page
) -> None:
    every_list()
    here = office("Program office")
    counsel = factory.user(here.organisation, email="counsel@example.gov", role=Role.COUNSEL)
    second = factory.user(here.organisation, email="second@example.gov", role=Role.ADMINISTRATOR)
    factory.curator(email="first@curators.example")
    factory.curator(email="other@curators.example")
    person = factory.party(
        "O. Wner", organisation=here.organisation, kind="person", us_person=True,
        government_of="", incorporated="US", business="US",
    )  # fmt: skip
    silent = owned(here, person, "Silent Cells", business="US")
    makers = [owned(here, person, name, incorporated="US", business="US") for name in NAMESAKES]
    parts = [here.pack("PACK-0", cells_by=silent)]
    parts += [here.pack(f"PACK-{at}", supplier=maker) for at, maker in enumerate(makers, 1)]
    bom = here.bom(*parts)
    bom_judge_request(bom=bom, cause="submitted", now=timezone.now(), enqueue=enqueue_work)

    first = another(page, live, "first@curators.example")
    first.get_by_role("link", name="Lists").first.click()
    first.get_by_role("link", name="Import an edition").click()
    first.locator("input[name=published]").set_input_files(
        {"name": "1260h.csv", "mimeType": "text/csv", "buffer": EDITION.encode()}
    )
    first.get_by_label("Which list").select_option("1260H")
    first.get_by_role("button", name="Stage it").click()
    expect(first.get_by_text("Staged: 1260H of 2026-11-01.")).to_be_visible()

    other = another(page, live, "other@curators.example")
    other.get_by_role("link", name="Lists").first.click()
    other.get_by_role("row", name="1260H 2026-11-01").get_by_role("link", name="1260H").click()
    other.get_by_role("button", name="Release this edition").click()
    expect(other.get_by_text("released by other@curators.example")).to_be_visible()

    sign_in(page, counsel.email)
    page.get_by_role("link", name="Names", exact=True).click()
    for _ in range(30):
        if page.get_by_text("3 pairs wait").count():
            break
        page.wait_for_timeout(1000)
        page.reload()
    expect(page.get_by_text("3 pairs wait")).to_be_visible()
    for _ in NAMESAKES:
        pair = page.locator("#pair")
        before = pair.inner_text()
        page.keyboard.press("n")
        expect(page.get_by_label("Reason, kept with the decision")).to_be_focused()
        page.keyboard.press("Enter")
        expect(pair).not_to_have_text(before)
        expect(page.locator(".usa-alert__text")).to_contain_text("a second person must confirm")

    there = another(page, live, second.email)
    there.get_by_role("link", name="Names", exact=True).click()
    for pair in there.get_by_role("checkbox").all():
        pair.check()
    there.get_by_label("Reason", exact=True).fill("looked at their registers")
    there.get_by_role("group", name="One decision for all").get_by_role(
        "button", name="Not the same"
    ).click()
    expect(there.get_by_text("Nothing waits for a decision.")).to_be_visible()

    page.get_by_role("link", name="Suppliers").first.click()
    page.get_by_role("link", name="Silent Cells").first.click()
    page.get_by_role("link", name="Ask this supplier").click()
    page.get_by_label("Answer by").fill((timezone.now().date() + timedelta(days=9)).isoformat())
    page.get_by_role("button", name="Ask", exact=True).click()
    link = page.get_by_label("Address of the supplier’s page").input_value()

    browser = page.context.browser
    assert browser is not None
    supplier = browser.new_context().new_page()
    supplier.goto(link)
    expect(supplier.get_by_text("Sign out")).to_have_count(0)
    supplier.get_by_label("Country", exact=True).fill("United States")
    supplier.get_by_label("Your name and position").fill("A. Seller, sales")
    supplier.get_by_role("button", name="Send the answers").click()
    expect(supplier.get_by_role("heading", name="Thank you")).to_be_visible()

    page.reload()
    page.get_by_role("button", name="Accept").first.click()
    expect(page.get_by_text("Accepted, and kept as evidence")).to_be_visible()
    page.goto(f"{live.url}/boms/{bom.pk}/")
    line = page.get_by_role("row", name="PACK-0")
    for _ in range(30):
        if line.get_by_text("Permitted").count():
            break
        page.wait_for_timeout(1000)
        page.reload()
    page.get_by_role("link", name="PACK-0", exact=True).first.click()
    expect(page.locator("#\\31 0-usc-4865")).to_contain_text("Permitted")
