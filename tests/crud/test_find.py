"""Lists: the filter grammar, search, sort, pages; type-ahead with pinyin."""

from datetime import date
from decimal import Decimal

import pytest

from operational.crud.count import count_states
from operational.crud.filter import query_from_where, where_from_query
from operational.crud.find import find
from operational.crud.lookup import codes, lookup
from operational.crud.pinyin import initials
from operational.crud.refusal import Invalid
from operational.crud.write import update
from operational.entity import entity

ORDER = entity("order")


@pytest.fixture
def orders(company):
    """Four orders: A and B of C1, C of C2 (two items), D of C3; with their days and amounts."""
    for number, customer, day, lines in [
        ("A", "C1", "2026-01-01", [("P1", 1)]), ("B", "C1", "2026-02-01", [("P1", 3)]),
        ("C", "C2", "2026-02-28", [("P1", 2), ("P2", 1)]), ("D", "C3", "2026-03-01", [("P2", 10)]),
    ]:  # fmt: skip
        typed = [{"item": item, "quantity": quantity} for item, quantity in lines]
        company.create("system", "order", typed, number=number, customer=customer, ordered_on=day)
    company.walk("system", "order", "B", "submit")
    return company


def found(company, who="system", **asked):
    with company.store.reading() as session:
        return "".join(row.key for row in find(session, company.actors[who], ORDER, **asked).rows)


FILTERS = [
    ({}, "DCBA"),
    ({"customer": ["C1"]}, "BA"),
    ({"customer": ["C1", "C3"]}, "DBA"),
    ({"customer": ["NOPE"]}, ""),
    ({"customer!=": ["C1"]}, "DC"),
    ({"state": ["submitted"]}, "B"),
    ({"state!=": ["submitted"]}, "DCA"),
    ({"ordered_on>=": ["2026-02-01"], "ordered_on<": ["2026-03-01"]}, "CB"),
    ({"ordered_on": ["2026-03-01"]}, "D"),
    ({"amount>": ["100"]}, "DCB"),
    ({"amount<=": ["219.9999"]}, "DCA"),
    ({"number~": ["c", "d"]}, "DC"),
    ({"remarks": [""]}, "DCBA"),
    ({"remarks!=": [""]}, ""),
    ({"remarks!=": ["x"]}, "DCBA"),  # an empty field is not x
    ({"customer.region": ["R1"]}, "BA"),
    ({"customer.region!=": ["R1"]}, "DC"),
    ({"customer.owner.name": ["王五"]}, "D"),
    ({"lines.item": ["P2"]}, "DC"),
    ({"lines.item!=": ["P2"]}, "BA"),
    ({"kind": ["销售"]}, "DCBA"),
]


def test_filters(orders):
    for where, expected in FILTERS:
        assert found(orders, where=where) == expected, where


def test_a_day_of_a_moment_is_the_whole_business_day(sqlite_company):
    # 2026-01-31 23:30 in Shanghai is 15:30 UTC of that day, 2026-02-01 00:30 is 16:30 UTC of the same
    for number, opened in [("a", "2026-01-31 23:30"), ("b", "2026-02-01 00:30"), ("c", "2026-01-31 00:00")]:
        sqlite_company.create(
            "agent", "service_request", number=number, customer="C1", subject="x", opened_at=opened
        )
    with sqlite_company.store.reading() as session:
        for where, expected in [
            ({"opened_at": ["2026-01-31"]}, "ca"), ({"opened_at<=": ["2026-01-31"]}, "ca"),
            ({"opened_at>": ["2026-01-31"]}, "b"), ({"opened_at>=": ["2026-01-31 00:01"]}, "ab"),
            ({"opened_at<": ["2026-02-01"]}, "ca"),
        ]:  # fmt: skip
            page = find(
                session,
                sqlite_company.actors["agent"],
                entity("service_request"),
                where=where,
                sort="opened_at",
            )
            assert "".join(row.key for row in page.rows) == expected, where


def test_a_bad_filter_is_one_clear_sentence(sqlite_company):
    for name, text in [
        ("colour", "red"), ("ordered_on>=", "yesterday"), ("amount", "a"), ("customer.colour", "x"),
        ("number>", "A"), ("number!!", "A"),
    ]:  # fmt: skip
        with pytest.raises(Invalid) as refused:
            found(sqlite_company, where={name: [text]})
        assert name in refused.value.message.en
    with pytest.raises(Invalid, match="colour"):
        found(sqlite_company, sort="-colour")


SORTS = [
    ("number", "ABCD"),
    ("-amount", "BCDA"),
    ("customer", "ABDC"),
    ("-customer,number", "CDAB"),
    ("state,-number", "DCAB"),
]


def test_sorting(orders):
    # titles: C1 上海机械厂, C2 杭州水务, C3 广州船厂; by code point 上 < 广 < 杭
    for sort, expected in SORTS:
        assert found(orders, sort=sort) == expected, sort


def test_pages_do_not_overlap_and_count_all(orders):
    with orders.store.reading() as session:
        pages = [find(session, orders.actors["system"], ORDER, offset=at, limit=3) for at in (0, 3)]
    assert [row.key for page in pages for row in page.rows] == ["D", "C", "B", "A"]
    assert [page.total for page in pages] == [4, 4]


SEARCHES = [("上海", "BA"), ("b", "B"), ("上海 a", "A"), ("100%", ""), ("_", ""), ("", "DCBA")]


def test_search_takes_numbers_and_titles_of_links(orders):
    for search, expected in SEARCHES:
        assert found(orders, search=search) == expected, search


def test_open_states_are_counted_for_what_the_actor_sees(orders):
    with orders.store.reading() as session:
        assert count_states(session, orders.actors["boss"], ORDER).by_state["draft"] == 2
        assert count_states(session, orders.actors["system"], ORDER).by_state["submitted"] == 1


def test_a_filter_survives_the_address():
    where = {"a>=": ["1"], "b<": ["2", "3"], "c!=": ["x"], "d~": ["y"], "e": [""], "f>": ["4"], "g<=": ["5"]}
    assert where_from_query(query_from_where(where)) == where
    # as it would be typed by hand: ?ordered_on>=2026-01-01&state!=draft&amount>5
    pairs = [("ordered_on>", "2026-01-01"), ("state!", "draft"), ("amount>5", "")]
    assert where_from_query(pairs) == {"ordered_on>=": ["2026-01-01"], "state!=": ["draft"], "amount>": ["5"]}


def test_values_come_as_they_are(orders):
    with orders.store.reading() as session:
        row = find(session, orders.actors["system"], ORDER, where={"number": ["C"]}).rows[0]
    assert row.values["ordered_on"] == date(2026, 2, 28)
    assert row.values["amount"] == Decimal("219.9999")
    assert (row.values["customer"].key, row.values["customer"].title) == ("C2", "杭州水务")


def test_initials_in_every_reading():
    assert {"zq", "cq"} <= set(initials("重庆").split())
    assert initials("上海ABC") == "shabc"


def _hits(session, actor, text, language="zh"):
    return [(one.key, one.called(language)) for one in lookup(session, actor, entity("customer"), text)]


def test_type_ahead_by_key_name_and_initials(company):
    with company.store.reading() as session:
        system, clerk = company.actors["system"], company.actors["clerk"]
        assert _hits(session, system, "c3") == [("C3", "广州船厂")]
        assert _hits(session, system, "水务") == [("C2", "杭州水务")]
        assert _hits(session, system, "gzcc") == [("C3", "广州船厂")]
        assert _hits(session, system, "jxc") == [("C1", "上海机械厂")]
        assert _hits(session, clerk, "gzcc") == []  # not the clerk's
        assert [key for key, _ in _hits(session, system, "")] == ["C1", "C2", "C3", "C4"]
    with company.store.writing("system") as session:
        update(session, system, entity("customer"), "C3", {"name": "佛山船厂"})
    with company.store.reading() as session:
        assert _hits(session, system, "gzcc") == []
        assert _hits(session, system, "fscc") == [("C3", "佛山船厂")]


def test_a_record_is_found_and_called_by_its_english_name_too(company):
    with company.store.writing("system") as session:
        update(session, company.actors["system"], entity("customer"), "C3", {"name_en": "Canton Shipyard"})
    company.create("system", "order", [{"item": "P1", "quantity": 1}], number="E", customer="C3")
    with company.store.reading() as session:
        system = company.actors["system"]
        assert _hits(session, system, "canton", "en") == [("C3", "Canton Shipyard")]
        assert _hits(session, system, "canton") == [("C3", "广州船厂")]
        assert _hits(session, system, "c1", "en") == [("C1", "上海机械厂")]  # has no other name
        (order,) = find(session, system, ORDER, search="shipyard").rows
        assert order.values["customer"].called("en") == "Canton Shipyard"
        assert order.called("en") == "E"


def test_codes_in_use(sqlite_company):
    for level, key in [("A", "C1"), ("B", "C2"), ("A", "C3")]:
        with sqlite_company.store.writing("system") as session:
            update(session, sqlite_company.actors["system"], entity("customer"), key, {"level": level})
    with sqlite_company.store.reading() as session:
        assert codes(session, sqlite_company.actors["system"], entity("customer"), "level") == ["A", "B"]
        assert codes(session, sqlite_company.actors["clerk2"], entity("customer"), "level", "b") == ["B"]
        assert codes(session, sqlite_company.actors["clerk2"], entity("customer"), "level", "a") == []
