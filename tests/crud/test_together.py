"""Several at once: one winner and clear refusals, numbers that are never twice, no lost update."""

import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from sqlalchemy import func, select

from operational.crud.access import SYSTEM_ACTOR
from operational.crud.find import get
from operational.crud.refusal import Conflict, Declined, Invalid, Refused
from operational.crud.write import create, update
from operational.entity import entity
from tests.crud.company import LONG_AGO


def at_once(*acts):
    """What each act gave or raised, all begun together."""
    start = threading.Barrier(len(acts))

    def run(act):
        start.wait()
        try:
            return act()
        except Declined as declined:
            return declined

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def split(results):
    refused = [one for one in results if isinstance(one, Declined)]
    return [one for one in results if not isinstance(one, Declined)], refused


def test_two_claims_give_one_winner_and_one_clear_refusal(company):
    for _ in range(5):
        key = company.create("agent", "service_request", customer="C1", subject="漏水").key
        claims = [partial(company.walk, who, "service_request", key, "claim") for who in ("agent", "agent2")]
        won, refused = split(at_once(*claims))
        assert len(won) == len(refused) == 1
        assert isinstance(refused[0], Refused)
        winner = won[0].updated_by
        assert winner in refused[0].message.zh
        assert winner in refused[0].message.en
        assert won[0].values["assignee"].key == {"agent": "T1", "agent2": "T2"}[winner]


def test_eight_threads_never_get_the_same_number(company):
    def take():
        numbers = []
        for _ in range(5):
            with company.store.writing("clerk") as session:
                made = create(session, company.actors["clerk"], entity("opportunity"), {"customer": "C1"})
            numbers.append(made.key)
        return numbers

    numbers = [one for taken in at_once(*[take] * 8) for one in taken]
    assert len(set(numbers)) == 40
    assert sorted(numbers)[-1].endswith("-000040")  # and no gap


def test_a_number_that_was_typed_is_not_given_again(company):
    first = company.create("clerk", "opportunity", customer="C1").key
    following = f"{first[:-1]}{int(first[-1]) + 1}"
    company.create("clerk", "opportunity", customer="C1", number=following)
    assert company.create("clerk", "opportunity", customer="C1").key > following


def test_a_series_goes_on_after_imported_numbers(company):
    day = "2031-05-05"
    company.create("clerk", "opportunity", customer="C1", number="OP-2031-000041", opened_on=day)
    assert company.create("clerk", "opportunity", customer="C1", opened_on=day).key == "OP-2031-000042"


def test_the_last_one_in_stock_is_shipped_once(company):
    company.put_in_stock("P1", "1", LONG_AGO)
    keys = [company.shipment(None, "1").key for _ in range(3)]
    won, refused = split(
        at_once(*(lambda key=key: company.walk("keeper", "shipment", key, "post") for key in keys))
    )
    assert len(won) == 1
    assert {one.guard for one in refused} == {"stock_is_enough"}


def test_two_approvals_do_not_share_the_same_credit(company):
    with company.store.writing("system") as session:
        update(session, SYSTEM_ACTOR, entity("customer"), "C1", {"credit_limit": "100"})
    keys = [
        company.create("clerk", "order", [{"item": "P1", "quantity": 1}], customer="C1").key for _ in range(2)
    ]
    for key in keys:
        company.walk("clerk", "order", key, "submit")
    won, refused = split(
        at_once(*(lambda key=key: company.walk("manager", "order", key, "approve") for key in keys))
    )
    assert len(won) == len(refused) == 1
    assert refused[0].guard == "within_credit_limit"


def test_two_receipts_do_not_pay_the_same_amount(company):
    invoice = company.create("payer", "invoice", customer="C1", amount="100", due_on="2199-01-01").key
    company.walk("payer", "invoice", invoice, "issue")
    keys = [
        company.create("payer", "receipt", customer="C1", invoice=invoice, amount="60").key for _ in range(2)
    ]
    won, refused = split(
        at_once(*(lambda key=key: company.walk("payer", "receipt", key, "post") for key in keys))
    )
    assert (len(won), [one.guard for one in refused]) == (1, ["receipt_within_invoice"])


def test_of_two_changes_one_is_a_conflict_and_nothing_is_lost(company):
    customer = entity("customer")
    with company.store.reading() as session:
        shown = get(session, SYSTEM_ACTOR, customer, "C1")

    def change(level):
        with company.store.writing(level) as session:
            return update(session, SYSTEM_ACTOR, customer, "C1", {"level": level}, None, shown.version)

    won, refused = split(at_once(lambda: change("A"), lambda: change("B")))
    assert len(won) == 1
    assert isinstance(refused[0], Conflict)
    assert refused[0].theirs.values["level"] == won[0].values["level"]


def test_the_same_form_sent_twice_at_once_makes_one_document(company):
    def send():
        with company.store.writing("clerk") as session:
            return create(
                session, company.actors["clerk"], entity("order"), {"customer": "C1"},
                [{"item": "P1", "quantity": 1}], token="once",
            )  # fmt: skip

    results = at_once(send, send, send)
    assert len({one.key for one in results}) == 1
    with company.store.reading() as session:
        assert session.scalar(select(func.count()).select_from(entity("order").__table__)) == 1


def test_the_same_key_typed_twice_at_once_is_a_problem_of_its_field(company):
    def make():
        with company.store.writing("system") as session:
            return create(session, SYSTEM_ACTOR, entity("item"), {"code": "NEW", "name": "新品"})

    won, refused = split(at_once(make, make))
    assert len(won) == len(refused) == 1
    assert isinstance(refused[0], Invalid)
    assert refused[0].problems[0].field == "code"


def test_a_failed_write_leaves_nothing(company):
    unit = {"serial": "U9", "item": "P1", "customer": "C1", "installed_on": "2024-01-01"}
    replacement = {"unit": "U9", "part": "P2", "depot": "D1"}  # of which there is none in stock

    def both():
        with company.store.writing("agent") as session:
            create(session, SYSTEM_ACTOR, entity("unit"), unit)
            create(session, SYSTEM_ACTOR, entity("part_replacement"), replacement)

    with pytest.raises(Refused):
        both()
    with company.store.reading() as session:
        assert session.scalar(select(func.count()).select_from(entity("unit").__table__)) == 0
