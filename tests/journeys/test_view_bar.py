"""The bar above a dashboard and the address say the same, also after going back and with days that are typed."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.forms.conftest import Site, browser_type_launch_args, company_folder
from tests.journeys.test_accessibility import FILLED, address, entered

__all__ = ["address", "browser_type_launch_args", "company_folder"]
pytestmark = [
    pytest.mark.xdist_group("board"),
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"),
]


def test_back_and_typed_days_leave_bar_and_address_alike(browser: Browser, address: Site) -> None:
    context = entered(browser, address, "en", "light", locale="en-US")
    page = context.new_page()
    page.goto("/d/overview")
    page.wait_for_function(FILLED)
    page.select_option("#period", "36m")
    page.select_option("#compare", "target")
    page.go_back()
    expect(page.locator("#compare")).to_have_value("year")
    expect(page.locator("#period")).to_have_value("36m")
    page.go_back()
    expect(page.locator("#period")).to_have_value("12m")
    page.select_option("#period", "")
    first = page.locator("[data-field=from]")
    first.fill("2026/3/1")
    first.blur()
    expect(first).to_have_value("2026-03-01")
    assert "from=2026-03-01" in page.url
    first.fill("soon")
    first.blur()
    expect(first).to_have_attribute("aria-invalid", "true")
    assert "from=2026-03-01" in page.url
    context.close()
