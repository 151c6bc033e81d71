"""Each screen, in a real browser, at a desk's width and a phone's: axe finds nothing, nothing
sticks out sideways.
"""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import FilePayload, Page, expect

from procurement.models import Role, User
from tests.factory import PASSWORD
from tests.web.places import place

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WIDTHS = (1280, 390)
SHARES = 4
"""All screens are looked at in so many tests, which several processes share."""


def sign_in(page: Page, user: User) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("E-mail address").fill(user.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda address: "login" not in address)


@pytest.mark.parametrize("first", range(SHARES))
def test_no_screen_has_a_barrier(page: Page, axe: Callable[[Page], None], first: int) -> None:
    here = place()
    sign_in(page, here.people[Role.COUNSEL])
    screens = list((here.pages() | here.forms()).items())[first::SHARES]
    assert screens
    for name, address in screens:
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 200, name
        expect(page.locator("[hx-trigger=load]")).to_have_count(0, timeout=60_000)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            axe(page)
            wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            assert wide <= 0, f"{name} sticks out by {wide} px at {width}"


def test_neither_the_way_in_nor_the_people_of_an_office_have_a_barrier(
    page: Page, axe: Callable[[Page], None]
) -> None:
    page.goto("/accounts/login/")
    axe(page)
    here = place()
    sign_in(page, here.people[Role.COUNSEL])
    page.get_by_role("button", name="Sign out").click()
    sign_in(page, here.people[Role.ADMINISTRATOR])
    page.goto("/people/")
    axe(page)


def test_a_form_sent_wrong_leads_to_each_field_and_keeps_what_was_typed(
    page: Page, axe: Callable[[Page], None]
) -> None:
    here = place()
    sign_in(page, here.people[Role.OFFICER])
    page.goto(f"/facts/stake/new/?held={here.party.pk}")
    page.get_by_label("Who holds").fill("Nobody We Know")
    page.get_by_label("Percent, at least").fill("about a third")
    page.get_by_role("button", name="Save").click()
    axe(page)
    assert page.get_by_label("Percent, at least").input_value() == "about a third"
    assert page.get_by_label("Who holds").input_value() == "Nobody We Know"
    page.locator("#problems").get_by_role("link", name="Percent, at least").click()
    assert page.evaluate("document.activeElement.id || location.hash") in ("id_low", "#id_low")


def test_something_is_supposed_by_keyboard_alone_and_the_answer_is_announced(page: Page) -> None:
    here = place()
    sign_in(page, here.people[Role.AUDITOR])
    page.goto(f"/boms/{here.bom.pk}/what-if/")
    page.locator("summary", has_text="Other dates of the purchase").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Award").focus()
    page.keyboard.type("12312027")
    page.keyboard.press("Enter")
    page.wait_for_url("**award=2027-12-31**")
    expect(page.get_by_role("status")).to_contain_text("would move")
    expect(page.get_by_role("status")).to_contain_text("Nothing is stored")


def test_the_picture_over_the_years_is_told_in_words(page: Page) -> None:
    here = place()
    sign_in(page, here.people[Role.AUDITOR])
    page.goto(f"/boms/{here.bom.pk}/readiness/")
    picture = page.get_by_role("img", name="PACK-1: ")
    expect(picture).to_have_accessible_name(re.compile("then prohibited from 2028-01-01"))
    region = page.get_by_role("region", name="On each statutory day, and the purchase’s own")
    region.focus()
    expect(region).to_be_focused()


def test_the_menu_of_a_narrow_screen_opens_by_keyboard(page: Page) -> None:
    here = place()
    page.set_viewport_size({"width": 390, "height": 844})
    sign_in(page, here.people[Role.OFFICER])
    menu = page.get_by_role("button", name="Menu")
    menu.focus()
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Suppliers").click()
    page.wait_for_url("**/suppliers/")


def test_a_curator_brings_a_list_in_and_sees_what_it_would_move(
    page: Page, axe: Callable[[Page], None]
) -> None:
    here = place()
    here.people[Role.COUNSEL].is_curator = True
    here.people[Role.COUNSEL].save(update_fields=["is_curator"])
    sign_in(page, here.people[Role.COUNSEL])
    page.goto("/lists/import/")
    rows = f"2030-01-02,x,{here.party.name},,,,T\n2030-01-02,y,Other,,any successor,,T\n"
    text = "edition,code,name,aliases,rule,removed,confidence\n" + rows
    file = FilePayload(name="list.csv", mimeType="text/csv", buffer=text.encode())
    for counted in ("", "2"):
        page.get_by_label("The publisher's file").set_input_files(file)
        page.get_by_label("Which list").select_option("1260H")
        page.get_by_label("How many rows it has").fill(counted)
        page.get_by_role("button", name="Stage it").click()
        if not counted:
            expect(page.locator("#problems")).to_contain_text("2 rows, where 40 to 600 are usual")
            barriers(page, axe)
    page.wait_for_url(re.compile(r"/lists/\d+/$"))
    expect(page.get_by_text("You staged it; another curator releases it.")).to_be_visible()
    barriers(page, axe)
    page.get_by_role("link", name="What it would move").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("would move")
    for told in page.locator("summary").all():
        told.click()
    barriers(page, axe)


def barriers(page: Page, axe: Callable[[Page], None]) -> None:
    """None, at either width; and the page is as wide as the window again."""
    for width in reversed(WIDTHS):
        page.set_viewport_size({"width": width, "height": 900})
        axe(page)
        wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert wide <= 0, f"sticks out by {wide} px at {width}"
