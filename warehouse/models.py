"""Fitted models as plain data: parameters, standard errors, log-likelihood, n, span, and why there is none.

The histories that they are fitted to are made in `compile`, the fits in `science`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from warehouse.asking import Asking
from warehouse.catalog import load_catalog
from warehouse.compile.context import Compilation, Scope
from warehouse.question import AskRefused, Question

if TYPE_CHECKING:
    from warehouse.connect import Connection
    from warehouse.science.maximum_likelihood import Fit

ORDERS, LIVES = ("bg_nbd", "pareto_nbd", "gamma_gamma"), ("weibull", "power_law")
_METRIC = dict.fromkeys(ORDERS, "alive_probability") | dict.fromkeys(LIVES, "mean_cumulative_replacements")
_COUNTED = dict.fromkeys(ORDERS, "buying_customers") | dict.fromkeys(LIVES, "replacements")
MOST_GROUPS = 200  # each is a fit of its own


def fit_models(
    connection: Connection, name: str | None, question: Question, scope: Scope, now: datetime | None
) -> list[dict[str, Any]]:
    """One object per model, and per group where the question divides; its figures are not looked at.

    Where the data carry no fit, the parameters are null and the note says why. `start` is the day from which
    replacements were recorded; purchases are looked at from the first.
    """
    if name is not None and name not in ORDERS + LIVES:
        known = ORDERS + LIVES
        raise AskRefused(
            zh=f"没有模型“{name}”，可用的有 {'、'.join(known)}。",
            en=f"There is no model '{name}'; known are {', '.join(known)}.",
        )
    return [
        _fitted(model, group, Asking(connection, divided, scope, now).compilation())
        for model in (ORDERS + LIVES if name is None else (name,))
        for group, divided in _groups(connection, replace(question, metrics=(_METRIC[model],)), scope, now)
    ]


def _groups(
    connection: Connection, question: Question, scope: Scope, now: datetime | None
) -> list[tuple[dict[str, Any] | None, Question]]:
    """The question narrowed to each of its groups that has what models are fitted to."""
    if not question.by:
        return [(None, question)]
    counted = next(_COUNTED[model] for model, metric in _METRIC.items() if metric in question.metrics)
    rows = Asking(connection, replace(question, metrics=(counted,)), scope, now).answer().rows
    if len(rows) > MOST_GROUPS:
        raise AskRefused(
            zh=f"共有 {len(rows):,} 组，最多分别拟合 {MOST_GROUPS} 组，请缩小范围。",
            en=f"There are {len(rows):,} groups, {MOST_GROUPS} at most are fitted; narrow them down.",
        )
    found: list[tuple[dict[str, Any] | None, Question]] = []
    for row in rows:
        group = {name: row[name] for name in question.by}
        narrowed = (f"{name}={'' if value is None else value}" for name, value in group.items())
        found.append((group, replace(question, by=(), where=(*question.where, *narrowed))))
    return found


def _fitted(model: str, group: dict[str, Any] | None, compilation: Compilation) -> dict[str, Any]:
    from warehouse.science.maximum_likelihood import FitRefused

    shown: dict[str, Any] = {"model": model, "group": group}
    first_on, fit = (_of_purchases if model in ORDERS else _of_replacements)(model, compilation)
    span = {"from": first_on, "to": compilation.span.end.isoformat()}
    try:
        found: Fit = fit()
    except FitRefused as refused:
        nothing = dict.fromkeys(("parameters", "standard_errors", "log_likelihood", "n"))
        return shown | nothing | span | {"note": refused.reason}
    return shown | {
        "parameters": found.parameters, "standard_errors": found.standard_errors,
        "limits": {name: list(found.limits(name)) for name in found.parameters},
        "log_likelihood": found.log_likelihood, "n": int(found.n), **span, "note": found.note or None,
    }  # fmt: skip


def _of_purchases(model: str, compilation: Compilation) -> tuple[str | None, Any]:
    """The day from which there are data, and the fit as something to be called."""
    from warehouse.compile.histories import fitted, read_histories

    histories = read_histories(compilation, load_catalog().metric(_METRIC[model]))
    return histories.first_on, lambda: fitted(model, histories)


def _of_replacements(model: str, compilation: Compilation) -> tuple[str | None, Any]:
    from warehouse.compile.exposures import unit_groups
    from warehouse.compile.life import weibull_of
    from warehouse.compile.recurrence import power_law_of

    _, (group,) = unit_groups(compilation, load_catalog().metric(_METRIC[model]))
    began = compilation.span.start
    first = compilation.fetch("select min(installed_on) from core.fct_unit").fetchone()
    first_on = began or (first[0] if first else None)
    fit = weibull_of if model == "weibull" else power_law_of
    return first_on.isoformat() if first_on else None, lambda: fit(group)
