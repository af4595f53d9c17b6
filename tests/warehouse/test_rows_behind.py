"""The rows behind a number have it exactly, and lead to the records."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from tests.landed import Landed
from warehouse.ask import ask, rows_behind
from warehouse.catalog import load_catalog
from warehouse.compile.exposures import HALF_A_DAY
from warehouse.compile.row_value import row_value
from warehouse.question import parse_figure, parse_question
from warehouse.science import power_law, weibull
from warehouse.science.concentration import gini, herfindahl, holders_of_share
from warehouse.science.recurrence import mean_cumulative_function
from warehouse.science.replacement_rate import laplace_trend
from warehouse.science.spares import one_shot_need, recurrent_need
from warehouse.science.survival import kaplan_meier

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


class Lives:
    """What the rows behind a figure of lives say, and nothing else."""

    def __init__(self, rows: list[dict[str, Any]]) -> None:
        self.part = {
            name: [row for row in rows if row["metric"] == name] for name in {row["metric"] for row in rows}
        }
        self.unit = {row["record"]: place for place, row in enumerate(self.part.get("days_in_service", ()))}

    def column(self, part: str, name: str) -> Any:
        return np.array([row[name] for row in self.part.get(part, ())], dtype=float)

    def first(self) -> tuple[Any, Any, Any]:
        """Durations, whether they ended, and ages at entry, half a day early: a unit is watched on its whole first day."""
        duration, ended, entry = (self.column("first_lives", name) for name in ("value", "ended", "entry"))
        return duration, ended.astype(bool), entry - HALF_A_DAY

    def weibull(self) -> Any:
        duration, ended, entry = self.first()
        return weibull.fit(np.maximum(duration, HALF_A_DAY), ended, entry)

    def events(self) -> tuple[Any, Any, Any, Any]:
        """The unit and age of each event, and the ages at which the units were last and first seen."""
        unit = np.array([self.unit[row["unit"]] for row in self.part.get("replacements", ())])
        end, entry = (self.column("days_in_service", name) for name in ("age", "entry"))
        return unit, self.column("replacements", "age"), end, entry

    def power_law(self) -> Any:
        unit, age, end, entry = self.events()
        seen = end > 0
        return power_law.fit(np.maximum(age, HALF_A_DAY)[seen[unit]], end[seen], np.minimum(entry, end)[seen])

    def standing(self) -> Any:
        return self.column("units_in_service", "value")

    def mean_cumulative(self, age: float) -> Any:
        unit, ages, end, entry = self.events()
        curve = mean_cumulative_function(unit, ages, end, entry - HALF_A_DAY)
        return curve.mean[curve.row_at(age)]

    def laplace(self) -> float:
        unit, age, end, entry = self.events()
        return laplace_trend(entry[unit], age, end[unit]).statistic


BOTH_SIDES = {"confidence": 0.975}
FROM_LIVES: dict[str, Callable[[Lives], Any]] = {
    "mtbr_days": lambda one: one.column("days_in_service", "value").sum() / one.column("replacements", "value").sum(),
    "replacement_trend": Lives.laplace,
    "mean_cumulative_replacements": lambda one: one.mean_cumulative(one.events()[2].max()),
    "mean_cumulative_replacements@age=200": lambda one: one.mean_cumulative(200),
    "part_survival": lambda one: kaplan_meier(*one.first()).survival[-1],
    "part_survival@age=150": lambda one: kaplan_meier(*one.first()).at(150),
    "weibull_shape": lambda one: one.weibull().parameters["shape"],
    "weibull_scale_days": lambda one: one.weibull().parameters["scale"],
    "b10_life_days": lambda one: weibull.life_quantile(one.weibull(), 0.1).value,
    "mean_life_days": lambda one: weibull.mean_life(one.weibull()).value,
    "expected_replacements": lambda one: recurrent_need(one.power_law(), one.standing(), 90).expected,
    "expected_replacements:hi95": lambda one: recurrent_need(one.power_law(), one.standing(), 90, **BOTH_SIDES).widened_upper,
    "expected_replacements@law=one_shot": lambda one: one_shot_need(one.weibull(), one.standing(), 90).expected,
    "sufficient_spares": lambda one: recurrent_need(one.power_law(), one.standing(), 90).widened_upper,
    "sufficient_spares@law=one_shot": lambda one: one_shot_need(one.weibull(), one.standing(), 90).widened_upper,
}  # fmt: skip


@pytest.mark.parametrize("figure", FROM_LIVES)
@pytest.mark.parametrize("narrowed", [{}, {"where": ["part=Item 6"]}])
def test_what_is_computed_of_lives_is_computed_again_from_its_rows(
    company: Landed, figure: str, narrowed: dict[str, Any]
) -> None:
    asked = {"start": "2024-06-01", "as_of": "2025-09-01", **narrowed}
    question = parse_question(metrics=figure, **asked)
    lives = Lives(rows_behind(company.connection, question, None).rows)
    (answer,) = company.ask(figure, **asked)
    assert math.isclose(answer[figure], FROM_LIVES[figure](lives), rel_tol=1e-9), answer


def test_the_rows_behind_lives_are_units_and_their_replacements(company: Landed) -> None:
    found = rows_behind(company.connection, parse_question(metrics="mtbr_days", **RANGE), None)
    kinds = {(row["metric"], row["entity"]) for row in found.rows}
    assert kinds == {("days_in_service", "unit"), ("replacements", "part_replacement")}
    (answer,) = company.ask("mtbr_days", **RANGE)
    assert sum(row["metric"] == "replacements" for row in found.rows) == answer["mtbr_days:n"] > 0
    assert {"unit", "model", "part", "entry", "age"} <= set(found.columns)


@pytest.mark.parametrize("figure", ["unanswered_share", "unresolved_share", "unresolved_share@age=24"])
def test_a_share_by_an_age_is_that_of_the_cases_listed(company: Landed, figure: str) -> None:
    rows = rows_behind(company.connection, parse_question(metrics=figure, **RANGE), None).rows
    curve = kaplan_meier([row["value"] for row in rows], [row["ended"] for row in rows])
    (answer,) = company.ask(figure, **RANGE)
    assert math.isclose(answer[figure], curve.at(24) if "@" in figure else curve.survival[-1], rel_tol=1e-9)


GATHERED: dict[str, Callable[[Any], float]] = {
    **dict.fromkeys(("demand_forecast", "expiry_risk_value", "reorder_point",
                     "safety_stock", "order_quantity", "excess_value", "dead_stock_value", "rows_loaded",
                     "rows_quarantined", "checks_failed"), np.sum),
    **dict.fromkeys(("forecast_error", "data_age_minutes"), np.mean),
    "herfindahl": lambda values: herfindahl(values[values >= 0]),
    "customers_for_share": lambda values: holders_of_share(values[values >= 0], 0.8),
    "gini": lambda values: gini(values[values > 0]),
    "top_share": lambda values: np.sort(values)[-10:].sum() / values[values > 0].sum(),
}  # fmt: skip


@pytest.mark.parametrize("metric", GATHERED)
def test_what_holders_stand_for_makes_the_number(company: Landed, metric: str) -> None:
    statistics = load_catalog().metric(metric).statistics
    figure = f"{metric}:{statistics[0]}" if statistics else metric
    rows = rows_behind(company.connection, parse_question(metrics=figure, **RANGE), None).rows
    (answer,) = company.ask(figure, **RANGE)
    expected = GATHERED[metric](np.array([row["value"] for row in rows], dtype=float))
    assert math.isclose(answer[figure] or 0, expected, rel_tol=1e-9, abs_tol=1e-12)


def test_every_metric_is_computed_again_from_its_rows_by_one_of_these_tests() -> None:
    """Of the metrics that need a dimension every row is a number of its own; the rest is made of its rows."""
    again = {
        parse_figure(figure).metric
        for figure in (*SUMMED, *RATIOS, *DISTRIBUTED, *SURVIVING, *FROM_LIVES, *GATHERED)
    }
    again |= {"retention", "sla_attainment_km", "unanswered_share", "unresolved_share"}
    again |= {
        one.name for one in METRICS if one.kind == "lifetime"
    }  # in test_lifetime, whose company carries a fit
    of_each_item = {"cover_days"}  # the items' own cover; that of all is of their summed stock and forecast
    left = {one.name for one in METRICS if not one.needs} - again
    assert left == of_each_item


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
