"""A question as people write it: figures, dimensions, range and filters, read and checked for form.

Whether the names exist is the catalogue's business; what the answer is, that of ask.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from warehouse.catalog import Metric

GRAINS = ("day", "week", "month", "quarter", "year")
TARGET = "target"
COMPARISONS = ("previous", "year", TARGET)
LIMITS = ("n", "se", "lo95", "hi95")
_FIGURE = re.compile(
    r"(?P<metric>[a-z][a-z0-9_]*)(?:@(?P<parameters>[^:@]+))?(?::(?P<statistic>[a-z][a-z0-9_]*(?:\.[0-9]+)?))?(?::(?P<limit>[a-z0-9]+))?"
)
_DIMENSION = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)*")
_FILTER = re.compile(r"(?P<dimension>[a-z][a-z0-9_.]*)\s*(?P<sign>!=|=)(?P<value>.*)", re.DOTALL)


MOST_GROUPS = 1_000_000  # that one answer can be asked to hold


class AskRefused(Exception):
    """The question cannot be answered; `reason` says why in one plain sentence per language.

    `hidden` is the entity that the asker may not read, `foreign` the dimension that the metric does not have, where
    that is why: a page can say it by their names.
    """

    def __init__(self, *, zh: str, en: str, hidden: str = "", foreign: str = "") -> None:
        super().__init__(en)
        self.reason = {"zh": zh, "en": en}
        self.hidden = hidden
        self.foreign = foreign


@dataclass(frozen=True)
class Figure:
    """One asked number: `resolution_hours@clock=business:p90`, or its limit `…:p90:lo95`. `text` is its name."""

    text: str
    metric: str
    parameters: tuple[tuple[str, str], ...] = ()
    statistic: str | None = None
    limit: str | None = None

    @property
    def stem(self) -> str:
        """The figure without statistic and limit: what its count is called after."""
        return self.text.split(":", 1)[0]


@dataclass(frozen=True)
class Filter:
    """What one dimension may be: one of `among` (if any is given), and none of `without`; '' is empty."""

    dimension: str
    among: tuple[str, ...] = ()
    without: tuple[str, ...] = ()


@dataclass(frozen=True)
class Question:
    """What is asked, as it was written. `start` is included, `end` an excluded day.

    `as_of` is a day, whose beginning is meant, or an instant, without an offset in the business time zone: what is
    dated at it or later does not count. Whether the range goes beyond it is known once the zone is (compile.span).
    """

    metrics: tuple[str, ...]
    by: tuple[str, ...] = ()
    grain: str | None = None
    start: date | None = None
    end: date | None = None
    as_of: date | datetime | None = None
    where: tuple[str, ...] = ()
    top: int | None = None
    other: bool = False
    totals: bool = False
    compare: str | None = None

    def figures(self) -> tuple[Figure, ...]:
        """The asked numbers; AskRefused where one cannot be read."""
        return tuple(dict.fromkeys(parse_figure(text) for text in self.metrics))

    def filters(self) -> tuple[Filter, ...]:
        """One filter per dimension: values of one are alternatives, several dimensions hold together."""
        return parse_filters(self.where)

    def check(self) -> None:
        """AskRefused where the parts contradict each other."""
        if not self.metrics:
            raise AskRefused(zh="请至少给出一个指标。", en="Name at least one metric.")
        for text in self.by:
            if not _DIMENSION.fullmatch(text):
                raise AskRefused(
                    zh=f"“{text}”不是维度名，请写成 region 或 customer.code。",
                    en=f"'{text}' is no dimension; write it as region or customer.code.",
                )
        _no_name_twice(self.by, self.metrics)
        _one_of(self.grain, GRAINS, "grain", "粒度")
        _one_of(self.compare, COMPARISONS, "compare", "比较方式")
        if self.top is not None and not 1 <= self.top <= MOST_GROUPS:
            raise AskRefused(
                zh=f"--top 至少为 1，最多为 {MOST_GROUPS}。",
                en=f"--top must be at least 1 and at most {MOST_GROUPS}.",
            )
        if self.top is not None and not self.by:
            raise AskRefused(zh="--top 需要与 --by 同用。", en="--top needs --by: the largest of what?")
        if self.other and self.top is None:
            raise AskRefused(
                zh="--other 需要与 --top 同用。", en="--other needs --top: the rest beyond what?"
            )
        if self.start and self.end and self.start >= self.end:
            raise AskRefused(
                zh=f"起始日 {self.start} 不早于截止日 {self.end}（截止日不含在内）。",
                en=f"--from {self.start} is not before --to {self.end}, which is excluded.",
            )


def parse_question(
    *,
    metrics: str | Iterable[str],
    by: str | Iterable[str] | None = None,
    grain: str | None = None,
    start: str | None = None,
    end: str | None = None,
    as_of: str | None = None,
    where: Iterable[str] = (),
    top: int | None = None,
    other: bool = False,
    totals: bool = False,
    compare: str | None = None,
) -> Question:
    """A question from the texts of a command line or an address; AskRefused says what cannot be read."""
    question = Question(
        metrics=_listed(metrics), by=_listed(by), grain=grain or None,
        start=parse_day(start), end=parse_day(end), as_of=parse_as_of(as_of),
        where=tuple(where), top=top, other=other, totals=totals, compare=compare or None,
    )  # fmt: skip
    question.check()
    question.figures()
    question.filters()
    return question


def whole_question(metric: Metric) -> Question:
    """The plainest question about a metric: over everything, divided only as it must be."""
    return Question(metrics=(metric.name,), by=tuple(f"{name}.code" for name in metric.needs))


def parse_day(text: str | None) -> date | None:
    """A day written as 2026-11-23; None for nothing."""
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise AskRefused(
            zh=f"“{text}”不是日期，请写成 2026-11-23。", en=f"'{text}' is no day; write it as 2026-11-23."
        ) from None


def parse_as_of(text: str | None) -> date | datetime | None:
    """A day written as 2026-11-23, or an instant of it as 2026-11-23T14:30, perhaps with an offset; None for nothing."""
    if not text:
        return None
    for read in (date.fromisoformat, datetime.fromisoformat):
        try:
            return read(text)
        except ValueError:
            continue
    raise AskRefused(
        zh=f"“{text}”不是日期或时刻，请写成 2026-11-23 或 2026-11-23T14:30。",
        en=f"'{text}' is no day and no time; write it as 2026-11-23 or 2026-11-23T14:30.",
    )


def parse_moment(text: str, zone: ZoneInfo) -> datetime:
    """An instant written as 2026-11-23 (its start), 2026-11-23T14:30 or with an offset; in the zone without one."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise AskRefused(
            zh=f"“{text}”不是时刻，请写成 2026-11-23 或 2026-11-23T14:30。",
            en=f"'{text}' is no time; write it as 2026-11-23 or 2026-11-23T14:30.",
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def parse_figure(text: str) -> Figure:
    """NAME[@param=value[;param=value]][:statistic][:limit]; a limit may stand without a statistic."""
    parts = _FIGURE.fullmatch(text.strip())
    if parts is None:
        raise AskRefused(
            zh=f"无法识别“{text}”，请写成 NAME[@param=value][:statistic]，例如 resolution_hours:p90。",
            en=f"'{text}' cannot be read; write NAME[@param=value][:statistic], such as resolution_hours:p90.",
        )
    statistic, limit = parts["statistic"], parts["limit"]
    if limit is None and statistic in LIMITS:
        statistic, limit = None, statistic
    if limit is not None and limit not in LIMITS:
        raise AskRefused(
            zh=f"“{text}”以“{limit}”结尾，可用的有 {'、'.join(LIMITS)}。",
            en=f"'{text}' ends in '{limit}'; what can stand there is {', '.join(LIMITS)}.",
        )
    return Figure(text.strip(), parts["metric"], _parameters(text, parts["parameters"]), statistic, limit)


def _parameters(figure: str, text: str | None) -> tuple[tuple[str, str], ...]:
    found: dict[str, str] = {}
    for pair in (text or "").split(";") if text else ():
        name, sign, value = pair.partition("=")
        if not sign or not name.strip() or not value.strip() or name.strip() in found:
            raise AskRefused(
                zh=f"“{figure}”中的参数“{pair}”应写成 name=value，且只写一次。",
                en=f"'{pair}' in '{figure}' is no parameter; write name=value, each name once.",
            )
        found[name.strip()] = value.strip()
    return tuple(sorted(found.items()))


def parse_filters(texts: Iterable[str]) -> tuple[Filter, ...]:
    """`DIM=VALUE`, `DIM!=VALUE`, `DIM=` for empty, gathered by dimension."""
    among: dict[str, list[str]] = {}
    without: dict[str, list[str]] = {}
    for text in texts:
        parts = _FILTER.fullmatch(text.strip())
        if parts is None or not _DIMENSION.fullmatch(parts["dimension"]):
            raise AskRefused(
                zh=f"筛选条件“{text}”应写成 DIM=VALUE 或 DIM!=VALUE。",
                en=f"The filter '{text}' cannot be read; write DIM=VALUE or DIM!=VALUE.",
            )
        chosen, ignored = (among, without) if parts["sign"] == "=" else (without, among)
        chosen.setdefault(parts["dimension"], []).append(parts["value"].strip())
        ignored.setdefault(parts["dimension"], [])
    return tuple(Filter(name, tuple(among[name]), tuple(without[name])) for name in among)


def _listed(value: str | Iterable[str] | None) -> tuple[str, ...]:
    texts = value.split(",") if isinstance(value, str) else value or ()
    return tuple(text.strip() for text in texts if text.strip())


def _no_name_twice(by: tuple[str, ...], metrics: tuple[str, ...]) -> None:
    if twice := sorted({*by} & {*metrics}):
        raise AskRefused(
            zh=f"“{twice[0]}”既作指标又作维度，请只保留其一。",
            en=f"'{twice[0]}' is asked both as a figure and as a dimension; keep one of them.",
        )


def _one_of(value: str | None, known: tuple[str, ...], what: str, what_zh: str) -> None:
    if value is not None and value not in known:
        raise AskRefused(
            zh=f"没有{what_zh}“{value}”，可用的有 {'、'.join(known)}。",
            en=f"There is no {what} '{value}'; known are {', '.join(known)}.",
        )
