"""What models of repeat buying say of each customer, gathered by group: alive, expected orders, their worth.

Customers belong to the group of their latest purchase. Fitting is in `histories`; limits are those of the fit's
own error, gathered from the parts that each customer brings.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from warehouse.catalog import ERRORS
from warehouse.compile.context import Compilation, Relation
from warehouse.compile.fact import Fact
from warehouse.compile.histories import DAYS_PER_WEEK, Histories, fitted, read_histories
from warehouse.compile.plan import Leaf

if TYPE_CHECKING:
    from warehouse.science.maximum_likelihood import Fit, Floats

_AVERAGED = ("alive_probability", "expected_order_value")
_SHARES = ("alive_probability",)


def compile_lifetime(compilation: Compilation, leaf: Leaf) -> Relation:
    """`measure` per customer as at the end of the range; null with a note where the data carry no fit."""
    histories = read_histories(compilation, leaf.metric)
    values, parts = _customer_values(compilation, leaf, histories)
    columns = {"value": values, **{f"part_{place}": part for place, part in enumerate(parts)}}
    name = _register(compilation, histories, columns)
    fact = Fact(compilation, leaf.metric.sources[0].table, leaf.metric)
    end = compilation.bind(compilation.span.end)
    fact.joins["v"] = f"join {name} as v on v.customer_id = f.customer_id"
    fact.restrict(f"f.ordered_on < {end}", f"(f.next_on is null or f.next_on >= {end})")
    gathered = "avg" if leaf.metric.spec["measure"] in _AVERAGED else "sum"
    outputs = [f"{gathered}(v.value) as {leaf.column}", f"count(v.value) as {leaf.count}"]
    outputs += [f"{gathered}(v.part_{place}) as part_{place}" for place in range(len(parts))]
    sql = f"select {', '.join([*fact.key_list(), *outputs])}\n{fact.text}" + (
        "\ngroup by all" if fact.keys else ""
    )
    if leaf.limited:
        return _with_limits(compilation, leaf, tuple(fact.keys), sql)
    return Relation(sql, (leaf.column, leaf.count), tuple(fact.keys))


def _with_limits(compilation: Compilation, leaf: Leaf, keys: tuple[str, ...], sql: str) -> Relation:
    """Gathered values and counts beside the error and limits that their gathered parts of error give."""
    import numpy as np
    import pyarrow as pa

    from warehouse.science.error_propagation import limits_of

    gathered = compilation.fetch_arrow(sql)
    parts = [name for name in gathered.column_names if name.startswith("part_")]
    value, *part = (gathered[name].to_numpy().astype(float) for name in (leaf.column, *parts))
    errors = np.full((len(ERRORS), len(value)), np.nan)
    if part:
        errors[:] = limits_of(value, np.stack(part), share=leaf.metric.spec["measure"] in _SHARES)
    for error, name in zip(errors, ERRORS, strict=True):
        gathered = gathered.append_column(f"{leaf.column}_{name}", pa.array(error, from_pandas=True))
    name = compilation.register(gathered.drop_columns(parts))
    shown = (leaf.column, *(f"{leaf.column}_{error}" for error in ERRORS), leaf.count)
    return Relation(f"select {', '.join((*keys, *shown))} from {name}", shown, keys)


def _customer_values(compilation: Compilation, leaf: Leaf, histories: Histories) -> tuple[Any, list[Any]]:
    """One value per customer in the order of the histories, and where limits are asked its parts of error.

    Where the data carry no fit there are none, and a note says why.
    """
    from warehouse.science.error_propagation import propagated
    from warehouse.science.maximum_likelihood import FitRefused

    try:
        function, fits = _measure(compilation, leaf, histories)
    except FitRefused as refused:
        compilation.note(**refused.reason)
        return [None] * len(histories.customer), []
    if not leaf.limited:
        return function(*(fit.parameters for fit in fits)), []
    values, parts = propagated(function, *fits)
    return values, list(parts)


def _register(compilation: Compilation, histories: Histories, columns: dict[str, Any]) -> str:
    """Make columns of one number per customer readable by the statement, with customer_id; their name."""
    import pyarrow as pa

    numbers = {name: pa.array(values, pa.float64()) for name, values in columns.items()}
    return compilation.register(pa.table({"customer_id": histories.customer, **numbers}))


def _measure(
    compilation: Compilation, leaf: Leaf, histories: Histories
) -> tuple[Callable[..., Floats], tuple[Fit, ...]]:
    """The measure as a function of the parameters of one or two fits; FitRefused where there is no fit."""
    from importlib import import_module

    from warehouse.science import gamma_gamma
    from warehouse.science.lifetime_value import DAYS_PER_MONTH, lifetime_value

    measure, parameters = leaf.metric.spec["measure"], leaf.parameters
    observed = (histories.frequency, histories.recency, histories.age)
    spent = (histories.frequency, histories.mean_value)
    if measure == "expected_order_value":
        spending = fitted("gamma_gamma", histories)
        return lambda spending: gamma_gamma.expected_order_value(spending, *spent), (spending,)
    model = import_module(f"warehouse.science.{parameters['model']}")
    buying = fitted(str(parameters["model"]), histories)
    if measure == "alive_probability":
        return lambda buying: model.alive_probability(buying, *observed), (buying,)
    months = float(parameters["months"])
    if measure == "expected_orders":
        weeks = months * DAYS_PER_MONTH / DAYS_PER_WEEK
        return lambda buying: model.expected_orders(buying, weeks, *observed), (buying,)
    margin = _margin(compilation)

    def worth(buying: Any, spending: Any) -> Floats:
        value = gamma_gamma.expected_order_value(spending, *spent)
        return lifetime_value(
            lambda horizon: model.expected_orders(buying, horizon, *observed), value, margin,
            months=int(months),
        )  # fmt: skip

    return worth, (buying, fitted("gamma_gamma", histories))


def _margin(compilation: Compilation) -> float:
    """Share of gross revenue that is left after cost, over the history of all selected customers."""
    from dataclasses import replace

    from warehouse.compile.run import run
    from warehouse.question import parse_figure

    plain = replace(
        compilation, keys=(), restricting=(), groups=None, parameters={}, tables={}, registered=[],
        span=replace(compilation.span, start=None),
    )  # fmt: skip
    result = run(plain, [parse_figure("gross_revenue"), parse_figure("cost_of_sales")])
    row = result.rows[0]
    revenue, cost = float(row["gross_revenue"] or 0), float(row["cost_of_sales"] or 0)
    if not cost:
        compilation.note(
            "所售货物都没有成本，终身价值即为销售额。",
            "Nothing that was sold has a cost: the lifetime value is revenue.",
        )
    else:
        for caution in result.cautions:
            compilation.note(**caution)
    return (revenue - cost) / revenue if revenue else 0.0
