"""The pages that config brings itself, in a real browser."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


def test_the_api_can_be_read_and_tried_without_loading_anything_from_elsewhere(
    page: Page, live_server: Any
) -> None:
    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(request.url))
    page.goto("/api/docs/")
    expect(page.get_by_role("heading", name="Cellgate")).to_be_visible()
    expect(page.locator(".opblock").first).to_be_visible()
    elsewhere = [url for url in loaded if not url.startswith((live_server.url, "data:image/"))]
    assert not elsewhere


@pytest.mark.parametrize("path", ["/accounts/login/", "/nothing-like-it"])
@pytest.mark.parametrize("width", [1280, 390])
def test_a_page_is_accessible_and_fits(
    page: Page, axe: Callable[[Page], None], path: str, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(path)
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
