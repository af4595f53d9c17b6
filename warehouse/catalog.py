"""The catalogue: every metric and dimension, read from TOML, checked against the tables when it is loaded.

What a metric's kind computes stands in `compile`; what it means, in its declaration.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from warehouse.dimension import Dimension, read_dimensions
from warehouse.label import Label
from warehouse.percentile import kind_of, kinds_of
from warehouse.question import AskRefused, parse_figure
from warehouse.table import Table, load_tables

FOLDER = Path(__file__).parent / "metrics"
DIMENSIONS_FILE, PARAMETERS_FILE = "dimensions.toml", "parameters.toml"
KINDS = {
    "aggregate", "distribution", "stock", "standing", "window", "ratio", "sum", "each", "flow", "retention",
    "concentration", "rfm", "lifetime", "recurrence", "gaps", "life", "curve", "spare_need", "pairs", "tenths", "rows",
    "classes", "series", "plan", "expiry",
}  # fmt: skip
LIMITED_KINDS = {
    "lifetime",
    "life",
    "recurrence",
    "spare_need",
    "curve",
}  # with limits unless a declaration says no
ERRORS = ("se", "lo95", "hi95")
BETTER = ("up", "down", "neither")
UNITS = (
    "money", "count", "quantity", "share", "hours", "days", "minutes", "orders", "probability", "ratio",
    "per_unit_year", "text",
)  # fmt: skip


class CatalogInvalid(Exception):
    """A declaration breaks the rules; the sentence names the metric and what is wrong."""


@dataclass(frozen=True)
class Parameter:
    """What may be written after @: a choice of words, or a number from `minimum` to `maximum`; what it means."""

    name: str
    default: str
    meaning: Label
    choices: tuple[str, ...] = ()
    minimum: float = 0
    maximum: float | None = None

    def read(self, metric: str, text: str) -> str | int | float:
        """The value as SQL and science take it; AskRefused where it is none."""
        if self.choices:
            if text in self.choices:
                return text
            raise AskRefused(
                zh=f"{metric} 的参数 {self.name} 可取 {'、'.join(self.choices)}，不能是“{text}”。",
                en=f"{metric} takes {self.name} = {' or '.join(self.choices)}, not '{text}'.",
            )
        try:
            value = float(text)
        except ValueError:
            value = float("nan")
        most = float("inf") if self.maximum is None else self.maximum
        if not self.minimum <= value <= most or value == float("inf"):
            least = f"{self.minimum:g}"
            raise AskRefused(
                zh=f"{metric} 的参数 {self.name} 应为"
                + (f"不小于 {least}" if self.maximum is None else f" {least} 到 {self.maximum:g} 之间")
                + f"的数，不能是“{text}”。",
                en=f"{metric} takes a number "
                + (f"not below {least}" if self.maximum is None else f"from {least} to {self.maximum:g}")
                + f" for {self.name}, not '{text}'.",
            )
        return int(value) if value.is_integer() else value


@dataclass(frozen=True)
class Source:
    """A table that a metric can be read from, with the aggregate that it takes there."""

    table: str
    sql: str


@dataclass(frozen=True)
class Metric:
    """One declared metric.

    `spec` holds what its kind needs, `variants` what differs for a choice of a parameter. `needs` are
    dimensions without which it has no meaning. `constant_over` are dimensions that do not divide it: units in
    service do not depend on the part. `trailing_months` or `trailing_days` is the range that it
    takes when neither a range nor a grain is asked.
    """

    name: str
    subject: str
    kind: str
    label: Label
    description: Label
    unit: str
    owner: str
    better: str
    formula: str
    version: int = 1
    minimum_n: int = 5
    hidden: bool = False
    needs: tuple[str, ...] = ()
    constant_over: frozenset[str] = frozenset()
    trailing_months: int | None = None
    trailing_days: int | None = None
    statistics: tuple[str, ...] = ()
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    spec: Mapping[str, Any] = field(default_factory=dict, repr=False)
    variants: Mapping[str, Mapping[str, Any]] = field(default_factory=dict, repr=False)

    @property
    def sources(self) -> tuple[Source, ...]:
        """Tables that it can be read from, the preferred first."""
        tables = self.spec.get("sources", [self.spec["source"]] if "source" in self.spec else [])
        return tuple(
            Source(one["table"], one["sql"])
            if isinstance(one, Mapping)
            else Source(one, self.spec.get("sql", ""))
            for one in tables
        )

    @property
    def parts(self) -> tuple[tuple[int, str], ...]:
        """The metrics that it is made of, each with its sign; for a ratio numerator, then denominator."""
        if self.kind == "sum":
            return tuple((-1, one[1:]) if one.startswith("-") else (1, one) for one in self.spec["terms"])
        return tuple((1, one) for one in self.spec.get("ratio", ()))

    @property
    def limits(self) -> tuple[str, ...]:
        """What may be asked of its error: standard error and ends of the 95 % interval; of a quantile by
        Kaplan-Meier the ends may be asked without standing here."""
        says = self.spec.get("limits", self.kind in LIMITED_KINDS)
        return tuple(says) if isinstance(says, list) else ERRORS if says else ()

    @property
    def percentiles(self) -> tuple[str, ...]:
        """The forms of statistics in which NN may be any percentage: pNN, km_pNN."""
        return tuple(f"{kind}NN" for kind in kinds_of(self.statistics))

    def has_statistic(self, statistic: str) -> bool:
        """Whether it is declared, or a percentile of a kind that is."""
        return statistic in self.statistics or kind_of(statistic) in kinds_of(self.statistics)

    def with_choices(self, chosen: Mapping[str, str | int | float]) -> Metric:
        """The metric as its variants for these parameter values say; `name=*` is any value but the default."""
        metric = self
        for name, value in chosen.items():
            change = self.variants.get(f"{name}={value}")
            if change is None and str(value) != self.parameters[name].default:
                change = self.variants.get(f"{name}=*")
            if change:
                metric = replace(metric, spec={**metric.spec, **change})
        return metric

    def as_json(self) -> dict[str, Any]:
        """What the catalogue shows of it."""
        catalog = load_catalog()
        return {
            "name": self.name, "subject": self.subject, "label": self.label.as_json(),
            "description": self.description.as_json(), "formula": self.formula, "unit": self.unit,
            "grain": catalog.grain_of(self).as_json(), "source": list(catalog.tables_of(self)),
            "dimensions": list(catalog.dimensions_of(self)), "owner": self.owner, "better": self.better,
            "version": self.version, "minimum_n": self.minimum_n, "statistics": list(self.statistics),
            "percentiles": list(self.percentiles),
            "limits": list(self.limits), "needs": list(self.needs),
            "parameters": {
                one.name: {"default": one.default, "choices": list(one.choices), "meaning": one.meaning.as_json()}
                for one in self.parameters.values()
            },
        }  # fmt: skip


@dataclass(frozen=True)
class Catalog:
    """All metrics and dimensions by name, with the tables that they stand on."""

    metrics: Mapping[str, Metric]
    dimensions: Mapping[str, Dimension]
    tables: Mapping[str, Table]
    subjects: Mapping[str, Label]

    def metric(self, name: str) -> Metric:
        """The metric of that name; AskRefused with the nearest names if there is none."""
        if name in self.metrics:
            return self.metrics[name]
        shown = (one.name for one in self.metrics.values() if not one.hidden)
        raise AskRefused(**_unknown("metric", "指标", name, shown))

    def dimension(self, name: str) -> Dimension:
        """The dimension of that name; AskRefused with the nearest names if there is none."""
        if name in self.dimensions:
            return self.dimensions[name]
        raise AskRefused(**_unknown("dimension", "维度", name, self.dimensions))

    def shown(self) -> tuple[Metric, ...]:
        """The metrics that people ask for, without those that only serve others."""
        return tuple(one for one in self.metrics.values() if not one.hidden)

    def tables_of(self, metric: Metric) -> tuple[str, ...]:
        """Every table that the metric is read from."""
        own = [source.table for source in metric.sources]
        made_of = [name for _, part in metric.parts for name in self.tables_of(self.metrics[part])]
        return tuple(dict.fromkeys(own + made_of + list(metric.spec.get("reads", ()))))

    def grain_of(self, metric: Metric) -> Label:
        """What one row behind the metric is."""
        grains = [self.tables[name].grain for name in self.tables_of(metric) if name in self.tables]
        return Label(
            zh="；".join(dict.fromkeys(one.zh for one in grains)),
            en="; ".join(dict.fromkeys(one.en for one in grains)),
        )

    def dimensions_of(self, metric: Metric) -> tuple[str, ...]:
        """Names of the dimensions by which it can be asked: of a made-up metric, those of all its parts; of a plan,
        those that divide what it is planned from."""
        if metric.parts:
            sets = [
                set(self.dimensions_of(part)) | part.constant_over
                for part in (self.metrics[name] for _, name in metric.parts)
            ]
            return tuple(name for name in self.dimensions if all(name in one for one in sets))
        extra = metric.spec.get("dimensions", ())
        tables = [self.tables[source.table] for source in metric.sources if source.table in self.tables]
        return tuple(
            name
            for name, one in self.dimensions.items()
            if (name in extra or (one.suits(metric.kind) and any(map(one.is_on, tables))))
            and (metric.kind != "plan" or self._divides_inputs(name, metric))
        )

    def _divides_inputs(self, dimension: str, metric: Metric) -> bool:
        inputs = [self.metrics[parse_figure(text).metric] for text in metric.spec["inputs"].values()]
        return all(dimension in {*self.dimensions_of(one), *one.constant_over} for one in inputs)


def _unknown(what: str, what_zh: str, name: str, known: Iterable[str]) -> dict[str, str]:
    near = difflib.get_close_matches(name, list(known), n=3, cutoff=0.5)
    return {
        "zh": f"没有{what_zh}“{name}”"
        + (f"，是否指 {'、'.join(near)}？" if near else "；可用的见 yingke metrics。"),
        "en": f"There is no {what} '{name}'"
        + (f"; did you mean {', '.join(near)}?" if near else "; see: yingke metrics"),
    }


@lru_cache(maxsize=1)
def load_catalog() -> Catalog:
    """The catalogue, read once; CatalogInvalid names the first declaration that breaks the rules."""
    from warehouse.declaration import check_metric, read_metrics

    tables = load_tables()
    dimensions = read_dimensions(
        tomllib.loads((FOLDER / DIMENSIONS_FILE).read_text(encoding="utf-8")), tables
    )
    metrics: dict[str, Metric] = {}
    subjects: dict[str, Label] = {}
    for path in sorted(FOLDER.glob("*.toml")):
        if path.name in (DIMENSIONS_FILE, PARAMETERS_FILE):
            continue
        subject, label, found = read_metrics(path)
        if label:
            subjects[subject] = label
        if twice := metrics.keys() & found.keys():
            raise CatalogInvalid(f"{path.name}: declared twice: {', '.join(sorted(twice))}")
        metrics |= found
    catalog = Catalog(metrics, dimensions, tables, subjects)
    for metric in metrics.values():
        check_metric(catalog, metric)
    return catalog
