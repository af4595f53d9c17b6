"""Every page in both languages and both themes as pictures, from a running demonstration company (`make screenshots`)."""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from dashboards.page import load_pages
from operational.entity import load_entities

CHROMIUM_ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


def addresses() -> dict[str, str]:
    """Name -> path of every page: dashboards, lists, new forms, and the pages about the data."""
    pages = {f"d-{name}": f"/d/{name}" for name in load_pages()}
    for name, cls in load_entities().items():
        if not cls.__entity__.hidden:
            pages[f"o-{name}"] = f"/o/{name}"
            if not cls.__entity__.history_only:
                pages[f"o-{name}-new"] = f"/o/{name}/new"
    return pages | {"metrics": "/metrics", "reports": "/reports", "health": "/health-of-data"}


def main() -> None:
    """Take the pictures; `yingke up` must be running."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--address", default="http://127.0.0.1:8050")
    options.add_argument("--login", required=True)
    options.add_argument("--password", required=True)
    options.add_argument("--only", default="", help="part of a page's name")
    options.add_argument("--to", type=Path, default=Path("var/screenshots"))
    chosen = options.parse_args()
    chosen.to.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=CHROMIUM_ARGUMENTS
        )
        for theme in ("light", "dark"):
            context = browser.new_context(
                base_url=chosen.address, color_scheme=theme, viewport={"width": 1440, "height": 1000}
            )
            page = context.new_page()
            sign_in(page, chosen.login, chosen.password)
            for language in ("zh", "en"):
                page.goto("/metrics")
                page.click(f"button[name=language][value={language}]")
                for name, path in addresses().items():
                    if chosen.only in name:
                        page.goto(path)
                        page.wait_for_load_state("networkidle")
                        page.screenshot(path=chosen.to / f"{name}.{language}.{theme}.png", full_page=True)
        browser.close()
    print(f"pictures in {chosen.to}")


def sign_in(page: Page, login: str, password: str) -> None:
    """Log in as somebody."""
    page.goto("/login")
    page.fill("[data-field=login]", login)
    page.fill("[data-field=password]", password)
    page.click("form[data-sign-in] button.primary")
    page.wait_for_url(lambda url: "/login" not in url)


if __name__ == "__main__":
    main()
