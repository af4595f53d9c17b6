"""Quantiles of durations of which some still run, and the share that ends in time: Kaplan-Meier per group, open
cases counted to now.

Quantiles of finished durations alone are in `aggregate`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from warehouse.compile.aggregate import in_range, period_output
from warehouse.compile.cases import computed_relation, grouped_cases
from warehouse.compile.context import Compilation, Relation
from warehouse.compile.fact import Fact, choose_source, filled
from warehouse.compile.plan import Leaf
from warehouse.percentile import share_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Stratum = tuple[tuple[Any, ...], NDArray[Any], NDArray[Any]]


def compile_survival(compilation: Compilation, leaf: Leaf) -> Relation:
    """Each group is its own stratum; a quantile that is not reached is null, with a note.

    The statistic km_share is 1 - S at the duration `within` of the declaration.
    """
    from warehouse.science.survival import kaplan_meier

    share, rows = share_of(leaf.statistic), []
    keys, groups = durations(compilation, leaf)
    for key, duration, ended in groups:
        curve = kaplan_meier(duration, ended)
        if share is None:
            value, lower, upper = curve.share_ended(leaf.metric.spec["survival"]["within"])
        else:
            value, (lower, upper) = curve.quantile(share), curve.quantile_limits(share)
        if value is None and share is not None and len(duration):
            compilation.note(
                f"{leaf.metric.label.zh}：至少一组在观察期内未达到 {share * 100:g}%，其分位数为空（大于最长观察 "
                f"{curve.last_follow_up:.1f}）。",
                f"{leaf.metric.name}: a group did not reach {share * 100:g}% within its follow-up; its quantile is null "
                f"(beyond {curve.last_follow_up:.1f}).",
            )
        rows.append((key, [*(_number(one) for one in (value, lower, upper)), float(len(duration))]))
    columns = [leaf.column, f"{leaf.column}_lo95", f"{leaf.column}_hi95", leaf.count]
    return computed_relation(compilation, keys, columns, rows)


def durations(compilation: Compilation, leaf: Leaf) -> tuple[list[str], list[Stratum]]:
    """Key columns, and by group (and period) how long each case ran and whether it ended; negative ones left out."""
    says = leaf.metric.spec["survival"]
    fact = Fact(compilation, choose_source(compilation, leaf.metric).table, leaf.metric)
    fact.restrict(filled(compilation, leaf.metric.spec.get("where", ""), leaf.parameters))
    fact.restrict(*in_range(compilation, says["time"], leaf.start))
    outputs = {name: filled(compilation, says[name], leaf.parameters) for name in ("duration", "ended")}
    found = []
    for group in grouped_cases(
        compilation, [*fact.key_list(), *period_output(compilation, says["time"])], outputs, fact.text
    ):
        known = group.cases["duration"] >= 0
        found.append((group.key, group.cases["duration"][known], group.cases["ended"].astype(bool)[known]))
    return list(fact.keys), found


def _number(value: float | None) -> float:
    return float("nan") if value is None else value
