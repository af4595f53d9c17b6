"""The page of a record: create, change, move, conflict, delete, history; what is refused, and that nothing is lost."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from operational.entity import Entity, load_entities
from operational.forms.routing import entities_with_pages
from tests.forms.conftest import Signed, Site, signed_in

ORDER = {"customer": "C1", "ordered_on": "2026-03-01", "lines": "shown", "lines.0.item": "P1", "lines.0.quantity": "3",
         "lines.1.item": "P2", "lines.1.quantity": "1,000", "lines.1.discount_pct": "10%", "lines.2.item": ""}  # fmt: skip


def value_of(page: str, name: str) -> str:
    found = re.search(rf'name="{re.escape(name)}" value="([^"]*)"', page)
    assert found, name
    return found[1]


def new_order(who: Signed, **values: Any) -> str:
    page = who.get("/o/order/new").text
    answer = who.post("/o/order/new", ORDER | {"_once": value_of(page, "_once")} | values)
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def fields_of(page: str) -> set[str]:
    return set(re.findall(r'data-field="([^"]+)"', page))


@pytest.mark.parametrize("cls", entities_with_pages(), ids=lambda cls: cls.__tablename__)
def test_every_form_has_an_input_for_every_field(module_site: Site, cls: type[Entity]) -> None:
    if cls.__entity__.history_only:
        return
    page = signed_in(module_site, "root").get(f"/o/{cls.__tablename__}/new").text
    graph = cls.__entity__.graph
    wanted = {
        name
        for name, one in cls.__fields__.items()
        if not one.derived and not (graph and name == graph.field)
    }
    if cls.__lines__ is not None:
        wanted |= {f"lines.{name}" for name in cls.__lines__.__fields__}
        assert 'data-line="0"' in page
    assert wanted <= fields_of(page)
    assert all(f'id="field-{name}"' in page for name in wanted if "." not in name)


def test_an_order_with_lines_is_made_numbered_and_summed(site: Site) -> None:
    clerk = signed_in(site, "clerk")
    address = new_order(clerk)
    page = clerk.get(address).text
    assert re.fullmatch(r"/o/order/SO-2026-\d{6}", address)
    assert "18,299.91" in page  # 3 × 100 + 1000 × 19.9999 × 0.9
    assert 'value="C1"' in page
    assert "上海机械厂" in page
    assert 'data-state="draft"' in page


def test_sent_twice_it_is_made_once(site: Site) -> None:
    clerk = signed_in(site, "clerk")
    token = value_of(clerk.get("/o/order/new").text, "_once")
    places = {clerk.post("/o/order/new", ORDER | {"_once": token}).location for _ in range(3)}
    assert len(places) == 1
    assert clerk.get("/api/v1/order").json["total"] == 1


def test_an_error_keeps_what_was_typed_and_leads_to_its_field(site: Site) -> None:
    clerk = signed_in(site, "clerk")
    typed = ORDER | {
        "customer": "nobody",
        "ordered_on": "2026-02-30",
        "remarks": "<b>careful</b>",
        "lines.1.quantity": "many",
    }
    answer = clerk.post("/o/order/new", typed)
    page = answer.text
    assert answer.status_code == 422
    assert value_of(page, "customer") == "nobody"
    assert value_of(page, "lines.1.quantity") == "many"
    assert "&lt;b&gt;careful&lt;/b&gt;" in page
    for field in ("field-customer", "field-ordered_on", "line-1-quantity"):
        assert f'href="#{field}"' in page
        assert f'id="{field}"' in page
        assert f'aria-describedby="{field}-error"' in page
        assert f'id="{field}-error"' in page
    assert page.count('aria-invalid="true"') == 3
    assert clerk.get("/api/v1/order").json["total"] == 0


def test_saving_and_submitting_stand_or_fall_together(site: Site) -> None:
    clerk = signed_in(site, "clerk")
    empty = {"customer": "C1", "lines": "shown", "_move": "submit"}
    answer = clerk.post("/o/order/new", empty)
    assert answer.status_code == 409
    assert 'data-guard="order_has_lines"' in answer.text
    assert value_of(answer.text, "customer") == "C1"
    assert clerk.get("/api/v1/order").json["total"] == 0
    page = clerk.get(new_order(clerk, _move="submit")).text
    assert 'data-state="submitted"' in page


def test_the_manager_approves_and_the_creator_may_not(site: Site) -> None:
    clerk, manager = signed_in(site, "clerk"), signed_in(site, "manager")
    address = new_order(clerk, _move="submit")
    page = clerk.get(address).text
    assert 'value="approve"' not in page
    assert "Approve: for Sales manager, Branch manager" in page
    page = manager.get(address).text
    assert 'name="_move" value="approve"' in page
    answer = manager.post(address, {"_move": "approve", "_version": value_of(page, "_version")})
    assert answer.status_code == 303
    page = manager.get(address).text
    assert 'data-state="approved"' in page
    assert 'name="customer"' not in page, "an approved order is not edited"
    assert 'name="remarks"' in page, "but its remarks are always editable"
    history = manager.get(f"{address}?tab=history").text
    assert "manager" in history
    assert "Approve → Approved" in history


def test_a_move_that_asks_for_a_reason_keeps_it(site: Site) -> None:
    clerk, manager = signed_in(site, "clerk"), signed_in(site, "manager")
    address = new_order(clerk, _move="submit")
    assert manager.post(address, {"_move": "reject"}).status_code == 422
    assert manager.post(address, {"_move": "reject", "_comment": "价格过低"}).status_code == 303
    assert "价格过低" in clerk.get(f"{address}?tab=history").text


def test_a_refusal_names_and_links_what_blocks(site: Site) -> None:
    order = site.company.approved_order(number="SO-9")
    shipment = site.company.shipment(order.key, "1")
    answer = signed_in(site, "manager").post("/o/order/SO-9", {"_move": "void", "_comment": "x"})
    assert answer.status_code == 409
    assert f'href="/o/shipment/{shipment.key}"' in answer.text


def test_amending_makes_the_next_version(site: Site) -> None:
    site.company.approved_order(number="SO-9")
    manager = signed_in(site, "manager")
    assert 'name="_verb" value="amend"' in manager.get("/o/order/SO-9").text
    answer = manager.post("/o/order/SO-9", {"_verb": "amend"})
    assert answer.location == "/o/order/SO-9-V2"
    page = manager.get("/o/order/SO-9-V2").text
    assert 'data-state="draft"' in page
    assert 'href="/o/order/SO-9"' in page


def test_two_who_change_one_record_see_both_versions(site: Site) -> None:
    clerk, manager = signed_in(site, "clerk"), signed_in(site, "manager")
    address = new_order(clerk)
    mine, theirs = clerk.get(address).text, manager.get(address).text
    number = value_of(mine, "number")
    lines = {f"lines.{at}.{name}": value_of(mine, f"lines.{at}.{name}") for at in (0, 1)
             for name in ("id", "item", "quantity", "unit_price", "discount_pct", "amount")}  # fmt: skip
    base = {
        "number": number,
        "customer": "C1",
        "org_unit": "SH",
        "kind": "sales",
        "ordered_on": "2026-03-01",
        "lines": "shown",
    } | lines
    first = manager.post(
        address, base | {"_version": value_of(theirs, "_version"), "remarks": "from the manager"}
    )
    assert first.status_code == 303
    second = clerk.post(
        address,
        base
        | {"_version": value_of(mine, "_version"), "remarks": "from the clerk", "ordered_on": "2026-03-05"},
    )
    page = second.text
    assert second.status_code == 409
    assert re.findall(r'data-conflict-field="(\w+)"', page) == ["ordered_on", "remarks"]
    for text in ("from the manager", "from the clerk", "2026-03-01", "2026-03-05"):
        assert text in page
    chosen = {
        "_choice": "1",
        "_version": value_of(page, "_version"),
        "_take.remarks": "theirs",
        "_take.ordered_on": "mine",
    }
    third = clerk.post(address, base | {"remarks": "from the clerk", "ordered_on": "2026-03-05"} | chosen)
    assert third.status_code == 303
    page = clerk.get(address).text
    assert "from the manager" in page
    assert 'value="2026-03-05"' in page


def test_an_untouched_field_proposes_what_they_wrote(site: Site) -> None:
    site.company.create("root", "region", code="R9", name="old", parent="R1")
    root = signed_in(site, "root")
    version = value_of(root.get("/o/region/R9").text, "_version")
    assert (
        root.post(
            "/o/region/R9", {"code": "R9", "name": "theirs", "parent": "R1", "_version": version}
        ).status_code
        == 303
    )
    page = root.post("/o/region/R9", {"code": "R9", "name": "old", "parent": "", "_version": version}).text
    taken = re.findall(r'name="_take\.(\w+)" value="(\w+)" checked', page)
    assert taken == [("name", "theirs"), ("parent", "mine")]


def test_a_draft_may_be_deleted_and_nothing_else(site: Site) -> None:
    clerk = signed_in(site, "clerk")
    address = new_order(clerk)
    assert 'name="_delete"' in clerk.get(address).text
    assert clerk.post(address, {"_delete": "1"}).location == "/o/order"
    assert clerk.get(address).status_code == 404
    address = new_order(clerk, _move="submit")
    assert 'name="_delete"' not in clerk.get(address).text
    assert clerk.post(address, {"_delete": "1"}).status_code == 409


def test_lines_may_be_removed_and_added(site: Site) -> None:
    clerk = signed_in(site, "clerk")
    address = new_order(clerk)
    page = clerk.get(address).text
    kept = {
        f"lines.0.{name}": value_of(page, f"lines.1.{name}")
        for name in ("id", "item", "quantity", "unit_price", "discount_pct", "amount")
    }
    answer = clerk.post(address, kept | {"lines": "shown", "_version": value_of(page, "_version")})
    assert answer.status_code == 303
    assert "17,999.91" in clerk.get(address).text
    answer = clerk.post(address, {"lines": "shown"})
    assert answer.status_code == 303
    assert "<output data-total>0.00</output>" in clerk.get(address).text


def test_a_new_record_for_another_begins_with_what_follows_from_it(site: Site) -> None:
    site.company.approved_order("10", number="SO-9")
    site.company.shipment("SO-9", "4")
    keeper = signed_in(site, "keeper")
    page = keeper.get("/o/shipment/new?order=SO-9").text
    assert value_of(page, "order") == "SO-9"
    assert (value_of(page, "lines.0.item"), value_of(page, "lines.0.quantity")) == ("P1", "6")
    payer = signed_in(site, "payer")
    page = payer.get("/o/invoice/new?order=SO-9").text
    assert (value_of(page, "customer"), value_of(page, "amount")) == ("C1", "1000.00")
    assert 'data-related="/o/shipment?order=SO-9">1<' in signed_in(site, "root").get("/o/order/SO-9").text


def test_empty_fields_show_what_they_will_become(site: Site) -> None:
    clerk = signed_in(site, "clerk")
    answer = clerk.post(
        "/defaults/order", {"customer": "C1", "lines": "shown", "lines.0.item": "P2", "lines.0.quantity": "2"}
    )
    said = answer.json
    assert said["values"]["org_unit"] == {"key": "SH", "title": "上海办事处"}
    assert said["lines"]["0"]["unit_price"]["key"] == "19.9999"
    assert said["lines"]["0"]["amount"]["key"] == "39.9998"
    assert said["total"] == "39.9998"
    assert clerk.get("/api/v1/order").json["total"] == 0


def test_lots_are_offered_the_first_to_expire_first(site: Site) -> None:
    company, long_ago = site.company, datetime(2025, 1, 1, tzinfo=UTC)
    for number, expires_on in (
        ("LATE", "2099-06-01"),
        ("SOON", "2098-01-01"),
        ("GONE", "2025-06-01"),
        ("EVER", ""),
    ):
        company.create("keeper_boss", "lot", item="P1", number=number, expires_on=expires_on)
        company.put_in_stock("P1", "5", long_ago, lot=number)
    company.create("keeper_boss", "lot", item="P1", number="HELD", expires_on="2097-01-01", blocked="1")
    company.put_in_stock("P1", "5", long_ago, lot="HELD")
    company.create("keeper_boss", "lot", item="P1", number="EMPTY", expires_on="2097-01-01")
    keeper = signed_in(site, "keeper")
    form = {
        "depot": "D1",
        "lines": "shown",
        "lines.0.item": "P2",
        "lines.1.item": "P1",
        "lines.1.quantity": "2",
    }
    asked = "/lookup/shipment/lines.lot"
    found = keeper.post(asked, form | {"line": "1"}).json
    assert [one["key"] for one in found] == ["SOON", "LATE", "EVER"]
    assert "2098-01-01" in found[0]["title"]
    assert keeper.post(asked, form | {"line": "0"}).json == []  # another item
    assert [one["key"] for one in keeper.post(f"{asked}?q=la", form | {"line": "1"}).json] == ["LATE"]
    assert "data-by-form" in keeper.get("/o/shipment/new").text


def test_keys_with_any_character_have_their_page(site: Site) -> None:
    root = signed_in(site, "root")
    for key in ["A/B 1", "50%", "x?y#z", "~", "a//b", "泵"]:
        made = root.post("/o/region/new", {"code": key, "name": "n", "_once": f"once {key}"})
        assert made.status_code == 303, key
        page = root.get(made.location)
        assert page.status_code == 200, made.location
        assert f"Region {key}".replace("&", "&amp;") in page.text
    site.company.create("root", "stock_policy", item="P1", depot="D1", safety_stock="5")
    assert root.get("/o/stock_policy/P1~D1").status_code == 200


def test_times_are_typed_and_shown_in_the_business_zone(site: Site) -> None:
    root = signed_in(site, "root")
    values = {"customer": "C1", "subject": "x", "opened_at": "2026-03-01T08:30:15"}
    address = root.post("/o/service_request/new", values).location
    assert value_of(root.get(address).text, "opened_at") == "2026-03-01 08:30:15"
    key = address.rsplit("/", 1)[1]
    assert root.get(f"/api/v1/service_request/{key}").json["opened_at"] == "2026-03-01T08:30:15+08:00"


def test_a_document_that_a_row_came_from_is_named_and_linked(site: Site) -> None:
    site.company.put_in_stock("P1", "20", datetime.now(UTC) - timedelta(days=1))
    order = site.company.approved_order()
    shipped = site.company.shipment(order.key, "2")
    site.company.walk("keeper", "shipment", shipped.key, "post")
    root = signed_in(site, "root")
    rows = root.get("/api/v1/stock_movement").json["rows"]
    row = next(one for one in rows if one["source"] == f"shipment:{shipped.key}")
    page = root.get(f"/o/stock_movement/{row['number']}").text
    assert f'<a href="/o/shipment/{shipped.key}">Shipment {shipped.key}</a>' in page


def test_a_title_that_is_the_key_is_not_said_twice(site: Site) -> None:
    order = site.company.approved_order()
    page = signed_in(site, "root").get(f"/o/shipment/new?order={order.key}").text
    assert f'value="{order.key}"' in page
    assert f'<span class="title">{order.key}</span>' not in page


def test_saving_a_form_as_it_came_changes_nothing(site: Site) -> None:
    clerk = signed_in(site, "clerk")
    address = new_order(clerk)
    page = clerk.get(address).text
    inputs = dict(re.findall(r'<input(?! type="checkbox")[^>]*? name="([\w.]+)" value="([^"]*)"', page))
    inputs |= {"kind": "sales", "remarks": ""}
    clerk.post(address, {name: text for name, text in inputs.items() if name != "csrf"})
    assert value_of(clerk.get(address).text, "_version") == value_of(page, "_version")


def test_every_illegal_move_is_refused(site: Site) -> None:
    """Whatever button is forged: from a draft only its own moves work."""
    graph = load_entities()["order"].__entity__.graph
    assert graph is not None
    root = signed_in(site, "root")
    address = new_order(root)
    legal = {one.verb for one in graph.leaving("draft")}
    for move in graph.transitions:
        if move.verb not in legal:
            answer = root.post(address, {"_move": move.verb, "_comment": "x"})
            assert answer.status_code in (403, 409), move.verb
    assert 'data-state="draft"' in root.get(address).text


@pytest.mark.parametrize("values", [{"lines.x.item": "P1"}, {"lines.99999999.item": "P1"}, {"lines.0.nothing": "x"}, {"nothing": "x"},
                                    {"_version": "x"}, {"amount": "5"}, {"state": "approved"}, {"_move": "nothing"}, {"_verb": "nothing"},
                                    {"quantity": "1e400"}, {"remarks": "x" * 30_000}, {"customer": "C1\x00"}])  # fmt: skip
def test_odd_forms_are_answered(module_site: Site, values: dict[str, str]) -> None:
    answer = signed_in(module_site, "root").post("/o/order/new", {"customer": "C1"} | values)
    assert answer.status_code in (303, 400, 409, 422), answer.status_code
