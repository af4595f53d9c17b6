"""The one way back: stock that runs low becomes a proposal by a refresh, a page, and goods on order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from operational.crud.access import SYSTEM_ACTOR
from operational.crud.find import get
from operational.crud.record import Record
from operational.entity import entity
from operational.rules.stock import Move, move_stock
from pipelines.refresh import recorded
from pipelines.refreshing import SCHEMAS
from pipelines.waiting import store_changed
from tests.crud.company import id_of
from tests.forms.conftest import Site, signed_in
from tests.pipelines.conftest import load
from warehouse.ask import Question, ask
from warehouse.connect import Warehouse

MONTHS = 36
PLACE = ("item.code", "depot.code")


def use_up(site: Site) -> None:
    """Three years in which thirty pieces of a part left each month and came in again; then most are gone."""
    site.company.create(
        SYSTEM_ACTOR, "item", code="P9", name="滤芯", kind="part", standard_cost="5", lead_time_days="14"
    )
    site.company.create("keeper_boss", "stock_policy", item="P9", depot="D1", order_quantity="40")
    begin = datetime.now(UTC).replace(day=15, hour=4) - timedelta(days=MONTHS * 30)
    with site.store.writing("system") as session:
        place = (id_of(session, "item", "P9"), id_of(session, "depot", "D1"))
        for month in range(MONTHS):
            at = begin + timedelta(days=30 * month)
            came = Move(*place, Decimal(32 if month == 0 else 30))
            move_stock(session, SYSTEM_ACTOR, "receipt", "test", at, [came])
            move_stock(
                session, SYSTEM_ACTOR, "issue", "test", at + timedelta(days=1), [Move(*place, Decimal(-30))]
            )


def records(site: Site, name: str = "supply_proposal") -> list[Record]:
    table = entity(name).__table__
    with site.store.reading() as session:
        keys = session.scalars(select(table.c.number).order_by(table.c.id)).all()
        return [get(session, SYSTEM_ACTOR, entity(name), key) for key in keys]


def figures(site: Site) -> dict[str, Any]:
    warehouse = Warehouse(site.store.settings.warehouse_directory)
    try:
        asked = Question(("on_hand", "inventory_position", "reorder_point"), by=PLACE)
        (row,) = ask(warehouse.cursor()[0], asked, None).rows
        return row
    finally:
        warehouse.close()


def test_what_runs_low_is_proposed_accepted_and_on_order(site: Site) -> None:
    use_up(site)
    first = load(site.store)
    assert first.fed_back["made"] == 1
    (proposal,) = records(site)
    told = figures(site)
    assert (told["item.code"], told["on_hand"], told["inventory_position"]) == ("P9", 2, 2)
    assert proposal.values["position"] == 2
    assert proposal.values["quantity"] % 40 == 0
    assert told["reorder_point"] < 2 + proposal.values["quantity"] <= told["reorder_point"] + 40
    assert (proposal.values["action"], proposal.values["item"].key) == ("order", "P9")

    keeper = signed_in(site, "keeper_boss")
    page = keeper.get(f"/o/supply_proposal/{proposal.key}").text
    assert proposal.values["reason_zh"] in page
    assert ">Accept<" in page
    answer = keeper.post(f"/o/supply_proposal/{proposal.key}", {"_move": "accept"})
    assert answer.status_code == 303, answer.text
    (drafted,) = records(site, "inbound")
    assert (drafted.state, drafted.values["proposal"].key) == ("draft", proposal.key)
    site.company.walk("keeper_boss", "inbound", drafted.key, "order")
    again = load(site.store)
    assert not any(again.fed_back.values())
    assert figures(site)["inventory_position"] == 2 + proposal.values["quantity"]


def test_its_own_change_ends_with_one_more_refresh(site: Site) -> None:
    use_up(site)
    assert load(site.store).fed_back["made"] == 1
    before = records(site)
    assert store_changed(site.store), "the proposal itself is a change that pages may show"
    second = load(site.store)
    assert (second.rows["supply_proposal"]["new"], second.fed_back) == (
        1,
        {"made": 0, "changed": 0, "dropped": 0, "refused": 0},
    )
    assert not store_changed(site.store)
    assert records(site) == before


def test_a_refresh_that_ended_before_it_is_made_good_by_the_next(site: Site) -> None:
    use_up(site)
    with recorded(site.store) as refreshing:
        refreshing.extract()
        refreshing.stage()
        for schema in SCHEMAS:
            refreshing.check(refreshing.model(schema))
        refreshing.publish()
    assert records(site) == []
    second = load(site.store)
    assert (second.reason, second.fed_back["made"]) == ("nothing had changed", 1)


def test_goods_that_came_after_all_drop_the_proposal(site: Site) -> None:
    use_up(site)
    load(site.store)
    made = site.company.create("keeper", "inbound", [{"item": "P9", "quantity": "500"}], depot="D1")
    site.company.walk("keeper", "inbound", made.key, "post")
    assert load(site.store).fed_back["dropped"] == 1
    assert [one.state for one in records(site)] == ["dismissed"]
