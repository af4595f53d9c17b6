"""Every page in both languages and both themes as pictures, of a demonstration company of its own (`make screenshots`).

Nothing is tested here: the pictures, and the page that shows them side by side, are for people to look at.
"""

from __future__ import annotations

import argparse
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.error import URLError

from playwright.sync_api import Browser, Page, sync_playwright

from dashboards.page import load_pages
from operational.entity import load_entities

YINGKE = Path(sys.executable).with_name("yingke")
CHROMIUM_ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
VARIANTS = [(language, theme) for theme in ("light", "dark") for language in ("zh", "en")]
FILLED = """() => {
  const drawn = [...document.querySelectorAll('.chart')].every(one => one.querySelector('.main-svg'));
  return document.querySelector('.tile') && !document.querySelector('.tile.waiting') && drawn;
}"""
LOCALES = {"zh": "zh-CN", "en": "en-GB"}
WAIT, PATIENCE = 30_000, 60


def addresses() -> dict[str, str]:
    """Name -> path of every page that an address alone opens."""
    pages = {f"d-{name}": f"/d/{name}" for name in load_pages()}
    pages |= {
        "d-rows": "/d/rows?metric=revenue&from=2026-01-01&to=2027-01-01&where=region=广东",
        "metrics": "/metrics", "reports": "/reports", "health": "/health-of-data", "password": "/password",
        "failure-404": "/o/nothing",
    }  # fmt: skip
    for name, cls in load_entities().items():
        if not cls.__entity__.hidden:
            pages[f"o-{name}"] = f"/o/{name}"
            if not cls.__entity__.history_only:
                pages[f"o-{name}-new"] = f"/o/{name}/new"
                pages[f"o-{name}-import"] = f"/o/{name}/import"
    return pages


def main() -> None:
    """Make a company, serve it, take the pictures."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--only", default="", help="part of a page's name, such as d- for the dashboards")
    options.add_argument("--width", type=int, default=1440)
    options.add_argument("--to", type=Path, default=Path("var/screenshots"))
    chosen = options.parse_args()
    chosen.to.mkdir(parents=True, exist_ok=True)
    pages = {name: path for name, path in addresses().items() if chosen.only in name}
    with company() as (address, passwords), sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=CHROMIUM_ARGUMENTS
        )
        for language, theme in VARIANTS:
            take(browser, address, passwords, pages, chosen.to, (language, theme), chosen.width)
        browser.close()
    write_gallery(chosen.to)
    print(f"pictures in {chosen.to}; open {chosen.to / 'index.html'}")


@contextmanager
def company() -> Iterator[tuple[str, dict[str, str]]]:
    """A small demonstration company, loaded and served: its address and the passwords by login."""
    with tempfile.TemporaryDirectory() as folder:
        told = yingke(folder, "init", "--demo", "small")
        passwords = dict(re.findall(r"^(\S+) \(\w+\): (\S+)$", told, re.MULTILINE))
        yingke(folder, "refresh")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        running = subprocess.Popen(
            [YINGKE, "--data", folder, "up", "--port", str(port)], stdout=subprocess.DEVNULL
        )
        address = f"http://127.0.0.1:{port}"
        try:
            await_answer(address)
            yield address, passwords
        finally:
            running.terminate()
            running.wait(PATIENCE)


def yingke(folder: str, *words: str) -> str:
    """What a command says."""
    return subprocess.run(
        [YINGKE, "--data", folder, *words], check=True, capture_output=True, text=True
    ).stdout


def await_answer(address: str) -> None:
    """Return when the server answers; TimeoutError where it does not within a minute."""
    for _ in range(PATIENCE * 2):
        with suppress(URLError), urllib.request.urlopen(f"{address}/healthz"):  # noqa: S310  # our own address
            return
        time.sleep(0.5)
    raise TimeoutError(address)


def take(
    browser: Browser, address: str, passwords: dict[str, str], pages: dict[str, str], folder: Path, variant: tuple[str, str], width: int
) -> None:  # fmt: skip
    """All pages in one language and theme: the sign-in first, then as the administrator, last what a clerk may not see."""
    language, theme = variant
    context = browser.new_context(
        base_url=address,
        viewport={"width": width, "height": 1000},
        reduced_motion="reduce",
        locale=LOCALES[language],
    )
    cookies = {"yingke_language": language, "yingke_theme": theme}
    context.add_cookies([{"name": name, "value": value, "url": address} for name, value in cookies.items()])
    page = context.new_page()
    page.set_default_timeout(WAIT)

    def picture(name: str) -> None:
        page.screenshot(path=folder / f"{name}.{language}.{theme}.png", full_page=True)

    page.goto("/login")
    picture("sign-in")
    sign_in(page, "admin", passwords["admin"])
    for name, path in pages.items():
        page.goto(path)
        if name.startswith("d-") and name != "d-rows":
            page.wait_for_function(FILLED)
        page.wait_for_load_state("networkidle")
        picture(name)
        record = page.locator("table.list tbody a").first
        if name.startswith("o-") and not name.endswith(("-new", "-import")) and record.count():
            page.goto(str(record.get_attribute("href")))
            picture(f"{name}-record")
            page.goto(f"{page.url.split('?')[0]}?tab=history")
            picture(f"{name}-record-history")
    context.clear_cookies(name="yingke")
    sign_in(page, "warehouse", passwords["warehouse"])
    page.goto("/o/opportunity/new")
    picture("failure-not-allowed")
    context.close()


def sign_in(page: Page, login: str, password: str) -> None:
    """Log in as somebody."""
    page.goto("/login")
    page.fill("[data-field=login]", login)
    page.fill("[data-field=password]", password)
    page.click("form[data-sign-in] button.primary")
    page.wait_for_url(lambda url: "/login" not in url)


def write_gallery(folder: Path) -> None:
    """One page that shows all pictures, the four variants of each side by side."""
    names = sorted({path.name.split(".")[0] for path in folder.glob("*.png")})
    rows = "".join(
        f"<h2>{name}</h2><div>"
        + "".join(
            f'<a href="{name}.{language}.{theme}.png"><img loading="lazy" src="{name}.{language}.{theme}.png" alt="{language} {theme}"></a>'
            for language, theme in VARIANTS
        )
        + "</div>"
        for name in names
    )
    style = "body{font:14px sans-serif;margin:20px} div{display:flex;gap:8px;align-items:start} a{flex:1} img{width:100%;border:1px solid #ccc}"
    (folder / "index.html").write_text(
        f'<!doctype html><meta charset="utf-8"><style>{style}</style>{rows}', encoding="utf-8"
    )


if __name__ == "__main__":
    main()
