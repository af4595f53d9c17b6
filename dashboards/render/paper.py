"""Frames on paper: pages and reports as Word documents with native charts, from the same frames as the screen.

How Word is written stands in dashboards/word; what is shown was decided when the frames were filled.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import singledispatch
from typing import Any

from dashboards.frame import ChartFrame, Frame, HeatFrame, KeyFigure, RefusedFrame, TableFrame, WordsFrame
from dashboards.frame import Column as FrameColumn
from dashboards.frame import Series as FrameSeries
from dashboards.numbers import (
    HUNDREDFOLD,
    change_text,
    direction,
    full,
    scale_unit,
    short,
    unit_name,
    unit_suffix,
)
from dashboards.render.palette import paper_look
from dashboards.render.tabular import cell_lines
from dashboards.render.target import attainment
from dashboards.word.chart import Chart, Series
from dashboards.word.definitions import Definition
from dashboards.word.document import Document
from dashboards.word.figures import KeyFigure as WordFigure
from dashboards.word.table import Cell, Column
from dashboards.words import word
from warehouse.catalog import load_catalog

KINDS = {
    "line": "line",
    "column": "column",
    "bar": "bar",
    "area": "area",
    "pie": "doughnut",
    "pareto": "combo",
    "histogram": "combo",
    "step": "curve",
}
LARGE = 100  # above it no reader misses decimals
NAMED_AXIS = ("step", "histogram")  # forms whose lower axis does not explain itself
WHOLE_ROW = 12  # columns of a page on the screen
MOST_COLUMNS, MOST_EXACT = 13, 8  # columns that A4 holds, and those that leave room for every digit of money
RIGHT_HAND = ("pareto", "histogram")  # forms whose second series is a line on an axis of its own


@dataclass(frozen=True)
class Paper:
    """What stands around the frames: titles, period, freshness, quality, language, currency, and the time of making."""

    title: str
    period: str
    freshness: str
    quality: str
    language: str
    currency: str
    made_at: datetime
    organisation: str = ""
    warning: str = ""
    restated: str = ""
    snapshot: str = ""


def write_paper(paper: Paper, chapters: Sequence[tuple[str, Sequence[Frame]]]) -> bytes:
    """A Word document of chapters of frames, with contents and an appendix of definitions; the bytes of a .docx."""
    document = Document(
        paper.language,  # type: ignore[arg-type]  # 'zh' or 'en', checked where it is read
        paper.title, paper.made_at, period=paper.period, freshness=paper.freshness, quality=paper.quality,
        organisation=paper.organisation or word("brand", paper.language), author=word("brand", paper.language),
        subject=paper.snapshot, look=paper_look(), numbered=len(chapters) > 1,
    )  # fmt: skip
    if paper.warning:
        document.callout(paper.warning, "danger")
    if paper.restated:
        document.callout(paper.restated, "info", word("restated", paper.language))
    if len(chapters) > 1:
        document.contents()
    for title, frames in chapters:
        if title:
            document.heading(title)
        _write(document, frames, paper)
    metrics = dict.fromkeys(name for _, frames in chapters for frame in frames for name in frame.metrics)
    document.heading(word("appendix", paper.language), new_page=True)
    document.definitions(_definitions(metrics, paper.language))
    return document.save()


def _write(document: Document, frames: Sequence[Frame], paper: Paper) -> None:
    """Neighbouring key figures become one strip, charts that shared a row stay side by side, the rest stands alone."""
    waiting: list[Frame] = []
    for frame in frames:
        if waiting and not _go_together([*waiting, frame]):
            _put_together(document, waiting, paper)
            waiting = []
        waiting.append(frame)
    _put_together(document, waiting, paper)


def _go_together(frames: Sequence[Frame]) -> bool:
    if all(isinstance(frame, KeyFigure) for frame in frames):
        return True
    return (
        all(isinstance(frame, ChartFrame) for frame in frames)
        and sum(frame.width for frame in frames) <= WHOLE_ROW
    )


def _put_together(document: Document, frames: Sequence[Frame], paper: Paper) -> None:
    figures = [frame for frame in frames if isinstance(frame, KeyFigure)]
    charts = [frame for frame in frames if isinstance(frame, ChartFrame)]
    if figures:
        document.figures([_figure(frame, paper) for frame in figures])
        for note in dict.fromkeys((frame.title, note) for frame in figures for note in frame.notes):
            document.note(("：" if paper.language == "zh" else ": ").join(note))
    elif len(charts) > 1:
        notes = dict.fromkeys(note for frame in charts for note in (frame.note, *frame.notes) if note)
        document.charts([_chart_of(frame, paper) for frame in charts], note=" ".join(notes))
    else:
        for frame in frames:
            _put(frame, document, paper)


def _figure(frame: KeyFigure, paper: Paper) -> WordFigure:
    way = direction(frame.value, frame.earlier, frame.unit)
    aim = attainment(frame, paper.language, paper.currency)
    return WordFigure(
        label=frame.title,
        value=short(frame.value, frame.unit, paper.language, paper.currency, bare=True),
        unit="" if frame.value is None else unit_suffix(frame.unit, paper.language).strip(),
        change=change_text(frame.value, frame.earlier, frame.unit, paper.language),
        direction="up" if way == 1 else "down" if way == -1 else "flat",
        good={"up": way == 1, "down": way == -1}.get(frame.better) if way else None,
        compared_with=frame.against if way is not None else "",
        target=aim.in_short if aim else "",
        target_met=aim.met if aim else None,
    )


@singledispatch
def _put(frame: Frame, document: Document, paper: Paper) -> None:
    raise TypeError(f"no rendering in Word is known for {type(frame).__name__}")


@_put.register
def _chart(frame: ChartFrame, document: Document, paper: Paper) -> None:
    document.chart(_chart_of(frame, paper), note=" ".join([frame.note, *frame.notes]).strip())


def _chart_of(frame: ChartFrame, paper: Paper) -> Chart:
    scale, unit, number_format = _scaling(frame, paper)
    series = [
        Series(
            name=one.name,
            values=_scaled(one.values, 1 if one.unit in HUNDREDFOLD else scale),
            x=[float(place) for place in one.x] if one.x is not None else None,
            lower=_scaled(one.lower, scale) if one.lower else None,
            upper=_scaled(one.upper, scale) if one.upper else None,
            step=frame.form == "step",
            as_line=frame.form in RIGHT_HAND and at == 1,
            secondary=frame.form in RIGHT_HAND and at == 1,
            dashed=one.role != "value",
            color=_own_colour(one.role, at),
        )
        for at, one in enumerate(_on_the_same_steps(frame))
    ]
    reaches_whole = frame.form == "step" and frame.unit in HUNDREDFOLD
    return Chart(
        kind=KINDS[frame.form], title=frame.title, series=series,  # type: ignore[arg-type]  # values of KINDS
        categories=() if frame.form == "step" else tuple(str(one) for one in frame.categories),
        unit=unit, number_format=number_format, stacked=frame.stacked,
        show_labels=frame.form == "bar" and len(frame.series) == 1, partial_from=frame.unfinished,
        axis_titles=(frame.across if frame.form in NAMED_AXIS else "", ""), band="95 %" if any(one.lower for one in frame.series) else "",
        value_range=(0, 1) if reaches_whole else (None, None), alt_text=_alternative(frame, paper),
    )  # fmt: skip


def _on_the_same_steps(frame: ChartFrame) -> list[FrameSeries]:
    """Curves with the same places, each as far as its own last one: LibreOffice draws those of unequal length wrongly."""
    if frame.form != "step":
        return list(frame.series)
    return [_carried(one, frame.categories) for one in frame.series]


def _carried(series: FrameSeries, places: Sequence[Any]) -> FrameSeries:
    """The step that holds at each place; nothing beyond the series' own last place."""
    own = list(series.x or ())
    steps = [bisect_right(own, place) - 1 if place <= own[-1] else None for place in places]

    def at_places(values: Sequence[Any] | None) -> tuple[Any, ...] | None:
        return None if values is None else tuple(None if step is None else values[step] for step in steps)

    return replace(
        series, x=tuple(places), values=at_places(series.values) or (), lower=at_places(series.lower), upper=at_places(series.upper)
    )  # fmt: skip


def _own_colour(role: str, at: int) -> str | None:
    """What is compared with stays in the background; what is expected of a figure has the figure's colour."""
    look = paper_look()
    return {"earlier": look.muted, "expected": look.series_color(at - 1)}.get(role)


@_put.register
def _table(frame: TableFrame, document: Document, paper: Paper) -> None:
    exact = len(frame.columns) <= MOST_EXACT

    def written(value: Any, column: FrameColumn) -> str:
        if exact or (column.whole and column.unit != "money"):
            return full(value, column.unit, paper.language, paper.currency, whole=column.whole)
        return short(value, column.unit, paper.language, paper.currency, bare=True)

    def shown(row: Iterable[Any]) -> list[str]:
        return [written(value, column) for value, column in zip(row, frame.columns, strict=True)]

    total = None
    if frame.total is not None:
        total = shown(frame.total)
        total[0] = word("total", paper.language)
    document.table(
        [Column(column.label, "left" if column.unit == "text" else "right") for column in frame.columns],
        [shown(row) for row in frame.rows],
        caption=frame.title, total=total, note=" ".join([frame.note, *frame.notes]).strip(),
    )  # fmt: skip


@_put.register
def _heat(frame: HeatFrame, document: Document, paper: Paper) -> None:
    values = [float(value) for row in frame.values for value in row[:MOST_COLUMNS] if value is not None]
    low, high = min(values, default=0.0), max(values, default=0.0)

    def cell(down: int, across: int) -> Cell:
        value = frame.values[down][across]
        if value is None:
            return Cell("")
        shade = (float(value) - low) / (high - low) if high > low else 0.5
        return Cell("\n".join(cell_lines(frame, down, across, paper.language, paper.currency)), shade=shade)

    document.table(
        [Column(frame.down), *(Column(name, "center") for name in frame.column_names[:MOST_COLUMNS])],
        [
            [name, *(cell(down, across) for across in range(len(frame.column_names[:MOST_COLUMNS])))]
            for down, name in enumerate(frame.row_names)
        ],
        caption=f"{frame.title} · {frame.across}" if frame.across else frame.title,
        note=" ".join([frame.note, *frame.notes]).strip(),
    )


@_put.register
def _words(frame: WordsFrame, document: Document, paper: Paper) -> None:
    for paragraph in frame.text.split("\n"):
        document.text(paragraph)


@_put.register
def _refused(frame: RefusedFrame, document: Document, paper: Paper) -> None:
    document.callout(frame.reason, "info", frame.title)


def _scaling(frame: ChartFrame, paper: Paper) -> tuple[float, str, str]:
    """Word's formats know no 万: values are scaled here, and the unit is named beside the chart."""
    if frame.unit in HUNDREDFOLD:
        return 1, "", "0.0%"
    numbers = [
        abs(float(v)) for one in frame.series for v in one.values if v is not None and one.unit == frame.unit
    ]
    largest = max(numbers, default=0.0)
    currency = {"zh": "元", "en": paper.currency}[paper.language] if frame.unit == "money" else ""
    steps = (
        ((1e8, "亿"), (1e4, "万"))
        if paper.language == "zh"
        else ((1e9, "billion "), (1e6, "million "), (1e4, "thousand "))
    )
    for size, name in steps:
        if largest >= size:
            divisor = 1e3 if name == "thousand " else size
            return 1 / divisor, f"{name}{currency}".strip(), "#,##0.0"
    unit = currency or scale_unit(frame.unit, paper.language, paper.currency)
    whole = largest >= LARGE or all(number == int(number) for number in numbers)
    return 1, unit, "#,##0" if whole else "#,##0.00"


def _scaled(values: Iterable[Any] | None, scale: float) -> list[float | None]:
    return [None if value is None else float(value) * scale for value in values or ()]


def _alternative(frame: ChartFrame, paper: Paper) -> str:
    """What the chart shows, in words, for those who cannot see it."""
    said = []
    for one in frame.series[:4]:
        known = [
            (name, value)
            for name, value in zip(one.x or frame.categories, one.values, strict=True)
            if value is not None
        ]
        if known:
            name, value = known[-1]
            said.append(f"{one.name}: {name} {full(value, one.unit, paper.language, paper.currency)}")
    return f"{frame.title}. " + "; ".join(said)


def _definitions(metrics: Iterable[str], language: str) -> list[Definition]:
    catalog = load_catalog()
    names = dict.fromkeys(name.partition(":")[0].partition("@")[0] for name in metrics)
    found = [catalog.metric(name) for name in names]
    return [
        Definition(
            name=metric.label(language), definition=metric.description(language), formula=metric.formula,
            unit=unit_name(metric.unit, language), owner=word(f"owner_{metric.owner}", language), version=str(metric.version),
        )
        for metric in found
    ]  # fmt: skip
