"""Goods on their way in and out: inbound documents, lots, outbound requests, stocktakes, supply proposals."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from operational.crud.access import Actor
from operational.crud.find import get
from operational.crud.record import Record
from operational.crud.refusal import NotAllowed, Refused
from operational.crud.write import update
from operational.entity import entity
from operational.rules.propose_supply import Need, Settled, settle_proposals
from tests.crud.company import LONG_AGO, Company

MOVEMENT = entity("stock_movement").__table__
TODAY = date(2026, 1, 1)


def read(company: Company, name: str, key: str) -> Record:
    with company.store.reading() as session:
        return get(session, company.actors["system"], entity(name), key)


def records(company: Company, name: str) -> list[Record]:
    with company.store.reading() as session:
        keys = session.scalars(
            select(entity(name).__table__.c.number).order_by(entity(name).__table__.c.id)
        ).all()
        return [get(session, company.actors["system"], entity(name), key) for key in keys]


def moved(company: Company, source: str) -> list[tuple[str, str | None, Decimal, Decimal | None]]:
    with company.store.reading() as session:
        rows = session.execute(
            select(MOVEMENT.c.kind, MOVEMENT.c.lot, MOVEMENT.c.quantity, MOVEMENT.c.unit_cost)
            .where(MOVEMENT.c.source == source)
            .order_by(MOVEMENT.c.id)
        )
        return [tuple(row) for row in rows]


def ordered(company: Company, quantity: str = "10", **line: str) -> Record:
    made = company.create("keeper_boss", "inbound", [{"item": "P1", "quantity": quantity} | line], depot="D1")
    return company.walk("keeper_boss", "inbound", made.key, "order")


def edit(company: Company, who: str, name: str, record: Record, **line: str) -> None:
    actor = company.actors[who]
    with company.store.writing(actor.login) as session:
        update(session, actor, entity(name), record.key, {}, [{"id": record.lines[0].id} | line])


def test_what_did_not_come_stays_on_order(company: Company) -> None:
    order = ordered(company)
    assert order.values["ordered_on"] is not None
    edit(company, "keeper", "inbound", order, received_quantity="6", lot="L1", unit_cost="55")
    posted = company.walk("keeper", "inbound", order.key, "post")
    assert (posted.state, posted.values["received_on"] is not None) == ("posted", True)
    assert moved(company, f"inbound:{order.key}") == [("receipt", "L1", 6, 55)]
    _, rest = records(company, "inbound")
    assert (rest.state, rest.values["remainder_of"].key) == ("ordered", order.key)
    assert rest.values["ordered_on"] == order.values["ordered_on"]
    assert [line.values["quantity"] for line in rest.lines] == [4]


def test_a_receipt_makes_its_lot_with_the_expiry_of_the_item(sqlite_company: Company) -> None:
    company = sqlite_company
    company.create("system", "item", code="P3", name="密封胶", shelf_life_days="30")
    lines = [{"item": "P3", "quantity": "5", "lot": "A"}]
    made = company.create("keeper", "inbound", lines, depot="D1", received_on="2025-01-01")
    company.walk("keeper", "inbound", made.key, "post")
    lot = read(company, "lot", "P3~A").values
    assert (lot["received_on"], lot["expires_on"]) == (date(2025, 1, 1), date(2025, 1, 31))
    other = company.create(
        "keeper", "inbound", [lines[0] | {"expires_on": "2025-05-01"}], depot="D1", received_on="2025-01-02"
    )
    with pytest.raises(Refused) as refused:
        company.walk("keeper", "inbound", other.key, "post")
    assert [one.key for one in refused.value.blockers] == ["P3~A"]


def test_expired_and_blocked_lots_need_a_manager_and_a_reason(sqlite_company: Company) -> None:
    company = sqlite_company
    company.create("keeper_boss", "lot", item="P1", number="OLD", expires_on="2025-06-01")
    company.put_in_stock("P1", "10", LONG_AGO, lot="OLD")
    early = company.shipment(None, "1", lot="OLD", shipped_on="2025-05-31")
    assert company.walk("keeper", "shipment", early.key, "post").state == "posted"
    late = company.shipment(None, "1", lot="OLD", shipped_on="2025-06-01")
    with pytest.raises(Refused) as refused:
        company.walk("keeper", "shipment", late.key, "post")
    assert refused.value.guard == "lots_may_be_issued"
    with pytest.raises(NotAllowed):
        company.walk("keeper", "shipment", late.key, "post_regardless", comment="急用")
    assert (
        company.walk("keeper_boss", "shipment", late.key, "post_regardless", comment="急用").state == "posted"
    )


def test_a_receipt_whose_goods_were_issued_is_not_voided_and_says_why(company: Company) -> None:
    made = company.create("keeper", "inbound", [{"item": "P1", "quantity": "10", "lot": "L"}], depot="D1")
    company.walk("keeper", "inbound", made.key, "post")
    shipment = company.shipment(None, "4", lot="L")
    company.walk("keeper", "shipment", shipment.key, "post")
    with pytest.raises(Refused) as refused:
        company.walk("keeper_boss", "inbound", made.key, "void", comment="录错")
    assert [one.key for one in refused.value.blockers] == [shipment.key]
    company.walk("keeper_boss", "shipment", shipment.key, "void", comment="录错")
    company.walk("keeper_boss", "inbound", made.key, "void", comment="录错")
    assert moved(company, f"inbound:{made.key}:void") == [("receipt", "L", -10, 60)]


def requested(company: Company, quantity: str, order: str | None = None) -> Record:
    made = company.create(
        "keeper_boss", "outbound_request", [{"item": "P1", "quantity": quantity}], depot="D1", order=order
    )
    return company.walk("keeper_boss", "outbound_request", made.key, "submit")


def test_a_confirmed_request_holds_goods_until_they_are_shipped(company: Company) -> None:
    company.put_in_stock("P1", "10", LONG_AGO)
    first, second = requested(company, "7"), requested(company, "7")
    confirmed = company.walk("keeper_boss", "outbound_request", first.key, "confirm")
    assert confirmed.lines[0].values["confirmed_quantity"] == 7
    partly = company.walk("keeper_boss", "outbound_request", second.key, "confirm")
    assert partly.lines[0].values["confirmed_quantity"] == 3
    with pytest.raises(Refused):
        company.walk("keeper_boss", "outbound_request", first.key, "confirm")

    stranger = company.shipment(None, "1")
    with pytest.raises(Refused) as refused:
        company.walk("keeper", "shipment", stranger.key, "post")
    assert [one.key for one in refused.value.blockers] == [first.key, second.key]
    own = company.shipment(None, "5", outbound_request=first.key)
    company.walk("keeper", "shipment", own.key, "post")
    assert read(company, "outbound_request", first.key).state == "partly_issued"
    beyond = company.shipment(None, "3", outbound_request=first.key)
    with pytest.raises(Refused) as refused:
        company.walk("keeper", "shipment", beyond.key, "post")
    assert refused.value.guard == "shipment_within_request"
    rest = company.shipment(None, "2", outbound_request=first.key)
    company.walk("keeper", "shipment", rest.key, "post")
    assert read(company, "outbound_request", first.key).state == "issued"
    company.walk("keeper_boss", "shipment", rest.key, "void", comment="退回")
    assert read(company, "outbound_request", first.key).state == "partly_issued"

    company.walk("keeper_boss", "outbound_request", second.key, "cancel", comment="不要了")
    company.walk("keeper", "shipment", stranger.key, "post")


def test_an_order_closed_short_frees_what_it_held(sqlite_company: Company) -> None:
    company = sqlite_company
    company.put_in_stock("P1", "10", LONG_AGO)
    order = company.approved_order("8")
    with pytest.raises(Refused) as refused:
        requested(company, "9", order.key)
    assert refused.value.guard == "request_within_order"
    request = requested(company, "8", order.key)
    company.walk("keeper_boss", "outbound_request", request.key, "confirm")
    shipment = company.shipment(order.key, "3", outbound_request=request.key)
    company.walk("keeper", "shipment", shipment.key, "post")
    company.walk("manager", "order", order.key, "close_short", comment="余量不要")
    assert read(company, "outbound_request", request.key).state == "cancelled"
    other = company.shipment(None, "7")
    company.walk("keeper", "shipment", other.key, "post")


def test_an_order_with_a_live_request_is_not_voided(sqlite_company: Company) -> None:
    company = sqlite_company
    order = company.approved_order("8")
    request = requested(company, "8", order.key)
    with pytest.raises(Refused) as refused:
        company.walk("manager", "order", order.key, "void", comment="x")
    assert request.key in [one.key for one in refused.value.blockers]


def test_a_count_takes_four_eyes_and_settles_the_time_before_it(company: Company) -> None:
    company.put_in_stock("P1", "10", LONG_AGO, lot="A")
    company.put_in_stock("P1", "5", LONG_AGO)
    made = company.create("keeper", "stocktake", [], depot="D1", as_of="2025-06-01 12:00", blind=True)
    started = company.walk("keeper", "stocktake", made.key, "start")
    assert {(line.values["lot"], line.values["book_quantity"]) for line in started.lines} == {
        ("A", None),
        (None, None),
    }
    with pytest.raises(Refused) as refused:
        company.walk("keeper", "stocktake", made.key, "finish")
    assert refused.value.guard == "everything_is_counted"
    by_lot = {line.values["lot"]: line.id for line in started.lines}
    counted = [{"id": by_lot["A"], "counted_quantity": "8"}, {"id": by_lot[None], "counted_quantity": "5"}]
    with company.store.writing("keeper") as session:
        update(session, company.actors["keeper"], entity("stocktake"), made.key, {}, counted)
    finished = company.walk("keeper", "stocktake", made.key, "finish")
    assert {(line.values["lot"], line.values["book_quantity"]) for line in finished.lines} == {
        ("A", 10),
        (None, 5),
    }

    counter = Actor("keeper", "warehouse_manager", company.actors["keeper"].org_unit_id, None)
    with pytest.raises(Refused) as refused:
        company.walk(counter, "stocktake", made.key, "review")
    assert refused.value.guard == "approver_is_not_counter"
    company.walk("keeper_boss", "stocktake", made.key, "review")
    with pytest.raises(Refused) as refused:
        company.walk("keeper_boss", "stocktake", made.key, "post")
    assert refused.value.guard == "differences_are_explained"
    company.walk("keeper_boss", "stocktake", made.key, "ask_recount", comment="请再数一次")
    second = Actor("second", "warehouse", company.actors["keeper"].org_unit_id, None)
    with company.store.writing("second") as session:
        lines = [{"id": by_lot["A"], "counted_quantity": "8", "reason": "破损"}, counted[1]]
        update(session, second, entity("stocktake"), made.key, {}, lines)
    with pytest.raises(Refused) as refused:
        company.walk("keeper", "stocktake", made.key, "finish_recount")
    assert refused.value.guard == "recounter_is_another"
    company.walk(second, "stocktake", made.key, "finish_recount")
    company.walk("keeper_boss", "stocktake", made.key, "review")
    company.walk("keeper_boss", "stocktake", made.key, "post")
    assert moved(company, f"stocktake:{made.key}") == [("count", "A", -2, 60)]

    late = company.shipment(None, "1", lot="A", shipped_on="2025-05-01")
    with pytest.raises(Refused) as refused:
        company.walk("keeper", "shipment", late.key, "post")
    assert [one.key for one in refused.value.blockers] == [made.key]
    company.walk("keeper_boss", "stocktake", made.key, "void", comment="数错了")
    assert moved(company, f"stocktake:{made.key}:void") == [("count", "A", 2, 60)]
    company.walk("keeper", "shipment", late.key, "post")


def need(quantity: int = 20, **figures: Decimal) -> Need:
    known = dict.fromkeys(("on_hand", "position", "reorder_point", "safety_stock"), Decimal(1)) | figures
    return Need(
        "P1", "D1", "order", Decimal(quantity), TODAY + timedelta(days=3), "理由", "why", "1", **known
    )


def settle(company: Company, *needs: Need) -> Settled:
    machine = Actor("feed_back", "admin", None, None)
    with company.store.writing(machine.login) as session:
        return settle_proposals(session, machine, needs)


def test_an_unchanged_need_leaves_its_proposal_untouched(company: Company) -> None:
    assert settle(company, need()) == Settled(made=1)
    (first,) = records(company, "supply_proposal")
    assert settle(company, need(position=Decimal(0))) == Settled()
    assert records(company, "supply_proposal") == [first]
    assert settle(company, need(30)) == Settled(changed=1)
    (changed,) = records(company, "supply_proposal")
    assert (changed.key, changed.values["quantity"], changed.version) == (first.key, 30, first.version + 1)
    assert settle(company) == Settled(dropped=1)
    assert settle(company) == Settled()
    assert settle(company, need()) == Settled(made=1)
    assert [one.state for one in records(company, "supply_proposal")] == ["dismissed", "proposed"]


def test_goods_that_come_without_having_been_ordered_close_their_proposal(sqlite_company: Company) -> None:
    company = sqlite_company
    settle(company, need())
    (proposal,) = records(company, "supply_proposal")
    company.walk("keeper_boss", "supply_proposal", proposal.key, "accept")
    (draft,) = records(company, "inbound")
    company.walk("keeper", "inbound", draft.key, "post")
    assert read(company, "supply_proposal", proposal.key).state == "closed"


def test_what_people_dismissed_is_not_proposed_again_for_the_same_need(sqlite_company: Company) -> None:
    company = sqlite_company
    settle(company, need())
    (proposal,) = records(company, "supply_proposal")
    company.walk("keeper_boss", "supply_proposal", proposal.key, "dismiss", comment="停产")
    assert settle(company, need()) == Settled()
    assert settle(company, need(40)) == Settled(made=1)


def test_what_the_store_does_not_know_is_left_out(sqlite_company: Company) -> None:
    company = sqlite_company
    strange = Need(**(need().__dict__ | {"item": "GONE"}))
    assert settle(company, strange, need()) == Settled(made=1, refused=1)


def test_an_accepted_proposal_follows_its_inbound_document(company: Company) -> None:
    settle(company, need())
    (proposal,) = records(company, "supply_proposal")
    company.walk("keeper_boss", "supply_proposal", proposal.key, "accept")
    (draft,) = records(company, "inbound")
    assert (draft.state, draft.values["kind"], draft.values["proposal"].key) == (
        "draft",
        "purchase",
        proposal.key,
    )
    assert [(line.values["item"].key, line.values["quantity"]) for line in draft.lines] == [("P1", 20)]
    assert settle(company, need(50)) == Settled(), "nothing is proposed beside what people have taken up"

    def state() -> str | None:
        return read(company, "supply_proposal", proposal.key).state

    company.walk("keeper_boss", "inbound", draft.key, "order")
    assert state() == "released"
    edit(company, "keeper", "inbound", read(company, "inbound", draft.key), received_quantity="15")
    company.walk("keeper", "inbound", draft.key, "post")
    assert state() == "released"
    rest = records(company, "inbound")[-1]
    company.walk("keeper_boss", "inbound", rest.key, "cancel", comment="供应商缺货")
    assert state() == "closed"
    company.walk("keeper_boss", "inbound", draft.key, "void", comment="录错")
    assert state() == "dismissed"
