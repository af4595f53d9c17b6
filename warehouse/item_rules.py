"""Rules of several items: whoever has all of some items in an order has another one too (metrics, C18).

Measures of pairs, and their test against chance, are metrics (`compile.pairs`); how sets are grown is in `science`.
"""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from warehouse.asking import Asking
from warehouse.compile.aggregate import in_range
from warehouse.compile.context import Compilation, Scope
from warehouse.compile.fact import Fact, no_dimension
from warehouse.question import AskRefused, Question

if TYPE_CHECKING:
    from warehouse.connect import Connection

PAIRS = "lift"  # the metric whose orders these are
FEWEST_ORDERS = 5  # that a set may be found in: below, sets are countless and mean nothing
ROUNDING = 1e-9


def find_rules(
    connection: Connection,
    question: Question,
    scope: Scope,
    support: float,
    confidence: float,
    now: datetime | None,
) -> list[dict[str, Any]]:
    """Rules of the selected orders, the highest lift first; AskRefused where a share is none or too small.

    `support` is the share of orders that hold all items of a rule, `confidence` that of the orders with the first items
    which hold the last one too.
    """
    from warehouse.science.association import set_rules

    for name, share in (("support", support), ("confidence", confidence)):
        if not 0 < share <= 1:
            raise AskRefused(
                zh=f"{name} 应为 0 到 1 之间的数，不能是 {share:g}。",
                en=f"{name} is a share above 0 and up to 1, not {share:g}.",
            )
    compilation = Asking(connection, replace(question, metrics=(PAIRS,)), scope, now).compilation()
    lines = compilation.fetch(_lines(compilation)).fetchnumpy()
    orders = len(set(lines["basket"].tolist()))
    if orders and math.ceil(support * orders - ROUNDING) < min(FEWEST_ORDERS, orders):
        raise AskRefused(
            zh=f"所选 {orders:,} 张订单中，support 至少为 {FEWEST_ORDERS / orders:.2g}，即 {FEWEST_ORDERS} 张。",
            en=f"Of the {orders:,} orders selected, support is {FEWEST_ORDERS / orders:.2g} at least: {FEWEST_ORDERS} orders.",
        )
    found = set_rules(lines["basket"], lines["bought"], support, confidence)
    items = _items(compilation)
    rules = [
        {
            "antecedent": sorted((items[int(one)] for one in rule.antecedent), key=lambda one: one["code"]),
            "consequent": items[int(rule.consequent)], "orders": rule.together, "support": rule.support,
            "confidence": rule.confidence, "lift": rule.lift,
        }
        for rule in found
    ]  # fmt: skip
    return sorted(
        rules,
        key=lambda rule: (
            -rule["lift"],
            [one["code"] for one in rule["antecedent"]],
            rule["consequent"]["code"],
        ),
    )


def _lines(compilation: Compilation) -> str:
    """SELECT of the orders and items that count, each pair once; filters choose lines, but not by their item."""
    metric = compilation.catalog.metric(PAIRS)
    spec = metric.spec
    for key, _ in compilation.filters:
        if key.dimension.name in (spec["first"], spec["second"]):
            raise no_dimension(compilation, replace(metric, spec={**spec, "dimensions": ()}), key)
    fact = Fact(compilation, metric.sources[0].table, metric)
    fact.restrict(spec["where"], *in_range(compilation, spec["time"]))
    item = compilation.catalog.dimension(spec["first"]).column
    return f"select distinct f.{spec['basket']}_id as basket, f.{item} as bought\n{fact.text}"


def _items(compilation: Compilation) -> dict[int, dict[str, str]]:
    dimension = compilation.catalog.dimension(compilation.catalog.metric(PAIRS).spec["first"])
    rows = compilation.fetch(f"select {dimension.id_column}, code, {dimension.title} from {dimension.table}")
    return {number: {"code": code, "name": name} for number, code, name in rows.fetchall()}
