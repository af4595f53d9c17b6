"""axe-core finds nothing on the pages of every entity, in both languages and both themes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from operational.entity import load_entities
from tests.forms.conftest import Site, signed_in

pytestmark = pytest.mark.xdist_group("forms_browser")

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
OPTIONS = "{runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'], resultTypes: ['violations']}"
PAGES = ["/login", "/o/order?customer=C1", "/o/order/new", "/o/order/SO-X", "/o/order/SO-X?tab=history", "/o/customer/C1",
         "/o/nothing", "palette", "filter", "error"]  # fmt: skip


COLOURS = "{runOnly: ['color-contrast'], resultTypes: ['violations']}"  # all that a theme changes
ENTITIES = [name for name, cls in load_entities().items() if not cls.__entity__.hidden]
ENTERED = [name for name in ENTITIES if not load_entities()[name].__entity__.history_only]
EVERY = [
    *(f"/o/{name}" for name in ENTITIES),
    *(f"/o/{name}/{form}" for form in ("new", "import") for name in ENTERED),
]


@pytest.fixture(scope="module")
def with_order(module_site: Site) -> Site:
    module_site.company.create(
        "root", "order", [{"item": "P1", "quantity": "1"}], number="SO-X", customer="C1"
    )
    return module_site


def entered(browser: Browser, site: Site, language: str, theme: str, *, signed: bool) -> Page:
    """A page in the language and theme; signed in as the administrator, or not yet."""
    context = browser.new_context(base_url=site.address, bypass_csp=True, reduced_motion="reduce")
    cookies = {"yingke_language": language, "yingke_theme": theme}
    if signed:
        cookies["yingke"] = key_of(site, language)
    context.add_cookies(
        [{"name": name, "value": value, "url": site.address} for name, value in cookies.items()]
    )
    page = context.new_page()
    page.set_default_timeout(8000)
    return page


def key_of(site: Site, language: str) -> str:
    """The cookie of somebody who may see everything."""
    cookie = signed_in(site, "root", language).client.get_cookie("yingke")
    assert cookie is not None
    return cookie.value


def violations(page: Page, where: str, options: str = OPTIONS) -> list[Any]:
    """What axe says of the page as it stands."""
    result = page.evaluate(f"axe.run(document, {options})")
    return [
        (where, one["id"], [(node["target"], node["any"][0]["message"] if node["any"] else "") for node in one["nodes"][:3]])
        for one in result["violations"]
    ]  # fmt: skip


@pytest.mark.parametrize(("language", "theme", "other"), [("zh", "light", "dark"), ("en", "dark", "light")])
def test_axe_finds_nothing_on_any_form(
    browser: Browser, with_order: Site, language: str, theme: str, other: str
) -> None:
    """Every entity's list, new form and import in each language, by all rules in one theme and by colours in the other."""
    page = entered(browser, with_order, language, theme, signed=True)
    found: list[Any] = []
    for path in EVERY:
        page.goto(path)
        page.add_script_tag(path=AXE)
        found += violations(page, f"{path} {theme}")
        page.evaluate(
            f"Object.assign(document.documentElement.dataset, {{theme: '{other}', scheme: '{other}'}})"
        )
        found += violations(page, f"{path} {other}", COLOURS)
    page.context.close()
    assert found == [], "\n".join(map(str, found))


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_axe_finds_nothing(browser: Browser, with_order: Site, language: str, theme: str) -> None:
    page = entered(browser, with_order, language, theme, signed=False)
    found: list[Any] = []
    everything = (language, theme) in (("zh", "light"), ("en", "dark"))
    for path in PAGES if everything else PAGES[:3]:
        if path == PAGES[1]:
            page.context.add_cookies(
                [{"name": "yingke", "value": key_of(with_order, language), "url": with_order.address}]
            )
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
        found += violations(page, path)
    page.context.close()
    assert found == [], "\n".join(map(str, found))
