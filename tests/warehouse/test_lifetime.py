"""What the customer models say through the door: errors and limits against a computation by hand, bands, refusals."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest

from tests.landed import Landed
from warehouse.ask import rows_behind
from warehouse.question import parse_question
from warehouse.science import bg_nbd, gamma_gamma

AS_OF, CUSTOMERS = "2026-01-01", 500
LIMITS = ("", ":se", ":lo95", ":hi95")
Z = 1.959963984540054


@pytest.fixture(scope="module")
def company() -> Iterator[Landed]:
    """Customers who buy at rates of their own and drop out after a purchase with a chance of their own."""
    chance = np.random.default_rng(20260101)
    orders: list[dict[str, Any]] = []
    lines: list[dict[str, Any]] = []
    for customer in range(1, CUSTOMERS + 1):
        day = date(2024, 1, 1) + timedelta(days=int(chance.integers(180)))
        rate, dropout, value = chance.gamma(0.8) / 60, chance.beta(0.9, 3), 1000 / chance.gamma(4)
        while day < date(2026, 2, 1):
            orders.append(
                {"number": f"{len(orders)}", "customer_id": customer, "ordered_on": day, "state": "closed"}
            )
            amount = round(float(chance.gamma(6)) * value / 6, 2)
            lines.append(
                {"order_id": len(orders), "line_no": 1, "item_id": 1, "quantity": 1, "amount": amount}
            )
            if chance.random() < dropout:
                break
            day += timedelta(days=1 + min(int(chance.exponential() / rate), 4000))
    landed = Landed()
    landed.land("customer", [{"code": f"C{i:03}", "name": f"C{i:03}"} for i in range(1, CUSTOMERS + 1)])
    landed.land("item", [{"code": "P", "name": "P", "standard_cost": 90}])
    landed.land("order", orders)
    landed.land("order_line", lines)
    landed.model()
    yield landed
    landed.connection.close()


@pytest.fixture(scope="module")
def observed(company: Landed) -> dict[str, Any]:
    """Histories of all customers by SQL over raw orders, and the two fits to them."""
    found = company.connection.execute(
        """with day as (
            select o.customer_id, o.ordered_on, sum(l.amount) as amount from raw."order" o join raw.order_line l on l.order_id = o.id
            where o.state = 'closed' and o.ordered_on < date '2026-01-01' group by all
        ), first as (select customer_id, min(ordered_on) as first_on from day group by all)
        select customer_id, count(*) - 1.0 as x, (max(ordered_on) - min(first_on)) / 7.0 as tx,
            (date '2025-12-31' - min(first_on)) / 7.0 as age,
            coalesce(avg(case when ordered_on > first_on then amount end), 0) as z
        from day join first using (customer_id) group by all order by 1"""
    ).fetchnumpy()
    columns = {name: np.asarray(values, dtype=float) for name, values in found.items()}
    columns["buying"] = bg_nbd.fit(columns["x"], columns["tx"], columns["age"])
    columns["spending"] = gamma_gamma.fit(columns["x"], columns["z"])
    return columns


def error_by_hand(fit: Any, total: Any) -> float:
    """Delta method by one-sided steps of a function of one fit's parameters."""
    at = fit.parameters
    slopes = [(total({**at, name: at[name] * (1 + 1e-6)}) - total(at)) / (at[name] * 1e-6) for name in at]
    return float(np.sqrt(np.array(slopes) @ fit.covariance @ np.array(slopes)))


def answered(company: Landed, figure: str) -> list[float]:
    (row,) = company.ask(",".join(figure + limit for limit in LIMITS), as_of=AS_OF)
    return [row[figure + limit] for limit in LIMITS]


def test_expected_orders_carry_the_error_of_the_fit(company: Landed, observed: dict[str, Any]) -> None:
    def total(law: dict[str, float]) -> float:
        return float(
            bg_nbd.expected_orders(law, 6 * 365.25 / 84, observed["x"], observed["tx"], observed["age"]).sum()
        )

    value, error = total(observed["buying"].parameters), error_by_hand(observed["buying"], total)
    wanted = [value, error, value * math.exp(-Z * error / value), value * math.exp(Z * error / value)]
    assert answered(company, "expected_orders@model=bg_nbd;months=6") == pytest.approx(wanted, rel=1e-4)


def test_the_chance_of_being_alive_has_limits_within_0_and_1(
    company: Landed, observed: dict[str, Any]
) -> None:
    def mean(law: dict[str, float]) -> float:
        return float(bg_nbd.alive_probability(law, observed["x"], observed["tx"], observed["age"]).mean())

    value, error = mean(observed["buying"].parameters), error_by_hand(observed["buying"], mean)
    half, odds = Z * error / (value * (1 - value)), math.log(value / (1 - value))
    limits = [1 / (1 + math.exp(-(odds + side * half))) for side in (-1, 1)]
    assert answered(company, "alive_probability@model=bg_nbd") == pytest.approx(
        [value, error, *limits], rel=1e-4
    )


def test_lifetime_value_carries_the_errors_of_both_fits(company: Landed, observed: dict[str, Any]) -> None:
    (row,) = company.ask("gross_revenue,gross_margin,returns_amount", as_of=AS_OF)
    cost = float(row["gross_revenue"] - row["returns_amount"] - row["gross_margin"])
    margin = 1 - cost / float(row["gross_revenue"])

    def worth(law: dict[str, float], money: dict[str, float]) -> float:
        weeks = np.arange(13)[:, None] * 365.25 / 84
        until = bg_nbd.expected_orders(law, weeks, observed["x"], observed["tx"], observed["age"])
        value = gamma_gamma.expected_order_value(money, observed["x"], observed["z"])
        return float(
            (np.diff(until, axis=0) / 1.15 ** (np.arange(1, 13) / 12)[:, None] @ value).sum() * margin
        )

    buying, spending = observed["buying"], observed["spending"]
    error = math.hypot(
        error_by_hand(buying, lambda law: worth(law, spending.parameters)),
        error_by_hand(spending, lambda money: worth(buying.parameters, money)),
    )
    value, found, lower, upper = answered(company, "lifetime_value@model=bg_nbd")
    assert found / value == pytest.approx(error / worth(buying.parameters, spending.parameters), rel=1e-4)
    assert lower * upper == pytest.approx(value**2, rel=1e-9)
    assert math.log(upper / value) == pytest.approx(Z * found / value, rel=1e-9)


def test_bands_are_tenths_by_value(company: Landed) -> None:
    rows = company.ask("lifetime_band,lifetime_value", by="customer.code", as_of=AS_OF)
    ranked = sorted(rows, key=lambda row: (-row["lifetime_value"], row["customer.code"]))
    for place, row in enumerate(ranked, 1):
        tenth = math.ceil(10 * place / len(rows))
        assert row["lifetime_band"] == f"{10 * tenth - 10}-{10 * tenth}"
    (whole,) = company.ask("lifetime_value", as_of=AS_OF)
    bands = company.ask("lifetime_value", by="lifetime_band", as_of=AS_OF)
    assert len(bands) == 10
    assert sum(band["lifetime_value"] for band in bands) == pytest.approx(whole["lifetime_value"])
    assert max(band["lifetime_value:n"] for band in bands) <= math.ceil(whole["lifetime_value:n"] / 10) + 1


@pytest.mark.parametrize(
    ("figure", "gathered"),
    [("alive_probability", np.mean), ("expected_order_value", np.mean), ("expected_orders", np.sum), ("lifetime_value", np.sum)],
)  # fmt: skip
def test_the_customers_behind_a_figure_make_it(company: Landed, figure: str, gathered: Any) -> None:
    question = parse_question(metrics=figure, as_of=AS_OF)
    rows = rows_behind(company.connection, question, None).rows
    (answer,) = company.ask(figure, as_of=AS_OF)
    assert len(rows) == answer[f"{figure}:n"] > 100
    assert answer[figure] == pytest.approx(gathered([row["value"] for row in rows]))


def test_too_few_customers_give_no_figure_and_say_why(company: Landed) -> None:
    answer = company.answer("expected_orders,expected_orders:lo95", where="customer.code=C001", as_of=AS_OF)
    (row,) = answer.rows
    assert (row["expected_orders"], row["expected_orders:lo95"], row["expected_orders:n"]) == (None, None, 0)
    assert "50 are needed" in answer.notes[0]["en"]
    assert "至少需要 50 位" in answer.notes[0]["zh"]
