"""Creating, changing and deleting records by their declarations."""

from decimal import Decimal

import pytest
from sqlalchemy import select

from operational.crud.find import get
from operational.crud.refusal import Conflict, Invalid, NotAllowed, NotFound, Refused
from operational.crud.write import create, delete, update
from operational.entity import entity
from operational.store.tables import change_log

ORDER = entity("order")


def test_an_order_gets_its_number_its_defaults_and_its_amounts(company):
    order = company.create(
        "clerk", "order",
        [{"item": "P1", "quantity": "3"}, {"item": "P2", "quantity": "1,000", "discount_pct": "12.5"},
         {"item": "P1", "quantity": "1", "amount": "7"}],
        customer="C1",
    )  # fmt: skip
    assert order.key.startswith("SO-")
    assert order.state == "draft"
    assert order.values["org_unit"].key == "SH"  # the customer's
    assert order.values["customer"].title == "上海机械厂"
    assert [line.values["unit_price"] for line in order.lines] == [100, Decimal("19.9999"), 100]
    # 1000 × 19.9999 × 0.875 = 17499.9125
    assert [line.values["amount"] for line in order.lines] == [300, Decimal("17499.9125"), 7]
    assert order.values["amount"] == Decimal("17806.9125")
    assert (order.version, order.created_by) == (1, "clerk")


def test_all_problems_come_at_once_in_both_languages(sqlite_company):
    with pytest.raises(Invalid) as refused:
        sqlite_company.create(
            "clerk", "order",
            [{"item": "P1", "quantity": "1.234,5"}, {"item": "NOPE", "quantity": ""}],
            customer="C1", ordered_on="2026-02-30", colour="red", amount="5", state="approved",
        )  # fmt: skip
    problems = {(one.field, one.line): one.message for one in refused.value.problems}
    assert set(problems) == {
        ("ordered_on", None), ("colour", None), ("amount", None), ("state", None),
        ("quantity", 1), ("item", 2), ("quantity", 2),
    }  # fmt: skip
    assert problems["quantity", 1].zh.startswith("第 1 行“数量”")
    assert "1,234.50" in problems["quantity", 1].en
    assert "is required" in problems["quantity", 2].en
    assert refused.value.values["ordered_on"] == "2026-02-30"  # as typed, for the form


def test_more_decimals_are_rounded_half_up_with_a_warning(sqlite_company):
    order = sqlite_company.create(
        "clerk", "order", [{"item": "P1", "quantity": "1", "unit_price": "2.00005"}], customer="C1"
    )
    assert order.lines[0].values["unit_price"] == Decimal("2.0001")
    assert [one.field for one in order.warnings] == ["unit_price"]


def test_only_changed_lines_reach_the_feed(company):
    order = company.create(
        "clerk", "order", [{"item": "P1", "quantity": n} for n in (1, 2, 3)], customer="C1"
    )
    given = [{"id": line.id, **line.values} for line in order.lines]
    given[1]["quantity"] = "5"
    del given[2]
    given.append({"item": "P2", "quantity": "4"})
    with company.store.writing("clerk") as session:
        start = session.scalar(select(change_log.c.seq).order_by(change_log.c.seq.desc()).limit(1))
        changed = update(session, company.actors["clerk"], ORDER, order.key, {}, given, order.version)
        session.flush()
        feed = session.execute(
            select(change_log.c.entity, change_log.c.op).where(change_log.c.seq > start)
        ).all()
    assert sorted(map(tuple, feed)) == [
        ("order", "update"), ("order_line", "delete"), ("order_line", "insert"), ("order_line", "update")
    ]  # fmt: skip
    assert [(line.line_no, line.values["quantity"]) for line in changed.lines] == [(1, 1), (2, 5), (3, 4)]
    assert changed.lines[1].values["amount"] == 500  # it had been computed, so it followed the quantity
    assert changed.version == 2


def test_a_typed_line_amount_rules_over_a_changed_quantity(sqlite_company):
    order = sqlite_company.create(
        "clerk", "order", [{"item": "P1", "quantity": "3", "amount": "250"}], customer="C1"
    )
    given = [{"id": line.id, **line.values, "quantity": "4"} for line in order.lines]
    with sqlite_company.store.writing("clerk") as session:
        changed = update(session, sqlite_company.actors["clerk"], ORDER, order.key, {}, given)
    assert changed.lines[0].values["amount"] == 250


def test_the_same_again_writes_nothing(company):
    order = company.create("clerk", "order", [{"item": "P1", "quantity": "1"}], customer="C1")
    with company.store.writing("clerk") as session:
        again = update(
            session, company.actors["clerk"], ORDER, order.key, order.values,
            [line.values for line in order.lines], order.version,
        )  # fmt: skip
    assert again.version == order.version


def test_a_stale_version_is_a_conflict_that_tells_who_changed_what(company):
    customer = entity("customer")
    clerk = company.actors["clerk"]
    with company.store.reading() as session:
        shown = get(session, clerk, customer, "C1")
    with company.store.writing("manager") as session:
        update(
            session,
            company.actors["manager"],
            customer,
            "C1",
            {"level": "A", "region": None},
            None,
            shown.version,
        )
    with pytest.raises(Conflict) as conflict, company.store.writing("clerk") as session:
        update(session, clerk, customer, "C1", {"level": "B"}, None, shown.version)
    assert conflict.value.changed_by == "manager"
    assert conflict.value.theirs.values["level"] == "A"
    assert conflict.value.yours == {"level": "B"}
    changes = {one.field.name: (one.before, one.after) for one in conflict.value.changes}
    assert changes["level"] == (None, "A")
    assert changes["region"][0].title == "长三角"
    assert changes["region"][1] is None


def test_sending_a_form_twice_makes_one_document(company):
    first = company.create("clerk", "order", [{"item": "P1", "quantity": "1"}], token="t1", customer="C1")
    second = company.create("clerk", "order", [{"item": "P1", "quantity": "1"}], token="t1", customer="C1")
    other = company.create("clerk2", "order", [{"item": "P1", "quantity": "1"}], token="t1", customer="C2")
    assert first.key == second.key != other.key


def test_a_refused_submission_may_be_sent_again(company):
    with pytest.raises(Invalid):
        company.create("clerk", "order", [{"item": "P1"}], token="t1", customer="C1")
    assert company.create("clerk", "order", [{"item": "P1", "quantity": "1"}], token="t1", customer="C1").id


def test_nobody_writes_history_only_entities(sqlite_company):
    for who in ("system", "keeper_boss", "boss"):
        with pytest.raises(NotAllowed):
            sqlite_company.create(who, "stock_movement", item="P1", depot="D1", quantity="1")


def test_an_approved_order_is_not_edited_but_its_remarks_are(company):
    order = company.approved_order()
    admin = company.actors["system"]
    for values, lines in [({"customer": "C2"}, None), ({}, [{"item": "P2", "quantity": "1"}])]:
        with pytest.raises(Refused) as refused, company.store.writing("system") as session:
            update(session, admin, ORDER, order.key, values, lines)
        assert refused.value.guard == "editable"
    with company.store.writing("system") as session:
        assert (
            update(session, admin, ORDER, order.key, {"remarks": "请周末送货"}).values["remarks"]
            == "请周末送货"
        )


def test_a_natural_key_is_used_once(company):
    with pytest.raises(Invalid) as refused:
        company.create("system", "item", code="P1", name="又一个")
    assert "already in use" in refused.value.problems[0].message.en
    company.create("system", "stock_policy", item="P1", depot="D1")
    with pytest.raises(Invalid):
        company.create("system", "stock_policy", item="P1", depot="D1")
    with company.store.reading() as session:
        assert get(session, company.actors["system"], entity("stock_policy"), "P1~D1").title == "离心泵"


def test_times_keep_their_order(sqlite_company):
    with pytest.raises(Invalid) as refused:
        sqlite_company.create(
            "system", "unit", serial="U1", item="P1", installed_on="2026-03-01", retired_on="2026-02-01"
        )
    assert refused.value.problems[0].field == "retired_on"


def test_a_tree_has_no_cycle(sqlite_company):
    with pytest.raises(Invalid) as refused, sqlite_company.store.writing("system") as session:
        update(session, sqlite_company.actors["system"], entity("org_unit"), "HQ", {"parent": "SH"})
    assert refused.value.problems[0].field == "parent"


def test_what_is_in_use_is_not_deleted_and_says_by_what(company):
    order = company.create("clerk", "order", [{"item": "P1", "quantity": "1"}], customer="C1")
    admin = company.actors["system"]
    for name, key in (("customer", "C1"), ("item", "P1")):
        with pytest.raises(Refused) as refused, company.store.writing("system") as session:
            delete(session, admin, entity(name), key)
        assert order.key in [one.key for one in refused.value.blockers]
    with company.store.writing("clerk") as session:
        delete(session, company.actors["clerk"], ORDER, order.key, order.version)
    with company.store.reading() as session, pytest.raises(NotFound):
        get(session, admin, ORDER, order.key)
    following = company.create("clerk", "order", [{"item": "P1", "quantity": "1"}], customer="C1")
    assert following.key > order.key  # a number is not given twice


def test_a_submitted_document_is_not_deleted(sqlite_company):
    order = sqlite_company.create("clerk", "order", [{"item": "P1", "quantity": "1"}], customer="C1")
    sqlite_company.walk("clerk", "order", order.key, "submit")
    with pytest.raises(Refused), sqlite_company.store.writing("clerk") as session:
        delete(session, sqlite_company.actors["clerk"], ORDER, order.key)


def test_a_branch_cannot_write_itself_into_another(company):
    clerk = company.actors["clerk"]
    with company.store.writing("clerk") as session, pytest.raises(Invalid) as refused:
        create(session, clerk, entity("customer"), {"name": "偷渡", "org_unit": "SOUTH"})
    assert refused.value.problems[0].field == "org_unit"
    with pytest.raises(Invalid), company.store.writing("clerk") as session:  # giving a customer away
        update(session, clerk, entity("customer"), "C1", {"owner": "E2"})
    with company.store.reading() as session:
        assert get(session, clerk, entity("customer"), "C1").values["owner"].key == "E1"


def test_a_line_of_another_document_is_not_taken(sqlite_company):
    orders = [
        sqlite_company.create("clerk", "order", [{"item": "P1", "quantity": 1}], customer="C1")
        for _ in range(2)
    ]
    stolen = [{"id": orders[1].lines[0].id, "quantity": "9"}]
    with pytest.raises(Invalid) as refused, sqlite_company.store.writing("clerk") as session:
        update(session, sqlite_company.actors["clerk"], ORDER, orders[0].key, {}, stolen)
    assert (refused.value.problems[0].line, refused.value.values) == (1, {})


def test_lines_without_ids_replace_by_content(sqlite_company):
    """An API client that sends the whole list: what is equal stays, nothing of another item is inherited."""
    order = sqlite_company.create(
        "clerk", "order", [{"item": "P1", "quantity": 2, "unit_price": "90"}, {"item": "P1", "quantity": 3}],
        customer="C1",
    )  # fmt: skip
    with sqlite_company.store.writing("clerk") as session:
        lines = [{"item": "P1", "quantity": "2"}, {"item": "P2", "quantity": "3"}]
        changed = update(session, sqlite_company.actors["clerk"], ORDER, order.key, {}, lines)
    first, second = changed.lines
    assert first == order.lines[0]  # with the price that had been agreed
    assert (second.id, second.values["unit_price"]) == (order.lines[1].id, Decimal("19.9999"))
    assert second.values["amount"] == Decimal("59.9997")
