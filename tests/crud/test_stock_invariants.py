"""Random lives of a few goods: received, shipped, reserved, counted, voided; what must never break does not."""

import itertools
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from operational.crud.access import SYSTEM_ACTOR, Actor
from operational.crud.refusal import Refused
from operational.crud.walk import walk
from operational.crud.write import create, update
from operational.entity import entity
from operational.rules.count_stock import books
from operational.rules.reservations import held
from operational.rules.stock import available
from tests.crud.company import Company, id_of

SHANGHAI = ZoneInfo("Asia/Shanghai")
MOVEMENT = entity("stock_movement").__table__
FIRST_DAY = date(2025, 1, 1)
SECOND_EYES = Actor("second", "admin", None, None)
_items = itertools.count(1)

days = st.integers(0, 9)
pieces = st.integers(1, 9)
lots = st.sampled_from([None, "A", "B"])
steps = st.lists(
    st.tuples(st.just("receive"), pieces, days, lots)
    | st.tuples(st.just("ship"), pieces, days, lots)
    | st.tuples(st.just("reserve"), pieces, days, lots)
    | st.tuples(st.just("ship_reserved"), pieces, days, lots)
    | st.tuples(st.just("cancel"), pieces, days, lots)
    | st.tuples(st.just("count"), pieces, days, lots)
    | st.tuples(st.just("void"), pieces, days, lots),
    min_size=3,
    max_size=14,
)


class Life:
    """One item in one depot, with the documents that were posted so far."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.item = f"Y{next(_items)}"
        create(
            session,
            SYSTEM_ACTOR,
            entity("item"),
            {"code": self.item, "name": self.item, "standard_cost": "7"},
        )
        self.item_id, self.depot_id = id_of(session, "item", self.item), id_of(session, "depot", "D1")
        self.posted: list[tuple[str, str]] = []
        self.voided: list[tuple[str, str]] = []
        self.requests: list[str] = []

    def receive(self, quantity: int, day: int, lot: str | None) -> None:
        values = {"depot": "D1", "received_on": FIRST_DAY + timedelta(day)}
        line = {"item": self.item, "quantity": quantity, "lot": lot, "unit_cost": quantity}
        self._post("inbound", values, [line])

    def ship(self, quantity: int, day: int, lot: str | None) -> None:
        values = {"depot": "D1", "shipped_on": FIRST_DAY + timedelta(day)}
        self._post("shipment", values, [{"item": self.item, "quantity": quantity, "lot": lot}])

    def reserve(self, quantity: int, _day: int, _lot: str | None) -> None:
        made = create(
            self.session, SYSTEM_ACTOR, entity("outbound_request"), {"depot": "D1"},
            [{"item": self.item, "quantity": quantity}],
        )  # fmt: skip
        self._walk("outbound_request", made.key, "submit")
        confirmed = self._walk("outbound_request", made.key, "confirm")
        assert 0 < confirmed.lines[0].values["confirmed_quantity"] <= quantity
        self.requests.append(made.key)

    def ship_reserved(self, quantity: int, day: int, lot: str | None) -> None:
        if self.requests:
            request = self.requests[quantity % len(self.requests)]
            values = {"depot": "D1", "shipped_on": FIRST_DAY + timedelta(day), "outbound_request": request}
            self._post("shipment", values, [{"item": self.item, "quantity": quantity, "lot": lot}])

    def cancel(self, quantity: int, _day: int, _lot: str | None) -> None:
        if self.requests:
            self._walk("outbound_request", self.requests.pop(quantity % len(self.requests)), "cancel")

    def count(self, quantity: int, day: int, lot: str | None) -> None:
        moment = FIRST_DAY + timedelta(day)
        values = {"depot": "D1", "as_of": f"{moment} 12:00"}
        line = {"item": self.item, "lot": lot, "counted_quantity": quantity, "reason": "x"}
        made = create(self.session, SYSTEM_ACTOR, entity("stocktake"), values, [line])
        started = self._walk("stocktake", made.key, "start")
        lines = [{"id": one.id, "counted_quantity": quantity, "reason": "x"} for one in started.lines]
        update(self.session, SYSTEM_ACTOR, entity("stocktake"), made.key, {}, lines)
        self._walk("stocktake", made.key, "finish")
        self._walk("stocktake", made.key, "review", SECOND_EYES)
        self._walk("stocktake", made.key, "post", SECOND_EYES)
        self.posted.append(("stocktake", made.key))

    def void(self, number: int, _day: int, _lot: str | None) -> None:
        if self.posted:
            chosen = self.posted[number % len(self.posted)]
            self._walk(*chosen, "void")
            self.posted.remove(chosen)
            self.voided.append(chosen)

    def _post(self, name: str, values: dict[str, Any], lines: list[dict[str, Any]]) -> None:
        made = create(self.session, SYSTEM_ACTOR, entity(name), values, lines)
        self._walk(name, made.key, "post")
        self.posted.append((name, made.key))

    def _walk(self, name: str, key: str, verb: str, actor: Actor = SYSTEM_ACTOR) -> Any:
        return walk(self.session, actor, entity(name), key, verb, comment="x")

    def movements(self) -> list[Any]:
        own = (MOVEMENT.c.item_id == self.item_id, MOVEMENT.c.depot_id == self.depot_id)
        return list(self.session.execute(select(MOVEMENT).where(*own).order_by(MOVEMENT.c.id)))


def on_hand_is_the_sum_of_movements(life: Life) -> None:
    """I1."""
    replayed: dict[str | None, Decimal] = defaultdict(Decimal)
    for row in life.movements():
        replayed[row.lot] += row.quantity
    told = books(life.session, life.depot_id, datetime(2199, 1, 1, tzinfo=UTC))
    assert {lot: quantity for (item, lot), quantity in told.items() if item == life.item_id} == replayed


def voiding_leaves_nothing(life: Life) -> None:
    """I3: quantity and value of a voided document and its reversal are zero, lot by lot."""
    for name, key in life.voided:
        source = f"{name}:{key}"
        left: dict[Any, Decimal] = defaultdict(Decimal)
        for row in life.movements():
            if row.source in (source, f"{source}:void"):
                left[row.lot, row.moved_at, "pieces"] += row.quantity
                left[row.lot, row.moved_at, "value"] += row.quantity * (row.unit_cost or 0)
        assert not any(left.values())


def nothing_is_voided_twice(life: Life) -> None:
    """I4."""
    for name, key in life.voided:
        with pytest.raises(Refused):
            walk(life.session, SYSTEM_ACTOR, entity(name), key, "void", comment="x")


def stock_is_never_below_nothing(life: Life) -> None:
    """I5, at every instant, of each named lot and of all together."""
    for lot in (None, "A", "B"):
        by_time: dict[datetime, Decimal] = defaultdict(Decimal)
        for row in life.movements():
            if lot is None or row.lot == lot:
                by_time[row.moved_at] += row.quantity
        assert all(balance >= 0 for balance in itertools.accumulate(by_time[at] for at in sorted(by_time)))


def reserved_is_on_hand(life: Life) -> None:
    """I6."""
    reserved = sum(held(life.session, life.depot_id, [life.item_id]).values())
    on_hand = sum(row.quantity for row in life.movements())
    assert 0 <= reserved <= on_hand
    assert available(life.session, life.depot_id, life.item_id) == on_hand - reserved


def posted_counts_are_true(life: Life) -> None:
    """I8: whatever was posted or voided since, the books of the moment of a count are what was counted."""
    table, lines = entity("stocktake").__table__, entity("stocktake").__lines__.__table__
    counts = life.session.execute(
        select(table.c.as_of, lines.c.lot, lines.c.counted_quantity)
        .join(lines, lines.c.stocktake_id == table.c.id)
        .where(table.c.state == "posted", lines.c.item_id == life.item_id)
    )
    for as_of, lot, counted in counts:
        book = sum(row.quantity for row in life.movements() if row.lot == lot and row.moved_at <= as_of)
        assert book == counted


INVARIANTS: tuple[Callable[[Life], None], ...] = (
    on_hand_is_the_sum_of_movements, voiding_leaves_nothing, nothing_is_voided_twice, stock_is_never_below_nothing,
    reserved_is_on_hand, posted_counts_are_true,
)  # fmt: skip


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=steps)
def test_invariants_hold_after_every_step(
    company: Company, steps: list[tuple[str, int, int, str | None]]
) -> None:
    """Each step is carried out or refused as a whole; either way everything still holds."""
    with company.store.writing("system") as session:
        life = Life(session)
        for verb, *given_with in steps:
            attempt = session.begin_nested()
            try:
                getattr(life, verb)(*given_with)
                attempt.commit()
            except Refused:
                attempt.rollback()
                session.expire_all()
            for invariant in INVARIANTS:
                invariant(life)
