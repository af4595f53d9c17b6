"""Reading the declarations of metrics from TOML, and refusing those that break the rules.

What a declaration can say is in `catalog`; this is only how it is read and checked.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from warehouse.catalog import (
    BETTER,
    FOLDER,
    KINDS,
    PARAMETERS_FILE,
    UNITS,
    Catalog,
    CatalogInvalid,
    Metric,
    Parameter,
)  # fmt: skip
from warehouse.label import Label

_SAID = {
    "label", "description", "unit", "owner", "better", "formula", "version", "minimum_n", "hidden", "needs",
    "constant_over", "trailing_months", "trailing_days", "statistics", "parameters", "variants", "kind",
}  # fmt: skip
_ALIAS = re.compile(r"\bf\.")  # of the table in declared SQL; people read the columns alone
_DISTRIBUTION = ("p50", "p90", "p95", "mean")
_SURVIVAL = ("km_p50", "km_p90", "km_p95")


def read_metrics(path: Path) -> tuple[str, Label | None, dict[str, Metric]]:
    """Subject, its label where this file gives it, and the metrics of one file."""
    try:
        declared = tomllib.loads(path.read_text(encoding="utf-8"))
        subject = declared["subject"]
        label = Label.read(declared["label"]) if "label" in declared else None
        says = declared["metrics"]
        metrics = {name: _read(subject, name, _whole(says, name)) for name in says}
    except (tomllib.TOMLDecodeError, KeyError, TypeError) as problem:
        raise CatalogInvalid(f"{path.name}: {problem}") from problem
    return subject, label, metrics


def _whole(declared: Mapping[str, Mapping[str, Any]], name: str) -> dict[str, Any]:
    """What a metric says, with what it leaves to the one of the same file that it is `like`; parameters are merged."""
    says = dict(declared[name])
    if "like" not in says:
        return says
    model = _whole(declared, says.pop("like"))
    parameters = {**model.get("parameters", {}), **says.get("parameters", {})}
    return {**model, **says, **({"parameters": parameters} if parameters else {})}


def _meaning(metric: str, parameter: str) -> Label:
    found = _meanings().get(f"{metric}.{parameter}") or _meanings().get(parameter)
    if found is None:
        raise CatalogInvalid(
            f"{metric}: {PARAMETERS_FILE} does not say what its parameter '{parameter}' means."
        )
    return found


@lru_cache(maxsize=1)
def _meanings() -> dict[str, Label]:
    declared = tomllib.loads((FOLDER / PARAMETERS_FILE).read_text(encoding="utf-8"))
    return {name: Label.read(one) for name, one in declared.items()}


def _read(subject: str, name: str, says: Mapping[str, Any]) -> Metric:
    spec = {key: value for key, value in says.items() if key not in _SAID}
    kind = says.get("kind") or _kind(spec)
    parameters = {
        key: Parameter(
            name=key,
            default=str(one["default"]),
            meaning=_meaning(name, key),
            choices=tuple(one.get("choices", ())),
            minimum=one.get("minimum", 0),
            maximum=one.get("maximum"),
        )
        for key, one in says.get("parameters", {}).items()
    }
    return Metric(
        name=name, subject=subject, kind=kind,
        label=Label.read(says["label"]), description=Label.read(says["description"]),
        unit=says["unit"], owner=says["owner"], better=says.get("better", "neither"),
        formula=says.get("formula") or _formula(kind, spec), version=says.get("version", 1),
        minimum_n=says.get("minimum_n", 5), hidden=says.get("hidden", False), needs=tuple(says.get("needs", ())),
        constant_over=frozenset(says.get("constant_over", ())), trailing_months=says.get("trailing_months"),
        trailing_days=says.get("trailing_days"),
        statistics=tuple(says.get("statistics", _statistics(kind, spec))),
        parameters=parameters, spec=spec, variants=says.get("variants", {}),
    )  # fmt: skip


def _kind(spec: Mapping[str, Any]) -> str:
    """The kind that the keys of a declaration tell without its being named."""
    for key, kind in (
        ("ratio", "ratio"), ("terms", "sum"), ("values", "distribution"), ("opens", "stock"), ("each", "each"),
    ):  # fmt: skip
        if key in spec:
            return kind
    return "aggregate"


def _statistics(kind: str, spec: Mapping[str, Any]) -> tuple[str, ...]:
    if kind not in ("distribution", "gaps"):
        return ()
    return _DISTRIBUTION + (_SURVIVAL if "survival" in spec else ())


def _formula(kind: str, spec: Mapping[str, Any]) -> str:
    """The formula that the catalogue shows where the declaration gives none."""
    if kind == "ratio":
        return " / ".join(spec["ratio"])
    if kind == "sum":
        return " + ".join(spec["terms"]).replace("+ -", "- ")
    if kind == "stock":
        counted = f"sum({spec['weight']})" if "weight" in spec else "count(*)"
        conditions = [
            spec.get("where"),
            f"{spec['opens']} < t" + (f" <= {spec['ends']}" if "ends" in spec else ""),
        ]
    else:
        first = next(iter(spec.get("sources", ())), "")
        counted = (
            first["sql"] if isinstance(first, Mapping) else spec.get("sql") or spec.get("values") or kind
        )
        conditions = [spec.get("where")]
    stated = " and ".join(filter(None, conditions))
    return _ALIAS.sub("", f"{counted} where {stated}" if stated else str(counted))


def check_metric(catalog: Catalog, metric: Metric) -> None:
    """CatalogInvalid where a declaration names what is not there or leaves out what its kind needs."""
    complaints = [
        (metric.kind in KINDS, f"kind '{metric.kind}'"),
        (metric.unit in UNITS, f"unit '{metric.unit}'"),
        (metric.better in BETTER, f"better '{metric.better}'"),
        *((part in catalog.metrics, f"part '{part}'") for _, part in metric.parts),
        *(
            (name in catalog.metrics, f"metric '{name}'")
            for name in (*_counts(metric), *metric.spec.get("asks", ()))
        ),
        *((source.table in catalog.tables, f"table '{source.table}'") for source in metric.sources),
        *(
            (name in catalog.dimensions, f"dimension '{name}'")
            for name in metric.constant_over | set(metric.needs)
        ),
        *((one.partition("=")[0] in metric.parameters, f"variant '{one}'") for one in metric.variants),
    ]
    for holds, what in complaints:
        if not holds:
            raise CatalogInvalid(f"{metric.name}: there is no {what}.")
    for column in filter(None, (metric.spec.get(key) for key in ("time", "opens"))):
        name = column.removeprefix("f.")
        for source in metric.sources[: None if metric.kind == "aggregate" else 1]:
            if name.isidentifier() and name not in catalog.tables[source.table].columns:
                raise CatalogInvalid(f"{metric.name}: {source.table} has no column '{name}'.")


def _counts(metric: Metric) -> tuple[str, ...]:
    """The metrics that its caution counts by, where it has one."""
    caution = metric.spec.get("caution")
    return (caution["count"], caution["of"]) if caution else ()
