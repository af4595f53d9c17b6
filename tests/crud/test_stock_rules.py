"""The stock ledger: its sum is what lies there, never below nothing, whatever is posted or voided."""

import itertools
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from operational.crud.access import SYSTEM_ACTOR
from operational.crud.refusal import Refused
from operational.crud.walk import walk
from operational.crud.write import create
from operational.entity import entity
from operational.rules.stock import Move, move_stock
from tests.crud.company import LONG_AGO, Company, id_of

SHANGHAI = ZoneInfo("Asia/Shanghai")
MOVEMENT = entity("stock_movement").__table__
FIRST_DAY = date(2025, 1, 1)
_items = itertools.count(1)


def balance(company: Company, item: str = "P1") -> Decimal:
    with company.store.reading() as session:
        return session.scalar(
            select(func.coalesce(func.sum(MOVEMENT.c.quantity), 0)).where(
                MOVEMENT.c.item_id == id_of(session, "item", item)
            )
        )


lots = st.sampled_from([None, "A", "B"])
receive = st.tuples(st.just("receive"), st.integers(1, 9), st.integers(0, 9), lots)
ship = st.tuples(st.just("ship"), st.integers(1, 9), st.integers(0, 9), lots)
void = st.tuples(st.just("void"), st.integers(0, 9), st.just(0), st.none())


def holds(ledger: list[tuple[datetime, str | None, int]]) -> bool:
    """Whether no balance, of the item or of a lot, is ever below nothing; one instant counts as one."""
    for lot in (None, *{lot for _, lot, _ in ledger if lot}):
        by_time: dict[datetime, int] = defaultdict(int)
        for at, of, quantity in ledger:
            if lot is None or of == lot:
                by_time[at] += quantity
        if any(total < 0 for total in itertools.accumulate(by_time[at] for at in sorted(by_time))):
            return False
    return True


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(receive | ship | void, min_size=1, max_size=10))
def test_random_postings_and_voidings_agree_with_a_plain_ledger(sqlite_company, steps):
    """A shipment is posted exactly when a list of movements stays whole; the store then has it."""
    item = f"X{next(_items)}"
    ledger: list[tuple[datetime, str | None, int]] = []
    posted: list[tuple[str, datetime, str | None, int]] = []
    with sqlite_company.store.writing("system") as session:
        create(session, SYSTEM_ACTOR, entity("item"), {"code": item, "name": item})
        place = (id_of(session, "item", item), id_of(session, "depot", "D1"))
        for verb, number, offset, lot in steps:
            day = FIRST_DAY + timedelta(offset)
            at = datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=SHANGHAI).astimezone(UTC)
            if verb == "receive":
                move_stock(session, SYSTEM_ACTOR, "receipt", "test", at, [Move(*place, Decimal(number), lot)])
                ledger.append((at, lot, number))
            elif verb == "ship":
                half = [
                    {"item": item, "quantity": number, "lot": lot},
                    {"item": item, "quantity": 1, "lot": lot},
                ]
                draft = create(
                    session, SYSTEM_ACTOR, entity("shipment"), {"depot": "D1", "shipped_on": day}, half
                )
                wanted = [*ledger, (at, lot, -number - 1)]
                if holds(wanted):
                    walk(session, SYSTEM_ACTOR, entity("shipment"), draft.key, "post")
                    ledger = wanted
                    posted.append((draft.key, at, lot, number + 1))
                else:
                    with pytest.raises(Refused) as refused:
                        walk(session, SYSTEM_ACTOR, entity("shipment"), draft.key, "post")
                    assert refused.value.guard == "stock_is_enough"
            elif posted:
                key, at, lot, quantity = posted.pop(number % len(posted))
                walk(session, SYSTEM_ACTOR, entity("shipment"), key, "void", comment="x")
                ledger.append((at, lot, quantity))
        rows = session.execute(
            select(MOVEMENT.c.moved_at, MOVEMENT.c.lot, MOVEMENT.c.quantity).where(
                MOVEMENT.c.item_id == place[0]
            )
        ).all()
    stored = [(at, lot, int(quantity)) for at, lot, quantity in rows]
    assert holds(stored)
    assert net(stored) == net(ledger)


def net(ledger):
    found: dict[tuple[datetime, str | None], int] = defaultdict(int)
    for at, lot, quantity in ledger:
        found[at, lot] += quantity
    return {place: quantity for place, quantity in found.items() if quantity}


def test_a_later_shipment_keeps_its_goods(company):
    """Today there is enough, but not once the shipment that is already posted for later has left."""
    company.put_in_stock("P1", "10", LONG_AGO)
    later = company.shipment(None, "8", shipped_on="2025-06-01")
    company.walk("keeper", "shipment", later.key, "post")
    earlier = company.shipment(None, "3", shipped_on="2025-05-01")
    with pytest.raises(Refused) as refused:
        company.walk("keeper", "shipment", earlier.key, "post")
    assert "has 2 of" in refused.value.message.en
    assert "2025-06-01" in refused.value.message.en
    assert [one.key for one in refused.value.blockers] == ["P1", "D1"]


def test_voiding_puts_back_exactly_what_was_taken_once(company):
    company.put_in_stock("P1", "10", LONG_AGO, lot="L1")
    shipment = company.shipment(None, "4", shipped_on="2025-06-01", lot="L1")
    company.walk("keeper", "shipment", shipment.key, "post")
    assert balance(company) == 6
    company.walk("keeper_boss", "shipment", shipment.key, "void", comment="录错")
    assert balance(company) == 10
    with pytest.raises(Refused):
        company.walk("keeper_boss", "shipment", shipment.key, "void", comment="再来")
    with company.store.reading() as session:
        rows = session.execute(
            select(
                MOVEMENT.c.source,
                MOVEMENT.c.quantity,
                MOVEMENT.c.moved_at,
                MOVEMENT.c.lot,
                MOVEMENT.c.unit_cost,
            )
            .where(MOVEMENT.c.source != "test")
            .order_by(MOVEMENT.c.id)
        ).all()
    (first, out, at, lot, cost), (second, back, back_at, back_lot, _) = rows
    assert (first, second) == (f"shipment:{shipment.key}", f"shipment:{shipment.key}:void")
    assert (out, back, at, lot) == (-4, 4, back_at, back_lot)
    assert cost == 60


def test_an_imported_shipment_moved_nothing_and_puts_nothing_back(company):
    shipment = company.shipment(None, "4")
    with company.store.writing("system") as session:
        table = entity("shipment").__table__
        session.execute(table.update().where(table.c.number == shipment.key).values(state="posted"))
    company.walk("keeper_boss", "shipment", shipment.key, "void", comment="历史")
    assert balance(company) == 0


def test_a_received_return_goes_into_the_depot(company):
    lines = [{"item": "P1", "quantity": "3"}]
    note = company.create("system", "return_note", lines, customer="C1", depot="D1")
    company.walk("manager", "return_note", note.key, "approve")
    company.walk("keeper", "return_note", note.key, "receive")
    assert balance(company) == 3
    without = company.create("system", "return_note", lines, customer="C1")
    company.walk("manager", "return_note", without.key, "approve")
    company.walk("keeper", "return_note", without.key, "receive")
    assert balance(company) == 3


def test_a_replaced_part_leaves_its_depot_or_the_replacement_is_refused(company):
    company.put_in_stock("P2", "1", LONG_AGO)
    company.create("system", "unit", serial="U1", item="P1", customer="C1", installed_on="2024-01-01")
    given = {"unit": "U1", "part": "P2", "replaced_at": "2025-03-01 10:00"}
    company.create("agent", "part_replacement", **given, depot="D1")
    assert balance(company, "P2") == 0
    with pytest.raises(Refused) as refused:
        company.create("agent", "part_replacement", **given, depot="D1")
    assert refused.value.guard == "issue_replaced_part"
    company.create("agent", "part_replacement", **given)  # from the van: no stock moves
    with company.store.reading() as session:
        table = entity("part_replacement").__table__
        assert session.scalar(select(func.count()).select_from(table)) == 2
