"""Orders from approval to closed: credit, four eyes, shipments, returns, amendments, voiding."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from operational.crud.find import get
from operational.crud.refusal import NotAllowed, Refused
from operational.crud.write import delete, update
from operational.entity import entity
from operational.rules.amend_order import amend_order
from operational.rules.order_quantities import derived_state
from operational.rules.record_verbs import verbs_offered
from tests.crud.company import LONG_AGO

ORDER = entity("order")


def state_of(company, key, name="order"):
    with company.store.reading() as session:
        return get(session, company.actors["system"], entity(name), key).state


def posted(company, order, quantity, **values):
    shipment = company.shipment(order, quantity, **values)
    return company.walk("keeper", "shipment", shipment.key, "post")


def test_who_makes_an_order_does_not_approve_it(company):
    order = company.create("manager", "order", [{"item": "P1", "quantity": 1}], customer="C1")
    company.walk("manager", "order", order.key, "submit")
    with pytest.raises(Refused) as refused:
        company.walk("manager", "order", order.key, "approve")
    assert refused.value.guard == "approver_is_not_creator"
    assert company.walk("boss", "order", order.key, "approve").state == "approved"


def test_an_order_needs_lines_with_prices_and_an_active_customer(company):
    empty = company.create("clerk", "order", [], customer="C1")
    with pytest.raises(Refused, match="no lines"):
        company.walk("clerk", "order", empty.key, "submit")
    company.create("system", "item", code="P3", name="无价")
    unpriced = company.create("clerk", "order", [{"item": "P3", "quantity": 1}], customer="C1")
    with pytest.raises(Refused, match="Line 1"):
        company.walk("clerk", "order", unpriced.key, "submit")
    order = company.create("clerk", "order", [{"item": "P1", "quantity": 1}], customer="C1")
    with company.store.writing("system") as session:
        update(session, company.actors["system"], entity("customer"), "C1", {"blocked": True})
    with pytest.raises(Refused) as refused:
        company.walk("clerk", "order", order.key, "submit")
    assert (refused.value.guard, refused.value.blockers[0].key) == ("customer_is_active", "C1")


def test_the_credit_limit_counts_invoices_unshipped_orders_and_this_one(company):
    company.put_in_stock("P1", "100", LONG_AGO)
    with company.store.writing("system") as session:
        update(session, company.actors["system"], entity("customer"), "C1", {"credit_limit": "2,000"})
    first = company.approved_order("10")  # 1,000
    posted(company, first.key, "4")  # 600 of it are still to ship
    invoice = company.create("payer", "invoice", customer="C1", amount="700", due_on="2199-01-01")
    company.walk("payer", "invoice", invoice.key, "issue")
    receipt = company.create("payer", "receipt", customer="C1", invoice=invoice.key, amount="200")
    company.walk("payer", "receipt", receipt.key, "post")  # 500 of it are still to pay
    assert company.approved_order("9").state == "approved"  # 500 + 600 + 900 = 2,000: just within
    order = company.create("clerk", "order", [{"item": "P1", "quantity": 1}], customer="C1")
    company.walk("clerk", "order", order.key, "submit")
    with pytest.raises(Refused) as refused:
        company.walk("manager", "order", order.key, "approve")
    said = refused.value.message.en
    for figure in (
        "exceeded by 100.00",
        "limit 2,000.00",
        "invoices 500.00",
        "orders 1,500.00",
        "order 100.00",
    ):
        assert figure in said
    assert state_of(company, order.key) == "submitted"


def test_shipping_and_returning_move_the_order(company):
    company.put_in_stock("P1", "100", LONG_AGO)
    order = company.approved_order("10")
    first = posted(company, order.key, "4")
    assert state_of(company, order.key) == "partly_shipped"
    second = posted(company, order.key, "6")
    assert state_of(company, order.key) == "shipped"
    note = company.create(
        "clerk", "return_note", [{"item": "P1", "quantity": 3}], customer="C1", order=order.key, depot="D1"
    )
    assert note.lines[0].values["unit_price"] == 100  # the order line's
    company.walk("manager", "return_note", note.key, "approve")
    assert state_of(company, order.key) == "shipped"  # granted, not yet back
    company.walk("keeper", "return_note", note.key, "receive")
    assert state_of(company, order.key) == "partly_shipped"
    for shipment in (first, second):
        company.walk("keeper_boss", "shipment", shipment.key, "void", comment="录错")
    assert state_of(company, order.key) == "approved"
    with pytest.raises(Refused, match="Beyond"):
        posted(company, order.key, "14")
    posted(company, order.key, "10")
    posted(company, order.key, "3")  # what came back is sent again
    assert company.walk("manager", "order", order.key, "close").state == "closed"


def test_nothing_ships_beyond_the_order_or_before_it_is_approved(company):
    company.put_in_stock("P1", "100", LONG_AGO)
    draft = company.create("clerk", "order", [{"item": "P1", "quantity": 10}], customer="C1")
    with pytest.raises(Refused) as refused:
        posted(company, draft.key, "1")
    assert refused.value.blockers[0].key == draft.key
    order = company.approved_order("10")
    posted(company, order.key, "4")
    for quantity, item in (("7", "P1"), ("1", "P2")):
        with pytest.raises(Refused) as refused:
            posted(company, order.key, quantity, item=item)
        assert refused.value.guard == "shipment_within_order"
    with company.store.writing("manager") as session:
        update(session, company.actors["manager"], ORDER, order.key, {"on_hold": True})
    with pytest.raises(Refused, match="on hold"):
        posted(company, order.key, "1")


def test_no_more_comes_back_than_was_shipped(company):
    company.put_in_stock("P1", "100", LONG_AGO)
    order = company.approved_order("10")
    posted(company, order.key, "4")

    def granted(quantity, customer="C1"):
        lines = [{"item": "P1", "quantity": quantity}]
        note = company.create("system", "return_note", lines, customer=customer, order=order.key)
        return company.walk("manager", "return_note", note.key, "approve")

    granted("3")
    with pytest.raises(Refused) as refused:
        granted("2")
    assert "P1 by 1" in refused.value.message.en
    granted("1")
    with pytest.raises(Refused, match="another customer"):
        granted("0", customer="C2")


def test_voiding_names_what_stands_in_the_way(company):
    order = company.approved_order("10")
    shipment = company.shipment(order.key, "1")
    invoice = company.create("payer", "invoice", customer="C1", order=order.key, amount="1")
    with pytest.raises(Refused) as refused:
        company.walk("manager", "order", order.key, "void", comment="取消")
    assert {one.key for one in refused.value.blockers} == {shipment.key, invoice.key}
    with company.store.writing("keeper") as session:
        delete(session, company.actors["keeper"], entity("shipment"), shipment.key)
    company.walk("payer", "invoice", invoice.key, "void", comment="取消")
    assert company.walk("manager", "order", order.key, "void", comment="取消").state == "void"


def amended(company, key, who="clerk"):
    with company.store.writing(who) as session:
        return amend_order(session, company.actors[who], key)


def test_an_amendment_takes_the_place_of_the_order_when_it_is_approved(company):
    company.put_in_stock("P1", "100", LONG_AGO)
    order = company.approved_order("10")
    shipment = posted(company, order.key, "4")
    draft = amended(company, order.key)
    assert draft.key == f"{order.key}-V2"
    assert (draft.state, draft.values["amended_from"].key) == ("draft", order.key)
    assert draft.lines[0].values == order.lines[0].values
    with pytest.raises(Refused) as refused:
        amended(company, order.key)
    assert refused.value.blockers[0].key == draft.key
    with company.store.writing("clerk") as session:
        lines = [{"id": draft.lines[0].id, "quantity": "6"}]
        update(session, company.actors["clerk"], ORDER, draft.key, {}, lines, draft.version)
    company.walk("clerk", "order", draft.key, "submit")
    assert state_of(company, order.key) == "partly_shipped"  # until it is approved the old one holds
    company.walk("manager", "order", draft.key, "approve")
    assert state_of(company, order.key) == "superseded"
    assert state_of(company, draft.key) == "partly_shipped"  # 4 of 6 went out for the old one
    posted(company, draft.key, "2")
    assert state_of(company, draft.key) == "shipped"
    company.walk("keeper_boss", "shipment", shipment.key, "void", comment="录错")
    assert state_of(company, draft.key) == "partly_shipped"
    assert amended(company, draft.key).key == f"{order.key}-V3"


def test_an_amendment_does_not_go_below_what_was_shipped(company):
    company.put_in_stock("P1", "100", LONG_AGO)
    order = company.approved_order("10")
    posted(company, order.key, "4")
    draft = amended(company, order.key)
    with company.store.writing("clerk") as session:
        lines = [{"id": draft.lines[0].id, "quantity": "3"}]
        update(session, company.actors["clerk"], ORDER, draft.key, {}, lines)
    company.walk("clerk", "order", draft.key, "submit")
    with pytest.raises(Refused, match="below what was shipped: P1"):
        company.walk("manager", "order", draft.key, "approve")
    assert state_of(company, draft.key) == "submitted"
    assert state_of(company, order.key) == "partly_shipped"


def test_who_may_amend_and_when(company):
    order = company.create("clerk", "order", [{"item": "P1", "quantity": 1}], customer="C1")
    with pytest.raises(Refused, match="Only an approved"):
        amended(company, order.key)
    approved = company.approved_order()
    with pytest.raises(NotAllowed):
        amended(company, approved.key, who="payer")
    assert [one.name for one in verbs_offered(company.actors["clerk"], ORDER, approved)] == ["amend"]
    assert verbs_offered(company.actors["payer"], ORDER, approved) == []
    assert verbs_offered(company.actors["clerk"], ORDER, order) == []


quantities = st.dictionaries(st.integers(1, 3), st.decimals(0, 5, places=1), max_size=3)


@settings(deadline=None)
@given(wanted=quantities, net=quantities)
def test_the_derived_state_is_a_pure_function_of_quantities(wanted, net):
    state = derived_state(wanted, net)
    nothing = all(quantity <= 0 for quantity in net.values())
    everything = all(net.get(item, Decimal(0)) >= quantity for item, quantity in wanted.items())
    assert state == ("approved" if nothing else "shipped" if everything else "partly_shipped")
    assert derived_state(dict(reversed(wanted.items())), net) == state


def test_receipts_settle_an_invoice_and_reopen_it(company):
    invoice = company.create("payer", "invoice", customer="C1", amount="100.00", due_on="2199-01-01")
    company.walk("payer", "invoice", invoice.key, "issue")

    def paid(amount, customer="C1"):
        receipt = company.create("payer", "receipt", customer=customer, invoice=invoice.key, amount=amount)
        return company.walk("payer", "receipt", receipt.key, "post")

    first = paid("30")
    assert state_of(company, invoice.key, "invoice") == "partly_paid"
    for amount, customer, said in (("70.01", "C1", "70.00 is open"), ("1", "C2", "another customer")):
        with pytest.raises(Refused, match=said):
            paid(amount, customer)
    second = paid("70")
    assert state_of(company, invoice.key, "invoice") == "paid"
    with pytest.raises(Refused, match="takes no payment"):
        paid("1")
    company.walk("payer_boss", "receipt", second.key, "void", comment="退票")
    assert state_of(company, invoice.key, "invoice") == "partly_paid"
    company.walk("payer_boss", "receipt", first.key, "void", comment="退票")
    assert state_of(company, invoice.key, "invoice") == "issued"


def test_an_invoice_is_of_its_order_s_customer(company):
    order = company.approved_order("1")
    other = company.create("payer", "invoice", customer="C2", order=order.key, amount="100")
    with pytest.raises(Refused, match="another customer") as refused:
        company.walk("payer", "invoice", other.key, "issue")
    assert [one.key for one in refused.value.blockers] == [order.key]
    own = company.create("payer", "invoice", customer="C1", order=order.key, amount="100")
    company.walk("payer", "invoice", own.key, "issue")


def test_a_negative_line_is_kept_with_a_warning(company):
    order = company.create("clerk", "order", [{"item": "P1", "quantity": "-2"}], customer="C1")
    assert [one.message.en for one in order.warnings] == [
        "Line 1, Quantity: is below 0 and was kept; correct it if it is a slip."
    ]
    assert company.create("clerk", "order", [{"item": "P1", "quantity": "2"}], customer="C1").warnings == ()
