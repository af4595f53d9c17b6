"""Frames as Dash components: tiles with figures, charts, tables; colours and layout stand in the stylesheets.

Every figure carries `data-metric` and `data-value`, every row `data-record`, every chart a table for those who cannot see it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import singledispatch
from typing import Any
from urllib.parse import quote

from dash import dcc, html

from dashboards.frame import ChartFrame, Frame, HeatFrame, KeyFigure, RefusedFrame, TableFrame, WordsFrame
from dashboards.numbers import NOTHING, change_text, direction, full, scale_unit, short, unit_suffix
from dashboards.render.figure import chart_config, figure, heat
from dashboards.render.tabular import sheet_of
from dashboards.render.target import attainment
from dashboards.words import word

SPARK_WIDTH, SPARK_HEIGHT = 220, 42
EMPTY: dict[str, Any] = {"data": [], "layout": {"xaxis": {"visible": False}, "yaxis": {"visible": False}}}


def marks(**said: str) -> dict[str, Any]:
    """Attributes for machines and assistive tools: `data_metric` is written data-metric."""
    return {name.replace("_", "-"): text for name, text in said.items()}


@dataclass(frozen=True)
class Setting:
    """Where a tile stands: its place, from which ids are made, the address of its figures, and the reader's ways.

    `address` is "/d/overview/0-1" and `query` the view, "?…" or nothing; `fresh` says how fresh the data is.
    """

    at: str
    address: str
    query: str
    fresh: str
    language: str
    currency: str


def tile(frame: Frame, setting: Setting) -> Any:
    """The component of a frame."""
    shown = content(frame, setting)
    return html.Section(
        [_head(frame, setting), *shown, *_notes(frame)], className="tile card", **marks(data_tile=setting.at)
    )


@singledispatch
def content(frame: Frame, setting: Setting) -> list[Any]:
    """What stands below the title."""
    raise TypeError(f"no rendering is known for {type(frame).__name__}")


@content.register
def _key_figure(frame: KeyFigure, setting: Setting) -> list[Any]:
    value = html.A(
        _figure_text(frame, setting),
        href=frame.drill, className="figure", title=full(frame.value, frame.unit, setting.language, setting.currency),
        **marks(data_metric=frame.metric, data_value="" if frame.value is None else str(frame.value)),
    )  # fmt: skip
    line = html.Div([value, *_change(frame, setting)], className="figure-line")
    return [line, *_target(frame, setting), _spark(frame)]


def _figure_text(frame: KeyFigure, setting: Setting) -> list[Any]:
    """The figure, and its unit in smaller letters."""
    text = short(frame.value, frame.unit, setting.language, setting.currency, bare=True)
    unit = "" if frame.value is None else unit_suffix(frame.unit, setting.language)
    return [text, html.Span(unit, className="figure-unit")] if unit else [text]


def _change(frame: KeyFigure, setting: Setting) -> list[Any]:
    """The change against the earlier time, green where it is good, with what it was."""
    way = direction(frame.value, frame.earlier, frame.unit)
    if way is None:
        return []
    good = {"up": way > 0, "down": way < 0}.get(frame.better)
    tone = "grey" if good is None or not way else "green" if good else "red"
    was = f"{frame.earlier_name}: {full(frame.earlier, frame.unit, setting.language, setting.currency)}"
    arrow, sign = {1: ("▲", "+"), -1: ("▼", "−"), 0: ("=", "")}[way]
    text = change_text(frame.value, frame.earlier, frame.unit, setting.language)
    return [
        html.Span(f"{arrow} {text}", className=f"badge {tone}", title=was, role="img", **marks(aria_label=f"{sign}{text} {was}"))
    ]  # fmt: skip


def _target(frame: KeyFigure, setting: Setting) -> list[Any]:
    """How near the figure is to its target: a bar where a share of it is reached, and the same in words."""
    said = attainment(frame, setting.language, setting.currency)
    if said is None:
        return []
    tone = {None: "", True: " met", False: " missed"}[said.met]
    words = [html.Span(said.target), html.Strong(said.reached)] if said.reached else [html.Span(said.target)]
    line = html.Div(words, className="target-line", title=word("target_whole", setting.language))
    reached = [] if said.share is None else [
        html.Div(html.Div(style={"width": f"{min(max(said.share, 0), 1):.1%}"}), className="target-bar")
    ]  # fmt: skip
    return [html.Div([line, *reached], className=f"target{tone}", **marks(data_target=str(frame.target)))]


def _spark(frame: KeyFigure) -> Any:
    """The course as one small line, drawn as an SVG image: no chart library for twelve points."""
    values = [None if one is None else float(one) for one in frame.course]
    known = [one for one in values if one is not None]
    if len(known) < 2:
        return html.Div(className="spark")
    low, high = min(known), max(known)
    width = high - low or 1
    points = [
        f"{index / (len(values) - 1) * SPARK_WIDTH:.1f},{(1 - (value - low) / width) * (SPARK_HEIGHT - 6) + 3:.1f}"
        for index, value in enumerate(values)
        if value is not None
    ]
    # a mask takes the colour of the theme from the stylesheet
    drawing = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SPARK_WIDTH} {SPARK_HEIGHT}" preserveAspectRatio="none">'
        f'<polyline points="{" ".join(points)}" fill="none" stroke="black" stroke-width="2" vector-effect="non-scaling-stroke"/></svg>'
    )
    names = f"{frame.course_names[0]} – {frame.course_names[-1]}" if frame.course_names else ""
    image = f'url("data:image/svg+xml,{quote(drawing)}")'
    return html.Div(className="spark line", style={"maskImage": image}, title=names)


@content.register
def _chart(frame: ChartFrame, setting: Setting) -> list[Any]:
    if not any(value is not None for series in frame.series for value in series.values):
        return [_nothing(setting.language)]
    drawn = figure(frame, setting.language, setting.currency)
    return [*_graph(drawn, frame, setting), _as_table(frame, setting)]


@content.register
def _heat(frame: HeatFrame, setting: Setting) -> list[Any]:
    if not frame.values:
        return [_nothing(setting.language)]
    return [
        *_graph(heat(frame, setting.language, setting.currency), frame, setting),
        _as_table(frame, setting),
    ]


@content.register
def _table(frame: TableFrame, setting: Setting) -> list[Any]:
    if not frame.rows:
        return [_nothing(setting.language)]
    head = html.Tr(
        [html.Th(column.label, className=_align(column.unit), scope="col") for column in frame.columns]
    )
    links = frame.links or ("",) * len(frame.rows)
    body = [
        html.Tr(
            [_cell(value, column, link if index == 0 else "", setting)
             for index, (value, column) in enumerate(zip(row, frame.columns, strict=True))],
            **marks(data_record=str(row[0])),
        )
        for row, link in zip(frame.rows, links, strict=True)
    ]  # fmt: skip
    foot = []
    if frame.total is not None:
        cells = [
            _cell(value, column, "", setting)
            for value, column in zip(frame.total, frame.columns, strict=True)
        ]
        cells[0] = html.Td(word("total", setting.language))
        foot = [html.Tfoot(html.Tr(cells))]
    table = html.Table([html.Thead(head), html.Tbody(body), *foot], className="table")
    return [
        html.Div(table, className="table-frame", tabIndex=0, role="region", **marks(aria_label=frame.title))
    ]


@content.register
def _words(frame: WordsFrame, setting: Setting) -> list[Any]:
    return [html.P(paragraph) for paragraph in frame.text.split("\n") if paragraph]


@content.register
def _refused(frame: RefusedFrame, setting: Setting) -> list[Any]:
    return [html.Div(frame.reason, className="message quiet")]


def _graph(drawn: dict[str, Any], frame: Frame, setting: Setting) -> list[Any]:
    config = chart_config(setting.language, frame.title)
    return [
        dcc.Store(id={"type": "figure", "at": setting.at}, data=drawn),
        html.Div(
            dcc.Graph(id={"type": "graph", "at": setting.at}, figure=EMPTY, config=config),
            className="chart", role="figure", style={"minHeight": f"{drawn['layout']['height']}px"}, **marks(aria_label=frame.title),
        ),
    ]  # fmt: skip


def _as_table(frame: ChartFrame | HeatFrame, setting: Setting) -> Any:
    """The same figures as a table, folded away; its rows lead where the marks lead."""
    sheet = sheet_of(frame, setting.language)
    head = html.Tr(
        [
            html.Th(one.label, scope="col", className="number" if at else "")
            for at, one in enumerate(sheet.columns)
        ]
    )
    leads = [of_row[0].rows for of_row in frame.marks] if isinstance(frame, ChartFrame) else []
    body = [
        html.Tr(
            [html.Th(html.A(str(name), href=lead) if lead else str(name), scope="row"),
             *(html.Td(_written(value, column, setting), className="number") for value, column in zip(values, sheet.columns[1:], strict=True))]
        )
        for (name, *values), lead in zip(sheet.rows, leads or [""] * len(sheet.rows), strict=True)
    ]  # fmt: skip
    table = html.Table([html.Thead(head), html.Tbody(body)], className="table small")
    region = html.Div(
        table, className="table-frame", tabIndex=0, role="region", **marks(aria_label=frame.title)
    )
    return html.Details([html.Summary(word("as_table", setting.language)), region], className="as-table")


def _head(frame: Frame, setting: Setting) -> Any:
    said = [
        html.P(line, className="small quiet") for line in (frame.note, _unit_line(frame, setting)) if line
    ]
    title = html.Div(
        [html.Div([html.H2(frame.title), *_meaning(frame, setting)], className="tile-title"), *said]
    )
    return html.Div([title, _menu(frame, setting)], className="tile-head")


def _unit_line(frame: Frame, setting: Setting) -> str:
    """The unit of a chart's scale where its ticks do not show it, and what the shares beside bars are."""
    if not isinstance(frame, ChartFrame):
        return ""
    unit = scale_unit(frame.unit, setting.language, setting.currency)
    said = [word("in_unit", setting.language, unit=unit)] if unit else []
    if frame.form == "pareto":
        said.append(word("running_share_beside", setting.language))
    return " · ".join(said)


def _meaning(frame: Frame, setting: Setting) -> list[Any]:
    """What the figures mean and how fresh they are, for the pointer and the keyboard alike."""
    if not frame.meanings:
        return []
    name = f"meaning-{setting.at}"
    warned = [html.P(one, className="warned") for one in frame.warned]
    said = [html.P([html.Strong(label), html.Br(), text]) for label, text in frame.meanings]
    bubble = html.Div(
        [*said, *warned, html.P(setting.fresh, className="small quiet")],
        id=name,
        role="tooltip",
        className="bubble",
    )
    label = f"{word('what_it_is', setting.language)}: {frame.title}"
    button = html.Button(
        "i", type="button", className="hint warned" if frame.warned else "hint", **marks(aria_label=label, aria_describedby=name)
    )  # fmt: skip
    badge = (
        [html.Span(word("check_warning", setting.language), className="badge amber")] if frame.warned else []
    )
    return [html.Span([button, bubble], className="hinted"), *badge]


def _menu(frame: Frame, setting: Setting) -> Any:
    """Rows behind, definition, and what can be taken along."""
    if isinstance(frame, (RefusedFrame, WordsFrame)):
        return None
    language = setting.language
    links: list[Any] = []
    if frame.drill:
        links.append(html.A(word("rows_behind", language), href=frame.drill, className="menu-item"))
    if frame.metrics:
        name = frame.metrics[0].partition(":")[0].partition("@")[0]
        links.append(html.A(word("definition", language), href=f"/metrics/{name}", className="menu-item"))
    links += [
        html.A(word(kind, language), href=f"{setting.address}.{ending}{setting.query}", className="menu-item")
        for kind, ending in (("csv", "csv"), ("excel", "xlsx"))
    ]
    if isinstance(frame, (ChartFrame, HeatFrame)):
        picture = html.Button(
            word("picture", language), type="button", className="menu-item", **marks(data_picture=frame.title)
        )
        links.append(picture)
    summary = html.Summary("⋯", **marks(aria_label=f"{word('more', language)}: {frame.title}"))
    return html.Details([summary, html.Div(links, className="tile-links")], className="tile-menu")


def _notes(frame: Frame) -> list[Any]:
    return [html.P(note, className="small quiet tile-note") for note in frame.notes]


def _cell(value: Any, column: Any, link: str, setting: Setting) -> Any:
    text = _written(value, column, setting)
    return html.Td(html.A(text, href=link) if link else text, className=_align(column.unit))


def _written(value: Any, column: Any, setting: Setting) -> str:
    if value is None:
        return NOTHING
    return full(value, column.unit, setting.language, setting.currency, whole=column.whole)


def _align(unit: str) -> str:
    return "" if unit == "text" else "number"


def _nothing(language: str) -> Any:
    return html.Div(word("no_data", language), className="nothing quiet")
