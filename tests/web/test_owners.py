"""The picture of who owns a supplier, the list that says the same, and the day both are of."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from procurement.models import Organisation, Party, User
from procurement.web.owners import behind
from procurement.web.owners_picture import OwnersView, owners_view
from tests import factory
from tests.web.test_accessible import WIDTHS, sign_in

TODAY = timezone.localdate()
DAY = timedelta(days=1)
pytestmark = pytest.mark.django_db


@pytest.fixture
def officer() -> User:
    return factory.user(factory.organisation())


def company(name: str, of: User, **facts: object) -> Party:
    facts = {
        "kind": "company",
        "incorporated": "SG",
        "business": "SG",
        "government_of": "",
        **facts,
    }
    return factory.party(name, organisation=home(of), **facts)


def home(user: User) -> Organisation:
    return user.membership.organisation


def government(of: User, name: str = "The Assets Commission") -> Party:
    return factory.party(name, organisation=home(of), kind="government", government_of="CN")


def seen(party: Party, user: User, day: timedelta = timedelta(), **more: object) -> OwnersView:
    on = TODAY + day
    return owners_view(behind(party, user=user), on=on, today=TODAY, **more)  # type: ignore[arg-type]


def outline(view: OwnersView) -> list[str]:
    lines = []
    for entry in view.outline:
        one = f"{entry.hold.words}: {entry.hold.holder}" if entry.hold else entry.more.words  # type: ignore[union-attr]
        tail = " (ring)" if entry.ring else " (again)" if entry.again else ""
        lines.append(f"{'  ' * entry.depth}{one}{tail}")
    return lines


def drawn(view: OwnersView) -> set[str]:
    assert view.picture is not None
    return {box.party.name for box in view.picture.boxes if box.party}


def test_a_party_of_whose_owners_nothing_is_known_has_no_picture(officer: User) -> None:
    view = seen(company("Cells", officer), officer)
    assert view.picture is None
    assert outline(view) == []


def test_five_parties_are_all_drawn_and_all_listed_however_deep(officer: User) -> None:
    cells, *above = (company(name, officer) for name in ("Cells", "One", "Two", "Three", "Four"))
    below = cells
    for each in above:
        factory.stake(each, below, "0.5", "3")
        below = each
    view = seen(cells, officer)
    assert drawn(view) == {"Cells", "One", "Two", "Three", "Four"}
    assert outline(view) == [
        "0.5 to 3 %: One",
        "  0.5 to 3 %: Two",
        "    0.5 to 3 %: Three",
        "      0.5 to 3 %: Four",
    ]
    assert view.picture is not None
    heights = {box.party.name: box.y for box in view.picture.boxes if box.party}
    assert heights["Four"] < heights["Three"] < heights["Two"] < heights["One"] < heights["Cells"]


@pytest.fixture
def crowded(officer: User) -> Party:
    """500 thin holders, each with a holder; a large one; and a government behind a thin one."""
    cells, large = company("Cells", officer), company("Large", officer)
    factory.stake(large, cells, 25)
    for number in range(249):
        thin = company(f"Thin {number}", officer)
        factory.stake(thin, cells, "0.1")
        factory.stake(company(f"Behind {number}", officer), thin, 60)
    fund = company("Fund", officer)
    factory.stake(fund, cells, "0.1")
    factory.stake(government(officer), fund, 100)
    return cells


def test_of_five_hundred_thin_holders_are_folded_and_those_that_matter_never(
    crowded: Party, officer: User
) -> None:
    view = seen(crowded, officer)
    assert view.shown.total == 1 + 2 * 249 + 2
    assert drawn(view) == {"Cells", "Large", "Fund", "The Assets Commission"}
    assert outline(view) == [
        "25 %: Large",
        "0.1 %: Fund",
        "  100 %: The Assets Commission",
        "and 249 more",
    ]
    assert view.picture is not None
    (fold,) = (box.more for box in view.picture.boxes if box.more)
    assert (fold.held, fold.percent) == (crowded, "24.9 %")


def test_what_decides_is_never_folded(crowded: Party, officer: User) -> None:
    thin = Party.objects.get(name="Thin 7")
    view = seen(crowded, officer, deciding={(thin.pk, crowded.pk)})
    assert "Thin 7" in drawn(view)
    assert view.picture is not None
    assert [link.words for link in view.picture.links if link.decides] == ["0.1 % · decides"]
    assert [entry.hold.holder for entry in view.outline if entry.decides and entry.hold] == [thin]


def test_five_hundred_that_all_matter_are_all_drawn_and_no_box_lies_on_another(
    officer: User,
) -> None:
    cells = company("Cells", officer)
    for number in range(500):
        factory.stake(government(officer, f"Ministry {number}"), cells, "0.1")
    picture = seen(cells, officer).picture
    assert picture is not None
    assert len(picture.boxes) == 501
    assert len({(box.x, box.y) for box in picture.boxes}) == 501
    assert picture.width <= 1400
    assert all(box.x >= 0 and 0 < box.y < box.foot <= picture.height for box in picture.boxes)


def test_a_chain_of_five_hundred_is_written_to_its_end(client: Client, officer: User) -> None:
    below = cells = company("Cells", officer)
    for number in range(500):
        above = company(f"Link {number}", officer)
        factory.stake(above, below, 60)
        below = above
    client.force_login(officer)
    page = client.get(f"/suppliers/{cells.pk}/").content.decode()
    assert "Link 499</a>" in page
    tree = page[page.index('class="cg-tree"') : page.index("</div>", page.index('class="cg-tree"'))]
    for tag in ("ul", "li"):
        assert tree.count(f"<{tag}>") == tree.count(f"</{tag}>") == 500


def test_a_ring_is_drawn_once_dashed_and_named(officer: User) -> None:
    cells, one, two = (company(name, officer) for name in ("Cells", "One", "Two"))
    factory.stake(one, cells, 60)
    factory.stake(two, one, 20)
    factory.stake(one, two, 30)
    factory.stake(cells, two, 10)
    view = seen(cells, officer)
    assert outline(view) == [
        "60 %: One",
        "  20 %: Two",
        "    30 %: One (ring)",
        "    10 %: Cells (ring)",
    ]
    assert view.picture is not None
    assert len(view.picture.boxes) == 3
    rings = sorted(link.words for link in view.picture.links if link.ring)
    assert rings == ["ring: 10 %", "ring: 30 %"]


def test_a_holder_by_two_ways_stands_above_both_and_is_told_once(officer: User) -> None:
    cells, one, two = (company(name, officer) for name in ("Cells", "One", "Two"))
    factory.stake(one, cells, 60)
    factory.stake(two, one, 20)
    factory.stake(two, cells, 30)
    factory.stake(company("Three", officer), two, 5)
    view = seen(cells, officer)
    assert outline(view) == [
        "60 %: One", "  20 %: Two", "    5 %: Three", "30 %: Two (again)",
    ]  # fmt: skip
    assert view.picture is not None
    assert not any(link.ring for link in view.picture.links)


def test_another_organisations_stakes_are_not_seen(officer: User) -> None:
    cells = factory.party("Shared cells")
    stranger = factory.organisation()
    holder = factory.party("Their secret", organisation=stranger)
    factory.stake(holder, cells, 60, organisation=stranger)
    assert outline(seen(cells, officer)) == []


@pytest.mark.parametrize(
    ("dates", "shown"),
    [
        ({"true_to": TODAY - DAY}, [True, False, False, False]),
        ({"true_to": TODAY}, [True, True, False, False]),
        ({"true_from": TODAY + DAY}, [False, False, False, True]),
    ],
    ids=["ended yesterday", "ends today", "begins tomorrow"],
)
def test_a_stake_is_shown_from_its_first_day_and_no_more_from_its_last(
    dates: dict[str, Any], shown: list[bool], officer: User
) -> None:
    cells = company("Cells", officer)
    factory.stake(company("One", officer), cells, 60, **dates)
    days = (-2 * DAY, -DAY, 0 * DAY, DAY)
    assert [bool(outline(seen(cells, officer, day))) for day in days] == shown
    assert [seen(cells, officer, day).picture is not None for day in days] == shown


def test_the_address_moves_picture_and_list_and_its_days_are_links(
    client: Client, officer: User
) -> None:
    cells = company("Cells", officer)
    factory.stake(company("Old Owner", officer), cells, 60, true_to=TODAY)
    factory.stake(company("New Owner", officer), cells, 40, true_from=TODAY)
    client.force_login(officer)
    address = f"/suppliers/{cells.pk}/"
    for query, day in (
        (f"?on={TODAY - DAY}", TODAY - DAY),
        (f"?step=0&beside={TODAY - DAY}", TODAY - DAY),
        ("", TODAY),
    ):
        page = client.get(address + query).content.decode()
        there, gone = ("Old", "New") if day < TODAY else ("New", "Old")
        assert f"<strong>{day}</strong>" in page
        assert page.count(f">{there} Owner</") >= 3  # box, list, table
        assert page.count(f">{gone} Owner</") == 1  # the table of all stakes, with dates
        assert f'href="{address}?on={TODAY}"' in page


@pytest.mark.parametrize("query", ["on=soon", "on=2026-13-01", "step=99", "step=-1", "step=x"])
def test_an_address_that_asks_for_no_day_is_told_so_and_shown_today(
    query: str, client: Client, officer: User
) -> None:
    cells = company("Cells", officer)
    client.force_login(officer)
    for page in ("", "owners/"):
        text = client.get(f"/suppliers/{cells.pk}/{page}?{query}").content.decode()
        assert "That is no day." in text
        assert f"<strong>{TODAY}</strong>" in text


def test_the_path_that_decides_is_the_largest_that_is_enough_and_says_so(
    client: Client, officer: User
) -> None:
    cells, holding, other = (company(name, officer) for name in ("Cells", "Holding", "Other"))
    commission, second = government(officer), government(officer, "The Second Fund")
    factory.stake(holding, cells, "25", true_to=TODAY + DAY)
    factory.stake(commission, holding, 51)
    factory.stake(other, cells, "3")
    factory.stake(second, other, 100)
    for each in (cells, holding, other):
        factory.disclosure(each)
    client.force_login(officer)
    page = client.get(f"/suppliers/{cells.pk}/owners/").content.decode()
    assert "covered governments hold 25 percent or more of its equity" in page
    marked = re.findall(
        r"<strong>([\d. %]+)</strong>: <a[^>]*>([^<]+)</a>(?:(?!<li>|<a ).)*?decides", page
    )
    assert marked == [("25 %", "Holding"), ("51 %", "The Assets Commission")]
    assert page.count('class="link decides"') == page.count("· decides") == 2
    later = client.get(f"/suppliers/{cells.pk}/owners/?on={TODAY + DAY}").content.decode()
    assert "decides</strong>" not in later
    assert "· decides" not in later


def test_a_party_that_decides_by_itself_has_no_path(client: Client, officer: User) -> None:
    cells = company("Cells", officer, incorporated="CN")
    factory.stake(company("One", officer), cells, 60)
    client.force_login(officer)
    page = client.get(f"/suppliers/{cells.pk}/owners/").content.decode()
    assert "No owner decides it" in page
    assert "· decides" not in page


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("width", WIDTHS)
def test_the_picture_has_no_barrier_and_the_slider_moves_it(
    page: Page, axe: Callable[[Page], None], width: int
) -> None:
    officer = factory.user(factory.organisation())
    cells, holding = company("Cells", officer), company("Holding", officer)
    factory.stake(holding, cells, 30, true_from=TODAY - 100 * DAY)
    factory.stake(government(officer), holding, 60, true_to=TODAY + 100 * DAY)
    factory.stake(cells, holding, 5)
    for number in range(30):
        factory.stake(company(f"Thin {number}", officer), cells, "0.1")
    page.set_viewport_size({"width": width, "height": 900})
    sign_in(page, officer)
    page.goto(f"/suppliers/{cells.pk}/")
    expect(page.locator("[hx-trigger=load]")).to_have_count(0, timeout=60_000)
    expect(page.locator(".cg-tree").get_by_text("decides")).to_have_count(2)
    axe(page)
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0
    slider = page.get_by_label("Through the days on which it moves")
    slider.focus()
    page.keyboard.press("End")
    expect(page.locator("#owners-on-day")).to_contain_text(f"On {TODAY + 100 * DAY}")
    expect(page.locator(".cg-tree")).not_to_contain_text("The Assets Commission")
    expect(page.locator(".cg-tree").get_by_text("decides")).to_have_count(0)
    axe(page)
    page.goto(f"/suppliers/{cells.pk}/owners/")
    axe(page)
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0
