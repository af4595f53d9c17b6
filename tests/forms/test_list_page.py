"""The list of any entity: what it shows, to whom, and how its address narrows it."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from operational.crud.access import may
from operational.entity import load_entities
from operational.forms.routing import entities_with_pages
from tests.forms.conftest import Signed, Site, signed_in

Sign = Callable[..., Signed]


def records(page: str) -> list[str]:
    return re.findall(r'<tr data-record="([^"]*)"', page)


@pytest.fixture
def orders(site: Site) -> Site:
    for number, customer, day in [
        ("SO-1", "C1", "2026-01-10"),
        ("SO-2", "C1", "2026-02-10"),
        ("SO-3", "C2", "2026-03-10"),
    ]:
        site.company.create(
            "root",
            "order",
            [{"item": "P1", "quantity": "2"}],
            number=number,
            customer=customer,
            ordered_on=day,
        )
    site.company.walk("root", "order", "SO-2", "submit")
    return site


@pytest.mark.parametrize("name", sorted(cls.__tablename__ for cls in entities_with_pages()))
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_entity_has_a_list_in_both_languages(module_site: Site, name: str, language: str) -> None:
    page = signed_in(module_site, "root", language).get(f"/o/{name}")
    spec = load_entities()[name].__entity__
    assert page.status_code == 200
    assert f"<h1>{(spec.plural or spec.label)(language)}</h1>" in page.text
    assert f'lang="{"zh-CN" if language == "zh" else "en"}"' in page.text


def test_the_newest_come_first_and_a_head_turns_the_order(orders: Site) -> None:
    root = signed_in(orders, "root")
    assert records(root.get("/o/order").text) == ["SO-3", "SO-2", "SO-1"]
    assert records(root.get("/o/order?sort=ordered_on").text) == ["SO-1", "SO-2", "SO-3"]
    assert 'aria-sort="ascending"' in root.get("/o/order?sort=ordered_on").text


@pytest.mark.parametrize(
    ("query", "found"),
    [("customer=C1", ["SO-2", "SO-1"]), ("state=submitted", ["SO-2"]), ("ordered_on>=2026-02-01&ordered_on<=2026-02-28", ["SO-2"]),
     ("search=杭州", ["SO-3"]), ("customer.org_unit=SH", ["SO-2", "SO-1"]), ("state!=draft", ["SO-2"]), ("customer=", [])],
)  # fmt: skip
def test_the_address_narrows(orders: Site, query: str, found: list[str]) -> None:
    assert records(signed_in(orders, "root").get(f"/o/order?{query}").text) == found


def test_tabs_count_what_waits(orders: Site) -> None:
    page = signed_in(orders, "root").get("/o/order").text
    counts = dict(re.findall(r'class="tab"[^>]*>([^<]+)<span class="count">([\d,]+)<', page))
    assert counts == {"All": "3", "Draft": "2", "Awaiting approval": "1"}


def test_a_filter_form_leads_to_the_short_address(orders: Site) -> None:
    answer = signed_in(orders, "root").get("/o/order?_filters=1&customer=C1&ordered_on>=&search=&kind=")
    assert (answer.status_code, answer.location) == (302, "/o/order?customer=C1")


def test_pages_and_columns_are_in_the_address(orders: Site) -> None:
    root = signed_in(orders, "root")
    page = root.get("/o/order?columns=number,remarks&page=2").text
    assert records(page) == []
    heads = re.findall(
        r'<th scope="col"[^>]*><a [^>]*>([^<]+)', root.get("/o/order?columns=number,kind").text
    )
    assert heads == ["Number", "Kind"]


def test_another_branch_sees_nothing_of_it(orders: Site) -> None:
    southern = signed_in(orders, "southern")
    assert records(southern.get("/o/order").text) == []
    assert southern.get("/o/order/SO-1").status_code == 404
    assert "SO-1" not in southern.get("/search?q=SO-1").text
    assert (
        southern.get("/lookup/invoice/order?q=SO").json in ([], None)
        or "SO-1" not in southern.get("/lookup/invoice/order?q=SO").text
    )
    assert "C1" not in southern.get("/lookup/order/customer?q=C").text


def test_a_role_without_the_entity_finds_no_page_and_no_link(site: Site) -> None:
    keeper = signed_in(site, "keeper")
    actor = site.company.actors["keeper"]
    refused = [cls.__tablename__ for cls in entities_with_pages() if not may(actor, "read", cls)]
    assert refused
    page = keeper.get("/o/shipment").text
    for name in refused:
        assert keeper.get(f"/o/{name}").status_code == 404
        assert f'href="/o/{name}"' not in page


def test_an_empty_list_says_what_to_do(site: Site) -> None:
    page = signed_in(site, "clerk").get("/o/order").text
    assert "No orders yet" in page
    assert "/o/order/new" in page.split('class="card empty"')[1]
    page = signed_in(site, "auditor").get("/o/order").text
    assert "/o/order/new" not in page


def test_names_are_shown_as_text(site: Site) -> None:
    evil = "<img src=x onerror=alert(1)>\"'{{7*191}}"
    site.company.create("root", "customer", name=evil, org_unit="SH")
    root = signed_in(site, "root")
    page = root.get("/o/customer").text
    assert "<img src=x" not in page
    assert "&lt;img src=x" in page
    assert "1337" not in page


def test_the_palette_finds_records_by_pinyin_and_pages_by_name(orders: Site) -> None:
    clerk = signed_in(orders, "clerk", "zh")
    groups = {one["label"]: [hit["text"] for hit in one["hits"]] for one in clerk.get("/search?q=shjx").json}
    assert groups == {"客户": ["上海机械厂"]}
    assert clerk.get("/search?q=SO-1").json[0]["hits"][0]["address"] == "/o/order/SO-1"
    assert {"address": "/o/order", "icon": "cart", "text": "销售订单", "note": "分销"} in clerk.get(
        "/search?q="
    ).json[0]["hits"]


def test_type_ahead_offers_keys_with_titles_and_codes_in_use(site: Site) -> None:
    site.company.create("root", "customer", name="甲", org_unit="SH", industry="化工")
    root = signed_in(site, "root")
    assert root.get("/lookup/order/customer?q=上海").json == [{"key": "C1", "title": "上海机械厂"}]
    assert root.get("/lookup/order/lines.item?q=阀").json == [{"key": "P2", "title": "阀门"}]
    assert root.get("/lookup/customer/industry?q=化").json == [{"key": "化工", "title": ""}]


def test_codes_are_read_by_their_terms_and_kept_as_they_are(site: Site) -> None:
    site.company.create("root", "customer", code="C9", name="甲", org_unit="SH", industry="化工")
    site.company.create("root", "term", vocabulary="industry", code="化工", name_en="Chemicals")
    root, chinese = signed_in(site, "root"), signed_in(site, "root", "zh")
    assert root.get("/lookup/customer/industry?q=chem").json == [{"key": "化工", "title": "Chemicals"}]
    listed = root.get("/o/customer?industry=化工").text
    assert "<strong>Chemicals</strong>" in listed
    assert ">Chemicals</td>" in listed
    assert ">化工</td>" in chinese.get("/o/customer?industry=化工").text
    record = root.get("/o/customer/C9").text
    assert 'value="化工"' in record
    assert '<span class="title">Chemicals</span>' in record
    assert root.get("/api/v1/customer/C9").json["industry"] == "化工"


def test_a_page_calls_records_by_the_name_in_its_language(site: Site) -> None:
    root, chinese = signed_in(site, "root"), signed_in(site, "root", "zh")
    root.post("/o/customer/C1", {"name": "上海机械厂", "name_en": "Shanghai Machine Works"})
    assert ">Shanghai Machine Works</td>" in root.get("/o/customer").text
    assert ">上海机械厂</td>" in chinese.get("/o/customer").text
    assert root.get("/search?q=machine works").json[-1]["hits"][0]["text"] == "Shanghai Machine Works"
    assert chinese.get("/search?q=machine works").json[-1]["hits"][0]["text"] == "上海机械厂"


def test_an_auditor_may_read_every_list_and_create_nothing(module_site: Site) -> None:
    auditor = signed_in(module_site, "auditor")
    for cls in entities_with_pages():
        assert auditor.get(f"/o/{cls.__tablename__}").status_code == 200
        assert auditor.get(f"/o/{cls.__tablename__}/new").status_code == 403
