"""What models of repeat buying say of each customer, gathered by group: alive, expected orders, their worth.

Customers belong to the group of their latest purchase. Fitting is in `histories`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from warehouse.compile.context import Compilation, Relation
from warehouse.compile.fact import Fact
from warehouse.compile.histories import DAYS_PER_WEEK, Histories, fitted, read_histories
from warehouse.compile.plan import Leaf

if TYPE_CHECKING:
    from warehouse.science.maximum_likelihood import Floats

_AVERAGED = ("alive_probability", "expected_order_value")


def compile_lifetime(compilation: Compilation, leaf: Leaf) -> Relation:
    """`measure` per customer as at the end of the range; null with a note where the data carry no fit."""
    import pyarrow as pa

    from warehouse.science.maximum_likelihood import FitRefused

    histories = read_histories(compilation, leaf.metric)
    values: Any
    try:
        values = _values(compilation, leaf, histories)
    except FitRefused as refused:
        compilation.note(**refused.reason)
        values = [None] * len(histories.customer)
    name = compilation.register(
        pa.table({"customer_id": histories.customer, "value": pa.array(values, pa.float64())})
    )
    fact = Fact(compilation, leaf.metric.sources[0].table, leaf.metric)
    end = compilation.bind(compilation.span.end)
    fact.joins["v"] = f"join {name} as v on v.customer_id = f.customer_id"
    fact.restrict(f"f.ordered_on < {end}", f"(f.next_on is null or f.next_on >= {end})")
    gathered = "avg" if leaf.metric.spec["measure"] in _AVERAGED else "sum"
    outputs = [*fact.key_list(), f"{gathered}(v.value) as {leaf.column}", f"count(v.value) as {leaf.count}"]
    return Relation(
        f"select {', '.join(outputs)}\n{fact.text}" + ("\ngroup by all" if fact.keys else ""),
        (leaf.column, leaf.count),
        tuple(fact.keys),
    )


def _values(compilation: Compilation, leaf: Leaf, histories: Histories) -> Floats:
    """One value per customer, in the order of the histories."""
    from importlib import import_module

    from warehouse.science import gamma_gamma
    from warehouse.science.lifetime_value import DAYS_PER_MONTH, lifetime_value

    measure, parameters = leaf.metric.spec["measure"], leaf.parameters
    observed = (histories.frequency, histories.recency, histories.age)
    if measure == "expected_order_value":
        found = fitted("gamma_gamma", histories)
        return gamma_gamma.expected_order_value(found.parameters, histories.frequency, histories.mean_value)
    model = import_module(f"warehouse.science.{parameters['model']}")
    buying = fitted(str(parameters["model"]), histories).parameters
    if measure == "alive_probability":
        return model.alive_probability(buying, *observed)
    months = float(parameters["months"])
    if measure == "expected_orders":
        weeks = months * DAYS_PER_MONTH / DAYS_PER_WEEK
        return model.expected_orders(buying, weeks, *observed)
    spending = fitted("gamma_gamma", histories).parameters
    worth = gamma_gamma.expected_order_value(spending, histories.frequency, histories.mean_value)
    return lifetime_value(
        lambda horizon: model.expected_orders(buying, horizon, *observed), worth, _margin(compilation),
        months=int(months),
    )  # fmt: skip


def _margin(compilation: Compilation) -> float:
    """Share of gross revenue that is left after cost, over the history of all selected customers."""
    from dataclasses import replace

    from warehouse.compile.run import run
    from warehouse.question import parse_figure

    plain = replace(
        compilation, keys=(), restricting=(), groups=None, parameters={}, tables={}, registered=[],
        span=replace(compilation.span, start=None),
    )  # fmt: skip
    row = run(plain, [parse_figure("gross_revenue"), parse_figure("cost_of_sales")]).rows[0]
    revenue, cost = float(row["gross_revenue"] or 0), float(row["cost_of_sales"] or 0)
    return (revenue - cost) / revenue if revenue else 0.0
