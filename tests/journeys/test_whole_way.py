"""The first paragraph of what the product is for, in a real browser: a clerk's record becomes the executive's number.

`yingke up` on an empty directory; a clerk enters an order, the branch manager approves it; a request with a
replacement is entered; a load is started; the figures move by exactly that; they lead to the record; Word and the
command line say the same.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from dashboards.numbers import short
from tests.forms.conftest import browser_type_launch_args

__all__ = ["browser_type_launch_args"]  # the one browser of a test process, with our arguments

CHROMIUM = shutil.which("chromium")
pytestmark = [
    pytest.mark.xdist_group("whole_way"),
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium, which setup/test-needs installs"),
    pytest.mark.timeout(600),
]
ROOT = Path(__file__).resolve().parents[2]
LOGIN_LINE = re.compile(r"^(?P<login>\S+) \((?P<role>\w+)\): (?P<password>\S+)$")
LAST_LINE = "Ctrl-C stops everything.\n"
NANOBIND = re.compile(
    "nanobind: | - "
)  # binds DuckDB; counts what Python 3.12 leaves to the end of a code server
PATIENCE = 120_000  # milliseconds that a load may take on a busy machine


@dataclass
class Installation:
    """A running `yingke up`, the logins that it printed, and how to call the command line on the same data."""

    address: str
    environment: dict[str, str]
    passwords: dict[str, tuple[str, str]]

    def ask(self, *arguments: str) -> dict[str, Any]:
        done = subprocess.run(
            [sys.executable, "-m", "pipelines.cli", "ask", *arguments, "--format", "json"],
            env=self.environment, cwd=ROOT, capture_output=True, text=True, check=True,
        )  # fmt: skip
        return json.loads(done.stdout, parse_float=Decimal)


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    data = tmp_path_factory.mktemp("installation") / "data"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {"YINGKE_DATA": str(data), "YINGKE_PORT": str(port), "PYTHONUNBUFFERED": "1"}
    said = data.with_name("said")
    with said.open("w") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "pipelines.cli", "up"], env=environment, cwd=ROOT,
            stdout=file, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
    while not said.read_text().endswith(LAST_LINE):
        assert process.poll() is None, f"yingke up ended by itself: {said.read_text()}"
        time.sleep(0.2)
    logins = (LOGIN_LINE.match(line) for line in said.read_text().splitlines())
    passwords = {login["role"]: (login["login"], login["password"]) for login in logins if login}
    yield Installation(f"http://127.0.0.1:{port}", environment, passwords)
    os.killpg(process.pid, signal.SIGINT)
    assert process.wait(timeout=60) == 0
    after = said.read_text().partition(LAST_LINE)[2].splitlines()
    assert [line for line in after if not NANOBIND.match(line)] == ["Stopping."]
    assert not list(processes_on(data))


def processes_on(data: Path) -> Iterator[str]:
    """The command of every process that was started for this data directory and still runs."""
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if f"YINGKE_DATA={data}\0".encode() in (process / "environ").read_bytes():
                yield (process / "cmdline").read_text().replace("\0", " ")


def signed_in(browser: Browser, installation: Installation, role: str, language: str) -> Page:
    login, password = installation.passwords[role]
    context = browser.new_context(base_url=installation.address, viewport={"width": 1440, "height": 1000})
    page = context.new_page()
    page.set_default_timeout(30_000)
    page.goto("/login")
    page.fill("[data-field=login]", login)
    page.fill("[data-field=password]", password)
    page.click("form[data-sign-in] button.primary")
    page.wait_for_url(lambda url: "/login" not in url)
    page.click(f"button[name=language][value={language}]")
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN" if language == "zh" else "en")
    return page


def first(page: Page, entity: str, **conditions: str) -> dict[str, Any]:
    answer = page.request.get(f"/api/v1/{entity}", params={"limit": "1", **conditions})
    assert answer.ok, answer.text()
    return answer.json()["rows"][0]


def fill(page: Page, name: str, value: str, line: int | None = None) -> None:
    place = f'[data-field="{name}"]' + (f'[data-line="{line}"]' if line is not None else "")
    page.fill(place, value)
    page.keyboard.press("Tab")


def figure(page: Page, path: str, metric: str) -> Decimal:
    page.goto(path)
    shown = page.locator(f'.figure[data-metric="{metric}"]')
    shown.wait_for()
    return Decimal(shown.get_attribute("data-value") or "0")


def load_now(page: Page) -> None:
    page.goto("/health-of-data")
    before = page.request.get("/d/state").json()["snapshot"]
    page.click("[data-refresh]")
    until = time.monotonic() + PATIENCE / 1000
    while page.request.get("/d/state").json()["snapshot"] == before:
        assert time.monotonic() < until, "the load that was asked for has not been published"
        time.sleep(1)


def enter_order(page: Page) -> tuple[str, Decimal]:
    customer = first(page, "customer")
    item = first(page, "item", kind="product")
    page.goto("/o/order/new")
    fill(page, "customer", customer["code"])
    fill(page, "lines.item", item["code"], 0)
    fill(page, "lines.quantity", "3", 0)
    fill(page, "lines.unit_price", "1234.50", 0)
    page.click("[data-primary-move]")
    expect(page.locator("[data-state=submitted]")).to_be_visible()
    return page.url.rsplit("/", 1)[1].partition("?")[0], Decimal("3703.50")


def enter_request_with_replacement(page: Page) -> None:
    unit = first(page, "unit")
    part = first(page, "item", kind="part")
    page.goto("/o/service_request/new")
    fill(page, "customer", unit["customer"])
    fill(page, "unit", unit["serial"])
    fill(page, "subject", "异响 · noise")
    page.click("[data-save]")
    page.wait_for_url(re.compile(r"/o/service_request/(?!new)"))
    request = page.url.rsplit("/", 1)[1].partition("?")[0]
    page.goto(f"/o/part_replacement/new?service_request={request}")
    fill(page, "unit", unit["serial"])
    fill(page, "part", part["code"])
    page.click("[data-save]")
    page.wait_for_url(re.compile(r"/o/part_replacement/(?!new)"))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_record_goes_the_whole_way(installation: Installation, browser: Browser, language: str) -> None:
    admin = signed_in(browser, installation, "admin", language)
    revenue = figure(admin, "/d/overview", "revenue")
    replacements = figure(admin, "/d/part-replacement", "replacements")
    opened = figure(admin, "/d/service-response", "requests_opened")

    clerk = signed_in(browser, installation, "sales", language)
    number, amount = enter_order(clerk)
    manager = signed_in(browser, installation, "branch_manager", language)
    manager.goto(f"/o/order/{number}")
    manager.click("button[name=_move][value=approve]")
    expect(manager.locator("[data-state=approved]")).to_be_visible()
    enter_request_with_replacement(admin)

    load_now(admin)
    assert figure(admin, "/d/part-replacement", "replacements") == replacements + 1
    assert figure(admin, "/d/service-response", "requests_opened") == opened + 1
    now = figure(admin, "/d/overview", "revenue")
    assert now == revenue + amount

    shown = admin.inner_text('.figure[data-metric="revenue"]')
    admin.click('.figure[data-metric="revenue"]')
    assert Decimal(admin.locator("[data-metric=revenue]").first.get_attribute("data-value") or "0") == now
    admin.click(f'tr[data-record="{number}"] a')
    expect(admin).to_have_url(re.compile(f"/o/order/{number}$"))

    in_word = word_texts(admin, "/d/overview.docx")
    assert shown == short(now, "money", language)
    assert any(shown.replace(" ", "") in text.replace(" ", "") for text in in_word), shown

    span = admin.request.get("/d/overview").text()
    start = re.search(r'name="from" value="([\d-]+)"', span)
    assert start is not None
    answer = installation.ask("revenue", "--from", start[1])
    assert Decimal(answer["rows"][0]["revenue"]) == now


def word_texts(page: Page, path: str) -> list[str]:
    """All paragraphs of the Word file, those of tables too; it opens, and has charts with their workbooks."""
    import zipfile

    from docx import Document

    answer = page.request.get(path)
    assert answer.ok
    content = answer.body()
    names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    assert any(name.startswith("word/charts/") for name in names)
    assert any(name.startswith("word/embeddings/") and name.endswith(".xlsx") for name in names)
    document = Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return [paragraph.text for paragraph in document.paragraphs] + cells


def test_the_manager_sees_the_branch_and_no_other(installation: Installation, browser: Browser) -> None:
    """The same policy in lists, figures and the API: a branch's figure is less than the company's."""
    admin = signed_in(browser, installation, "admin", "en")
    manager = signed_in(browser, installation, "branch_manager", "en")
    assert 0 < figure(manager, "/d/overview", "revenue") < figure(admin, "/d/overview", "revenue")
    everything = admin.request.get("/api/v1/order?limit=1").json()["total"]
    assert 0 < manager.request.get("/api/v1/order?limit=1").json()["total"] < everything
