"""Frames as Dash components: tiles with figures, charts, tables; colours and layout stand in the stylesheets.

Every figure carries `data-metric` and `data-value`, every row `data-record`, every chart a table for those who cannot see it.
"""

from __future__ import annotations

from functools import singledispatch
from typing import Any
from urllib.parse import quote

from dash import dcc, html

from dashboards.frame import ChartFrame, Frame, HeatFrame, KeyFigure, RefusedFrame, TableFrame, WordsFrame
from dashboards.numbers import NOTHING, change, full, short
from dashboards.render.figure import chart_config, figure, heat
from dashboards.words import word

SPARK_WIDTH, SPARK_HEIGHT = 220, 42
EMPTY: dict[str, Any] = {"data": [], "layout": {"xaxis": {"visible": False}, "yaxis": {"visible": False}}}


def marks(**said: str) -> dict[str, Any]:
    """Attributes for machines and assistive tools: `data_metric` is written data-metric."""
    return {name.replace("_", "-"): text for name, text in said.items()}


def tile(frame: Frame, at: str, language: str, currency: str) -> Any:
    """The component of a frame; `at` is its place on the page, from which ids are made."""
    return html.Section(
        [_head(frame, language), *content(frame, at, language, currency), *_notes(frame)],
        className="tile card", **marks(data_tile=at),
    )  # fmt: skip


@singledispatch
def content(frame: Frame, at: str, language: str, currency: str) -> list[Any]:
    """What stands below the title."""
    raise TypeError(f"no rendering is known for {type(frame).__name__}")


@content.register
def _key_figure(frame: KeyFigure, at: str, language: str, currency: str) -> list[Any]:
    value = html.A(
        short(frame.value, frame.unit, language, currency),
        href=frame.drill, className="figure", title=full(frame.value, frame.unit, language, currency),
        **marks(data_metric=frame.metric, data_value="" if frame.value is None else str(frame.value)),
    )  # fmt: skip
    return [html.Div([value, *_change(frame, language, currency)], className="figure-line"), _spark(frame)]


def _change(frame: KeyFigure, language: str, currency: str) -> list[Any]:
    """The change against the earlier time, green where it is good, with what it was."""
    relative = change(frame.value, frame.earlier)
    if relative is None:
        return []
    good = {"up": relative > 0, "down": relative < 0}.get(frame.better)
    tone = "grey" if good is None or abs(relative) < 0.0005 else "green" if good else "red"
    was = f"{frame.earlier_name}: {full(frame.earlier, frame.unit, language, currency)}"
    arrow = "▲" if relative > 0 else "▼" if relative < 0 else "="
    return [
        html.Span(
            f"{arrow} {abs(relative):.1%}",
            className=f"badge {tone}",
            title=was,
            **marks(aria_label=f"{relative:+.1%} {was}"),
        )
    ]


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
def _chart(frame: ChartFrame, at: str, language: str, currency: str) -> list[Any]:
    if not any(value is not None for series in frame.series for value in series.values):
        return [_nothing(language)]
    return [
        *_graph(figure(frame, language, currency), frame, at, language),
        _chart_table(frame, language, currency),
    ]


@content.register
def _heat(frame: HeatFrame, at: str, language: str, currency: str) -> list[Any]:
    if not frame.values:
        return [_nothing(language)]
    rows = [
        (name, *(full(value, frame.unit, language, currency) if value is not None else "" for value in row))
        for name, row in zip(frame.row_names, frame.values, strict=True)
    ]
    return [
        *_graph(heat(frame, language), frame, at, language),
        _as_table(("", *frame.column_names), rows, language),
    ]


@content.register
def _table(frame: TableFrame, at: str, language: str, currency: str) -> list[Any]:
    if not frame.rows:
        return [_nothing(language)]
    head = html.Tr(
        [html.Th(column.label, className=_align(column.unit), scope="col") for column in frame.columns]
    )
    links = frame.links or ("",) * len(frame.rows)
    body = [
        html.Tr(
            [_cell(value, column, link if index == 0 else "", language, currency)
             for index, (value, column) in enumerate(zip(row, frame.columns, strict=True))],
            **marks(data_record=str(row[0])),
        )
        for row, link in zip(frame.rows, links, strict=True)
    ]  # fmt: skip
    foot = []
    if frame.total is not None:
        cells = [
            _cell(value, column, "", language, currency)
            for value, column in zip(frame.total, frame.columns, strict=True)
        ]
        cells[0] = html.Td(word("total", language))
        foot = [html.Tfoot(html.Tr(cells))]
    table = html.Table([html.Thead(head), html.Tbody(body), *foot], className="table")
    return [
        html.Div(table, className="table-frame", tabIndex=0, role="region", **marks(aria_label=frame.title))
    ]


@content.register
def _words(frame: WordsFrame, at: str, language: str, currency: str) -> list[Any]:
    return [html.P(paragraph) for paragraph in frame.text.split("\n") if paragraph]


@content.register
def _refused(frame: RefusedFrame, at: str, language: str, currency: str) -> list[Any]:
    return [html.Div(frame.reason, className="message quiet")]


def _graph(drawn: dict[str, Any], frame: Frame, at: str, language: str) -> list[Any]:
    return [
        dcc.Store(id={"type": "figure", "at": at}, data=drawn),
        html.Div(
            dcc.Graph(id={"type": "graph", "at": at}, figure=EMPTY, config=chart_config(language, frame.title)),
            className="chart", role="figure", style={"minHeight": f"{drawn['layout']['height']}px"}, **marks(aria_label=frame.title),
        ),
    ]  # fmt: skip


def _chart_table(frame: ChartFrame, language: str, currency: str) -> Any:
    rows = [
        (str(name), *(full(series.values[at], series.unit, language, currency) for series in frame.series))
        for at, name in enumerate(frame.categories)
    ]
    return _as_table(("", *(series.name for series in frame.series)), rows, language)


def _as_table(columns: tuple[str, ...], rows: list[tuple[Any, ...]], language: str) -> Any:
    """The same figures as a table, folded away."""
    head = html.Tr(
        [html.Th(one, scope="col", className="number" if at else "") for at, one in enumerate(columns)]
    )
    body = [
        html.Tr([html.Th(row[0], scope="row"), *(html.Td(one, className="number") for one in row[1:])])
        for row in rows
    ]
    table = html.Table([html.Thead(head), html.Tbody(body)], className="table small")
    return html.Details(
        [html.Summary(word("as_table", language)), html.Div(table, className="table-frame", tabIndex=0)],
        className="as-table",
    )


def _head(frame: Frame, language: str) -> Any:
    links = []
    if frame.drill:
        links.append(html.A(word("rows_behind", language), href=frame.drill, className="menu-item"))
    if frame.metrics:
        name = frame.metrics[0].partition(":")[0].partition("@")[0]
        links.append(html.A(word("definition", language), href=f"/metrics#{name}", className="menu-item"))
    if frame.drill:
        links.append(
            html.A(
                word("csv", language),
                href=frame.drill.replace("/d/rows?", "/d/rows.csv?", 1),
                className="menu-item",
            )
        )
    menu = html.Details(
        [
            html.Summary("⋯", **marks(aria_label=f"{word('more', language)}: {frame.title}")),
            html.Div(links, className="tile-links"),
        ],
        className="tile-menu",
    )
    note = [html.P(frame.note, className="small quiet")] if frame.note else []
    return html.Div([html.Div([html.H2(frame.title), *note]), menu if links else None], className="tile-head")


def _notes(frame: Frame) -> list[Any]:
    return [html.P(note, className="small quiet tile-note") for note in frame.notes]


def _cell(value: Any, column: Any, link: str, language: str, currency: str) -> Any:
    text = full(value, column.unit, language, currency) if value is not None else NOTHING
    return html.Td(html.A(text, href=link) if link else text, className=_align(column.unit))


def _align(unit: str) -> str:
    return "" if unit == "text" else "number"


def _nothing(language: str) -> Any:
    return html.Div(word("no_data", language), className="nothing quiet")
