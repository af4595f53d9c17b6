"""axe-core finds nothing on any page of the numbers, in both languages and both themes; nothing fails in the console.

Nothing is asked of another host, and every tile has come to its figures.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from dashboards.page import load_pages
from tests.dashboards.site import make_business, opened, served
from tests.forms.conftest import Site, browser_type_launch_args, company_folder, signed_in

__all__ = ["browser_type_launch_args", "company_folder"]
pytestmark = [
    pytest.mark.xdist_group("board"),
    # Flask-Compress leaves the files that it has read to the garbage collector.
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"),
]

AXE = Path(__file__).resolve().parents[1] / "forms" / "vendor" / "axe.min.js"
OPTIONS = "{runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'], resultTypes: ['violations']}"
COLOURS = "{runOnly: ['color-contrast'], resultTypes: ['violations']}"  # all that a theme changes
PAGES = [
    *(f"/d/{name}" for name in load_pages()),
    "/metrics",
    "/metrics/revenue",
    "/health-of-data",
    "/reports",
    "/d/rows?metric=revenue",
]
OPENED = """() => {
  for (const one of document.querySelectorAll('.as-table, .tile-menu, .chip')) one.open = true;
  document.querySelector('.hint')?.focus();
}"""
FILLED = """() => {
  const tiles = [...document.querySelectorAll('.tile')];
  const drawn = [...document.querySelectorAll('.chart')].every(one => one.querySelector('.main-svg'));
  return tiles.length > 0 && !document.querySelector('.tile.waiting') && drawn;
}"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, company_folder: Path) -> Iterator[Site]:
    business = make_business(company_folder, tmp_path_factory.mktemp("business"))
    for site in opened(business, tmp_path_factory.mktemp("seen")):
        yield from served(site)


def entered(browser: Browser, site: Site, language: str, theme: str, **says: Any) -> BrowserContext:
    """A browser in which the administrator is signed in."""
    cookie = signed_in(site, "root", language).client.get_cookie("yingke")
    assert cookie is not None
    context = browser.new_context(base_url=site.address, reduced_motion="reduce", **says)
    cookies = {"yingke": cookie.value, "yingke_language": language, "yingke_theme": theme}
    context.add_cookies(
        [{"name": name, "value": value, "url": site.address} for name, value in cookies.items()]
    )
    return context


def violations(page: Page, where: str, options: str) -> list[Any]:
    result = page.evaluate(f"axe.run(document, {options})")
    return [
        (
            where,
            one["id"],
            [(node["target"], node["any"][0]["message"] if node["any"] else "") for node in one["nodes"][:3]],
        )
        for one in result["violations"]
    ]


@pytest.mark.parametrize(("language", "theme", "other"), [("zh", "light", "dark"), ("en", "dark", "light")])
def test_axe_finds_nothing(browser: Browser, address: Site, language: str, theme: str, other: str) -> None:
    """Every rule in one theme of each language, with filters, menus and meanings open; in the other theme its colours."""
    context = entered(
        browser, address, language, theme, bypass_csp=True
    )  # axe is run from outside, which our policy forbids
    page = context.new_page()
    page.set_default_timeout(30_000)
    found: list[Any] = []
    page.on(
        "console",
        lambda said: found.append((page.url, said.text)) if said.type in ("error", "warning") else None,
    )
    page.on("pageerror", lambda error: found.append((page.url, str(error))))
    page.on("request", lambda asked: found.append(asked.url) if is_elsewhere(asked.url, address) else None)
    for path in PAGES:
        page.goto(path)
        if path.startswith("/d/") and "rows" not in path:
            page.wait_for_function(FILLED)
        page.add_script_tag(path=AXE)
        found += violations(page, f"{path} {theme}", OPTIONS)
        page.evaluate(OPENED)
        found += violations(page, f"{path} {theme} opened", OPTIONS)
        page.evaluate(
            f"Object.assign(document.documentElement.dataset, {{theme: '{other}', scheme: '{other}'}})"
        )
        found += violations(page, f"{path} {other}", COLOURS)
    context.close()
    assert found == [], "\n".join(map(str, found))


def is_elsewhere(url: str, site: Site) -> bool:
    return urlsplit(url).scheme in ("http", "https", "ws", "wss") and not url.startswith(f"{site.address}/")


def test_under_our_own_policy_nothing_is_blocked(browser: Browser, address: Site) -> None:
    """The same page with the content security policy in force: what it blocks would be said in the console."""
    context = entered(browser, address, "en", "light")
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda one: said.append(one.text) if one.type in ("error", "warning") else None)
    page.goto(PAGES[0])
    page.wait_for_function(FILLED)
    context.close()
    assert said == []
