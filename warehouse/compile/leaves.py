"""Which file reads which kind of metric; modules are imported when a question needs them.

Nothing is computed here.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module

from warehouse.compile.aggregate import compile_aggregates
from warehouse.compile.context import Compilation, Relation
from warehouse.compile.plan import Leaf

_COMPILERS = {
    "stock": "stock.compile_stock",
    "standing": "window.compile_window",
    "window": "window.compile_window",
    "each": "each.compile_each",
    "flow": "flow.compile_flow",
    "gaps": "gaps.compile_gaps",
    "retention": "retention.compile_retention",
    "concentration": "concentration.compile_concentration",
    "rfm": "rfm.compile_rfm",
    "classes": "classes.compile_classes",
    "series": "demand_series.compile_series",
    "plan": "stock_plan.compile_plan",
    "expiry": "expiry.compile_expiry",
    "lifetime": "lifetime.compile_lifetime",
    "recurrence": "recurrence.compile_recurrence",
    "life": "life.compile_life",
    "curve": "curve.compile_curve",
    "tenths": "tenths.compile_tenths",
    "spare_need": "spare_need.compile_spare_need",
    "rows": "rows.compile_rows",
}


def compile_leaves(compilation: Compilation, leaves: Iterable[Leaf]) -> list[Relation]:
    """The relations of all leaves; those that can share a scan do."""
    leaves = list(leaves)
    plain = [leaf for leaf in leaves if _is_plain(leaf)]
    relations = compile_aggregates(compilation, plain)
    if pairs := [leaf for leaf in leaves if leaf.metric.kind == "pairs"]:
        relations += import_module("warehouse.compile.pairs").compile_pairs(compilation, pairs)
    for leaf in leaves:
        if leaf in plain or leaf in pairs:
            continue
        name = (
            "survival.compile_survival" if leaf.statistic.startswith("km_") else _COMPILERS[leaf.metric.kind]
        )
        module, _, function = name.partition(".")
        relations.append(getattr(import_module(f"warehouse.compile.{module}"), function)(compilation, leaf))
    return relations


def _is_plain(leaf: Leaf) -> bool:
    return leaf.metric.kind in ("aggregate", "distribution") and not leaf.statistic.startswith("km_")
