"""The rows behind a number have it exactly, and lead to the records."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from tests.landed import Landed
from warehouse.ask import ask, rows_behind
from warehouse.catalog import load_catalog
from warehouse.compile.row_value import row_value
from warehouse.question import parse_figure, parse_question

RANGE = {"start": "2024-06-01", "end": "2025-03-01", "as_of": "2026-01-01"}
METRICS = load_catalog().shown()
SUMMED = [
    one.name
    for one in METRICS
    if one.kind in ("aggregate", "sum", "stock", "window", "standing", "flow")
    and not one.statistics
    and not one.needs
]
RATIOS = [one.name for one in METRICS if one.kind == "ratio"]
RATIOS += [
    f"{one.name}@{choice}"
    for one in METRICS
    for choice, variant in one.variants.items()
    if "ratio" in variant and not choice.endswith("*")
]
OF_ROWS = {"mean", "p50", "p90", "p95"}
DISTRIBUTED = [
    f"{one.name}:{statistic}"
    for one in METRICS
    for statistic in one.statistics
    if statistic in OF_ROWS and one.kind in ("distribution", "gaps", "standing")
]
SURVIVING = [
    f"{one.name}:{name}"
    for one in METRICS
    for name in (*one.statistics, "km_p25")
    if name.startswith("km_p") and one.has_statistic(name)
]


def behind(company: Landed, metric: str) -> tuple[Any, dict[str, list[Any]]]:
    question = parse_question(metrics=metric, **RANGE)
    found = rows_behind(company.connection, question, None)
    values: dict[str, list[Any]] = {}
    for row in found.rows:
        values.setdefault(row["metric"], []).append(row["value"])
    assert found.total == len(found.rows)
    return ask(company.connection, question, None).rows[0][metric], values


@pytest.mark.parametrize("metric", SUMMED)
def test_shares_add_up_to_the_number(company: Landed, metric: str) -> None:
    number, values = behind(company, metric)
    total = sum(
        (value for part in values.values() for value in part),
        Decimal(0) if isinstance(number, Decimal) else 0,
    )
    assert total == number or math.isclose(total, number, rel_tol=1e-12)
    if not isinstance(number, float):
        assert total == number


@pytest.mark.parametrize("metric", RATIOS)
def test_numerator_and_denominator_stand_apart(company: Landed, metric: str) -> None:
    number, values = behind(company, metric)
    figure = parse_figure(metric)
    chosen = load_catalog().metric(figure.metric).with_choices(dict(figure.parameters))
    above, below = (sum(values.get(name, [0])) for _, name in chosen.parts)
    assert math.isclose(number, float(above) / float(below), rel_tol=1e-12)


@pytest.mark.parametrize("figure", DISTRIBUTED)
def test_a_statistic_is_that_of_the_values_listed(company: Landed, figure: str) -> None:
    number, values = behind(company, figure)
    listed = np.array([value for part in values.values() for value in part], dtype=float)
    statistic = figure.rpartition(":")[2]
    expected = listed.mean() if statistic == "mean" else np.quantile(listed, int(statistic[1:]) / 100)
    assert math.isclose(number, float(expected), rel_tol=1e-12)


@pytest.mark.parametrize("figure", SURVIVING)
def test_a_survival_quantile_is_that_of_the_cases_listed(company: Landed, figure: str) -> None:
    """The product-limit estimate written out: at each end the share that goes on, open cases at risk till they are left."""
    question = parse_question(metrics=figure, **RANGE)
    rows = rows_behind(company.connection, question, None).rows
    share = 1 - int(figure[-2:]) / 100
    surviving, reached = 1.0, None
    for at in sorted({row["value"] for row in rows if row["ended"]}):
        ended = sum(row["ended"] and row["value"] == at for row in rows)
        surviving *= 1 - ended / sum(row["value"] >= at for row in rows)
        if surviving <= share + 1e-12:
            reached = at
            break
    (answer,) = company.ask(figure, **RANGE)
    assert answer[figure] == reached or math.isclose(answer[figure], reached, rel_tol=1e-12)
    assert answer[f"{figure.split(':', maxsplit=1)[0]}:n"] == len(rows)


def test_the_share_within_a_promise_is_that_of_the_cases_listed(company: Landed) -> None:
    figure = "sla_attainment_km:km_share"
    rows = rows_behind(company.connection, parse_question(metrics=figure, **RANGE), None).rows
    surviving = 1.0
    for at in sorted({row["value"] for row in rows if row["ended"] and row["value"] <= 1}):
        ended = sum(row["ended"] and row["value"] == at for row in rows)
        surviving *= 1 - ended / sum(row["value"] >= at for row in rows)
    (answer,) = company.ask(figure, **RANGE)
    assert math.isclose(answer[figure], 1 - surviving, rel_tol=1e-12)


def test_retention_is_months_with_an_order_over_months_observed(company: Landed) -> None:
    number, values = behind(company, "retention")
    assert math.isclose(number, sum(values["months_active"]) / sum(values["months_observed"]), rel_tol=1e-12)


@pytest.mark.parametrize("metric", [one.name for one in METRICS])
def test_every_metric_lists_its_rows(company: Landed, metric: str) -> None:
    one = load_catalog().metric(metric)
    figure = f"{metric}:{one.statistics[0]}" if one.statistics else metric
    found = rows_behind(company.connection, parse_question(metrics=figure, **RANGE), None)
    assert {"entity", "record", "metric", "value"} <= set(found.columns)
    assert found.total == len(found.rows)


def test_a_row_leads_to_its_record(company: Landed) -> None:
    question = parse_question(metrics="revenue", **RANGE)
    found = rows_behind(company.connection, question, None, limit=5)
    assert len(found.rows) == 5 < found.total
    assert {"entity", "record", "day", "customer", "metric", "value"} <= set(found.columns)
    for row in found.rows:
        known = company.connection.execute(
            f'select count(*) from raw."{row["entity"]}" where number = ?', [row["record"]]
        )
        assert known.fetchone() == (1,)
    days = [row["day"] for row in found.rows]
    assert days == sorted(days, reverse=True)


def test_what_is_computed_per_customer_is_listed_per_customer(company: Landed) -> None:
    found = rows_behind(company.connection, parse_question(metrics="top_share", **RANGE), None)
    (revenue,) = company.ask("revenue", **RANGE)
    assert math.isclose(sum(row["value"] for row in found.rows), revenue["revenue"])
    assert found.rows[0]["entity"] == "customer"


@pytest.mark.parametrize(
    ("sql", "share"),
    [
        ("sum(f.amount)", "(f.amount)"),
        ("count(*)", "1"),
        ("-sum(abs(f.a) * 2)", "-(abs(f.a) * 2)"),
        ("sum(f.a) / 365.25", "(f.a) / 365.25"),
        (
            "count(case when f.a > 0 then 1 end)",
            "case when (case when f.a > 0 then 1 end) is not null then 1 end",
        ),
        ("date_diff('day', max(f.a), $as_of)", None),
    ],
)
def test_the_share_of_a_row(sql: str, share: str | None) -> None:
    assert row_value(sql, "f.id") == share
