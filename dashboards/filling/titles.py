"""What blocks, series, columns and groups are called in the reader's language, and what every frame carries along.

Names come from the catalogue; nothing is asked here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashboards.asker import Asker
from dashboards.block import Block, Curve
from dashboards.label import Title
from dashboards.numbers import LABELLED_UNITS, unit_name
from dashboards.value_names import value_name
from warehouse.catalog import load_catalog
from warehouse.question import Question

PERIOD = Title("期间", "Period")
OTHER = Title("其他", "Other")
EMPTY = Title("（空）", "(empty)")
STATISTICS = {
    "p50": Title("中位数", "median"),
    "mean": Title("平均", "mean"),
    "km_p50": Title("中位数，含未结", "median, open counted"),
    "km_share": Title("估计", "estimate"),
    "lo95": Title("95% 下限", "95% from"),
    "hi95": Title("95% 上限", "95% to"),
    "se": Title("标准误", "standard error"),
    "n": Title("样本数", "n"),
}
CHOICES = {  # what a figure's parameter was chosen to be, where its name does not say it
    "resolution": Title("解决", "resolution"),
    "response": Title("响应", "response"),
    "business": Title("工作时间", "business hours"),
    "elapsed": Title("自然时间", "elapsed time"),
    "fifo": Title("先进先出", "first in, first out"),
    "design": Title("设计水平", "by design"),
    "observed": Title("实际", "observed"),
    "requests": Title("出库申请", "outbound requests"),
    "net": Title("净额", "net"),
    "one_shot": Title("换新即重新计龄", "new when replaced"),
    "significant": Title("显著的组合", "significant pairs"),
    "ship": Title("按发货日", "by day of shipment"),
}


def carried(block: Block, asker: Asker, answer: Any) -> dict[str, Any]:
    """What frames of all kinds carry of a block and its answer."""
    notes = tuple(note[asker.language] if isinstance(note, Mapping) else str(note) for note in answer.notes)
    metrics = metrics_of(block)
    meanings = {
        (one := asker.metric(name)).label(asker.language): one.description(asker.language) for name in metrics
    }
    return {
        "title": title_of(block, asker),
        "width": block.width,
        "note": block.note(asker.language) if block.note else "",
        "notes": tuple(dict.fromkeys(notes)),
        "metrics": metrics,
        "meanings": tuple(meanings.items()),
        "warned": asker.warnings(metrics),
        "sql": answer.sql,
    }  # fmt: skip


def metrics_of(block: Block) -> tuple[str, ...]:
    """The metrics that a block names."""
    return tuple(getattr(block, "metrics", ())) or ((block.metric,) if hasattr(block, "metric") else ())


def title_of(block: Block, asker: Asker) -> str:
    """The block's own title, or one made of its metrics and dimension."""
    if block.title is not None:
        return block.title(asker.language)
    metrics = metrics_of(block)
    if not metrics:
        return ""
    chinese = asker.language == "zh"
    name = ("、" if chinese else ", ").join(metric_name(metric, asker) for metric in metrics[:2])
    by = block.groups if isinstance(block, Curve) else getattr(block, "by", None)
    if by is None:
        return name
    dimension = dimension_label(by, asker)
    gap = " " if dimension[:1].isascii() else ""
    within = dimension if dimension[1:2].isupper() else dimension[:1].lower() + dimension[1:]  # RFM stays RFM
    return f"各{gap}{dimension}的{name}" if chinese else f"{name} by {within}"


def metric_name(text: str, asker: Asker) -> str:
    """A figure's name in the reader's language."""
    return figure_name(text, asker.language)


def figure_name(text: str, language: str) -> str:
    """A figure's name with its parameters and statistic: 解决时长（中位数）, Resolution time (median)."""
    (figure,) = Question(metrics=(text,)).figures()
    label = load_catalog().metric(figure.metric).label(language)
    said = [
        CHOICES[value](language) if value in CHOICES else f"{name}={value}"
        for name, value in figure.parameters
    ]
    said += [_statistic(one, language) for one in text.split(":")[1:]]
    joint = "，" if language == "zh" else ", "
    return _with_remark(label, joint.join(said), language) if said else label


def _statistic(name: str, language: str) -> str:
    if name in STATISTICS:
        return STATISTICS[name](language)
    if name.startswith("km_"):
        percentile = name.removeprefix("km_")
        return f"{percentile.upper()}，含未结" if language == "zh" else f"{percentile}, open counted"
    return name.upper()


def _with_remark(name: str, remark: str, language: str) -> str:
    """A name with a remark in brackets, put into those that the name ends with where it has some."""
    joint, opening, closing = ("，", "（", "）") if language == "zh" else (", ", " (", ")")
    if name.endswith(closing):
        return name.removesuffix(closing) + joint + remark + closing
    return name + opening + remark + closing


def column_name(text: str, unit: str, asker: Asker, after: str = "") -> str:
    """A figure's name over a column, with the unit that its numbers do not show: 解决时长（中位数，小时）.

    A statistic in the column `after` its own figure's is called by its own name alone: 95% 下限.
    """
    figure, _, statistic = text.partition(":")
    if statistic in STATISTICS and figure == after.partition(":")[0]:
        return STATISTICS[statistic](asker.language)
    name = metric_name(text, asker)
    if unit not in LABELLED_UNITS:
        return name
    said = unit_name(unit, asker.language)
    return _with_remark(name, said, "zh") if asker.language == "zh" else f"{name}, {said}"


def unit_of(answer: Any, metric: str) -> str:
    """The unit of one of an answer's figures."""
    pairs = zip(answer.figures, answer.metrics, strict=True)
    return str(next((one.unit for figure, one in pairs if figure.text == metric), "count"))


def dimension_label(name: str, asker: Asker) -> str:
    """What people call a dimension, or the key of one."""
    parts = name.split(".")
    if parts[-1] == "code":
        base = load_catalog().dimension(parts[0]).label(asker.language)
        return f"{base}编号" if asker.language == "zh" else f"{base} code"
    return str(load_catalog().dimension(parts[-1]).label(asker.language))


def shown(value: Any, dimension: str, asker: Asker, *, other: bool = False) -> str:
    """What people call a value of a dimension."""
    if other:
        return OTHER(asker.language)
    return EMPTY(asker.language) if value in (None, "") else value_name(dimension, str(value), asker)


def condition_name(text: str, asker: Asker) -> str:
    """A filter as people read it: 地区：广东, Region: Guangdong."""
    name, sign, value = text.partition("=")
    unlike, name = name.endswith("!"), name.removesuffix("!").strip()
    known = name.rpartition(".")[2] in (*load_catalog().dimensions, "code")
    label = dimension_label(name, asker) if known and sign else name
    joint = ("：" if asker.language == "zh" else ": ") + ("≠ " if unlike else "")
    return f"{label}{joint}{value_name(name, value, asker) or '–'}"


def plain(value: Any) -> str:
    """A value as filters write it; '' is empty."""
    return "" if value is None else str(value)


def size(value: Any) -> float:
    """How large a figure is, for putting in order; nought where there is none."""
    return 0.0 if value is None or isinstance(value, str) else float(value)
