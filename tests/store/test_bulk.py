"""The bulk gate stores what it is given, hands out ids without a gap, and logs ranges."""

import datetime
import threading
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest
from sqlalchemy import inspect, select, text
from sqlalchemy.exc import IntegrityError

from operational.entity import entity
from operational.store.bulk import BIG, bulk_insert, bulk_update
from operational.store.schema import is_current, schema_digest
from tests.store.conftest import log_of

DAY = datetime.date(2026, 2, 28)
AWKWARD = ["", "a,b", 'say "x"', "two\nlines", "\\N", "盈客 'q'", " spaced ", "é"]


def add_customer(session):
    return bulk_insert(session, "customer", {"code": ["C"], "name": ["Customer"]})[0]


def orders(session, numbers, customer, **more):
    count = len(numbers)
    return bulk_insert(
        session,
        "order",
        {"number": numbers, "customer_id": [customer] * count, "ordered_on": [DAY] * count,
         "state": ["closed"] * count, **more},
    )  # fmt: skip


def test_every_kind_of_value_comes_back_as_it_was(store):
    cls = entity("service_request")
    moment = datetime.datetime(2026, 3, 1, 12, 30, 15, 250_000, tzinfo=datetime.UTC)
    with store.writing("ann", channel="import") as session:
        customer = add_customer(session)
        bulk_insert(
            session,
            "item",
            {"code": AWKWARD[1:], "name": AWKWARD[1:], "list_price": [125_000, None, -1, 0, 1, 2, 10**15]},
        )
        orders(
            session,
            ["1", "2"],
            customer,
            on_hold=[True, None],
            remarks=["", None],
            amount=np.array([10_001, -5]),
        )
        bulk_insert(
            session,
            "service_request",
            {"number": ["R1", "R2"], "customer_id": [customer] * 2, "subject": ["s", "t"],
             "opened_at": [moment, moment], "state": ["closed"] * 2},
        )  # fmt: skip
    with store.reading() as session:
        items = session.scalars(select(entity("item")).order_by(entity("item").id)).all()
        assert [one.name for one in items] == AWKWARD[1:]
        assert [one.list_price for one in items[:3]] == [Decimal("12.5"), None, Decimal("-0.0001")]
        assert items[-1].list_price == Decimal(10) ** 11
        first, second = session.scalars(select(entity("order")).order_by(entity("order").id)).all()
        assert (first.on_hold, second.on_hold) == (True, None)
        assert (first.remarks, second.remarks) == ("", None)
        assert (first.amount, second.amount) == (Decimal("1.0001"), Decimal("-0.0005"))
        assert first.ordered_on == DAY
        assert session.scalars(select(cls.opened_at)).first() == moment


def test_dates_and_moments_may_come_as_text_numpy_or_arrow(store):
    with store.writing("ann") as session:
        customer = add_customer(session)
        forms = (
            ["2026-02-28"],
            np.array(["2026-02-28"], dtype="datetime64[D]"),
            pa.array([DAY]),
            pa.chunked_array([[DAY]]),
        )
        for number, days in enumerate(forms):
            bulk_insert(
                session,
                "order",
                {"number": [str(number)], "customer_id": [customer], "ordered_on": days, "state": ["closed"]},
            )
        moments = (
            ["2026-02-28 23:59:59"],
            ["2026-02-28 23:59:59.000000"],
            np.array(["2026-02-28T23:59:59"], dtype="datetime64[s]"),
            pa.array([datetime.datetime(2026, 2, 28, 23, 59, 59, tzinfo=datetime.UTC)]),
        )
        depot = bulk_insert(session, "org_unit", {"code": ["HQ"], "name": ["HQ"], "kind": ["head_office"]})[0]
        depot = bulk_insert(session, "depot", {"code": ["D"], "name": ["D"], "org_unit_id": [depot]})[0]
        item = bulk_insert(session, "item", {"code": ["I"], "name": ["I"]})[0]
        for number, at in enumerate(moments):
            bulk_insert(
                session,
                "stock_movement",
                {
                    "number": [str(number)],
                    "item_id": [item],
                    "depot_id": [depot],
                    "quantity": [1],
                    "moved_at": at,
                },
            )
    with store.reading() as session:
        assert set(session.scalars(select(entity("order").ordered_on))) == {DAY}
        moved = session.scalars(select(entity("stock_movement").moved_at)).all()
        assert set(moved) == {datetime.datetime(2026, 2, 28, 23, 59, 59, tzinfo=datetime.UTC)}
        if not store.is_postgres:  # one form of text, or comparing and sorting in SQL goes wrong
            assert len(set(session.execute(text("SELECT moved_at FROM stock_movement")).scalars())) == 1


def test_ids_follow_each_other_and_the_log_has_one_range(store):
    with store.writing("ann") as session:
        session.add(entity("item")(code="A", name="a"))
        session.flush()
        first, last = bulk_insert(session, "item", {"code": ["x", "y", "z"], "name": ["x", "y", "z"]})
        session.add(entity("item")(code="B", name="b"))
    with store.reading() as session:
        codes = dict(session.execute(text("SELECT id, code FROM item")).all())
    assert [codes[one] for one in range(first, last + 1)] == ["x", "y", "z"]
    logged = [(row.first_id, row.last_id, row.op) for row in log_of(store, "item")]
    assert logged == [
        (first - 1, first - 1, "insert"),
        (first, last, "insert"),
        (last + 1, last + 1, "insert"),
    ]
    assert len({row.context_id for row in log_of(store)}) == 1


def test_bookkeeping_columns_are_filled(store):
    with store.writing("ann") as session:
        add_customer(session)
    with store.reading() as session:
        one = session.scalars(select(entity("customer"))).one()
        assert (one.version, one.created_by, one.updated_by) == (1, "ann", "ann")
        assert abs(one.created_at - datetime.datetime.now(datetime.UTC)) < datetime.timedelta(minutes=1)


def test_a_big_batch_rebuilds_what_it_dropped(store):
    rows = BIG + 7
    with store.writing("ann") as session:
        customer = add_customer(session)
        before = structure(session.connection())
        first, last = orders(session, [f"SO{number}" for number in range(rows)], customer)
        assert structure(session.connection()) == before
        assert last - first == rows - 1
    with store.writing("ann") as session:
        session.add(entity("order")(number="x", customer_id=customer, ordered_on=DAY, state="draft"))
    assert [row.op for row in log_of(store, "order")] == ["insert", "insert"]
    with pytest.raises(IntegrityError), store.writing("ann") as session:
        orders(session, ["y"], customer + 1)


def structure(connection):
    inspector = inspect(connection)
    keys = sorted(key["name"] for key in inspector.get_foreign_keys("order"))
    return keys, sorted(index["name"] for index in inspector.get_indexes("order"))


def test_a_refused_batch_leaves_nothing_and_the_trigger_stays(store):
    with store.writing("ann") as session:
        customer = add_customer(session)
    for numbers, owner in ((["1", "1"], customer), (["1"], customer + 1)):
        with pytest.raises(IntegrityError), store.writing("ann") as session:
            orders(session, numbers, owner)
    with store.writing("ann") as session:
        session.add(entity("order")(number="1", customer_id=customer, ordered_on=DAY, state="draft"))
    assert len(log_of(store, "order")) == 1


def test_rows_of_a_batch_may_refer_to_later_ones(store):
    with store.writing("ann") as session:
        unit = {"code": ["HQ", "B"], "name": ["HQ", "B"], "kind": ["head_office", "branch"]}
        first, _ = bulk_insert(session, "org_unit", unit)
        people = {"code": ["1", "2"], "name": ["1", "2"], "org_unit_id": [first, first]}
        start, _ = bulk_insert(session, "person", people)
        later = {
            "code": ["3", "4"],
            "name": ["3", "4"],
            "org_unit_id": [first] * 2,
            "manager_id": [start + 3, None],
        }
        assert bulk_insert(session, "person", later) == (start + 2, start + 3)


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"colour": ["red"]}, "takes no column colour"),
        ({"id": [1]}, "takes no column id"),
        ({"code": ["a", "b"], "name": ["a"]}, "unequal lengths"),
        ({"code": ["a"], "name": [None]}, "item.name must be filled"),
        ({"code": ["a"], "name": ["a"], "list_price": [1.5]}, "item.list_price"),
        ({"code": ["a"], "name": ["a"], "list_price": ["dear"]}, "item.list_price"),
        ({"code": ["a"], "name": ["a"], "shelf_life_days": [object()]}, "item.shelf_life_days"),
    ],
)
def test_columns_that_do_not_fit_are_refused_by_name(sqlite_store, columns, said):
    with pytest.raises(ValueError, match=said), sqlite_store.writing("ann") as session:
        bulk_insert(session, "item", columns)
    assert log_of(sqlite_store) == []


def test_no_rows_are_no_change(store):
    with store.writing("ann") as session:
        assert bulk_insert(session, "item", {"code": [], "name": []}) == (1, 0)
    assert log_of(store) == []


def test_two_batches_at_once_get_ids_of_their_own(store):
    spans = []

    def load(letter):
        with store.writing(letter) as session:
            codes = [f"{letter}{number}" for number in range(500)]
            spans.append(bulk_insert(session, "item", {"code": codes, "name": codes}))

    threads = [threading.Thread(target=load, args=(letter,)) for letter in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(spans) == [(1 + 500 * turn, 500 + 500 * turn) for turn in range(4)]


def test_bulk_update_changes_and_logs_only_rows_that_differ(store):
    with store.writing("ann") as session:
        first, last = bulk_insert(
            session, "item", {"code": list("abc"), "name": list("abc"), "brand": ["x", "y", None]}
        )
    ids = np.arange(first, last + 1)
    with store.writing("bob") as session:
        assert (
            bulk_update(session, "item", ids, {"brand": ["x", None, "z"], "list_price": [None, None, 5]}) == 2
        )
    with store.writing("bob") as session:
        assert bulk_update(session, "item", ids, {"brand": ["x", None, "z"]}) == 0
        assert bulk_update(session, "item", [last + 1], {"brand": ["x"]}) == 0
    with store.reading() as session:
        cls = entity("item")
        rows = session.execute(select(cls.brand, cls.version, cls.updated_by).order_by(cls.id)).all()
    assert [tuple(row) for row in rows] == [("x", 1, "ann"), (None, 2, "bob"), ("z", 2, "bob")]
    assert [row.first_id for row in log_of(store, "item") if row.op == "update"] == [first + 1, last]


def test_a_batch_leaves_the_schema_as_declared(store):
    with store.writing("ann") as session:
        customer = add_customer(session)
        orders(session, [f"SO{number}" for number in range(BIG)], customer)
    with store.engine.connect() as connection:
        applied = connection.execute(text("SELECT value FROM store_fact WHERE name = 'schema'")).scalar_one()
    assert applied == schema_digest(store.engine)
    assert is_current(store.engine)
