"""Fitted models as plain data: parameters, standard errors, log-likelihood, n, span, and why there is none.

The histories that they are fitted to are made in `compile`, the fits in `science`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from warehouse.asking import Asking
from warehouse.catalog import load_catalog
from warehouse.compile.context import Compilation, Scope
from warehouse.question import AskRefused, Question

if TYPE_CHECKING:
    from warehouse.connect import Connection
    from warehouse.science.maximum_likelihood import Fit

ORDERS, LIVES = ("bg_nbd", "pareto_nbd", "gamma_gamma"), ("weibull", "power_law")


@dataclass(frozen=True)
class _Data:
    """What a model is fitted to: by name of the model, and from which day to which (excluded)."""

    fit: Any
    first_on: str | None


def fit_models(
    connection: Connection,
    name: str | None,
    as_of: date | None,
    where: tuple[str, ...],
    scope: Scope,
    now: datetime | None,
) -> list[dict[str, Any]]:
    """One object per model; where the data carry no fit, its parameters are null and the note says why."""
    from warehouse.science.maximum_likelihood import FitRefused

    if name is not None and name not in ORDERS + LIVES:
        known = ORDERS + LIVES
        raise AskRefused(
            zh=f"没有模型“{name}”，可用的有 {'、'.join(known)}。",
            en=f"There is no model '{name}'; known are {', '.join(known)}.",
        )
    found = []
    for model in ORDERS + LIVES if name is None else (name,):
        metric = "alive_probability" if model in ORDERS else "mean_cumulative_replacements"
        question = Question(metrics=(metric,), as_of=as_of, where=where)
        compilation = Asking(connection, question, scope, now).compilation()
        data = _purchases(compilation, model) if model in ORDERS else _replacements(compilation, model)
        span = {"from": data.first_on, "to": compilation.span.end.isoformat()}
        try:
            found.append(_shown(model, data.fit(), span))
        except FitRefused as refused:
            found.append({
                "model": model, "group": None, "parameters": None, "standard_errors": None, "log_likelihood": None,
                "n": None, **span, "note": refused.reason,
            })  # fmt: skip
    return found


def _shown(model: str, fit: Fit, span: dict[str, str | None]) -> dict[str, Any]:
    return {
        "model": model, "group": None, "parameters": fit.parameters, "standard_errors": fit.standard_errors,
        "log_likelihood": fit.log_likelihood, "n": int(fit.n), **span, "note": fit.note or None,
    }  # fmt: skip


def _purchases(compilation: Compilation, model: str) -> _Data:
    from warehouse.compile.histories import fitted, read_histories

    histories = read_histories(compilation, load_catalog().metric("alive_probability"))
    return _Data(lambda: fitted(model, histories), histories.first_on)


def _replacements(compilation: Compilation, model: str) -> _Data:
    import numpy as np

    from warehouse.compile.recurrence import HALF_A_DAY, unit_groups
    from warehouse.science import power_law, weibull

    _, groups = unit_groups(compilation, load_catalog().metric("mean_cumulative_replacements"))
    group = groups[0]
    first = compilation.fetch("select min(installed_on) from core.fct_unit").fetchone()
    if model == "weibull":
        duration, ended = group.first_events()
        duration = np.maximum(duration, HALF_A_DAY)
        return _Data(lambda: weibull.fit(duration, ended), _day(first))
    seen = group.end > 0
    age = np.maximum(group.age, HALF_A_DAY)
    return _Data(lambda: power_law.fit(age[seen[group.unit]], group.end[seen]), _day(first))


def _day(row: tuple[Any, ...] | None) -> str | None:
    return row[0].isoformat() if row and row[0] else None
