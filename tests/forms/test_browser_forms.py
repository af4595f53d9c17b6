"""A clerk at a real browser: the keyboard alone, errors, approval, language, theme, paste, palette, conflict."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect

from operational.store import users
from tests.forms.conftest import PASSWORD, Site, signed_in

pytestmark = pytest.mark.xdist_group("forms_browser")

OFFERED = ".options:popover-open .option[aria-selected=true]"
People = Callable[..., Page]


@pytest.fixture
def people(browser: Browser, module_site: Site) -> Iterator[People]:
    """Open a page as somebody; whatever the browser complains about, or asks of another host, fails the test."""
    complaints: list[str] = []
    contexts = []

    def hear(message: ConsoleMessage) -> None:
        # a refused form is answered with 4xx, which the console repeats
        if message.type in ("error", "warning") and "Failed to load resource" not in message.text:
            complaints.append(message.text)

    def check(request: Request) -> None:
        if urlsplit(request.url).netloc != urlsplit(
            module_site.address
        ).netloc and not request.url.startswith("data:"):
            complaints.append(f"asked {request.url}")

    def opened(login: str, path: str = "/o/order", *, language: str = "zh", theme: str = "light") -> Page:
        context = browser.new_context(base_url=module_site.address, viewport={"width": 1400, "height": 900})
        contexts.append(context)
        cookie = signed_in(module_site, login, language).client.get_cookie("yingke")
        assert cookie is not None
        context.add_cookies(
            [{"name": name, "value": value, "url": module_site.address}
             for name, value in [("yingke", cookie.value), ("yingke_language", language), ("yingke_theme", theme)]]
        )  # fmt: skip
        page = context.new_page()
        page.set_default_timeout(8000)
        page.on("console", hear)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", check)
        page.goto(path)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


def box(page: Page, field: str, line: int | None = None) -> str:
    return f'[data-field="{field}"]' + (f'[data-line="{line}"]' if line is not None else "")


def focused(page: Page) -> str:
    """The field and line that has the keyboard."""
    return str(
        page.evaluate(
            "`${document.activeElement.dataset.field || document.activeElement.tagName} ${document.activeElement.dataset.line ?? ''}`.trim()"
        )
    )


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_signing_in_and_out(browser: Browser, module_site: Site) -> None:
    context = browser.new_context(base_url=module_site.address, locale="zh-CN")
    page = context.new_page()
    page.goto("/o/order")
    expect(page).to_have_title("登录盈客 · 盈客")
    assert focused(page) == "login"
    page.keyboard.type("clerk")
    press(page, "Tab")
    page.keyboard.type(PASSWORD)
    press(page, "Enter")
    expect(page).to_have_url(f"{module_site.address}/o/order")
    page.click(".avatar")
    page.get_by_role("button", name="退出登录").click()
    expect(page).to_have_url(re.compile("/login$"))
    page.goto("/o/order")
    expect(page).to_have_url(re.compile("/login"))
    context.close()


def test_an_order_with_two_lines_by_the_keyboard_alone(people: People) -> None:
    page = people("clerk")
    press(page, "Alt+n")
    expect(page).to_have_url(re.compile("/o/order/new$"))
    expect(page.locator(box(page, "customer"))).to_be_focused()
    page.keyboard.type("shjx")  # the initials of 上海机械厂
    expect(page.locator(OFFERED)).to_contain_text("上海机械厂")
    press(page, "Tab")
    assert page.input_value(box(page, "customer")) == "C1"
    expect(page.locator(box(page, "org_unit"))).to_have_attribute("placeholder", "SH")
    press(page, "Alt+n")
    assert focused(page) == "lines.item 0"
    page.keyboard.type("离心")
    expect(page.locator(OFFERED)).to_contain_text("P1")
    press(page, "Tab")
    assert focused(page) == "lines.quantity 0"
    page.keyboard.type("3")
    expect(page.locator(box(page, "lines.unit_price", 0))).to_have_attribute("placeholder", "100.00")
    press(page, "Tab", "Tab", "Tab")
    assert focused(page) == "lines.amount 0"
    press(page, "Tab", "Tab")
    assert focused(page) == "lines.cost 0"
    press(page, "Tab")
    assert focused(page) == "lines.item 1", "Tab in the last cell goes on to a new line"
    page.keyboard.type("P2")
    expect(page.locator(OFFERED)).to_contain_text("阀门")
    press(page, "Enter", "Tab")
    page.keyboard.type("10")
    press(page, "Tab")
    page.keyboard.type("20")
    press(page, "Tab")
    page.keyboard.type("10")
    expect(page.locator("[data-total]")).to_have_text("480.00")
    press(page, "Control+s")
    expect(page).to_have_url(re.compile(r"/o/order/SO-\d{4}-\d{6}$"))
    expect(page.locator("[data-total]")).to_have_text("480.00")
    expect(page.locator("[data-state]")).to_have_attribute("data-state", "draft")
    assert page.input_value(box(page, "lines.amount", 0)) == "300.00"
    press(page, "Control+Enter")
    expect(page.locator("[data-state]")).to_have_attribute("data-state", "submitted")


def test_an_error_keeps_the_input_and_is_reached_from_the_summary(people: People) -> None:
    page = people("clerk", "/o/order/new", language="en")
    page.fill(box(page, "remarks"), "deliver <before> noon")
    page.fill(box(page, "lines.item", 0), "nothing")
    page.fill(box(page, "lines.quantity", 0), "2")
    press(page, "Control+s")
    expect(page.locator("#problems")).to_be_focused()
    expect(page.locator("#problems li")).to_have_count(2)
    assert page.input_value(box(page, "remarks")) == "deliver <before> noon"
    assert page.input_value(box(page, "lines.quantity", 0)) == "2"
    page.locator("#problems a", has_text="Line 1").click()
    assert focused(page) == "lines.item 0"
    page.locator("#problems a", has_text="Customer").click()
    assert focused(page) == "customer"


def test_the_manager_approves_and_a_rejection_needs_a_reason(people: People, module_site: Site) -> None:
    for number in ("SO-A", "SO-B"):
        module_site.company.create(
            "clerk", "order", [{"item": "P1", "quantity": "1"}], number=number, customer="C1"
        )
        module_site.company.walk("clerk", "order", number, "submit")
    page = people("manager", "/o/order/SO-A")
    page.get_by_role("button", name="批准", exact=True).click()
    expect(page.locator("[data-state]")).to_have_attribute("data-state", "approved")
    expect(page.locator(".toasts")).to_contain_text("SO-A")
    page.goto("/o/order/SO-B")
    page.get_by_role("button", name="驳回", exact=True).click()
    page.get_by_role("button", name="确定").click()
    expect(page.locator("#ask")).to_be_visible()
    press(page, "Escape")
    expect(page.locator("#ask")).to_be_hidden()
    expect(page.locator("[data-state]")).to_have_attribute("data-state", "submitted")
    page.get_by_role("button", name="驳回", exact=True).click()
    page.fill("#ask-text", "价格过低")
    press(page, "Control+Enter")
    expect(page.locator("[data-state]")).to_have_attribute("data-state", "rejected")


def test_language_and_theme_are_switched_and_kept(people: People) -> None:
    page = people("clerk", "/o/order?sort=ordered_on", language="zh", theme="light")
    expect(page.locator("h1")).to_have_text("销售订单")
    page.get_by_role("button", name="EN").click()
    expect(page.locator("h1")).to_have_text("Orders")
    expect(page).to_have_url(re.compile("sort=ordered_on"))
    assert page.get_attribute("html", "lang") == "en"
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.get_by_role("button", name="Light theme").click()
    expect(page.locator("html")).to_have_attribute("data-scheme", "dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != light
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_rows_are_pasted_from_a_spreadsheet(people: People) -> None:
    page = people("clerk", "/o/order/new")
    page.fill(box(page, "customer"), "C1")
    page.locator(box(page, "lines.item", 0)).focus()
    page.evaluate(
        """() => { const data = new DataTransfer(); data.setData('text/plain', 'P1\\t2\\t50\\r\\nP2\\t1,000\\t0.5\\r\\nP1\\t1\\r\\n');
        document.activeElement.dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true})); }"""
    )
    expect(page.locator(box(page, "lines.quantity", 1))).to_have_value("1,000")
    expect(page.locator("[data-line-row]")).to_have_count(4)
    expect(page.locator("[data-total]")).to_have_text("700.00")
    page.locator("[data-delete-line]").nth(1).click()
    expect(page.locator("[data-total]")).to_have_text("200.00")
    page.click("[data-save]")
    expect(page.locator("[data-total]")).to_have_text("200.00")
    assert [page.input_value(box(page, "lines.item", at)) for at in (0, 1, 2)] == ["P1", "P1", ""]


def test_leaving_an_unsaved_form_is_warned_of(people: People) -> None:
    page = people("clerk", "/o/order/new")
    page.fill(box(page, "remarks"), "unsaved")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.locator(".brand").click()
    page.wait_for_timeout(200)
    assert asked == ["beforeunload"]
    expect(page).to_have_url(re.compile("/o/order/new$"))
    assert page.input_value(box(page, "remarks")) == "unsaved"


def test_a_lookup_after_the_session_ended_leaves_the_form_as_it_is(people: People, module_site: Site) -> None:
    page = people("boss", "/o/customer/C2", language="en")
    page.fill(box(page, "name"), "unsaved")
    users.end_sessions(module_site.store, "boss")
    page.fill(box(page, "industry"), "水务")  # the suggestions under this box are asked for and refused
    expect(page.locator(".toasts .bad")).to_contain_text("Your session has ended")
    assert page.input_value(box(page, "name")) == "unsaved"


def test_a_session_that_ended_does_not_cost_what_was_typed(people: People, module_site: Site) -> None:
    page = people("boss", "/o/customer/C2", language="en")
    page.fill(box(page, "industry"), "水务")
    users.end_sessions(module_site.store, "boss")
    page.click("[data-save]")
    expect(page.locator(".toasts .bad")).to_contain_text("Your session has ended")
    assert page.input_value(box(page, "industry")) == "水务"
    cookie = signed_in(module_site, "boss").client.get_cookie("yingke")
    assert cookie is not None
    page.context.add_cookies([{"name": "yingke", "value": cookie.value, "url": module_site.address}])
    page.click("[data-save]")
    expect(page.locator(".toasts .good")).to_contain_text("C2 is saved")
    page.context.set_offline(True)
    page.fill(box(page, "industry"), "给排水")
    page.click("[data-save]")
    expect(page.locator(".toasts .bad")).to_contain_text("cannot be reached")
    assert page.input_value(box(page, "industry")) == "给排水"


def test_rows_open_by_arrow_and_enter_and_by_a_press_anywhere(people: People, module_site: Site) -> None:
    module_site.company.create("root", "region", code="RX", name="一")
    page = people("root", "/o/region")
    press(page, "ArrowDown", "ArrowDown", "Enter")
    expect(page).to_have_url(re.compile("/o/region/RX$"))
    page.goto("/o/region")
    page.locator('[data-record="RX"] td').last.click()
    expect(page).to_have_url(re.compile("/o/region/RX$"))


def test_the_palette_goes_to_a_record(people: People) -> None:
    page = people("clerk")
    press(page, "/")
    page.keyboard.type("C1")
    expect(page.locator(".palette-option[aria-selected=true]")).to_contain_text("上海机械厂")
    press(page, "Enter")
    expect(page).to_have_url(re.compile("/o/customer/C1$"))
    press(page, "?")
    expect(page.locator("#help")).to_be_visible()
    press(page, "Escape")
    expect(page.locator("#help")).to_be_hidden()


def test_the_palette_opens_an_empty_form_for_those_who_may_fill_it(people: People) -> None:
    for login, offered in (("clerk", True), ("keeper", False)):
        page = people(login)
        press(page, "Control+k")
        page.keyboard.type("新建订单")
        expect(page.locator(".palette-option")).to_have_count(1 if offered else 0)
        if offered:
            press(page, "Enter")
            expect(page).to_have_url(re.compile("/o/order/new$"))


def test_money_is_grouped_while_nobody_types_in_it_and_sent_plain(people: People, module_site: Site) -> None:
    module_site.company.create("root", "customer", code="CM", name="M", credit_limit="1234567.5")
    page = people("root", "/o/customer/CM")
    money = page.locator(box(page, "credit_limit"))
    expect(money).to_have_value("1,234,567.50")
    money.focus()
    expect(money).to_have_value("1234567.50")
    page.keyboard.press("Control+a")
    page.keyboard.type("98765.4")
    page.locator(box(page, "name")).focus()
    expect(money).to_have_value("98,765.4")
    with page.expect_request(lambda one: one.method == "POST" and one.url.endswith("/o/customer/CM")) as sent:
        press(page, "Control+s")
    assert "credit_limit=98765.4&" in (sent.value.post_data or "")
    expect(page.locator(box(page, "credit_limit"))).to_have_value("98,765.40")


def test_lots_that_lie_in_the_depot_are_offered_by_their_expiry(people: People, module_site: Site) -> None:
    for number, expires_on in (("LATE", "2099-06-01"), ("SOON", "2098-01-01")):
        module_site.company.create("keeper_boss", "lot", item="P2", number=number, expires_on=expires_on)
        module_site.company.put_in_stock("P2", "5", datetime(2025, 1, 1, tzinfo=UTC), lot=number)
    page = people("keeper", "/o/shipment/new")
    page.fill(box(page, "depot"), "D1")
    page.locator(box(page, "lines.item", 0)).fill("P2")
    page.locator(box(page, "lines.lot", 0)).click()
    first = page.locator(".options:popover-open .option").first
    expect(first).to_contain_text("SOON")
    expect(first).to_contain_text("2098-01-01")
    press(page, "ArrowDown", "Enter")
    expect(page.locator(box(page, "lines.lot", 0))).to_have_value("SOON")


def test_a_key_is_never_cut_however_long_its_title(people: People, module_site: Site) -> None:
    key, title = "C-2026-000123", "一家名字很长很长很长很长的机械制造有限责任公司"
    module_site.company.create("root", "customer", code=key, name=title)
    page = people("root", f"/o/order/new?customer={key}")
    whole = "one => one.scrollWidth <= one.clientWidth"
    page.locator(box(page, "remarks")).focus()
    expect(page.locator(".title", has_text="一家名字")).to_be_visible()
    assert page.locator(box(page, "customer")).evaluate(whole)


def test_a_filter_is_set_and_cleared(people: People, module_site: Site) -> None:
    module_site.company.create(
        "root", "order", [{"item": "P1", "quantity": "1"}], number="SO-F", customer="C4"
    )
    page = people("root", "/o/order", language="en")
    page.locator("summary", has_text="Customer").click()
    expect(page.locator('.chip[open] input[name="customer"]')).to_be_focused()
    page.keyboard.type("深圳")
    expect(page.locator(OFFERED)).to_contain_text("C4")
    press(page, "Enter", "Enter")
    expect(page).to_have_url(re.compile(r"/o/order\?customer=C4$"))
    expect(page.locator("[data-record]")).to_have_count(1)
    page.get_by_role("link", name="Clear all filters").click()
    expect(page).to_have_url(re.compile("/o/order$"))


@pytest.mark.parametrize(
    "path", ["/o/order", "/o/order/new", "/o/customer/C1", "/o/service_request/new", "/password"]
)
def test_a_narrow_screen_does_not_scroll_sideways(people: People, path: str) -> None:
    page = people("root", path, language="en")
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_role("button", name="Navigation").click()
    expect(page.get_by_role("link", name="Shipments")).to_be_visible()
