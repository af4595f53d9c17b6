"""Inventory: how each reference entry about demand, classes and stock rules is met.

The car parts are a company that moved in, and all about them is asked. A record is what happened: up to which month a
part was observed stands only in the file, and becomes the range of the question.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import numpy as np

from tests.reference.ground import Check, Ground, values
from warehouse.science import intermittent, order_quantity, stock_rules

WHOLE_SPAN = "--from 1998-01-01 --to 2002-04-01"  # 51 months


@lru_cache(maxsize=1)
def demand(ground: Ground) -> tuple[list[str], np.ndarray]:
    """Parts in the order of the file, and their monthly demand; what is unknown is no number."""
    rows = ground.company("carparts").ask("demand", f"--by item.code --grain month {WHOLE_SPAN}")
    asked = {(row["item.code"], row["period"][:7]): row["demand"] for row in rows}
    header, *cells = csv.reader(ground.data.lines("carparts/carparts_wide.csv.gz"))
    found = [
        [asked.get((row[0], month), 0.0) if cell else np.nan for month, cell in zip(header[1:], row[1:], strict=True)]
        for row in cells
    ]  # fmt: skip
    return [row[0] for row in cells], np.array(found)


def complete(ground: Ground) -> np.ndarray:
    _, found = demand(ground)
    return found[~np.isnan(found).any(axis=1)]


def filtered(ground: Ground) -> list[str]:
    """The 1,046 parts of Snyder, Ord & Beaumont: asked for in ten months, early and late ones among them."""
    parts, found = demand(ground)
    asked = found > 0  # what is unknown is not
    chosen = (asked.sum(axis=1) >= 10) & asked[:, :15].any(axis=1) & asked[:, -15:].any(axis=1)
    return [part for part, one in zip(parts, chosen, strict=True) if one]


def counts(ground: Ground) -> dict[str, Any]:
    _, found = demand(ground)
    whole = complete(ground)
    return {
        "series": len(ground.company("carparts").records("item")),
        "months": found.shape[1],
        "complete": len(whole),
        "with_na": len(found) - len(whole),
        "na_cells": int(np.isnan(found).sum()),
        "total_qty": np.nansum(found),
        "filtered": len(filtered(ground)),
        "zero_share_complete": float((whole == 0).mean()),
    }


def observed(ground: Ground) -> dict[str, str]:
    """By part the day before which its months are known: the file leaves later ones empty."""
    header, *cells = csv.reader(ground.data.lines("carparts/carparts_wide.csv.gz"))
    ends = [f"{month}-01" for month in header[2:]] + ["2002-04-01"]
    return {row[0]: ends[sum(map(bool, row[1:])) - 1] for row in cells}


def of_parts(ground: Ground, figure: str, options: str = WHOLE_SPAN) -> dict[str, Any]:
    """A figure of every part."""
    return values(ground.company("carparts").ask(figure, f"--by item.code {options}"), "item.code", figure)


def class_counts(found: Iterable[str]) -> dict[str, int]:
    return dict(Counter(found))


def classes(ground: Ground) -> dict[str, Any]:
    """Each part over the months in which it was observed, which are those of the question. Parts asked for once are a
    class of their own here; the reference counts them as intermittent."""
    ends = observed(ground)
    asked = {
        end: of_parts(ground, "sbc_class", f"--from 1998-01-01 --to {end}") for end in set(ends.values())
    }
    found = class_counts(asked[end][part] for part, end in ends.items())
    found["intermittent"] += found.pop("single")
    chosen = filtered(ground)
    return {
        "cutoffs": [intermittent.LONG_INTERVAL, intermittent.UNSTEADY_SIZE],
        "n_over_k_ddof0": found,
        "f1046": class_counts(asked[ends[part]][part] for part in chosen),
    }


def next_month(ground: Ground, method: str, options: str = WHOLE_SPAN) -> float:
    """What a method expects of the month after the span for the first of the filtered parts."""
    figure = f"demand_forecast@method={method}"
    (row,) = ground.company("carparts").ask(figure, f"--where item.code={filtered(ground)[0]} {options}")
    return float(row[figure])


def first_part(ground: Ground) -> dict[str, Any]:
    on_45 = "--from 1998-01-01 --to 2001-10-01"
    return {
        **{method: next_month(ground, method) for method in ("croston", "sba", "tsb")},
        "on_first_45": {
            method: next_month(ground, method, on_45) for method in ("croston", "sba", "tsb", "adida")
        },
    }


def accuracy(ground: Ground) -> dict[str, Any]:
    """Of forecasts made six months before the end, the mean over the filtered parts."""
    chosen, errors = filtered(ground), {}
    for method in ("zero", "naive", "mean", "croston", "sba", "tsb", "ses", "adida", "imapa"):
        figures = [f"forecast_error@method={method}:{name}" for name in ("me", "mae", "mase", "rmsse")]
        rows = ground.company("carparts").ask(",".join(figures), f"--by item.code {WHOLE_SPAN}")
        by_part = {row["item.code"]: [row[figure] for figure in figures] for row in rows}
        errors[method] = np.mean([by_part[part] for part in chosen], axis=0).tolist()
    return errors


def value_classes(ground: Ground) -> dict[str, Any]:
    """Of complete parts only: the others are filtered out by their codes."""
    parts, found = demand(ground)
    gaps = np.isnan(found).any(axis=1)
    others = " ".join(f"--where item.code!={part}" for part, gap in zip(parts, gaps, strict=True) if gap)
    rows = ground.company("carparts").ask("abc_class,xyz_class", f"--by item.code {WHOLE_SPAN} {others}")
    given = [row[f"{kind}_class"] for kind in ("abc", "xyz") for row in rows]
    return {name: given.count(name) for name in "ABCXYZ"} | {"total": float(complete(ground).sum())}


def printer(ground: Ground) -> dict[str, Any]:
    deviation = stock_rules.lead_time_deviation(250, 150, 2)
    return {
        "ss": 600 - 250 * 2,
        "csl": float(stock_rules.cycle_service_level(100, deviation)),
        "esc": float(stock_rules.expected_shortage(100, deviation)),
        "fr": float(stock_rules.fill_rate(100, deviation, 1000)),
    }


def mattress(ground: Ground) -> dict[str, Any]:
    deviation = stock_rules.lead_time_deviation(2500, 500, 2)
    return {
        "csl": float(stock_rules.cycle_service_level(1000, deviation)),
        "esc": float(stock_rules.expected_shortage(1000, deviation)),
        "fr": float(stock_rules.fill_rate(1000, deviation, 10000)),
        "ss90": float(stock_rules.safety_stock(0.9, deviation)),
        "ss_fr975": stock_rules.safety_stock_for_fill_rate(0.975, float(deviation), 10000),
    }


def computer(ground: Ground) -> dict[str, Any]:
    deviation = stock_rules.lead_time_deviation(2500, 500, 7, 7)
    return {"sigmaL": float(deviation), "ss": float(stock_rules.safety_stock(0.9, deviation))}


OTHER_DEFINITION = "another definition of interval or deviation; ours is n/k with ddof 0 (metrics.md I7)"

CHECKS = {
    "carparts.counts": Check(counts, reproduced={"rel": 1e-12}, company="carparts"),
    "carparts.sbc": Check(
        classes, company="carparts",
        beside=dict.fromkeys(
            ("n_over_k_ddof1", "mean_interval_from_origin_ddof0", "mean_diff_ddof0"), OTHER_DEFINITION
        ),
    ),
    "carparts.croston.first": Check(first_part, reproduced={"abs": 1e-12}, company="carparts"),
    "carparts.accuracy": Check(accuracy, reproduced={"abs": 5e-4}, company="carparts",
                               beside={"croston_opt": "smoothing chosen by in-sample error, which the product does not do"}),
    "carparts.abc": Check(
        value_classes, company="carparts",
        beside={"alt_including": "another rule at the boundary; ours is the share before the item (metrics.md I5)"},
    ),
    "chopra.hp": Check(printer, {"abs": 5e-3}, {"abs": 1e-6}),
    "chopra.bm": Check(
        mattress, {"abs": 0.5}, {"abs": 1e-4}, beside={"monte_carlo": "a simulation of the same two shares"}
    ),
    "chopra.dell": Check(computer, {"abs": 0.5}, {"abs": 0.01}),
    "stockpyl.eoq": Check(
        lambda ground: order_quantity.economic_order_quantity(8, 0.225, 1300), {"rel": 1e-12}, {"rel": 1e-12}
    ),
    "stockpyl.rq": Check(
        lambda ground: order_quantity.reorder_point_and_quantity(8, 0.225, 7.5, 1300, 1 / 12, 150),
        {"rel": 1e-6}, {"rel": 1e-6},
    ),
    "stockpyl.newsvendor": Check(
        lambda ground: order_quantity.newsvendor(0.18, 0.70, 50, 8), {"rel": 1e-9}, {"rel": 1e-9}
    ),
}  # fmt: skip
