"""What was planted can be found in the records, where and as strongly as the truth file says."""

from datetime import date, timedelta
from math import exp, log
from statistics import mean

import pytest

from tests.demo.conftest import COUNTED, UNTIL, Company

pytestmark = pytest.mark.xdist_group("demo")
AREA_OF_CUSTOMER = "join region r on r.id = c.region_id join region a on a.id = r.parent_id"


def test_one_branch_answers_slowly_in_one_month(company: Company) -> None:
    told = company.truth.anomalies["slow_response"]
    median = company.truth.parameters["first_response_hours"]["median_by_priority"]
    rows = company.rows(
        "select s.priority, 24 * (julianday(s.first_response_at) - julianday(s.opened_at)), "
        "date(s.opened_at, '+8 hours') between :first and :last from service_request s "
        f"join customer c on c.id = s.customer_id {AREA_OF_CUSTOMER} where a.code = :area and s.first_response_at is not null",
        area=told["org_unit"], first=str(told["from"]), last=str(told["to"]),
    )  # fmt: skip
    inside, outside = (
        mean(log(hours / median[priority]) for priority, hours, within in rows if within == flag)
        for flag in (1, 0)
    )
    assert told["to"] - told["from"] in {timedelta(days=days) for days in (27, 28, 29, 30)}
    assert 1.6 < exp(inside - outside) < 5.5


def test_one_lot_fails_early(company: Company) -> None:
    told = company.truth.anomalies["bad_lot"]
    query = (
        "select count(p.id) * 1.0 / count(distinct u.id) from unit u join item i on i.id = u.item_id "
        "left join part_replacement p on p.unit_id = u.id and p.reason = 'failure' "
        "and julianday(p.replaced_at) - julianday(u.installed_on) < :days "
        "where i.code = :model and (u.serial like :lot) = :inside"
    )
    values = {"model": told["model"], "lot": f"{told['lot']}-%", "days": told["within_days"]}
    inside, outside = (company.value(query, **values, inside=flag) for flag in (1, 0))
    assert inside > 0.7
    assert outside < 0.15
    assert (
        company.value("select count(*) from unit where serial like :lot", lot=values["lot"])
        == len(told["serials"])
        >= 5
    )


def test_one_region_sells_less_for_two_months(company: Company) -> None:
    told = company.truth.anomalies["sales_drop"]
    query = (
        'select sum(o.amount) / 1e4 from "order" o join customer c on c.id = o.customer_id join region r on r.id = c.region_id '
        f"where r.code = :region and o.state in {COUNTED} and o.ordered_on >= :first and o.ordered_on < :end"
    )
    first, end = told["from"], told["to"] + timedelta(days=1)
    inside, before = (
        company.value(query, region=told["region"], first=str(one), end=str(other)) / (other - one).days
        for one, other in ((first, end), (first - timedelta(days=365), first))
    )
    assert inside / before == pytest.approx(told["factor"], abs=1e-3)
    assert told["factor"] < 0.4


def test_a_years_use_of_some_parts_was_bought_at_once(company: Company) -> None:
    told = company.truth.anomalies["overbought"]
    assert len(told["lots"]) == 3
    for lot in told["lots"]:
        rows = company.rows(
            "select sum(m.quantity) / 1e6, l.expires_on from stock_movement m join item i on i.id = m.item_id "
            "join lot l on l.item_id = i.id and l.number = m.lot where i.code = :item and m.lot = :lot "
            "and m.kind = 'receipt' and date(m.moved_at, '+8 hours') = :day group by l.expires_on",
            item=lot["item"], lot=lot["lot"], day=str(told["received_on"]),
        )  # fmt: skip
        assert rows == [(lot["pieces"], None if lot["expires_on"] is None else str(lot["expires_on"]))]
    assert any(lot["expires_on"] for lot in told["lots"])


def test_one_good_customer_stops_paying(company: Company) -> None:
    told = company.truth.anomalies["stops_paying"]
    query = "select count(*), sum(received_on >= :stop) from receipt r join customer c on c.id = r.customer_id where c.code = :code"
    [(receipts, after)] = company.rows(query, code=told["customer"], stop=str(told["from"]))
    owed = company.value(
        "select count(*) from invoice i join customer c on c.id = i.customer_id where c.code = :code "
        "and i.state <> 'paid' and i.due_on < :end",
        code=told["customer"], end=str(UNTIL),
    )  # fmt: skip
    assert receipts > 5
    assert after == 0
    assert owed >= 2


def test_one_branch_is_silent_for_a_week(company: Company) -> None:
    told = company.truth.anomalies["silent_week"]
    first, last = told["from"], told["to"]
    assert (first.weekday(), last - first) == (0, timedelta(days=6))
    orders = (
        f'select count(*) from "order" o join customer c on c.id = o.customer_id {AREA_OF_CUSTOMER} '
        "where a.code = :area and o.ordered_on between :first and :last"
    )
    requests = (
        f"select count(*) from service_request s join customer c on c.id = s.customer_id {AREA_OF_CUSTOMER} "
        "where a.code = :area and date(s.opened_at, '+8 hours') between :first and :last"
    )
    for query in (orders, requests):

        def counted(start: date, end: date, query: str = query) -> int:
            return company.value(query, area=told["org_unit"], first=str(start), last=str(end))

        assert counted(first, last) == 0
        assert counted(first - timedelta(days=21), first - timedelta(days=1)) > 2


def test_some_customers_were_entered_twice(company: Company) -> None:
    pairs = company.truth.anomalies["duplicate_customers"]["pairs"]
    twice = company.rows("select name, group_concat(code) from customer group by name having count(*) > 1")
    assert {(name, frozenset(codes.split(","))) for name, codes in twice} == {
        (pair["name"], frozenset(pair["codes"])) for pair in pairs
    }
    assert len(pairs) >= 4
