"""What the truth file says is what the records add up to, and the fits on the records find the laws again."""

import json
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from scipy import stats

from operational.demo.truth import FILE
from tests.demo.conftest import COUNTED, UNTIL, Company
from warehouse.science import bg_nbd, gamma_gamma, power_law, weibull
from warehouse.science.maximum_likelihood import Fit

pytestmark = pytest.mark.xdist_group("demo")
BACK = "('received', 'credited', 'closed')"
AS_OF = UNTIL + timedelta(days=1)
STANDARD_ERRORS = 3.0

TOTALS = {
    "orders": f'select count(*) from "order" where state in {COUNTED}',
    "order_lines": f'select count(*) from order_line l join "order" o on o.id = l.order_id where o.state in {COUNTED}',
    "buying_customers": f'select count(distinct customer_id) from "order" where state in {COUNTED}',
    "gross_revenue": f'select sum(amount) / 10000.0 from "order" where state in {COUNTED}',
    "units_sold": f'select sum(quantity) / 1000000 from order_line l join "order" o on o.id = l.order_id where o.state in {COUNTED}',
    "returns_amount": "select sum(l.quantity / 1000000 * l.unit_price) / 10000.0 from return_note_line l "
    f"join return_note n on n.id = l.return_note_id where n.state in {BACK}",
    "units_returned": "select sum(l.quantity) / 1000000 from return_note_line l "
    f"join return_note n on n.id = l.return_note_id where n.state in {BACK}",
    "invoiced": "select sum(amount) / 100.0 from invoice where state in ('issued', 'partly_paid', 'paid')",
    "collected": "select sum(amount) / 100.0 from receipt where state = 'posted'",
    "on_hand": "select sum(quantity) / 1000000 from stock_movement",
    "units": "select count(*) from unit",
    "units_in_service": "select count(*) from unit where retired_on is null",
    "replacements": "select count(*) from part_replacement",
    "replacements_after_failure": "select count(*) from part_replacement where reason = 'failure'",
    "requests_opened": "select count(*) from service_request",
    "requests_open": "select count(*) from service_request where resolved_at is null and closed_at is null",
    "replacements_under_warranty": "select count(*) from part_replacement p join unit u on u.id = p.unit_id "
    "join item i on i.id = u.item_id where date(p.replaced_at, '+8 hours') < date(u.installed_on, '+' || i.warranty_months || ' months')",
    "requests_reopened": "select count(*) from service_request where reopened_count > 0",
}  # fmt: skip


SENT_BACK = f"""
select count(distinct l.id || '-' || back.return_note_id), count(distinct l.id) from order_line l
join shipment s on s.order_id = l.order_id and s.state = 'posted' and s.shipped_on < date('{UNTIL}', '-120 days')
join shipment_line d on d.shipment_id = s.id and d.item_id = l.item_id
left join return_note n on n.order_id = l.order_id
left join return_note_line back on back.return_note_id = n.id and back.item_id = l.item_id
where l.line_no > 1 or l.quantity > 1000000
"""


@pytest.mark.parametrize("name", TOTALS)
def test_totals(company: Company, name: str) -> None:
    assert company.value(TOTALS[name]) == pytest.approx(company.truth.totals[name], rel=1e-12)


def test_totals_that_follow_from_others(company: Company) -> None:
    totals = company.truth.totals
    assert totals["revenue"] == pytest.approx(totals["gross_revenue"] - totals["returns_amount"], abs=1e-6)
    assert totals["outstanding"] == pytest.approx(totals["invoiced"] - totals["collected"], abs=1e-6)
    assert sum(totals["gross_revenue_by_year"].values()) == pytest.approx(totals["gross_revenue"], abs=1e-6)


def test_the_file_lies_beside_the_store(company: Company) -> None:
    told = json.loads((company.store.settings.data / FILE).read_text(encoding="utf-8"))
    assert told["totals"] == company.truth.totals
    assert told["counts"] == company.truth.counts
    assert (told["first_day"], told["last_day"]) == ("2021-09-30", "2026-09-29")
    assert set(told["parameters"]) >= {
        "bg_nbd",
        "gamma_gamma",
        "failures",
        "first_response_hours",
        "payment_by_level",
    }


def test_small_is_small(company: Company) -> None:
    counts = company.truth.counts
    assert 550 <= counts["customer"] <= 700
    assert 3_600 <= counts["order"] <= 4_700
    assert (counts["unit"], counts["service_request"]) == (400, 1_500)


def agrees(fit: Fit, truth: dict[str, float]) -> None:
    for name, value in truth.items():
        off = (fit.parameters[name] - value) / fit.standard_errors[name]
        assert abs(off) < STANDARD_ERRORS, (
            f"{name}: {fit.parameters[name]:.4g} for {value} is {off:+.1f} standard errors"
        )


def test_bg_nbd_on_the_orders_finds_the_buying_process(company: Company) -> None:
    days = company.rows(
        f'select customer_id, ordered_on, sum(amount) from "order" where state in {COUNTED} group by 1, 2'
    )
    customer, place = np.unique([row[0] for row in days], return_inverse=True)
    day = np.array([row[1] for row in days], dtype="datetime64[D]").astype(int)
    amount = np.array([row[2] for row in days]) / 10_000
    first, last = np.full(len(customer), day.max()), np.zeros(len(customer), dtype=int)
    np.minimum.at(first, place, day)
    np.maximum.at(last, place, day)
    frequency = np.bincount(place) - 1
    age = (np.datetime64(UNTIL).astype(int) - first) / 7
    truth = company.truth.parameters
    agrees(
        bg_nbd.fit(frequency, (last - first) / 7, age), {name: truth["bg_nbd"][name] for name in bg_nbd.NAMES}
    )
    repeats = day > first[place]
    mean = np.bincount(place[repeats], weights=amount[repeats], minlength=len(customer)) / np.maximum(
        frequency, 1
    )
    spending = gamma_gamma.fit(frequency, mean).parameters
    expected = spending["p"] * spending["gamma"] / (spending["q"] - 1)
    known = truth["gamma_gamma"]
    assert expected == pytest.approx(known["p"] * known["gamma"] / (known["q"] - 1), rel=0.15)


def exposures(company: Company, law: dict[str, Any]) -> tuple[dict[int, float], dict[int, list[float]]]:
    """Age at the end of each unit of a model, without the bad lot, and the ages at its replacements, in days."""
    lot = company.truth.anomalies["bad_lot"]["lot"]
    units = company.rows(
        "select u.id, julianday(coalesce(u.retired_on, :end)) - julianday(u.installed_on) from unit u "
        "join item i on i.id = u.item_id where i.code = :model and u.serial not like :lot",
        model=law["model"], end=str(AS_OF), lot=f"{lot}-%",
    )  # fmt: skip
    ends = {unit: age for unit, age in units if age > 0}
    ages: dict[int, list[float]] = {unit: [] for unit in ends}
    for unit, age in company.rows(
        "select p.unit_id, julianday(date(p.replaced_at, '+8 hours')) - julianday(u.installed_on) from part_replacement p "
        "join unit u on u.id = p.unit_id join item i on i.id = p.part_id where i.code = :part and p.reason = 'failure' order by 2",
        part=law["part"],
    ):
        if unit in ages:
            ages[unit].append(age)
    return ends, ages


@pytest.mark.parametrize("place", range(7))
def test_fits_on_the_replacements_find_the_laws_of_failure(company: Company, place: int) -> None:
    law = company.truth.parameters["failures"][place]
    ends, ages = exposures(company, law)
    if law["kind"] == "power_law":
        events = [age for one in ages.values() for age in one]
        fit = power_law.fit(events, list(ends.values()))
    else:
        lives = [(life, True) for one in ages.values() for life in np.diff([0.0, *one])]
        lives += [(ends[unit] - (one[-1] if one else 0.0), False) for unit, one in ages.items()]
        fit = weibull.fit(*zip(*lives, strict=True))
    agrees(fit, {"shape": law["shape"], "scale": law["scale"]})


@pytest.mark.parametrize(
    ("law", "ended"),
    [("first_response_hours", "first_response_at"), ("resolution_hours", "first_resolved_at")],
)
def test_durations_of_requests_are_lognormal_as_known(company: Company, law: str, ended: str) -> None:
    known, slow = company.truth.parameters[law], company.truth.anomalies["slow_response"]
    rows = company.rows(
        f"select s.priority, a.code, date(s.opened_at, '+8 hours'), (julianday(s.{ended}) - julianday(s.opened_at)) * 24 "
        "from service_request s join customer c on c.id = s.customer_id join region r on r.id = c.region_id "
        f"join region a on a.id = r.parent_id where s.{ended} is not null and (:ended = 'first_response_at' "
        "or (julianday(s.first_resolved_at) - julianday(s.first_response_at)) * 24 > 1)",
        ended=ended,
    )
    usual = [
        row
        for row in rows
        if not (row[1] == slow["org_unit"] and str(slow["from"]) <= row[2] <= str(slow["to"]))
    ]
    scores = [
        np.log(hours / known["median_by_priority"][priority] / known["factor_by_branch"][branch])
        / known["sigma"]
        for priority, branch, _, hours in usual
    ]
    assert abs(np.mean(scores)) < STANDARD_ERRORS / np.sqrt(len(scores))
    assert stats.kstest(scores, "norm").pvalue > 0.001


def test_shares_are_as_known(company: Company) -> None:
    known = company.truth.parameters
    cases = [
        (
            known["win_rate"],
            "select sum(stage = 'won'), count(*) from opportunity where stage in ('won', 'lost')",
        ),
        (
            known["reopened_share"],
            "select sum(reopened_count > 0), count(*) from service_request where state = 'closed'",
        ),
        (
            known["reassigned_share"],
            "select sum(reassigned_count > 0), count(*) from service_request",
        ),
        (
            known["returned_share_of_lines"],
            SENT_BACK,
        ),
    ]
    for probability, query in cases:
        hits, trials = company.rows(query)[0]
        assert abs(hits - trials * probability) < 4 * np.sqrt(trials * probability)


def test_customers_pay_by_the_law_of_their_level(company: Company) -> None:
    stops = company.truth.anomalies["stops_paying"]["customer"]
    rows = company.rows(
        "select c.level, min(r.received_on) <= i.due_on from invoice i join customer c on c.id = i.customer_id "
        "left join receipt r on r.invoice_id = i.id and r.state = 'posted' where i.state in ('issued', 'partly_paid', 'paid') "
        "and i.due_on < date(:end, '-10 days') and c.code <> :stops group by i.id", end=str(AS_OF), stops=stops,
    )  # fmt: skip
    shares = {}
    for level, law in company.truth.parameters["payment_by_level"].items():
        paid = [bool(in_time) for one, in_time in rows if one == level]
        shares[level] = np.mean(paid)
        # a due day without banking is followed by a payment on the next one: a little under the law
        assert law["on_time"] - 0.12 < shares[level] < law["on_time"] + 0.04, level
    assert sorted(shares.values(), reverse=True) == [shares[level] for level in "ABCD"]
