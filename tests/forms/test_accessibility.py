"""axe-core finds nothing on the pages, in both languages and both themes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.forms.conftest import Site, signed_in

pytestmark = pytest.mark.xdist_group("forms_browser")

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
OPTIONS = "{runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'], resultTypes: ['violations']}"
PAGES = ["/login", "/o/order?customer=C1", "/o/order/new", "/o/order/SO-X", "/o/order/SO-X?tab=history", "/o/customer/C1",
         "/o/nothing", "palette", "filter", "error"]  # fmt: skip


@pytest.fixture(scope="module")
def with_order(module_site: Site) -> Site:
    module_site.company.create(
        "root", "order", [{"item": "P1", "quantity": "1"}], number="SO-X", customer="C1"
    )
    return module_site


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_axe_finds_nothing(browser: Browser, with_order: Site, language: str, theme: str) -> None:
    client = signed_in(with_order, "root", language).client
    context = browser.new_context(base_url=with_order.address, bypass_csp=True, reduced_motion="reduce")
    cookies = [("yingke_language", language), ("yingke_theme", theme)]
    context.add_cookies(
        [{"name": name, "value": value, "url": with_order.address} for name, value in cookies]
    )
    page = context.new_page()
    page.set_default_timeout(8000)
    found: list[Any] = []
    everything = (language, theme) in (("zh", "light"), ("en", "dark"))
    for path in PAGES if everything else PAGES[:3]:
        if path == PAGES[1]:
            cookie = client.get_cookie("yingke")
            assert cookie is not None
            context.add_cookies([{"name": "yingke", "value": cookie.value, "url": with_order.address}])
        page.goto(path if path.startswith("/") else "/o/order/new" if path == "error" else "/o/order")
        if path == "palette":
            page.keyboard.press("Control+k")
            page.wait_for_selector(".palette-option")
        if path == "filter":
            page.locator("details.chip summary").nth(1).click()
            expect(page.locator(".chip[open] input").first).to_be_focused()
            page.keyboard.press("ArrowDown")
            page.wait_for_selector(".option")
        if path == "error":
            page.keyboard.press("Control+s")
            page.wait_for_selector("#problems")
        page.add_script_tag(path=AXE)
        result = page.evaluate(f"axe.run(document, {OPTIONS})")
        found += [
            (
                path,
                one["id"],
                [
                    (node["target"], node["any"][0]["message"] if node["any"] else "")
                    for node in one["nodes"][:3]
                ],
            )
            for one in result["violations"]
        ]
    context.close()
    assert found == [], "\n".join(map(str, found))
