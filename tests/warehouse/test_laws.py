"""What must hold for any data: ratios after aggregation, no fan-out, percentiles never averaged, slices agree."""

from __future__ import annotations

import math
import random
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import pytest

from tests.landed import Landed
from warehouse.catalog import load_catalog
from warehouse.question import AskRefused

AS_OF = "2026-01-01"
SHOWN = [metric.name for metric in load_catalog().shown()]


def close(one: Any, other: Any) -> bool:
    if one is None or other is None or isinstance(one, str):
        return one == other
    return math.isclose(float(one), float(other), rel_tol=1e-9, abs_tol=1e-9)


@pytest.mark.parametrize("name", SHOWN)
def test_every_metric_answers_and_its_slices_are_its_filters(company: Landed, name: str) -> None:
    metric = load_catalog().metric(name)
    known = load_catalog().dimensions_of(metric)
    sliced = [one for one in ("region", "category", "entity") if one in known][:1]
    by = [f"{one}.code" for one in metric.needs] or sliced
    asked = {"start": "2024-12-01", "as_of": "2025-12-01"}
    rows = company.ask(name, by=by, **asked)
    assert all(name in row for row in rows)
    if metric.kind != "rows":
        assert rows
    relative = metric.kind in ("rfm", "lifetime", "classes") or metric.name.endswith("_share")
    if not by or (
        relative and metric.name not in ("late_share", "corrective_share")
    ):  # to those who are selected
        return
    for row in rows[:4]:
        where = [f"{one}={row[one] or ''}" for one in by]
        (one,) = company.ask(name, by=by if metric.needs else [], where=where, **asked)
        assert close(one[name], row[name]), (name, row, one)


@pytest.mark.parametrize("name", SHOWN)
def test_limits_are_given_where_the_catalogue_says(company: Landed, name: str) -> None:
    metric = load_catalog().metric(name)
    asked = {"by": [f"{one}.code" for one in metric.needs], "as_of": AS_OF}
    if not metric.limits:
        with pytest.raises(AskRefused, match=f"{name} has no 'lo95'"):
            company.ask(f"{name}:lo95", **asked)
        return
    figures = {one: f"{name}:{one}" for one in metric.limits}
    for row in company.ask(",".join([name, *figures.values()]), **asked):
        value, lower, upper = row[name], row[figures["lo95"]], row[figures["hi95"]]
        if None not in (value, lower, upper):
            assert lower <= value <= upper, row
        assert (row[figures["se"]] or 0) >= 0 if "se" in figures else True


def test_ratio_is_divided_after_aggregation(company: Landed) -> None:
    parts = company.ask("gross_revenue,average_order_value", by="region", as_of=AS_OF)
    (whole,) = company.ask("gross_revenue,average_order_value", as_of=AS_OF)
    orders = sum(row["average_order_value:n"] for row in parts)
    assert whole["average_order_value:n"] == orders
    assert close(whole["average_order_value"], sum(row["gross_revenue"] for row in parts) / orders)
    assert not close(
        whole["average_order_value"], sum(row["average_order_value"] for row in parts) / len(parts)
    )


def test_facts_of_different_grain_do_not_multiply(company: Landed) -> None:
    together = company.ask(
        "revenue,orders,units_sold,requests_opened,invoiced,replacements", by="customer.code", as_of=AS_OF
    )
    for name in ("revenue", "orders", "units_sold", "requests_opened", "invoiced", "replacements"):
        (alone,) = company.ask(name, as_of=AS_OF)
        assert close(sum(row[name] for row in together), alone[name]), name


def test_customers_of_one_name_stay_apart(company: Landed) -> None:
    names = company.ask("orders", by="customer", as_of=AS_OF)
    codes = company.ask("orders", by="customer.code", as_of=AS_OF)
    assert len(names) == len(codes)
    assert len({row["customer"] for row in names}) < len(names)


def test_percentiles_come_from_rows(company: Landed) -> None:
    monthly = company.ask("resolution_hours:p90", grain="month", as_of=AS_OF)
    (whole,) = company.ask("resolution_hours:p90", as_of=AS_OF)
    values = company.connection.execute(
        "select quantile_cont(date_diff('second', opened_at, resolved_at) / 3600.0, 0.9) from core.fct_request"
    ).fetchone()[0]
    assert close(whole["resolution_hours:p90"], values)
    assert sum(row["resolution_hours:n"] for row in monthly) == whole["resolution_hours:n"]


def test_any_percentile_may_be_asked_where_one_is_declared(company: Landed) -> None:
    asked = "resolution_hours:p33,resolution_hours:p99.9,resolution_hours:km_p25"
    (row,) = company.ask(f"{asked},resolution_hours:km_p25:lo95,resolution_hours:km_p25:hi95", as_of=AS_OF)
    values = company.connection.execute(
        "select unnest(quantile_cont(date_diff('second', opened_at, resolved_at) / 3600.0, [0.33, 0.999])) from core.fct_request"
    ).fetchall()
    assert [row["resolution_hours:p33"], row["resolution_hours:p99.9"]] == [one for (one,) in values]
    assert row["resolution_hours:km_p25:lo95"] < row["resolution_hours:km_p25"]
    assert row["resolution_hours:km_p25"] < row["resolution_hours:km_p25:hi95"]


@pytest.mark.parametrize(
    "name",
    [
        "requests_open",
        "on_hand",
        "on_hand_value",
        "outstanding",
        "units_in_service",
        "active_customers",
        "lapsed_customers",
        "pipeline_value",
        "overdue",
    ],
)
@pytest.mark.parametrize("grain", ["week", "month", "quarter", "year"])
def test_a_stock_is_its_last_value_over_time(company: Landed, name: str, grain: str) -> None:
    rows = company.ask(name, grain=grain, as_of="2025-03-20", start="2024-05-01")
    for row, following in zip(rows, [*(one["period"] for one in rows[1:]), "2025-03-20"], strict=True):
        (then,) = company.ask(name, as_of=min(following, "2025-03-20"))
        assert close(row[name], then[name]), (row, then)


@pytest.mark.parametrize(
    "name", ["revenue", "orders", "new_customers", "replacements", "unit_years", "requests_opened", "demand"]
)
def test_periods_add_up_to_the_range(company: Landed, name: str) -> None:
    rows = company.ask(name, grain="month", start="2024-02-10", end="2025-08-20", as_of=AS_OF)
    (whole,) = company.ask(name, start="2024-02-10", end="2025-08-20", as_of=AS_OF)
    assert close(sum(row[name] for row in rows), whole[name])
    assert len(rows) == 19
    assert [bool(row.get("partial")) for row in rows] == [True] + [False] * 17 + [True]


@pytest.mark.parametrize("by", ["region", "customer.code", "region,level"])
def test_the_top_and_the_rest_make_the_whole(company: Landed, by: str) -> None:
    rows = company.ask(
        "revenue,orders,average_order_value", by=by, top=2, other=True, totals=True, as_of=AS_OF
    )
    total = next(row for row in rows if row.get("total"))
    for name in ("revenue", "orders"):
        assert close(sum(row[name] for row in rows if not row.get("total")), total[name])
    everyone = company.ask("revenue", by=by, as_of=AS_OF)
    largest = sorted((row["revenue"] for row in everyone), reverse=True)[:2]
    shown = sorted(
        (row["revenue"] for row in rows if not row.get("total") and not row.get("other")), reverse=True
    )
    assert shown == largest


def test_ties_of_the_top_go_by_key(landed: Landed) -> None:
    landed.land(
        "customer", [{"code": code, "name": name} for code, name in (("C2", "A"), ("C1", "B"), ("C3", "C"))]
    )
    landed.land(
        "order",
        [
            {"number": str(i), "customer_id": i, "ordered_on": "2026-01-01", "state": "closed"}
            for i in (1, 2, 3)
        ],
    )
    landed.model()
    rows = landed.ask("orders", by="customer.code,customer", top=2)
    assert [row["customer.code"] for row in rows] == ["C1", "C2"]


def test_the_top_over_periods_is_chosen_over_the_whole_range(company: Landed) -> None:
    rows = company.ask("revenue", by="customer.code", grain="quarter", top=3, other=True, as_of=AS_OF)
    chosen = {row["customer.code"] for row in rows if not row.get("other")}
    assert chosen == {
        row["customer.code"] for row in company.ask("revenue", by="customer.code", top=3, as_of=AS_OF)
    }
    periods = {row["period"] for row in rows}
    assert len(rows) == 4 * len(periods)
    (whole,) = company.ask("revenue", as_of=AS_OF)
    assert close(sum(row["revenue"] for row in rows), whole["revenue"])


def test_rows_are_sorted_by_dimensions_then_period_empty_last(company: Landed) -> None:
    rows = company.ask("orders", by="region,level", grain="quarter", as_of=AS_OF)
    keys = [[(row[name] is None, row[name] or "") for name in ("region", "level", "period")] for row in rows]
    assert keys == sorted(keys)


def test_the_unfinished_period_is_compared_with_the_same_part_of_the_one_before(company: Landed) -> None:
    rows = company.ask("orders", grain="month", start="2025-01-01", as_of="2025-03-11", compare="previous")
    (before,) = company.ask("orders", start="2025-02-01", end="2025-02-11", as_of=AS_OF)
    assert rows[-1]["partial"]
    assert rows[-1]["orders:previous"] == before["orders"]
    assert rows[1]["orders:previous"] == rows[0]["orders"]


def test_a_year_before_is_the_same_month(company: Landed) -> None:
    rows = company.ask(
        "revenue,requests_open",
        grain="month",
        start="2025-01-01",
        end="2025-07-01",
        as_of=AS_OF,
        compare="year",
    )
    before = company.ask(
        "revenue,requests_open", grain="month", start="2024-01-01", end="2024-07-01", as_of=AS_OF
    )
    assert [row["revenue:year"] for row in rows] == [row["revenue"] for row in before]
    assert [row["requests_open:year"] for row in rows] == [row["requests_open"] for row in before]


def test_active_new_returned_and_lost_customers_balance(company: Landed) -> None:
    rows = company.ask(
        "active_customers,new_customers,reactivated_customers,customers_lost", grain="month", as_of=AS_OF
    )
    for before, row in pairwise(rows):
        change = row["new_customers"] + row["reactivated_customers"] - row["customers_lost"]
        assert row["active_customers"] == before["active_customers"] + change, row["period"]


def test_buckets_make_the_balance(company: Landed) -> None:
    for day in ("2024-08-01", "2025-02-14"):
        buckets = company.ask("outstanding", by="bucket", as_of=day)
        (balance,) = company.ask("outstanding,overdue", as_of=day)
        assert close(sum(row["outstanding"] for row in buckets), balance["outstanding"])
        late = sum(row["outstanding"] for row in buckets if row["bucket"] != "not_due")
        assert close(late, balance["overdue"])


def test_a_dimension_that_a_metric_lacks_is_refused_with_those_it_has(company: Landed) -> None:
    with pytest.raises(
        AskRefused, match="on_hand cannot be divided or filtered by 'region'; it has org_unit, item"
    ):
        company.ask("on_hand", by="region")
    with pytest.raises(AskRefused, match=r"needs --by customer\.code"):
        company.ask("recency_days")


@pytest.mark.parametrize(
    "metrics",
    [
        "revenue@x=1",
        "revenue:p50",
        "resolution_hours:p0",
        "resolution_hours:p100",
        "satisfaction:km_p50",
        "active_customers@days=0",
        "active_customers@days=x",
        "top_share@p=2",
        "top_share@n=nan",
        "revenue:lo95",
        "resolution_hours@clock=lunar",
    ],
)
def test_what_a_metric_does_not_have_is_refused(company: Landed, metrics: str) -> None:
    with pytest.raises(AskRefused):
        company.ask(metrics)


def test_text_of_the_asker_is_only_ever_a_value(company: Landed) -> None:
    sharp = "x') or 1=1; drop table core.fct_order; --"
    assert company.ask("orders", where=f"region={sharp}") == [{"orders": 0}]
    with pytest.raises(AskRefused):
        company.ask("orders", by='region";drop')
    assert company.ask("orders", as_of=AS_OF)[0]["orders"] > 0


def test_the_answer_says_what_it_was_asked_from(company: Landed) -> None:
    answer = company.answer(
        "resolution_hours:p90", by="region", now=datetime(2026, 6, 5, tzinfo=UTC)
    ).as_json()
    assert answer["metrics"][0]["name"] == "resolution_hours"
    assert (answer["snapshot"], answer["quality"], answer["as_of"]) == ("wh1", "pass", "2026-06-05")
    assert answer["data_as_of"] == "2026-11-02"  # what is dated in the future is not newer than the load


def test_the_statement_shown_gives_the_same_numbers(company: Landed) -> None:
    answer = company.answer(
        "revenue,average_order_value", by="region", grain="month", where="level!=B", as_of=AS_OF
    )
    names = [*answer.rows[0]]
    again = company.connection.execute(answer.sql).fetchall()
    assert [row[: len(names) - ("partial" in names)] for row in again] == [
        tuple(row[name] for name in names if name != "partial") for row in answer.rows
    ]


def test_open_cases_run_to_the_as_of_day_whatever_the_range(company: Landed) -> None:
    """Requests opened in a month are followed to now; the month bounds which requests, not how long they are seen."""
    asked = {"start": "2024-05-01", "end": "2024-06-01"}
    (followed,) = company.ask("first_response_hours:km_p90,first_response_hours:p90", **asked, as_of=AS_OF)
    (cut_short,) = company.ask(
        "first_response_hours:km_p90,first_response_hours:p90", **asked, as_of="2024-06-01"
    )
    assert followed["first_response_hours:n"] >= cut_short["first_response_hours:n"]
    (open_then,) = company.ask("requests_open", **asked, as_of=AS_OF)
    assert open_then == company.ask("requests_open", as_of="2024-06-01")[0]


def test_a_comparison_is_what_the_other_range_gives_by_itself(company: Landed) -> None:
    asked = "orders,requests_open,overdue,resolution_hours:km_p50"
    (row,) = company.ask(asked, start="2025-02-01", end="2025-03-01", as_of=AS_OF, compare="previous")
    (before,) = company.ask(asked, start="2025-01-01", end="2025-02-01", as_of=AS_OF)
    for name in asked.split(","):
        assert row[f"{name}:previous"] == before[name], name
    running = company.ask("orders,requests_open", start="2025-02-01", as_of="2025-02-11", compare="year")[0]
    (then,) = company.ask("orders,requests_open", start="2024-02-01", as_of="2024-02-11")
    assert (running["orders:year"], running["requests_open:year"]) == (then["orders"], then["requests_open"])


def test_the_rest_and_the_total_are_compared_like_the_groups(company: Landed) -> None:
    asked = {"start": "2025-01-01", "end": "2025-07-01", "as_of": AS_OF, "compare": "year"}
    rows = company.ask("revenue,average_order_value", by="region", top=1, other=True, totals=True, **asked)
    (whole,) = company.ask("revenue,average_order_value", **asked)
    rest, total = rows[-2:]
    assert {name: total[name] for name in whole} == whole
    assert rest["other"]
    assert close(rows[0]["revenue:year"] + rest["revenue:year"], whole["revenue:year"])


def test_who_bought_nothing_before_is_compared_with_nothing(company: Landed) -> None:
    asked = {"start": "2025-01-01", "end": "2025-02-01", "as_of": AS_OF, "compare": "previous"}
    rows = company.ask("orders,average_order_value", by="customer.code", **asked)
    bought = {row["customer.code"] for row in company.ask(
        "orders", by="customer.code", start="2024-12-01", end="2025-01-01", as_of=AS_OF
    )}  # fmt: skip
    new = [row for row in rows if row["customer.code"] not in bought]
    assert new
    assert {row["orders:previous"] for row in new} == {0}
    assert {row["average_order_value:previous"] for row in new} == {None}


def test_the_largest_buckets_and_the_rest_make_what_is_outstanding(company: Landed) -> None:
    rows = company.ask("outstanding", by="bucket", top=1, other=True, as_of="2025-02-14")
    (whole,) = company.ask("outstanding", as_of="2025-02-14")
    assert len(rows) == 2
    assert close(sum(row["outstanding"] for row in rows), whole["outstanding"])


def test_whom_a_classification_leaves_out_is_found_by_its_being_empty(company: Landed) -> None:
    rows = company.ask("requests_opened", by="rfm_segment", as_of="2024-03-01")
    (empty,) = [row for row in rows if row["rfm_segment"] is None]
    (found,) = company.ask("requests_opened", where="rfm_segment=", as_of="2024-03-01")
    assert found["requests_opened"] == empty["requests_opened"] > 0


def test_pairs_are_the_orders_that_hold_both(company: Landed) -> None:
    """Counted order by order, divided by region, chosen by category; the category may be asked before the item."""
    lines = company.connection.execute(
        "select distinct region_id, order_id, item_id, category from core.fct_order_line where counted and ordered_on < date '2026-01-01'"
    ).fetchall()
    held: dict[tuple[Any, int], set[tuple[int, str]]] = {}
    for region, order, item, category in lines:
        held.setdefault((region, order), set()).add((item, category))
    together: dict[tuple[Any, int, int], int] = {}
    for (region, _), items in held.items():
        for one, category in items:
            for other, _ in items - {(one, category)}:
                if category == "c0":
                    together[region, one, other] = together.get((region, one, other), 0) + 1
    rows = company.ask(
        "lift,pair_support,attach_rate", by="item.category,region.code,item.code,other_item.code",
        where="item.category=c0", as_of=AS_OF,
    )  # fmt: skip
    assert sorted(row["lift:n"] for row in rows) == sorted(together.values())
    assert {row["item.category"] for row in rows} == {"c0"}
    orders = {region: sum(1 for one, _ in held if one == region) for region, _ in held}
    assert {row["pair_support:n"] for row in rows} == {orders[region] for region, *_ in together}
    for row in rows:
        assert close(row["pair_support"], row["lift:n"] / row["pair_support:n"])
        assert close(row["attach_rate"], row["lift:n"] / row["attach_rate:n"])


def test_a_name_is_a_figure_or_a_dimension(company: Landed) -> None:
    with pytest.raises(AskRefused, match="'abc_class' is asked both as a figure and as a dimension"):
        company.ask("abc_class", by="item.code,abc_class")


def test_what_is_planned_is_divided_by_what_stock_is_kept_by(company: Landed) -> None:
    with pytest.raises(AskRefused, match="safety_stock cannot be divided or filtered by 'region'"):
        company.ask("safety_stock", by="region")
    with pytest.raises(AskRefused, match=r"'customer\.level'"):
        company.ask("fill_rate@basis=design", where="customer.level=A")


WHERE = (
    "region=East", "region!=West", "level=", "customer.code=C001", "item.code=P1", "category!=c0", "state=closed",
    "rfm_segment=champions", "customer.region=", "part=Item 6", "abc_class=A",
)  # fmt: skip
ALSO = (
    "customer.code", "customer.region.code", "customer.owner", "item.code", "unit.model", "part.code", "depot.code",
    "customer.level", "model.code", "customer.region.parent", "assignee.manager",
)  # fmt: skip


@pytest.mark.parametrize("seed", range(3))
def test_any_question_is_answered_or_refused(company: Landed, seed: int) -> None:
    chance = random.Random(seed)
    metrics, answered = load_catalog().shown(), 0
    for _ in range(40):
        chosen = chance.sample(metrics, chance.choice([1, 1, 2]))
        shared = set.intersection(*(set(load_catalog().dimensions_of(one)) for one in chosen))
        by = chance.sample(sorted(shared), min(len(shared), chance.choice([0, 1, 1, 2])))
        by += chance.sample(ALSO, 1) * (chance.random() < 0.2)
        by += [f"{name}.code" for one in chosen for name in one.needs if f"{name}.code" not in by]
        top = chance.choice([1, 3]) if by and chance.random() < 0.3 else None
        asked = {
            "by": by, "grain": chance.choice([None, None, "month", "quarter", "week"]), "top": top,
            "as_of": chance.choice([None, "2025-06-15", AS_OF]), "start": chance.choice([None, "2024-05-10"]),
            "end": chance.choice([None, "2025-03-01"]), "where": chance.sample(WHERE, chance.choice([0, 0, 1, 2])),
            "compare": chance.choice([None, None, "previous", "year"]), "totals": chance.random() < 0.3,
            "other": top is not None and chance.random() < 0.5,
        }  # fmt: skip
        texts = [one.name + (f":{chance.choice(one.statistics)}" if one.statistics else "") for one in chosen]
        try:
            rows = company.ask(",".join(texts), **asked)
        except AskRefused:
            continue
        answered += 1
        has_what_was_asked(rows, texts, asked)
        if asked["totals"] and not any(one.needs or one.kind in BY_SOURCE for one in chosen):
            total_is_the_whole(company, rows, ",".join(texts), asked)
    assert answered >= 10


BY_SOURCE = ("series", "plan", "expiry")  # kinds whose demand is read by what the dimensions leave


def has_what_was_asked(rows: list[dict[str, Any]], texts: list[str], asked: dict[str, Any]) -> None:
    """Every row has what was asked and what that is compared with, and besides that only counts and marks."""
    wanted = {*asked["by"], *texts, *(["period"] if asked["grain"] else [])}
    if asked["compare"]:
        wanted |= {f"{text}:{asked['compare']}" for text in texts}
    for row in rows:
        assert wanted <= row.keys(), row
        beyond = row.keys() - wanted - {"partial", "other", "total"}
        assert all(name.endswith(":n") for name in beyond), row


def total_is_the_whole(
    company: Landed, rows: list[dict[str, Any]], texts: str, asked: dict[str, Any]
) -> None:
    """The total is what the question says without its dimensions."""
    plain = {name: value for name, value in asked.items() if name not in ("by", "top", "other", "totals")}
    whole = {row.get("period"): row for row in company.ask(texts, **plain)}
    totals = {row.get("period"): row for row in rows if row.get("total")}
    for period, row in totals.items():
        for name, value in whole[period].items():
            assert close(row[name], value), (texts, asked, name)
